"""A witness of the goods: orders, shipments and stocks of all tiers, kept from week to week by plain bookkeeping.

What shoppers bought is taken from the market; from there on every unit is followed by the witness's own calendar.
"""

import math
from copy import deepcopy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from channellab.scenarios.settings import Scenario

from .chain import MAKERS, OUTLETS, SELLERS, TIERS, WHOLESALERS, buyers_of, rows, served
from .docks import Place, docks, lanes, split
from .fairness import held_back
from .lots import Lots
from .ordering import best_level, one_order
from .photo import agree
from .rebating import affordable
from .returned import Returned
from .supply import fair_shares, within_capacity_of

if TYPE_CHECKING:
    from .grey import Grey, GreyOrder

DAYS = 7
MOVED = ("stock", "in_transit", "delivered", "held", "on_order", "demand", "ordered", "received")
"""Columns that all tiers have; all but plants also have ``owed``."""


def sells(name: str, outlets: Any, outlet: int, sku: int, own: int) -> bool:
    """Whether an outlet sells a SKU by its terms, the first ``own`` of which are the brand's.

    Shops sell what they list, of own goods what they carry; own stores the brand while they are open; online shops all,
    the brand's own among them no rivals.
    """
    if name == "retailers":
        return bool(outlets.listed[outlet][sku]) and (sku >= own or bool(outlets.carries[outlet][sku]))
    if name == "stores":
        return sku < own and bool(outlets.open[outlet]) and bool(outlets.assigned[outlet][sku])
    return bool(outlets.assigned[outlet][sku]) if sku < own else not outlets.own[outlet]


@dataclass
class Delivery:
    """Goods on their way to one firm: units by SKU, what each costs the buyer, and the days on which they move.

    They are dispatched on one day, leave on another where dock or trucks are few, and arrive on a third; ``load`` tells
    what travels on different trucks apart.
    ``victim`` is the row of the partner into whose territory goods are diverted, -1 where they are not.
    """

    arrives: float
    seller: str
    seller_row: int
    buyer: str
    row: int
    units: list[int]
    prices: list[float]
    dispatched: float
    leaves: float
    load: int = 0
    victim: int = -1

    def waited(self, start: float) -> float:
        """Unit-days that the goods wait at their sender's in the week that starts on a day."""
        days = min(self.leaves, start + DAYS) - max(self.dispatched, start)
        return sum(self.units) * max(days, 0.0)

    @property
    def value(self) -> list[float]:
        """What the units of each SKU are invoiced at."""
        return [n * price for n, price in zip(self.units, self.prices, strict=True)]


class Goods:
    """Where every unit should be.

    Attributes:
        sent, arrived: deliveries that were dispatched and came in the week checked last.
        on_the_way: deliveries that have not arrived.
        waiting: deliveries that waited at their sender's in that week.
        subsidies: a witness of them. subsidised: share of freight that the brand pays, by sender and receiver.
        loaded: own units that were under way when that week's loading was done.
        before: by tier, firm and SKU, the units that were owned when that week's loading began.
    """

    def __init__(self, scenario: Scenario, grey: "Grey") -> None:
        self.scenario, self.own, self.grey = scenario, len(scenario.products), grey
        self.calendar = grey.terms.calendar
        self.rules = {"plants": scenario.manufacturer.stock}
        self.rules |= {name: getattr(scenario, name).stock for name in TIERS[1:]}
        self.docks, self.yards, self.trucks = docks(scenario), dict[tuple[str, int], Place](), 0
        self.lots = Lots(scenario, grey)
        self.returned = Returned(scenario, grey.terms)
        self.unit_cost: Any = None
        self.on_the_way: list[Delivery] = []
        self.sent: list[Delivery] = []
        self.arrived: list[Delivery] = []
        self.waiting: list[Delivery] = []
        self.subsidies: Any = None
        self.subsidised: dict[tuple[str, int, str, int], float] = {}
        self.loaded = 0
        self.before: dict[str, list[list[int]]] = {}

    def check(self, was: Any, now: Any, rebates: Any, invoices: list[Any]) -> None:
        """Asserts that the week has moved the goods as the orders and the roads say."""
        mine = deepcopy(was)
        self.rebates, self.invoices, self.wanted_value, self.cut_value = rebates, invoices, 0.0, 0.0
        self.now, self.start, self.sent, self.arrived = now, (now.week - 1) * DAYS, [], []
        self.subsidised = {}
        self._change_suppliers(mine)
        self._write_off(mine)
        self._sell(mine)
        self.returned.send_back(was, mine, now, self.lots, self.unit_cost)
        self._throw_away(mine)
        self._order(mine)
        waiting = [d for d in self.on_the_way if d.seller in SELLERS]
        self.before = {name: self._owned(getattr(mine, name)) for name in TIERS}
        self._dispatch(mine)
        self.waiting = [d for d in [*waiting, *self.sent] if d.seller in SELLERS and d.waited(self.start) > 0]
        self._arrive(mine, self.start + DAYS)
        self.returned.take_back(mine, now, self.arrived)
        self._compare(mine)

    def _change_suppliers(self, mine: Any) -> None:
        """The layout has settled before who supplies whom from now on; what is owed, the new supplier owes."""
        for name in TIERS[1:]:
            tier, now = getattr(mine, name), getattr(self.now, name)
            for column in ("supplier_tier", "supplier", "lead_days", "protection"):
                setattr(tier, column, getattr(now, column))

    def _write_off(self, mine: Any) -> None:
        """Firms that have left: their stock is scrapped, and what is not on its way to or from them is cancelled."""
        for name in TIERS:
            tier, book = getattr(mine, name), getattr(mine.books, name)
            tier.active = getattr(self.now, name).active
            tier.received, tier.delivered = ([[0] * len(row) for row in tier.stock] for _ in range(2))
            for row in (row for row, active in enumerate(tier.active) if not active):
                for sku, units in enumerate(tier.stock[row]):
                    book.scrapped[row][sku] += units
                    tier.stock[row][sku] = 0
        for seller in SELLERS:
            for buyer, row, supplier in served(mine, seller):
                buyers = getattr(mine, buyer)
                if not (buyers.active[row] and getattr(mine, seller).active[supplier]):
                    for sku in range(self.own):
                        buyers.on_order[row][sku] -= buyers.owed[row][sku]
                        buyers.owed[row][sku] = 0

    def _sell(self, mine: Any) -> None:
        for name in OUTLETS:
            outlets, book = getattr(mine, name), getattr(mine.books, name)
            for outlet, row in enumerate(getattr(self.now, name).sold):
                for sku, units in enumerate(row):
                    here = units + self._beside(name, outlet, sku)
                    outlets.stock[outlet][sku] -= here
                    book.sold[outlet][sku] += here
            outlets.held = deepcopy(outlets.stock)

    def _beside(self, name: str, outlet: int, sku: int) -> int:
        """Units that a shop sent off for an online shop, which keeps them."""
        if name == "stores" or sku >= self.own:
            return 0
        units: int = (self.now.omni if name == "retailers" else self.now.online).routed[outlet][sku]
        return units if name == "retailers" else -units

    def _throw_away(self, mine: Any) -> None:
        """What does not keep and was not sold."""
        for name in OUTLETS:
            outlets, book = getattr(mine, name), getattr(mine.books, name)
            for row in rows(outlets):
                for sku, product in enumerate(self.scenario.products):
                    if product.perishable:
                        book.scrapped[row][sku] += outlets.stock[row][sku]
                        outlets.stock[row][sku] = 0

    def _owned(self, tier: Any) -> list[list[int]]:
        return [[tier.stock[n][sku] + tier.in_transit[n][sku] for sku in range(len(tier.stock[n]))] for n in rows(tier)]

    # Orders

    def _order(self, mine: Any) -> None:
        self.grey.open_week()
        self.lots.open_week()
        for name in OUTLETS:
            outlets, now = getattr(mine, name), getattr(self.now, name)
            outlets.demand = [[self._seen(now, o, sku) for sku in range(len(now.sold[o]))] for o in rows(now)]
            expected = [
                [n + m for n, m in zip(*two, strict=True)] for two in zip(now.waiting, now.awaited, strict=True)
            ]
            wanted = self._wanted(mine, name, expected)
            if name == "retailers" and self.scenario.retailers.newsvendor:
                self._order_for_profit(mine, expected, wanted)
            if name == "retailers":
                self._hold_back(mine, wanted)
            self._buy_ahead(mine, name, wanted)
            outlets.ordered = [
                [units if self._carries(name, o, sku) and now.active[o] else 0 for sku, units in enumerate(row)]
                for o, row in enumerate(wanted)
            ]
            self._keep_within_means(mine, name)
            self._order_up(mine, name, expected)
            self._place(outlets)
        for name in reversed(SELLERS):
            self._pass_on(mine, name)

    def _hold_back(self, mine: Any, wanted: list[list[int]]) -> None:
        """Shops that resent the brand order less of its goods."""
        shops, share = mine.retailers, self.scenario.conflict.stock_withheld
        for row, party in enumerate(shops.party):
            resents = mine.partners.resentment[party] if self.now.retailers.authorised[row] else 0.0
            for sku in range(self.own):
                less = held_back(share, resents, self.now.retailers.mean[row][sku], shops.protection[row])
                wanted[row][sku] = max(wanted[row][sku] - less, 0)

    def _order_for_profit(self, mine: Any, owed: list[list[int]], wanted: list[list[int]]) -> None:
        """Shops want of own goods what earns most over the weeks that an order covers."""
        shops, now, holding = mine.retailers, self.now.retailers, self.rules["retailers"].holding_cost
        for row, weeks in enumerate(shops.protection):
            for sku, product in enumerate(self.scenario.products):
                mean, variance = weeks * now.mean[row][sku], weeks * now.variance[row][sku]
                cost, price = now.purchase_price[row][sku], now.price[row][sku]
                most = math.ceil(mean + 6.0 * math.sqrt(variance)) + 1
                rewards = self.rebates.rewards(mine, self.now, row, sku, most)
                kept = 0.0 if product.perishable else cost - holding
                refund, share = self._refund(row, cost) if product.perishable else (0.0, 0.0)
                level = best_level(most, mean, variance, price, cost, kept, *rewards, refund, share)
                position = shops.stock[row][sku] + shops.on_order[row][sku] - owed[row][sku]
                wanted[row][sku] = max(level - position, 0) if shops.active[row] else 0

    def _refund(self, row: int, cost: float) -> tuple[float, float]:
        """What a shop that buys from the brand gets for a unit it returns, and the share that it may return."""
        if not any((name, shop) == ("retailers", row) for name, shop, *_ in self.returned.partners(self.now)):
            return 0.0, 0.0
        terms = self.returned.terms_of(self.now, "retailers", row)
        return terms.credit * cost - terms.handling, terms.share

    def _seen(self, now: Any, outlet: int, sku: int) -> float:
        """This week's newcomers who were served, the share noticed of wishes that were not, and leads' promises."""
        sold, fetched, unmet, promised = (
            getattr(now, column)[outlet][sku] for column in ("sold", "fetched", "unmet", "promised")
        )
        seen = float(sold - fetched + promised + self.scenario.retailers.unmet_seen * unmet)
        return seen + (self._beside("retailers", outlet, sku) if now is self.now.retailers else 0)

    def _carries(self, name: str, outlet: int, sku: int) -> bool:
        """Whether an outlet orders a SKU: what it sells by its terms, and rivals' goods while they live."""
        rival = next((row for row, last in enumerate(self.now.rivals.last_sku) if sku < last), 0)
        lives = sku < self.own or bool(self.now.rivals.active[rival])
        return lives and sells(name, getattr(self.now, name), outlet, sku, self.own)

    def _pass_on(self, mine: Any, name: str) -> None:
        """A tier orders from what its buyers ordered, where it has work; plants start as much as they can."""
        sellers, now = getattr(mine, name), getattr(self.now, name)
        owed, sellers.demand = (self._collect(mine, name, column) for column in ("owed", "ordered"))
        change = self.grey.divert(mine, self.now, name)
        for total in (sellers.demand, owed):
            for firm, by_sku in enumerate(change):
                total[firm] = [units + more for units, more in zip(total[firm], by_sku, strict=True)]
        self.lots.agree(mine, self.now, name)
        wanted = self._wanted(mine, name, owed)
        for firm, by_sku in enumerate(self.lots.push(mine, self.now, name, owed, self._means)):
            owed[firm] = [units + more for units, more in zip(owed[firm], by_sku, strict=True)]
        if name != "plants":
            self._buy_ahead(mine, name, wanted)
        if name in WHOLESALERS:
            wanted = [row if now.contracted[n] else [0] * self.own for n, row in enumerate(wanted)]
        if name == "plants":
            limits = sellers.capacity
            sellers.ordered = [within_capacity_of(limit, row) for limit, row in zip(limits, wanted, strict=True)]
        else:
            sellers.ordered = [
                row if sellers.active[n] and not self.grey.refused(sellers.party[n], self.now.week) else [0] * self.own
                for n, row in enumerate(wanted)
            ]
            self._keep_within_means(mine, name)
            self._order_up(mine, name, owed)
            self._place(sellers)

    def _wanted(self, mine: Any, name: str, owed: list[list[int]]) -> list[list[int]]:
        """Orders of a tier from its stock position: on hand, plus on order, less what buyers and promotions want."""
        tier, now, settings, orders = getattr(mine, name), getattr(self.now, name), self.rules[name], []
        for row, stock in enumerate(tier.stock):
            ahead = list(self.calendar.ahead(mine, self.now, name, row, settings.holding_cost))
            if name not in MAKERS and settings.rule == "order_up_to":
                for sku in range(self.own):
                    ahead[sku] += self.rebates.promoted(mine, self.now, name, row, sku, settings.holding_cost)
            positions = [
                stock[sku] + tier.on_order[row][sku] - owed[row][sku] - ahead[sku] for sku in range(len(stock))
            ]
            means, variances, weeks = now.mean[row], now.variance[row], tier.protection[row]
            quantities = [
                one_order(settings, position, mean, variance, weeks)
                for position, mean, variance in zip(positions, means, variances, strict=True)
            ]
            orders.append(quantities if tier.active[row] else [0] * len(stock))
        return orders

    def _buy_ahead(self, mine: Any, name: str, wanted: list[list[int]]) -> None:
        holding = self.rules[name].holding_cost
        for row, units in enumerate(wanted):
            self.rebates.stock_up(mine, self.now, name, row, units, holding)
            self.rebates.buy_ahead(mine, self.now, name, row, units, holding)

    def _order_up(self, mine: Any, name: str, owed: list[list[int]]) -> None:
        """Orders grow where a discount on their size is worth it."""
        tier, prices = getattr(mine, name), getattr(self.now, name).purchase_price
        for n, units in enumerate(tier.ordered):
            spent = sum(u * price for u, price in zip(units[: self.own], prices[n], strict=False))
            may = [name not in OUTLETS or self._carries(name, n, sku) for sku in range(self.own)]
            left = self._means(mine, name, n) - spent
            for sku, more in enumerate(self.lots.enlarge(mine, self.now, name, n, owed[n], may, left)):
                units[sku] += more

    def _means(self, mine: Any, name: str, row: int) -> float:
        """What a firm may still spend on orders."""
        settings, tier = getattr(self.scenario, name), getattr(mine, name)
        unlimited = name in ("warehouses", "stores") or (settings.credit_line is None and not settings.cash_limit)
        party, prices = tier.party[row], getattr(self.now, name).purchase_price[row][: self.own]
        if unlimited or party == mine.manufacturers.party[0]:
            return math.inf
        limit = (settings.credit_line or 0.0) + (self._cash(mine, name, row) if settings.cash_limit else 0.0)
        owed = sum(invoice.amount for invoice in self.invoices if invoice.buyer == party)
        return float(
            limit - owed - sum(units * price for units, price in zip(tier.on_order[row], prices, strict=False))
        )

    def _keep_within_means(self, mine: Any, name: str) -> None:
        """Orders of own goods are cut where they, and what is owed already, go beyond credit line and cash."""
        settings, tier, now = getattr(self.scenario, name), getattr(mine, name), getattr(self.now, name)
        if name in ("warehouses", "stores") or (settings.credit_line is None and not settings.cash_limit):
            return
        for n in rows(tier):
            prices, wanted = now.purchase_price[n][: self.own], tier.ordered[n][: self.own]
            granted = affordable(wanted, prices, self._means(mine, name, n))
            self.wanted_value += sum(units * price for units, price in zip(wanted, prices, strict=True))
            self.cut_value += sum((u - g) * price for u, g, price in zip(wanted, granted, prices, strict=True))
            tier.ordered[n] = [*granted, *tier.ordered[n][self.own :]]

    def _cash(self, mine: Any, name: str, row: int) -> float:
        """Cash of a firm when it orders: last week's, and what this week's shoppers paid."""
        cash: float = mine.cash[getattr(mine, name).party[row]]
        if name not in OUTLETS:
            return cash
        first = sum(len(getattr(mine, tier).party) for tier in OUTLETS[: OUTLETS.index(name)])
        prices = self.now.counter_price[first + row]
        return cash + sum(n * price for n, price in zip(getattr(self.now, name).sold[row], prices, strict=True))

    def _place(self, tier: Any) -> None:
        for row, units in enumerate(tier.ordered):
            for sku, n in enumerate(units):
                tier.on_order[row][sku] += n
                if sku < self.own:
                    tier.owed[row][sku] += n

    def _collect(self, mine: Any, seller: str, column: str) -> list[list[int]]:
        """By supplier and own SKU, the sum over the buyers of all tiers."""
        total = [[0] * self.own for _ in getattr(mine, seller).stock]
        for name, buyer, supplier in served(mine, seller):
            for sku in range(self.own):
                total[supplier][sku] += getattr(getattr(mine, name), column)[buyer][sku]
        return total

    # Roads

    def _dispatch(self, mine: Any) -> None:
        """The first day: what arrives on it comes first, then all that is owed is sent, as far as stocks go."""
        self._arrive(mine, self.start, also_on_the_day=True)
        for seller in SELLERS:
            self._move_owed(mine, seller, -1)
            self._load(mine, seller)
            self._load_grey(mine, seller)
        self._rivals_deliver(mine)
        for name in SELLERS:
            tier = getattr(mine, name)
            tier.held = deepcopy(tier.stock)
        self.loaded = sum(sum(units) for name in TIERS for units in getattr(mine, name).in_transit)
        self._produce(mine)

    def _load(self, mine: Any, seller: str) -> None:
        """Every firm of a tier shares its stock among all whom it owes goods, on the street and online alike."""
        senders, all_buyers = getattr(mine, seller), served(mine, seller)
        for row, stock in enumerate(senders.stock):
            buyers = [(name, b) for name, b, supplier in all_buyers if supplier == row]
            loads = {buyer: [0] * self.own for buyer in buyers}
            for sku in range(self.own):
                wanted = [getattr(mine, name).owed[b][sku] for name, b in buyers]
                here = stock[sku] if senders.active[row] else 0
                for (name, b), units in zip(buyers, fair_shares(here, wanted), strict=True):
                    loads[name, b][sku] = units
            self._hold_what_does_not_pay((seller, row), loads)
            for (name, b), load in loads.items():
                for sku, units in enumerate(load):
                    getattr(mine, name).owed[b][sku] -= units
                    stock[sku] -= units
                    senders.in_transit[row][sku] += units
            for name in TIERS[1:]:
                self._depart(mine, (seller, row), name, {b: load for (tier, b), load in loads.items() if tier == name})
            if seller in MAKERS:
                self.lots.note_given(self.now, loads)

    def _hold_what_does_not_pay(self, place: tuple[str, int], loads: dict[Any, list[int]]) -> None:
        """Distributors who look at it send nothing whose margin is less than what its way costs them."""
        seller, row = place
        prices, paid = self.scenario.logistics, getattr(self.now, seller)
        for (name, b), load in loads.items():
            share = self.subsidies.share(self.now, seller, row, name, b)
            self.subsidised[seller, row, name, b] = share
            if seller not in WHOLESALERS or not prices.drops_must_pay or not any(load):
                continue
            buyer, margin = getattr(self.now, name), 0.0
            for sku, units in enumerate(load):
                margin += units * (buyer.purchase_price[b][sku] - paid.purchase_price[row][sku])
            freight = sum(load) * buyer.distance[b] * prices.freight_per_unit_km + prices.drop_cost
            if margin < (1.0 - share) * freight:
                load[:] = [0] * self.own

    def _depart(self, mine: Any, place: tuple[str, int], name: str, loads: dict[int, list[int]]) -> None:
        """Lane by lane, truck by truck, goods leave when dock and trucks of their place let them."""
        tier, dock = getattr(mine, name), self.docks[place[0]]
        yard = self.yards.setdefault(place, Place(dock))
        for lane in lanes(name, tier, [b for b in loads if any(loads[b])]):
            goods, lead_days = [loads[b] for b in lane], tier.lead_days[lane[0]]
            for load in split(goods, dock.truck_load or sum(map(sum, goods))):
                leaves = yard.leaves(self.start, sum(map(sum, load)), lead_days)
                self.trucks += 1
                for b, units in zip(lane, load, strict=True):
                    prices = self.lots.prices(self.now, name, b)
                    arrives = leaves + lead_days
                    number = self.trucks if dock.limited else 0
                    self._send(Delivery(arrives, *place, name, b, units, prices, self.start, leaves, number))

    def _move_owed(self, mine: Any, seller: str, sign: int) -> None:
        """What buyers ordered from diverters their suppliers do not owe them."""
        for order in self.grey.orders:
            if order.seller == seller:
                getattr(mine, order.buyer).owed[order.row][order.sku] += sign * order.units

    def _load_grey(self, mine: Any, seller: str) -> None:
        """What is left goes to other territories; what does not suffice falls back to the buyers' own suppliers."""
        self._move_owed(mine, seller, 1)
        senders = getattr(mine, seller)
        for buyer in buyers_of(mine, seller):
            for row, stock in enumerate(senders.stock):
                orders = [o for o in self.grey.orders if (o.seller, o.buyer, o.diverter) == (seller, buyer, row)]
                for sku in range(self.own):
                    some = [order for order in orders if order.sku == sku]
                    here = stock[sku] if senders.active[row] else 0
                    shares = fair_shares(here, [order.units for order in some])
                    for order, units in zip(some, shares, strict=True):
                        self._send_grey(mine, order, units)

    def _send_grey(self, mine: Any, order: "GreyOrder", units: int) -> None:
        if not units:
            return
        senders, row = getattr(mine, order.seller), order.diverter
        senders.stock[row][order.sku] -= units
        senders.in_transit[row][order.sku] += units
        getattr(mine, order.buyer).owed[order.row][order.sku] -= units
        arrives = self.start + self.grey.days(order.seller, senders, row, order.victim)
        load = [units if sku == order.sku else 0 for sku in range(self.own)]
        prices = [order.price] * self.own
        road = (arrives, order.seller, row, order.buyer, order.row)
        self._send(Delivery(*road, load, prices, self.start, self.start, 0, order.victim))
        local = getattr(self.now, order.seller).price[order.victim][order.sku]
        self.grey.truck(order.seller, order.buyer, row, order.victim, units, units * local)

    def _rivals_deliver(self, mine: Any) -> None:
        """Rivals have always enough; their goods come from outside the market."""
        for row, first in enumerate(mine.rivals.first_sku):
            skus = range(first, mine.rivals.last_sku[row] if self.now.rivals.active[row] else first)
            for name in OUTLETS:
                for o, ordered in enumerate(getattr(mine, name).ordered):
                    units = [n if sku in skus else 0 for sku, n in enumerate(ordered)]
                    arrives = self.start + mine.rivals.lead_days[row]
                    prices = getattr(self.now, name).purchase_price[o]
                    self._send(Delivery(arrives, "rivals", row, name, o, units, prices, self.start, self.start))

    def _produce(self, mine: Any) -> None:
        for row, units in enumerate(mine.plants.ordered):
            ready = self.start + self.scenario.manufacturer.production_days
            costs = [sku.unit_cost for sku in self.scenario.products]
            self._send(Delivery(ready, "production", row, "plants", row, units, costs, self.start, self.start))
            for sku, n in enumerate(units):
                mine.plants.on_order[row][sku] += n

    def _send(self, delivery: Delivery) -> None:
        if any(delivery.units):
            self.on_the_way.append(delivery)
            self.sent.append(delivery)

    def _arrive(self, mine: Any, until: float, also_on_the_day: bool = False) -> None:
        here = [
            d
            for d in self.on_the_way
            # What only leaves on the day has not arrived when that day's goods are loaded, however short the way.
            if d.arrives < until or (also_on_the_day and d.arrives == until and d.leaves < until)
        ]
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
                if delivery.seller in SELLERS:
                    sender, row = getattr(mine, delivery.seller), delivery.seller_row
                    sender.in_transit[row][sku] -= units
                    sender.delivered[row][sku] += units
                    getattr(mine.books, delivery.seller).sold[row][sku] += units

    # Findings

    def _compare(self, mine: Any) -> None:
        week = self.now.week
        for name in TIERS:
            tier, found = getattr(mine, name), getattr(self.now, name)
            for column in (*MOVED, *(("owed",) if name != "plants" else ())):
                agree(f"{name}.{column}", week, getattr(tier, column), getattr(found, column))
            for entry in ("opening", "made", "bought", "sold", "scrapped", "returned", "taken_back"):
                mine_here, found_here = getattr(getattr(mine.books, name), entry), getattr(self.now.books, name)
                agree(f"books.{name}.{entry}", week, mine_here, getattr(found_here, entry))
            if name != "plants":
                agree(f"{name}.received_value", week, self._received_value(name, found), found.received_value)
            if name in SELLERS:
                agree(f"{name}.delivered_value", week, self._delivered_value(name, found), found.delivered_value)

    def _delivered_value(self, name: str, found: Any) -> list[float]:
        return [
            float(sum(sum(d.value) for d in self.arrived if (d.seller, d.seller_row, d.victim) == (name, row, -1)))
            for row in rows(found)
        ]

    def _received_value(self, name: str, found: Any) -> list[list[float]]:
        value = [[0.0] * len(row) for row in found.received]
        for delivery in self.arrived:
            if delivery.buyer == name:
                for sku, money in enumerate(delivery.value):
                    value[delivery.row][sku] += money
        return value
