"""The table of all metrics: means, paired differences, and which of them are clear."""

from dataclasses import dataclass

from channellab.reports.language import metric_title, metric_unit, words
from channellab.reports.quantities import ROUNDING, difference
from channellab.reports.study import CLEAR, Told, Verdict, verdict, wording
from channellab.scenarios.metrics import CATALOGUE

PRIMARY = "primary"
"""Group of the metrics that were named beforehand."""
SYMBOLS: dict[Verdict, str] = {"better": "✓", "worse": "✗", "unclear": "≈", "same": "=", "differs": ""}


@dataclass(frozen=True)
class Mean:
    """A cell with a scenario's mean: exactly, and as people read it."""

    value: float
    text: str


@dataclass(frozen=True)
class Change:
    """A cell with a paired difference and its interval: exactly, and as people read it.

    Attributes:
        star: whether it is not zero after Holm's correction within its family.
        symbol, said: the verdict as a sign and in words; empty where the metric has no direction.
    """

    value: float
    low: float
    high: float
    text: str
    interval: str
    star: bool
    verdict: Verdict
    symbol: str
    said: str


@dataclass(frozen=True)
class Row:
    """A metric: its name, title and unit, each scenario's mean, and each other scenario's change."""

    metric: str
    title: str
    unit: str
    means: list[Mean]
    changes: list[Change]


def metric_rows(told: Told) -> dict[str, list[Row]]:
    """The metrics of a result in the catalogue's order, by its groups, but for those that are zero everywhere.

    Those that the comparison was made for come before all groups, as `PRIMARY`.

    Raises:
        BadInput: the result has a metric that the catalogue lacks.
    """
    found: dict[str, list[Row]] = {}
    primary = told.document.primary if told.document.others else ()
    for metric in sorted(told.document.metrics, key=lambda name: [*CATALOGUE, name].index(name)):
        row = _row(told, metric)
        if not _idle(row):
            found.setdefault(PRIMARY if metric in primary else CATALOGUE[metric].group, []).append(row)
    return found


def idle_metrics(told: Told) -> int:
    """How many metrics the table leaves out: zero in every scenario, as what they measure is not in use."""
    return sum(_idle(_row(told, metric)) for metric in told.document.metrics)


def _idle(row: Row) -> bool:
    values = [each.value for each in row.means] + [each.value for each in row.changes]
    return all(abs(value) <= ROUNDING for value in values)


def _row(told: Told, metric: str) -> Row:
    unit = "" if metric_unit(metric) == "1" else told.unit(metric)  # percent signs say it
    return Row(
        metric,
        metric_title(metric, told.lang),
        unit,
        [Mean(told.mean(metric, name).mean, told.shown(metric, name)) for name in told.document.scenarios],
        [_change(told, metric, other) for other in told.document.others],
    )


def _change(told: Told, metric: str, other: str) -> Change:
    found, say = told.difference(metric, other), words(told.lang)
    text, low, high = difference(found.mean, found.ci95, metric_unit(metric), told.lang)
    kind = verdict(metric, found)
    return Change(
        found.mean,
        *found.ci95,
        text,
        say("number.between", low=low, high=high),
        found.p_holm < CLEAR and kind != "same",
        kind,
        SYMBOLS[kind],
        "" if kind == "differs" else say(f"verdict.{wording(metric, found)}"),
    )
