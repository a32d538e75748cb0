"""What a consumer takes in memory: the slope between two markets, each built in a process of its own.

The process builds a small market first, so that code and tables are in place, and then the large one. The peak of
building is the kernel's high-water mark of resident memory (VmHWM, set back before), the margin is the resident memory
(VmRSS) after it. Where there is no /proc, both are the high-water mark that ``getrusage`` gives.
"""

import gc
import json
import re
import resource
import subprocess
import sys
from contextlib import suppress
from pathlib import Path


def bytes_per_consumer(scenario: str, small: int, large: int) -> tuple[float, float]:
    """Bytes a consumer after building, and at its peak: slopes between two numbers of consumers."""
    few, many = (_in_new_process(scenario, count) for count in (small, large))
    after, peak = ((many[name] - few[name]) / (large - small) for name in ("after", "peak"))
    return after, peak


def _in_new_process(scenario: str, consumers: int) -> dict[str, float]:
    command = [sys.executable, __file__, scenario, str(consumers)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def _measure(scenario: str, consumers: int) -> dict[str, int]:
    from channellab.scenarios.files import load
    from channellab.sim.market import Market

    Market(load(scenario, ["consumers.count=500"]).scenario).close()
    gc.collect()
    with suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # sets VmHWM back
    market = Market(load(scenario, [f"consumers.count={consumers}"]).scenario)
    gc.collect()
    found = {"after": _status("VmRSS"), "peak": _status("VmHWM")}
    market.close()
    return found


def _status(name: str) -> int:
    """Bytes that the system reports for this process."""
    try:
        text = Path("/proc/self/status").read_text(encoding="ascii")
        return int(re.findall(rf"{name}:\s+(\d+) kB", text)[0]) * 1024
    except (OSError, IndexError):
        unit = 1 if sys.platform == "darwin" else 1024
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


if __name__ == "__main__":
    print(json.dumps(_measure(sys.argv[1], int(sys.argv[2]))))
