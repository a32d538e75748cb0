"""Shopping, compiled: need, choice among the offers in reach, lotteries for scarce goods, and what shoppers learn.

An offer is a site and a SKU, numbered ``site x K + SKU``. Every shopper of a week has one wish after another: the first
among all that is listed, later ones among what is left after each lottery, always with the same shocks.
"""

import numpy as np
from numba import njit

from channellab.agents.columns import Floats, Ints
from channellab.agents.consumers import Bytes, Friends, Mind, Segments, Tastes, Watching
from channellab.agents.draws import GOLDEN, GUMBEL_SHIFT, key, mix, unit
from channellab.agents.kernels.counter import ask_advice, fallen, in_stock, losers
from channellab.agents.kernels.shelf import Basket, Habits, Luck, Shelf, Tally

OUTSIDE = np.uint64(0xA0761D6478BD642F)


@njit(cache=True, inline="always")
def watches(i: int, online: Bytes, watching: Watching) -> int:
    """1 where consumer i watches an online shop this week that is not looked at anyway, else 0."""
    seen = int(watching[i] >= 0)
    for e in range(online.shape[1]):
        if online[i, e] == watching[i]:
            seen = 0
    return seen


@njit(cache=True, inline="always")
def tells(satisfaction: float, habits: Habits) -> int:
    """What a buyer tells friends: 1 = good, -1 = bad, 0 = nothing."""
    if satisfaction >= habits.talk_threshold:
        return 1
    return -1 if satisfaction < habits.complaint_threshold else 0


@njit(cache=True, inline="always")
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
    said: float,
    bonus: Floats,
) -> tuple[int, float]:
    """The offer with the highest utility for consumer i, or -1 where not buying is better (mixed logit), and how much
    better than not buying it is.

    ``said`` is the good less the bad talk of friends, -1..1; ``bonus`` is scratch space of length K.
    """
    skus = shelf.brand.size
    base = key(luck.choice, np.uint64(i), now)
    sensitivity = float(tastes.price_sensitivity[i])
    segment = tastes.segment[i]
    preference, burden = segments.service_preference[segment], segments.travel_burden[segment]
    loyal = habits.brand_loyalty * float(mind.loyalty[i])
    online = float(tastes.online_taste[i]) + habits.channel_habit * float(mind.online_habit[i])
    liking = float(tastes.taste[i]) + habits.satisfaction_weight * (2.0 * float(mind.satisfaction[i]) - 1.0)
    # One by one: two numbers of single precision would add up in single precision.
    liking += float(mind.endorsement[i])
    liking += float(mind.favour[i])
    liking += habits.talk_weight * said
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


# `buy` and `miss` are inlined and end with lines that touch their columns on every path: numba then drops the counting
# of references to all the columns at each call, which otherwise takes ten times as long as the work.
@njit(cache=True, inline="always")
def buy(i: int, offer: int, now: int, first_wish: bool, mind: Mind, shelf: Shelf, habits: Habits) -> None:
    """What consumer i learns from a purchase."""
    skus = shelf.brand.size
    site, k = offer // skus, offer % skus
    if shelf.brand[k] == 0:
        experience = 1.0 - habits.service_weight * (1.0 - shelf.service[site])
        if not first_wish:
            experience -= habits.substitution_regret
        feeling = float(mind.satisfaction[i])
        feeling = feeling + habits.satisfaction_rate * (max(experience, 0.0) - feeling)
        mind.satisfaction[i] = feeling
        mind.repeated[i] = 1 if mind.adopted[i] >= 0 else 0
        if mind.adopted[i] < 0:
            mind.adopted[i] = now
        mind.aware[i] = 1
        mind.talks[i] = tells(float(mind.satisfaction[i]), habits)
    brand, rate = shelf.brand[k], habits.loyalty_rate
    old = float(mind.loyalty[i])
    mind.loyalty[i] = old + rate * (1.0 - old) if brand == mind.last_brand[i] else rate
    mind.last_brand[i] = brand
    mind.last_site[i] = site
    mind.last_sku[i] = k
    habit = float(mind.online_habit[i])
    mind.online_habit[i] = habit + habits.habit_rate * ((1.0 if site >= shelf.first_online else -1.0) - habit)
    mind.rest_until[i] = now + 1 + habits.rest_weeks
    mind.gain[i] = 0.0
    mind.waiting_for[i] = -1


@njit(cache=True, inline="always")
def miss(i: int, own: bool, mind: Mind, habits: Habits) -> None:
    """What consumer i learns from an empty shelf."""
    if own:
        feeling = float(mind.satisfaction[i])
        mind.satisfaction[i] = feeling - habits.satisfaction_rate * feeling
        if mind.adopted[i] >= 0:
            mind.talks[i] = tells(float(mind.satisfaction[i]), habits)
    mind.loyalty[i] = float(mind.loyalty[i]) * habits.loyalty_fade


@njit(cache=True)
def shop(
    week: int,
    season: float,
    tastes: Tastes,
    mind: Mind,
    segments: Segments,
    shelf: Shelf,
    stock: Ints,
    habits: Habits,
    luck: Luck,
    basket: Basket,
    friends: Friends,
    mixed: bool,
) -> Tally:
    """Plays the shopping of one week; ``stock`` (O, K), ``mind`` and ``basket`` change in place.

    Friends are asked once, at the moment of need; where everybody hears everybody (``mixed``), it is what all told at
    the week's start.
    """
    count, skus = mind.aware.size, shelf.brand.size
    now = np.uint64(week)
    bonus = np.empty(skus)
    units = stock.reshape(-1)
    wished, served = basket.wished.reshape(-1), basket.served.reshape(-1)
    sold, unmet = basket.sold.reshape(-1), basket.unmet.reshape(-1)
    waiting, fetched = basket.waiting.reshape(-1), basket.fetched.reshape(-1)
    for part in (wished, served, sold, unmet, waiting, fetched, basket.visits):
        part[:] = 0
    basket.homes[:] = 0
    online = shelf.first_online * skus
    who = np.empty(count, np.int32)
    wish = np.empty(count, np.int32)
    said, gain = np.empty(count), np.empty(count)
    start, indices, talks = friends.start, friends.indices, mind.talks
    asked = habits.talk_weight != 0.0 and not mixed
    common = mind.talks.mean() if mixed and habits.talk_weight != 0.0 else 0.0
    shoppers = 0
    for i in range(count):
        offer = mind.waiting_for[i]
        told, more = 0.0, 0.0
        if offer < 0:
            if week < mind.rest_until[i] or mind.lead[i]:
                continue
            if not unit(key(luck.need, np.uint64(i), now)) < segments.need[tastes.segment[i]] * season:
                continue
            for e in range(tastes.online.shape[1]):
                basket.visits[tastes.online[i, e]] += 1
            if watches(i, tastes.online, mind.watching):
                basket.visits[mind.watching[i]] += 1
            told = common
            if asked and mind.aware[i]:
                balance = 0
                for f in range(start[i], start[i + 1]):
                    balance += talks[indices[f]]
                told = balance / max(start[i + 1] - start[i], 1)
            # Whoever still subscribes has found the offer worth it.
            offer, more = mind.subscribed[i], float(mind.gain[i])
            if offer < 0:
                offer, more = choose(i, now, tastes, mind, segments, shelf, shelf.utility, habits, luck, told, bonus)
            if offer < 0:
                continue
            wished[offer] += 1
        else:
            more = float(mind.gain[i])
        who[shoppers], wish[shoppers], said[shoppers], gain[shoppers] = i, offer, told, more
        shoppers += 1
    if habits.advice > 0.0:
        shoppers = ask_advice(now, shoppers, who, wish, said, gain, mind, shelf, habits, luck, basket)
    who, wish = who[:shoppers].copy(), wish[:shoppers].copy()
    waiter = np.empty(shoppers, np.bool_)
    for s in range(shoppers):
        waiter[s] = mind.waiting_for[who[s]] >= 0
    repeat_buyers, repeat_own, surplus = 0, 0, 0.0
    through = fallen(who, wish, tastes.area, shelf.first_site.size, shelf)
    for turn in range(habits.rounds + 1):
        lost = losers(who, wish, waiter, through, mix(luck.lottery + np.uint64(turn) * GOLDEN), now, units)
        through[:] = False
        again = False
        for s in range(shoppers):
            i, offer = who[s], wish[s]
            if offer < 0:
                continue
            own = offer % skus < shelf.own
            if not lost[s]:
                units[offer] -= 1
                sold[offer] += 1
                if offer >= online:
                    basket.homes[(offer - online) // skus, tastes.area[i], offer % skus] += 1
                if waiter[s]:
                    fetched[offer] += 1
                elif turn == 0:
                    served[offer] += 1
                if mind.last_brand[i] == 0:
                    repeat_buyers += 1
                    repeat_own += own
                if tastes.price_sensitivity[i] > 0.0:
                    surplus += gain[s] / float(tastes.price_sensitivity[i])
                buy(i, offer, week, turn == 0, mind, shelf, habits)
                wish[s] = -1
                continue
            if waiter[s]:
                wish[s] = -1
                mind.waited[i] += 1
                if mind.waited[i] >= habits.patience:
                    mind.waiting_for[i] = -1
                else:
                    waiting[offer] += 1
                continue
            unmet[offer] += 1
            wish[s] = -1
            if turn == 0:
                miss(i, own, mind, habits)
                response = unit(key(luck.response, np.uint64(i), now))
                if response < habits.wait:
                    mind.waiting_for[i] = offer
                    mind.waited[i] = 0
                    mind.gain[i] = gain[s]
                    waiting[offer] += 1
                    continue
                if response < habits.wait + habits.leave:
                    continue
            if turn < habits.rounds:
                wish[s] = -2
                again = True
        if not again:
            break
        left = in_stock(shelf, units)
        for s in range(shoppers):
            if wish[s] == -2:
                i, told = who[s], said[s]
                wish[s], gain[s] = choose(i, now, tastes, mind, segments, shelf, left, habits, luck, told, bonus)
    return Tally(shoppers, repeat_buyers, repeat_own, surplus)
