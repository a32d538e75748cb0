"""A witness of shelf prices: by rule, by neighbours, by what a chain has learned, and within what policy allows."""

import math
from collections.abc import Callable
from statistics import fmean
from typing import TYPE_CHECKING, Any

from channellab.agents.draws import Stream
from channellab.scenarios.policies.prices import Moments, Pricers
from channellab.scenarios.settings.prices import ShelfPriceSettings

from .chain import OUTLETS, outlets
from .draws import uniform
from .photo import agree
from .pricing import elasticity, one_best_price, one_dynamic, one_in_band, one_lesson, one_pull, one_undercut
from .selling import one_price

if TYPE_CHECKING:
    from .replayed import Replayed
    from .terms import Terms

OFFERS_OF_A_SITE = 512
REGIONS_OF_A_CHAIN, FIRST_OF_A_CHAIN, OWN_STORES = 4096, 2**42, 16 * 256
Row = list[float]
EventPrices = Callable[[Any, list[Row]], list[Row]]
MEMORY = (
    *("weeks", "mean_price", "mean_units", "last_price", "last_units"),
    *("price_moves", "unit_moves", "joint_moves"),
)
"""Columns of what a group has seen, in the order of `Moments`."""


class ShelfPrices:
    """What every outlet asks, from the terms of a week and from what there was to see."""

    def __init__(self, terms: "Terms") -> None:
        self.terms, self.scenario, self.own = terms, terms.scenario, terms.own
        self.history: Replayed | None = None

    def check(self, was: Any, now: Any, event_prices: EventPrices) -> None:
        """Asserts this week's prices at the counter, and those that are set for the next one."""
        week = now.week
        agree("shelf price", week, self.asked(now, now), outlets(now, "price"))
        before, expected, paid = outlets(was, "price"), self.asked(now, was), now.counter_price
        plain = [list(row) for row in before], [list(row) for row in expected]
        first = len(expected) - len(now.online.party)
        for prices in (before, expected):
            prices[first:] = event_prices(now, prices[first:])
        # Shelves are priced after shopping; new terms alone change them at the start of a week.
        anew = paid != before
        expected, self.before_streams = (expected if anew else before), plain[anew]
        # Who left this week is bound by nothing any more, and sells nothing.
        for outlet, active in enumerate(outlets(now, "active")):
            agree(f"price paid at {outlet}", week, expected[outlet] if active else paid[outlet], paid[outlet])
        self._check_lessons(was, now)
        self._check_pulls(was, now)

    def asked(self, now: Any, seen: Any) -> list[Row]:
        """What outlets ask under this week's terms, from prices and estimates as they were at another moment."""
        gross, recommended = self.paid(now), self.recommended(now)
        paid = self.net(now, gross)
        usual: list[Row] = []
        for o, rules in enumerate(self.by_rule(now, seen)):
            within = []
            for sku, listed in enumerate(recommended[o]):
                asked = rules[sku]
                if self.history and o < len(now.retailers.party):
                    asked = self.history.replayed(now.measured, o, sku, asked)
                within.append(self._within(now, o, sku, listed, asked))
            usual.append(self.terms.advertising.shown(now, seen, o, within, recommended[o], (gross[o], paid[o])))
        return self._in_events(now, usual)

    def by_rule(self, now: Any, seen: Any) -> list[Row]:
        """What the price rules of outlets give, before policies touch it."""
        paid, recommended = self.net(now, self.paid(now)), self.recommended(now)
        learned = self._learned(now, seen, paid, recommended)
        return [
            [
                learned.get((o, sku)) or self._by_rule(now, seen, (o, sku), listed, bought)
                for sku, (listed, bought) in enumerate(zip(recommended[o], paid[o], strict=True))
            ]
            for o in range(len(paid))
        ]

    def net(self, now: Any, paid: list[Row]) -> list[Row]:
        """What a unit costs an outlet that is paid for selling it this week."""
        costs = []
        for o, row in enumerate(paid):
            back = [self.terms.calendar.scan_back(now, *self.place(now, o), sku) for sku in range(self.own)]
            costs.append([*(max(cost - b, 0.0) for cost, b in zip(row, back, strict=False)), *row[self.own :]])
        return costs

    def _in_events(self, now: Any, usual: list[Row]) -> list[Row]:
        """Own goods are cheaper where an event runs, but not too much so online."""
        asked = [list(row) for row in usual]
        for o, row in enumerate(asked):
            discount = self.terms.calendar.discount(now, *self.place(now, o))
            for sku in (sku for sku in range(self.own) if self.carries(now, o, sku)):
                row[sku] *= 1.0 - discount
        first = len(asked) - len(now.online.party)
        for n in range(len(now.online.party)):
            for sku in range(self.own):
                street = [
                    asked[o][sku]
                    for o, active in enumerate(now.retailers.active)
                    if active and now.retailers.carries[o][sku]
                ]
                floor = self.terms.calendar.floor(now, n) * fmean(street) if street else 0.0
                asked[first + n][sku] = max(asked[first + n][sku], floor)
        return asked

    def paid(self, now: Any) -> list[Row]:
        """What outlets pay for a unit of every SKU."""
        street = [[*row, *self.terms.rivals_ask] for row in self.terms.pays(now, "retailers")]
        return [*street, *self.terms.stores_pay(now), *self.terms.online_pay(now)]

    def recommended(self, now: Any) -> list[Row]:
        """The recommended prices of every outlet."""
        online = [self.terms.online_recommended(now) for _ in now.online.party]
        return [*self.terms.recommended(now), *self.terms.stores_recommended(now), *online]

    def place(self, now: Any, outlet: int) -> tuple[str, int]:
        """Tier of an outlet, and its row there."""
        for name in OUTLETS[:-1]:
            there = len(getattr(now, name).party)
            if outlet < there:
                return name, outlet
            outlet -= there
        return OUTLETS[-1], outlet

    def rule(self, now: Any, outlet: int) -> ShelfPriceSettings:
        """The price rule of an outlet."""
        tier, row = self.place(now, outlet)
        if tier == "retailers":
            return self.scenario.retailers.formats[now.retailers.format[row]].price
        return self.scenario.stores.price if tier == "stores" else self.scenario.online.shops[row].price

    def factor(self, now: Any, outlet: int) -> float:
        """The price level of an outlet."""
        tier, row = self.place(now, outlet)
        if tier == "retailers":
            level: float = now.retailers.price_factor[row]
            return level
        return 1.0 if tier == "stores" else 1.0 - self.scenario.online.shops[row].discount

    def carries(self, now: Any, outlet: int, sku: int) -> bool:
        """Whether an outlet carries an own SKU."""
        tier, row = self.place(now, outlet)
        if tier == "retailers":
            return bool(now.retailers.carries[row][sku])
        return bool(getattr(now, tier).assigned[row][sku] and (tier == "online" or now.stores.open[row]))

    # By rule

    def _by_rule(self, now: Any, seen: Any, offer: tuple[int, int], listed: float, bought: float) -> float:
        rule, factor = self.rule(now, offer[0]), self.factor(now, offer[0])
        if rule.kind == "dynamic":
            pull = float(outlets(seen, "pull")[offer[0]][offer[1]])
            return one_dynamic(rule, listed * factor, bought, self._lowest(seen, *offer), pull)
        if rule.kind == "undercut":
            return one_undercut(rule, listed * factor, bought, self._lowest(seen, *offer))
        return one_price(rule, listed, bought) * factor

    def _check_pulls(self, was: Any, now: Any) -> None:
        """Asserts what stock and demand of the week will add to the prices of those who price dynamically."""
        for o in range(len(now.counter_price)):
            rule, (tier, row) = self.rule(now, o), self.place(now, o)
            for sku, found in enumerate(outlets(now, "pull")[o]):
                stock = outlets(now, "held")[o][sku] + outlets(now, "sold")[o][sku]
                mean, weeks = getattr(was, tier).mean[row][sku], getattr(now, tier).protection[row]
                wanted = self._asked_for(now, o, sku, self.scenario.retailers.unmet_seen)
                expected = one_pull(rule, stock, wanted, mean, weeks) if rule.kind == "dynamic" else 0.0
                agree(f"pull of {o}, {sku}", now.week, expected, found)

    def _lowest(self, seen: Any, o: int, sku: int) -> float:
        """Lowest price of the others in the same area, or online, who had the SKU; before week 1 nobody saw any."""
        areas = [*seen.retailers.area, *seen.stores.area, *[-1 for _ in seen.online.party]]
        held = outlets(seen, "held")
        prices = [
            seen.counter_price[other][sku]
            for other in range(len(areas))
            if other != o and areas[other] == areas[o] and held[other][sku] > 0
        ]
        return min(prices) if prices and seen.week else math.inf

    def _within(self, now: Any, o: int, sku: int, recommended: float, asked: float) -> float:
        if sku >= self.own or not self.carries(now, o, sku):
            return asked
        tier, row = self.place(now, o)
        region = -1 if tier == "online" else getattr(now, tier).region[row]
        group = self.terms.group(now, row) if tier == "retailers" else tier
        kind, band = (
            self.terms.in_force(f"policy.price.{key}", now.measured, region, group) for key in ("kind", "band")
        )
        if kind == "free":
            return asked
        return recommended if kind == "uniform" else one_in_band(asked, recommended, 1.0 - band, 1.0 + band)

    # By what was learned

    def members(self, now: Any) -> dict[int, list[int]]:
        """The outlets of each pricing group, by its key: a chain in a region, or one outlet."""
        groups: dict[int, list[int]] = {}
        for o in range(len(now.counter_price)):
            if self.rule(now, o).kind == "margin_optimal":
                groups.setdefault(self._key(now, *self.place(now, o)), []).append(o)
        return groups

    def _key(self, now: Any, tier: str, row: int) -> int:
        place = getattr(now, tier)
        chain = {"retailers": lambda: place.chain[row], "stores": lambda: OWN_STORES}.get(tier, lambda: -1)()
        key: int = place.site[row] if chain < 0 else FIRST_OF_A_CHAIN + chain * REGIONS_OF_A_CHAIN + place.region[row]
        return key

    def _learned(self, now: Any, seen: Any, paid: list[Row], recommended: list[Row]) -> dict[tuple[int, int], float]:
        """Prices of own SKUs in the outlets that look for their best price."""
        asked = {}
        for g, (_, shops) in enumerate(sorted(self.members(now).items())):
            rule, level = self.rule(now, shops[0]), fmean(self.factor(now, o) for o in shops)
            how = {name: float(getattr(rule, name)) for name in Pricers._fields}
            for sku in range(self.own):
                known = self._known(seen, g, sku)
                start = recommended[shops[0]][sku] * level
                cost = fmean(paid[o][sku] for o in shops)
                best = one_best_price(how, known, seen.pricing.before[g][sku], start, cost)
                for o in shops:
                    tried = best * (1.0 + seen.pricing.trial[g][sku])
                    asked[o, sku] = tried * self.factor(now, o) / level
        return asked

    def elasticity(self, now: Any, seen: Any, o: int, sku: int) -> float:
        """What an outlet believes of demand: what its group has learned, or what is declared."""
        rule = self.rule(now, o)
        if rule.kind != "margin_optimal":
            return float(rule.elasticity)
        group = next(g for g, (_, shops) in enumerate(sorted(self.members(now).items())) if o in shops)
        how = {name: float(getattr(rule, name)) for name in Pricers._fields}
        return elasticity(how, self._known(seen, group, sku))

    def _known(self, seen: Any, group: int, sku: int) -> dict[str, float]:
        return {
            name: float(getattr(seen.pricing, column)[group][sku])
            for name, column in zip(Moments._fields, MEMORY, strict=True)
        }

    def _check_lessons(self, was: Any, now: Any) -> None:
        """What each group makes of the week, and what it will try next week."""
        groups = sorted(self.members(now).items())
        agree("pricing groups", now.week, [key for key, _ in groups], now.pricing.key)
        for g, (key, shops) in enumerate(groups):
            rule = self.rule(now, shops[0])
            for sku in range(self.own):
                price, units = self._shown(now, shops, sku), self._wanted(now, shops, sku)
                known = self._known(was, g, sku)
                if not math.isnan(price):
                    known = one_lesson(rule.learning, known, price, units)
                agree(f"what group {g} knows", now.week, list(known.values()), list(self._known(now, g, sku).values()))
                lot = uniform(self.terms.seed, Stream.PRICE_TRIAL, key * OFFERS_OF_A_SITE + sku, now.week + 1)
                trial = rule.experiment if lot < 0.5 else -rule.experiment
                agree(f"trial of group {g}", now.week, trial, now.pricing.trial[g][sku])

    def _carrying(self, now: Any, shops: list[int], sku: int) -> list[int]:
        active = outlets(now, "active")
        return [o for o in shops if active[o] and self.carries(now, o, sku)]

    def _shown(self, now: Any, shops: list[int], sku: int) -> float:
        carrying = self._carrying(now, shops, sku)
        return fmean(now.counter_price[o][sku] for o in carrying) if carrying else math.nan

    def _wanted(self, now: Any, shops: list[int], sku: int) -> float:
        carrying, seen = self._carrying(now, shops, sku), self.scenario.retailers.unmet_seen
        return fmean(self._asked_for(now, o, sku, seen) for o in carrying) if carrying else math.nan

    def _asked_for(self, now: Any, o: int, sku: int, seen: float) -> float:
        """What leads were promised is asked for this week, whoever else fetches a unit asked for it before."""
        names = ("sold", "fetched", "promised", "unmet")
        sold, fetched, promised, unmet = (outlets(now, name)[o][sku] for name in names)
        asked: float = sold - fetched + promised + seen * unmet
        return asked
