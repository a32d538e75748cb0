"""A witness of rebates: what direct buyers have bought, have earned and are owed, from deliveries and plans."""

import math
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, NamedTuple

from channellab.scenarios.keys import frozen, plain
from channellab.scenarios.policies.promotions import running
from channellab.scenarios.settings import Scenario
from channellab.scenarios.settings.promotions import PromotionPolicySettings
from channellab.scenarios.settings.rebate_kinds import (
    CompliancePlanSettings,
    GradePlanSettings,
    GrowthPlanSettings,
    LaunchPlanSettings,
    NewCustomerPlanSettings,
    SprintPlanSettings,
    TargetPlanSettings,
)
from channellab.scenarios.settings.rebate_plans import VolumePlanSettings, YearlyPlanSettings

from .chain import MAKERS, OUTLETS, TIERS, WHOLESALERS, patron, served
from .goods import Goods
from .rebating import ahead_of_need, earned_by, more_at_once, one_threshold
from .terms import EVERYWHERE, Terms

TABLES = {
    "volume": ("policy.rebate", VolumePlanSettings),
    "yearly": ("policy.rebate.yearly", YearlyPlanSettings),
    "grades": ("policy.rebate.grades", GradePlanSettings),
    "growth": ("policy.rebate.growth", GrowthPlanSettings),
    "target": ("policy.rebate.target", TargetPlanSettings),
    "sprint": ("policy.rebate.sprint", SprintPlanSettings),
    "new_customers": ("policy.rebate.new_customers", NewCustomerPlanSettings),
    "compliance": ("policy.rebate.compliance", CompliancePlanSettings),
    "launch": ("policy.rebate.launch", LaunchPlanSettings),
}
"""Where the plan of each name is declared, and what kind it is."""
Key = tuple[str, int]
"""Name of a plan and party."""
NO_LIMITS = (1.0, math.inf, 0.0)
"""Multiplier, cap and clawback of who has not bought from the brand under any terms yet."""


@dataclass
class Account:
    """A running account: its plan, the week in which it began, purchases since, and what they have earned.

    ``usual`` are weekly purchases of the past, below 0 where there are none; ``fresh`` and ``first`` what of the
    purchases was for new customers, and first orders of new products.
    """

    plan: Any
    since: int
    usual: float = -1.0
    bought: float = 0.0
    earned: float = 0.0
    fresh: float = 0.0
    first: float = 0.0
    spent: float = 0.0
    kept: float = 1.0
    blots: int = 0

    def part(self, last: int) -> float:
        """Share of a whole period, if the account ends with a week: thresholds shrink with it."""
        return (last - self.since + 1) / int(self.plan.period_weeks)

    def earns(self, last: int, bought: float | None = None) -> float:
        """What purchases (those so far, if none are given) earn in an account that ends with a week."""
        part = self.part(last)
        return earned_by(self.plan, self.seen(last, self.bought if bought is None else bought)) * part

    def seen(self, last: int, bought: float, ahead: float = 0.0) -> Any:
        """What the plan is told of the account: figures of a whole period."""
        part, period = self.part(last), int(self.plan.period_weeks)
        usual = self.usual * period if self.usual >= 0.0 else -1.0
        return SimpleNamespace(
            purchases=max(bought, 0.0) / part,
            usual=usual,
            ahead=ahead,
            fresh=self.fresh / part,
            first=self.first / part,
            cases=float(self.blots),
        )

    def usual_after(self, last: int) -> float:
        """The weekly purchases by which the partner is measured once the account has ended."""
        bought, period = max(self.bought, 0.0) / self.part(last), int(self.plan.period_weeks)
        if isinstance(self.plan, GrowthPlanSettings) and self.usual >= 0.0:
            old = self.usual * period
            bought = old + self.plan.correction * (bought - old)
        return bought / period


class Claim(NamedTuple):
    """A rebate of a past period."""

    due: int
    key: Key
    amount: float

    @property
    def party(self) -> int:
        """Who is paid."""
        return self.key[1]


@dataclass
class Order:
    """What a partner was invoiced in a week, its multiplier and cap, and what closed accounts have paid on it."""

    week: int
    value: float
    factor: float
    cap: float
    used: float = 0.0

    def pays(self, rate: float, taken: float) -> float:
        """What a rate earns on the order if others have taken their part of what may be paid."""
        return max(min(rate * self.factor * self.value, self.cap * self.value - taken if self.value else 0.0), 0.0)


def _by_name(key: Key) -> tuple[int, int]:
    """Plans are settled in the order of their names."""
    return list(TABLES).index(key[0]), key[1]


class Rebates:
    """What the brand owes whom.

    Attributes:
        accounts: by name of the plan and party. claims: not yet paid. booked: rises and falls of the week, by name and
            party. paid: its claims.
    """

    def __init__(self, scenario: Scenario, terms: Terms) -> None:
        self.scenario, self.terms = scenario, terms
        self.accounts: dict[Key, Account] = {}
        self.usual: dict[Key, float] = {}
        self.debts: dict[Key, float] = {}
        self.launched: set[tuple[int, int]] = set()
        self.customers: dict[tuple[int, int], int] = {}
        self.looks = False
        self.limits: dict[int, tuple[float, float, float]] = {}
        self.orders: dict[int, list[Order]] = {}
        self.watched = False
        self.cases: dict[int, int] = {}
        self.seen: dict[int, int] = {}
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
            self._carry_over(key)
            del self.accounts[key]
        here = {
            (name, getattr(now, tier).party[row]): plan
            for tier, row in self.direct(now)
            for name, plan in self._plans(now, tier, row).items()
        }
        if now.manufacturers.active[0]:
            self.limits |= {getattr(now, t).party[row]: self._limits(now, t, row) for t, row in self.direct(now)}
        for key in sorted({*self.accounts, *here}, key=_by_name) if now.manufacturers.active[0] else ():
            account, plan = self.accounts.get(key), here.get(key)
            if key[1] in gone or (account and account.plan == plan):
                continue
            if account and account.since < now.week:
                self._close(key, now.week - 1)
            self.accounts.pop(key, None)
            if plan:
                self._begin(key, plan, now.week)

    def _carry_over(self, key: Key) -> None:
        """More may have been returned than bought."""
        self.debts[key] = min(self.accounts[key].bought, 0.0)

    def _begin(self, key: Key, plan: Any, week: int) -> None:
        self.accounts[key] = Account(plan, week, self.usual.get(key, -1.0), self.debts.get(key, 0.0))

    def settle(self, now: Any, goods: Goods) -> None:
        """The end of a week: what arrived is bought, periods end, claims are paid."""
        bought, sold = {}, {}
        for tier, row in self.direct(now):
            arrived = [d for d in goods.arrived if d.seller in MAKERS and (d.buyer, d.row) == (tier, row)]
            party = getattr(now, tier).party[row]
            bought[party] = sum(sum(delivery.value) for delivery in arrived)
            sold[party] = self._sold_on(now, goods, tier, row)
        self._welcome(now, goods)
        self._record_prices(now)
        self._note_orders(now, bought)
        self._claw_back(now)
        taken = {(party, o.week): o.used for party, orders in self.orders.items() for o in orders}
        more = {party: self._launch(now, goods, party) for name, party in self.accounts if name == "launch"}
        for key in sorted(self.accounts, key=_by_name):
            account = self.accounts[key]
            account.spent += bought.get(key[1], 0.0)
            if account.plan.counts != "sales" and key[0] != "launch":
                account.bought += more.get(key[1], 0.0)
            account.bought += (sold if account.plan.counts == "sales" else bought).get(key[1], 0.0)
            if account.plan.counts != "sales":
                account.bought -= goods.returned.value.get(key[1], 0.0)
            end = self._end(account, now)
            owed, paid = self._owed(key, end, taken)
            self._book(key, owed)
            for order, amount in paid:
                taken[key[1], order.week] += amount
                order.used += amount if end == now.week else 0.0
            if end == now.week:
                self._claim(key, end)
        self.paid = [claim for claim in self.claims if claim.due <= now.week]
        self.claims = [claim for claim in self.claims if claim.due > now.week]

    def _record_prices(self, now: Any) -> None:
        """Price cases of the week against partners and the outlets that they supply."""
        new = {p: cases - self.seen.get(p, 0) for p, cases in enumerate(now.partners.map_cases)}
        self.seen = dict(enumerate(now.partners.map_cases))
        record = dict(new)
        for tier in OUTLETS:
            for row, party in enumerate(getattr(now, tier).party):
                supplier = patron(now, tier, row)
                if party != now.manufacturers.party[0] and supplier != party:
                    record[supplier] += new[party]
        for (name, party), account in self.accounts.items():
            account.blots += record[party] if name == "compliance" else 0

    def _limits(self, now: Any, name: str, row: int) -> tuple[float, float, float]:
        """Multiplier, cap and clawback under which a firm buys this week."""
        region = EVERYWHERE if name == "online" else getattr(now, name).region[row]
        group = {"online": "online", "retailers": ""}.get(name, "distributors") or self.terms.group(now, row)
        multiplier, cap, clawback = (
            self.terms.in_force(f"policy.rebate.{field}", now.measured, region, group)
            for field in ("promotion_multiplier", "cap", "clawback")
        )
        events = {
            field: plain(self.terms.in_force(f"policy.promotion.{field}", now.measured, region, group))
            for field in PromotionPolicySettings.model_fields
        }
        sale = running(PromotionPolicySettings.model_validate(frozen(events)), now.measured)
        return multiplier if sale else 1.0, math.inf if cap is None else cap, clawback

    def _note_orders(self, now: Any, bought: dict[int, float]) -> None:
        """Orders are looked at one by one from the first week in which anybody has a multiplier or a cap."""
        self.watched |= any(factor != 1.0 or cap < math.inf for factor, cap, _ in self.limits.values())
        for party, value in bought.items() if self.watched else ():
            factor, cap, _ = self.limits.get(party, NO_LIMITS)
            self.orders.setdefault(party, []).append(Order(now.week, value, factor, cap))

    def _owed(self, key: Key, last: int, taken: dict[Any, float]) -> tuple[float, list[tuple[Order, float]]]:
        """What an account that ends with a week is owed, and what of it is paid on which order."""
        account = self.accounts[key]
        earned, paid = account.earns(last), []
        if account.plan.counts == "purchases" and account.spent > 0.0:
            rate = earned / account.spent
            orders = [order for order in self.orders.get(key[1], []) if order.week >= account.since]
            paid = [(order, order.pays(rate, taken[key[1], order.week])) for order in orders]
            older = max(account.spent - sum(order.value for order in orders), 0.0)
            earned = rate * older + sum(amount for _, amount in paid)
        return earned * account.kept, paid

    def _claw_back(self, now: Any) -> None:
        """Who was found to break the rules loses part of claims and running accounts."""
        for party, caught in enumerate(now.partners.caught):
            new = caught - self.cases.get(party, 0)
            self.cases[party] = caught
            keep = (1.0 - self.limits.get(party, NO_LIMITS)[2]) ** new
            if keep == 1.0:
                continue
            for key in [key for key in self.accounts if key[1] == party]:
                self.accounts[key].kept *= keep
            for n, claim in enumerate(self.claims):
                if claim.party == party:
                    self.booked.append((claim.key, claim.amount * (keep - 1.0)))
                    self.claims[n] = claim._replace(amount=claim.amount * keep)

    def _welcome(self, now: Any, goods: Goods) -> None:
        """Who is supplied by a partner for the first time, and what new customers took."""
        looking = [account.plan for account in self.accounts.values() if account.plan.by_customers]
        deals = [(*self._pair(now, d), d) for d in goods.arrived if d.seller in WHOLESALERS and d.victim < 0]
        if not self.looks and not looking:
            return
        if not self.looks:
            self.looks = True
            self.customers = dict.fromkeys(self._supplied(now), now.week - 1)
            self.customers |= {(seller, buyer): now.week - 1 for seller, buyer, _ in deals}
        for seller, buyer, delivery in deals:
            since = self.customers.setdefault((seller, buyer), now.week)
            prices = getattr(now, delivery.seller).purchase_price[delivery.seller_row]
            self._fresh(seller, since, sum(n * p for n, p in zip(delivery.units, prices, strict=False)))
        self._welcome_consumers(now)

    def _welcome_consumers(self, now: Any) -> None:
        """Consumers who first bought the brand."""
        shelves = [(tier, row) for tier in OUTLETS for row in range(len(getattr(now, tier).party))]
        for who, week in enumerate(now.mind.adopted):
            if week == now.week:
                tier, row = shelves[now.mind.last_site[who]]
                outlet = getattr(now, tier)
                self._fresh(outlet.party[row], week, outlet.purchase_price[row][now.mind.last_sku[who]])

    def _pair(self, now: Any, delivery: Any) -> tuple[int, int]:
        buyer, seller = getattr(now, delivery.buyer), getattr(now, delivery.seller)
        return seller.party[delivery.seller_row], buyer.party[delivery.row]

    def _supplied(self, now: Any) -> list[tuple[int, int]]:
        """Pairs of partners and the buyers at work that they supply."""
        return [
            (getattr(now, seller).party[supplier], getattr(now, tier).party[row])
            for seller in WHOLESALERS
            for tier, row, supplier in served(now, seller)
            if self._busy(now, tier, row)
        ]

    def _busy(self, now: Any, tier: str, row: int) -> bool:
        flag = {"retailers": "authorised", "stores": "open", "online": "active"}.get(tier, "contracted")
        return bool(getattr(getattr(now, tier), flag)[row])

    def _fresh(self, party: int, since: int, value: float) -> None:
        """Counts what a customer took in all accounts of its supplier in which it is new."""
        for (_, owner), account in self.accounts.items():
            if owner == party and account.plan.by_customers and since >= account.since:
                account.fresh += value

    def _launch(self, now: Any, goods: Goods, party: int) -> float:
        """First orders of new products, and what their points count more than money."""
        account, more = self.accounts["launch", party], 0.0
        names = [sku.name for sku in self.scenario.products]
        for sku in map(names.index, account.plan.products):
            came = [d for d in goods.arrived if d.seller in MAKERS and self._pair(now, d)[1] == party]
            value = sum(d.value[sku] for d in came)
            if value and (party, sku) not in self.launched:
                self.launched.add((party, sku))
                account.first += value
            more += (account.plan.points - 1.0) * value
        return more

    def stock_up(self, mine: Any, now: Any, name: str, row: int, wanted: list[int], holding: float) -> None:
        """Adds to an order what a firm takes more than need of a first order of new products."""
        tier = getattr(mine, name)
        account = self.accounts.get(("launch", tier.party[row]))
        if not account:
            return
        for sku, product in enumerate(self.scenario.products):
            new = product.name in account.plan.products and (tier.party[row], sku) not in self.launched
            if new and not tier.on_order[row][sku]:
                saving = account.plan.discount * getattr(now, name).purchase_price[row][sku]
                need = getattr(now, name).mean[row][sku]
                wanted[sku] += more_at_once(need, saving, holding, account.plan.most_weeks)

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
        return min(rate, self.limits.get(party, NO_LIMITS)[1])

    def at_risk(self, now: Any, party: int, need: float) -> float:
        """What one more case against its prices would cost a firm of the rebate for a clean record."""
        account = self.accounts.get(("compliance", party))
        if not account:
            return 0.0
        end = self._end(account, now)
        told = account.seen(end, account.bought + (end - now.week + 1) * need)
        clean = earned_by(account.plan, told)
        told.cases += 1.0
        return float((clean - earned_by(account.plan, told)) * account.part(end))

    def promoted(self, mine: Any, now: Any, name: str, row: int, sku: int, holding: float) -> int:
        """What a firm orders beyond need because orders earn more this week."""
        party, own = getattr(mine, name).party[row], len(self.scenario.products)
        factor, cap, _ = self.limits.get(party, NO_LIMITS)
        if factor == 1.0 or not self._of(party) or getattr(mine, name).lead_days[row] >= 7.0 or sku >= own:
            return 0
        prices, means = getattr(now, name).purchase_price[row][:own], getattr(now, name).mean[row][:own]
        rate = self.expected_rate(now, party, sum(n * p for n, p in zip(means, prices, strict=True)))
        saving = (min(rate * factor, cap) - rate) * prices[sku]
        return more_at_once(means[sku], saving, holding, 52.0)

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
            weekly = sum(n * price for n, price in zip(need, prices, strict=True))
            expected = account.bought + max(left, 0) * weekly
            expected += sum(units * price for units, price in zip(coming, prices, strict=True))
            seen = account.seen(end, expected, account.plan.period_weeks * weekly)
            threshold, jump = one_threshold(account.plan, seen)
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
                seen = account.seen(end, value * account.part(end))
                if due > end:
                    seen.fresh = seen.first = 0.0
                earned = earned_by(account.plan, seen) * part
                (sold if sales else bought)[units] += earned
        return sold, bought

    def _of(self, party: int) -> list[Account]:
        """A party's running accounts, in the order of the plans' names."""
        return [self.accounts[name, party] for name in TABLES if (name, party) in self.accounts]

    def direct(self, now: Any) -> list[tuple[str, int]]:
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
        owed, paid = self._owed(key, last, {(key[1], o.week): o.used for o in self.orders.get(key[1], [])})
        self._book(key, owed)
        for order, amount in paid:
            order.used += amount
        self._claim(key, last)

    def _claim(self, key: Key, last: int) -> None:
        account = self.accounts[key]
        if account.earned:
            self.claims.append(Claim(last + account.plan.pay_delay_weeks, key, account.earned))
        account.usual = self.usual[key] = account.usual_after(last)
        self._carry_over(key)
        self._begin(key, account.plan, last + 1)
