"""Goods that partners return to the brand: rights, decisions, and what becomes of goods and money.

A right to return arises when goods arrive, by the terms of that week, and lapses when its window closes. What goes back
leaves the partner's stock after the week's shopping; on Sunday it is with the brand's plant or warehouse that supplies
the partner, and is credited. What the partner paid for it no longer counts as bought.
"""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from channellab.agents.kernels.orders import in_use, rights_left, use_up
from channellab.scenarios.arrays import Floats, Ints
from channellab.scenarios.settings import Scenario
from channellab.scenarios.settings.returns import LONGEST_WINDOW
from channellab.scenarios.timetable import active_entries
from channellab.sim.chain import MAKERS, WHOLESALERS
from channellab.sim.direct_buyers import direct_terms
from channellab.sim.ledger import Account, Group
from channellab.sim.order_discounts import excess, orders_for_profit
from channellab.sim.stuffing import promised
from channellab.sim.weekly import Weekly

if TYPE_CHECKING:
    from channellab.sim.market import Market

Arrays = dict[str, npt.NDArray[Any]]
PARTNERS = (*WHOLESALERS, "retailers", "online")
"""Tiers of partners, as far as they buy from the brand."""


@dataclass
class Returns:
    """Rights and returns of P parties in K0 own SKUs.

    Attributes:
        in_use: whether the scenario lets anybody return anything.
        share, credit, handling: (P,) terms of the week, see `ReturnPolicySettings`. window: (P,) weeks.
        rights: what is left of the rights that came with the goods of a week, (P, K0) units.
        back: by the brand's tier, (F, K0) units on their way back this week.
        value: (P,) what partners had paid for them. credited, cost: (P,) what they get, and what handling costs them.
        known: timetable entries, chain, and who is there, for which the terms hold; nothing before the first week.
        groups: those who may return anything under them: names of their tier and of that of the brand, and rows.
    """

    in_use: bool
    share: Floats
    credit: Floats
    handling: Floats
    window: Ints
    value: Floats
    credited: Floats
    cost: Floats
    rights: Weekly
    back: dict[str, Ints] = field(default_factory=dict)
    known: tuple[Any, ...] = ()
    groups: tuple[tuple[str, str, Ints], ...] = ()

    @classmethod
    def of(cls, scenario: Scenario, parties: int, own: int) -> "Returns":
        """No rights yet."""
        keys = (key for entry in scenario.timetable for key in entry.set)
        in_use = scenario.policy.returns.share > 0.0 or any(key.startswith("policy.returns") for key in keys)
        share, credit, handling, value, credited, cost = (np.zeros(parties) for _ in range(6))
        rights = Weekly(np.empty((0, parties, own)))
        return cls(in_use, share, credit, handling, np.zeros(parties, np.int64), value, credited, cost, rights)

    @property
    def week(self) -> Ints:
        """(W,) weeks in which goods with a right came."""
        return self.rights.week

    @property
    def right(self) -> Floats:
        """(W, P, K0) what is left of it, units."""
        return self.rights.lines


def send_back(market: "Market") -> None:
    """Partners return what is worth more to them as a refund than in stock."""
    book = market.returns
    if not book.in_use:
        return
    _set_terms(market)
    book.back = {name: np.zeros_like(market.tiers[name].stock) for name in MAKERS}
    book.value[:] = book.credited[:] = book.cost[:] = 0.0
    for name, seller, rows in book.groups:
        _send_back(market, name, seller, rows)


def _set_terms(market: "Market") -> None:
    """Terms of the week; who has left has none, and nobody has any when the brand has left."""
    book, here = market.returns, bool(market.manufacturers.active[0])
    direct = [link for link in market.links if link.seller in MAKERS]
    there = tuple(market.tiers[name].active.tobytes() for link in direct for name in (link.seller, link.buyer))
    known = (here, active_entries(market.scenario, market.measured_week), there, market.links)
    if known[:3] == book.known[:3] and market.links is book.known[3]:
        return
    book.known = known
    book.share[:] = 0.0
    for parties, terms in direct_terms(market):
        policy = terms.policy.returns
        book.share[parties], book.credit[parties] = policy.share, policy.credit
        book.handling[parties], book.window[parties] = policy.handling, policy.window_weeks
    served = ((link.buyer, link.seller) for link in direct if link.buyer in PARTNERS)
    groups = ((*pair, _who_may(market, *pair)) for pair in served)
    book.groups = tuple((name, seller, rows) for name, seller, rows in groups if rows.size)


def _who_may(market: "Market", name: str, seller: str) -> Ints:
    """Rows of the firms of a tier that may return goods to a tier of the brand."""
    tier, sellers = market.tiers[name], market.tiers[seller]
    share = market.returns.share[tier.party]
    rows = np.flatnonzero((tier.supplier_tier == MAKERS.index(seller)) & tier.active & (share > 0.0))
    return np.asarray(rows[sellers.active[tier.supplier[rows]]])


def _send_back(market: "Market", name: str, seller: str, rows: Ints) -> None:
    tier, own, book, goods = market.tiers[name], market.goods.own, market.returns, market.goods
    party, owed = tier.party[rows], promised(market, name)
    first = _first_open(market, party)
    cost, price = tier.unit_cost[rows, :own], tier.purchase_price[rows, :own]
    credit = book.credit[party, None] * np.minimum(cost, price)
    keeps = np.ones(own, np.bool_) if name in WHOLESALERS else ~goods.perishable[:own]
    beyond = np.zeros((rows.size, own)) if orders_for_profit(market, name) else excess(market, name, owed)[rows]
    units = market.rules.units_to_return(
        beyond,
        np.maximum(tier.stock - owed, 0)[rows, :own],
        rights_left(book.right, first, party),
        tier.mean[rows, :own],
        price,
        credit - book.handling[party, None],
        market.holding_rate[name],
        keeps,
    )
    if not units.any():
        return
    use_up(book.right, first, party, np.ascontiguousarray(units))
    tier.stock[rows, :own] -= units
    market.books[name].returned[rows, :own] += units
    np.add.at(book.back[seller], tier.supplier[rows], units)
    book.value[party] += (units * cost).sum(axis=1)
    book.credited[party] += (units * credit).sum(axis=1)
    book.cost[party] += book.handling[party] * units.sum(axis=1)


def refunds(market: "Market", sku: int) -> tuple[Floats, Floats]:
    """What retailers get for a unit of a SKU that does not keep, and the share of units that they may return, (O,)."""
    book, shops = market.returns, market.retailers
    share = np.where(shops.supplier_tier < len(MAKERS), book.share[shops.party], 0.0)
    price = shops.purchase_price[:, sku]
    refund = book.credit[shops.party] * price - book.handling[shops.party]
    return refund, share * bool(market.goods.perishable[sku])


def returned_value(market: "Market") -> Floats:
    """(P,) what partners had paid for the goods that they returned this week."""
    return market.returns.value


def _first_open(market: "Market", party: Ints) -> Ints:
    """(R,) the first of the weeks with rights from which those of a party are still open."""
    book = market.returns
    return np.searchsorted(book.week, market.week - book.window[party])


def take_back(market: "Market") -> None:
    """What was returned is with the brand and credited; what came this week may be returned from next week on."""
    book, maker, perishable = market.returns, int(market.manufacturers.party[0]), market.goods.perishable
    if not book.in_use:
        return
    for name, units in book.back.items():
        tier, goods = market.tiers[name], market.books[name]
        lost = units * perishable[: market.goods.own]
        tier.stock += units - lost
        goods.taken_back += units
        goods.scrapped += lost
    parties = np.flatnonzero(book.credited)
    market.ledger.pay(Account.RETURNS, maker, parties, book.credited[parties])
    market.ledger.pay(Account.FREIGHT, parties, Group.CARRIERS, book.cost[parties])
    market.freight_bill += float(book.cost.sum())
    _note_rights(market)


def _note_rights(market: "Market") -> None:
    book = market.returns
    new = np.zeros_like(book.rights.block, shape=book.rights.block.shape[1:])
    for name in MAKERS:
        came = market.deliveries[name]
        np.add.at(new, came.buyer, book.share[came.buyer, None] * came.units)
    book.rights.keep((book.week > market.week - LONGEST_WINDOW) & in_use(book.right))
    if new.any():
        book.rights.add(market.week, new)


def dump(book: Returns) -> Arrays:
    """Rights as arrays."""
    return {"returns.week": book.week.copy(), "returns.right": book.right.copy()}


def restore(book: Returns, arrays: Arrays) -> None:
    """Puts dumped rights back."""
    book.rights.put_back(arrays["returns.week"], arrays["returns.right"])
