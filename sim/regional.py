"""What a market writes down about its regions: coverage, sales by the buyers' home, and what sales there leave.

Sales of shops and own stores count where they stand, those of online shops where their buyers live.
"""

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from channellab.agents.kernels.takings import by_region, costs_by_region, coverage, shares_by_region
from channellab.scenarios.arrays import Floats
from channellab.sim.chain import WHOLESALERS
from channellab.sim.counted import Counted
from channellab.sim.ledger import Account

if TYPE_CHECKING:
    from channellab.sim.market import Market

COSTS = np.array(
    [Account.FREIGHT, Account.HOLDING, Account.SHORTAGE, Account.OVERHEADS, Account.LEADS, Account.ONLINE_SERVICE]
)
"""Accounts under which partners of a region pay somebody outside the channel."""


class Sales(NamedTuple):
    """Own goods sold to the people of each region: units (R, K0), and what they paid, (R,) money."""

    units: Floats
    paid: Floats


def record_regions(market: "Market", counted: Counted) -> None:
    """Writes down the week of each region."""
    kept = market.record
    _coverage(market)
    sales = regional_sales(market, counted)
    kept.region_units.append(sales.units.sum(axis=1))
    kept.region_revenue.append(sales.paid)
    kept.region_contribution.append(contribution(market, sales, counted))


def regional_sales(market: "Market", counted: Counted) -> Sales:
    """What outlets of all kinds sold to the people of each region."""
    own, regions = market.goods.own, len(market.roads.table.region_ids)
    street = np.concatenate([market.retailers.region, market.stores.region])
    return Sales(
        *by_region(
            market.shelves.sold.T[:own],
            counted.takings.by_outlet,
            (market.first_store, market.first_online),
            street,
            market.online.homes,
            counted.online,
            market.area_region,
            regions,
        )
    )


def contribution(market: "Market", sales: Sales, counted: Counted) -> Floats:
    """What sales in each region leave the channel, (R,) money: before costs that belong to no region.

    From what people paid go the cost of making the goods, what distributors and shops of the region paid to others than
    members of the channel, the rent of own stores, and online shops' costs in proportion to what people paid online.
    """
    regions, own = sales.paid.size, market.goods.own
    left = sales.paid - sales.units @ market.goods.unit_cost[:own]
    for tier in (market.tiers[name] for name in (*WHOLESALERS, "retailers")):
        if tier.party.size:
            left -= costs_by_region(market.ledger.entries, COSTS, tier.party, tier.region, regions)
    if market.stores.party.size:
        rent = market.scenario.stores.fixed_cost * (market.stores.active & market.stores.open)
        left -= np.bincount(market.stores.region, rent, regions)
    return left - _online_costs(market, counted)


def _online_costs(market: "Market", counted: Counted) -> Floats:
    """Costs of online shops for own goods, split over regions by what their people paid there."""
    share = shares_by_region(counted.online, market.area_region, len(market.roads.table.region_ids))
    return np.asarray(counted.platforms[0] @ share)


def _coverage(market: "Market") -> None:
    kept, retailers, shelves = market.record, market.retailers, market.shelves
    places = retailers.active, retailers.region, len(market.roads.table.region_ids)
    sums, category, stocked = coverage(shelves.sold.T, shelves.held.T, market.goods.own, *places, kept.category)
    if market.measured_week > 0:
        kept.measured_category += category
        kept.weeks_in_stock += stocked
    kept.region_distribution.append(sums[1] / np.maximum(sums[0], 1))
    numbers = {
        "numeric_distribution": sums[1].sum() / max(sums[0].sum(), 1.0),
        "weighted_distribution": sums[3].sum() / max(sums[2].sum(), 1e-300),
    }
    for name, value in numbers.items():
        kept.numbers.setdefault(name, []).append(float(value))
