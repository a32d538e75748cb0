"""Online shops: they reach the whole country from one warehouse and pay a platform for it."""

from dataclasses import dataclass

import numpy as np

from channellab.agents.columns import Column, Firm, state
from channellab.agents.shelves import ShelfColumns
from channellab.scenarios.arrays import Flags, Floats, Index, Ints


@dataclass(kw_only=True)
class OnlineColumns(ShelfColumns):
    """Columns of S online shops over K SKUs.

    Attributes:
        region: (S,) region of the warehouse.
        own: (S,) True for the brand's own shops, which sell no rivals and share the manufacturer's party.
        platform_fee: (S,) share of revenue.
        group_size: (S,) units of an SKU that an area must wish for before the shop delivers there, 1 = any.
        traffic_cost: (S,) money per visit. delivery_days: (S,) to the door. delivery_cost: (S,) money per unit.
        visits: (S,) shoppers who looked this week. homes: (S, A, K) units sold to the people of each area.
        routed: (S, K0) units of the brand's own shops that shops on the street served this week.
        collected: (S,) units of theirs that were collected in shops this week.
        local_share: (S,) share of its orders that buyers expect shops of their area to serve.
        partner: (S,) True for shops that partners open and close. dormant: (S,) True while such a shop is closed.
        seen, seen_visits: (S, K) units and (S,) visits a week that its owner expects.
        worth: (S,) profit a week that these make, money.
    """

    region: Index
    own: Flags
    partner: Flags
    dormant: Flags = state()
    platform_fee: Floats
    group_size: Ints
    traffic_cost: Floats
    delivery_days: Floats
    delivery_cost: Floats
    visits: Ints = state()
    homes: Ints = state()
    routed: Ints = state()
    collected: Ints = state()
    local_share: Floats = state()
    seen: Floats = state()
    seen_visits: Floats = state()
    worth: Floats = state()


class OnlineShop(Firm):
    """An online shop."""

    table = "online"
    stock = Column("stock")
    price = Column("price")
    sold = Column("sold")
    visits = Column("visits")
    service = Column("service")
    dormant = Column("dormant")


def seen_online(seen: Floats, figures: Ints, active: Flags, own: Flags, rate: float) -> Floats:
    """What owners expect of their online shops, (S, K), after a week that brought the shops these figures (S, K).

    Who has a shop open learns from its own figures, who has not from the mean of the sellers' shops that are open;
    where there are none, nothing is learned.

    >>> figures, active = np.array([[8], [2], [0]]), np.array([True, True, False])
    >>> seen_online(np.zeros((3, 1)), figures, active, np.array([False, False, False]), rate=0.5).ravel().tolist()
    [4.0, 1.0, 2.5]
    """
    others = active & ~own
    mean = figures[others].sum(axis=0) / max(int(others.sum()), 1)
    target = np.where(active[:, None], figures, mean)
    learns = active | bool(others.any())
    return seen + rate * np.where(learns[:, None], target - seen, 0.0)


def worth_running(
    units: Floats,
    visits: Floats,
    price: Floats,
    purchase: Floats,
    fee: Floats,
    delivery: Floats,
    traffic: Floats,
    fixed: float,
) -> Floats:
    """Profit a week (S,) of online shops that sell these units (S, K) to these visitors (S,), money.

    >>> one, units, price, purchase = np.ones(1), np.array([[10.0]]), np.array([[8.0]]), np.array([[5.0]])
    >>> worth_running(units, 20 * one, price, purchase, fee=0.1 * one, delivery=one, traffic=0.05 * one, fixed=4.0)
    array([7.])
    """
    earned = -traffic * visits - fixed
    for sku in range(units.shape[1]):
        earned = earned + units[:, sku] * (price[:, sku] * (1.0 - fee) - delivery - purchase[:, sku])
    return np.asarray(earned)
