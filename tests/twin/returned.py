"""A witness of returns: who may send back what, what is worth sending back, and what becomes of it."""

import math
from collections import defaultdict
from types import SimpleNamespace
from typing import Any

import numpy as np

from channellab.scenarios.arrays import Flags, Floats, Ints
from channellab.scenarios.settings import Scenario
from channellab.sim.ledger import Account, Group

from .chain import MAKERS, OUTLETS, TIERS, served
from .terms import EVERYWHERE

ROUNDING = 1e-9
Cell = tuple[str, int, int]
"""Tier, row and SKU."""


def units_to_return(
    beyond: Floats, free: Ints, right: Floats, need: Floats, price: Floats, refund: Floats, holding: float, keeps: Flags
) -> Ints:
    """What each firm returns of each SKU."""
    units = np.zeros(free.shape, np.int64)
    for cell in np.ndindex(*free.shape):
        firm = [column[cell].item() for column in (beyond, free, right, need, price, refund)]
        units[cell] = one_return(*firm, holding, bool(keeps[cell[1]]))
    return units


def one_return(
    beyond: float, free: int, right: float, need: float, price: float, refund: float, holding: float, keeps: bool
) -> int:
    """What one firm returns of one SKU: what would lie for longer than the difference to a new unit pays for.

    >>> one_return(240.0, 300, 250.0, 10.0, 6.0, 4.0, 0.1, True), one_return(0.0, 9, 4.5, 1.0, 6.0, 4.0, 0.1, False)
    (40, 4)
    """
    if refund <= 0.0:
        return 0
    worth = float(free)
    if keeps:
        wanted = math.inf if need > 0.0 else 0.0
        if holding > 0.0:
            wanted = math.floor((price - refund) * need / holding + ROUNDING)
        worth = beyond - wanted
    return max(min(int(max(worth, 0.0)), free, math.floor(right + ROUNDING)), 0)


class Returned:
    """What partners return.

    Attributes:
        units: returned this week, by buyer's tier, row and SKU. value: what partners had paid for it, by party.
        flows: this week's payments.
    """

    def __init__(self, scenario: Scenario, terms: Any) -> None:
        self.scenario, self.terms, self.own = scenario, terms, len(scenario.products)
        self.rights: dict[Cell, list[list[float]]] = defaultdict(list)
        self.units: dict[Cell, int] = {}
        self.value: dict[int, float] = {}
        self.flows: list[tuple[Account, int, int, float]] = []

    def terms_of(self, now: Any, name: str, row: int) -> Any:
        """Terms in force for a firm that buys from the brand."""
        region = EVERYWHERE if name == "online" else getattr(now, name).region[row]
        group = {"online": "online", "retailers": ""}.get(name, "distributors") or self.terms.group(now, row)
        keys = ("share", "credit", "handling", "window_weeks")
        found = {k: self.terms.in_force(f"policy.returns.{k}", now.measured, region, group) for k in keys}
        return SimpleNamespace(**found)

    def partners(self, now: Any) -> list[tuple[str, int, str, int]]:
        """Tier and row of all at work who buy from the brand and are not the brand's, and those of the supplier."""
        if not now.manufacturers.active[0]:
            return []
        return [
            (name, row, seller, supplier)
            for seller in MAKERS
            for name, row, supplier in served(now, seller)
            if getattr(now, name).party[row] != now.manufacturers.party[0] and getattr(now, name).active[row]
        ]

    def send_back(self, was: Any, mine: Any, now: Any, lots: Any, unit_cost: Any) -> None:
        """What goes back after the week's shopping; a firm looks at what it expected until then."""
        self.units, self.value, self.flows = {}, defaultdict(float), []
        before = {
            name: SimpleNamespace(
                **vars(getattr(now, name))
                | {k: getattr(getattr(was, name), k) for k in ("mean", "variance", "response")}
            )
            for name in TIERS
        }
        then = SimpleNamespace(**vars(now) | before)
        for name, row, seller, supplier in self.partners(now):
            terms = self.terms_of(now, name, row)
            if terms.share and getattr(now, seller).active[supplier]:
                for sku in range(self.own):
                    self._return(mine, then, (name, row, sku), terms, lots, unit_cost)

    def _return(self, mine: Any, then: Any, cell: Cell, terms: Any, lots: Any, unit_cost: Any) -> None:
        name, row, sku = cell
        tier, firm = getattr(mine, name), getattr(then, name)
        cost, price = unit_cost[name][row][sku], firm.purchase_price[row][sku]
        credit = terms.credit * min(cost, price)
        owed = lots._promised(mine, then, name, row)
        weighs = name == "retailers" and self.scenario.retailers.newsvendor
        beyond = 0.0 if weighs else lots._beyond(mine, then, name, row, owed, [0] * self.own)[sku]
        open_rights = [right for right in self.rights[cell] if then.week - right[0] <= terms.window_weeks]
        units = one_return(
            beyond,
            max(tier.stock[row][sku] - owed[sku], 0),
            sum(right[1] for right in open_rights),
            firm.mean[row][sku],
            price,
            credit - terms.handling,
            getattr(self.scenario, name).stock.holding_cost,
            not (self.scenario.products[sku].perishable and name in OUTLETS),
        )
        if not units:
            return
        left = float(units)
        for right in open_rights:
            used = min(right[1], left)
            right[1] -= used
            left -= used
        tier.stock[row][sku] -= units
        getattr(mine.books, name).returned[row][sku] += units
        self.units[cell] = units
        party = tier.party[row]
        self.value[party] += units * cost
        maker = then.manufacturers.party[0]
        self.flows += [
            (Account.RETURNS, maker, party, units * credit),
            (Account.FREIGHT, party, Group.CARRIERS, units * terms.handling),
        ]

    def take_back(self, mine: Any, now: Any, arrived: Any) -> None:
        """On Sunday the goods are with who supplies the firm; what came this week may be returned from next week on."""
        for name, row, seller, supplier in self.partners(now):
            for sku, product in enumerate(self.scenario.products):
                units = self.units.get((name, row, sku), 0)
                book = getattr(mine.books, seller)
                book.taken_back[supplier][sku] += units
                if product.perishable:
                    book.scrapped[supplier][sku] += units
                else:
                    getattr(mine, seller).stock[supplier][sku] += units
            terms = self.terms_of(now, name, row)
            for delivery in arrived:
                if delivery.seller in MAKERS and (delivery.buyer, delivery.row) == (name, row) and terms.share:
                    for sku, units in enumerate(delivery.units):
                        self._grant((name, row, sku), now.week, terms.share * units)

    def _grant(self, cell: Cell, week: int, units: float) -> None:
        rights = self.rights[cell]
        if rights and rights[-1][0] == week:
            rights[-1][1] += units
        else:
            rights.append([week, units])
