"""What the command line shows to people: tables on standard output, progress on standard error."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from channellab.scenarios.metrics import CATALOGUE

if TYPE_CHECKING:
    import pandas as pd

Progress = Callable[[int, int], None]
"""Called with what is done, weeks or runs, and with all of it."""


def print_study(document: Mapping[str, Any]) -> None:
    """The result document of a run: its metrics in the order of the catalogue, then the books."""
    console = Console()
    table = Table("Metric", box=None, pad_edge=False)
    for heading in ("Mean", "95 % interval"):
        table.add_column(heading, justify="right")
    table.add_column("Unit")
    metrics = document["metrics"]
    for name in sorted(metrics, key=[*CATALOGUE, *metrics].index):
        title = CATALOGUE[name].title_en if name in CATALOGUE else name
        figure = metrics[name]
        table.add_row(escape(title), _number(figure["mean"]), _interval(figure["ci95"]), escape(figure["unit"]))
    ledger = document["ledger"]
    runs = f"{document['replications']} replication{'s' if document['replications'] > 1 else ''}"
    console.print(escape(f"{document['scenario']}: {document['weeks']} weeks, seed {document['seed']}, {runs}"))
    console.print(table)
    console.print(
        f"Books: money off by {_number(ledger['money_imbalance'])}, goods off by {_number(ledger['goods_imbalance'])}; "
        f"{document['elapsed_s']:.1f} s"
    )


def print_comparison(document: Mapping[str, Any]) -> None:
    """The document of a comparison: the baseline's means, then each scenario's difference with its interval."""
    console = Console()
    baseline = document["baseline"]
    others = [name for name in document["scenarios"] if name != baseline]
    table = Table("Metric", box=None, pad_edge=False)
    table.add_column(escape(baseline), justify="right")
    for name in others:
        table.add_column(f"{escape(name)} - {escape(baseline)}", justify="right")
    table.add_column("Unit")
    for name, metric in document["metrics"].items():
        cells = [_difference(metric["differences"][other]) for other in others]
        mean = _number(metric["scenarios"][baseline]["mean"])
        table.add_row(escape(CATALOGUE[name].title_en), mean, *cells, escape(metric["unit"]))
    console.print(escape(f"{document['replications']} paired replications, seed {document['seed']}"))
    console.print(table)
    console.print("Mean difference and its 95 % interval; * where it is not zero at 5 % after Holm's correction.")


def print_runs(frame: "pd.DataFrame", metrics: Sequence[str], most: int) -> None:
    """Runs of a study: how many there are in which state, the first of them, and why some failed."""
    console = Console()
    states = frame["status"].value_counts()
    told = ", ".join(f"{count} {state}" for state, count in states.items())
    console.print(escape(f"{len(frame)} runs{f': {told}' if told else ''}"))
    start, end = list(frame.columns).index("policy") + 1, list(frame.columns).index("replication")
    inputs = [str(name) for name in frame.columns[start:end]]
    names = ["run", "scenario", "policy", *inputs, "replication", "status", *metrics]
    names = [name for name in names if name != "policy" or frame["policy"].any()]
    table = Table(*(escape(name.rpartition(".")[2]) for name in names), box=None, pad_edge=False)
    for row in frame[names].head(most).itertuples(index=False):
        table.add_row(*(escape(_cell(value)) for value in row))
    if len(frame):
        console.print(table)
    if len(frame) > most:
        console.print(f"and {len(frame) - most} more; --where chooses, --export writes all")
    failed = frame[frame["status"] == "failed"]
    for number, error in zip(failed["run"].head(most), failed["error"], strict=False):
        console.print(escape(f"run {number} failed: {error}"), style="red")


def _cell(value: object) -> str:
    if isinstance(value, float):
        return _number(None if value != value else value)
    return str(value)


def _difference(found: Mapping[str, Any]) -> str:
    star = "*" if found["p_holm"] < 0.05 else " "
    return f"{_number(found['mean'])} ({_interval(found['ci95'])}){star}"


@contextmanager
def progress(shown: bool, what: str = "weeks") -> Iterator[Progress | None]:
    """A bar with the time left, to be told how far things are; None if it is not shown."""
    if not shown:
        yield None
        return
    from rich import progress as bars

    columns = (bars.TextColumn(what), bars.BarColumn(), bars.MofNCompleteColumn(), bars.TimeRemainingColumn())
    with bars.Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=None)

        def tell(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)

        yield tell


def _interval(ends: Sequence[float] | None) -> str:
    return "-" if ends is None else f"{_number(ends[0])} to {_number(ends[1])}"


def _number(value: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"
