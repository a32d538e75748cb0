"""An explanation: which part of a change made which part of the difference."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from channellab import __version__
from channellab.reports.charts import shares
from channellab.reports.inputs import embedded
from channellab.reports.kinds import common
from channellab.reports.language import metric_title, metric_unit, words
from channellab.reports.quantities import difference
from channellab.reports.sections import Cell, Chart, Page, Section, Table
from channellab.reports.validity import validity
from channellab.scenarios.metrics import CATALOGUE

FILE = "explanation.json"
CHARTED = ("channel_profit", "manufacturer_profit", "market_share", "weighted_distribution", "conflict_index")
Told = Mapping[str, Any]


def page(folder: Path, lang: str) -> Page:
    """The page of an explanation.

    Raises:
        BadInput: its file cannot be read or lacks something.
    """
    found, say = common.read_json(folder / FILE), words(lang)
    common.demanded(found, folder / FILE, "from", "to", "groups", "metrics", "replications", "runs")
    names = (common.title_of(found, found["from"], lang), common.title_of(found, found["to"], lang))
    groups = {group: say.named("setting_groups", group) for group in found["groups"]}
    currency = common.currency_of(found, lang)
    metrics = [name for name in CATALOGUE if name in found["metrics"]]
    return Page(
        lang,
        say("studies.kind_explanation"),
        say("studies.title_explanation", a=names[0], b=names[1]),
        [
            say("studies.facts_groups", count=len(groups)),
            say("report.facts_runs", count=found["runs"]),
            say("studies.facts_replications", count=found["replications"]),
        ],
        list(_findings(found, groups, lang)),
        [
            Section("parts", say("studies.parts"), [say("studies.parts_note")],
                    charts=list(_charts(found, groups, names, lang, currency))),
            Section("all", say("report.table"), tables=[_table(found, metrics, groups, lang, currency)]),
        ],
        [
            (say("report.rerun"), "channellab rerun report.html"),
            (say("report.command"), f"channellab explain {found['from']} {found['to']} --seed {found.get('seed', '')} "
                                    f"--replications {found['replications']}"),
        ],
        lead=_lead(found, groups, names, lang),
        inputs=embedded(common.scenarios_of(folder, found, "explain")),
        version=__version__,
        validity=validity(folder, lang),
    )  # fmt: skip


def _charted(found: Told) -> list[str]:
    return [name for name in CHARTED if name in found["metrics"] and found["metrics"][name]["whole"]["mean"]]


def _lead(found: Told, groups: Mapping[str, str], names: tuple[str, str], lang: str) -> str:
    say, metric = words(lang), "channel_profit"
    if metric not in found["metrics"]:
        return ""
    whole, parts = found["metrics"][metric]["whole"], found["metrics"][metric]["parts"]
    amount, low, high = difference(whole["mean"], whole["ci95"], metric_unit(metric), lang)
    facts = {"metric": metric_title(metric, lang), "amount": amount, "low": low, "high": high}
    if whole["ci95"][0] <= 0 <= whole["ci95"][1]:
        return say("studies.not_changed", a=names[0], b=names[1], **facts)
    largest = max(parts, key=lambda group: abs(parts[group]["mean"]))
    part = difference(parts[largest]["mean"], parts[largest]["ci95"], metric_unit(metric), lang)[0]
    return say("studies.explained", a=names[0], b=names[1], group=groups[largest], part=part, **facts)


def _findings(found: Told, groups: Mapping[str, str], lang: str) -> Iterator[str]:
    say = words(lang)
    for metric in _charted(found):
        parts = found["metrics"][metric]["parts"]
        clear = [g for g in parts if parts[g]["ci95"][0] > 0 or parts[g]["ci95"][1] < 0]
        clear.sort(key=lambda group: -abs(parts[group]["mean"]))
        told = [
            say("studies.set", name=groups[g],
                value=difference(parts[g]["mean"], parts[g]["ci95"], metric_unit(metric), lang)[0])
            for g in clear
        ]  # fmt: skip
        kind = "clear_parts" if told else "no_clear_part"
        yield say(f"studies.{kind}", metric=metric_title(metric, lang), parts=say.listed(told))


def _charts(
    found: Told, groups: Mapping[str, str], names: tuple[str, str], lang: str, currency: str
) -> Iterator[Chart]:
    for metric in _charted(found):
        told = found["metrics"][metric]
        parts = {groups[group]: _span(part) for group, part in told["parts"].items()}
        figure = shares.shares(parts, _span(told["whole"]), metric, names, lang, currency)
        alt = shares.alt_text(parts, _span(told["whole"]), metric, names, lang)
        yield Chart(f"parts-{metric.replace('_', '-')}", figure, alt)


def _span(entry: Told) -> shares.Part:
    return float(entry["mean"]), float(entry["ci95"][0]), float(entry["ci95"][1])


def _table(found: Told, metrics: list[str], groups: Mapping[str, str], lang: str, currency: str) -> Table:
    say = words(lang)
    rows = []
    for metric in metrics:
        told = found["metrics"][metric]
        cells = [common.gap_cell(each, metric, lang) for each in (told["whole"], *told["parts"].values())]
        rows.append([Cell(common.metric_name(metric, lang, currency)), *cells])
    columns = [say("report.metric"), say("shares.together"), *groups.values()]
    return Table("explanation", say("studies.explanation_caption"), columns, rows)
