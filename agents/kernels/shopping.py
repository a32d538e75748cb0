"""Shopping, compiled: wishes, lotteries for scarce goods, and what shoppers learn.

Every shopper of a week has one wish after another: the first among all that is listed, later ones among what is left
after each lottery, always with the same shocks.
"""

import numpy as np
import numpy.typing as npt

from channellab.agents.compiled import inlined, kernel, part
from channellab.agents.consumers import Friends, Mind, Segments, Tastes
from channellab.agents.draws import GOLDEN, key, mix, unit
from channellab.agents.kernels.choice import hearsay, wishes
from channellab.agents.kernels.counter import ask_advice, fallen, in_stock, losers
from channellab.agents.kernels.shelf import Basket, Habits, Luck, Shelf, Tally
from channellab.scenarios.arrays import Floats, Index, Ints


@inlined
def tells(satisfaction: float, habits: Habits) -> int:
    """What a buyer tells friends: 1 = good, -1 = bad, 0 = nothing."""
    if satisfaction >= habits.talk_threshold:
        return 1
    return -1 if satisfaction < habits.complaint_threshold else 0


# `buy` and `miss` are inlined and end with lines that touch their columns on every path: numba then drops the counting
# of references to all the columns at each call, which otherwise takes ten times as long as the work.
@inlined
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


@inlined
def miss(i: int, own: bool, mind: Mind, habits: Habits) -> None:
    """What consumer i learns from an empty shelf."""
    if own:
        feeling = float(mind.satisfaction[i])
        mind.satisfaction[i] = feeling - habits.satisfaction_rate * feeling
        if mind.adopted[i] >= 0:
            mind.talks[i] = tells(float(mind.satisfaction[i]), habits)
    mind.loyalty[i] = float(mind.loyalty[i]) * habits.loyalty_fade


@part
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
            own_before = mind.last_brand[i] == 0
            repeat_buyers += int(own_before)
            repeat_own += int(own_before & own)
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


@kernel
def shop(
    week: int,
    coming: Index,
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
    """Plays the shopping of one week of those who are ``coming``, see `channellab.agents.kernels.choice.in_need`.

    ``stock`` (O, K), ``mind`` and ``basket`` change in place.

    Friends are asked once, at the moment of need; where everybody hears everybody (``mixed``), it is what all told at
    the week's start.
    """
    now, units = np.uint64(week), stock.reshape(-1)
    for counted in (basket.wished, basket.served, basket.sold, basket.unmet, basket.waiting, basket.fetched):
        counted[:] = 0
    basket.visits[:] = 0
    basket.homes[:] = 0
    who = coming.copy()
    said, wish, gain = hearsay(who, mind, friends, habits, mixed), np.empty(who.size, np.int32), np.empty(who.size)
    shoppers = wishes(
        now, int(np.int64(0)), who, said, wish, gain, tastes, mind, segments, shelf, shelf.utility, habits, luck, basket
    )
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
        left = in_stock(shelf, units)
        who, wish, said, gain = who[:again], wish[:again], said[:again], gain[:again]
        count = wishes(now, turn + 1, who, said, wish, gain, tastes, mind, segments, shelf, left, habits, luck, basket)
        who, wish, said, gain = who[:count], wish[:count], said[:count], gain[:count]
        waiter, through = np.zeros(count, np.bool_), np.zeros(count, np.bool_)
    return tally
