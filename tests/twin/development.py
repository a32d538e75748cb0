"""A witness of the market development fund: what partners spend, whether it paid off, and what they make of it."""

from dataclasses import dataclass
from typing import Any

from channellab.scenarios.settings import Scenario
from channellab.sim.ledger import Account, Group

from .chain import MAKERS, OUTLETS, TIERS, patron
from .goods import Goods
from .photo import agree
from .terms import EVERYWHERE, Terms

FIELDS = ("rate", "period_weeks", "brand_share", "proof")


@dataclass
class Fund:
    """A partner's fund: its terms and what happened in the running and the last period."""

    gain: float
    paid: float = 1.0
    rate: float = 0.0
    period: int = 1
    share: float = 1.0
    proof: float = 0.0
    bought: float = 0.0
    sold: float = 0.0
    margin: float = 0.0
    spent: float = 0.0
    weeks: int = 0
    before: tuple[float, float] | None = None
    weekly: float = 0.0

    def stop(self) -> None:
        """There is no fund: nothing is counted."""
        self.bought = self.sold = self.margin = self.spent = self.weekly = self.rate = 0.0
        self.weeks, self.before = 0, None


class Development:
    """The funds of all partners.

    Attributes:
        funds: by party. flows: payments of the week.
    """

    def __init__(self, scenario: Scenario, terms: Terms) -> None:
        self.scenario, self.terms = scenario, terms
        self.funds: dict[int, Fund] = {}
        self.flows: list[tuple[Account, int, int, float]] = []

    def begin(self, now: Any, direct: list[tuple[str, int]]) -> None:
        """The start of a week: who is under which terms, and is paid what was owed under others."""
        self.flows, gone = [], _gone(now)
        here = {getattr(now, tier).party[row]: self._terms(now, tier, row) for tier, row in direct}
        lives = now.manufacturers.active[0]
        for party in {*self.funds, *here}:
            fund = self.funds.setdefault(party, Fund(self.scenario.development.prior_gain))
            if not lives or party in gone:
                fund.stop()
                continue
            terms = here.get(party, (0.0, 1, 1.0, 0.0))
            if fund.rate and terms != (fund.rate, fund.period, fund.share, fund.proof):
                self.flows.append((Account.FUND, now.manufacturers.party[0], party, self._change(fund, terms, now)))
            fund.rate, fund.period, fund.share, fund.proof = terms
            if not fund.rate:
                fund.stop()

    def _change(self, fund: Fund, terms: tuple[float, int, float, float], now: Any) -> float:
        """What is paid for the weeks under old terms; the brand's part of what is left is spent under the new ones."""
        granted = self._prove(fund) if fund.weeks else 0.0
        rate, period, share, _ = terms
        if rate:
            of_brand = fund.weekly * fund.share * _until_end(now, fund.period)
            goes_on = fund.gain + fund.paid * share >= 1.0
            fund.weekly = of_brand / share / _until_end(now, period) if goes_on else 0.0
            fund.bought = fund.bought * fund.rate / rate
        return granted

    def settle(self, now: Any, goods: Goods) -> None:
        """The end of a week: spending, and where a period ends proof, payment and what comes next."""
        gone = _gone(now)
        places = {party: (tier, row) for tier in TIERS for row, party in enumerate(getattr(now, tier).party)}
        maker = now.manufacturers.party[0]
        for party, fund in self.funds.items():
            if party in gone or not now.manufacturers.active[0]:
                fund.stop()
            if not fund.rate:
                continue
            self.flows.append((Account.MARKETING, party, int(Group.MEDIA), fund.weekly))
            fund.spent, fund.weeks = fund.spent + fund.weekly, fund.weeks + 1
            tier, row = places[party]
            arrived = [d for d in goods.arrived if d.seller in MAKERS and (d.buyer, d.row) == (tier, row)]
            fund.bought += sum(sum(d.value) for d in arrived)
            sold, margin = self._sold_on(now, goods, tier, row)
            fund.sold, fund.margin = fund.sold + sold, fund.margin + margin
            if now.measured % fund.period == 0:
                granted = self._end(fund)
                self.flows.append((Account.FUND, maker, party, granted))

    def check(self, now: Any) -> None:
        """Asserts that the market holds the same funds."""
        for party, fund in self.funds.items():
            for name, value in (("weekly", fund.weekly), ("gain", fund.gain), ("paid", fund.paid), ("sold", fund.sold)):
                agree(f"{name} of the fund of {party}", now.week, value, getattr(now.development, name)[party])

    def _end(self, fund: Fund) -> float:
        granted = self._prove(fund)
        goes_on = fund.gain + fund.paid * fund.share >= 1.0
        fund.weekly = fund.rate * fund.bought / fund.share / fund.period if goes_on else 0.0
        fund.bought = 0.0
        return granted

    def _prove(self, fund: Fund) -> float:
        """What the brand pays for what was spent since the last proof; the partner learns."""
        granted, learning = 0.0, self.scenario.development.learning
        if fund.before and fund.spent:
            sold, margin = fund.before
            proven = fund.sold - sold * fund.weeks >= fund.proof * fund.spent
            granted = fund.share * fund.spent if proven else 0.0
            fund.gain += learning * ((fund.margin - margin * fund.weeks) / fund.spent - fund.gain)
            fund.paid += learning * (proven - fund.paid)
        fund.before = fund.sold / fund.weeks, fund.margin / fund.weeks
        fund.sold = fund.margin = fund.spent = 0.0
        fund.weeks = 0
        return granted

    def _sold_on(self, now: Any, goods: Goods, tier: str, row: int) -> tuple[float, float]:
        """What a firm sold on, at its cost, and the margin on it."""
        own, firm = len(self.scenario.products), getattr(now, tier)
        paid, asked = firm.purchase_price[row][:own], firm.price[row][:own]
        units = [sum(d.units[k] for d in goods.arrived if (d.seller, d.seller_row) == (tier, row)) for k in range(own)]
        if tier in OUTLETS:
            first = sum(len(getattr(now, name).party) for name in OUTLETS[: OUTLETS.index(tier)])
            units, asked = firm.sold[row][:own], now.counter_price[first + row][:own]
        cost = sum(n * p for n, p in zip(units, paid, strict=True))
        return cost, sum(n * (a - p) for n, a, p in zip(units, asked, paid, strict=True))

    def _terms(self, now: Any, name: str, row: int) -> tuple[float, int, float, float]:
        region = EVERYWHERE if name == "online" else getattr(now, name).region[row]
        group = {"online": "online", "retailers": ""}.get(name, "distributors") or self.terms.group(now, row)
        rate, period, share, proof = (
            self.terms.in_force(f"policy.development.{field}", now.measured, region, group) for field in FIELDS
        )
        return rate, period, share, proof


def _gone(now: Any) -> set[int]:
    """Parties that have left."""
    firms = [getattr(now, name) for name in TIERS]
    return {party for firm in firms for party, active in zip(firm.party, firm.active, strict=True) if not active}


def _until_end(now: Any, period: int) -> int:
    """Weeks of a period of so many that are still to come, this one with them."""
    return next(n for n in range(1, period + 1) if (now.measured + n - 1) % period == 0)


def displays(scenario: Scenario, now: Any) -> dict[tuple[str, int], float]:
    """What local display lends own goods in each outlet, by tier and row, from what partners spend."""
    mine: dict[int, list[tuple[str, int]]] = {}
    for tier in OUTLETS:
        for row in range(len(getattr(now, tier).party)):
            if _carries(now, tier, row):
                mine.setdefault(patron(now, tier, row), []).append((tier, row))
    found, how = {}, scenario.development
    for party, outlets in mine.items():
        each = now.development.weekly[party] / len(outlets)
        found |= dict.fromkeys(outlets, how.display_gain * each / (each + how.display_half))
    return found


def _carries(now: Any, tier: str, row: int) -> bool:
    outlet = getattr(now, tier)
    carries = {"retailers": lambda: any(outlet.carries[row]), "stores": lambda: outlet.open[row]}
    return bool(outlet.active[row] and carries.get(tier, lambda: True)())
