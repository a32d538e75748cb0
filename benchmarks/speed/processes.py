"""Batches on one and two processes, and how long the command line takes to answer."""

import os
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path

from channellab.experiments import replicate
from channellab.scenarios.files import load
from speed.plan import Plan

FEW, WEEKS = 2, 26


def second_process(plan: Plan) -> tuple[float, float]:
    """Throughput of a batch on two processes over its throughput on one, and the cores that other programs took.

    What is compared is the time that a long batch takes longer than one of `FEW` replications, so that starting the
    processes, and what each of them does once, is left out.
    """
    busy, own, start = _busy(), sum(os.times()[:4]), time.perf_counter()
    gain = statistics.median(_longer(plan, 1) / _longer(plan, 2) for _ in range(plan.batches))
    others = _busy() - busy - (sum(os.times()[:4]) - own)
    return gain, max(others / (time.perf_counter() - start), 0.0)


def _busy() -> float:
    """Seconds that the cores have worked since the system started; 0 where the system does not say."""
    try:
        ticks = [int(field) for field in Path("/proc/stat").read_text(encoding="ascii").split()[1:9]]
    except OSError:
        return 0.0
    idle = ticks[3] + ticks[4]
    return (sum(ticks) - idle) / os.sysconf("SC_CLK_TCK")


def _longer(plan: Plan, workers: int) -> float:
    few, many = (_seconds(plan, replications, workers) for replications in (FEW, plan.replications))
    return max(many - few, 1e-9)


def _seconds(plan: Plan, replications: int, workers: int) -> float:
    loaded = load(plan.scenario, [f"consumers.count={plan.consumers(100_000)}", f"run.warmup={plan.warmup}"])
    start = time.perf_counter()
    replicate.run(loaded, weeks=WEEKS, replications=replications, workers=workers)
    return time.perf_counter() - start


def answer(arguments: list[str], repeats: int) -> float:
    """Seconds until the command line has answered, the median of several."""
    script = shutil.which("channellab", path=str(Path(sys.executable).parent))
    command = [script] if script else [sys.executable, "-m", "channellab"]
    return statistics.median(_answer([*command, *arguments]) for _ in range(repeats))


def _answer(command: list[str]) -> float:
    start = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - start
