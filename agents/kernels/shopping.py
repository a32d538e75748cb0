"""Shopping, compiled: need, choice among the offers in reach, lotteries for scarce goods, and what shoppers learn.

An offer is a site and a SKU, numbered ``site x K + SKU``. Every shopper of a week has one wish after another: the first
among all that is listed, later ones among what is left after each lottery, always with the same shocks.
"""

import numpy as np
import numpy.typing as npt
from numba import njit

from channellab.agents.columns import Floats, Index, Ints
from channellab.agents.consumers import Bytes, Friends, Mind, Segments, Tastes, Watching
from channellab.agents.draws import GOLDEN, GUMBEL_SHIFT, key, mix, unit
from channellab.agents.kernels.counter import ask_advice, fallen, in_stock, losers
from channellab.agents.kernels.shelf import Basket, Habits, Luck, Shelf, Tally
from channellab.agents.kernels.talk import listen

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
def in_need(week: int, season: float, tastes: Tastes, mind: Mind, segments: Segments, luck: Luck) -> Index:
    """Who shops this week, by number: consumers who wait for an offer, and those who need something and may buy."""
    count, now = mind.aware.size, np.uint64(week)
    segment, need = tastes.segment, segments.need * season
    waiting_for, rest_until, lead = mind.waiting_for, mind.rest_until, mind.lead
    draw = np.empty(count)
    for i in range(count):
        draw[i] = unit(key(luck.need, np.uint64(i), now))
    # A list without branches costs less than branches that nobody foresees.
    who, shoppers = np.empty(count, np.int32), 0
    for i in range(count):
        who[shoppers] = i
        new = (week >= rest_until[i]) & (lead[i] == 0) & (draw[i] < need[segment[i]])
        shoppers += int(new | (waiting_for[i] >= 0))
    return who[:shoppers].copy()


@njit(cache=True)
def hearsay(who: Index, mind: Mind, friends: Friends, habits: Habits, mixed: bool) -> Floats:
    """The good less the bad that each of these shoppers has heard, -1..1: of everybody, if ``mixed``, else of friends.

    Those who wait, or do not know the brand, do not ask their friends.
    """
    said = np.zeros(who.size)
    if habits.talk_weight == 0.0:
        return said
    common = mind.talks.mean() if mixed else 0.0
    if not mixed:
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


@njit(cache=True)
def serve(
    week: int,
    turn: int,
    who: Index,
    wish: Index,
    said: Floats,
    gain: Floats,
    waiter: npt.NDArray[np.bool_],
    lost: npt.NDArray[np.bool_],
    tastes: Tastes,
    mind: Mind,
    shelf: Shelf,
    units: Ints,
    habits: Habits,
    luck: Luck,
    basket: Basket,
    tally: Tally,
) -> tuple[int, Tally]:
    """Serves the shoppers of a round whom the lottery spared; the others wait, leave, or look once more.

    Returns:
        How many look once more (``who`` and ``said`` then begin with them), and the tally with the buyers in it.
    """
    skus, online, now = shelf.brand.size, shelf.first_online * shelf.brand.size, np.uint64(week)
    sold, served, fetched = basket.sold.reshape(-1), basket.served.reshape(-1), basket.fetched.reshape(-1)
    unmet, waiting = basket.unmet.reshape(-1), basket.waiting.reshape(-1)
    again, repeat_buyers, repeat_own, surplus = 0, tally.repeat_buyers, tally.repeat_own, tally.surplus
    for s in range(who.size):
        i, offer = who[s], wish[s]
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
            continue
        if waiter[s]:
            mind.waited[i] += 1
            if mind.waited[i] >= habits.patience:
                mind.waiting_for[i] = -1
            else:
                waiting[offer] += 1
            continue
        unmet[offer] += 1
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
        who[again], said[again] = i, said[s]
        again += 1
    return again, Tally(tally.shoppers, repeat_buyers, repeat_own, surplus)


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
    now, bonus = np.uint64(week), np.empty(shelf.brand.size)
    units, wished = stock.reshape(-1), basket.wished.reshape(-1)
    for part in (basket.wished, basket.served, basket.sold, basket.unmet, basket.waiting, basket.fetched):
        part[:] = 0
    basket.visits[:] = 0
    basket.homes[:] = 0
    who = in_need(week, season, tastes, mind, segments, luck)
    wish = np.empty(who.size, np.int32)
    said, gain = hearsay(who, mind, friends, habits, mixed), np.empty(who.size)
    shoppers = 0
    for s in range(who.size):
        i, told = who[s], said[s]
        offer, more = mind.waiting_for[i], float(mind.gain[i])
        if offer < 0:
            for e in range(tastes.online.shape[1]):
                basket.visits[tastes.online[i, e]] += 1
            if watches(i, tastes.online, mind.watching):
                basket.visits[mind.watching[i]] += 1
            # Whoever still subscribes has found the offer worth it.
            offer = mind.subscribed[i]
            if offer < 0:
                offer, more = choose(i, now, tastes, mind, segments, shelf, shelf.utility, habits, luck, told, bonus)
            if offer < 0:
                continue
            wished[offer] += 1
        who[shoppers], wish[shoppers], said[shoppers], gain[shoppers] = i, offer, told, more
        shoppers += 1
    if habits.advice > 0.0:
        shoppers = ask_advice(now, shoppers, who, wish, said, gain, mind, shelf, habits, luck, basket)
    who, wish, said, gain = who[:shoppers], wish[:shoppers], said[:shoppers], gain[:shoppers]
    waiter = np.empty(shoppers, np.bool_)
    for s in range(shoppers):
        waiter[s] = mind.waiting_for[who[s]] >= 0
    through = fallen(who, wish, tastes.area, shelf.first_site.size, shelf)
    tally = Tally(shoppers, 0, 0, 0.0)
    for turn in range(habits.rounds + 1):
        lost = losers(who, wish, waiter, through, mix(luck.lottery + np.uint64(turn) * GOLDEN), now, units)
        again, tally = serve(
            week, turn, who, wish, said, gain, waiter, lost, tastes, mind, shelf, units, habits, luck, basket, tally
        )
        if again == 0 or turn == habits.rounds:
            break
        left, count = in_stock(shelf, units), 0
        for s in range(again):
            offer, more = choose(who[s], now, tastes, mind, segments, shelf, left, habits, luck, said[s], bonus)
            if offer >= 0:
                who[count], wish[count], said[count], gain[count] = who[s], offer, said[s], more
                count += 1
        who, wish, said, gain = who[:count], wish[:count], said[:count], gain[:count]
        waiter, through = np.zeros(count, np.bool_), np.zeros(count, np.bool_)
    return tally
