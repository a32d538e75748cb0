"""Where one unit of money that a consumer pays goes: to whom outside the channel, and what each tier keeps."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pandas as pd

from channellab.reports.bands import need
from channellab.reports.language import words
from channellab.sim.ledger import BRAND, Account, Group

MARGIN, STOCK = "margin", "stock"
"""Names of parts beside the accounts: what a tier keeps, and what went into more stock.

In the table of payments, rows of an account ``stock`` (payer and payee the same tier) hold by how much the value of the
tier's stock of own goods grew.
"""
OUTSIDE = frozenset(group.name.lower() for group in Group if group < Group.MANUFACTURER)
TIERS = tuple(g.name.lower() for g in sorted(Group, reverse=True) if g >= Group.MANUFACTURER and g != Group.RIVALS)
"""Members of the channel, from the shelf up."""
COUNTED = frozenset(account.name.lower() for account in list(Account)[BRAND])
SALES = Account.RETAIL_SALES.name.lower()
GOODS = frozenset(
    account.name.lower()
    for account in (
        Account.RETAIL_SALES,
        Account.WHOLESALE,
        Account.EX_FACTORY,
        Account.RETURNS,
        Account.GREY_SALES,
        Account.PENALTIES,
    )
)
"""Accounts that change margins: for goods on their way down or back, and penalties; others are parts of their own."""


Key = tuple[str, str, bool]


@dataclass(frozen=True)
class Part:
    """A part of the shelf price.

    Attributes:
        tier: whose part it is; empty for stock.
        name: `MARGIN`, `STOCK`, or an account.
        received: whether it comes from another tier under that account; else it is paid to somebody outside.
        share: of the shelf price; all parts add up to 1.
    """

    tier: str
    name: str
    received: bool
    share: float

    @property
    def key(self) -> Key:
        """The same for the same part of two scenarios."""
        return self.tier, self.name, self.received


@dataclass(frozen=True)
class ShelfPrice:
    """What became of what consumers paid for own goods.

    Attributes:
        paid: by consumers for own goods, money a year.
        parts: in the order of the channel, from the shelf up.
        stocked: share of ``paid`` by which stock grew though no part says so, as the table has no rows of stock.
    """

    paid: float
    parts: tuple[Part, ...]
    stocked: float

    def of_tier(self, tier: str) -> float:
        """Everything that a tier keeps or pays to the outside."""
        return sum(part.share for part in self.parts if part.tier == tier)


def shelf_price(label: str, money: pd.DataFrame, channel_profit: float) -> ShelfPrice | None:
    """Divide what consumers paid among all who got a part of it; None if they paid nothing.

    Args:
        label: what the table is called in errors.
        money: payments a year, columns ``account``, ``payer``, ``payee``, ``money``.
        channel_profit: of the whole channel, money a year.

    Raises:
        BadInput: a column is missing.
    """
    need(label, money, ("account", "payer", "payee", "money"))
    sales = money[money["account"] == SALES]
    paid = float(sales.loc[sales["payer"].isin(OUTSIDE), "money"].sum())
    paid -= float(sales.loc[sales["payee"].isin(OUTSIDE), "money"].sum())
    if paid <= 0:
        return None
    stock = money[money["account"] == STOCK].groupby("payer")["money"].sum()
    counted = money[money["account"].isin(COUNTED)]
    parts = [part for tier in TIERS for part in _of_tier(tier, counted, float(stock.get(tier, 0.0)), paid)]
    kept = sum(part.share for part in parts if part.name == MARGIN or part.received)
    if len(stock):
        parts.append(Part("", STOCK, False, -float(stock.sum()) / paid))
    return ShelfPrice(paid, tuple(parts), 0.0 if len(stock) else channel_profit / paid - kept)


def tier_name(tier: str, lang: str) -> str:
    """A tier as people call it."""
    return words(lang).named("groups", tier)


def part_name(part: Part, lang: str) -> str:
    """A part as people call it, without its tier."""
    say = words(lang)
    if part.name in (MARGIN, STOCK):
        return say(f"waterfall.{part.name}")
    account = say.named("accounts", part.name)
    return say("waterfall.received", account=account) if part.received else account


def ordered(prices: Mapping[str, ShelfPrice]) -> list[Part]:
    """One of each part that any scenario has, from the shelf up."""
    found: dict[Key, Part] = {}
    for price in prices.values():
        for part in price.parts:
            found.setdefault(part.key, part)
    places = [*TIERS, ""]
    return sorted(found.values(), key=lambda part: (places.index(part.tier), part.name != MARGIN, not part.received))


def _of_tier(tier: str, money: pd.DataFrame, stocked: float, paid: float) -> Iterator[Part]:
    """Margin, what came from other tiers for other things than goods, and what was paid to the outside."""
    ours = money[(money["payer"] == tier) ^ (money["payee"] == tier)]
    if ours.empty:
        return
    signed = ours["money"].where(ours["payee"] == tier, -ours["money"])
    beyond = ours["payer"].isin(OUTSIDE) | ours["payee"].isin(OUTSIDE)
    costs = -signed[beyond & (ours["account"] != SALES)].groupby(ours["account"], sort=False).sum()
    gifts = signed[~beyond & ~ours["account"].isin(GOODS) & (signed > 0)].groupby(ours["account"], sort=False).sum()
    yield Part(tier, MARGIN, False, (float(signed.sum()) + stocked - float(gifts.sum())) / paid)
    for received, amounts in ((True, gifts), (False, costs)):
        for account, amount in amounts.items():
            yield Part(tier, str(account), received, float(amount) / paid)
