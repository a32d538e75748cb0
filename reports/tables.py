"""Tables for people: the metrics of several scenarios side by side."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
from rich.table import Table

from channellab.reports.language import metric_title, metric_unit, words
from channellab.reports.quantities import with_interval
from channellab.scenarios.errors import BadInput
from channellab.scenarios.metrics import CATALOGUE

Document = Mapping[str, Any]
"""What ``run --json`` prints: ``metrics`` holds name -> ``mean``, ``ci95`` ([low, high] or None) and ``unit``."""


def comparison_table(
    documents: Mapping[str, Document],
    lang: str = "en",
    metrics: Sequence[str] | None = None,
    currency: str = "CNY",
    marks: Mapping[str, Mapping[str, str]] | None = None,
    note: str = "",
) -> Table:
    """Metrics down, scenarios across: means with half the width of their 95 % intervals.

    Args:
        documents: scenario's name for people -> its document.
        lang: language of all words.
        metrics: those to show, in this order; None = all there are, in the catalogue's order, with a dash where
            a document lacks one.
        currency: the scenarios' currency.
        marks: scenario's name -> metric -> a sign to stand behind its number.
        note: what the signs mean, to stand below the table.

    Raises:
        BadInput: no document, or one without a metric that was asked for.
    """
    if not documents:
        raise BadInput("table", "scenarios", "are none, allowed is at least one")
    say = words(lang)
    caption = " ".join(filter(None, (_caption(documents, lang), note)))
    table = Table(title=say("comparison.title"), title_justify="left", caption=caption)
    table.caption_justify = "left"
    table.add_column(say("comparison.metric"))
    table.add_column(say("comparison.unit"), style="dim")
    for label in documents:
        table.add_column(label, justify="right", no_wrap=True)
    chosen = _present(documents) if metrics is None else _demanded(documents, metrics)
    for metric, following in zip(chosen, [*chosen[1:], None], strict=True):
        signs = [(marks or {}).get(label, {}).get(metric, "") for label in documents]
        told = [_cell(document, metric, lang) for document in documents.values()]
        cells = [f"{text} {sign or ' '}" if marks else text for text, sign in zip(told, signs, strict=True)]
        last = following is None or CATALOGUE[following].group != CATALOGUE[metric].group
        table.add_row(metric_title(metric, lang), _unit(metric, lang, currency), *cells, end_section=last)
    return table


def metrics_frame(documents: Mapping[str, Document]) -> pd.DataFrame:
    """The same as numbers, a row per scenario and metric.

    Returns:
        Columns ``scenario``, ``metric``, ``unit``, ``mean``, ``ci95_low``, ``ci95_high``; the last two are NaN where
        there is no interval.
    """
    columns = ["scenario", "metric", "unit", "mean", "ci95_low", "ci95_high"]
    rows = [
        (label, name, entry["unit"], entry["mean"], *(entry["ci95"] or (None, None)))
        for label, document in documents.items()
        for name, entry in document["metrics"].items()
    ]
    frame = pd.DataFrame(rows, columns=columns)
    return frame.astype(dict.fromkeys(columns[3:], "float64"))


def _present(documents: Mapping[str, Document]) -> list[str]:
    present = {name for document in documents.values() for name in document["metrics"]}
    return [name for name in CATALOGUE if name in present]


def _demanded(documents: Mapping[str, Document], metrics: Sequence[str]) -> Sequence[str]:
    for label, document in documents.items():
        for metric in metrics:
            if metric not in document["metrics"]:
                there = ", ".join(document["metrics"]) or "nothing"
                raise BadInput(label, metric, f"is not in this result, which has {there}")
    return metrics


def _cell(document: Document, metric: str, lang: str) -> str:
    entry = document["metrics"].get(metric)
    if entry is None:
        return words(lang)("number.missing")
    return with_interval(entry["mean"], entry["ci95"], metric_unit(metric), lang)


def _unit(metric: str, lang: str, currency: str) -> str:
    unit = metric_unit(metric)
    return "" if unit == "1" else words(lang).unit(unit, currency)


def _caption(documents: Mapping[str, Document], lang: str) -> str:
    counts = {label: int(document.get("replications", 1)) for label, document in documents.items()}
    if max(counts.values()) == 1:
        return words(lang)("comparison.caption_single")
    return words(lang)("comparison.caption", runs=words(lang).runs(counts))
