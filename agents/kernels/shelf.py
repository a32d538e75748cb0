"""What shopping works on, as records of arrays that compiled loops can take."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from channellab.agents.compiled import kernel
from channellab.scenarios.arrays import Flags, Floats, Index, Ints

Uint = npt.NDArray[np.uint64]


class Shelf(NamedTuple):
    """The offers of a week over K SKUs at O sites, the S online shops last among them.

    Attributes:
        utility: (O, K) utility before price and service; minus infinity where the offer is not listed.
        price: (O, K) shelf price. service: (O,) 0..1.
        site_key: (O,) identity of the site. sku_key: (K,) identity of the SKU.
        brand: (K,) 0 = own, 1.. = rivals. first_site: (A,) first site of each area. own: number K0 of own SKUs.
        first_online: number of the first online shop, behind all sites. delivery: (S,) their days to the door.
        group_size: (S,) units of an SKU that an area must wish for before the shop delivers there.
    """

    utility: Floats
    price: Floats
    service: Floats
    site_key: Uint
    sku_key: Uint
    brand: npt.NDArray[np.int8]
    first_site: Index
    own: int
    first_online: int
    delivery: Floats
    group_size: Ints


class Habits(NamedTuple):
    """How shoppers behave and learn; see the scenario's ``consumers`` for each.

    ``advice`` is the share of first wishes for own goods that need advice: these shoppers become leads.
    """

    loyalty_rate: float
    loyalty_fade: float
    brand_loyalty: float
    outlet_loyalty: float
    channel_habit: float
    habit_rate: float
    satisfaction_rate: float
    satisfaction_weight: float
    service_weight: float
    substitution_regret: float
    talk_weight: float
    talk_threshold: float
    complaint_threshold: float
    wait: float
    leave: float
    rounds: int
    patience: int
    rest_weeks: int
    advice: float


class Luck(NamedTuple):
    """Keys of the streams that shopping draws from, and the table of Gumbel shocks."""

    need: np.uint64
    choice: np.uint64
    lottery: np.uint64
    response: np.uint64
    advice: np.uint64
    gumbel: Floats


class Basket(NamedTuple):
    """What happened to the offers, (O, K) units, written in place.

    Attributes:
        wished: first wishes of new shoppers. served: those met at once. sold: all units sold.
        unmet: wishes of any round that found the shelf empty. waiting: shoppers who wait at the end.
        fetched: units sold to shoppers who had waited for them.
        visits: (S,) shoppers who looked at each online shop.
        homes: (S, A, K) units that each online shop sold to the people of each area.
        advised: (N,) offer that each consumer asked advice about, -1 = none; empty where nobody does.
    """

    wished: Ints
    served: Ints
    sold: Ints
    unmet: Ints
    waiting: Ints
    fetched: Ints
    visits: Ints
    homes: Ints
    advised: Index


class Tally(NamedTuple):
    """Counts of a week of shopping; ``surplus`` is the consumers' from all purchases, in money."""

    shoppers: int
    repeat_buyers: int
    repeat_own: int
    surplus: float = 0.0


@kernel
def utilities(
    sells: Flags,
    rivals: Flags,
    stock: Ints,
    active: Flags,
    down: Flags,
    attraction: Floats,
    display: Floats,
    bustle: Floats,
    withheld: Floats,
    own: int,
) -> Floats:
    """Utility (O, K) before price and service of what is on the shelves; minus infinity where an offer is not listed.

    Args:
        sells, stock, attraction: (K, O) which SKUs an outlet sells by its terms, what is left of them or of others, and
            what they are liked for. rivals: (K - K0,) whether the makers of SKUs that are not own ones are there.
        active, down: (O,) whether it is open, and has own offers taken down.
        display, bustle, withheld: (O,) what local display and events lend own goods, and what resentment takes.
    """
    found = np.full((sells.shape[1], sells.shape[0]), -np.inf)
    for o in range(sells.shape[1]):
        for k in range(sells.shape[0]):
            sold = sells[k, o] and (k < own or rivals[k - own])
            if not (active[o] and (sold or stock[k, o] > 0)) or (k < own and down[o]):
                continue
            found[o, k] = attraction[k, o]
            if k < own:
                found[o, k] += display[o]
                found[o, k] += bustle[o]
                found[o, k] -= withheld[o]
    return found
