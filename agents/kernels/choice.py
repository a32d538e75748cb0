"""Choice, compiled: who needs something, what they hear and like, and what they wish for among the offers in reach.

An offer is a site and a SKU, numbered ``site x K + SKU``.
"""

import numpy as np

from channellab.agents.compiled import inlined, kernel, part
from channellab.agents.consumers import Bytes, Friends, Mind, Segments, Tastes, Watching
from channellab.agents.draws import GUMBEL_SHIFT, key, mix, unit
from channellab.agents.kernels.shelf import Basket, Habits, Luck, Shelf
from channellab.agents.kernels.talk import listen
from channellab.scenarios.arrays import Floats, Index

OUTSIDE = np.uint64(0xA0761D6478BD642F)


@inlined
def watches(i: int, online: Bytes, watching: Watching) -> int:
    """1 where consumer i watches an online shop this week that is not looked at anyway, else 0."""
    seen = int(watching[i] >= 0)
    for e in range(online.shape[1]):
        if online[i, e] == watching[i]:
            seen = 0
    return seen


@inlined
def choose(
    i: int,
    now: np.uint64,
    tastes: Tastes,
    mind: Mind,
    segments: Segments,
    shelf: Shelf,
    utility: Floats,
    habits: Habits,
    luck: Luck,
    liking: float,
    bonus: Floats,
) -> tuple[int, float]:
    """The offer with the highest utility for consumer i, or -1 where not buying is better (mixed logit), and how much
    better than not buying it is.

    ``liking`` is the utility of own goods beyond that of others; ``bonus`` is scratch space of length K.
    """
    skus = shelf.brand.size
    base = key(luck.choice, np.uint64(i), now)
    sensitivity = float(tastes.price_sensitivity[i])
    segment = tastes.segment[i]
    preference, burden = segments.service_preference[segment], segments.travel_burden[segment]
    loyal = habits.brand_loyalty * float(mind.loyalty[i])
    online = float(tastes.online_taste[i]) + habits.channel_habit * float(mind.online_habit[i])
    for sku in range(skus):
        bonus[sku] = liking if sku < shelf.own else 0.0
        if shelf.brand[sku] == mind.last_brand[i]:
            bonus[sku] += loyal
    first = 0 if mind.aware[i] else shelf.own
    best = -1
    nothing = luck.gumbel[mix(base + OUTSIDE) >> GUMBEL_SHIFT]
    top = nothing
    origin = shelf.first_site[tastes.area[i]]
    near = tastes.candidates.shape[1]
    street = near + tastes.far.shape[1]
    steady = street + tastes.online.shape[1]
    for c in range(steady + watches(i, tastes.online, mind.watching)):
        if c < near:
            site = origin + tastes.candidates[i, c]
            way = -burden * float(tastes.distance[i, c])
        elif c < street:
            site = tastes.far[i, c - near]
            way = -float(tastes.far_burden[i, c - near])
            if site < 0:
                continue
        else:
            shop = tastes.online[i, c - street] if c < steady else mind.watching[i]
            site = shelf.first_online + shop
            way = online - segments.delivery_burden[segment] * shelf.delivery[shop]
        # Unsigned numbers spare the loop a check for indices that count from the end.
        o = np.uint64(site)
        here = float(tastes.reservation[i]) + preference * shelf.service[o] + way
        if site == mind.last_site[i]:
            here += habits.outlet_loyalty
        place = base + shelf.site_key[o]
        for sku in range(first, skus):
            k = np.uint64(sku)
            shock = luck.gumbel[mix(place + shelf.sku_key[k]) >> GUMBEL_SHIFT]
            value = utility[o, k] + here + bonus[k] - sensitivity * shelf.price[o, k] + shock
            if value > top:
                top = value
                best = site * skus + sku
    return best, top - nothing


def in_need(week: int, season: float, tastes: Tastes, mind: Mind, segments: Segments, luck: Luck) -> Index:
    """Who shops this week, by number: consumers who wait for an offer, and those who need something and may buy."""
    need = segments.need * season
    return _in_need(week, need, luck.need, tastes.segment, mind.waiting_for, mind.rest_until, mind.lead)


@kernel
def _in_need(
    week: int, need: Floats, luck: np.uint64, segment: Bytes, waiting_for: Index, rest_until: Index, lead: Bytes
) -> Index:
    count, now = segment.size, np.uint64(week)
    draw = np.empty(count)
    for i in range(count):
        draw[i] = unit(key(luck, np.uint64(i), now))
    # A list without branches costs less than branches that nobody foresees.
    who, shoppers = np.empty(count, np.int32), 0
    for i in range(count):
        who[shoppers] = i
        new = (week >= rest_until[i]) & (lead[i] == 0) & (draw[i] < need[segment[i]])
        shoppers += int(new | (waiting_for[i] >= 0))
    return who[:shoppers].copy()


@part
def hearsay(who: Index, mind: Mind, friends: Friends, habits: Habits, mixed: bool) -> Floats:
    """The good less the bad that each of these shoppers has heard, -1..1: of everybody, if ``mixed``, else of friends.

    Those who wait, or do not know the brand, do not ask their friends.
    """
    said = np.zeros(who.size)
    if habits.talk_weight == 0.0:
        return said
    common = 0.0
    if mixed:
        total = 0
        for i in range(mind.talks.size):
            total += mind.talks[i]
        common = total / mind.talks.size
    else:
        listen(mind, friends)
    start, good, bad = friends.start, friends.good, friends.bad
    for s in range(who.size):
        i = who[s]
        if mind.waiting_for[i] < 0:
            if mixed:
                said[s] = common
            elif mind.aware[i]:
                said[s] = (good[i] - bad[i]) / max(start[i + 1] - start[i], 1)
    return said


@part
def likings(who: Index, said: Floats, tastes: Tastes, mind: Mind, habits: Habits) -> Floats:
    """Utility that own goods have for each of these shoppers beyond that of others: taste, experience and talk.

    Looked up for all of them before they choose, as memory then answers many at a time.
    """
    liking = np.empty(who.size)
    taste, satisfaction, endorsement, favour = tastes.taste, mind.satisfaction, mind.endorsement, mind.favour
    for s in range(who.size):
        i = who[s]
        # One by one: two numbers of single precision would add up in single precision.
        felt = float(taste[i]) + habits.satisfaction_weight * (2.0 * float(satisfaction[i]) - 1.0)
        felt += float(endorsement[i])
        felt += float(favour[i])
        liking[s] = felt + habits.talk_weight * said[s]
    return liking


# Wishes and service are functions of their own, as numba then holds all their columns ready; in one large function the
# same loops take half as long again. First and later wishes share one, as it takes seconds to compile.
@part
def wishes(
    now: np.uint64,
    turn: int,
    who: Index,
    said: Floats,
    wish: Index,
    gain: Floats,
    tastes: Tastes,
    mind: Mind,
    segments: Segments,
    shelf: Shelf,
    utility: Floats,
    habits: Habits,
    luck: Luck,
    basket: Basket,
) -> int:
    """What everybody on the list wishes for, with its gain in utility; who wishes for nothing drops out of the lists.

    Args:
        turn: 0 for first wishes, of people who may also wait for something or subscribe to it; 1.. for later ones.
        utility: (O, K) that of what there is to wish for.

    Returns:
        How many are left, in the order in which they were.
    """
    liking = likings(who, said, tastes, mind, habits)
    bonus, wished, shoppers = np.empty(shelf.brand.size), basket.wished.reshape(-1), 0
    for s in range(who.size):
        i = who[s]
        offer, more = -1, 0.0
        if turn == 0:
            offer, more = mind.waiting_for[i], float(mind.gain[i])
        if offer < 0:
            if turn == 0:
                for e in range(tastes.online.shape[1]):
                    basket.visits[tastes.online[i, e]] += 1
                if watches(i, tastes.online, mind.watching):
                    basket.visits[mind.watching[i]] += 1
                # Whoever still subscribes has found the offer worth it.
                offer = mind.subscribed[i]
            if offer < 0:
                offer, more = choose(i, now, tastes, mind, segments, shelf, utility, habits, luck, liking[s], bonus)
            if offer < 0:
                continue
            if turn == 0:
                wished[offer] += 1
        who[shoppers], wish[shoppers], said[shoppers], gain[shoppers] = i, offer, said[s], more
        shoppers += 1
    return shoppers
