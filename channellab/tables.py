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
_ROUNDING = 1e-12
"""What is smaller is the rounding of computers."""


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
    if document["uncertainty"]:
        console.print(escape(f"Drawn anew for every replication: {', '.join(document['uncertainty'])}."))
    if reached := document["precision"]:
        title = CATALOGUE[reached["metric"]].title_en
        console.print(
            escape(
                f"{title}: half the interval is {reached['half_width']:.2%} of the baseline, asked were "
                f"{reached['asked']:.2%}; it ended with {reached['because']}."
            )
        )


def print_selection(document: Mapping[str, Any]) -> None:
    """Candidates, when they were dropped, and which is best."""
    console = Console()
    table = Table("Scenario", box=None, pad_edge=False)
    for heading in (CATALOGUE[document["metric"]].title_en, "95 % interval", "Replications", "Dropped after"):
        table.add_column(escape(heading), justify="right")
    for name, row in document["candidates"].items():
        dropped = "-" if row["dropped_after"] is None else str(row["dropped_after"])
        cells = (_number(row["mean"]), _interval(row["ci95"]), str(row["replications"]), dropped)
        table.add_row(escape(name), *cells)
    console.print(table)
    zone = f"{_number(document['indifference'])} {document['unit']}"
    if document["sure"]:
        told = f"is best with probability {document['level']:.0%} or more, if it is ahead by {zone}"
    else:
        told = f"leads, but not all others were clearly behind when the replications ended (zone: {zone})"
    console.print(escape(f"{document['best']} {told}."))


def print_explanation(document: Mapping[str, Any], metrics: Sequence[str]) -> None:
    """What each group of settings did to some metrics."""
    console = Console()
    table = Table("Changed", box=None, pad_edge=False)
    for name in metrics:
        table.add_column(escape(f"{CATALOGUE[name].title_en}, {document['metrics'][name]['unit']}"), justify="right")
    told = [document["metrics"][name] for name in metrics]
    for group in document["groups"]:
        table.add_row(escape(group), *(_with_interval(each["parts"][group]) for each in told))
    table.add_row("together", *(_with_interval(each["whole"]) for each in told), style="bold")
    heading = f"From {document['from']} to {document['to']}: {document['replications']} replications"
    console.print(escape(f"{heading} of every combination, {document['runs']} runs"))
    console.print(table)
    console.print("Shapley values with 95 % intervals; they add up to the whole.")


def _with_interval(entry: Mapping[str, Any]) -> str:
    return f"{_number(entry['mean'])} ({_interval(entry['ci95'])})"


def print_front(document: Mapping[str, Any]) -> None:
    """The finalists of a search beside today, what is recommended, and which levers matter."""
    console = Console()
    labels = [each["label"] for each in document["objectives"]]
    table = Table("Candidate", box=None, pad_edge=False)
    for each in document["objectives"]:
        table.add_column(escape(f"{each['label']} ({each['direction']}), {each['unit']}"), justify="right")
    for heading in ("On the front", "Levers"):
        table.add_column(heading)
    rows = [({"candidate": "today", **document["today"]})] if document["today"] else []
    for row in (*rows, *document["finalists"]):
        cells = [_with_interval(row["objectives"][label]) for label in labels]
        levers = ", ".join(f"{key.rpartition('.')[2]}={_cell(value)}" for key, value in row["values"].items())
        chance = f"{row['chance_of_front']:.0%}{'' if row['feasible'] else ', breaks a bound'}"
        table.add_row(escape(str(row["candidate"])), *cells, chance, escape(levers))
    counts = f"{document['evaluations']} candidates, {document['failed']} failed"
    stopped = f"{document['stopped_early']} stopped early; finalists on {document['fresh']} fresh seeds"
    console.print(escape(f"{counts}, {stopped} in {document['markets']} markets"))
    console.print(table)
    _print_recommended(console, document)
    for label, shares in document["importance"].items():
        order = sorted(shares.items(), key=lambda pair: -pair[1])[:5]
        if order:
            told = ", ".join(f"{key} {share:.0%}" for key, share in order)
            console.print(escape(f"What matters for {label}: {told}"))


def _print_recommended(console: Console, document: Mapping[str, Any]) -> None:
    found = document["recommended"]
    if found is None:
        console.print("No candidate is clearly better than today in something and clearly worse in nothing.")
        return
    console.print(
        escape(f"Recommended: candidate {found['candidate']}; against today, on seeds that had no say in it:")
    )
    _print_gaps(console, found)
    answered = found["answered"]
    if answered["error"]:
        console.print(escape(f"With partners that answer it could not be played: {answered['error']}"))
        return
    console.print("With partners that have learned and answer it, again on seeds of its own:")
    _print_gaps(console, answered)


def _print_gaps(console: Console, found: Mapping[str, Any]) -> None:
    for label, gap in found["against_today"].items():
        console.print(escape(f"  {label}: {_with_interval(gap)}"))
    if not found["still_better"]:
        console.print("So it does not beat today there: it is not clearly better in something, is clearly worse in")
        console.print("something, or breaks a bound.")


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
            table.add_row(escape(row["input"]), *(_number(row[name]) for name in columns))
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


def print_validation(document: Mapping[str, Any]) -> None:
    """The gates that have an expected figure, failing ones marked, and how many of each kind have passed."""
    console = Console()
    table = Table("Gate", "Measured", box=None, pad_edge=False, row_styles=("", "dim"))
    table.add_column("Model", justify="right")
    table.add_column("Expected, source")
    table.add_column("Verdict")
    for row in document["gates"]:
        if row["verdict"] != "no figure":
            interval = _number(row["value"]) if row["low"] == row["high"] else _interval((row["low"], row["high"]))
            what = row["measured"] if row["claim"] != "BOOKS" else f"{row['scenario']}: {row['measured']}"
            verdict = "passed" if row["verdict"] == "passed" else "[bold red]FAILED[/]"
            table.add_row(row["claim"], escape(what), interval, escape(row["published"]), verdict)
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
        figures = f"{row['wape']:.3f}", _number(row["mase"]), covered, f"{row['series']}"
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
        table.add_row(escape(name), _number(value["estimate"]), _interval(value["ci95"]), doubt)
    console.print(table)
    if "targets" in document:
        for row in document["targets"]:
            model = f"{_number(row['model'])} on fresh seeds"
            console.print(escape(f"{row['metric']}: {_number(row['target'])} wanted, {model}"))
        for pair in document["trade_offs"]:
            console.print(escape(_trade_off(pair)))
        loss = document["loss"]
        console.print(f"Loss {_number(loss['fresh'])} on fresh seeds, {_number(loss['search'])} in the search")
    else:
        gap = document["largest_gap_to_closed_form"]
        console.print(f"R squared {document['r_squared']:.3f}; the market's curve is within {gap:.3f} of the formula")
    console.print(escape(f"All tables and the fitted scenario are in {out}"))


def _trade_off(pair: Mapping[str, Any]) -> str:
    return f"{' and '.join(pair['pair'])} trade off (correlation {pair['correlation']:.2f})"


def _interval(ends: Sequence[float] | None) -> str:
    return "-" if ends is None else f"{_number(ends[0])} to {_number(ends[1])}"


def _number(value: float | None) -> str:
    """A number in four digits; what is left of sums that cancel is nothing.

    >>> _number(-2e-18), _number(0.00012345), _number(1234567.8)
    ('0', '0.0001234', '1,234,568')
    """
    if value is None:
        return "-"
    if abs(value) < _ROUNDING:
        return "0"
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"
