"""A witness of discounts on single orders: what orders of a size earn, who orders more for it, and what is pushed."""

from collections import defaultdict
from collections.abc import Callable
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from channellab.scenarios.settings import Scenario

from .batching import enlarged, rate_of, taken, weeks_paid_for
from .chain import MAKERS, OUTLETS, SELLERS, WHOLESALERS, buyers_of, rows, served
from .ordering import one_order
from .rebating import affordable
from .supply import fair_shares

if TYPE_CHECKING:
    from .grey import Grey

EVERYWHERE = -1
Cell = tuple[str, int, int]
"""Tier, row and SKU."""
Means = Callable[[Any, str, int], float]


class Lots:
    """What is off which goods on order.

    Attributes:
        rate: by buyer and SKU, mean discount on what is owed. given: discounts by size on what the brand sent this
            week. pushed: units pushed this week.
    """

    def __init__(self, scenario: Scenario, grey: "Grey") -> None:
        self.scenario, self.grey, self.terms = scenario, grey, grey.terms
        self.own, self.calendar = len(scenario.products), grey.terms.calendar
        self.rate: dict[Cell, float] = defaultdict(float)
        self.open_week()

    def open_week(self) -> None:
        """Forgets the week before."""
        self.given, self.pushed = 0.0, 0

    # Ladders

    def ladder(self, now: Any, name: str, row: int, tier: Any) -> Any:
        """The ladder that a buyer's supplier has for it: its steps, and whether a rate is for its slice alone."""
        seller = SELLERS[tier.supplier_tier[row]]
        if seller in MAKERS and tier.party[row] == now.manufacturers.party[0]:
            return None
        if seller in MAKERS:
            region = EVERYWHERE if name == "online" else getattr(now, name).region[row]
            group = name if name in ("online", "stores") else "distributors"
            group = self.terms.group(now, row) if name == "retailers" else group
            kind, steps = (
                self.terms.in_force(f"policy.price.quantity.{field}", now.measured, region, group)
                for field in ("kind", "breaks")
            )
        else:
            settings = getattr(self.scenario, seller).quantity
            kind, steps = settings.kind, settings.breaks
        if kind == "none":
            return None
        return SimpleNamespace(steps=[(step.from_units, step.rate) for step in steps], increment=kind == "increment")

    def _beyond(self, mine: Any, now: Any, name: str, row: int, owed: list[int], wanted: list[int]) -> list[float]:
        """Units of each own SKU that a firm has or expects beyond its usual stock and that for events."""
        tier, rule = getattr(mine, name), getattr(self.scenario, name).stock
        means, variances = getattr(now, name).mean[row], getattr(now, name).variance[row]
        events, found = self.calendar.for_events(mine, now, name, row), []
        for sku in range(self.own):
            level = one_order(rule, 0, means[sku], variances[sku], tier.protection[row])
            there = tier.stock[row][sku] + tier.on_order[row][sku] + wanted[sku] - owed[sku]
            found.append(float(max(there - level - events[sku], 0)))
        return found

    # Orders

    def enlarge(
        self, mine: Any, now: Any, name: str, row: int, owed: list[int], may: list[bool], left: float
    ) -> list[int]:
        """What a firm orders beyond need."""
        tier = getattr(mine, name)
        ladder, wanted = self.ladder(now, name, row, tier), tier.ordered[row][: self.own]
        if ladder is None or not any(wanted) or self._weighs_orders(name):
            return [0] * self.own
        means = getattr(now, name).mean[row]
        need = [
            means[sku] if may[sku] and not (name in OUTLETS and product.perishable) else 0.0
            for sku, product in enumerate(self.scenario.products)
        ]
        beyond = self._beyond(mine, now, name, row, owed, wanted)
        prices = getattr(now, name).purchase_price[row][: self.own]
        holding = getattr(self.scenario, name).stock.holding_cost
        return enlarged(wanted, beyond, need, prices, left, holding, ladder.steps, ladder.increment)

    def _weighs_orders(self, name: str) -> bool:
        return name == "retailers" and self.scenario.retailers.newsvendor

    def agree(self, mine: Any, now: Any, seller: str) -> None:
        """What the orders placed with a tier earn; what goes to a diverter counts for nothing there."""
        for name, row, _ in served(mine, seller):
            tier, gone = getattr(mine, name), [0] * self.own
            for order in self.grey.orders:
                if (order.seller, order.buyer, order.row) == (seller, name, row):
                    gone[order.sku] += order.units
            ordered = tier.ordered[row][: self.own]
            units = [n - elsewhere for n, elsewhere in zip(ordered, gone, strict=True)]
            ladder = self.ladder(now, name, row, tier)
            rate = rate_of(sum(units), ladder.steps, ladder.increment) if ladder else 0.0
            for sku, n in enumerate(units):
                self._join((name, row, sku), tier.owed[row][sku] - ordered[sku], n, rate)

    def _join(self, cell: Cell, older: int, units: int, rate: float) -> None:
        total = older + units
        self.rate[cell] = (older * self.rate[cell] + units * rate) / total if total > 0 else 0.0

    def prices(self, now: Any, name: str, row: int) -> list[float]:
        """What a buyer pays for what is sent to it now."""
        listed = getattr(now, name).purchase_price[row][: self.own]
        return [price * (1.0 - self.rate[name, row, sku]) for sku, price in enumerate(listed)]

    def note_given(self, now: Any, loads: dict[tuple[str, int], list[int]]) -> None:
        """Adds up what the brand gave on what it loaded."""
        for (name, row), units in loads.items():
            listed = getattr(now, name).purchase_price[row]
            self.given += sum(n * listed[sku] * self.rate[name, row, sku] for sku, n in enumerate(units))

    # Pushed goods

    def push(self, mine: Any, now: Any, seller: str, owed: list[list[int]], means: Means) -> list[list[int]]:
        """What the firms of a tier push on to their buyers, by SKU."""
        sellers, settings = getattr(mine, seller), self.scenario.stuffing
        gone = [[0] * self.own for _ in rows(sellers)]
        if seller not in WHOLESALERS or not settings.margin_given:
            return gone
        for firm in rows(sellers):
            busy = sellers.active[firm] and getattr(now, seller).contracted[firm]
            beyond = self._beyond(mine, now, seller, firm, owed[firm], [0] * self.own)
            free = [max(n - m, 0) if busy else 0 for n, m in zip(sellers.stock[firm], owed[firm], strict=True)]
            left = [int(min(one, other)) for one, other in zip(beyond, free, strict=True)]
            for name in buyers_of(mine, seller):
                if not self._weighs_orders(name):
                    self._push(mine, now, (seller, firm, name), left, gone[firm], means)
        return gone

    def _push(
        self, mine: Any, now: Any, way: tuple[str, int, str], left: list[int], gone: list[int], means: Means
    ) -> None:
        seller, firm, name = way
        settings, sellers, buyers = self.scenario.stuffing, getattr(now, seller), getattr(mine, name)
        keeping, theirs = (getattr(self.scenario, tier).stock.holding_cost for tier in (seller, name))
        weeks = []
        for sku in range(self.own):
            margin = sellers.price[firm][sku] - sellers.purchase_price[firm][sku]
            here, need = float(left[sku] - gone[sku]), sellers.mean[firm][sku]
            limits = (keeping, theirs, settings.margin_given, settings.room_weeks)
            weeks.append(weeks_paid_for(here, need, margin, *limits))
        mine_here = [b for tier, b, supplier in served(mine, seller) if (tier, supplier) == (name, firm)]
        asked = {b: self._takes(mine, now, name, b, weeks, means) for b in mine_here}
        for sku in range(self.own):
            shares = fair_shares(left[sku] - gone[sku], [asked[b][sku] for b in mine_here])
            for b, units in zip(mine_here, shares, strict=True):
                price = getattr(now, name).purchase_price[b][sku]
                self._join((name, b, sku), buyers.owed[b][sku], units, theirs * weeks[sku] / price if price else 0.0)
                buyers.owed[b][sku] += units
                buyers.on_order[b][sku] += units
                gone[sku] += units
                self.pushed += units

    def _takes(self, mine: Any, now: Any, name: str, row: int, weeks: list[float], means: Means) -> list[int]:
        """What a buyer takes, as far as it sells the goods and can pay for them."""
        beyond = self._beyond(mine, now, name, row, self._promised(mine, now, name, row), [0] * self.own)
        need = getattr(now, name).mean[row]
        wanted = [
            taken(weeks[sku], beyond[sku], need[sku] if self._sells(now, name, row, sku) else 0.0)
            for sku in range(self.own)
        ]
        return affordable(wanted, getattr(now, name).purchase_price[row][: self.own], means(mine, name, row))

    def _sells(self, now: Any, name: str, row: int, sku: int) -> bool:
        from .goods import sells

        tier = getattr(now, name)
        if name in OUTLETS:
            keeps = not self.scenario.products[sku].perishable
            return keeps and tier.active[row] and sells(name, tier, row, sku, self.own)
        return bool(tier.active[row] and tier.contracted[row])

    def _promised(self, mine: Any, now: Any, name: str, row: int) -> list[int]:
        """Units that a firm owes its buyers, or shoppers wait for."""
        if name in OUTLETS:
            waiting, awaited = getattr(now, name).waiting[row], getattr(now, name).awaited[row]
            return [n + m for n, m in zip(waiting, awaited, strict=True)]
        total = [0] * self.own
        for tier, b, supplier in served(mine, name):
            for sku in range(self.own):
                total[sku] += getattr(mine, tier).owed[b][sku] if supplier == row else 0
        return total
