"""What protecting territories and prices cost and saved: the brand's payments for it beside what was diverted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from channellab.reports.language import metric_title, metric_unit, words
from channellab.reports.quantities import quantity
from channellab.reports.study import Told
from channellab.sim.ledger import Account, Group

BRAND = Group.MANUFACTURER.name.lower()
OUTLETS = (Group.RETAILERS.name.lower(), Group.ONLINE.name.lower())
"""Who pays penalties for prices below the minimum; all others pay them for diverted goods."""
MEASURES = ("diverted", "policing", "disputes", "penalties", "passed_on", "price_penalties", "balance")
"""Rows of the table in money a year: the value of diverted goods, and what protection costs and brings the brand."""
FIGURES = (
    "diversion_share",
    "map_violation_rate",
    "detection_rate",
    "false_accusations",
    "partner_exit_rate",
    "dispute_days",
    "partner_satisfaction",
)
"""Metrics shown below them."""


@dataclass(frozen=True)
class Row:
    """A row of the table: its title with unit, and a value and a text for each scenario."""

    title: str
    cells: list[tuple[float, str]]


def figures(money: pd.DataFrame) -> dict[str, float]:
    """The measures of a scenario from its payments, money a year.

    >>> rows = [("grey_sales", "retailers", "distributors", 90.0), ("policing", BRAND, "inspectors", 10.0)]
    >>> rows += [("penalties", "distributors", BRAND, 25.0), ("penalties", BRAND, "distributors", 5.0)]
    >>> found = figures(pd.DataFrame(rows, columns=["account", "payer", "payee", "money"]))
    >>> found["diverted"], found["policing"], found["penalties"], found["passed_on"], found["balance"]
    (90.0, 10.0, 25.0, 5.0, 10.0)
    """

    def paid(account: Account, **sides: Sequence[str]) -> float:
        rows = money[money["account"] == account.name.lower()]
        for name, groups in sides.items():
            rows = rows[rows[name].isin(groups)]
        return float(rows["money"].sum())

    found = {
        "diverted": paid(Account.GREY_SALES),
        "policing": paid(Account.POLICING),
        "disputes": paid(Account.DISPUTES),
        "penalties": paid(Account.PENALTIES, payee=[BRAND]) - paid(Account.PENALTIES, payee=[BRAND], payer=OUTLETS),
        "price_penalties": paid(Account.PENALTIES, payee=[BRAND], payer=OUTLETS),
        "passed_on": paid(Account.PENALTIES, payer=[BRAND]),
    }
    received = found["penalties"] + found["price_penalties"]
    balance = received - found["passed_on"] - found["policing"] - found["disputes"]
    return found | {"balance": balance}


def rows(told: Told) -> list[Row]:
    """The table; empty where nothing is diverted and nobody is policed in any scenario."""
    say, lang = words(told.lang), told.lang
    found = {name: figures(told.folder.of("money", name)) for name in told.labels}
    if not any(any(values.values()) for values in found.values()):
        return []
    unit = told.money_a_year()
    table = []
    for measure in MEASURES:
        cells = [(values[measure], quantity(values[measure], "money/year", lang)) for values in found.values()]
        table.append(Row(say(f"protection.{measure}", unit=unit), cells))
    table += _saved(told, {name: values["diverted"] for name, values in found.items()})
    for metric in (metric for metric in FIGURES if metric in told.document.metrics):
        cells = [(told.mean(metric, name).mean, told.shown(metric, name)) for name in told.labels]
        title = metric_title(metric, lang)
        # Rates are shown in percent.
        rate = metric_unit(metric) == "1"
        table.append(Row(title if rate else say("protection.figure", title=title, unit=told.unit(metric)), cells))
    return table


def _saved(told: Told, diverted: Mapping[str, float]) -> list[Row]:
    """By how much less is diverted than in the baseline; a run alone has none."""
    baseline, lang = told.document.baseline, told.lang
    if baseline is None:
        return []
    less = {name: diverted[baseline] - value for name, value in diverted.items()}
    cells = [
        (value, "–" if name == baseline else quantity(value, "money/year", lang))  # no minus sign
        for name, value in less.items()
    ]
    title = words(lang)("protection.saved", baseline=told.labels[baseline], unit=told.money_a_year())
    return [Row(title, cells)]
