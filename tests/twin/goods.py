"""A witness of the goods: orders, shipments and stocks of all tiers, kept from week to week by plain bookkeeping.

What shoppers bought is taken from the market; from there on every unit is followed by the witness's own calendar.
"""

from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from channellab.scenarios.settings import Scenario
from channellab.scenarios.settings.stock import StockSettings

from .ordering import one_order
from .photo import agree
from .supply import fair_shares, within_capacity_of

DAYS = 7
MOVED = ("stock", "in_transit", "held", "on_order", "ordered", "received")
"""Columns that all tiers have; shops and distributors also have ``owed``."""


@dataclass
class Delivery:
    """Goods on their way to one firm: units by SKU, what each costs the buyer, and the day on which they arrive."""

    arrives: float
    seller: str
    seller_row: int
    buyer: str
    row: int
    units: list[int]
    prices: list[float]

    @property
    def value(self) -> list[float]:
        """What the units of each SKU are invoiced at."""
        return [n * price for n, price in zip(self.units, self.prices, strict=True)]


class Goods:
    """Where every unit should be.

    Attributes:
        sent, arrived: deliveries that left and came in the week checked last.
        loaded: own units that were under way when that week's loading was done.
    """

    def __init__(self, scenario: Scenario) -> None:
        self.scenario, self.own = scenario, len(scenario.products)
        self.on_the_way: list[Delivery] = []
        self.sent: list[Delivery] = []
        self.arrived: list[Delivery] = []
        self.loaded = 0

    def check(self, was: Any, now: Any) -> None:
        """Asserts that the week has moved the goods as the orders and the roads say."""
        mine = deepcopy(was)
        self.now, self.start, self.sent, self.arrived = now, (now.week - 1) * DAYS, [], []
        self.direct = not now.distributors.party
        self._write_off(mine)
        self._sell(mine)
        self._order(mine)
        self._dispatch(mine)
        self._arrive(mine, self.start + DAYS)
        self._compare(mine)

    def _write_off(self, mine: Any) -> None:
        """Firms that have left: their stock is scrapped, and what nobody has sent them yet is cancelled."""
        for name in ("retailers", "distributors", "plants"):
            tier, book = getattr(mine, name), getattr(mine.books, name)
            tier.active = getattr(self.now, name).active
            tier.received = [[0] * len(row) for row in tier.received]
            for row in (row for row, active in enumerate(tier.active) if not active):
                for sku, units in enumerate(tier.stock[row]):
                    book.scrapped[row][sku] += units
                    tier.stock[row][sku] = 0
                for sku in range(self.own if name != "plants" else 0):
                    tier.on_order[row][sku] -= tier.owed[row][sku]
                    tier.owed[row][sku] = 0

    def _sell(self, mine: Any) -> None:
        for shop, row in enumerate(self.now.retailers.sold):
            for sku, units in enumerate(row):
                mine.retailers.stock[shop][sku] -= units
                mine.books.retailers.sold[shop][sku] += units
        mine.retailers.held = deepcopy(mine.retailers.stock)

    # Orders

    def _order(self, mine: Any) -> None:
        shops, now = mine.retailers, self.now.retailers
        shops.ordered = self._wanted(shops, now, self.scenario.retailers.stock, now.waiting)
        sellers = [sku < self.own or self.now.rivals.active[self._rival(sku)] for sku in range(len(shops.stock[0]))]
        for o, row in enumerate(shops.ordered):
            carries = [on and (now.authorised[o] or sku >= self.own) for sku, on in enumerate(sellers)]
            shops.ordered[o] = [units if carried else 0 for units, carried in zip(row, carries, strict=True)]
        self._place(shops)
        suppliers = mine.plants if self.direct else mine.distributors
        owed = self._collect(shops.supplier, shops.owed, suppliers)
        suppliers.demand = self._collect(shops.supplier, shops.ordered, suppliers)
        if not self.direct:
            middle = mine.distributors
            middle.ordered = self._wanted(middle, self.now.distributors, self.scenario.distributors.stock, owed)
            self._place(middle)
            owed = self._collect(middle.plant, middle.owed, mine.plants)
            mine.plants.demand = self._collect(middle.plant, middle.ordered, mine.plants)
        wanted = self._wanted(mine.plants, self.now.plants, self.scenario.manufacturer.stock, owed)
        limits = mine.plants.capacity
        mine.plants.ordered = [within_capacity_of(limit, row) for limit, row in zip(limits, wanted, strict=True)]

    def _wanted(self, tier: Any, now: Any, settings: StockSettings, owed: list[list[int]]) -> list[list[int]]:
        """Orders of a tier from its stock position: on hand, plus on order, less what buyers wait for."""
        orders = []
        for row, stock in enumerate(tier.stock):
            positions = [stock[sku] + tier.on_order[row][sku] - owed[row][sku] for sku in range(len(stock))]
            means, variances, weeks = now.mean[row], now.variance[row], tier.protection[row]
            quantities = [
                one_order(settings, position, mean, variance, weeks)
                for position, mean, variance in zip(positions, means, variances, strict=True)
            ]
            orders.append(quantities if tier.active[row] else [0] * len(stock))
        return orders

    def _place(self, tier: Any) -> None:
        for row, units in enumerate(tier.ordered):
            for sku, n in enumerate(units):
                tier.on_order[row][sku] += n
                if sku < self.own:
                    tier.owed[row][sku] += n

    def _collect(self, supplier: list[int], units: list[list[int]], tier: Any) -> list[list[int]]:
        """By supplier and own SKU, the sum over the buyers."""
        total = [[0] * self.own for _ in tier.stock]
        for buyer, row in enumerate(units):
            for sku in range(self.own):
                total[supplier[buyer]][sku] += row[sku]
        return total

    def _rival(self, sku: int) -> int:
        """Row of the rival that a SKU belongs to."""
        return next(row for row, last in enumerate(self.now.rivals.last_sku) if sku < last)

    # Roads

    def _dispatch(self, mine: Any) -> None:
        """The first day: what arrives on it comes first, then all that is owed is sent, as far as stocks go."""
        self._arrive(mine, self.start, also_on_the_day=True)
        if self.direct:
            self._load(mine, "plants", "retailers", mine.retailers.supplier)
        else:
            self._load(mine, "plants", "distributors", mine.distributors.plant)
            self._load(mine, "distributors", "retailers", mine.retailers.supplier)
        self._rivals_deliver(mine)
        for tier in (mine.plants, mine.distributors):
            tier.held = deepcopy(tier.stock)
        self.loaded = sum(sum(units) for tier in (mine.plants, mine.distributors) for units in tier.in_transit)
        self._produce(mine)

    def _load(self, mine: Any, seller: str, buyer: str, supplier: list[int]) -> None:
        senders, receivers, now = getattr(mine, seller), getattr(mine, buyer), getattr(self.now, buyer)
        loads = [[0] * self.own for _ in receivers.owed]
        for row, stock in enumerate(senders.stock):
            buyers = [b for b in range(len(supplier)) if supplier[b] == row]
            for sku in range(self.own):
                wanted = [receivers.owed[b][sku] for b in buyers]
                for b, units in zip(buyers, fair_shares(stock[sku], wanted), strict=True):
                    loads[b][sku] = units
                    receivers.owed[b][sku] -= units
                    senders.stock[row][sku] -= units
                    senders.in_transit[row][sku] += units
        for b, load in enumerate(loads):
            if any(load):
                arrives = self.start + receivers.lead_days[b]
                self._send(Delivery(arrives, seller, supplier[b], buyer, b, load, now.purchase_price[b][: self.own]))

    def _rivals_deliver(self, mine: Any) -> None:
        """Rivals have always enough; their goods come from outside the market."""
        for row, first in enumerate(mine.rivals.first_sku):
            if not self.now.rivals.active[row]:
                continue
            skus = range(first, mine.rivals.last_sku[row])
            for o, ordered in enumerate(mine.retailers.ordered):
                units = [n if sku in skus else 0 for sku, n in enumerate(ordered)]
                if any(units):
                    arrives = self.start + mine.rivals.lead_days[row]
                    prices = self.now.retailers.purchase_price[o]
                    self._send(Delivery(arrives, "rivals", row, "retailers", o, units, prices))

    def _produce(self, mine: Any) -> None:
        for row, units in enumerate(mine.plants.ordered):
            if any(units):
                ready = self.start + self.scenario.manufacturer.production_days
                costs = [sku.unit_cost for sku in self.scenario.products]
                self._send(Delivery(ready, "production", row, "plants", row, units, costs))
                for sku, n in enumerate(units):
                    mine.plants.on_order[row][sku] += n

    def _send(self, delivery: Delivery) -> None:
        self.on_the_way.append(delivery)
        self.sent.append(delivery)

    def _arrive(self, mine: Any, until: float, also_on_the_day: bool = False) -> None:
        here = [d for d in self.on_the_way if d.arrives < until or (also_on_the_day and d.arrives == until)]
        self.on_the_way = [d for d in self.on_the_way if d not in here]
        self.arrived += here
        for delivery in here:
            buyer, book = getattr(mine, delivery.buyer), getattr(mine.books, delivery.buyer)
            into = book.made if delivery.seller == "production" else book.bought
            for sku, units in enumerate(delivery.units):
                buyer.stock[delivery.row][sku] += units
                buyer.on_order[delivery.row][sku] -= units
                buyer.received[delivery.row][sku] += units
                into[delivery.row][sku] += units
                if delivery.seller in ("plants", "distributors"):
                    getattr(mine, delivery.seller).in_transit[delivery.seller_row][sku] -= units
                    getattr(mine.books, delivery.seller).sold[delivery.seller_row][sku] += units

    # Findings

    def _compare(self, mine: Any) -> None:
        week = self.now.week
        for name in ("retailers", "distributors", "plants"):
            tier, found = getattr(mine, name), getattr(self.now, name)
            columns = (*MOVED, *(("owed",) if name != "plants" else ()), *(("demand",) if name != "retailers" else ()))
            for column in columns:
                agree(f"{name}.{column}", week, getattr(tier, column), getattr(found, column))
            for entry in ("opening", "made", "bought", "sold", "scrapped"):
                mine_here, found_here = getattr(getattr(mine.books, name), entry), getattr(self.now.books, name)
                agree(f"books.{name}.{entry}", week, mine_here, getattr(found_here, entry))
            if name != "plants":
                agree(f"{name}.received_value", week, self._received_value(name, found), found.received_value)

    def _received_value(self, name: str, found: Any) -> list[list[float]]:
        value = [[0.0] * len(row) for row in found.received]
        for delivery in self.arrived:
            if delivery.buyer == name:
                for sku, money in enumerate(delivery.value):
                    value[delivery.row][sku] += money
        return value
