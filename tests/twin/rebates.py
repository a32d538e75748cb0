"""A witness of rebates: what direct buyers have bought, have earned and are owed, from deliveries and plans."""

import math
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, NamedTuple

from channellab.scenarios.settings import Scenario

from .chain import MAKERS, TIERS, served
from .goods import Goods
from .rebating import ahead_of_need, earned_by, one_threshold
from .terms import EVERYWHERE, Terms

FIELDS = ("kind", "tiers", "period_weeks", "pay_delay_weeks")


class Plan(NamedTuple):
    """A plan in force: its kind, its tiers as (threshold, rate), the length of a period, and the delay of payment."""

    kind: str
    steps: tuple[tuple[float, float], ...]
    period: int
    delay: int

    @property
    def tiers(self) -> list[Any]:
        """The tiers by name."""
        return [SimpleNamespace(from_purchases=threshold, rate=rate) for threshold, rate in self.steps]

    def earned(self, bought: float, weeks: int) -> float:
        """What purchases earn in an account of some weeks: thresholds shrink with it."""
        part = weeks / self.period
        return earned_by(bought / part, self.tiers, self.kind) * part


NOTHING = Plan("none", (), 1, 0)


@dataclass
class Account:
    """A running account: its plan, the week in which it began, purchases since, and what they have earned."""

    plan: Plan
    since: int
    bought: float = 0.0
    earned: float = 0.0


class Claim(NamedTuple):
    """A rebate of a past period."""

    due: int
    party: int
    amount: float


class Rebates:
    """What the brand owes whom.

    Attributes:
        accounts: by party. claims: not yet paid. booked: rises and falls of the week. paid: its claims.
    """

    def __init__(self, scenario: Scenario, terms: Terms) -> None:
        self.scenario, self.terms = scenario, terms
        self.accounts: dict[int, Account] = {}
        self.claims: list[Claim] = []
        self.booked: list[tuple[int, float]] = []
        self.paid: list[Claim] = []

    def begin(self, now: Any) -> None:
        """The start of a week: leavers forfeit, then plans change and accounts of plans that ended are closed."""
        self.booked, self.paid = [], []
        gone = {
            party
            for name in TIERS
            for party, active in zip(getattr(now, name).party, getattr(now, name).active, strict=True)
            if not active
        }
        for party in [party for party in self.accounts if party in gone or not now.manufacturers.active[0]]:
            self._book(party, 0.0)
            del self.accounts[party]
        here = {getattr(now, name).party[row]: self._plan(now, name, row) for name, row in self._direct(now)}
        for party in {*self.accounts, *here} - gone if now.manufacturers.active[0] else ():
            account, plan = self.accounts.get(party), here.get(party, NOTHING)
            if account and account.plan == plan:
                continue
            if account and account.since < now.week:
                self._close(party, now.week - 1)
            self.accounts.pop(party, None)
            if plan.kind != "none":
                self.accounts[party] = Account(plan, now.week)

    def settle(self, now: Any, goods: Goods) -> None:
        """The end of a week: what arrived is bought, periods end, claims are paid."""
        for name, row in self._direct(now):
            party = getattr(now, name).party[row]
            if account := self.accounts.get(party):
                arrived = [d for d in goods.arrived if d.seller in MAKERS and (d.buyer, d.row) == (name, row)]
                account.bought += sum(sum(delivery.value) for delivery in arrived)
        for party, account in self.accounts.items():
            end = self._end(account, now)
            self._book(party, account.plan.earned(account.bought, end - account.since + 1))
            if end == now.week:
                self._close(party, end)
        self.paid = [claim for claim in self.claims if claim.due <= now.week]
        self.claims = [claim for claim in self.claims if claim.due > now.week]

    def expected_rate(self, now: Any, party: int, need: float) -> float:
        """Rebate over purchases that a firm expects of the running period if it goes on buying its need."""
        account = self.accounts.get(party)
        if account is None:
            return 0.0
        end = self._end(account, now)
        bought = account.bought + (end - now.week + 1) * need
        return account.plan.earned(bought, end - account.since + 1) / bought if bought else 0.0

    def buy_ahead(self, mine: Any, now: Any, name: str, row: int, wanted: list[int], holding: float) -> None:
        """Adds to an order what the firm buys ahead of need."""
        tier, own = getattr(mine, name), len(self.scenario.products)
        account = self.accounts.get(tier.party[row])
        if account is None:
            return
        prices, need = getattr(now, name).purchase_price[row][:own], getattr(now, name).mean[row][:own]
        end = self._end(account, now)
        left = end - now.week - math.floor(tier.lead_days[row] / 7)
        expected = account.bought + max(left, 0) * sum(n * price for n, price in zip(need, prices, strict=True))
        expected += sum((tier.on_order[row][k] + wanted[k]) * prices[k] for k in range(own))
        part = (end - account.since + 1) / account.plan.period
        threshold, jump = one_threshold(expected / part, account.plan.tiers, account.plan.kind)
        more = ahead_of_need(threshold * part - expected, jump * part, need, prices, holding, left)
        for sku, units in enumerate(more):
            wanted[sku] += units

    def _direct(self, now: Any) -> list[tuple[str, int]]:
        """Tier and row of all who buy from the brand; its own firms are none."""
        maker = now.manufacturers.party[0]
        buyers = [(name, row) for seller in MAKERS for name, row, _ in served(now, seller)]
        return [(name, row) for name, row in buyers if getattr(now, name).party[row] != maker]

    def _plan(self, now: Any, name: str, row: int) -> Plan:
        region = EVERYWHERE if name == "online" else getattr(now, name).region[row]
        group = {"online": "online", "retailers": ""}.get(name, "distributors") or self.terms.group(now, row)
        kind, tiers, period, delay = (
            self.terms.in_force(f"policy.rebate.{field}", now.measured, region, group) for field in FIELDS
        )
        steps = tuple(
            (tier["from_purchases"], tier["rate"]) if isinstance(tier, dict) else (tier.from_purchases, tier.rate)
            for tier in tiers
        )
        return Plan(kind, steps, period, delay)

    def _end(self, account: Account, now: Any) -> int:
        """Last week of the period to which this week belongs; the first measured week begins one."""
        period = account.plan.period
        return now.week - now.measured + math.ceil(now.measured / period) * period

    def _book(self, party: int, earned: float) -> None:
        self.booked.append((party, earned - self.accounts[party].earned))
        self.accounts[party].earned = earned

    def _close(self, party: int, last: int) -> None:
        account = self.accounts[party]
        self._book(party, account.plan.earned(account.bought, last - account.since + 1))
        if account.earned:
            self.claims.append(Claim(last + account.plan.delay, party, account.earned))
        account.since, account.bought, account.earned = last + 1, 0.0, 0.0
