"""The promotion calendar read by week and partner group, and what a deal is worth to who buys ahead in it.

``group`` is a retail format, ``"stores"``, ``"online"`` or ``"distributors"``; weeks are measured weeks.
"""

from collections.abc import Iterable
from functools import lru_cache

import numpy as np

from channellab.scenarios.arrays import Floats
from channellab.scenarios.settings.promotions import PromotionEventSettings, PromotionPolicySettings

DAYS_PER_WEEK = 7
MOST_WEEKS = 52.0
"""Weeks of need beyond which nobody buys ahead."""


@lru_cache(maxsize=65536)
def event_in(policy: PromotionPolicySettings, week: int, group: str | None) -> PromotionEventSettings | None:
    """The event of a week in which the outlets of a group take part; for no group, that of anybody."""
    for event in policy.events:
        taking_part = group is None or not event.who or group in event.who
        if taking_part and any(first <= week <= last for first, last in policy.windows(event)):
            return event
    return None


def running(policy: PromotionPolicySettings, week: int) -> bool:
    """Whether an event runs in a week, for anybody.

    >>> from channellab.scenarios.settings.promotions import PromotionEventSettings as Event
    >>> policy = PromotionPolicySettings(events=(Event(name="618", festival="618"),))
    >>> [week for week in range(1, 104) if running(policy, week)]
    [25, 77]
    """
    return event_in(policy, week, None) is not None


def foreseen(policy: PromotionPolicySettings, week: int, first: int | None = None, last: int | None = None) -> bool:
    """Whether any event runs in a week, or is known by then to come; at all, or from a first to a last week.

    >>> from channellab.scenarios.settings.promotions import PromotionEventSettings as Event
    >>> policy = PromotionPolicySettings(notice_days=14, events=(Event(name="sale", weeks=(10, 11)),))
    >>> [week for week in range(1, 52) if foreseen(policy, week)]
    [8, 9, 10, 11]
    >>> foreseen(policy, 8, first=9, last=10), foreseen(policy, 8, first=12, last=20)
    (True, False)
    """
    begins, ends = week if first is None else first, np.inf if last is None else last
    windows = (window for event in policy.events for window in policy.windows(event))
    return any(begins <= end and start <= ends and _known(policy, week, start) for start, end in windows)


def deal_on(policy: PromotionPolicySettings, kind: str, week: int) -> bool:
    """Whether a deal of a kind is offered to anybody in a week."""
    return any(deal.kind == kind and deal.weeks[0] <= week <= deal.weeks[1] for deal in policy.deals)


@lru_cache(maxsize=65536)
def announced(policy: PromotionPolicySettings, week: int, later: int, group: str | None) -> float:
    """Discount of the event in a later week as far as it is known in ``week``; 0 where none is.

    >>> from channellab.scenarios.settings.promotions import PromotionEventSettings as Event
    >>> policy = PromotionPolicySettings(notice_days=14, events=(Event(name="sale", weeks=(10, 11), discount=0.3),))
    >>> [announced(policy, week, 11, "shop") for week in (7, 8, 10)]
    [0.0, 0.3, 0.3]
    """
    event = event_in(policy, later, group)
    if event is None:
        return 0.0
    begins = max(first for first, last in policy.windows(event) if first <= later <= last)
    return event.discount if _known(policy, week, begins) else 0.0


@lru_cache(maxsize=65536)
def deal_rate(policy: PromotionPolicySettings, kind: str, week: int, later: int, group: str) -> float:
    """Rate of the deal of a kind that is offered to a group in a later week, as far as it is known in ``week``."""
    for deal in policy.deals:
        first, last = deal.weeks
        offered = deal.kind == kind and (not deal.who or group in deal.who) and first <= later <= last
        if offered and _known(policy, week, first):
            return deal.rate
    return 0.0


def turns(policies: Iterable[PromotionPolicySettings]) -> tuple[int, ...]:
    """Weeks in which something of these calendars begins, or has just ended, in order.

    >>> from channellab.scenarios.settings.promotions import PromotionEventSettings as Event, TradeDealSettings as Deal
    >>> turns([PromotionPolicySettings(events=(Event(name="sale", weeks=(3, 4)),), deals=(Deal(weeks=(2, 4)),))])
    (2, 3, 5)
    """
    spans = [
        span
        for policy in policies
        for span in (*(w for event in policy.events for w in policy.windows(event)), *(d.weeks for d in policy.deals))
    ]
    return tuple(sorted({week for first, last in spans for week in (first, last + 1)}))


def weeks_ahead(rates: Floats, price: Floats, holding: float) -> Floats:
    """Weeks of need beyond the usual that it pays to buy now, at the deal's price, (F, K).

    A unit needed in ``j`` weeks costs ``holding x j`` more if it is bought now, and saves what the price will be higher
    in each week until then; so firms buy for all weeks up to the first in which waiting is no dearer. After the weeks
    that are known the price is the usual one. With a rise ``d`` after this week and no other deal in sight that is
    ``d / holding`` weeks, the first term ``d D / ((C - d) i)`` of the deal quantity of inventory theory, where ``D`` is
    the need, ``C`` the price and ``i`` the cost of holding a unit of money; the second, ``C Q / (C - d)``, is the usual
    order.

    Args:
        rates: (F, H + 1) rate of the deal in this week and the H weeks after it, as far as they are known.
        price: (F, K) usual price, without the deal.

    >>> weeks = weeks_ahead(np.array([[0.05, 0.0]]), np.array([[3.0]]), holding=2.85 * 0.2 / 52)
    >>> (120_000 / 52 * weeks).round().item()
    31579.0
    >>> weeks_ahead(np.array([[0.1, 0.1, 0.0], [0.1, 0.0, 0.1]]), np.array([[6.0], [6.0]]), 0.1).ravel()
    array([0., 1.])
    """
    cover, open_end = np.zeros(price.shape), np.broadcast_to((rates[:, :1] > 0.0), price.shape).copy()
    horizon = rates.shape[1] - 1
    for ahead in range(1, horizon + 1):
        rise = price * (rates[:, :1] - rates[:, ahead : ahead + 1])
        pays = rise > holding * ahead
        part = rise / holding if holding > 0.0 else np.full(price.shape, float(ahead - 1))
        last = np.where(pays, float(ahead), np.maximum(part, float(ahead - 1)))
        cover = np.where(open_end, last, cover)
        open_end &= pays
    whole = price * rates[:, :1] / holding if holding > 0.0 else np.full(price.shape, MOST_WEEKS)
    cover = np.where(open_end, np.maximum(whole, float(horizon)), cover)
    return np.minimum(cover, MOST_WEEKS)


def _known(policy: PromotionPolicySettings, week: int, first: int) -> bool:
    return first <= week + policy.notice_days // DAYS_PER_WEEK
