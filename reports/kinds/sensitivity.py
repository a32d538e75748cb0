"""A sensitivity study: what decides each outcome, and in which conditions a bound is broken."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from channellab import __version__
from channellab.reports.charts import tornado
from channellab.reports.conditions import sentences
from channellab.reports.inputs import embedded
from channellab.reports.kinds import common
from channellab.reports.language import metric_title, metric_unit, words
from channellab.reports.lever_names import lever_names, lever_value
from channellab.reports.quantities import quantity
from channellab.reports.sections import Cell, Chart, Page, Section, Table, number
from channellab.reports.validity import validity

FILE = "sensitivity.json"
Told = Mapping[str, Any]
COLUMNS = {"morris": ("mu_star", "half_width", "sigma", "noise"), "sobol": ("total", "total_half_width", "first")}
"""Columns of the table; the first orders it."""


def page(folder: Path, lang: str) -> Page:
    """The page of a sensitivity study.

    Raises:
        BadInput: its file cannot be read or lacks something.
    """
    found, say = common.read_json(folder / FILE), words(lang)
    needed = ("method", "indices", "noise", "points", "failed", "failures", "levers", "uncertainties", "scenarios")
    common.demanded(found, folder / FILE, *needed)
    currency, method = common.currency_of(found, lang), found["method"]
    metrics = list(found["noise"])
    sections = [Section("decides", say("studies.decides"), [say(f"studies.about_{method}")],
                        [_chart(found, metric, lang, currency) for metric in metrics],
                        [_table(found, metric, lang, currency) for metric in metrics])]  # fmt: skip
    broken = sentences(found, lang) if found["failures"] else []
    if broken:
        sections.append(Section("fails", say("studies.fails"), broken))
    return Page(
        lang,
        say("studies.kind_sensitivity"),
        say("studies.title_sensitivity", metrics=say.listed([metric_title(metric, lang) for metric in metrics])),
        [say("studies.facts_points", count=found["points"]), say(f"studies.method_{method}")],
        [*(_finding(found, metric, lang) for metric in metrics), say("studies.points_lost", failed=found["failed"])],
        sections,
        [
            (say("report.rerun"), "channellab rerun report.html"),
            (say("report.command"), "channellab sensitivity STUDY.toml --out DIR"),
        ],
        assumptions=[say("studies.same_seeds"), *_ranges(found, lang)],
        inputs=embedded(common.played(folder)),
        version=__version__,
        validity=validity(folder, lang),
    )


def rows_of(found: Told, metric: str) -> list[Told]:
    """The indices of an outcome, the strongest input first."""
    first = COLUMNS[found["method"]][0]
    return sorted((row for row in found["indices"] if row["metric"] == metric), key=lambda row: -row[first])


def _finding(found: Told, metric: str, lang: str) -> str:
    say, rows = words(lang), rows_of(found, metric)
    names = lever_names([row["input"] for row in rows], lang)
    told = [say("studies.set", name=names[row["input"]], value=_effect(found, row, metric, lang)) for row in rows[:3]]
    noise = common.percent(found["noise"][metric], lang)
    kind = f"studies.strongest_{found['method']}"
    return say(kind, metric=metric_title(metric, lang), inputs=say.listed(told), noise=noise)


def _effect(found: Told, row: Told, metric: str, lang: str) -> str:
    if found["method"] == "sobol":
        return common.percent(row["total"], lang)
    return quantity(row["mu_star"], metric_unit(metric), lang)


def _chart(found: Told, metric: str, lang: str, currency: str) -> Chart:
    rows = rows_of(found, metric)
    names = lever_names([row["input"] for row in rows], lang)
    method = found["method"]
    effect, half = COLUMNS[method][:2]
    beside = "first" if method == "sobol" else "noise"
    influences = [
        tornado.Influence(names[row["input"]], float(row[effect]), float(row[half]), float(row[beside])) for row in rows
    ]
    figure = tornado.tornado(influences, metric, method, lang, currency)
    return Chart(f"decides-{metric.replace('_', '-')}", figure, tornado.alt_text(influences, metric, method, lang))


def _table(found: Told, metric: str, lang: str, currency: str) -> Table:
    say, method = words(lang), found["method"]
    unit = "1" if method == "sobol" else metric_unit(metric)
    rows: list[Sequence[Cell]] = [
        [
            common.key_cell(row["input"], lang),
            Cell(common.key_meaning(row["input"], lang, currency), look="text"),
            *(number(quantity(row[column], unit, lang), row[column]) for column in COLUMNS[method]),
        ]
        for row in rows_of(found, metric)
    ]
    columns = [say("report.setting"), say("report.meaning"), *(say(f"studies.{column}") for column in COLUMNS[method])]
    name = metric_title(metric, lang) if method == "sobol" else common.metric_name(metric, lang, currency)
    return Table(f"indices-{metric}", name, columns, rows)


def _ranges(found: Told, lang: str) -> Iterator[str]:
    say, spans = words(lang), {**found["levers"], **found["uncertainties"]}
    names = lever_names(list(spans), lang)
    for key, span in spans.items():
        if "low" in span:
            ends = {end: lever_value(key, span[end], lang) for end in ("low", "high")}
            yield say("studies.unknown", input=names[key], span=say("number.between", **ends))
