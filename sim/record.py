"""What a market writes down every week: plain numbers and sums, from which the metrics are computed at the end."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from channellab.agents.kernels import stocks
from channellab.agents.kernels.books import add_units, note_rebates
from channellab.agents.kernels.census import census
from channellab.agents.kernels.takings import Takings, own_units
from channellab.scenarios.arrays import Floats, Ints
from channellab.sim.audit import goods_gap, money_gap
from channellab.sim.chain import MAKERS, OUTLETS, SELLERS, WHOLESALERS
from channellab.sim.counted import count
from channellab.sim.detection import CHANNELS
from channellab.sim.dispersion import dispersions
from channellab.sim.goods import on_hand
from channellab.sim.goodwill import feel
from channellab.sim.ledger import ACQUISITION, BRAND, Account, Group
from channellab.sim.minimum_prices import offers
from channellab.sim.regional import record_regions
from channellab.sim.territories import TERRITORIAL, at_work

if TYPE_CHECKING:
    from channellab.sim.market import Market


@dataclass
class Record:
    """Week by week since the start, warm-up included; each list has one entry a week.

    Attributes:
        numbers: by name, one number a week. See `weekly_numbers`.
        sku_units, sku_revenue: (K,) units sold and money taken.
        region_distribution, region_units, region_revenue, region_contribution: (R,) see `regional`.
        moments: by tier, sums over measured weeks of demand, demand squared, orders and orders squared, (4, F).
        stock_gain: (groups,) growth of the value of own stock over measured weeks.
        flows: (accounts, groups, groups) money paid over measured weeks, see `Ledger.paid`.
        partner_units: (F,) own units that each partner received from the brand over measured weeks.
        rebates: (N, F) rebates booked over measured weeks, by name of the plan and partner. rebates_back: (N, F) what
            was taken back of them. rebates_paid: (N, F) paid. rebates_under: (N, F) weeks under a plan of the name.
        routes: (R, R) own units that the brand's plants and warehouses delivered over measured weeks, by region.
        category: (O,) units of the category each shop has sold since the start.
        measured_category: (O,) the same over measured weeks. weeks_in_stock: (O,) those with an own SKU on hand.
        diverted: (R, R) own units that arrived over measured weeks from partners of other territories, by region.
        money_imbalance, goods_imbalance: largest gaps so far.
    """

    numbers: dict[str, list[float]] = field(default_factory=dict)
    sku_units: list[Ints] = field(default_factory=list)
    sku_revenue: list[Floats] = field(default_factory=list)
    region_distribution: list[Floats] = field(default_factory=list)
    region_units: list[Floats] = field(default_factory=list)
    region_revenue: list[Floats] = field(default_factory=list)
    region_contribution: list[Floats] = field(default_factory=list)
    moments: dict[str, Floats] = field(default_factory=dict)
    stock_gain: Floats = field(default_factory=lambda: np.zeros(0))
    flows: Floats = field(default_factory=lambda: np.zeros(0))
    partner_units: Floats = field(default_factory=lambda: np.zeros(0))
    rebates: Floats = field(default_factory=lambda: np.zeros(0))
    rebates_back: Floats = field(default_factory=lambda: np.zeros(0))
    rebates_paid: Floats = field(default_factory=lambda: np.zeros(0))
    rebates_under: Floats = field(default_factory=lambda: np.zeros(0))
    routes: Floats = field(default_factory=lambda: np.zeros(0))
    category: Floats = field(default_factory=lambda: np.zeros(0))
    measured_category: Floats = field(default_factory=lambda: np.zeros(0))
    weeks_in_stock: Floats = field(default_factory=lambda: np.zeros(0))
    diverted: Floats = field(default_factory=lambda: np.zeros(0))
    inventory: Floats = field(default_factory=lambda: np.zeros(0))
    money_imbalance: float = 0.0
    goods_imbalance: int = 0


def inventory_value(market: "Market") -> Floats:
    """What each party's own-brand stock is worth at its moving-average cost, (F,) money."""
    value = np.zeros(market.ledger.cash.size)
    for name, tier in market.staffed_tiers():
        goods = tier.in_transit.T, tier.unit_cost.T
        stocks.add_value(value, tier.party, *on_hand(market, name), *goods, market.goods.own)
    return value


def record(market: "Market") -> None:
    """Checks the books and writes the week down."""
    kept, counted = market.record, count(market)
    market.ledger.close_week()
    kept.money_imbalance = max(kept.money_imbalance, money_gap(market, counted))
    kept.goods_imbalance = max(kept.goods_imbalance, goods_gap(market))
    numbers = _profits(market) | _goods(market, counted.takings)
    for part in (_grey, _detection, offers, _disputes, _consumers, _leads, _kols):
        numbers |= part(market)
    for name, value in numbers.items():
        kept.numbers.setdefault(name, []).append(float(value))
    kept.sku_units.append(counted.takings.units)
    kept.sku_revenue.append(counted.takings.money)
    record_regions(market, counted)
    if market.measured_week > 0:
        _moments(market)
        kept.flows += market.ledger.paid
        book = market.rebates
        sums = kept.rebates, kept.rebates_back, kept.rebates_paid, kept.rebates_under
        note_rebates(*sums, book.booked, book.paid_under, book.plan)
        _routes(market)


def _profits(market: "Market") -> dict[str, float]:
    """Profit of the week from the brand's goods: receipts and payments, plus the change in the value of stock."""
    value = inventory_value(market)
    growth = value - market.record.inventory
    profit = market.ledger.entries[BRAND].sum(axis=0) + growth
    market.record.inventory = value
    if market.measured_week > 0:
        market.record.stock_gain += np.bincount(market.ledger.group, growth, len(Group))
    feelings = feel(market, profit)
    maker = float(profit[market.manufacturers.party].sum())
    wholesale = float(sum(profit[market.tiers[name].party].sum() for name in WHOLESALERS))
    retail = float(profit[market.retailers.party].sum())
    online = float(profit[market.online.party[~market.online.own]].sum())
    return {
        "manufacturer_profit": maker,
        "distributor_profit": wholesale,
        "retailer_profit": retail,
        "online_profit": online,
        "partner_profit": wholesale + retail + online,
        "channel_profit": maker + wholesale + retail + online,
        **feelings,
    }


def _goods(market: "Market", takings: Takings) -> dict[str, float]:
    retailers, shelves, own = market.retailers, market.shelves, market.goods.own
    counters = (column.T for column in (shelves.sold, shelves.wished, shelves.served, shelves.waiting, shelves.held))
    ends = market.first_store, market.first_online, shelves.party.size
    sold, wished, served, waiting, held = own_units(tuple(counters), own, ends)
    gross, discounts = _sell_in(market)
    support = float(retailers.support.sum())
    rebates = -float(market.ledger.entries[Account.REBATES, market.manufacturers.party[0]])
    promotion = float(market.ledger.flow[Account.PROMOTION])
    fund, subsidies = float(market.ledger.flow[Account.FUND]), float(market.ledger.flow[Account.SUBSIDIES])
    _, store_units, online_units = sold
    stock = {name: market.tiers[name].held.sum() for name in SELLERS} | dict(zip(OUTLETS, held, strict=True))
    return {
        "units_sold": sold.sum(),
        "category_units": takings.units.sum(),
        "revenue": takings.own,
        "wished": wished.sum(),
        "served": served.sum(),
        "online_units": online_units,
        "store_units": store_units,
        "shop_served_units": market.online.routed.sum() + float(market.online.collected.sum()),
        "showroomed_units": float(market.showrooms.shop.size),
        "lead_commissions": float(market.ledger.flow[Account.LEAD_COMMISSION]),
        "direct_units": store_units + market.online.sold[market.online.own, :own].sum(),
        "online_stock": stock["online"],
        "store_stock": stock["stores"],
        "retail_stock": stock["retailers"],
        "distributor_stock": sum(stock[name] for name in WHOLESALERS),
        "plant_stock": sum(stock[name] for name in MAKERS),
        "way_stock": market.way_stock,
        "backorders": waiting.sum(),
        "stock_cost": _stock_cost(market, stock, waiting[0]),
        "gross_sell_in": gross,
        "quantity_discounts": market.order_discounts.given,
        "pushed_units": market.order_discounts.pushed,
        "return_credit": float(market.ledger.flow[Account.RETURNS]),
        **_order_sizes(market),
        "rebates": rebates,
        "subsidies": subsidies,
        "trade_spend": discounts + support + rebates + promotion + fund + subsidies,
        "orders_wanted": market.orders_wanted,
        "orders_cut": market.orders_cut,
        **dispersions(market),
        "units_delivered": market.logistics.delivered.units,
        "delivery_unit_days": market.logistics.delivered.days,
        "dock_unit_days": market.logistics.delivered.at_dock,
        "simpy_processes": float(market.logistics.processes + market.desk.filed),
    }


def _sell_in(market: "Market") -> tuple[float, float]:
    """Value of what partners received from the brand at prices ex factory before discounts, and the discounts on it.

    What the brand's own warehouses, stores and online shops take is no sale.
    """
    gross = paid = 0.0
    for name in MAKERS:
        came = market.deliveries[name]
        if not came.buyer.size:
            continue
        sold = came.buyer != market.manufacturers.party[0]
        units = came.units[sold]
        gross += float((units * market.manufacturers.ex_factory_price).sum())
        paid += float(came.value[sold].sum())
        if market.measured_week > 0:
            np.add.at(market.record.partner_units, came.buyer[sold], units.sum(axis=1))
    return gross, gross - paid


def _order_sizes(market: "Market") -> dict[str, float]:
    """Orders that distributors and retailers placed this week, and the own units in them."""
    tiers = (market.tiers[name] for name in (*WHOLESALERS, "retailers"))
    sizes = [stocks.count_orders(tier.ordered.T, market.goods.own) for tier in tiers if tier.party.size]
    return {"orders_placed": sum(orders for orders, _ in sizes), "units_ordered": sum(units for _, units in sizes)}


def _routes(market: "Market") -> None:
    for came in (market.deliveries[name] for name in MAKERS):
        add_units(market.record.routes, came.origin, came.place, came.units)
    gone = market.diverted
    add_units(market.record.diverted, gone.origin, gone.place, gone.units)


def _grey(market: "Market") -> dict[str, float]:
    """Own units that came from partners of other territories, all that partners delivered, and what policing cost."""
    gone = float(market.diverted.units.sum())
    sold = sum(float(market.deliveries[name].units.sum()) for name in WHOLESALERS)
    return {
        "diverted_units": gone,
        "wholesale_units": gone + sold,
        "policing_cost": float(market.ledger.flow[Account.POLICING]),
    }


def _detection(market: "Market") -> dict[str, float]:
    """Consignments that are an offence, those found and by what, innocents accused, audits; partners who left."""
    grey = market.grey
    found = {f"found_by_{name}": grey.found.get(name, 0) for name in ("any", *CHANNELS)}
    return {
        "offences": grey.found.get("sent", 0),
        **found,
        "false_accusations": int(np.count_nonzero(grey.accused)),
        "audits": grey.audits,
        "exits": int(np.count_nonzero(market.partners.exited == market.week)),
    }


def _disputes(market: "Market") -> dict[str, float]:
    """Disputes open on Sunday, those settled this week and the days they took, partners that may have some, cost."""
    ruled = market.desk.ruled
    return {
        "open_disputes": len(market.desk.open),
        "settled_disputes": len(ruled),
        "dispute_days": sum(ruling.day - ruling.dispute.filed for ruling in ruled),
        "territories_held": sum(int(np.count_nonzero(at_work(market.tiers[name]))) for name in TERRITORIAL),
        "dispute_cost": float(market.ledger.flow[Account.DISPUTES]),
    }


def _stock_cost(market: "Market", stock: dict[str, Any], backorders: int) -> float:
    """What own units on hand, by tier, orders that shops could not meet, and goods under way cost."""
    held = sum(rate * float(stock[name]) for name, rate in market.holding_rate.items())
    return held + market.scenario.retailers.shortage_cost * float(backorders) + market.way_stock_cost


def _consumers(market: "Market") -> dict[str, float]:
    mind = market.consumers.mind
    people = census(mind)
    stocked = np.asarray(market.shelves.held[:, : market.goods.own].any(axis=1))
    sites, shops = stocked[: market.first_online], stocked[market.first_online :]
    return {
        "aware": float(people.aware),
        "adopted": float(people.buyers),
        "promoters": float(people.happy),
        "detractors": float(people.unhappy),
        "praising": float(people.praising),
        "complaining": float(people.complaining),
        "repeat_buyers": float(market.tally.repeat_buyers),
        "members": float(market.benefits.members),
        "subscribers": float(market.benefits.subscribers),
        "repeated": float(people.repeated),
        "acquisition": _acquisition(market),
        "repeat_own": float(market.tally.repeat_own),
        "consumer_surplus": float(market.tally.surplus),
        "consumer_reach": market.reach.share(sites, shops, mind.watching),
    }


def _leads(market: "Market") -> dict[str, float]:
    desk = market.leads
    return {
        "leads_created": float(desk.created.sum()),
        "leads_won": float(desk.won),
        "leads_closed": float(desk.won + desk.lost),
        "lead_days": desk.days,
    }


def _kols(market: "Market") -> dict[str, float]:
    kols, flow = market.kols, market.ledger.flow
    return {
        "kol_cost": float(flow[Account.KOL_FEES] + flow[Account.KOL_COMMISSION] + flow[Account.REFERRAL]),
        "post_followers": float(kols.posts @ kols.followers),
        "engaged": float(kols.engaged.sum()),
    }


def _acquisition(market: "Market") -> float:
    """What the brand has paid this week to win buyers."""
    paid = market.ledger.paid[:, Group.MANUFACTURER]
    return float(sum(paid[account].sum() for account in ACQUISITION) + paid[Account.LEADS, Group.MEDIA])


def _moments(market: "Market") -> None:
    for name, tier in market.staffed_tiers():
        stocks.add_moments(market.record.moments[name], tier.demand.T, tier.ordered.T, market.goods.own)
