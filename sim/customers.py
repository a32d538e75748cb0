"""Whom partners have supplied before: what makes a customer new, for plans that pay for new customers.

A buyer that a partner supplies is its new customer in the rebate period of its first delivery. A consumer is a new
customer of the outlet where it first buys the brand, with that one unit. Whom a partner supplies when the first plan
that looks at it comes into force is no new customer.
"""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from channellab.agents.kernels.customers import at_cost, first_bought
from channellab.scenarios.arrays import Floats, Index, Ints
from channellab.sim.chain import WHOLESALERS

if TYPE_CHECKING:
    from channellab.sim.market import Market

Arrays = dict[str, npt.NDArray[Any]]


@dataclass
class Customers:
    """Pairs of a partner and a buyer that it has supplied, by rising key, once anybody looks.

    Attributes:
        pair: (P,) party of the partner x parties + party of the buyer. since: (P,) week of the first delivery.
        known: whether anybody looks.
    """

    pair: Ints = field(default_factory=lambda: np.empty(0, np.int64))
    since: Ints = field(default_factory=lambda: np.empty(0, np.int64))
    known: bool = False

    def meet(self, pairs: Ints, week: int) -> Ints:
        """Takes note of pairs (M,) that deal this week; returns the week of the first delivery of each."""
        place = np.searchsorted(self.pair, pairs)
        unknown = np.append(self.pair, -1)[place] != pairs
        if unknown.any():
            new = np.unique(pairs[unknown])
            before = np.searchsorted(self.pair, new)
            self.pair = np.insert(self.pair, before, new)
            self.since = np.insert(self.since, before, week)
            place = np.searchsorted(self.pair, pairs)
        return self.since[place]


def count_new(market: "Market") -> tuple[Index, Ints, Floats]:
    """What customers of partners took this week.

    Returns:
        (M,) party of the partner, (M,) week since which it has the customer, (M,) value at what the partner pays.
    """
    book, parties = market.customers, market.ledger.cash.size
    sold = [_delivered(market, name) for name in WHOLESALERS]
    seller, buyer, value = (np.concatenate(parts) for parts in zip(*sold, strict=True))
    if not book.known:
        book.known = True
        book.meet(np.unique(_supplied_now(market)), market.week - 1)
        book.meet(np.unique(seller.astype(np.int64) * parties + buyer), market.week - 1)
    since = book.meet(seller.astype(np.int64) * parties + buyer, market.week)
    outlets, first = _first_bought(market)
    weeks = np.full(outlets.size, market.week, np.int64)
    return np.concatenate([seller, outlets]), np.concatenate([since, weeks]), np.concatenate([value, first])


def _delivered(market: "Market", name: str) -> tuple[Index, Index, Floats]:
    """Seller, buyer and value of what a tier of partners delivered this week, at what the seller pays."""
    came, tier = market.deliveries[name], market.tiers[name]
    value = at_cost(came.seller, came.units, tier.party, tier.purchase_price.T) if came.seller.size else np.empty(0)
    return came.seller, came.buyer, value


def _supplied_now(market: "Market") -> Ints:
    """Pairs of partners and the buyers at work that they supply under the layout in force."""
    found = [np.empty(0, np.int64)]
    for link in market.links:
        if link.seller not in WHOLESALERS:
            continue
        buyers, sellers = market.tiers[link.buyer], market.tiers[link.seller]
        rows = np.arange(buyers.party.size)[link.rows]
        work = {"retailers": "authorised", "stores": "open", "online": "active"}.get(link.buyer, "contracted")
        busy = getattr(buyers, work)[rows]
        pairs = sellers.party[link.supplier].astype(np.int64) * market.ledger.cash.size + buyers.party[rows]
        found.append(pairs[busy])
    return np.concatenate(found)


def _first_bought(market: "Market") -> tuple[Index, Floats]:
    """(S,) parties of all outlets, and (S,) value of the units with which consumers first bought the brand there."""
    mind, shelves = market.consumers.mind, market.shelves
    new = np.flatnonzero(mind.adopted == market.week)
    cost, own = shelves.purchase_price.T, market.goods.own
    return shelves.party, first_bought(new, mind.last_site, mind.last_sku, cost, own)


def dump(book: Customers) -> Arrays:
    """All of it as arrays."""
    return {
        "customers.pair": book.pair.copy(),
        "customers.since": book.since.copy(),
        "customers.known": np.array(book.known),
    }


def restore(book: Customers, arrays: Arrays) -> None:
    """Puts it back."""
    book.pair, book.since = arrays["customers.pair"].copy(), arrays["customers.since"].copy()
    book.known = bool(arrays["customers.known"])
