"""Whether the search beats random search of the same budget, by the hypervolume of its finalists on fresh seeds.

python benchmarks/search_gain.py [--quick] [--sampler NAME] [--workers N] [--out DIR]

A grey market of 20 regions and 10,000 consumers, where most shops take goods from anybody and shelves have space for
three of eight SKUs, so that all objectives depend on the levers: channel profit and weighted distribution up, conflict
index down, with a bound on the rate at which partners exit. Eleven levers of the price, rebate and protection families;
200 evaluations; five repetitions, each with seeds of its own for markets and search.

In a repetition both searches see the same seeds, choose twelve finalists by the same rule, and these are judged on the
same fresh seeds. What a front is worth is its hypervolume as a share of that of the front of both together, measured
from a tenth of the width beyond the worst finalist in every objective. What a folder given with --out holds already is
not played again.
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
WEEKS = 13
MARKET = """
extends = "grey-market"
[run]
warmup = 26
[network]
regions = "regions.csv"
edges = "edges.csv"
district_count = 20
sites_per_district = 4
sites_per_area = 4
[consumers]
count = 10_000
[diversion]
openness = 0.6
[retailers]
shelf_space = 3
[manufacturer]
plants = [{region = "440000", capacity = 12_000}]
[policy.rebate]
tiers = [{from_purchases = 2_000.0, rate = 0.03}, {from_purchases = 5_000.0, rate = 0.06}]
"""
STUDY = """
scenarios = ["market.toml"]
replications = 1
weeks = {weeks}
seed = {seed}
[levers]
policy.price.ex_factory_discount = {{low = 0.0, high = 0.2}}
policy.price.recommended_discount = {{low = 0.0, high = 0.2}}
policy.rebate.tiers.0.rate = {{low = 0.0, high = 0.06}}
policy.rebate.tiers.1.rate = {{low = 0.06, high = 0.15}}
policy.rebate.clawback = {{low = 0.0, high = 1.0}}
policy.protection.deposit = {{low = 0.0, high = 3000.0}}
policy.protection.detection = {{low = 0.0, high = 0.3}}
policy.protection.audits = {{low = 0.0, high = 0.5}}
policy.protection.warnings = {{low = 0, high = 5}}
policy.protection.damages = {{low = 1.0, high = 6.0}}
policy.protection.damages_cases = {{low = 0, high = 6}}
[[objectives]]
metric = "channel_profit"
[[objectives]]
metric = "weighted_distribution"
[[objectives]]
metric = "conflict_index"
[[constraints]]
metric = "partner_exit_rate"
at_most = 0.05
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
    """Objectives of the finalists on fresh seeds that hold the bound there, such that more is better."""
    size = {"weeks": 4, "evaluations": 40, "fresh": 2} if quick else {"weeks": WEEKS, "evaluations": 200, "fresh": 8}
    file = folder / f"{sampler}-{seed}.toml"
    file.write_text(STUDY.format(sampler=sampler, seed=seed, **size), "utf-8")
    document = search(read_search(file), folder / f"{sampler}-{seed}", Place(workers)).document()
    signs = [1.0 if each["direction"] == "up" else -1.0 for each in document["objectives"]]
    rows = [row for row in document["finalists"] if row["feasible"]]
    values = [[each["mean"] for each in row["objectives"].values()] for row in rows]
    return np.array(values).reshape(-1, len(signs)) * signs


def worths(fronts: list[np.ndarray]) -> list[float]:
    """Hypervolumes of fronts as shares of that of all together."""
    every = np.concatenate(fronts)
    low, width = every.min(axis=0), np.maximum(np.ptp(every, axis=0), 1e-12)
    whole, *each = (hypervolume((values - low) / width, [-0.1] * len(low)) for values in (every, *fronts))
    return [volume / whole for volume in each]


def gain(folder: Path, sampler: str, quick: bool, workers: int) -> list[Row]:
    """Worth of the fronts of both, and by how much one is worth more, with its interval over repetitions."""
    write_market(folder)
    found = []
    for seed in range(1, 3 if quick else 6):
        fronts = [finalists(folder, which, seed, quick, workers) for which in (sampler, "random")]
        found.append(worths(fronts))
        print(f"repetition {seed}: {found[-1][0]:.3f}, random {found[-1][1]:.3f}", file=sys.stderr, flush=True)
    ours, theirs = np.array(found).T
    more = paired(ours, theirs, "up")
    return [
        Row("ours", f"{sampler}: hypervolume, a share of that of both fronts together", float(ours.mean()), ".3f"),
        Row("theirs", "random search: the same", float(theirs.mean()), ".3f"),
        Row("gain", "difference", more.mean, ".3f"),
        Row("gain_low", "lower end of its 95 % interval", more.low, ".3f", at_least=0.0),
        Row("gain_high", "upper end", more.high, ".3f"),
    ]


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="a trial: fewer and shorter runs, two repetitions")
    parser.add_argument("--sampler", default="gp", choices=["gp", "tpe", "nsga2", "nsga3"])
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--out", type=Path, help="a folder for the studies; without it they are not kept")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = chosen.out or Path(name)
        folder.mkdir(parents=True, exist_ok=True)
        print_table(machine(), HEADINGS, gain(folder, chosen.sampler, chosen.quick, chosen.workers))


if __name__ == "__main__":
    main()
