"""What a market writes down about its regions: coverage, sales by the buyers' home, and what sales there leave.

Sales of shops and own stores count where they stand, those of online shops where their buyers live.
"""

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from channellab.scenarios.arrays import Floats, Index, Ints
from channellab.sim.chain import WHOLESALERS
from channellab.sim.ledger import Account
from channellab.sim.settlement import online_costs

if TYPE_CHECKING:
    from channellab.sim.market import Market

COSTS = (Account.FREIGHT, Account.HOLDING, Account.SHORTAGE, Account.OVERHEADS, Account.LEADS, Account.ONLINE_SERVICE)
"""Accounts under which partners of a region pay somebody outside the channel."""


class Sales(NamedTuple):
    """Own goods sold to the people of each region: units (R, K0), and what they paid, (R,) money."""

    units: Floats
    paid: Floats


def record_regions(market: "Market") -> None:
    """Writes down the week of each region."""
    kept = market.record
    _coverage(market)
    sales = regional_sales(market)
    kept.region_units.append(sales.units.sum(axis=1))
    kept.region_revenue.append(sales.paid)
    kept.region_contribution.append(contribution(market, sales))


def regional_sales(market: "Market") -> Sales:
    """What outlets of all kinds sold to the people of each region."""
    own, regions = market.goods.own, len(market.roads.table.region_ids)
    units, paid = np.zeros((regions, own)), np.zeros(regions)
    price = market.counter_price[:, :own]
    for tier, first in ((market.retailers, 0), (market.stores, market.first_store)):
        sold = tier.sold[:, :own]
        units += by_region(tier.region, sold, regions)
        takings = (sold * price[first : first + tier.party.size]).sum(axis=1)
        paid += np.bincount(tier.region, takings, regions)
    homes = market.online.homes[:, :, :own]
    home = market.area_region
    units += by_region(home, homes.sum(axis=0), regions)
    paid += np.bincount(home, (homes * price[market.first_online :, None, :]).sum(axis=(0, 2)), regions)
    return Sales(units, paid)


def by_region(region: Index, amounts: Ints, regions: int) -> Floats:
    """Sums of (N, K) amounts over what lies in each region, (regions, K)."""
    columns = amounts.shape[1]
    cell = (np.arange(columns)[:, None] * regions + region).ravel()
    sums = np.bincount(cell, amounts.T.ravel(), columns * regions)
    return np.asarray(sums.reshape(columns, regions).T, np.float64)


def contribution(market: "Market", sales: Sales) -> Floats:
    """What sales in each region leave the channel, (R,) money: before costs that belong to no region.

    From what people paid go the cost of making the goods, what distributors and shops of the region paid to others than
    members of the channel, the rent of own stores, and online shops' costs in proportion to what people paid online.
    """
    regions, own = sales.paid.size, market.goods.own
    left = sales.paid - sales.units @ market.goods.unit_cost[:own]
    costs = -sum(market.ledger.entries[account] for account in COSTS)
    for name in (*WHOLESALERS, "retailers"):
        tier = market.tiers[name]
        left -= np.bincount(tier.region, costs[tier.party], regions)
    rent = market.scenario.stores.fixed_cost * (market.stores.active & market.stores.open)
    left -= np.bincount(market.stores.region, rent, regions)
    return left - _online_costs(market)


def _online_costs(market: "Market") -> Floats:
    """Costs of online shops for own goods, split over regions by what their people paid there."""
    own = market.goods.own
    price = market.counter_price[market.first_online :, :own]
    takings = (market.online.homes[:, :, :own] * price[:, None, :]).sum(axis=2)
    paid = by_region(market.area_region, takings.T, len(market.roads.table.region_ids)).T
    total = paid.sum(axis=1)
    share = np.divide(paid, total[:, None], out=np.zeros_like(paid), where=total[:, None] > 0)
    return np.asarray(online_costs(market)[0] @ share)


def _coverage(market: "Market") -> None:
    kept, retailers, own = market.record, market.retailers, market.goods.own
    regions = len(market.roads.table.region_ids)
    category = retailers.sold.sum(axis=1)
    kept.category += category
    if market.measured_week > 0:
        kept.measured_category += category
        kept.weeks_in_stock += retailers.held[:, :own].any(axis=1) & retailers.active
    open_shops = retailers.active.astype(np.float64)
    in_stock = retailers.held[:, :own].any(axis=1) * open_shops
    weight = kept.category * open_shops
    sums = [
        np.bincount(retailers.region, values, regions) for values in (open_shops, in_stock, weight, weight * in_stock)
    ]
    kept.region_distribution.append(sums[1] / np.maximum(sums[0], 1))
    numbers = {
        "numeric_distribution": sums[1].sum() / max(sums[0].sum(), 1.0),
        "weighted_distribution": sums[3].sum() / max(sums[2].sum(), 1e-300),
    }
    for name, value in numbers.items():
        kept.numbers.setdefault(name, []).append(float(value))
