"""One run: a market from its first week to its last, and the tables that remain of it."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from channellab.scenarios.arrays import Floats
from channellab.scenarios.files import Loaded
from channellab.scenarios.metrics import WEEKS_PER_YEAR
from channellab.scenarios.regions import ROLES
from channellab.scenarios.settings.rebates import PLAN_NAMES
from channellab.sim import metrics
from channellab.sim.goodwill import partners_of
from channellab.sim.ledger import Account, Group
from channellab.sim.market import Market, region_table
from channellab.sim.territories import TERRITORIAL

STOCK = "stock"
SOLD, DIVERTED = "sold", "diverted"
"""Kinds of goods on the way: sold by the brand, and sold by a partner outside its territory."""
NEWS = 4
"""Weeks between two reports of progress."""


@dataclass(frozen=True)
class Run:
    """What remains of one market.

    Attributes:
        seed: its seed. metrics: the catalogue's metrics by name.
        weekly: one row a measured week. products: one row a measured week and SKU. regions: one row a region.
        edges: roads between regions, (a, b, km).
        money: payments over the measured weeks per year, by account, payer group and payee group; the rows `STOCK` say
            by how much the value of a group's own stock has grown.
        goods: own units per year from the regions of plants to those of direct buyers, of kind ``sold``, and from those
            of partners to other territories, of kind ``diverted``.
        rebates: rebates earned per year by plan and partner, known by tier, number in it, and region.
        partners: one row a partner at the end, known in the same way: own units received from the brand per year,
            satisfaction and the resentment in it (0..1), consignments sent across territories and cases against it.
        money_imbalance, goods_imbalance: largest gaps in the books over all weeks.
    """

    seed: int
    metrics: dict[str, float]
    weekly: pd.DataFrame
    products: pd.DataFrame
    regions: pd.DataFrame
    edges: pd.DataFrame
    money: pd.DataFrame
    goods: pd.DataFrame
    rebates: pd.DataFrame
    partners: pd.DataFrame
    money_imbalance: float
    goods_imbalance: int


def play(
    loaded: Loaded,
    seed: int,
    news: Callable[[int], None] | None = None,
    look: Callable[[Market], None] | None = None,
    stride: int = NEWS,
) -> Run:
    """Plays warm-up and measured weeks.

    Args:
        news: hears now and then how many more weeks are done. look: is shown the market just before that, and may end
            it all by an exception. stride: weeks between two such moments.
    """
    scenario = loaded.scenario
    market = Market(scenario, region_table(scenario, loaded.base), seed, where=loaded.where or loaded.name)
    try:
        _play_through(market, news, look, stride)
        return _remains(market)
    finally:
        market.close()


def _play_through(
    market: Market, news: Callable[[int], None] | None, look: Callable[[Market], None] | None, stride: int
) -> None:
    left = market.scenario.run.warmup + market.scenario.run.weeks
    while left:
        weeks = min(left, stride)
        market.play(weeks)
        left -= weeks
        if look:
            look(market)
        if news:
            news(weeks)


def _remains(market: Market) -> Run:
    return Run(
        seed=market.seed,
        metrics=metrics.summary(market),
        weekly=_weekly(market),
        products=_products(market),
        regions=_regions(market),
        edges=_edges(market),
        money=_money(market),
        goods=_goods(market),
        rebates=_rebates(market),
        partners=_partners(market),
        money_imbalance=market.record.money_imbalance,
        goods_imbalance=market.record.goods_imbalance,
    )


def _weekly(market: Market) -> pd.DataFrame:
    series = metrics.weekly(market)
    return pd.DataFrame({"week": np.arange(1, market.scenario.run.weeks + 1), **series})


def _products(market: Market) -> pd.DataFrame:
    goods, first, factor = market.goods, market.scenario.run.warmup, market.scenario.run.reporting_factor
    weeks, skus = market.scenario.run.weeks, len(goods.names)
    brands = ["own", *(rival.name for rival in market.scenario.rivals)]
    return pd.DataFrame(
        {
            "week": np.repeat(np.arange(1, weeks + 1), skus),
            "product": np.tile(goods.names, weeks),
            "brand": np.tile([brands[brand] for brand in goods.brand], weeks),
            "units": np.array(market.record.sku_units[first:]).ravel() * factor,
            "revenue": np.array(market.record.sku_revenue[first:]).ravel() * factor,
        }
    )


def _regions(market: Market) -> pd.DataFrame:
    table, kept, first = market.roads.table, market.record, market.scenario.run.warmup
    factor = _per_year(market) * market.scenario.run.weeks
    return pd.DataFrame(
        {
            "region": table.region_ids,
            "name_en": table.region_names_en,
            "name_zh": table.region_names_zh,
            "role": [ROLES[role] for role in table.role],
            "population": table.population,
            "latitude": table.latitude,
            "longitude": table.longitude,
            "numeric_distribution": np.mean(kept.region_distribution[first:], axis=0),
            "weighted_distribution": _regional_weighted_distribution(market),
            "units_sold": np.mean(kept.region_units[first:], axis=0) * factor,
            "revenue": np.mean(kept.region_revenue[first:], axis=0) * factor,
            "contribution": np.mean(kept.region_contribution[first:], axis=0) * factor,
        }
    )


def _regional_weighted_distribution(market: Market) -> Floats:
    """The metric of that name, (R,), among the shops of each region."""
    kept, regions = market.record, len(market.roads.table.region_ids)
    in_stock = np.bincount(market.retailers.region, kept.measured_category * kept.weeks_in_stock, regions)
    weight = np.bincount(market.retailers.region, kept.measured_category, regions) * market.scenario.run.weeks
    return metrics.ratio(in_stock.astype(np.float64), weight.astype(np.float64))


def _edges(market: Market) -> pd.DataFrame:
    table = market.roads.table
    a, b = ([table.region_ids[end] for end in ends] for ends in table.edges.T)
    return pd.DataFrame({"a": a, "b": b, "km": table.edge_km * market.scenario.network.detour})


def _per_year(market: Market) -> float:
    """What turns a sum over the measured weeks into a reported figure per year."""
    return market.scenario.run.reporting_factor * WEEKS_PER_YEAR / market.scenario.run.weeks


def _money(market: Market) -> pd.DataFrame:
    rows = [
        (account.name.lower(), payer.name.lower(), payee.name.lower(), amount * _per_year(market))
        for account in Account
        for payer in Group
        for payee in Group
        if (amount := float(market.record.flows[account, payer, payee]))
    ]
    rows += [
        (STOCK, group.name.lower(), group.name.lower(), growth * _per_year(market))
        for group in Group
        if (growth := float(market.record.stock_gain[group]))
    ]
    return pd.DataFrame(rows, columns=["account", "payer", "payee", "money"])


def _goods(market: Market) -> pd.DataFrame:
    """Own units a year from region to region: delivered by the brand, and diverted by partners."""
    ids, kept = np.array(market.roads.table.region_ids), market.record
    tables = []
    for kind, routes in ((SOLD, kept.routes), (DIVERTED, kept.diverted)):
        a, b = np.nonzero(routes)
        units = routes[a, b] * _per_year(market)
        tables.append(pd.DataFrame({"a": ids[a], "b": ids[b], "units": units, "kind": kind}))
    return pd.concat(tables)


def _partners(market: Market) -> pd.DataFrame:
    """Partners at the end: own units received from the brand a year, satisfaction and its parts, and their record."""
    kept, known, now = market.record.partner_units, market.partners, partners_of(market)
    columns = []
    for name in (*TERRITORIAL, "retailers"):
        tier = market.tiers[name]
        row = np.flatnonzero(now[tier.party])
        party = tier.party[row]
        columns.append(
            pd.DataFrame(
                {
                    "partner": [f"{name} {number + 1}" for number in row.tolist()],
                    "region": np.array(market.roads.table.region_ids)[tier.region[row]],
                    "units_received": kept[party] * _per_year(market),
                    "satisfaction": known.content[party] - known.resentment[party],
                    "resentment": known.resentment[party],
                    "attempts": known.attempts[party],
                    "caught": known.caught[party],
                }
            )
        )
    return pd.concat(columns, ignore_index=True).astype({"partner": str, "region": str})


def _rebates(market: Market) -> pd.DataFrame:
    """Who earned which rebate: money a year by plan and partner who has had it, less what was forfeited.

    Beside it what was taken back of what had been booked, what was paid, and whether anything was earned, 0 or 1.
    """
    kept, ids = market.record, market.roads.table.region_ids
    year, columns = _per_year(market), ("money", "taken_back", "paid")
    rows = []
    for name, tier in market.staffed_tiers():
        for row, party in enumerate(tier.party.tolist()):
            if party in market.manufacturers.party:
                continue
            for number, plan in enumerate(PLAN_NAMES):
                sums = [float(one[number, party]) for one in (kept.rebates, kept.rebates_back, kept.rebates_paid)]
                if any(sums) or kept.rebates_under[number, party]:
                    earned = float(sums[0] > 0.0)
                    rows.append((plan, f"{name} {row + 1}", ids[tier.region[row]], *(n * year for n in sums), earned))
    table = pd.DataFrame(rows, columns=["plan", "partner", "region", *columns, "reached"])
    return table.astype({"plan": str, "partner": str, "region": str} | dict.fromkeys((*columns, "reached"), float))
