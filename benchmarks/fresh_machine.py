"""From nothing to the first chart: installs the wheel with the extra in a new environment and opens the page.

python benchmarks/fresh_machine.py [dist/channellab-....whl] [--no-compile] [--plain] [--json]

The clock starts with the installation. Packages come from pip's cache where they are in it: run it twice, and the
second time tells what it takes network speed aside. Nothing of an earlier compilation is found, as kernels are kept
beside the code. ``--no-compile`` is pip's: Python then compiles what it imports and no more. ``--plain`` takes out the
answers that `make wheel` has packed, so that the chart waits for our own kernels. Beside the seconds on the clock stand
those of all processors together. Needs Chromium (or its path in CHANNELLAB_CHROMIUM).
"""

import argparse
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import venv
from dataclasses import dataclass, field
from pathlib import Path

TARGET, PORT = 60.0, 8721
FLAGS = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"]
DRAWN = """() => { const canvas = document.querySelector("#weekly canvas"); if (!canvas) return false;
  const pixels = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
  for (let place = 0; place < pixels.length; place += 4) {
    if (pixels[place] === 0 && pixels[place + 1] === 0x72 && pixels[place + 2] === 0xb2 && pixels[place + 3] === 255) return true;
  } return false; }"""  # noqa: E501
"""Whether the line of policy A, in its colour, is on the chart."""


@dataclass
class Clock:
    """Seconds since the start: on the clock, and of processors for what this process has started and ended."""

    start: float = field(default_factory=time.perf_counter)
    rows: list[tuple[str, float, float]] = field(default_factory=list)

    def note(self, name: str, pid: int | None = None) -> None:
        """So far; ``pid`` is of a process that still runs, which counts with all below it."""
        ended = resource.getrusage(resource.RUSAGE_CHILDREN)
        spent = ended.ru_utime + ended.ru_stime + (_spent(pid) if pid else 0.0)
        self.rows.append((name, time.perf_counter() - self.start, spent))


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("wheel", nargs="?", type=Path)
    parser.add_argument("--plain", action="store_true")
    parser.add_argument("--no-compile", action="store_true")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    wheel = options.wheel or max(Path("dist").glob("channellab-*.whl"), default=None)
    chromium = os.environ.get("CHANNELLAB_CHROMIUM") or shutil.which("chromium")
    if wheel is None or chromium is None:
        raise SystemExit("needs Chromium, and a wheel: make wheel")
    with tempfile.TemporaryDirectory() as place:
        how = ["--no-compile"] if options.no_compile else []
        rows = measured(wheel.absolute(), Path(place), chromium, how, options.plain)
    if options.json:
        print(json.dumps([{"name": name, "seconds": passed, "cpu": cpu} for name, passed, cpu in rows], indent=2))
        return
    for name, passed, cpu in rows:
        print(f"{name:<56}{passed:8.1f} s{cpu:8.1f} s CPU")
    print(f"target <= {TARGET:.0f} s to the first chart: {'met' if rows[-2][1] <= TARGET else 'missed'}")
    print(f"load {' '.join(f'{each:.1f}' for each in os.getloadavg())} on {os.cpu_count()} cores")


def measured(wheel: Path, place: Path, chromium: str, how: list[str], plain: bool) -> list[tuple[str, float, float]]:
    """What is there after how many seconds."""
    from playwright.sync_api import sync_playwright

    clean = {name: text for name, text in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL_ENV"))}
    clock = Clock()
    venv.create(place / "env", with_pip=True)
    python = place / "env" / "bin" / "python"
    command = [python, "-m", "pip", "install", "-q", *how, "--disable-pip-version-check", f"{wheel}[workshop]"]
    subprocess.run(command, check=True, env=clean, cwd=place)
    if plain:
        shutil.rmtree(next(place.glob("env/lib/python*/site-packages/channellab/reports/workshop/answers")))
    clock.note("installed")
    server = subprocess.Popen(
        [place / "env" / "bin" / "channellab", "workshop", "--port", str(PORT), "-q"],
        env=clean,
        cwd=place,
        start_new_session=True,
    )
    try:
        with sync_playwright() as play:
            browser = play.chromium.launch(executable_path=chromium, args=FLAGS)
            page = browser.new_page()
            _open(page, server)
            page.wait_for_selector("body[data-ready=yes]", timeout=600_000)
            clock.note("page can be used", server.pid)
            page.wait_for_function(DRAWN, timeout=600_000)
            clock.note("first chart", server.pid)
            page.wait_for_function("async () => (await (await fetch('/api/room')).json()).ready > 0", timeout=600_000)
            page.wait_for_selector(".state.done", timeout=600_000)
            clock.note("the same, played by this computer", server.pid)
            browser.close()
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait()
    return clock.rows


def _open(page: object, server: "subprocess.Popen[bytes]") -> None:
    from playwright.sync_api import Error, Page

    assert isinstance(page, Page)
    while server.poll() is None:
        try:
            page.goto(f"http://127.0.0.1:{PORT}/control?lang=en")
            return
        except Error:
            time.sleep(0.1)
    raise SystemExit("the page has not started")


def _spent(pid: int) -> float:
    """Seconds of processors of a process and all below it that still run."""
    told = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        told[int(stat.parent.name)] = int(fields[1]), sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")
    family, more = {pid}, True
    while more:
        below = {each for each, (parent, _) in told.items() if parent in family} - family
        family |= below
        more = bool(below)
    return sum(told[each][1] for each in family if each in told)


if __name__ == "__main__":
    sys.exit(main())
