"""Terms in force: what policies, layout and price lists mean for every firm this week."""

from typing import TYPE_CHECKING

import numpy as np

from channellab.scenarios.arrays import Floats
from channellab.scenarios.policies.prices import band
from channellab.scenarios.policies.promotions import deal_rate
from channellab.scenarios.regions import ROLES
from channellab.scenarios.timetable import DISTRIBUTORS, ONLINE, STORES, Terms, changed, effective
from channellab.sim.chain import MAKERS, WHOLESALERS
from channellab.sim.development import set_development
from channellab.sim.kols import set_kol_terms
from channellab.sim.partner_groups import Rows, regions_by_terms, shops_by_terms
from channellab.sim.pricing import set_prices
from channellab.sim.promotions import open_calendar
from channellab.sim.rebates import set_limits, set_plans
from channellab.sim.subsidies import serve, set_subsidies, stop_efforts
from channellab.sim.supply import connect, layouts_in_force

if TYPE_CHECKING:
    from channellab.sim.market import Market

SUPPORT_SITES = 8
"""District support is declared per eight candidate sites, so that it keeps its scale when a district has more."""


def set_terms(market: "Market") -> None:
    """Recomputes the terms of every firm where timetable or promotion calendar has changed them since last week.

    Entries that change nothing are not noticed. A history that is replayed has new prices every week.
    """
    week, table, known = market.measured_week, market.roads.table, market.terms_known
    market.terms_known = True
    open_calendar(market)
    if not known or changed(market.scenario, week, table.region_ids, (ROLES[role] for role in table.role)):
        _set_policies(market)
    elif week in market.promotions.turns:
        set_limits(market)
    else:
        if market.replay is not None:
            set_prices(market)
        return
    _set_prices_ex_factory(market)
    set_prices(market)


def _set_policies(market: "Market") -> None:
    """All but prices, and what these are worked out from."""
    layouts = layouts_in_force(market)
    if layouts != market.layouts:
        connect(market, layouts)
    support = np.zeros(market.retailers.party.size)
    for rows, here in shops_by_terms(market):
        _retail_terms(market, rows, here)
        support[rows] = here.policy.funds.district_support
    _store_terms(market)
    _online_terms(market)
    set_kol_terms(market)
    set_plans(market)
    set_development(market)
    set_subsidies(market)
    _authorise(market)
    stop_efforts(market)
    _open_stores(market)
    _support(market, support)


def _set_prices_ex_factory(market: "Market") -> None:
    """What those pay who buy from the brand: partners of whichever tier, and online shops."""
    retailers, online, own = market.retailers, market.online, market.goods.own
    for regions, here in regions_by_terms(market, DISTRIBUTORS):
        net = _net_ex_factory(market, here, DISTRIBUTORS)
        for name in WHOLESALERS:
            tier = market.tiers[name]
            tier.purchase_price[regions[tier.region] & (tier.supplier_tier < len(MAKERS))] = net
    direct = retailers.supplier_tier < len(MAKERS)
    for number, shop in enumerate(market.scenario.retailers.formats if direct.any() else ()):
        for regions, here in regions_by_terms(market, shop.name):
            rows = direct & regions[retailers.region] & (retailers.format == number)
            retailers.purchase_price[rows, :own] = _net_ex_factory(market, here, shop.name)
    everywhere = effective(market.scenario, market.measured_week, "", "", ONLINE)
    online.purchase_price[:, :own] = _net_ex_factory(market, everywhere, ONLINE)
    online.purchase_price[online.own, :own] = market.goods.unit_cost[:own]


def _net_ex_factory(market: "Market", here: Terms, group: str) -> Floats:
    """Prices ex factory for a partner group, (1, K0): less the standing discount, and a deal that runs."""
    week, rules, promotion = market.measured_week, market.rules, here.policy.promotion
    listed = rules.net_of(here.policy.price.ex_factory_discount, market.manufacturers.ex_factory_price)
    net: Floats = rules.net_of(deal_rate(promotion, "off_invoice", week, week, group), listed)
    return net


def _retail_terms(market: "Market", rows: Rows, here: Terms) -> None:
    own, retailers = market.goods.own, market.retailers
    listed = market.goods.list_price[None, :own]
    retailers.recommended_price[rows, :own] = market.rules.net_of(here.policy.price.recommended_discount, listed)
    retailers.lowest_price[rows], retailers.highest_price[rows] = band(here.policy.price)
    _online_sales_terms(market, rows, here)


def _online_sales_terms(market: "Market", rows: Rows, here: Terms) -> None:
    """What shops get of online sales."""
    omni, policy = market.omni, here.policy.online
    omni.commission[rows] = policy.commission
    omni.from_seller[rows] = policy.commission_from == "seller"
    omni.routing[rows], omni.order_share[rows] = policy.routing, policy.order_share
    omni.pickup[rows], omni.pickup_fee[rows] = policy.pickup, policy.pickup_fee


def _store_terms(market: "Market") -> None:
    """Retail price policy for own stores, which take goods at what they cost to make."""
    stores, goods, own = market.stores, market.goods, market.goods.own
    for regions, here in regions_by_terms(market, STORES):
        policy, inside = here.policy.price, regions[stores.region]
        stores.recommended_price[inside, :own] = market.rules.net_of(
            policy.recommended_discount, goods.list_price[:own]
        )
        stores.lowest_price[inside], stores.highest_price[inside] = band(policy)
    stores.purchase_price[:, :own] = goods.unit_cost[:own]


def _online_terms(market: "Market") -> None:
    """Online shops live under the terms that hold everywhere."""
    online, own = market.online, market.goods.own
    here = effective(market.scenario, market.measured_week, "", "", ONLINE).policy.price
    online.recommended_price[:, :own] = market.rules.net_of(here.recommended_discount, market.goods.list_price[:own])
    online.lowest_price[:], online.highest_price[:] = band(here)


def _authorise(market: "Market") -> None:
    """Which SKUs each shop carries: those made for it for whose class the layout of its region opens its site."""
    retailers, layouts, roles = market.retailers, market.layouts, market.roads.table.role
    sites = market.scenario.network.sites_per_area
    for kind in {sku.product_class for sku in market.scenario.products}:
        share = np.array([layout.class_share(ROLES[r], kind) for layout, r in zip(layouts, roles, strict=True)])
        opened = market.rules.opened(retailers.rank, sites, share[retailers.region]) & retailers.active
        skus = [number for number, sku in enumerate(market.scenario.products) if sku.product_class == kind]
        retailers.carries[:, skus] = opened[:, None] & retailers.assigned[:, skus]
    retailers.authorised[:] = retailers.carries.any(axis=1)


def _open_stores(market: "Market") -> None:
    """The layout opens a share of each region's candidate stores, in their order."""
    stores, roles = market.stores, market.roads.table.role
    share = np.array([getattr(la.own_stores, ROLES[r]) for la, r in zip(market.layouts, roles, strict=True)])
    sites = np.bincount(stores.region, minlength=roles.size)
    stores.open[:] = market.rules.opened(stores.rank, sites[stores.region], share[stores.region]) & stores.active


def _support(market: "Market", offered: Floats) -> None:
    """Shares what the brand offers a district among its authorised retailers, and what it does for their service."""
    retailers = market.retailers
    partners = np.bincount(retailers.district, retailers.authorised, len(market.roads.table.district_ids))
    budget = offered * market.manufacturers.active[0] * (market.scenario.network.sites_per_district / SUPPORT_SITES)
    per_shop = budget / np.maximum(partners, 1.0)[retailers.district]
    retailers.support[:] = np.where(retailers.authorised, per_shop, 0.0)
    serve(market)
