"""Strategic subsidies: the brand pays for new outlets, for freight to smaller cities and for satisfied buyers.

Shops with scarce shelf space count the money for new outlets when they review their lists. Freight that the brand pays
lets distributors serve shops whose orders would not earn the way. Shops raise their service, at their own cost, as far
as the pay that they expect for satisfied buyers is worth it, and learn from what their buyers then say. Where that pay
ends or changes inside a period, the weeks until then are paid under the old terms.
"""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

import numpy as np

from channellab.agents.columns import Table, state
from channellab.agents.kernels.subsidies import support_new
from channellab.scenarios.arrays import Flags, Floats, Ints
from channellab.scenarios.policies.rebates import reached
from channellab.scenarios.policies.subsidies import (
    best_effort,
    for_satisfaction,
    freight_share,
    learned_slope,
    weekly_until_review,
)
from channellab.scenarios.settings.rebate_kinds import GradePlanSettings
from channellab.scenarios.settings.rebates import PLAN_NAMES
from channellab.scenarios.settings.subsidies import SubsidyPolicySettings
from channellab.scenarios.timetable import DISTRIBUTORS
from channellab.sim.chain import WHOLESALERS, Link
from channellab.sim.ledger import Account, Group
from channellab.sim.partner_groups import Rows, regions_by_terms, shops_by_terms
from channellab.sim.rebate_periods import all_accounts

if TYPE_CHECKING:
    from channellab.sim.market import Market

GRADES = PLAN_NAMES.index("grades")


@dataclass(kw_only=True)
class Subsidies(Table):
    """Subsidies of O shops, and of F parties that deliver.

    Attributes:
        outlet_amount, outlet_weeks, outlet_bar: (O,) terms of the money for new outlets in force; no money, no terms.
        carried: (O,) whether the shop had own goods on its list at the end of last week. taken_on: (O,) week in which
            it took them on with a claim to that money, 0 never.
        amount, bar, period: (O,) terms of the money for satisfied buyers. weeks: (O,) weeks of the running period.
        effort: (O,) own money that the shop spends on service, a week. slope: (O,) rise of satisfaction that it expects
            of a unit of service.
        satisfaction, service: (O,) measured at the end of the last period, -1 without one.
        share, step, tier: (F,) terms of the freight subsidy.
        coverage: (R,) share of each region's sites with own goods in stock at the end of last week.
        for_outlets, for_freight, for_satisfaction: (F,) granted this week. spent: (F,) spent on service this week.
        grade: (F,) `grades_reached` this week, once somebody has asked.
    """

    outlet_amount: Floats = state()
    outlet_weeks: Ints = state()
    outlet_bar: Floats = state()
    carried: Flags = state()
    taken_on: Ints = state()
    amount: Floats = state()
    bar: Floats = state()
    period: Ints = state()
    weeks: Floats = state()
    effort: Floats = state()
    slope: Floats = state()
    satisfaction: Floats = state()
    service: Floats = state()
    share: Floats = state()
    step: Floats = state()
    tier: Ints = state()
    coverage: Floats = state()
    for_outlets: Floats = field(default_factory=lambda: np.zeros(0))
    for_freight: Floats = field(default_factory=lambda: np.zeros(0))
    for_satisfaction: Floats = field(default_factory=lambda: np.zeros(0))
    spent: Floats = field(default_factory=lambda: np.zeros(0))
    grade: Ints | None = field(default=None, init=False)

    @classmethod
    def opened(cls, shops: int, parties: int, regions: int, prior: float) -> "Subsidies":
        """None."""
        of_shops = ("outlet_amount", "outlet_bar", "amount", "bar", "weeks", "effort")
        of_parties = ("share", "step", "for_outlets", "for_freight", "for_satisfaction", "spent")
        return cls(
            **{name: np.zeros(shops) for name in of_shops},
            **{name: np.zeros(parties) for name in of_parties},
            **{name: np.full(shops, -1.0) for name in ("satisfaction", "service")},
            outlet_weeks=np.ones(shops, np.int64),
            carried=np.zeros(shops, np.bool_),
            taken_on=np.zeros(shops, np.int64),
            period=np.ones(shops, np.int64),
            slope=np.full(shops, prior),
            tier=np.ones(parties, np.int64),
            coverage=np.zeros(regions),
        )

    def open_week(self) -> None:
        """Starts a new week's count."""
        for column in (self.for_outlets, self.for_freight, self.for_satisfaction, self.spent):
            column[:] = 0.0
        self.grade = None

    @property
    def granted(self) -> float:
        """All that the brand granted this week."""
        return float((self.for_outlets + self.for_freight + self.for_satisfaction).sum())


def set_subsidies(market: "Market") -> None:
    """Puts the terms in force; nobody has any when the brand has left."""
    book = market.subsidies
    before = {name: getattr(book, name).copy() for name in ("amount", "bar", "period")}
    for column in (book.outlet_amount, book.amount, book.share, book.step):
        column[:] = 0.0
    if not market.manufacturers.active[0]:
        return
    for rows, here in shops_by_terms(market):
        _set_shops(book, rows, here.policy.subsidies)
    changed = np.any([old != getattr(book, name) for name, old in before.items()], axis=0)
    _close(market, np.flatnonzero(changed), before["amount"], before["bar"], before["period"])
    for regions, here in regions_by_terms(market, DISTRIBUTORS):
        terms = here.policy.subsidies.freight
        for name in WHOLESALERS:
            parties = market.tiers[name].party[regions[market.tiers[name].region]]
            book.share[parties], book.step[parties] = terms.share, terms.grade_step
            book.tier[parties] = terms.city_tier


def _set_shops(book: Subsidies, rows: Rows, here: SubsidyPolicySettings) -> None:
    book.outlet_amount[rows], book.outlet_weeks[rows] = here.outlets.amount, here.outlets.weeks
    book.outlet_bar[rows] = here.outlets.bar
    book.amount[rows], book.bar[rows] = here.satisfaction.amount, here.satisfaction.bar
    book.period[rows] = here.satisfaction.period_weeks


def stop_efforts(market: "Market") -> None:
    """Who is not paid for satisfaction any more spends no more on it, and nothing is measured.

    Shops that the layout leaves out are paid for the weeks until then.
    """
    book, authorised = market.subsidies, market.retailers.authorised
    if market.manufacturers.active[0]:
        _close(market, np.flatnonzero(~authorised), book.amount, book.bar, book.period)
    none = (book.amount == 0.0) | ~authorised
    book.effort[none] = book.weeks[none] = 0.0
    book.satisfaction[none] = book.service[none] = -1.0


def serve(market: "Market") -> None:
    """Service of the shops, by what the brand and they themselves spend on it."""
    shops, settings, own = market.retailers, market.scenario.retailers, market.subsidies.effort
    gain, half = settings.support_gain, settings.support_half
    shops.service[:] = market.rules.service_level(shops.base_service, shops.support + own, gain, half)


def renew_service(market: "Market") -> None:
    """The same in a week in which terms stay as they are."""
    if market.subsidies.amount.any():
        serve(market)


# New outlets


def extra_for_listing(market: "Market") -> Floats | None:
    """(O,) money a week that a shop expects for having own goods on its list; None where nobody does."""
    book = market.subsidies
    if not (book.outlet_amount.any() and market.manufacturers.active[0]):
        return None
    begins = (book.taken_on == 0) & ~book.carried & _rare(market)
    ends = np.where(book.taken_on > 0, book.taken_on, market.week) + book.outlet_weeks
    left = np.where(begins | (book.taken_on > 0), np.maximum(ends - market.week, 0), 0)
    return weekly_until_review(book.outlet_amount, left, market.scenario.retailers.review_weeks)


def with_extra(gain: Floats, allowed: Flags, own: int, extra: Floats) -> Floats:
    """The gains (O, K) with what own goods bring beside their margin: it is had by listing the best of them.

    Args:
        allowed: (O, K) what a shop could list. own: own SKUs, the first ones. extra: (O,) money a week.
    """
    more, shops = gain.copy(), np.arange(extra.size)
    best = np.where(allowed[:, :own], gain[:, :own], -np.inf).argmax(axis=1)
    more[shops, best] += extra
    return more


def _rare(market: "Market") -> Flags:
    """Whether few sites of a shop's region had own goods last week."""
    book = market.subsidies
    return np.asarray(book.coverage[market.retailers.region] < book.outlet_bar)


def _pay_outlets(market: "Market") -> None:
    book, shops = market.subsidies, market.retailers
    book.for_outlets[shops.party] = support_new(
        market.week,
        (shops.carries.T, shops.listed.T),
        market.shelves.stock.T,
        shops.active,
        shops.region,
        (book.outlet_amount, book.outlet_bar),
        book.outlet_weeks,
        book.carried,
        book.taken_on,
        book.coverage,
    )


# Freight


def grades_reached(market: "Market") -> Ints:
    """(F,) how many grades of the plan of partner grades each party has."""
    book = market.rebates
    grade = np.zeros(book.before.size, np.int64)
    held = all_accounts(market)
    for plan, who in ((plan, held.parties[at]) for name, plan, at in held.plans if name == GRADES):
        graded, usual = cast(GradePlanSettings, plan), book.usual[GRADES, who]
        for one in graded.grades:
            grade[who] += (usual >= 0.0) & reached(usual * graded.period_weeks, one.from_purchases)
    return grade


def share_of_freight(market: "Market", link: Link) -> Floats:
    """(B,) share that the brand pays of the freight to each of a link's buyers."""
    book, buyers = market.subsidies, market.tiers[link.buyer]
    sender = market.tiers[link.seller].party[link.supplier]
    pays = market.manufacturers.active[0] and (book.share.any() or book.step.any())
    if link.seller not in WHOLESALERS or not pays:
        return np.zeros(sender.size)
    if book.grade is None:
        book.grade = grades_reached(market)
    share = freight_share(book.share[sender], book.step[sender], book.grade[sender])
    tier = market.roads.table.district_tier[buyers.district[link.rows]]
    return np.where(tier >= book.tier[sender], share, 0.0)


def pay_freight(market: "Market", link: Link, freight: Floats) -> None:
    """Pays distributors back the brand's share of the freight of a link's deliveries (B,)."""
    sender = market.tiers[link.seller].party[link.supplier]
    granted = share_of_freight(market, link) * freight
    np.add.at(market.subsidies.for_freight, sender, granted)
    market.ledger.pay(Account.SUBSIDIES, int(market.manufacturers.party[0]), sender, granted)


# Satisfaction


def satisfaction_of_buyers(market: "Market") -> Floats:
    """(O,) mean satisfaction of those who last bought the brand at a shop, -1 where nobody did."""
    mind, shops = market.consumers.mind, market.retailers.party.size
    asked = (mind.last_brand == 0) & (mind.last_site >= 0) & (mind.last_site < shops)
    people = np.bincount(mind.last_site[asked], minlength=shops)
    total = np.bincount(mind.last_site[asked], mind.satisfaction[asked].astype(np.float64), shops)
    return np.where(people > 0, total / np.maximum(people, 1), -1.0)


def _pay_for_satisfaction(market: "Market") -> None:
    book, shops = market.subsidies, market.retailers
    who = np.flatnonzero((book.amount > 0.0) & shops.authorised)
    book.spent[shops.party[who]] = book.effort[who]
    market.ledger.pay(Account.SERVICE, shops.party[who], Group.LANDLORDS, book.effort[who])
    book.weeks[who] += 1.0
    ended = who[(market.measured_week - 1) % book.period[who] + 1 == book.period[who]]
    if ended.size:
        _end(market, ended, satisfaction_of_buyers(market)[ended])


def _end(market: "Market", who: Ints, found: Floats) -> None:
    """Ends the period of some shops: pay, lessons, and the service of the next."""
    book = market.subsidies
    _reward(market, who, found, book.amount[who], book.bar[who], book.period[who])
    _choose_effort(market, who, found)


def _close(market: "Market", who: Ints, amount: Floats, bar: Floats, period: Ints) -> None:
    """Pays some shops until last week, by terms (O,) that held until then; who has left gets nothing."""
    book, shops = market.subsidies, market.retailers
    who = who[((book.weeks[who] > 0.0) | (book.satisfaction[who] >= 0.0)) & shops.active[who]]
    if not who.size:
        return
    worked = who[book.weeks[who] > 0.0]
    _reward(market, worked, satisfaction_of_buyers(market)[worked], amount[worked], bar[worked], period[worked])
    _choose_effort(market, who, book.satisfaction[who])


def _reward(market: "Market", who: Ints, found: Floats, amount: Floats, bar: Floats, period: Ints) -> None:
    """Pays some shops for the weeks of a period, or of the part that there was; they learn what their service did."""
    book, shops, learning = market.subsidies, market.retailers, market.scenario.retailers.effort.learning
    part = book.weeks[who] / period
    book.for_satisfaction[shops.party[who]] += for_satisfaction(found, amount, bar) * part
    known = (found >= 0.0) & (book.satisfaction[who] >= 0.0)
    change = np.where(known, found - book.satisfaction[who], 0.0)
    moved = np.where(known, shops.service[who] - book.service[who], 0.0)
    book.slope[who] = learned_slope(book.slope[who], change, moved, learning)
    book.satisfaction[who], book.service[who], book.weeks[who] = found, shops.service[who], 0.0


def _choose_effort(market: "Market", who: Ints, found: Floats) -> None:
    """What some shops spend on service from next on, by the terms in force and what their buyers (P,) have said."""
    book, shops, settings = market.subsidies, market.retailers, market.scenario.retailers
    effort = best_effort(
        book.amount[who] / (1.0 - book.bar[who]) / book.period[who],
        book.bar[who],
        found,
        book.slope[who],
        shops.service[who],
        shops.base_service[who],
        shops.support[who],
        settings.support_gain,
        settings.support_half,
    )
    book.effort[who] = np.where(found >= 0.0, effort, 0.0)


def settle_subsidies(market: "Market") -> None:
    """Pays shops what they are due for being new and for satisfied buyers, and has them pay for their service."""
    book, shops = market.subsidies, market.retailers
    if not market.manufacturers.active[0]:
        book.outlet_amount[:] = book.amount[:] = 0.0
        if book.effort.any():
            market.terms_known = False  # services fall from next week on
    stop_efforts(market)
    _pay_outlets(market)
    _pay_for_satisfaction(market)
    due = (book.for_outlets + book.for_satisfaction)[shops.party]
    market.ledger.pay(Account.SUBSIDIES, int(market.manufacturers.party[0]), shops.party, due)
