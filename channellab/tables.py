"""What the command line shows to people besides `result_tables`: tables of studies, and progress on standard error."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from channellab.figures import cell, interval, number
from channellab.scenarios.metrics import CATALOGUE

if TYPE_CHECKING:
    import pandas as pd

Progress = Callable[[int, int], None]
"""Called with what is done, weeks or runs, and with all of it."""


def print_sensitivity(document: Mapping[str, Any], lang: str) -> None:
    """Indices, the strongest input first, how much is noise, and in a language where bounds are broken."""
    from channellab.reports.conditions import sentences

    console = Console()
    console.print(f"{document['points']} points, {document['failed']} failed, {document['dropped']} left out")
    if document["error"]:
        console.print(escape(f"The first that failed: {document['error']}"), style="red")
    by = "mu_star" if document["method"] == "morris" else "total"
    for metric, noise in document["noise"].items():
        rows = sorted((row for row in document["indices"] if row["metric"] == metric), key=lambda row: -row[by])
        columns = [name for name in rows[0] if name not in ("metric", "input")]
        table = Table(escape(CATALOGUE[metric].title_en), box=None, pad_edge=False)
        for name in columns:
            table.add_column(name.replace("_", " "), justify="right")
        for row in rows:
            table.add_row(escape(row["input"]), *(number(row[name]) for name in columns))
        console.print(table)
        console.print(f"Noise of replication: {noise:.1%} of the variance between points, taken out.")
    for sentence in sentences(document, lang):
        console.print(escape(sentence))


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
        table.add_row(*(escape(cell(value)) for value in row))
    if len(frame):
        console.print(table)
    if len(frame) > most:
        console.print(f"and {len(frame) - most} more; --where chooses, --export writes all")
    failed = frame[frame["status"] == "failed"]
    for run, error in zip(failed["run"].head(most), failed["error"], strict=False):
        console.print(escape(f"run {run} failed: {error}"), style="red")


def print_validation(document: Mapping[str, Any]) -> None:
    """The gates that have an expected figure, failing ones marked, and how many of each kind have passed."""
    console = Console()
    table = Table("Gate", "Measured", box=None, pad_edge=False, row_styles=("", "dim"))
    table.add_column("Model", justify="right")
    table.add_column("Expected, source")
    table.add_column("Verdict")
    for row in document["gates"]:
        if row["verdict"] != "no figure":
            ends = number(row["value"]) if row["low"] == row["high"] else interval((row["low"], row["high"]))
            what = row["measured"] if row["claim"] != "BOOKS" else f"{row['scenario']}: {row['measured']}"
            verdict = "passed" if row["verdict"] == "passed" else "[bold red]FAILED[/]"
            table.add_row(row["claim"], escape(what), ends, escape(row["published"]), verdict)
    console.print(table)
    for kind, counts in document["counts"].items():
        told = ", ".join(f"{count} {word}" for word, count in counts.items() if count)
        console.print(f"{kind}: {told or 'none'}")


def _bar(*columns: Any) -> Any:
    """A bar on standard error; nothing at all where that is no terminal, such as in a log."""
    from rich import progress as bars

    console = Console(stderr=True)
    return bars.Progress(*columns, console=console, transient=True, disable=not console.is_terminal)


@contextmanager
def progress(shown: bool, what: str = "weeks") -> Iterator[Progress | None]:
    """A bar with the time left, to be told how far things are; None if it is not shown."""
    if not shown:
        yield None
        return
    from rich import progress as bars

    columns = (bars.TextColumn(what), bars.BarColumn(), bars.MofNCompleteColumn(), bars.TimeRemainingColumn())
    with _bar(*columns) as bar:
        task = bar.add_task(what, total=None)

        def tell(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)

        yield tell


@contextmanager
def stages(shown: bool) -> Iterator[Callable[[str, int, int], None]]:
    """A bar with the time left for work in stages, to be told what is done next and how many steps are done."""
    if not shown:
        yield lambda stage, done, steps: None
        return
    from rich import progress as bars

    columns = (
        bars.BarColumn(),
        bars.MofNCompleteColumn(),
        bars.TimeRemainingColumn(),
        bars.TextColumn("{task.description}"),
    )
    with _bar(*columns) as bar:
        task = bar.add_task("", total=None)

        def tell(stage: str, done: int, steps: int) -> None:
            bar.update(task, description=escape(stage), completed=done, total=steps)

        yield tell


def print_calibration(document: Mapping[str, Any], out: object) -> None:
    """What a calibration found: accuracy of the calibrated market, elasticities, and what is not identified."""
    console = Console()
    table = Table("Level", box=None, pad_edge=False)
    for heading in ("WAPE", "MASE", "80 % interval covers", "Series"):
        table.add_column(heading, justify="right")
    table.add_column("Best reference")
    best = {(row["level"], row["origin"]): f"{row['wape']:.3f} {row['method']}" for row in document["references"]}
    for row in document["holdout"]:
        covered = "-" if row["coverage"] is None else f"{row['coverage']:.0%}"
        label = row["level"] if not row["origin"] else f"{row['level']}, origin {row['origin'] + 1}"
        figures = f"{row['wape']:.3f}", number(row["mase"]), covered, f"{row['series']}"
        table.add_row(escape(label), *figures, escape(best.get((row["level"], row["origin"]), "-")))
    console.print(table)
    prices = document["elasticities"]
    console.print(
        f"Price elasticities of {prices['items']} items: mean {prices['mean']:.2f}, "
        f"deciles {prices['decile_10']:.2f} and {prices['decile_90']:.2f}, {prices['positive_items']} positive"
        f"{'; believed beforehand, not found' * (not document.get('prices_identified', True))}"
    )
    if document["unidentified"]:
        console.print(escape(f"Not identified by this history: {', '.join(document['unidentified'])}"))
    for pair in document["trade_offs"]:
        console.print(escape(_trade_off(pair)))
    for warning in document["warnings"]:
        console.print(escape(f"Warning: {warning}"))
    scenario = document["scenario"]
    what = "All tables and the fitted scenario are" if scenario["path"] else "All tables are"
    console.print(escape(f"{what} in {out}{'; ' * bool(scenario['note'])}{scenario['note']}"))


def print_parameters(document: Mapping[str, Any], out: object) -> None:
    """What a calibration to targets or of a diffusion found: each parameter with its interval."""
    console = Console()
    table = Table("Parameter", box=None, pad_edge=False)
    for heading in ("Estimate", "95 % interval"):
        table.add_column(heading, justify="right")
    table.add_column("")
    found = document.get("parameters") or {name: document[name] for name in ("p", "q", "m")}
    for name, value in found.items():
        doubt = "" if value.get("identified", True) else "not identified"
        table.add_row(escape(name), number(value["estimate"]), interval(value["ci95"]), doubt)
    console.print(table)
    if "targets" in document:
        for row in document["targets"]:
            model = f"{number(row['model'])} on fresh seeds"
            console.print(escape(f"{row['metric']}: {number(row['target'])} wanted, {model}"))
        for pair in document["trade_offs"]:
            console.print(escape(_trade_off(pair)))
        loss = document["loss"]
        console.print(f"Loss {number(loss['fresh'])} on fresh seeds, {number(loss['search'])} in the search")
    else:
        gap = document["largest_gap_to_closed_form"]
        console.print(f"R squared {document['r_squared']:.3f}; the market's curve is within {gap:.3f} of the formula")
    console.print(escape(f"All tables and the fitted scenario are in {out}"))


def _trade_off(pair: Mapping[str, Any]) -> str:
    return f"{' and '.join(pair['pair'])} trade off (correlation {pair['correlation']:.2f})"
