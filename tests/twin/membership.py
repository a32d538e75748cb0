"""Members in plain loops: who goes on subscribing, and what an own purchase brings a member."""

from types import SimpleNamespace
from typing import Any

from channellab.agents.consumers import Mind, Segments, Tastes
from channellab.agents.kernels.membership import Benefits, Club
from channellab.agents.kernels.shelf import Habits, Luck, Shelf

from . import shopping
from .draws import key, unit

YEAR = 52


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
    """Subscribers with a need leave where the offer is worth no more than not buying; how many."""
    price = shelf.price * (1.0 - club.subscription_discount)
    outing: Any = SimpleNamespace(
        week=week,
        season=season,
        tastes=tastes,
        mind=mind,
        segments=segments,
        shelf=shelf._replace(price=price),
        habits=habits,
        luck=luck,
        told=[0.0] * len(mind.aware),
    )
    churned = 0
    for who in range(len(mind.aware)):
        wish = shopping.subscription(outing, who)
        if wish is None or mind.waiting_for[who] >= 0 or not shopping.needs(outing, who):
            continue
        way = shopping.to_the_door(outing, who, wish.site)
        more = shopping.worth(outing, who, way, wish.site, wish.sku) - shopping.shock(outing, who, shopping.OUTSIDE)
        if more > 0:
            mind.gain[who] = more
        else:
            mind.subscribed[who] = -1
            churned += 1
    return churned


def enrol(week: int, rest_weeks: int, tastes: Tastes, mind: Mind, shelf: Shelf, club: Club, churned: int) -> Benefits:
    """Joins, points and subscriptions after a week's purchases, and the money that the brand owes for them."""
    if week % YEAR == 1:
        mind.last_year[:] = mind.this_year
        mind.this_year[:] = 0
    redeemed = refunded = 0.0
    for who in range(len(mind.aware)):
        if mind.last_brand[who] != shopping.OWN or mind.rest_until[who] != week + 1 + rest_weeks:
            continue
        site, sku = int(mind.last_site[who]), int(mind.last_sku[who])
        mind.this_year[who] = min(int(mind.this_year[who]) + 1, 255)
        if not mind.member[who] and not joins(week, who, bool(club.direct[site]), club):
            continue
        mind.member[who] = 1
        offer = site * len(shelf.brand) + sku
        discount = club.subscription_discount * float(shelf.price[site, sku]) if mind.subscribed[who] == offer else 0.0
        refunded += discount
        redeemed += pay_out(who, mind, club)
        paid = float(shelf.price[site, sku]) - discount
        mind.points[who] = float(mind.points[who]) + float(club.points[tier(who, mind, club)]) * paid
        worth = float(mind.points[who]) if float(mind.points[who]) >= club.redeem_from else 0.0
        mind.favour[who] = club.nudge + float(tastes.price_sensitivity[who]) * worth
        online = bool(club.direct[site]) and site >= shelf.first_online
        if mind.subscribed[who] < 0 and online and unit(key(int(club.subscribing), who, week)) < club.subscribe:
            mind.subscribed[who] = offer
    subscribers = sum(offer >= 0 for offer in mind.subscribed.tolist())
    return Benefits(redeemed, refunded, sum(mind.member.tolist()), subscribers, churned)


def joins(week: int, who: int, direct: bool, club: Club) -> bool:
    """Whether a buyer becomes a member, more likely in the brand's own outlets or less, as the terms say."""
    return unit(key(int(club.joining), who, week)) < (club.join_direct if direct else club.join)


def pay_out(who: int, mind: Mind, club: Club) -> float:
    """The money that a member gets for points, all of them or none."""
    points = float(mind.points[who])
    if points <= 0.0 or points < club.redeem_from:
        return 0.0
    mind.points[who] = 0.0
    return points


def tier(who: int, mind: Mind, club: Club) -> int:
    """The highest tier whose purchases were reached in this year or the last."""
    bought = max(int(mind.this_year[who]), int(mind.last_year[who]))
    return max(n for n, step in enumerate(club.steps.tolist()) if bought >= step)
