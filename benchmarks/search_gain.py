"""Whether the search beats random search of the same budget, by the hypervolume of its finalists on fresh seeds.

python benchmarks/search_gain.py [--quick] [--sampler NAME] [--workers N] [--out DIR]

Three objectives (channel profit and weighted distribution up, conflict index down), a bound on orders cut for lack of
credit, levers of the price, rebate and protection families; 20 of China's regions with 10,000 consumers and a grey
market; 200 evaluations, five repetitions with other luck. Both searches are judged by their finalists on the same fresh
seeds, against the reference point of the worst finalist in each objective over all repetitions. What a
folder given with --out holds already is not played again.
"""

import argparse
import csv
import sys
import tempfile
from collections import deque
from importlib.resources import files
from pathlib import Path

import numpy as np
from speed.table import HEADINGS, Row, machine, print_table

from channellab.experiments.executors import Place
from channellab.experiments.pairs import paired
from channellab.experiments.pareto import hypervolume
from channellab.experiments.search import search
from channellab.experiments.search_file import read_search

REGIONS, FIRST = 20, "440000"
MARKET = """
extends = "grey-market"
[run]
warmup = 13
[network]
regions = "regions.csv"
edges = "edges.csv"
district_count = 20
[consumers]
count = 10_000
[manufacturer]
plants = [{region = "440000", capacity = 12_000}]
[policy.rebate]
tiers = [{from_purchases = 5_000.0, rate = 0.03}]
"""
STUDY = """
scenarios = ["market.toml"]
replications = 1
weeks = {weeks}
[levers]
policy.price.ex_factory_discount = {{low = 0.0, high = 0.2}}
policy.price.recommended_discount = {{low = 0.0, high = 0.2}}
policy.rebate.tiers.0.rate = {{low = 0.0, high = 0.1}}
policy.protection.detection = {{low = 0.0, high = 0.3}}
policy.protection.damages = {{low = 0.0, high = 6.0}}
[[objectives]]
metric = "channel_profit"
[[objectives]]
metric = "weighted_distribution"
[[objectives]]
metric = "conflict_index"
[[constraints]]
metric = "credit_limited_rate"
at_most = 0.5
[search]
sampler = "{sampler}"
seed = {seed}
evaluations = {evaluations}
batch = 20
finalists = 12
fresh = {fresh}
"""


def write_market(folder: Path) -> None:
    """The market, and the regions within a few steps from the first."""
    data = files("channellab.scenarios") / "data"
    regions = list(csv.DictReader((data / "china_regions.csv").read_text("utf-8").splitlines()))
    edges = list(csv.DictReader((data / "china_edges.csv").read_text("utf-8").splitlines()))
    kept = _near(edges)
    _write(folder / "regions.csv", [row for row in regions if row["id"] in kept])
    _write(folder / "edges.csv", [row for row in edges if {row["a"], row["b"]} <= kept])
    (folder / "market.toml").write_text(MARKET, "utf-8")


def _near(edges: list[dict[str, str]]) -> set[str]:
    found, open_ends = [FIRST], deque([FIRST])
    while len(found) < REGIONS:
        place = open_ends.popleft()
        ends = sorted(
            {row["a"] for row in edges if row["b"] == place} | {row["b"] for row in edges if row["a"] == place}
        )
        new = [end for end in ends if end not in found][: REGIONS - len(found)]
        found += new
        open_ends += new
    return set(found)


def _write(file: Path, rows: list[dict[str, str]]) -> None:
    with file.open("w", encoding="utf-8", newline="") as sink:
        writer = csv.DictWriter(sink, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def finalists(folder: Path, sampler: str, seed: int, quick: bool, workers: int) -> np.ndarray:
    """Objectives of the finalists on fresh seeds, such that more is better."""
    size = {"weeks": 4, "evaluations": 40, "fresh": 2} if quick else {"weeks": 26, "evaluations": 200, "fresh": 8}
    file = folder / f"{sampler}-{seed}.toml"
    file.write_text(STUDY.format(sampler=sampler, seed=seed, **size), "utf-8")
    document = search(read_search(file), folder / f"{sampler}-{seed}", Place(workers)).document()
    signs = [1.0 if each["direction"] == "up" else -1.0 for each in document["objectives"]]
    rows = [row for row in document["finalists"] if row["feasible"]]
    values = [[each["mean"] for each in row["objectives"].values()] for row in rows]
    return np.array(values).reshape(-1, len(signs)) * signs


def gain(folder: Path, sampler: str, quick: bool, workers: int) -> list[Row]:
    """By how much the hypervolume is larger, as a share of random search's, with its interval over repetitions."""
    found: dict[str, list[np.ndarray]] = {sampler: [], "random": []}
    write_market(folder)
    for seed in range(1, 3 if quick else 6):
        for which, values in found.items():
            print(f"{which}, repetition {seed}", file=sys.stderr, flush=True)
            values.append(finalists(folder, which, seed, quick, workers))
    every = np.concatenate([values for runs in found.values() for values in runs])
    low, spread = every.min(axis=0), np.maximum(np.ptp(every, axis=0), 1e-12)
    ours, theirs = (
        np.array([hypervolume((values - low) / spread, [-0.05] * every.shape[1]) for values in found[which]])
        for which in found
    )
    difference = paired(ours / theirs, np.ones_like(ours), "up")
    words = "hypervolume over that of random search, less one"
    return [
        Row("gain", f"{sampler}: {words}", difference.mean, ".3f"),
        Row("gain_low", "lower end of its 95 % interval", difference.low, ".3f", at_least=0.0),
        Row("gain_high", "upper end", difference.high, ".3f"),
    ]


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="a trial: fewer and shorter runs, two repetitions")
    parser.add_argument("--sampler", default="tpe", choices=["tpe", "nsga2", "nsga3", "gp"])
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--out", type=Path, help="a folder for the studies; without it they are not kept")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = chosen.out or Path(name)
        folder.mkdir(parents=True, exist_ok=True)
        print_table(machine(), HEADINGS, gain(folder, chosen.sampler, chosen.quick, chosen.workers))


if __name__ == "__main__":
    main()
