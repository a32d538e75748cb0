"""A selection: the best of a few scenarios in a metric, and how surely."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from channellab import __version__
from channellab.reports.charts import ranking
from channellab.reports.inputs import embedded
from channellab.reports.kinds import common
from channellab.reports.language import metric_title, metric_unit, words
from channellab.reports.quantities import quantity
from channellab.reports.sections import Cell, Chart, Page, Section, Table, number
from channellab.reports.validity import validity

FILE = "selection.json"
Told = Mapping[str, Any]


def page(folder: Path, lang: str) -> Page:
    """The page of a selection.

    Raises:
        BadInput: its file cannot be read or lacks something.
    """
    found, say = common.read_json(folder / FILE), words(lang)
    common.demanded(found, folder / FILE, "metric", "best", "sure", "indifference", "level", "candidates")
    metric, currency = found["metric"], common.currency_of(found, lang)
    labels = {name: common.title_of(found, name, lang) for name in found["candidates"]}
    rows = [
        ranking.Ranked(labels[name], row["mean"], row["ci95"], row["dropped_after"], name == found["best"])
        for name, row in found["candidates"].items()
    ]
    chart = Chart("ranking", ranking.ranking(rows, metric, lang, currency), ranking.alt_text(rows, metric, lang))
    zone = quantity(found["indifference"], metric_unit(metric), lang)
    unit = "" if metric_unit(metric) == "1" else say.unit(metric_unit(metric), currency)
    facts = {"best": labels[found["best"]], "metric": metric_title(metric, lang), "zone": f"{zone} {unit}".strip()}
    runs = sum(row["replications"] for row in found["candidates"].values())
    command = ["channellab select", *labels, f"--metric {metric}", f"--indifference {found['indifference']:g}",
               f"--level {found['level']:g}", f"--seed {found.get('seed', '')}"]  # fmt: skip
    return Page(
        lang,
        say("studies.kind_selection"),
        say("studies.title_selection", metric=metric_title(metric, lang)),
        [say("studies.facts_scenarios", count=len(labels)), say("report.facts_runs", count=runs)],
        [_dropped(labels, row, name, lang) for name, row in found["candidates"].items() if name != found["best"]],
        [Section("ranking", say("studies.ranking"), charts=[chart], tables=[_table(found, labels, lang, currency)])],
        [(say("report.rerun"), "channellab rerun report.html"), (say("report.command"), " ".join(command))],
        lead=say(f"studies.best_{'sure' if found['sure'] else 'leads'}", level=common.percent(found["level"], lang),
                 **facts),
        assumptions=[say("studies.kn")],
        inputs=embedded(common.scenarios_of(folder, found, "select")),
        version=__version__,
        validity=validity(folder, lang),
    )  # fmt: skip


def _dropped(labels: Mapping[str, str], row: Told, name: str, lang: str) -> str:
    if row["dropped_after"] is None:
        return words(lang)("studies.still_in", label=labels[name], n=row["replications"])
    return words(lang)("studies.dropped", label=labels[name], n=row["dropped_after"])


def _table(found: Told, labels: Mapping[str, str], lang: str, currency: str) -> Table:
    say, metric = words(lang), found["metric"]
    rows = [
        [
            Cell(labels[name]),
            common.mean_cells(row, metric, lang),
            number(str(row["replications"]), row["replications"]),
            Cell(say("number.missing") if row["dropped_after"] is None else str(row["dropped_after"]), look="number"),
        ]
        for name, row in found["candidates"].items()
    ]
    columns = [say("studies.scenario"), common.metric_name(metric, lang, currency), say("studies.replications"),
               say("studies.dropped_after")]  # fmt: skip
    return Table("selection", say("studies.selection_caption"), columns, rows)
