"""Terms in force: what policies, layout and price lists mean for every firm this week."""

from typing import TYPE_CHECKING

import numpy as np

from channellab.agents.columns import Floats, Ints
from channellab.scenarios.regions import ROLES
from channellab.scenarios.timetable import Terms, active_entries, effective

if TYPE_CHECKING:
    from channellab.sim.market import Market

DISTRIBUTORS, ONLINE = "distributors", "online"
SUPPORT_SITES = 8
"""District support is declared per eight candidate sites, so that it keeps its scale when a district has more."""


def set_terms(market: "Market") -> None:
    """Recomputes the terms of every firm where the timetable has changed them since last week."""
    active = active_entries(market.scenario, market.measured_week)
    if active == market.terms_in_force:
        return
    market.terms_in_force = active
    groups = [shop.name for shop in market.scenario.retailers.formats]
    table = market.roads.table
    layouts = np.empty(len(table.region_ids), object)
    support = np.zeros(market.retailers.party.size)
    for region, (region_id, role) in enumerate(zip(table.region_ids, table.role, strict=True)):
        for number, group in enumerate(groups):
            here = effective(market.scenario, market.measured_week, region_id, ROLES[role], group)
            rows = np.flatnonzero((market.retailers.region == region) & (market.retailers.format == number))
            _retail_terms(market, rows, here)
            support[rows] = here.policy.funds.district_support
            layouts[region] = here.layout
        there = effective(market.scenario, market.measured_week, region_id, ROLES[role], DISTRIBUTORS)
        direct = market.tiers[market.links[0].buyer]
        if direct is not market.retailers:
            discount = there.policy.price.ex_factory_discount
            net = market.rules.net_of(discount, market.manufacturers.ex_factory_price)
            direct.purchase_price[direct.region == region] = net
    _online_terms(market)
    set_prices(market)
    share = np.array(
        [getattr(layout, getattr(layout, ROLES[r])) for layout, r in zip(layouts, table.role, strict=True)]
    )
    _authorise(market, share)
    _support(market, support)


def _retail_terms(market: "Market", rows: Ints, here: Terms) -> None:
    own, retailers = market.goods.own, market.retailers
    listed = market.goods.list_price[None, :own]
    retailers.recommended_price[rows, :own] = market.rules.net_of(here.policy.price.recommended_discount, listed)
    if market.links[0].buyer == "retailers":
        discount = here.policy.price.ex_factory_discount
        retailers.purchase_price[rows, :own] = market.rules.net_of(discount, market.manufacturers.ex_factory_price)


def _online_terms(market: "Market") -> None:
    """Online shops live under the terms that hold everywhere; the brand's own take goods at what they cost to make."""
    online, goods, own = market.online, market.goods, market.goods.own
    here = effective(market.scenario, market.measured_week, "", "", ONLINE).policy.price
    online.purchase_price[:, :own] = market.rules.net_of(
        here.ex_factory_discount, market.manufacturers.ex_factory_price
    )
    online.purchase_price[online.own, :own] = goods.unit_cost[:own]
    online.recommended_price[:, :own] = market.rules.net_of(here.recommended_discount, goods.list_price[:own])


def _authorise(market: "Market", share: Floats) -> None:
    retailers = market.retailers
    sites = market.scenario.network.sites_per_area
    retailers.authorised[:] = market.rules.opened(retailers.rank, sites, share[retailers.region]) & retailers.active


def _support(market: "Market", offered: Floats) -> None:
    """Shares what the brand offers a district among its authorised retailers, and what it does for their service."""
    retailers, settings = market.retailers, market.scenario.retailers
    partners = np.bincount(retailers.district, retailers.authorised, len(market.roads.table.district_ids))
    budget = offered * market.manufacturers.active[0] * (market.scenario.network.sites_per_district / SUPPORT_SITES)
    per_shop = budget / np.maximum(partners, 1.0)[retailers.district]
    retailers.support[:] = np.where(retailers.authorised, per_shop, 0.0)
    retailers.service[:] = market.rules.service_level(
        retailers.base_service, retailers.support, settings.support_gain, settings.support_half
    )


def set_prices(market: "Market") -> None:
    """Every tier prices to the next by its rule, from the top down, from this week's purchase prices."""
    goods, rules, retailers = market.goods, market.rules, market.retailers
    own = goods.own
    ladder = {"distributors": goods.distributor_price, "subdistributors": goods.subdistributor_price}
    for link in market.links:
        if link.seller == "plants":
            continue
        sellers, buyers = market.tiers[link.seller], market.tiers[link.buyer]
        rule = getattr(market.scenario, link.seller).price
        sellers.price[:] = rules.price(rule, ladder[link.seller][None, :own], sellers.purchase_price)
        buyers.purchase_price[:, :own] = sellers.price[buyers.supplier]
    for number, shop in enumerate(market.scenario.retailers.formats):
        rows = market.shops_of_format[number]
        asked = rules.price(shop.price, retailers.recommended_price[rows], retailers.purchase_price[rows])
        retailers.price[rows] = asked * retailers.price_factor[rows, None]
    for row, seller in enumerate(market.scenario.online.shops):
        asked = rules.price(seller.price, market.online.recommended_price[row], market.online.purchase_price[row])
        market.online.price[row] = rules.net_of(seller.discount, asked)


def set_ex_factory_prices(market: "Market") -> None:
    """The manufacturer's own price rule, applied once: its unit costs do not change."""
    goods, own = market.goods, market.goods.own
    rule = market.scenario.manufacturer.price
    listed = goods.ex_factory_price[None, :own]
    market.manufacturers.ex_factory_price[:] = market.rules.price(rule, listed, goods.unit_cost[None, :own])
