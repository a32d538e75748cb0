"""Demand fitted to a history: its formula, how shops serve who comes, and a witness of what is played back."""

import math
from hashlib import blake2b
from statistics import NormalDist
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np

from channellab.agents.draws import Stream
from channellab.agents.kernels.replay import Offers, Visitors, Week
from channellab.agents.retailers import Served
from channellab.scenarios.arrays import Floats, Ints
from channellab.scenarios.fitted import COEFFICIENTS, Fitted
from channellab.scenarios.settings import Scenario

from .development import displays
from .draws import BITS, key, stream_key, uniform, unit
from .photo import agree

if TYPE_CHECKING:
    from .shelf_prices import ShelfPrices

YEAR = 52


def value(effects: dict[str, float], base: float, price: float, flags: tuple[float, float, float]) -> float:
    """Utility of an offer: what was fitted, at its prices and with its feature, display and temporary reduction.

    >>> round(value({"utility": 1.0, "reference": 2.0, "log_discount": -2.0, "deep_cut": 0.5}, 2.0, 1.0, (0, 0, 0)), 4)
    2.6213
    """
    feature, display, tpr = flags
    answers = {
        "log_discount": math.log(price / base),
        "log_base": math.log(base / effects["reference"]),
        "feature": feature,
        "display": display,
        "tpr": tpr,
        "feature_display": feature * display,
        "deep_cut": max(0.0, -math.log(price / base) - math.log(1.0 / 0.8)),
    }
    sum_of_all = effects["utility"]
    for name, x in answers.items():
        sum_of_all += effects.get(name, 0.0) * x
    return sum_of_all


def units(visits: float, expansion: float, values: dict[int, float], usual: dict[int, float]) -> dict[int, float]:
    """Mean units of each item of a category: visits as they grow with what is offered, times the share of each.

    >>> found = units(math.log(10.0), 0.0, {0: 0.0, 1: math.log(3.0)}, {0: 0.0, 1: 0.0})
    >>> {k: round(units, 9) for k, units in found.items()}
    {0: 5.0, 1: 15.0}
    """
    now, before = inclusive([*values.values()]), inclusive([*usual.values()])
    come = math.exp(visits + before + expansion * (now - before))
    return {k: come * math.exp(v - now) for k, v in values.items()}


def inclusive(values: list[float]) -> float:
    """Logarithm of the sum of exponentials; the highest is taken out first, so that none overflows.

    >>> round(inclusive([1000.0, 1000.0]) - 1000.0, 9) == round(math.log(2.0), 9)
    True
    """
    total = 0.0
    for each in values:
        total += math.exp(each - max(values))
    return max(values) + math.log(total)


def expected_units(offers: Offers, week: Week) -> Floats:
    """Mean units of a week at every outlet."""
    mean = np.zeros(week.price.shape)
    for o in range(len(mean)):
        for c, expansion in enumerate(offers.expansion.tolist()):
            members = offers.member[offers.first[c] : offers.first[c + 1]].tolist()
            there = [k for k in members if week.offered[o, k]]
            if not there:
                continue
            values, usual = {}, {}
            for k in there:
                effects = dict(zip(COEFFICIENTS, offers.coefficients[o, k].tolist(), strict=True))
                effects |= {"utility": float(offers.utility[o, k]), "reference": float(offers.reference[o, k])}
                flags = (float(week.feature[o, k]), float(week.display[o, k]), float(week.tpr[o, k]))
                values[k] = value(effects, float(week.base[o, k]), float(week.price[o, k]), flags)
                values[k] += float(week.extra[o, k])
                history = float(week.usual[o, k])
                usual[k] = value(effects, history, history, (0.0, 0.0, 0.0))
            for k, found in units(float(week.log_visits[o, c]), expansion, values, usual).items():
                mean[o, k] = found
    return mean


def serve_fitted(
    visitors: Visitors, offers: Offers, stock: Ints, waiting: Ints, wait: float, leave: float, again: bool
) -> Served:
    """Serves those who waited, then this week's shoppers one by one."""
    served = Served(*(np.zeros(stock.shape, np.int64) for _ in Served._fields))
    left = stock.tolist()
    for o, k in np.ndindex(*stock.shape):
        if visitors.weight[o, k] > 0.0:
            fetch = min(left[o][k], int(waiting[o, k]))
            left[o][k] -= fetch
            served.fetched[o, k] = served.sold[o, k] = fetch
            served.waiting[o, k] = waiting[o, k] - fetch
    for o in range(len(stock)):
        for c in range(len(offers.expansion)):
            items = offers.member[offers.first[c] : offers.first[c + 1]].tolist()
            wish = {k: float(visitors.weight[o, k]) for k in items if visitors.weight[o, k] > 0.0}
            for number in range(int(visitors.shoppers[o, c])):
                who = (int(visitors.cell[o, c]) + number) % BITS
                luck = [
                    unit(key(int(stream), who, int(visitors.week)))
                    for stream in (visitors.choice, visitors.response, visitors.again)
                ]
                serve_one(served, o, left[o], wish, luck, wait, leave if again else 1.0)
    return served


def serve_one(
    served: Served, o: int, left: list[int], wish: dict[int, float], luck: list[float], wait: float, leave: float
) -> None:
    """Serves one shopper, who takes what is wished, waits, leaves, or takes something else."""
    k = drawn(wish, luck[0])
    served.wished[o, k] += 1
    if left[k]:
        left[k] -= 1
        served.served[o, k] += 1
        served.sold[o, k] += 1
        return
    served.unmet[o, k] += 1
    others = {k: weight for k, weight in wish.items() if left[k]}
    if luck[1] < wait:
        served.waiting[o, k] += 1
    elif luck[1] >= wait + leave and others:
        k = drawn(others, luck[2])
        left[k] -= 1
        served.sold[o, k] += 1


def drawn(weight: dict[int, float], luck: float) -> int:
    """One of the keys, each as likely as its weight.

    >>> [drawn({3: 1.0, 5: 3.0}, luck) for luck in (0.0, 0.24, 0.26, 0.99)]
    [3, 3, 5, 5]
    """
    target, reached = luck * sum(weight.values()), 0.0
    for chosen, each in weight.items():
        reached += each
        if reached > target:
            return chosen
    return [*weight][-1]


def poisson(mean: float, luck: float) -> int:
    """Smallest number whose cumulative probability reaches ``luck``; sums in logarithms, as many may come.

    >>> poisson(1.0, 0.9), poisson(2000.0, 0.5)
    (2, 2000)
    """
    if mean == 0.0:
        return 0
    count, log_chance = 0, -mean
    reached = math.exp(log_chance)
    while reached < luck and count < mean + 60.0 * math.sqrt(mean) + 60.0:
        count += 1
        log_chance += math.log(mean / count)
        reached += math.exp(log_chance)
    return count


def number(*names: str) -> int:
    """The number of a name in every draw."""
    return int.from_bytes(blake2b("\0".join(names).encode(), digest_size=8).digest(), "little")


class Replayed:
    """What a history says of a market that replays it, in the order of the history's files."""

    def __init__(self, scenario: Scenario, seed: int, fitted: Fitted, outlets: tuple[str, ...]) -> None:
        self.scenario, self.seed, self.fitted = scenario, seed, fitted
        skus = [*scenario.products, *(sku for rival in scenario.rivals for sku in rival.products)]
        self.own = len(scenario.products)
        self.place = [fitted.outlets.index(name) for name in outlets]
        self.item = [fitted.items.index(sku.name) for sku in skus]
        self.reference: list[list[float]] = []

    def plan(self, measured: int) -> int:
        """Row of the plan that a measured week plays."""
        law, weeks = self.scenario.consumers.demand, len(self.fitted.listed)
        week = measured + law.first_week - 1
        if law.beyond == "whole":
            while week < 1:
                week += weeks
            while week > weeks:
                week -= weeks
            return week - 1
        year = min(YEAR, weeks)
        while week < 1:
            week += year
        while week > weeks:
            week -= year
        return week - 1

    def of(self, name: str, measured: int, o: int, sku: int) -> float:
        """A column of the plan."""
        return float(getattr(self.fitted, name)[self.plan(measured), self.place[o], self.item[sku]])

    def listed(self, measured: int, o: int, sku: int) -> bool:
        """Whether the plan lists an offer."""
        return bool(self.of("listed", measured, o, sku))

    def replayed(self, measured: int, o: int, sku: int, asked: float) -> float:
        """What an outlet asks, from what its rule asks."""
        if not self.listed(measured, o, sku):
            return asked
        return self.of("price", measured, o, sku) * self.ratio(o, sku, asked)

    def ratio(self, o: int, sku: int, asked: float) -> float:
        """What the policy changes about the price an outlet's rule asks."""
        if sku >= self.own or not self.reference:
            return 1.0
        before = self.reference[o][sku]
        return asked / before if before > 0.0 else 1.0

    def check_lists(self, now: Any) -> None:
        """Asserts that shops list what the plan lists now, or before what they order now has come."""
        for o, weeks in enumerate(now.retailers.protection):
            for sku, found in enumerate(now.retailers.listed[o]):
                wanted = any(self.listed(now.measured + ahead, o, sku) for ahead in range(weeks + 1))
                assert wanted == found, f"week {now.week}: listed of {o}, {sku} is {found}"

    def shock(self, week: int, o: int, sku: int) -> float:
        """Sum of this week's shocks to an offer, as a logarithm, less what keeps the mean at one."""
        outlet, name = self.fitted.outlets[self.place[o]], self.fitted.items[self.item[sku]]
        category = self.fitted.categories[self.fitted.category[self.item[sku]]]
        struck = (
            (Stream.SHOCK_CATEGORY, number(category)),
            (Stream.SHOCK_ITEM, number(name)),
            (Stream.SHOCK_OUTLET, number(outlet, category)),
        )
        log = 0.0
        for level, (stream, who) in enumerate(struck):
            sd, kept = float(self.fitted.sd[level]), float(self.fitted.persistence[level])
            state = 0.0
            for past in range(1, week + 1):
                luck = min(max(uniform(self.seed, stream, who, past), 1e-12), 1 - 1e-12)
                fresh = sd * NormalDist().inv_cdf(luck)
                state = fresh if past == 1 else kept * state + math.sqrt(1.0 - kept * kept) * fresh
            log += state - sd * sd / 2.0
        return log

    def check_sales(self, was: Any, now: Any, prices: "ShelfPrices") -> None:
        """Asserts that as many came as the formula says, and how they were served."""
        shops, empty = now.retailers, self.scenario.consumers.stock_out
        asked = prices.by_rule(now, was)
        # Partners spend anew at the week's end.
        local = displays(self.scenario, SimpleNamespace(**{**vars(now), "development": was.development}))
        for o in range(len(shops.site)):
            for c, category in enumerate(self.fitted.categories):
                offers = [
                    k for k, j in enumerate(self.item) if self.fitted.category[j] == c and self._there(was, now, o, k)
                ]
                mean = {}
                if offers:
                    values = {k: self._value(now, o, k, asked[o][k], prices.terms.calendar, local) for k in offers}
                    usual = {k: self._usual(now, o, k) for k in offers}
                    visits = float(self.fitted.log_visits[self.plan(now.measured), self.place[o], c])
                    mean = units(visits, float(self.fitted.expansion[c]), values, usual)
                weight = {k: m * math.exp(self.shock(now.week, o, k)) for k, m in mean.items()}
                cell = number(self.fitted.outlets[self.place[o]], category)
                come = poisson(sum(weight.values()), uniform(self.seed, Stream.REPLAY_VISITS, cell, now.week))
                sku = [k for k, j in enumerate(self.item) if self.fitted.category[j] == c]
                visitors = Visitors(
                    shoppers=np.array([[come]]),
                    weight=np.array([[weight.get(k, 0.0) for k in sku]]),
                    cell=np.array([[cell]], np.uint64),
                    choice=np.uint64(stream_key(self.seed, Stream.REPLAY_CHOICE)),
                    response=np.uint64(stream_key(self.seed, Stream.REPLAY_RESPONSE)),
                    again=np.uint64(stream_key(self.seed, Stream.REPLAY_AGAIN)),
                    week=np.uint64(now.week),
                )
                inside = np.arange(len(sku))
                one = Offers(np.array([0, len(sku)]), inside, *(np.zeros(1) for _ in range(4)))
                held, waits = ([getattr(was.retailers, name)[o][k] for k in sku] for name in ("stock", "waiting"))
                active = bool(shops.active[o])
                served = serve_fitted(
                    *(visitors, one, np.array([held]) * active, np.array([waits]) * active),
                    *(empty.wait, empty.leave, empty.rounds > 0),
                )
                for column, counted in served._asdict().items():
                    found = [getattr(shops, column)[o][k] for k in sku]
                    agree(f"{column} of {o} in {category}", now.week, counted[0].tolist(), found)

    def expected(self, now: Any, o: int, ahead: int, asked: list[float]) -> dict[int, float]:
        """What a shop expects to sell of each SKU in a coming week, at today's policy."""
        found: dict[int, float] = {}
        measured = now.measured + ahead
        for c in range(len(self.fitted.categories)):
            offers = [
                k
                for k, j in enumerate(self.item)
                if self.fitted.category[j] == c and self.listed(measured, o, k) and self._open(now, o, k)
            ]
            if not offers:
                continue
            values = {}
            for k in offers:
                ratio = self.ratio(o, k, asked[k])
                base, price = (self.of(name, measured, o, k) * ratio for name in ("base_price", "price"))
                values[k] = value(self._effects(o, k), base, price, self._flags(measured, o, k))
            usual = {}
            for k in offers:
                history = self.of("base_price", measured, o, k)
                usual[k] = value(self._effects(o, k), history, history, (0.0, 0.0, 0.0))
            visits = float(self.fitted.log_visits[self.plan(measured), self.place[o], c])
            found |= units(visits, float(self.fitted.expansion[c]), values, usual)
        return found

    def check_forecasts(self, now: Any, prices: "ShelfPrices") -> None:
        """Asserts that shops expect what the plan and the policy let them expect."""
        asked, spread = prices.by_rule(now, now), math.expm1(float(sum(sd * sd for sd in self.fitted.sd.tolist())))
        for o, weeks in enumerate(now.retailers.protection):
            coming = [self.expected(now, o, ahead, asked[o]) for ahead in range(1, weeks + 1)]
            for k in range(len(self.item)):
                each = [week.get(k, 0.0) for week in coming]
                agree(f"mean of {o}, {k}", now.week, sum(each) / weeks, now.retailers.mean[o][k])
                varies = sum(m + spread * m * m for m in each) / weeks
                agree(f"variance of {o}, {k}", now.week, varies, now.retailers.variance[o][k])

    def _open(self, now: Any, o: int, sku: int) -> bool:
        shops = now.retailers
        if sku < self.own:
            return bool(shops.active[o] and shops.carries[o][sku])
        brands = [row for row, rival in enumerate(self.scenario.rivals) for _ in rival.products]
        return bool(shops.active[o] and now.rivals.active[brands[sku - self.own]])

    def _there(self, was: Any, now: Any, o: int, sku: int) -> bool:
        down = sku < self.own and was.retailers.taken_down[o] >= now.week
        return self.listed(now.measured, o, sku) and self._open(now, o, sku) and not down

    def _effects(self, o: int, sku: int) -> dict[str, float]:
        place = self.place[o], self.item[sku]
        effects = dict(zip(COEFFICIENTS, self.fitted.coefficients[place].tolist(), strict=True))
        return effects | {
            "utility": float(self.fitted.utility[place]),
            "reference": float(self.fitted.base_reference[place]),
        }

    def _flags(self, measured: int, o: int, sku: int) -> tuple[float, float, float]:
        feature, display, tpr = (self.of(name, measured, o, sku) for name in ("feature", "display", "tpr"))
        return feature, display, tpr

    def _usual(self, now: Any, o: int, sku: int) -> float:
        history = self.of("base_price", now.measured, o, sku)
        return value(self._effects(o, sku), history, history, (0.0, 0.0, 0.0))

    def _value(self, now: Any, o: int, sku: int, asked: float, calendar: Any, local: Any) -> float:
        base = self.of("base_price", now.measured, o, sku) * self.ratio(o, sku, asked)
        flags = self._flags(now.measured, o, sku)
        extra = calendar.display(now, "retailers", o) + local.get(("retailers", o), 0.0) if sku < self.own else 0.0
        return value(self._effects(o, sku), base, now.counter_price[o][sku], flags) + extra
