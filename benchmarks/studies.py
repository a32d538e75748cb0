"""What many runs cost and survive: kills at random moments, memory and queries of a large study, overhead of keeping.

python benchmarks/studies.py [--quick] [kills | size | overhead]...
"""

import argparse
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
from speed.table import HEADINGS, Row, machine, print_table

from channellab.experiments import batch, frames
from channellab.experiments.batch import play_points
from channellab.experiments.belief import coordinates
from channellab.experiments.designs import read_design
from channellab.experiments.executors import Place
from channellab.experiments.finalists import finalists
from channellab.experiments.play import play
from channellab.experiments.sampling import Asker
from channellab.experiments.search import search
from channellab.experiments.search_file import read_search
from channellab.experiments.store import Kept, Task, kept
from channellab.experiments.trials import values_of
from channellab.scenarios.errors import BadInput
from channellab.scenarios.files import load

DESIGN = """
scenarios = ["bilateral-monopoly"]
replications = {runs}
weeks = 2
[constants]
consumers.count = 200
run.warmup = 1
"""
SEARCH = """
scenarios = ["bilateral-monopoly"]
weeks = 2
replications = 2
[constants]
consumers.count = 200
run.warmup = 1
manufacturer.price.rule = "list"
[levers]
products.0.ex_factory_price = {{low = 25.0, high = 95.0}}
[[objectives]]
metric = "manufacturer_profit"
[[objectives]]
metric = "partner_profit"
[search]
evaluations = {runs}
batch = 8
finalists = 3
fresh = 3
"""
BASE = """
scenarios = ["base"]
replications = 1
[levers]
policy.funds.district_support = {{low = 0.0, high = 60.0}}
[[objectives]]
metric = "channel_profit"
[search]
evaluations = {runs}
batch = {runs}
finalists = 1
fresh = 2
"""


LEARNING = Path(__file__).parents[1] / "examples" / "search-base.toml"
"""A search with levers, objectives and a bound to learn from."""


def kills(folder: Path, quick: bool) -> list[Row]:
    """A batch and a search are killed at random moments and started again until they are through, study after study."""
    times, luck, rows = (4 if quick else 20), random.Random(1), []
    for kind, text, runs in (("batch", DESIGN, 400), ("search", SEARCH, 96)):
        file = folder / f"{kind}.toml"
        file.write_text(text.format(runs=runs // 4 if quick else runs), "utf-8")
        _finish(kind, file, folder / "calm")
        calm, after, torn, lost, differing = _tables(folder / "calm"), list[int](), 0, 0, 0
        while len(after) < times:
            seen = 0
            while len(after) < times and (before := _killed(kind, file, folder / "killed", seen, luck)) is not None:
                seen = _done(folder / "killed")
                lost += max(before - seen, 0)
                torn += _torn(folder / "killed")
                after.append(seen)
                print(f"{kind}: killed with {seen} runs done", file=sys.stderr, flush=True)
            _finish(kind, file, folder / "killed")
            differing += _tables(folder / "killed") != calm
            shutil.rmtree(folder / "killed")
        rows += [
            Row(f"kills_{kind}", f"{kind}: kills it went on from", float(len(after)), ".0f", at_least=times),
            Row(f"under_way_{kind}", f"{kind}: of these with runs done", float(sum(n > 0 for n in after)), ".0f"),
            Row(f"lost_{kind}", f"{kind}: finished runs lost", float(lost), ".0f", at_most=0),
            Row(f"torn_{kind}", f"{kind}: runs without tables, or twice, after a kill", float(torn), ".0f", at_most=0),
            Row(f"differing_{kind}", f"{kind}: studies not as if undisturbed", float(differing), ".0f", at_most=0),
        ]
        shutil.rmtree(folder / "calm")
    return rows


def _finish(kind: str, file: Path, out: Path) -> None:
    subprocess.run(_command(kind, file, out), check=True)


def _killed(kind: str, file: Path, out: Path, seen: int, luck: random.Random) -> int | None:
    """Runs that were seen done just before the kill, or None where the command ended by itself before.

    The moment is a random number of further runs, none of them one time in four, and then up to half a second.
    """
    target = seen + (luck.randint(1, 40) if luck.random() < 0.75 else 0)
    with subprocess.Popen(_command(kind, file, out)) as process:
        while process.poll() is None and (done := _done(out)) < target:
            time.sleep(0.05)
        try:
            process.wait(luck.uniform(0, 0.5))
        except subprocess.TimeoutExpired:
            done = _done(out)
            process.kill()
            return done
        return None


def _command(kind: str, file: Path, out: Path) -> list[str]:
    return [sys.executable, "-m", "channellab", kind, str(file), "--out", str(out), "--workers", "2", "-q"]


def _done(folder: Path) -> int:
    """Runs that are done, also while the study is just being made."""
    try:
        return int((frames.runs(folder)["status"] == "done").sum())
    except (BadInput, KeyError):
        return 0


def _torn(folder: Path) -> int:
    """Runs that are done and have no tables, or more than one set of them."""
    try:
        runs = frames.runs(folder)
    except (BadInput, KeyError):
        return 0
    done = set(runs.loc[runs["status"] == "done", "run"])
    weeks = frames.table(folder, "weekly").groupby("run").size() if done else {}
    return sum(1 for run in done if weeks.get(run) != 2)


def _tables(folder: Path) -> tuple[str, ...]:
    tables = [frames.runs(folder).drop(columns="seconds"), frames.table(folder, "weekly")]
    found = [folder / name for name in ("candidates.csv", "front.csv") if (folder / name).is_file()]
    # Runs are numbered as they were first wanted, which an interruption does not change.
    return (*(table.to_csv(index=False) for table in tables), *(file.read_text("utf-8") for file in found))


def size(folder: Path, quick: bool) -> list[Row]:
    """A large study: memory while it grows, and how soon a question is answered."""
    runs = 400 if quick else 2000
    file = folder / "size.toml"
    file.write_text(DESIGN.format(runs=runs), "utf-8")
    seen: list[int] = []
    play_points(
        read_design(file).points(),
        folder / "size",
        Place(1),
        progress=lambda done, _: seen.append(_memory()) if done % 50 == 0 else None,
    )
    # The first quarter warms up: code is compiled and pools of memory fill.
    quarter = len(seen) // 4
    growth = (statistics.mean(seen[-quarter:]) - statistics.mean(seen[quarter : 2 * quarter])) / 2**20
    query, weekly = (_seconds(partial(ask, folder / "size")) for ask in (_late_profit, _weekly_profit))
    return [
        Row("growth", f"memory after {runs} runs over that after half as many", growth, ".1f MiB", at_most=20),
        Row("query_runs", f"a question to the ledger of {runs} runs", query, ".2f s", at_most=1),
        Row("query_weekly", f"a mean over the weekly tables of {runs} runs", weekly, ".2f s", at_most=1),
    ]


def _late_profit(study: Path) -> float:
    return float(frames.matching(frames.runs(study), ["replication>5"])["channel_profit"].mean())


def _weekly_profit(study: Path) -> float:
    return float(frames.table(study, "weekly").groupby("week")["channel_profit"].mean().max())


def _memory() -> int:
    """Bytes of this process in memory, where the system says."""
    status = Path("/proc/self/status").read_text("ascii")
    return 1024 * int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1])


def overhead(folder: Path, quick: bool) -> list[Row]:
    """What store and Optuna add to a run of the base market, as a share of the run alone; seconds of this process."""
    file = folder / "base.toml"
    file.write_text(BASE.format(runs=8 if quick else 24), "utf-8")
    spent: list[float] = []

    def timed(task: Task) -> Kept:
        start = time.process_time()
        market = play(task.loaded, task.seed)
        spent.append(time.process_time() - start)
        return kept(market, task.environment)

    play(load("base"), 1)  # compiles
    batch.play_kept = timed
    whole = _processor(lambda: search(read_search(file), folder / "search", Place(1)))
    alone = statistics.mean(spent)
    share = (whole - sum(spent)) / len(spent) / alone
    rows = [
        Row("alone", "a run of the base market alone", alone, ".2f s"),
        Row("overhead", "store and Optuna, a share of it", share, ".3f", at_most=0.05),
    ]
    count = 60 if quick else 200
    for sampler in ("tpe", "nsga2", "gp"):
        told = f"choosing and telling one of {count} candidates with {sampler}, a share of one run"
        chosen = _choosing(folder, sampler, count) / alone
        rows.append(Row(f"choosing_{sampler}", told, chosen, ".3f", at_most=0.05))
    return rows


def _choosing(folder: Path, sampler: str, count: int) -> float:
    """Seconds of this process that a candidate takes which is chosen, told, and learned from; nothing is played."""
    file, here = folder / f"{sampler}.toml", folder / sampler
    declared, _, _ = LEARNING.read_text("utf-8").partition("[search]")
    file.write_text(f'{declared}[search]\nsampler = "{sampler}"\nevaluations = {count}\nbatch = 20\n', "utf-8")
    here.mkdir()
    study, luck = read_search(file), np.random.default_rng(1)
    best = luck.random((4, len(study.levers)))

    def searched() -> None:
        with Asker(study, here) as asker:
            while batch := asker.next_batch():
                for trial in batch:
                    place = coordinates(study.levers, [values_of(trial)])
                    *values, excess = ((place - best) ** 2).sum(axis=1) + 0.1 * luck.standard_normal(4)
                    asker.tell(trial, values, {"0 partner_profit": excess - 0.5}, {"stopped": False})
            finalists(asker.chosen(), study)

    return _processor(searched) / count


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _processor(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


MEASURES = {"kills": kills, "size": size, "overhead": overhead}


def main() -> None:
    """Measures what is asked for and prints it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("measures", nargs="*", help="what to measure; else everything")
    parser.add_argument("--quick", action="store_true", help="less of everything")
    chosen = parser.parse_args()
    if unknown := {*chosen.measures} - {*MEASURES}:
        parser.error(f"unknown: {', '.join(sorted(unknown))}; there are {', '.join(MEASURES)}")
    rows: list[Row] = []
    for name in chosen.measures or MEASURES:
        print(name, file=sys.stderr, flush=True)
        with tempfile.TemporaryDirectory() as folder:
            rows += MEASURES[name](Path(folder), chosen.quick)
    print_table(machine(), HEADINGS, rows)


if __name__ == "__main__":
    main()
