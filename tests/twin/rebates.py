"""A witness of rebates: what direct buyers have bought, have earned and are owed, from deliveries and plans."""

import math
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, NamedTuple

from channellab.scenarios.keys import frozen, plain
from channellab.scenarios.settings import Scenario
from channellab.scenarios.settings.rebate_plans import VolumePlanSettings, YearlyPlanSettings

from .chain import MAKERS, OUTLETS, TIERS, served
from .goods import Goods
from .rebating import ahead_of_need, earned_by, one_threshold
from .terms import EVERYWHERE, Terms

TABLES = {"volume": ("policy.rebate", VolumePlanSettings), "yearly": ("policy.rebate.yearly", YearlyPlanSettings)}
"""Where the plan of each name is declared, and what kind it is."""
Key = tuple[str, int]
"""Name of a plan and party."""


@dataclass
class Account:
    """A running account: its plan, the week in which it began, purchases since, and what they have earned."""

    plan: Any
    since: int
    bought: float = 0.0
    earned: float = 0.0

    def part(self, last: int) -> float:
        """Share of a whole period, if the account ends with a week: thresholds shrink with it."""
        return (last - self.since + 1) / int(self.plan.period_weeks)

    def earns(self, last: int, bought: float | None = None) -> float:
        """What purchases (those so far, if none are given) earn in an account that ends with a week."""
        part = self.part(last)
        return earned_by(self.plan, self.seen(last, self.bought if bought is None else bought)) * part

    def seen(self, last: int, bought: float) -> Any:
        """What the plan is told of the account: figures of a whole period."""
        return SimpleNamespace(purchases=bought / self.part(last))


class Claim(NamedTuple):
    """A rebate of a past period."""

    due: int
    party: int
    amount: float


class Rebates:
    """What the brand owes whom.

    Attributes:
        accounts: by name of the plan and party. claims: not yet paid. booked: rises and falls of the week, by name and
            party. paid: its claims.
    """

    def __init__(self, scenario: Scenario, terms: Terms) -> None:
        self.scenario, self.terms = scenario, terms
        self.accounts: dict[Key, Account] = {}
        self.claims: list[Claim] = []
        self.booked: list[tuple[Key, float]] = []
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
        for key in [key for key in self.accounts if key[1] in gone or not now.manufacturers.active[0]]:
            self._book(key, 0.0)
            del self.accounts[key]
        here = {
            (name, getattr(now, tier).party[row]): plan
            for tier, row in self._direct(now)
            for name, plan in self._plans(now, tier, row).items()
        }
        for key in {*self.accounts, *here} if now.manufacturers.active[0] else ():
            account, plan = self.accounts.get(key), here.get(key)
            if key[1] in gone or (account and account.plan == plan):
                continue
            if account and account.since < now.week:
                self._close(key, now.week - 1)
            self.accounts.pop(key, None)
            if plan:
                self.accounts[key] = Account(plan, now.week)

    def settle(self, now: Any, goods: Goods) -> None:
        """The end of a week: what arrived is bought, periods end, claims are paid."""
        bought, sold = {}, {}
        for tier, row in self._direct(now):
            arrived = [d for d in goods.arrived if d.seller in MAKERS and (d.buyer, d.row) == (tier, row)]
            party = getattr(now, tier).party[row]
            bought[party] = sum(sum(delivery.value) for delivery in arrived)
            sold[party] = self._sold_on(now, goods, tier, row)
        for key, account in self.accounts.items():
            account.bought += (sold if account.plan.counts == "sales" else bought).get(key[1], 0.0)
            end = self._end(account, now)
            self._book(key, account.earns(end))
            if end == now.week:
                self._close(key, end)
        self.paid = [claim for claim in self.claims if claim.due <= now.week]
        self.claims = [claim for claim in self.claims if claim.due > now.week]

    def _sold_on(self, now: Any, goods: Goods, tier: str, row: int) -> float:
        """What a firm sold to consumers or delivered to its buyers, at what it pays itself."""
        own, prices = len(self.scenario.products), getattr(now, tier).purchase_price[row]
        units = [sum(d.units[k] for d in goods.arrived if (d.seller, d.seller_row) == (tier, row)) for k in range(own)]
        if tier in OUTLETS:
            units = getattr(now, tier).sold[row][:own]
        return float(sum(n * price for n, price in zip(units, prices, strict=False)))

    def expected_rate(self, now: Any, party: int, need: float) -> float:
        """Rebates over purchases that a firm expects of its running periods if it goes on buying its need."""
        rate = 0.0
        for account in self._of(party):
            end = self._end(account, now)
            bought = account.bought + (end - now.week + 1) * need
            rate += account.earns(end, bought) / bought if bought else 0.0
        return rate

    def buy_ahead(self, mine: Any, now: Any, name: str, row: int, wanted: list[int], holding: float) -> None:
        """Adds to an order what the firm buys ahead of need: what is worth most."""
        tier, own = getattr(mine, name), len(self.scenario.products)
        prices, need = getattr(now, name).purchase_price[row][:own], getattr(now, name).mean[row][:own]
        coming = [tier.on_order[row][k] + wanted[k] for k in range(own)]
        steps = []
        for account in self._of(tier.party[row]):
            end = self._end(account, now)
            if account.plan.counts == "sales":
                continue
            left = end - now.week - math.floor(tier.lead_days[row] / 7)
            expected = account.bought + max(left, 0) * sum(n * price for n, price in zip(need, prices, strict=True))
            expected += sum(units * price for units, price in zip(coming, prices, strict=True))
            threshold, jump = one_threshold(account.plan, account.seen(end, expected))
            steps.append((threshold * account.part(end) - expected, jump * account.part(end), left))
        most, best = 0.0, [0] * own
        for number, (gap, jump, left) in enumerate(steps):
            nearer = [step for n, step in enumerate(steps) if n != number and step[0] <= gap and step[2] == left]
            total = jump + sum(step[1] for step in nearer)
            units, worth = ahead_of_need(gap, total, need, prices, holding, left)
            if worth > most:
                most, best = worth, units
        for sku, units in enumerate(best):
            wanted[sku] += units

    def rewards(self, mine: Any, now: Any, row: int, sku: int, most: int) -> tuple[list[float], list[float]]:
        """What a shop expects to earn if it sells, or buys, 0 to ``most`` units of a SKU of what it orders now."""
        shops, own = now.retailers, len(self.scenario.products)
        prices, need = shops.purchase_price[row][:own], shops.mean[row][:own]
        weekly = sum(n * price for n, price in zip(need, prices, strict=True))
        sold, bought = [0.0] * (most + 1), [0.0] * (most + 1)
        for account in self._of(shops.party[row]):
            end, sales = self._end(account, now), account.plan.counts == "sales"
            due = now.week + math.floor(mine.retailers.lead_days[row] / 7) + sales
            past, left = (account.bought, end - now.week - 1) if due <= end else (0.0, account.plan.period_weeks - 1)
            part = account.part(end) if due <= end else 1.0
            others = past + left * weekly + weekly - need[sku] * prices[sku]
            for units in range(most + 1):
                value = (others + units * prices[sku]) / part
                earned = earned_by(account.plan, SimpleNamespace(purchases=value)) * part
                (sold if sales else bought)[units] += earned
        return sold, bought

    def _of(self, party: int) -> list[Account]:
        """A party's running accounts, in the order of the plans' names."""
        return [self.accounts[name, party] for name in TABLES if (name, party) in self.accounts]

    def _direct(self, now: Any) -> list[tuple[str, int]]:
        """Tier and row of all who buy from the brand; its own firms are none."""
        maker = now.manufacturers.party[0]
        buyers = [(name, row) for seller in MAKERS for name, row, _ in served(now, seller)]
        return [(name, row) for name, row in buyers if getattr(now, name).party[row] != maker]

    def _plans(self, now: Any, name: str, row: int) -> dict[str, Any]:
        """The plans that a firm is under by the scenario and its timetable."""
        region = EVERYWHERE if name == "online" else getattr(now, name).region[row]
        group = {"online": "online", "retailers": ""}.get(name, "distributors") or self.terms.group(now, row)
        found = {}
        for title, (table, kind) in TABLES.items():
            fields = {
                field: plain(self.terms.in_force(f"{table}.{field}", now.measured, region, group))
                for field in kind.model_fields
            }
            found[title] = kind.model_validate(frozen(fields))
        return {title: plan for title, plan in found.items() if plan.pays}

    def _end(self, account: Account, now: Any) -> int:
        """Last week of the period to which this week belongs; the plan's first week begins one."""
        period, shift = account.plan.period_weeks, account.plan.first_week - 1
        warmup = now.week - now.measured
        return int(warmup + shift + math.ceil((now.measured - shift) / period) * period)

    def _book(self, key: Key, earned: float) -> None:
        self.booked.append((key, earned - self.accounts[key].earned))
        self.accounts[key].earned = earned

    def _close(self, key: Key, last: int) -> None:
        account = self.accounts[key]
        self._book(key, account.earns(last))
        if account.earned:
            self.claims.append(Claim(last + account.plan.pay_delay_weeks, key[1], account.earned))
        account.since, account.bought, account.earned = last + 1, 0.0, 0.0
