"""Results of runs, comparisons, selections, explanations and searches as tables on the terminal, in two languages."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from channellab.figures import interval, number, with_interval
from channellab.reports.language import Words, words
from channellab.reports.lever_names import lever_names, lever_value
from channellab.scenarios.metrics import CATALOGUE

Document = Mapping[str, Any]
Show = Callable[[Document, str], None]


def print_study(document: Document, lang: str) -> None:
    """The result document of a run: its metrics in the order of the catalogue, then the books."""
    say, between = _speech(lang)
    table = _table(say("tables.metric"), say("tables.mean"), say("tables.interval"))
    table.add_column(say("tables.unit"))
    metrics = document["metrics"]
    for name in sorted(metrics, key=[*CATALOGUE, *metrics].index):
        found = metrics[name]
        figures = number(found["mean"]), interval(found["ci95"], between)
        table.add_row(escape(_title(name, say)), *figures, escape(_unit(found["unit"], say)))
    count = document["replications"]
    runs = say("tables.replication" if count == 1 else "tables.replications", n=count)
    facts = {"scenario": document["scenario"], "weeks": document["weeks"], "seed": document["seed"]}
    books = {gap: number(document["ledger"][f"{gap}_imbalance"]) for gap in ("money", "goods")}
    _print(say("tables.run", **facts, runs=runs), table)
    _print(say("tables.books", **books, seconds=f"{document['elapsed_s']:.1f}"))


def print_comparison(document: Document, lang: str) -> None:
    """The document of a comparison: the baseline's means, then each scenario's difference with its interval.

    The metrics that it was made for come first, as they are judged apart from all others.
    """
    say, between = _speech(lang)
    baseline, primary = document["baseline"], document["primary"]
    others = [name for name in document["scenarios"] if name != baseline]
    table = _table(say("tables.metric"), baseline, *(f"{name} - {baseline}" for name in others))
    table.add_column(say("tables.unit"))
    for name, metric in _in_families(document["metrics"], primary, table, say):
        cells = [_difference(metric["differences"][other], between) for other in others]
        mean = number(metric["scenarios"][baseline]["mean"])
        table.add_row(escape(_title(name, say)), mean, *cells, escape(_unit(metric["unit"], say)))
    _print(say("tables.paired", n=document["replications"], seed=document["seed"]), table)
    _print(say("tables.star_families" if primary else "tables.star"))
    if document["uncertainty"]:
        _print(say("tables.drawn", keys=say.several(document["uncertainty"])))
    if reached := document["precision"]:
        widths = {name: f"{reached[name]:.2%}" for name in ("half_width", "asked")}
        because = say(f"tables.because_{'narrow' if reached['half_width'] <= reached['asked'] else 'most'}")
        _print(say("tables.reached", metric=_title(reached["metric"], say), **widths, because=because))


def _in_families(metrics: Document, primary: Sequence[str], table: Table, say: Words) -> Iterator[tuple[str, Any]]:
    """The primary metrics and then the others, each family under its heading where there are two."""
    for chosen, heading in ((True, "tables.primary"), (False, "tables.exploratory")):
        family = [(name, found) for name, found in metrics.items() if (name in primary) == chosen]
        if primary and family:
            table.add_row(say(heading), style="bold")
        yield from family


def print_selection(document: Document, lang: str) -> None:
    """Candidates, when they were dropped, and which is best."""
    say, between = _speech(lang)
    heads = [say(f"tables.{name}") for name in ("interval", "replications_head", "dropped")]
    table = _table(say("tables.scenario"), _title(document["metric"], say), *heads)
    for name, row in document["candidates"].items():
        dropped = "-" if row["dropped_after"] is None else str(row["dropped_after"])
        figures = number(row["mean"]), interval(row["ci95"], between), str(row["replications"]), dropped
        table.add_row(escape(name), *figures)
    zone = f"{number(document['indifference'])} {_unit(document['unit'], say)}"
    key = "tables.best_sure" if document["sure"] else "tables.best_unsure"
    facts = {"level": f"{document['level']:.0%}"} if document["sure"] else {}
    _print(table)
    _print(say(key, best=document["best"], zone=zone, **facts))


def print_explanation(document: Document, lang: str, metrics: Sequence[str]) -> None:
    """What each group of settings did to some metrics."""
    say, between = _speech(lang)
    told = [document["metrics"][name] for name in metrics]
    heads = [f"{_title(name, say)}, {_unit(found['unit'], say)}" for name, found in zip(metrics, told, strict=True)]
    table = _table(say("tables.changed"), *heads)
    for group in document["groups"]:
        name = group if lang == "en" else say.named("setting_groups", group)
        table.add_row(escape(name), *(with_interval(each["parts"][group], between) for each in told))
    table.add_row(say("tables.together"), *(with_interval(each["whole"], between) for each in told), style="bold")
    counts = {"n": document["replications"], "runs": document["runs"]}
    _print(say("tables.explained", a=document["from"], b=document["to"], **counts), table)
    _print(say("tables.shapley"))


def print_front(document: Document, lang: str) -> None:
    """The finalists of a search beside today, what is recommended, and which levers matter."""
    say, between = _speech(lang)
    labels = [each["label"] for each in document["objectives"]]
    heads = [
        f"{_objective(each['label'], say)} ({say('tables.' + each['direction'])}), {_unit(each['unit'], say)}"
        for each in document["objectives"]
    ]
    table = _table(say("tables.candidate"), *heads)
    table.add_column(say("tables.on_front"))
    table.add_column(say("tables.levers"), overflow="fold")
    rows = [({"candidate": say("tables.today"), **document["today"]})] if document["today"] else []
    shown = (*rows, *document["finalists"])
    names = lever_names(list(dict.fromkeys(key for row in shown for key in row["values"])), lang)
    for row in shown:
        cells = [with_interval(row["objectives"][label], between) for label in labels]
        values = row["values"].items()
        levers = "; ".join(f"{names[key]} {lever_value(key, value, lang)}" for key, value in values)
        chance = f"{row['chance_of_front']:.0%}" + ("" if row["feasible"] else say("tables.breaks"))
        table.add_row(escape(str(row["candidate"])), *cells, chance, escape(levers))
    counts = {name: document[name] for name in ("evaluations", "failed", "stopped_early", "fresh", "markets")}
    _print(say("tables.searched", **counts), table)
    _print_recommended(document, say)
    for label, shares in document["importance"].items():
        order = sorted(shares.items(), key=lambda pair: -pair[1])[:5]
        if order:
            told = "; ".join(f"{names[key]} {share:.0%}" for key, share in order)
            _print(say("tables.matters", objective=_objective(label, say), levers=told))


def _print_recommended(document: Document, say: Words) -> None:
    found = document["recommended"]
    if found is None:
        _print(say("tables.nobody"))
        return
    _print(say("tables.recommended", number=found["candidate"]))
    _print_gaps(found, say)
    answered = found["answered"]
    if answered["error"]:
        _print(say("tables.unanswered", error=answered["error"]))
        return
    _print(say("tables.answered"))
    _print_gaps(answered, say)


def _print_gaps(found: Document, say: Words) -> None:
    for label, gap in found["against_today"].items():
        _print(f"  {_objective(label, say)}: {with_interval(gap, say.sentences['number.between'])}")
    if not found["still_better"]:
        _print(say("tables.not_better"))


def _speech(lang: str) -> tuple[Words, str]:
    """The words of a language, and how it puts the ends of an interval."""
    say = words(lang)
    return say, say.sentences["number.between"]


def _table(first: str, *rest: str) -> Table:
    table = Table(escape(first), box=None, pad_edge=False)
    for heading in rest:
        table.add_column(escape(heading), justify="right")
    return table


def _title(metric: str, say: Words) -> str:
    """A metric's title; one that the catalogue lacks stands as it is."""
    if metric not in CATALOGUE:
        return metric
    return {"en": CATALOGUE[metric].title_en, "zh": CATALOGUE[metric].title_zh}[say.lang]


def _objective(label: str, say: Words) -> str:
    """A search's label in English, by which its file calls it; else the metric's title with what the label adds."""
    metric, dot, robust = label.partition(".")
    if say.lang == "en" or metric not in CATALOGUE:
        return label
    key = f"studies.robust_{robust}"
    return say(key, name=_title(metric, say)) if dot and key in say.sentences else _title(metric, say)


def _unit(unit: str, say: Words) -> str:
    """A unit as files have it in English, in words in other languages."""
    return unit if say.lang == "en" else say.unit(unit, say("units.unknown_money"))


def _difference(found: Document, between: str) -> str:
    return f"{with_interval(found, between)}{'*' if found['p_holm'] < 0.05 else ' '}"


def _print(*lines: str | Table) -> None:
    console = Console()
    for line in lines:
        console.print(escape(line) if isinstance(line, str) else line)
