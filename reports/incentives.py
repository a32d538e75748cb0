"""Who earned what: rebates by plan and tier of partner, and what the brand gave its partners beside them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd

from channellab.reports.language import Words, words
from channellab.reports.quantities import quantity
from channellab.reports.study import Told
from channellab.scenarios.settings.rebates import PLAN_NAMES
from channellab.sim.ledger import Account, Group

BRAND = Group.MANUFACTURER.name.lower()
GIVEN = (Account.SUPPORT, Account.SUBSIDIES, Account.FUND, Account.PROMOTION, Account.RETURNS)
"""What the brand gives partners beside rebates, by account."""


@dataclass(frozen=True)
class Line:
    """One line of the table: what it is, whom it concerns, and texts by column; ``bar`` is its width in percent."""

    name: str
    partners: str
    values: list[tuple[float, str]]
    bar: float


@dataclass(frozen=True)
class Block:
    """The lines of a scenario, and what they come to."""

    label: str
    lines: list[Line]


def by_plan(rebates: pd.DataFrame) -> pd.DataFrame:
    """Sums by plan and tier: money a year earned, taken back and paid; partners under the plan, and their share that
    earned something.

    >>> rows = [("volume", "distributors 1", 90.0, 10.0, 80.0, 1.0), ("volume", "distributors 2", 0.0, 0.0, 0.0, 0.0)]
    >>> found = by_plan(pd.DataFrame(rows, columns=["plan", "partner", "money", "taken_back", "paid", "reached"]))
    >>> found.to_dict("records")[0] | {}
    {'plan': 'volume', 'tier': 'distributors', 'earned': 90.0, 'back': 10.0, 'paid': 80.0, 'partners': 2, 'share': 0.5}
    """
    table = rebates.assign(tier=rebates["partner"].str.rsplit(" ", n=1).str[0])
    grouped = table.groupby(["plan", "tier"], sort=False, as_index=False)
    return grouped.agg(
        earned=("money", "sum"),
        back=("taken_back", "sum"),
        paid=("paid", "sum"),
        partners=("reached", "size"),
        share=("reached", "mean"),
    )


def blocks(told: Told) -> list[Block]:
    """The table by scenario; empty where no scenario has rebates or other money for partners beyond support."""
    found = {label: list(_lines(told, name)) for name, label in told.labels.items()}
    support = words(told.lang)("accounts.support")
    if all(line.name == support for lines in found.values() for line in lines):
        return []
    largest = max(line.values[0][0] for lines in found.values() for line in lines)
    return [
        Block(label, [Line(a.name, a.partners, a.values, 100.0 * max(a.values[0][0], 0.0) / largest) for a in lines])
        for label, lines in found.items()
        if lines
    ]


def _title(say: Words, plan: str) -> str:
    """A plan's name; kinds that other distributions bring are numbered."""
    kind, _, number = plan.rpartition("_")
    other = kind == "other" and number.isdecimal()
    return say("incentives.other", number=int(number) + 1) if other else say(f"incentives.plans.{plan}")


def _lines(told: Told, scenario: str) -> Iterator[Line]:
    say, lang = words(told.lang), told.lang
    sums = by_plan(told.folder.of("rebates", scenario))
    order = {name: number for number, name in enumerate(PLAN_NAMES)}
    found: list[dict[str, Any]] = [{str(k): v for k, v in row.items()} for row in sums.to_dict("records")]
    for row in sorted(found, key=lambda row: order.get(row["plan"], len(order))):
        tier = say(f"incentives.tiers.{row['tier']}")
        sums_of_row = [float(row[name]) for name in ("earned", "back", "paid")]
        money = [(value, quantity(value, "money/year", lang)) for value in sums_of_row]
        share = (float(row["share"]), quantity(float(row["share"]), "1", lang, 0))
        counted = say("incentives.partners", tier=tier, count=f"{row['partners']:,}")
        yield Line(_title(say, row["plan"]), counted, [*money, share], 0.0)
    payments = told.folder.of("money", scenario)
    for account in GIVEN:
        rows = payments[(payments["account"] == account.name.lower()) & (payments["payer"] == BRAND)]
        paid = float(rows["money"].sum())
        if paid:
            text = quantity(paid, "money/year", lang)
            values = [(paid, text), (0.0, ""), (paid, text), (0.0, "")]
            yield Line(say(f"accounts.{account.name.lower()}"), "", values, 0.0)
