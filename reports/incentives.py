"""Who earned what: rebates by plan and tier of partner, and what the brand gave its partners beside them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from channellab.reports.language import Words, words
from channellab.reports.quantities import quantity
from channellab.reports.study import Told
from channellab.scenarios.regions import ROLES
from channellab.scenarios.settings.rebates import PLAN_NAMES
from channellab.sim.ledger import Account, Group

BRAND = Group.MANUFACTURER.name.lower()
GIVEN = (
    *(Account.SUPPORT, Account.SUBSIDIES, Account.FUND, Account.PROMOTION, Account.RETURNS),
    *(Account.LEAD_COMMISSION, Account.PICKUP_FEES),
)
"""What the brand gives partners beside rebates, by account."""


LEAST = 0.005
"""Least share of what was earned that is told."""


@dataclass(frozen=True)
class Line:
    """One line of the table: what it is, whom it concerns, and texts by column; ``bar`` is its width in percent.

    Attributes:
        where: in which kinds of market it was earned.
    """

    name: str
    partners: str
    values: list[tuple[float, str]]
    bar: float = 0.0
    where: str = ""


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


def by_role(rebates: pd.DataFrame, role_of: Mapping[str, str]) -> dict[tuple[str, str], dict[str, float]]:
    """By plan and tier, the share of what was earned that partners of each market role earned, where they did.

    >>> rows = [("volume", "online 1", "A", 30.0), ("volume", "online 2", "B", 90.0), ("launch", "online 1", "A", 0.0)]
    >>> found = by_role(pd.DataFrame(rows, columns=["plan", "partner", "region", "money"]), {"A": "edge", "B": "core"})
    >>> found
    {('volume', 'online'): {'core': 0.75, 'edge': 0.25}}
    """
    found: dict[tuple[str, str], dict[str, float]] = {}
    table = rebates.assign(tier=rebates["partner"].str.rsplit(" ", n=1).str[0], role=rebates["region"].map(role_of))
    for (plan, tier), rows in table.groupby(["plan", "tier"], sort=False):
        earned = {role: float(rows.loc[rows["role"] == role, "money"].sum()) for role in ROLES}
        total = sum(earned.values())
        if total > 0.0:
            found[str(plan), str(tier)] = {role: money / total for role, money in earned.items() if money}
    return found


def blocks(told: Told) -> list[Block]:
    """The table by scenario; empty where no scenario has rebates or other money for partners beyond support."""
    found = {label: list(_lines(told, name)) for name, label in told.labels.items()}
    support = words(told.lang)("accounts.support")
    if all(line.name == support for lines in found.values() for line in lines):
        return []
    largest = max(line.values[0][0] for lines in found.values() for line in lines)
    return [
        Block(label, [replace(line, bar=100.0 * max(line.values[0][0], 0.0) / largest) for line in lines])
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
    rebates, regions = (told.folder.of(name, scenario) for name in ("rebates", "regions"))
    sums, roles = by_plan(rebates), by_role(rebates, dict(zip(regions["region"], regions["role"], strict=True)))
    order = {name: number for number, name in enumerate(PLAN_NAMES)}
    found: list[dict[str, Any]] = [{str(k): v for k, v in row.items()} for row in sums.to_dict("records")]
    for row in sorted(found, key=lambda row: order.get(row["plan"], len(order))):
        tier = say(f"incentives.tiers.{row['tier']}")
        sums_of_row = [float(row[name]) for name in ("earned", "back", "paid")]
        money = [(value, quantity(value, "money/year", lang)) for value in sums_of_row]
        share = (float(row["share"]), quantity(float(row["share"]), "1", lang, 0))
        counted = say("incentives.partners", tier=tier, count=f"{row['partners']:,}")
        where = _where(say, roles.get((row["plan"], row["tier"]), {}))
        yield Line(_title(say, row["plan"]), counted, [*money, share], where=where)
    payments = told.folder.of("money", scenario)
    for account in GIVEN:
        rows = payments[(payments["account"] == account.name.lower()) & (payments["payer"] == BRAND)]
        paid = float(rows["money"].sum())
        if paid:
            text = quantity(paid, "money/year", lang)
            values = [(paid, text), (0.0, ""), (paid, text), (0.0, "")]
            yield Line(say(f"accounts.{account.name.lower()}"), "", values)


def _where(say: Words, shares: Mapping[str, float]) -> str:
    """Shares by market role in words; nothing where all is of one role, or nearly all."""
    told = [
        say(f"incentives.{role}", share=quantity(share, "1", say.lang, 0))
        for role, share in shares.items()
        if share >= LEAST
    ]
    return say.listed(told) if len(told) > 1 else ""
