"""The market development fund: partners spend on local display, and are paid part of it where sales have grown.

What a partner bought in a period gives it a fund for the next, which it may spend in equal weekly parts, together with
its own share. Display draws shoppers to the outlets that it supplies. At the end of the period the brand pays its share
if what the partner sold on has grown enough; the partner learns from that, and from its own margin, whether to go on.
A fund that ends or gets other terms inside a period is paid for the weeks until then under the old ones.
"""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from channellab.agents.columns import Table, state
from channellab.scenarios.arrays import Flags, Floats, Ints
from channellab.scenarios.policies.development import display, left_a_week, proven, spends, weeks_left
from channellab.sim.direct_buyers import direct_terms, sold_on
from channellab.sim.ledger import Account, Group
from channellab.sim.outlets import carried_brand

if TYPE_CHECKING:
    from channellab.sim.market import Market


@dataclass(kw_only=True)
class Development(Table):
    """The funds of F parties, of which direct buyers may have one.

    Attributes:
        rate, period, brand_share, proof: (F,) terms in force; a rate of 0 is no fund.
        bought: (F,) purchases in the running period, money, at the weight that makes ``rate`` of them its fund.
        sold, margin, spent: (F,) since it began or its terms changed: what was sold on, at cost and above it, and what
            was spent on display, money. weeks: (F,) weeks of that.
        sold_before, margin_before: (F,) the same a week in the last period, or the last part of one, -1 without any.
        weekly: (F,) what the partner spends a week.
        gain, paid: (F,) margin that it expects of a unit of money spent, and how surely it expects to be paid.
        spending, granted: (F,) what was spent on display and paid by the brand this week.
        closed: (F,) what the brand still pays under terms that ended with last week.
    """

    rate: Floats = state()
    period: Ints = state()
    brand_share: Floats = state()
    proof: Floats = state()
    bought: Floats = state()
    sold: Floats = state()
    margin: Floats = state()
    spent: Floats = state()
    weeks: Floats = state()
    sold_before: Floats = state()
    margin_before: Floats = state()
    weekly: Floats = state()
    gain: Floats = state()
    paid: Floats = state()
    spending: Floats = field(default_factory=lambda: np.zeros(0))
    granted: Floats = field(default_factory=lambda: np.zeros(0))
    closed: Floats = field(default_factory=lambda: np.zeros(0))

    @classmethod
    def opened(cls, parties: int, prior: float) -> "Development":
        """No funds; partners who expect some margin of spending, and to be paid."""
        names = ("rate", "brand_share", "proof", "bought", "sold", "margin", "spent", "weeks", "weekly", "spending")
        return cls(
            **{name: np.zeros(parties) for name in (*names, "granted", "closed")},
            period=np.ones(parties, np.int64),
            sold_before=np.full(parties, -1.0),
            margin_before=np.full(parties, -1.0),
            gain=np.full(parties, prior),
            paid=np.ones(parties),
        )


class Terms(NamedTuple):
    """Terms of the funds, each (F,) as in `Development`."""

    rate: Floats
    period: Ints
    brand_share: Floats
    proof: Floats


def set_development(market: "Market") -> None:
    """Puts the terms of the fund in force; what was done under others is settled, and who has none spends no more."""
    book = market.development
    _leave(market)
    old = Terms(*(getattr(book, name) for name in Terms._fields))
    new = Terms(np.zeros(old.rate.size), old.period.copy(), old.brand_share.copy(), old.proof.copy())
    for parties, terms in direct_terms(market):
        here = terms.policy.development
        new.rate[parties], new.period[parties] = here.rate, here.period_weeks
        new.brand_share[parties], new.proof[parties] = here.brand_share, here.proof
    changed = (old.rate > 0.0) & np.any([now != before for now, before in zip(new, old, strict=True)], axis=0)
    _change(market, np.flatnonzero(changed), new)
    for before, now in zip(old, new, strict=True):
        before[:] = now
    _stop(book, book.rate == 0.0)


def _change(market: "Market", who: Ints, new: Terms) -> None:
    """Settles the weeks under the old terms, and carries over what the funds hold to the new ones."""
    book, week = market.development, market.measured_week
    worked = who[book.weeks[who] > 0.0]
    book.closed[worked] = _prove(market, worked)
    on = who[new.rate[who] > 0.0]
    share, left, leaves = new.brand_share[on], weeks_left(week, book.period[on]), weeks_left(week, new.period[on])
    weekly = left_a_week(book.weekly[on], book.brand_share[on], share, left, leaves)
    book.weekly[on] = np.where(spends(book.gain[on], book.paid[on], share), weekly, 0.0)
    book.bought[on] *= book.rate[on] / new.rate[on]


def settle_development(market: "Market") -> None:
    """Pays for this week's display; where a period ends, pays the brand's share and decides on the next."""
    book, maker = market.development, int(market.manufacturers.party[0])
    book.spending[:] = 0.0
    book.granted[:], book.closed[:] = book.closed, 0.0
    closed = np.flatnonzero(book.granted)
    if closed.size:
        market.ledger.pay(Account.FUND, maker, closed, book.granted[closed])
    if not (book.rate > 0.0).any():
        return
    _leave(market)
    who = np.flatnonzero(book.rate > 0.0)
    book.spending[who] = book.weekly[who]
    market.ledger.pay(Account.MARKETING, who, Group.MEDIA, book.weekly[who])
    book.spent[who] += book.weekly[who]
    book.weeks[who] += 1.0
    book.bought[who] -= market.ledger.entries[Account.EX_FACTORY, who]
    at_cost, margin = sold_on(market, book.rate > 0.0)
    book.sold[who] += at_cost[who]
    book.margin[who] += margin[who]
    _end(market, who[weeks_left(market.measured_week, book.period[who]) == 1])


def _end(market: "Market", who: Ints) -> None:
    """Ends the period of some parties: proof, payment, lessons, and the spending of the next."""
    book = market.development
    granted = _prove(market, who)
    book.granted[who] += granted
    market.ledger.pay(Account.FUND, int(market.manufacturers.party[0]), who, granted)
    fund = book.rate[who] * book.bought[who]
    goes_on = spends(book.gain[who], book.paid[who], book.brand_share[who])
    book.weekly[who] = np.where(goes_on, fund / book.brand_share[who] / book.period[who], 0.0)
    book.bought[who] = 0.0


def _prove(market: "Market", who: Ints) -> Floats:
    """What the brand owes some parties for what they have spent, (P,); they learn, and are held against it next."""
    book, learning = market.development, market.scenario.development.learning
    past = book.sold_before[who] >= 0.0
    spent = np.where(past, book.spent[who], 0.0)
    growth = book.sold[who] - book.sold_before[who] * book.weeks[who]
    paid = proven(growth, spent, book.proof[who])
    granted = np.where(paid, book.brand_share[who] * spent, 0.0)
    tried = who[spent > 0.0]
    gained = (book.margin[tried] - book.margin_before[tried] * book.weeks[tried]) / book.spent[tried]
    book.gain[tried] += learning * (gained - book.gain[tried])
    book.paid[tried] += learning * (paid[spent > 0.0] - book.paid[tried])
    book.sold_before[who] = book.sold[who] / book.weeks[who]
    book.margin_before[who] = book.margin[who] / book.weeks[who]
    for column in (book.sold, book.margin, book.spent, book.weeks):
        column[who] = 0.0
    return granted


def local_display(market: "Market") -> Floats | float:
    """(N, 1) utility that local display lends own goods at each outlet."""
    book, settings = market.development, market.scenario.development
    if not book.weekly.any():
        return 0.0
    patron = market.patron
    carries = carried_brand(market).any(axis=1) & market.shelves.active & (patron >= 0)
    outlets = np.bincount(patron[carries], minlength=book.weekly.size)
    each = np.where(carries, book.weekly[patron] / np.maximum(outlets, 1)[patron], 0.0)
    return display(each, settings.display_gain, settings.display_half)[:, None]


def _leave(market: "Market") -> None:
    """Who has left has no fund, and nobody has one when the brand has left."""
    if market.everybody_there:
        return
    book = market.development
    gone = np.full(book.rate.size, not market.manufacturers.active[0])
    for _, tier in market.staffed_tiers():
        gone[tier.party] |= ~tier.active
    book.rate[gone] = 0.0
    _stop(book, gone)


def _stop(book: Development, none: Flags) -> None:
    """Who has no fund spends nothing, and nothing is counted."""
    for column in (book.bought, book.sold, book.margin, book.spent, book.weeks, book.weekly):
        column[none] = 0.0
    book.sold_before[none] = book.margin_before[none] = -1.0
