"""A witness of the strategic subsidies: who is paid for being new, for freight and for satisfied buyers."""

import math
from dataclasses import dataclass
from typing import Any

from channellab.scenarios.settings import Scenario
from channellab.sim.ledger import Account, Group

from .chain import WHOLESALERS, rows
from .photo import agree
from .terms import Terms

OUTLETS, FREIGHT, SATISFACTION = (f"policy.subsidies.{name}" for name in ("outlets", "freight", "satisfaction"))
PAY = ("amount", "bar", "period_weeks")
ALMOST = 1e-9
UNCHANGED, STEEPEST = 1e-3, 2.0


@dataclass
class Shop:
    """What is known of a shop: whether it had the brand, since when it is paid for that, and how it serves."""

    slope: float
    carried: bool = False
    taken_on: int = 0
    weeks: int = 0
    effort: float = 0.0
    before: tuple[float, float] | None = None

    def stop(self) -> None:
        """It is not paid for satisfied buyers."""
        self.weeks, self.effort, self.before = 0, 0.0, None


class Subsidies:
    """The subsidies of all partners.

    Attributes:
        flows: payments of the week, but for freight.
    """

    def __init__(self, scenario: Scenario, terms: Terms, rebates: Any, opening: Any) -> None:
        self.scenario, self.terms, self.rebates = scenario, terms, rebates
        self.own = len(scenario.products)
        self.shops = [Shop(scenario.retailers.effort.prior) for _ in rows(opening.retailers)]
        self.coverage = [0.0 for _ in terms.table.region_ids]
        self.flows: list[tuple[Account, int, int, float]] = []

    def begin(self, was: Any, now: Any) -> None:
        """The start of a week: who is under other terms for satisfied buyers than last week is paid until then."""
        self.flows = []
        for o, shop in enumerate(self.shops):
            old, new = ([self._of(SATISFACTION, name, one, o) for name in PAY] for one in (was, now))
            left_out = not now.retailers.authorised[o]
            if not (now.manufacturers.active[0] and now.retailers.active[o]) or (old == new and not left_out):
                continue
            if shop.weeks:
                paid = self._pay(was, o, shop.weeks / old[2], old[0], old[1])
                self.flows.append((Account.SUBSIDIES, now.manufacturers.party[0], now.retailers.party[o], paid))
            if shop.before:
                self._choose(was, o, new)
            else:
                shop.effort = 0.0

    def service(self, now: Any, o: int, support: float) -> float:
        """Service of a shop this week."""
        settings, own = self.scenario.retailers, 0.0
        if now.retailers.authorised[o] and self._of(SATISFACTION, "amount", now, o):
            own = self.shops[o].effort
        return _service(now.retailers.base_service[o], support + own, settings)

    def extra(self, now: Any, o: int) -> float:
        """What a shop that reviews its list expects a week of having the brand on it, beside the margin."""
        shop, amount = self.shops[o], self._of(OUTLETS, "amount", now, o)
        weeks = self._of(OUTLETS, "weeks", now, o)
        if shop.taken_on:
            left = max(shop.taken_on + weeks - now.week, 0)
        else:
            left = 0 if shop.carried or not self._rare(now, o) else weeks
        review = self.scenario.retailers.review_weeks
        return float(amount * min(left, review) / review)

    def share(self, now: Any, seller: str, row: int, buyer: str, b: int) -> float:
        """Share of the freight to a buyer that the brand pays its supplier."""
        if seller not in WHOLESALERS or not now.manufacturers.active[0]:
            return 0.0
        firm, measured = getattr(now, seller), now.measured
        share, step, tier = (
            self.terms.in_force(f"{FREIGHT}.{name}", measured, firm.region[row], "distributors")
            for name in ("share", "grade_step", "city_tier")
        )
        if self.terms.table.district_tier[getattr(now, buyer).district[b]] < tier:
            return 0.0
        account, grade = self.rebates.accounts.get(("grades", firm.party[row])), 0
        if account and account.usual >= 0.0:
            bought = account.usual * account.plan.period_weeks
            grade = sum(bought >= one.from_purchases * (1.0 - ALMOST) for one in account.plan.grades)
        return float(min(share + step * grade, 1.0))

    def settle(self, now: Any) -> None:
        """The end of a week: what shops are paid, what they spend, and what they make of it."""
        maker, shops = now.manufacturers.party[0], now.retailers
        for o, shop in enumerate(self.shops):
            party = shops.party[o]
            self.flows.append((Account.SUBSIDIES, maker, party, self._for_outlet(now, o)))
            if not (shops.authorised[o] and self._of(SATISFACTION, "amount", now, o)):
                shop.stop()
                continue
            self.flows.append((Account.SERVICE, party, int(Group.LANDLORDS), shop.effort))
            shop.weeks += 1
            if now.measured % self._of(SATISFACTION, "period_weeks", now, o) == 0:
                self.flows.append((Account.SUBSIDIES, maker, party, self._end(now, o)))
        stocked = [sum(shops.stock[o][: self.own]) > 0 and shops.active[o] for o in rows(shops)]
        for region in range(len(self.coverage)):
            here = [o for o in rows(shops) if shops.region[o] == region]
            self.coverage[region] = sum(stocked[o] for o in here) / max(len(here), 1)

    def check(self, now: Any) -> None:
        """Asserts that the market holds the same."""
        for name in ("effort", "slope", "taken_on", "carried"):
            agree(f"{name} of shops", now.week, [getattr(s, name) for s in self.shops], getattr(now.subsidies, name))

    def _of(self, family: str, name: str, now: Any, o: int) -> Any:
        """A term in force for a shop; money only as long as the brand is there."""
        value = self.terms.of_shop(f"{family}.{name}", now, o)
        return 0.0 if name == "amount" and not now.manufacturers.active[0] else value

    def _rare(self, now: Any, o: int) -> bool:
        return bool(self.coverage[now.retailers.region[o]] < self._of(OUTLETS, "bar", now, o))

    def _for_outlet(self, now: Any, o: int) -> float:
        shop, shops = self.shops[o], now.retailers
        amount, weeks = self._of(OUTLETS, "amount", now, o), self._of(OUTLETS, "weeks", now, o)
        has = any(shops.carries[o][k] and shops.listed[o][k] for k in range(self.own)) and bool(shops.active[o])
        if has and not shop.carried and not shop.taken_on and amount and now.week > 1 and self._rare(now, o):
            shop.taken_on = now.week
        shop.carried = has
        paid = has and shop.taken_on and now.week - shop.taken_on < weeks
        return float(amount) if paid else 0.0

    def _asked(self, now: Any, o: int) -> float | None:
        """Mean satisfaction of those who last bought the brand at a shop."""
        mind = now.mind
        people = [i for i, site in enumerate(mind.last_site) if site == o and mind.last_brand[i] == 0]
        return sum(mind.satisfaction[i] for i in people) / len(people) if people else None

    def _end(self, now: Any, o: int) -> float:
        amount, bar, period = (self._of(SATISFACTION, name, now, o) for name in PAY)
        shop = self.shops[o]
        paid = self._pay(now, o, shop.weeks / period, amount, bar)
        if shop.before:
            self._choose(now, o, (amount, bar, period))
        else:
            shop.effort = 0.0
        return paid

    def _pay(self, at: Any, o: int, part: float, amount: float, bar: float) -> float:
        """What a shop is paid for part of a period that ends with a week, and what it learns."""
        shop, found, level = self.shops[o], self._asked(at, o), at.retailers.service[o]
        shop.weeks = 0
        if found is None:
            shop.before = None
            return 0.0
        if shop.before:
            change, moved = found - shop.before[0], level - shop.before[1]
            if abs(moved) > UNCHANGED:
                learning = self.scenario.retailers.effort.learning
                shop.slope += learning * (min(max(change / moved, 0.0), STEEPEST) - shop.slope)
        shop.before = found, level
        return float(amount * max(min((found - bar) / (1.0 - bar), 1.0), 0.0) * part)

    def _choose(self, at: Any, o: int, terms: Any) -> None:
        """What a shop spends from the week after one on, under terms, by what its buyers said last."""
        (amount, bar, period), shop = terms, self.shops[o]
        assert shop.before
        base, support = at.retailers.base_service[o], at.retailers.support[o]
        found, level = shop.before[0], at.retailers.service[o]
        shop.effort = effort(amount / period, bar, found, shop.slope, level, base, support, self.scenario.retailers)


def effort(
    weekly: float, bar: float, found: float, slope: float, level: float, base: float, support: float, settings: Any
) -> float:
    """Own money a week that earns a shop most, if any does."""
    worth, gain, half = weekly / (1.0 - bar), settings.support_gain, settings.support_half
    together = math.sqrt(worth * slope * gain * half) - half
    # No more than takes service, or what buyers are expected to say, to 1.
    room = min(1.0, level + (1.0 - found) / slope if slope else math.inf) - base
    if gain > room:
        together = min(together, half * max(room, 0.0) / (gain - room))
    own = max(together - support, 0.0)

    def earns(money: float) -> float:
        said = min(found + slope * (_service(base, support + money, settings) - level), 1.0)
        return worth * max(said - bar, 0.0) - money

    return own if earns(own) > earns(0.0) else 0.0


def _service(base: float, money: float, settings: Any) -> float:
    return float(min(base + settings.support_gain * money / (money + settings.support_half), 1.0))
