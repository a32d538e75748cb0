"""Discounts on single orders: by their size, and on goods that a supplier pushes.

A discount is agreed when goods are ordered and taken off when they are sent. Of goods that a buyer has on order it is
kept as one mean rate, so that what comes in parts, or from another supplier, comes at the price agreed on.
"""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from channellab.agents.columns import lines, rows_of
from channellab.agents.kernels.discounts import beyond, join_rates
from channellab.agents.kernels.stocks import add_lines
from channellab.agents.replenishment import Forecast
from channellab.scenarios.arrays import Flags, Floats, Index, Ints
from channellab.scenarios.policies.quantity import Ladder, ladder_of
from channellab.scenarios.settings import Scenario
from channellab.scenarios.settings.quantity import QuantityDiscountSettings
from channellab.scenarios.timetable import active_entries
from channellab.sim.chain import MAKERS, OUTLETS, SELLERS, TIERS, WHOLESALERS, Link
from channellab.sim.partner_groups import standings
from channellab.sim.promotions import event_stock

if TYPE_CHECKING:
    from channellab.sim.market import Market

NO_LADDER = -1
BUYERS = tuple(name for name in TIERS if name != "plants")


@dataclass
class OrderDiscounts:
    """What is off which orders.

    Attributes:
        in_use: whether orders may be discounted at all. by_size: whether by their size.
        rate: (F, K0) by buyers' tier, mean discount on what is owed to them, a share of the price.
        entries, links: timetable entries and chain for which the rest holds; None before the first week.
        ladders: all different ones in force, by their settings, in the order of their numbers.
        ladder: (F,) by buyers' tier, number of each firm's ladder, or -1. under: see `ladders_of`.
        given: discounts by size on what the brand sent off this week, money. pushed: units pushed this week.
        usual: (F, K0) by tier, what it wants to have, see `usual_stock`, while firms order and expect no more news.
    """

    in_use: bool
    by_size: bool
    rate: dict[str, Floats]
    entries: tuple[int, ...] | None = None
    links: tuple[Link, ...] = ()
    ladders: dict[QuantityDiscountSettings, Ladder] = field(default_factory=dict)
    ladder: dict[str, Index] = field(default_factory=dict)
    under: dict[tuple[str | None, str], list[tuple[Flags, Ladder]]] = field(default_factory=dict)
    given: float = 0.0
    pushed: int = 0
    usual: dict[str, Ints] | None = None

    @classmethod
    def of(cls, scenario: Scenario, tiers: dict[str, Any], own: int) -> "OrderDiscounts":
        """Nothing agreed on yet."""
        keys = (key for entry in scenario.timetable for key in entry.set)
        by_size = any(key.startswith("policy.price.quantity") for key in keys) or scenario.policy.price.quantity.given
        by_size |= any(getattr(scenario, name).quantity.given for name in WHOLESALERS)
        rate = {name: np.zeros_like(tiers[name].mean[:, :own]) for name in BUYERS}
        return cls(by_size or scenario.stuffing.margin_given > 0.0, by_size, rate)

    def ladders_of(self, buyer: str, link: Link | None = None) -> list[tuple[Flags, Ladder]]:
        """Who has which ladder of a tier, or of the buyers of a link to it; looked up once."""
        key = link.seller if link else None, buyer
        if key not in self.under:
            mine = self.ladder[buyer][link.rows] if link else self.ladder[buyer]
            found = [(mine == number, ladder) for number, ladder in enumerate(self.ladders.values())]
            self.under[key] = [(rows, ladder) for rows, ladder in found if rows.any()]
        return self.under[key]


def open_orders(market: "Market") -> None:
    """Forgets last week's orders, and finds out which ladder is whose, if that has changed."""
    book = market.order_discounts
    book.given, book.pushed, book.usual = 0.0, 0, {}
    if not book.by_size:
        return
    entries = active_entries(market.scenario, market.measured_week)
    if entries == book.entries and market.links is book.links:
        return
    book.entries, book.links, book.ladders, book.under = entries, market.links, {}, {}
    for name in BUYERS:
        book.ladder[name] = np.full(market.tiers[name].party.size, NO_LADDER, np.int32)
        _of_the_brand(market, name)
        for seller in WHOLESALERS:
            served = market.tiers[name].supplier_tier == SELLERS.index(seller)
            _put(book, name, served, getattr(market.scenario, seller).quantity)


def close_orders(market: "Market") -> None:
    """All have ordered; forecasts change before anybody does again."""
    market.order_discounts.usual = None


def _of_the_brand(market: "Market", name: str) -> None:
    """Its own firms get no discounts from it."""
    tier = market.tiers[name]
    direct = (tier.supplier_tier < len(MAKERS)) & (tier.party != market.manufacturers.party[0])
    if not market.scenario.timetable:
        _put(market.order_discounts, name, direct, market.scenario.policy.price.quantity)
    elif direct.any():
        for rows, _, policy in standings(market, name):
            _put(market.order_discounts, name, rows & direct, policy.price.quantity)


def _put(book: OrderDiscounts, name: str, rows: Flags, settings: QuantityDiscountSettings) -> None:
    if settings.given and rows.any():
        book.ladders.setdefault(settings, ladder_of(settings))
        book.ladder[name][rows] = list(book.ladders).index(settings)


def excess(market: "Market", name: str, owed: Ints, wanted: Ints | None = None) -> Floats:
    """Own units (F, K0) beyond what a tier wants to have for usual weeks and announced events, goods on order included.

    Args:
        owed: (F, K) units promised to buyers. wanted: (F, K) units that are about to be ordered, if any.
    """
    tier, own = market.tiers[name], market.goods.own
    coming = tier.on_order if wanted is None else tier.on_order + wanted
    columns = (lines(column[:, :own]) for column in (tier.stock, coming, owed, usual_stock(market, name)))
    return beyond(*columns).T


def usual_stock(market: "Market", name: str) -> Ints:
    """Own units (F, K0) that a tier wants to have for usual weeks and announced events."""
    known = market.order_discounts.usual
    if known is not None and name in known:
        return known[name]
    tier, own, rule = market.tiers[name], market.goods.own, market.stock_rules[name]
    forecast = Forecast(tier.mean[:, :own], tier.variance[:, :own])
    nothing = np.zeros_like(tier.stock[:, :own])
    usual: Ints = market.rules.order_quantities(rule, nothing, forecast, tier.protection) + event_stock(market, name)
    if known is not None:
        known[name] = usual
    return usual


def order_up(market: "Market", name: str, wanted: Ints, owed: Ints, carried: Any, room: Floats) -> None:
    """Adds to a tier's orders, (F, K), what firms take more for the sake of a discount on the order.

    Args:
        owed: (F, K) see `excess`. carried: (F, K0) which goods a firm may order. room: (F,) money left for more.
    """
    book = market.order_discounts
    if not (book.by_size and book.ladders_of(name)) or orders_for_profit(market, name):
        return
    tier, own = market.tiers[name], market.goods.own
    need = tier.mean[:, :own] * (carried & ~market.goods.perishable[:own] if name in OUTLETS else carried)
    price, more = tier.purchase_price[:, :own], excess(market, name, owed, wanted)
    for rows, ladder in book.ladders_of(name):
        orders, holding = wanted[:, :own] * rows[:, None], market.holding_rate[name]
        wanted[:, :own] += market.rules.order_up(orders, more, need, price, room, holding, *ladder)


def orders_for_profit(market: "Market", name: str) -> bool:
    """Whether the firms of a tier weigh each order as newsvendors do, who have no usual stock."""
    return name == "retailers" and market.scenario.retailers.newsvendor


def agree_on_orders(market: "Market", seller: str) -> None:
    """The discounts on what the buyers of a tier have ordered from it this week."""
    book, own = market.order_discounts, market.goods.own
    if not book.in_use:
        return
    for link in (link for link in market.links if link.seller == seller):
        units = link.of(market.tiers[link.buyer].ordered[:, :own])
        older = link.of(market.tiers[link.buyer].owed) - units
        for orders in market.grey.orders:
            if orders.link is link:
                units = units - orders.units
        _blend(market, link, older, units, _rates(market, link, units)[:, None])


def _rates(market: "Market", link: Link, units: Ints) -> Floats:
    """(B,) rate that orders of so many units, (B, K0), earn the buyers of a link."""
    book, found = market.order_discounts, np.zeros(len(units))
    for rows, ladder in book.ladders_of(link.buyer, link) if book.by_size else ():
        found = np.where(rows, market.rules.order_rate(units.sum(axis=1), ladder), found)
    return found


def _blend(market: "Market", link: Link, older: Ints, units: Ints, rate: Floats) -> None:
    """Joins units (B, K0) at a rate, (B, 1) or (B, K0), to what the buyers of a link are owed already, (B, K0)."""
    kept = market.order_discounts.rate[link.buyer]
    if rate.any() or kept.any():
        join_rates(kept.T, link.each, lines(older), lines(rate), lines(units))


def agree_on_push(market: "Market", link: Link, units: Ints, off: Floats) -> None:
    """Puts pushed goods on order, (B, K0) units at so much money off each."""
    buyers = market.tiers[link.buyer]
    price = link.of(buyers.purchase_price[:, : market.goods.own])
    _blend(market, link, link.of(buyers.owed), units, off / np.where(price > 0.0, price, 1.0))
    for column in (buyers.owed, buyers.on_order):
        add_lines(column.T, link.each, lines(units))
    market.order_discounts.pushed += int(units.sum())


def agreed_price(market: "Market", buyer: str, rows: Ints) -> Floats:
    """(N, K0) what some firms of a tier pay for own goods that are sent to them now."""
    price: Floats = rows_of(market.tiers[buyer].purchase_price[:, : market.goods.own], rows)
    if market.order_discounts.in_use:
        price = price * (1.0 - rows_of(market.order_discounts.rate[buyer], rows))
    return price


def note_given(market: "Market", link: Link, sent: Ints) -> None:
    """Counts the discounts by size on what the brand sends off, (B, K0) units."""
    book = market.order_discounts
    if book.by_size and link.seller in MAKERS:
        listed = market.tiers[link.buyer].purchase_price[link.rows, : market.goods.own]
        book.given += float((sent * listed * book.rate[link.buyer][link.rows]).sum())
