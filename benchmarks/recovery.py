"""Whether 95 % intervals of a fit hold what is true: small markets made from known truths, and fitted.

python benchmarks/recovery.py [--fits N] [--drift SD] [--trials N] [--workers N] [--out FILE]

Markets of 6 outlets, 6 products and 104 weeks (3,744 rows), each from a truth drawn anew as the fit believes, with
weekly shocks and a level that drifts, of which the fit is not told. By quantity: coverage with its exact 95 % interval,
bias and spread of the estimates, their mean standard error, and whether the ranks of the truths are uniform
(simulation-based calibration). --trials searches for the settings of every fit, as `channellab calibrate` does; without
it they are fixed. A file given with --out keeps every fit, and what it holds already is not made again.
"""

import argparse
import json
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict
from functools import partial
from pathlib import Path

from rich.console import Console
from rich.table import Table

from channellab.calibration.recovery import Coverage, Recovered, coverages, recovered

LEAST, MOST = 0.88, 0.99


def made(seeds: list[int], drift: float | None, trials: int, workers: int) -> Iterator[list[Recovered]]:
    """Fits of seeds, in their order."""
    one = partial(recovered, drift=drift, trials=trials)
    if workers == 1:
        yield from map(one, seeds)
    else:
        with ProcessPoolExecutor(workers) as pool:
            yield from pool.map(one, seeds)


def kept(file: Path | None, about: dict[str, float | None]) -> list[list[Recovered]]:
    """Fits that a file holds; what a kill cut off is left out."""
    if file is None or not file.exists():
        return []
    found = []
    for line in file.read_text("utf-8").splitlines():
        try:
            told = json.loads(line)
        except ValueError:
            break
        if told["about"] != about:
            sys.exit(f"{file} holds fits of other settings: {told['about']}")
        found.append([Recovered(**row) for row in told["quantities"]])
    return found


def add(file: Path, about: dict[str, float | None], fits: list[list[Recovered]]) -> None:
    """Writes fits, all of them."""
    lines = [json.dumps({"about": about, "quantities": [asdict(row) for row in fit]}) + "\n" for fit in fits]
    part = file.with_name(file.name + ".part")
    part.write_text("".join(lines), "utf-8")
    part.replace(file)


def show(fits: int, rows: list[Coverage]) -> None:
    """Prints the table."""
    table = Table(box=None, pad_edge=False, title=f"{fits} fits", title_justify="left")
    heads = ("Quantity", "Covered", "95 % interval", "Intervals", "Bias", "Spread", "Error", "Ranks, p", "Identified")
    for head in heads:
        table.add_column(head, justify="left" if head == "Quantity" else "right")
    for row in rows:
        numbers = [f"{row.bias:.3f}", f"{row.spread:.3f}", f"{row.error:.3f}", f"{row.uniform:.2f}"]
        if row.name == "all":
            numbers = ["", "", "", ""]
        shown = (f"{row.covered:.3f}", f"{row.low:.3f} to {row.high:.3f}", f"{row.intervals}")
        outside = not LEAST <= row.covered <= MOST
        style = "bold red" if outside else None
        table.add_row(row.name, *shown, *numbers, f"{row.identified:.2f}", style=style)
    Console(width=110).print(table)


def main() -> None:
    """Fits and prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--fits", type=int, default=120)
    parser.add_argument("--drift", type=float, help="of levels a week, by default 0.01")
    parser.add_argument("--trials", type=int, default=0)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--out", type=Path)
    chosen = parser.parse_args()
    about = {"drift": chosen.drift, "trials": chosen.trials}
    fits = kept(chosen.out, about)[: chosen.fits]
    for found in made(list(range(len(fits), chosen.fits)), chosen.drift, chosen.trials, chosen.workers):
        fits.append(found)
        if chosen.out:
            add(chosen.out, about, fits)
        print(f"{len(fits)} of {chosen.fits}", file=sys.stderr, flush=True)
    show(len(fits), list(coverages(row for fit in fits for row in fit)))


if __name__ == "__main__":
    main()
