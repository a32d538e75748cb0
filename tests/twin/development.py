"""A witness of the market development fund: what partners spend, whether it paid off, and what they make of it."""

from dataclasses import dataclass
from typing import Any

from channellab.scenarios.settings import Scenario
from channellab.sim.ledger import Account, Group

from .chain import MAKERS, OUTLETS, SELLERS, TIERS, WHOLESALERS
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
        """The start of a week: who is under which terms."""
        here = {getattr(now, tier).party[row]: self._terms(now, tier, row) for tier, row in direct}
        lives = now.manufacturers.active[0]
        for party in {*self.funds, *here}:
            fund = self.funds.setdefault(party, Fund(self.scenario.development.prior_gain))
            if not lives or party not in here or not here[party][0]:
                fund.stop()
                continue
            fund.rate, fund.period, fund.share, fund.proof = here[party]

    def settle(self, now: Any, goods: Goods) -> None:
        """The end of a week: spending, and where a period ends proof, payment and what comes next."""
        self.flows = []
        gone = {
            party
            for name in TIERS
            for party, active in zip(getattr(now, name).party, getattr(now, name).active, strict=True)
            if not active
        }
        places = {party: (tier, row) for tier in TIERS for row, party in enumerate(getattr(now, tier).party)}
        maker = now.manufacturers.party[0]
        for party, fund in self.funds.items():
            if party in gone or not now.manufacturers.active[0]:
                fund.rate = fund.weekly = 0.0
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
        granted, learning = 0.0, self.scenario.development.learning
        if fund.before and fund.spent:
            sold, margin = fund.before
            proven = fund.sold - sold * fund.weeks >= fund.proof * fund.spent
            granted = fund.share * fund.spent if proven else 0.0
            fund.gain += learning * ((fund.margin - margin * fund.weeks) / fund.spent - fund.gain)
            fund.paid += learning * (proven - fund.paid)
        goes_on = fund.gain + fund.paid * fund.share >= 1.0
        fund.weekly = fund.rate * fund.bought / fund.share / fund.period if goes_on else 0.0
        fund.before = fund.sold / fund.weeks, fund.margin / fund.weeks
        fund.bought = fund.sold = fund.margin = fund.spent = 0.0
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


def displays(scenario: Scenario, now: Any) -> dict[tuple[str, int], float]:
    """What local display lends own goods in each outlet, by tier and row, from what partners spend."""
    mine: dict[int, list[tuple[str, int]]] = {}
    for tier in OUTLETS:
        for row in range(len(getattr(now, tier).party)):
            if _carries(now, tier, row):
                mine.setdefault(_patron(now, tier, row), []).append((tier, row))
    found, how = {}, scenario.development
    for party, outlets in mine.items():
        each = now.development.weekly[party] / len(outlets)
        found |= dict.fromkeys(outlets, how.display_gain * each / (each + how.display_half))
    return found


def _carries(now: Any, tier: str, row: int) -> bool:
    outlet = getattr(now, tier)
    carries = {"retailers": lambda: any(outlet.carries[row]), "stores": lambda: outlet.open[row]}
    return bool(outlet.active[row] and carries.get(tier, lambda: True)())


def _patron(now: Any, tier: str, row: int) -> int:
    """Who buys for an outlet from the brand: itself, or who is at the top of its chain."""
    firm = getattr(now, tier)
    seller = SELLERS[firm.supplier_tier[row]]
    return _patron(now, seller, firm.supplier[row]) if seller in WHOLESALERS else int(firm.party[row])
