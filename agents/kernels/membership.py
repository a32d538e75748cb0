"""The brand's members, compiled: what subscribers do at the moment of need, and what members get for a purchase."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from channellab.agents.compiled import kernel
from channellab.agents.consumers import Mind, Segments, Tastes
from channellab.agents.draws import GUMBEL_SHIFT, key, mix, unit
from channellab.agents.kernels.choice import OUTSIDE
from channellab.agents.kernels.shelf import Habits, Luck, Shelf
from channellab.scenarios.arrays import Flags, Floats


class Club(NamedTuple):
    """Terms of membership; see the scenario's ``membership`` for each.

    Attributes:
        direct: (O,) outlets of the brand's own. joining, subscribing: keys of the streams.
        steps: (T,) purchases in a year from which a tier begins. points: (T,) its share of the price.
    """

    join: float
    join_direct: float
    redeem_from: float
    nudge: float
    subscribe: float
    subscription_discount: float
    direct: Flags
    steps: npt.NDArray[np.int64]
    points: Floats
    joining: np.uint64
    subscribing: np.uint64


class Benefits(NamedTuple):
    """What the programme came to in a week: money paid out for points and to subscribers, and people."""

    redeemed: float
    refunded: float
    members: int
    subscribers: int
    churned: int


NOTHING = Benefits(0.0, 0.0, 0, 0, 0)


@kernel
def renew(
    week: int,
    season: float,
    tastes: Tastes,
    mind: Mind,
    segments: Segments,
    shelf: Shelf,
    habits: Habits,
    luck: Luck,
    club: Club,
) -> int:
    """Subscribers with a need keep the subscription, unless its offer is worth no more to them than not buying.

    Friends are not asked. ``mind.gain`` holds what the offer is worth to those who stay.

    Returns:
        How many end their subscription.
    """
    churned, skus, now = 0, shelf.brand.size, np.uint64(week)
    for i in range(mind.aware.size):
        offer = mind.subscribed[i]
        if offer < 0 or mind.waiting_for[i] >= 0 or week < mind.rest_until[i] or mind.lead[i]:
            continue
        segment = tastes.segment[i]
        if not unit(key(luck.need, np.uint64(i), now)) < segments.need[segment] * season:
            continue
        site, k = offer // skus, offer % skus
        base = key(luck.choice, np.uint64(i), now)
        # Added up in the order of `choose`, so that an offer is worth the same to the last bit.
        way = float(tastes.online_taste[i]) + habits.channel_habit * float(mind.online_habit[i])
        way -= segments.delivery_burden[segment] * shelf.delivery[site - shelf.first_online]
        here = float(tastes.reservation[i]) + segments.service_preference[segment] * shelf.service[site] + way
        if site == mind.last_site[i]:
            here += habits.outlet_loyalty
        liking = float(tastes.taste[i]) + habits.satisfaction_weight * (2.0 * float(mind.satisfaction[i]) - 1.0)
        liking += float(mind.endorsement[i])
        liking += float(mind.favour[i])
        if mind.last_brand[i] == 0:
            liking += habits.brand_loyalty * float(mind.loyalty[i])
        price = shelf.price[site, k] * (1.0 - club.subscription_discount)
        shock = luck.gumbel[mix(base + shelf.site_key[site] + shelf.sku_key[k]) >> GUMBEL_SHIFT]
        value = shelf.utility[site, k] + here + liking - float(tastes.price_sensitivity[i]) * price + shock
        nothing = luck.gumbel[mix(base + OUTSIDE) >> GUMBEL_SHIFT]
        if value > nothing:
            mind.gain[i] = value - nothing
        else:
            mind.subscribed[i] = -1
            churned += 1
    return churned


@kernel
def enrol(week: int, rest_weeks: int, tastes: Tastes, mind: Mind, shelf: Shelf, club: Club, churned: int) -> Benefits:
    """What this week's own purchases change: members join, are paid their points, earn new ones, and subscribe.

    Every 52 weeks the count of purchases begins anew, and the old one holds for another year.
    """
    redeemed, refunded, members, subscribers = 0.0, 0.0, 0, 0
    skus, now = shelf.brand.size, np.uint64(week)
    if week % 52 == 1:
        # One by one: for two whole columns numba compiles what to say if they were not of one length.
        for i in range(mind.this_year.size):
            mind.last_year[i] = mind.this_year[i]
            mind.this_year[i] = 0
    last_brand, rest_until, until = mind.last_brand, mind.rest_until, week + 1 + rest_weeks
    # Listed without branches: nobody could foresee who bought.
    who, buyers = np.empty(mind.aware.size, np.uint32), 0
    for i in range(mind.aware.size):
        who[buyers] = i
        buyers += int((last_brand[i] == 0) & (rest_until[i] == until))
    for n in range(buyers):
        i = who[n]
        site, k = mind.last_site[i], mind.last_sku[i]
        chance = club.join_direct if club.direct[site] else club.join
        if mind.member[i] == 0 and unit(key(club.joining, np.uint64(i), now)) < chance:
            mind.member[i] = 1
        mind.this_year[i] = min(mind.this_year[i] + 1, 255)
        if mind.member[i]:
            price = shelf.price[site, k]
            if mind.subscribed[i] == site * skus + k:
                refunded += club.subscription_discount * price
                price -= club.subscription_discount * price
            if mind.points[i] > 0.0 and mind.points[i] >= club.redeem_from:
                redeemed += float(mind.points[i])
                mind.points[i] = 0.0
            bought = max(mind.this_year[i], mind.last_year[i])
            tier = 0
            while tier + 1 < club.steps.size and bought >= club.steps[tier + 1]:
                tier += 1
            mind.points[i] = float(mind.points[i]) + club.points[tier] * price
            payable = float(mind.points[i]) if mind.points[i] >= club.redeem_from else 0.0
            mind.favour[i] = club.nudge + float(tastes.price_sensitivity[i]) * payable
            if (
                mind.subscribed[i] < 0
                and site >= shelf.first_online
                and club.direct[site]
                and unit(key(club.subscribing, np.uint64(i), now)) < club.subscribe
            ):
                mind.subscribed[i] = site * skus + k
    member, subscribed = mind.member, mind.subscribed
    for i in range(member.size):
        members += member[i]
    for i in range(member.size):
        subscribers += subscribed[i] >= 0
    return Benefits(redeemed, refunded, members, subscribers, churned)
