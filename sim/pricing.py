"""Prices of a week: every tier prices to the next by its rule, outlets watch each other and learn what shoppers do."""

from typing import TYPE_CHECKING

import numpy as np

from channellab.agents.columns import rows_of
from channellab.agents.draws import Stream, uniforms
from channellab.agents.pricing import PricingColumns
from channellab.scenarios.arrays import Flags, Floats, Ints
from channellab.sim.assortment import SITE_SLOTS
from channellab.sim.chain import OUTLETS, WHOLESALERS
from channellab.sim.minimum_prices import keep_to_minimum
from channellab.sim.outlets import carried_brand
from channellab.sim.promotions import cost_after_scan_backs, event_discounts, online_floors
from channellab.sim.rebate_outlook import cost_to_price
from channellab.sim.replay import price_as_replayed

if TYPE_CHECKING:
    from channellab.sim.market import Market


def set_ex_factory_prices(market: "Market") -> None:
    """The manufacturer's own price rule, applied once: its unit costs do not change."""
    goods, own = market.goods, market.goods.own
    rule = market.scenario.manufacturer.price
    listed = goods.ex_factory_price[None, :own]
    market.manufacturers.ex_factory_price[:] = market.rules.price(rule, listed, goods.unit_cost[None, :own])


def set_prices(market: "Market") -> None:
    """Every tier prices to the next by its rule, from the top down, from this week's purchase prices.

    Follows from the state alone: asked twice in a week, it gives the same prices.
    """
    _price_wholesale(market)
    cost = market.shelves.purchase_price
    if market.promotions.in_use:
        cost = cost_after_scan_backs(market, cost)
    _price_by_rule(market, cost)
    if market.pricing.key.size:
        _price_groups(market, cost)
    price_as_replayed(market)
    _keep_to_policy(market)
    if market.minimum_prices.in_use:
        keep_to_minimum(market, cost)
    if market.promotions.event_on(market.measured_week):
        _hold_events(market)


def watch_market(market: "Market") -> None:
    """Outlets see this week's prices of their neighbours, and what their own brought them."""
    shelves, rules = market.shelves, market.rules
    kinds = {rule.kind for rule, _ in market.price_rules}
    if kinds & {"undercut", "dynamic"}:
        rules.lowest_elsewhere(market.counter_price, shelves.held, market.price_place, shelves.lowest_elsewhere)
    if "dynamic" in kinds:
        _feel_stock_and_demand(market)
    if market.pricing.key.size:
        _learn(market, market.pricing)


def _price_wholesale(market: "Market") -> None:
    goods, rules, own = market.goods, market.rules, market.goods.own
    ladder = {"subdistributors": goods.subdistributor_price}
    for name in WHOLESALERS:
        sellers, rule = market.tiers[name], getattr(market.scenario, name).price
        if not sellers.party.size:
            continue
        listed = ladder.get(name, goods.distributor_price)
        sellers.price[:] = rules.price(rule, listed[None, :own], cost_to_price(market, name))
        for link in (link for link in market.links if link.seller == name):
            market.tiers[link.buyer].purchase_price[link.rows, :own] = rows_of(sellers.price, link.supplier)


def _price_by_rule(market: "Market", cost: Floats) -> None:
    """Groups that look for their own best price ask the list price for rivals' goods."""
    shelves, rules = market.shelves, market.rules
    for rule, rows in market.price_rules:
        listed, paid = rows_of(shelves.recommended_price, rows), rows_of(cost, rows)
        factor = shelves.price_factor[rows, None]
        if rule.kind == "undercut":
            asked = rules.undercut(rule, listed * factor, paid, shelves.lowest_elsewhere[rows])
        elif rule.kind == "dynamic":
            lowest, pull = shelves.lowest_elsewhere[rows], shelves.pull[rows]
            asked = rules.dynamic(rule, listed * factor, paid, lowest, pull)
        else:
            asked = rules.price(rule, listed, paid) * factor
        shelves.price[rows] = asked


def _price_groups(market: "Market", cost: Floats) -> None:
    groups, shelves, rules, own = market.pricing, market.shelves, market.rules, market.goods.own
    start = shelves.recommended_price[groups.first, :own] * groups.level[:, None]
    paid = _means(market, groups, cost[:, :own], np.ones((len(cost), own), np.bool_))
    groups.asked[:] = rules.best_price(groups.pricers, groups.moments, groups.before, start, paid)
    tried = groups.asked * (1.0 + groups.trial)
    shelves.price[groups.member, :own] = tried[groups.group] * groups.deviation[:, None]


def _keep_to_policy(market: "Market") -> None:
    """Whoever carries the brand keeps to the band around the recommended price, where there is one."""
    shelves, rules, own = market.shelves, market.rules, market.goods.own
    bound = np.isfinite(shelves.highest_price)
    if bound.any():
        # Everybody at once, if it may be, is faster than one by one.
        rows: slice | Ints = slice(None) if bound.all() else np.flatnonzero(bound)
        asked, recommended = shelves.price[rows, :own], shelves.recommended_price[rows, :own]
        allowed = rules.within_band(asked, recommended, shelves.lowest_price[rows], shelves.highest_price[rows])
        shelves.price[rows, :own] = np.where(carried_brand(market)[rows], allowed, asked)


def _hold_events(market: "Market") -> None:
    """Own goods are cheaper where an event runs, but online not below the floor under prices on the street."""
    shelves, own, carried = market.shelves, market.goods.own, carried_brand(market)
    discounts = event_discounts(market)
    for discount in np.unique(discounts[discounts > 0.0]).tolist():
        rows = np.flatnonzero(discounts == discount)
        usual = shelves.price[rows, :own]
        shelves.price[rows, :own] = np.where(carried[rows], market.rules.net_of(discount, usual), usual)
    floors = online_floors(market)
    if floors.any():
        shops = market.retailers
        counts = carried[: shops.party.size] & shops.active[:, None]
        mean = (shops.price[:, :own] * counts).sum(axis=0) / np.maximum(counts.sum(axis=0), 1)
        online = market.online.price
        online[:, :own] = np.maximum(online[:, :own], floors[:, None] * mean)


def _feel_stock_and_demand(market: "Market") -> None:
    """What this week's stock and demand will add to the prices of those who price dynamically."""
    shelves, rules = market.shelves, market.rules
    # What leads were promised is demand of this week, whenever it is fetched.
    earlier, seen = shelves.fetched - shelves.promised, market.scenario.retailers.unmet_seen
    demand = rules.demand_seen(shelves.sold, earlier, shelves.unmet, seen)
    mean = np.concatenate([market.tiers[name].mean for name in OUTLETS])
    cover = np.concatenate([market.tiers[name].protection for name in OUTLETS])[:, None].astype(np.float64)
    stock = (shelves.held + shelves.sold).astype(np.float64)
    for rule, rows in market.price_rules:
        if rule.kind == "dynamic":
            shelves.pull[rows] = rules.stock_and_demand(rule, stock[rows], demand[rows], mean[rows], cover[rows])


def _learn(market: "Market", groups: PricingColumns) -> None:
    shelves, rules, own = market.shelves, market.rules, market.goods.own
    counts = carried_brand(market) & shelves.active[:, None]
    # What leads were promised is demand of this week, whenever it is fetched.
    earlier = (shelves.fetched - shelves.promised)[:, :own]
    share_seen = market.scenario.retailers.unmet_seen
    units = rules.demand_seen(shelves.sold[:, :own], earlier, shelves.unmet[:, :own], share_seen)
    shown = _means(market, groups, market.counter_price[:, :own], counts)
    seen = rules.learn(groups.pricers, groups.moments, shown, _means(market, groups, units, counts))
    for column, values in zip(groups.moments, seen, strict=True):
        column[:] = values
    groups.before[:] = groups.asked
    lot = uniforms(market.seed, Stream.PRICE_TRIAL, _offers(market, groups), market.week + 1)
    groups.trial[:] = groups.experiment[:, None] * np.where(lot < 0.5, 1.0, -1.0)


def _offers(market: "Market", groups: PricingColumns) -> Ints:
    return np.asarray(groups.key[:, None] * SITE_SLOTS + market.goods.slot[: market.goods.own])


def _means(market: "Market", groups: PricingColumns, values: Floats, counts: Flags) -> Floats:
    means: Floats = market.rules.group_means(
        np.ascontiguousarray(values), groups.member, groups.group, counts, groups.key.size
    )
    return means
