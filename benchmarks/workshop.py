"""How fast the workshop page is, on the base market and warm processes; run it on a machine that does nothing else.

python benchmarks/workshop.py [--repeats 5] [--workers N] [--json]

Beside the seconds on the clock stand those of all processors together, which a busy machine stretches less.
"""

import argparse
import json
import multiprocessing
import os
import shutil
import statistics
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import uvicorn

from channellab.reports.workshop.app import application
from channellab.scenarios.files import load

PORT, WATCHERS = 8719, 20


@dataclass(frozen=True)
class Row:
    """A figure and what it should be at most; ``cpu`` is what server and players together spent, None = not known."""

    name: str
    seconds: float
    target: float | None
    cpu: float | None = None


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args()
    rows = measured(options.repeats, options.workers)
    if options.json:
        print(json.dumps([vars(row) for row in rows], indent=2))
        return
    for row in rows:
        target = (
            ""
            if row.target is None
            else f"  target <= {row.target} s, {'met' if row.seconds <= row.target else 'missed'}"
        )
        spent = " " * 14 if row.cpu is None else f"{row.cpu:8.2f} s CPU"
        print(f"{row.name:<64}{row.seconds:8.2f} s{spent}{target}")
    print(f"load {' '.join(f'{each:.1f}' for each in os.getloadavg())} on {os.cpu_count()} cores")


def measured(repeats: int, workers: int) -> list[Row]:
    """All figures; medians of several tries."""
    server = uvicorn.Server(
        uvicorn.Config(
            application(load("base"), workers=workers),
            "127.0.0.1",
            PORT,
            log_level="error",
            timeout_graceful_shutdown=1,
        )
    )
    thread = threading.Thread(target=server.run)
    start = time.perf_counter()
    thread.start()
    client = httpx.Client(base_url=f"http://127.0.0.1:{PORT}", timeout=600)
    try:
        _until(lambda: server.started)
        _until(lambda: client.get("/api/room").json()["ready"] > 0)
        rows = [Row("start to a process with its kernels loaded", time.perf_counter() - start, None, _cpu())]
        _until(lambda: client.get("/api/room").json()["ready"] == workers)
        # The first plays the reference too, which all the others then have.
        moves = [_move(client, number) for number in range(repeats + 1)][1:]
        rows.append(Row("slider move to the first streamed weeks", statistics.median(m[0] for m in moves), 1.5))
        rows.append(Row("slider move to the first measured weeks", statistics.median(m[1] for m in moves), None))
        rows.append(
            Row(
                "slider move to the whole coarse result",
                statistics.median(m[2] for m in moves),
                6.0,
                statistics.median(m[3] for m in moves),
            )
        )
        rows.append(Row(f"{WATCHERS} watchers: all have the last event after the first", _watchers(client), None))
        rows += _page(repeats)
    finally:
        server.should_exit = True
        thread.join()
    return rows


def _until(there: Callable[[], bool]) -> None:
    while not there():
        time.sleep(0.02)


def _cpu() -> float:
    """Seconds of processors that this process and its players have spent so far."""
    spent = time.process_time()
    for player in multiprocessing.active_children():
        stat = Path(f"/proc/{player.pid}/stat")
        if stat.is_file():
            spent += sum(map(int, stat.read_text().rsplit(")", 1)[1].split()[11:13])) / os.sysconf("SC_CLK_TCK")
    return spent


def _move(client: httpx.Client, number: int) -> tuple[float, float, float, float]:
    """Seconds from a moved lever to the first weeks, the first measured weeks, and the coarse result; and CPU."""
    policies = [{}, {"preset": "selective", "levers": {"layout.selective": 0.3 + number / 100}}]
    first = measured = 0.0
    start, spent = time.perf_counter(), _cpu()
    board = {"policies": policies, "active": 1}
    client.put("/api/board", json=board)
    job = client.post("/api/jobs", json={"policies": policies, "detail": "coarse"}).json()["id"]
    for kind, data in _events(client, job):
        passed = time.perf_counter() - start
        if kind == "weeks" and data["policy"] == 1:
            first = first or passed
            measured = measured or (passed if data["weeks"][-1] > 0 else 0.0)
        if kind == "result":
            return first, measured, passed, _cpu() - spent
    raise SystemExit("the job has no result")


def _events(client: httpx.Client, job: str) -> Any:
    kind = ""
    with client.stream("GET", f"/api/jobs/{job}/events") as stream:
        for line in stream.iter_lines():
            if line.startswith("event: "):
                kind = line[7:]
            elif line.startswith("data: "):
                yield kind, json.loads(line[6:])


def _watchers(client: httpx.Client) -> float:
    """Seconds between the first and the last watcher's last event; fails if one misses an event."""
    job = client.post("/api/jobs", json={"policies": [{"preset": "price_cut"}], "detail": "coarse"}).json()["id"]

    def watch(_: int) -> tuple[int, float]:
        with httpx.Client(base_url=str(client.base_url), timeout=600) as mine:
            count = sum(1 for _ in _events(mine, job))
            return count, time.perf_counter()

    with ThreadPoolExecutor(WATCHERS) as pool:
        seen = list(pool.map(watch, range(WATCHERS)))
    if len({count for count, _ in seen}) != 1:
        raise SystemExit(f"watchers saw {sorted({count for count, _ in seen})} events")
    ends = [end for _, end in seen]
    return max(ends) - min(ends)


def _page(repeats: int) -> list[Row]:
    """Seconds until the page can be used, in Chromium where there is one."""
    chromium = os.environ.get("CHANNELLAB_CHROMIUM") or shutil.which("chromium")
    if chromium is None:
        print("not measured without chromium: the page in a browser", file=sys.stderr)
        return []
    from playwright.sync_api import sync_playwright

    flags = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"]
    times = []
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium, args=flags)
        for _ in range(repeats):
            page = browser.new_context().new_page()
            start = time.perf_counter()
            page.goto(f"http://127.0.0.1:{PORT}/control")
            page.wait_for_selector("body[data-ready=yes]")
            times.append(time.perf_counter() - start)
        browser.close()
    return [Row("page usable after it is asked for, nothing cached", statistics.median(times), 1.5)]


if __name__ == "__main__":
    main()
