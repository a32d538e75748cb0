"""Orders online, compiled: who has placed them, who collects goods in a shop, and what a shop serves from stock."""

import numpy as np
import numpy.typing as npt

from channellab.agents.compiled import kernel
from channellab.agents.consumers import Float32, Mind, Segments, Tastes
from channellab.agents.draws import key, unit
from channellab.scenarios.arrays import Flags, Floats, Index, Ints

Skus = npt.NDArray[np.int8]


@kernel
def bought_online(
    coming: Index, rest_until: Index, last_site: Index, last_sku: Skus, until: int, first_online: int, own: int
) -> Ints:
    """Who of the C shoppers of a week bought own goods online, by number.

    Args:
        rest_until, last_site, last_sku: (N,) as in `Mind`. until: what ``rest_until`` is for who bought this week.
    """
    who, buyers = np.empty(coming.size, np.int64), 0
    for i in coming:
        who[buyers] = i
        buyers += int((rest_until[i] == until) & (last_site[i] >= first_online) & (last_sku[i] < own))
    return who[:buyers].copy()


@kernel
def ways_to_collect(
    tastes: Tastes,
    mind: Mind,
    segments: Segments,
    channel_habit: float,
    counters: Flags,
    first_site: Index,
    own: Ints,
    delivery: Floats,
    first_online: int,
    collects: Index,
    far: Index,
    far_burden: Float32,
    coming: Index,
) -> None:
    """Offers of the brand's online shops as they look to shoppers who would rather collect the goods in a shop.

    The shop is the nearest considered one of the area with a counter for it. It counts where the way to it is less of a
    burden than waiting for the door bell, and where the consumer looks at the online shop at all. Who waits for a unit,
    or is led through a sale, has settled it before; what is subscribed to comes to the door.

    Args:
        counters: (O,) True where goods can be collected. own: (P,) the brand's online shops. delivery: (S,) days.
        collects: (N, P) shop where goods of each of them would be collected, -1 = at the door; written in place.
        far, far_burden: (N, P) the online shops as outlets considered elsewhere, as in `Tastes`, for those who consider
            them so; written in place, over a `far` of -1.
        coming: (C,) who shops this week.
    """
    online, who = tastes.online, np.empty(coming.size, np.int32)
    for p in range(own.size):
        # A list without branches costs less than branches that nobody foresees.
        lookers = 0
        for i in coming:
            if collects[i, p] >= 0 and mind.waiting_for[i] < 0 and not mind.lead[i]:
                collects[i, p] = -1
            seen = mind.watching[i] == own[p]
            for e in range(online.shape[1]):
                seen |= online[i, e] == own[p]
            who[lookers] = i
            lookers += int(seen)
        for n in range(lookers):
            i = who[n]
            if mind.waiting_for[i] >= 0 or mind.lead[i] or mind.subscribed[i] >= 0:
                continue
            segment, origin = tastes.segment[i], first_site[tastes.area[i]]
            for c in range(tastes.candidates.shape[1]):
                site = origin + tastes.candidates[i, c]
                if counters[site]:
                    way = segments.travel_burden[segment] * float(tastes.distance[i, c])
                    if way < segments.delivery_burden[segment] * delivery[own[p]]:
                        liking = float(tastes.online_taste[i]) + channel_habit * float(mind.online_habit[i])
                        collects[i, p], far[i, p], far_burden[i, p] = site, first_online + own[p], way - liking
                    break


@kernel
def hand_over(
    who: Ints,
    shop: Ints,
    sku: Ints,
    tastes: Tastes,
    collects: Index,
    counters: Flags,
    routes: Flags,
    first_site: Index,
    stock: Ints,
    extra: float,
    luck: np.uint64,
    week: int,
    taken: Ints,
    served: Ints,
    bought: Ints,
) -> None:
    """Follows the orders of B buyers at the brand's online shops, one after another.

    Who collects the goods may buy another unit of the same in the shop. For all others the nearest considered shop of
    the area that routing reaches, and that has a unit, serves the order.

    Args:
        who, shop, sku: (B,) buyers, which of the brand's online shops they bought at, and what.
        collects: (N, P) as in `ways_to_collect`; empty where goods cannot be collected. counters: (O,) as there.
        routes: (O,) True where orders are routed to. stock: (O, K) units, changed in place.
        extra: probability of another purchase. luck: key of its stream.
        taken: (B,) shop where goods are collected, -1 = none. served: (B,) shop that serves the order, -1 = none.
        bought: (B,) 1 where another unit is bought. All three are written in place.
    """
    now = np.uint64(week)
    for b in range(who.size):
        i, k = who[b], sku[b]
        taken[b], served[b], bought[b] = -1, -1, 0
        site = collects[i, shop[b]] if collects.size else -1
        if site >= 0 and counters[site]:
            taken[b] = site
            if stock[site, k] > 0 and unit(key(luck, np.uint64(i), now)) < extra:
                stock[site, k] -= 1
                bought[b] = 1
            continue
        origin = first_site[tastes.area[i]]
        for c in range(tastes.candidates.shape[1]):
            site = origin + tastes.candidates[i, c]
            if routes[site] and stock[site, k] > 0:
                stock[site, k] -= 1
                served[b] = site
                break
