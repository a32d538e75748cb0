"""A witness of the money: every payment of a week worked out from goods and terms, and what it leaves each firm."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any, NamedTuple

from channellab.agents.leads import Origin
from channellab.scenarios.settings import Scenario
from channellab.sim.ledger import Account, Group
from channellab.sim.market import Market

from . import handover, leaders, showrooms
from .chain import MAKERS, SELLERS, TIERS, WHOLESALERS, outlets, rows
from .goods import DAYS, Delivery, Goods
from .photo import agree
from .terms import Terms


class Flow(NamedTuple):
    """One payment."""

    account: Account
    payer: int
    payee: int
    amount: float


class Invoice(NamedTuple):
    """One debt."""

    due: int
    buyer: int
    seller: int
    amount: float


class Money:
    """What everybody earns and owns.

    Attributes:
        unit_cost: by tier, firm and SKU, the moving-average cost of a unit. open: debts not yet paid.
        flows: payments of the week checked last. profit: by party, what the week earned from the brand's goods.
    """

    def __init__(self, scenario: Scenario, opening: Any, in_force: Terms) -> None:
        self.scenario, self.own, self.in_force = scenario, len(scenario.products), in_force
        self.maker = opening.manufacturers.party[0]
        bought = {
            name: [list(row) for row in getattr(opening, name).purchase_price] for name in TIERS if name != "plants"
        }
        made = [sku.unit_cost for sku in scenario.products]
        self.unit_cost = bought | {"plants": [list(made) for _ in opening.plants.party]}
        self.settings: dict[str, Any] = {
            "plants": scenario.manufacturer,
            **{name: getattr(scenario, name) for name in TIERS if name != "plants"},
        }
        self.terms = {name: self.settings["plants" if name in MAKERS else name].payment_weeks for name in SELLERS}
        self.rate = {name: settings.stock.holding_cost for name, settings in self.settings.items()}
        self.open: list[Invoice] = []
        self.worth = self._inventory(opening)
        self.flows: list[Flow] = []
        self.profit: list[float] = []

    def check(self, was: Any, now: Any, goods: Goods, rebates: Any, funds: Any, market: Market) -> None:
        """Asserts that the week's entries, cash, debts, unit costs and profits are what goods and terms make them."""
        self._learn_costs(now, goods)
        self.flows = [
            *self._counter(now),
            *self._members(now, market),
            *self._roads(now, goods),
            *self._deliveries(now, goods),
            *self._rebates(rebates),
            *(Flow(*payment) for fund in funds for payment in fund.flows),
            *self._repayments(now),
            *self._stocks(now),
            *self._rents(now),
            *self._platforms(now),
            *self._leads(now),
            *(Flow(*payment) for payment in showrooms.payments(self.scenario, self.in_force, now)),
            *(Flow(*payment) for payment in handover.payments(self.scenario, self.in_force, now, market)),
            *(Flow(*payment) for payment in leaders.payments(self.scenario, now)),
            *(Flow(*payment) for payment in goods.grey.flows),
            *(Flow(*payment) for payment in goods.returned.flows),
            *(Flow(*payment) for payment in goods.calendar.flows(now)),
            *(Flow(*payment) for payment in goods.grey.terms.advertising.flows),
        ]
        entries = self._entries(len(now.cash))
        for account in Account:
            agree(f"entries of {account.name}", now.week, entries[account], market.ledger.entries[account].tolist())
        cash = [old + sum(entries[account][party] for account in Account) for party, old in enumerate(was.cash)]
        agree("cash", now.week, cash, now.cash)
        debts = [sum(invoice.amount for invoice in self.open if invoice.buyer == party) for party in range(len(cash))]
        owed = [float(market.invoices.amount[market.invoices.buyer == party].sum()) for party in range(len(cash))]
        agree("debts", now.week, debts, owed)
        for tier in TIERS:
            agree(f"unit cost of {tier}", now.week, self.unit_cost[tier], getattr(now, tier).unit_cost)
        self._earn(entries, now)

    def _entries(self, parties: int) -> dict[Account, list[float]]:
        entries = {account: [0.0] * parties for account in Account}
        for flow in self.flows:
            entries[flow.account][flow.payer] -= flow.amount
            entries[flow.account][flow.payee] += flow.amount
        return entries

    def _earn(self, entries: dict[Account, list[float]], now: Any) -> None:
        before, self.worth = self.worth, self._inventory(now)
        brand = [account for account in Account if account < Account.RIVAL_SALES]
        self.profit = [
            sum(entries[account][party] for account in brand) + self.worth[party] - before[party]
            for party in range(len(now.cash))
        ]

    # Payments

    def _counter(self, now: Any) -> Iterator[Flow]:
        """Shoppers pay what stood on the shelf; the maker pays for media."""
        for party, sold, prices in zip(outlets(now, "party"), outlets(now, "sold"), now.counter_price, strict=True):
            for sku, units in enumerate(sold):
                account = Account.RETAIL_SALES if sku < self.own else Account.RIVAL_SALES
                yield Flow(account, Group.HOUSEHOLDS, party, units * prices[sku])
        if now.manufacturers.active[0]:
            spend = self.scenario.manufacturer.advertising * self.scenario.consumers.count
            yield Flow(Account.ADVERTISING, self.maker, Group.MEDIA, spend)

    def _members(self, now: Any, market: Market) -> Iterator[Flow]:
        """The brand pays for points, subscribers' discounts and messages; the rules say how many there are."""
        benefits, settings = market.benefits, self.scenario.membership
        yield Flow(Account.MEMBERSHIP, self.maker, Group.HOUSEHOLDS, benefits.redeemed + benefits.refunded)
        if now.manufacturers.active[0]:
            messages = settings.message_cost * sum(now.mind.member)
            yield Flow(Account.MEMBERSHIP, self.maker, Group.MEDIA, messages)

    def _roads(self, now: Any, goods: Goods) -> Iterator[Flow]:
        """The sender pays freight for each stop, and the holding cost of its goods while they are under way."""
        for delivery in goods.sent:
            if delivery.seller in SELLERS and delivery.victim < 0:
                payer = getattr(now, delivery.seller).party[delivery.seller_row]
                freight = self._freight(now, delivery)
                yield Flow(Account.FREIGHT, payer, Group.CARRIERS, freight)
                road = (delivery.seller, delivery.seller_row, delivery.buyer, delivery.row)
                yield Flow(Account.SUBSIDIES, self.maker, payer, freight * goods.subsidised[road])
                yield Flow(Account.HOLDING, payer, Group.WAREHOUSES, self.way_cost(now, delivery, goods))
        for delivery in goods.waiting:
            payer = getattr(now, delivery.seller).party[delivery.seller_row]
            yield Flow(Account.HOLDING, payer, Group.WAREHOUSES, self.wait_cost(goods, delivery))
        for seller, buyer, diverter, victim in goods.grey.trucks:
            firms, prices = getattr(now, seller), self.scenario.logistics
            road = (seller, buyer, diverter, victim)
            loads = [d for d in goods.sent if (d.seller, d.buyer, d.seller_row, d.victim) == road]
            units, km = sum(sum(d.units) for d in loads), goods.grey.km(seller, firms, diverter, victim)
            freight = units * km * prices.freight_per_unit_km + prices.drop_cost
            yield Flow(Account.FREIGHT, firms.party[diverter], Group.CARRIERS, freight)
            for load in loads:
                cost = self.way_cost(now, load, goods)
                yield Flow(Account.HOLDING, firms.party[diverter], Group.WAREHOUSES, cost)

    def _freight(self, now: Any, delivery: Delivery) -> float:
        prices = self.scenario.logistics
        km: float = getattr(now, delivery.buyer).distance[delivery.row]
        return sum(delivery.units) * km * prices.freight_per_unit_km + prices.drop_cost

    def way_cost(self, now: Any, delivery: Delivery, goods: Goods) -> float:
        """Holding cost of a delivery for the days under way."""
        weeks: float = getattr(now, delivery.buyer).lead_days[delivery.row] / DAYS
        if delivery.victim >= 0:
            firms = getattr(now, delivery.seller)
            weeks = goods.grey.days(delivery.seller, firms, delivery.seller_row, delivery.victim) / DAYS
        rate: float = self.rate[delivery.seller]
        return sum(delivery.units) * weeks * rate

    def wait_cost(self, goods: Goods, delivery: Delivery) -> float:
        """Holding cost of a delivery for the days of this week that it waits at its sender's."""
        rate: float = self.rate[delivery.seller]
        return delivery.waited(goods.start) / DAYS * rate

    def _deliveries(self, now: Any, goods: Goods) -> Iterator[Flow]:
        """Goods are invoiced on arrival; where there is a credit term the seller lends the buyer the money."""
        for delivery in goods.arrived:
            value = sum(delivery.value)
            if delivery.seller == "production":
                yield Flow(Account.PRODUCTION, self.maker, Group.SUPPLIERS, value)
                continue
            buyer = getattr(now, delivery.buyer).party[delivery.row]
            seller = getattr(now, delivery.seller).party[delivery.seller_row]
            if delivery.seller == "rivals":
                yield Flow(Account.RIVAL_WHOLESALE, buyer, seller, value)
                yield Flow(Account.RIVAL_PRODUCTION, seller, Group.SUPPLIERS, self._made_by_rival(delivery))
                continue
            if delivery.victim >= 0:
                yield Flow(Account.GREY_SALES, buyer, seller, value)
                continue
            account = Account.EX_FACTORY if delivery.seller in MAKERS else Account.WHOLESALE
            yield Flow(account, buyer, seller, value)
            terms = self.terms[delivery.seller]
            if terms:
                yield Flow(Account.TRADE_CREDIT, seller, buyer, value)
                self.open.append(Invoice(now.week + terms, buyer, seller, value))

    def _made_by_rival(self, delivery: Delivery) -> float:
        costs = [sku.unit_cost for rival in self.scenario.rivals for sku in rival.products]
        return sum(n * cost for n, cost in zip(delivery.units[self.own :], costs, strict=True))

    def _rebates(self, rebates: Any) -> Iterator[Flow]:
        """Rebates are booked as they are earned and lent back until they are paid; both turn where they are lost."""
        for (_, party), change in rebates.booked:
            giver, taker = (self.maker, party) if change > 0 else (party, self.maker)
            yield Flow(Account.REBATES, giver, taker, abs(change))
            yield Flow(Account.ACCRUED_REBATES, taker, giver, abs(change))
        for claim in rebates.paid:
            yield Flow(Account.REBATE_PAYMENT, self.maker, claim.party, claim.amount)

    def _repayments(self, now: Any) -> Iterator[Flow]:
        for invoice in self.open:
            if invoice.due == now.week:
                yield Flow(Account.REPAYMENT, invoice.buyer, invoice.seller, invoice.amount)
        self.open = [invoice for invoice in self.open if invoice.due > now.week]

    def _stocks(self, now: Any) -> Iterator[Flow]:
        """What goods cost that lie there, and shoppers who wait for them."""
        for name in TIERS:
            tier, rate = getattr(now, name), self.rate[name]
            for party, held in zip(tier.party, tier.held, strict=True):
                yield Flow(Account.HOLDING, party, Group.WAREHOUSES, rate * sum(held[: self.own]))
                yield Flow(Account.RIVAL_HOLDING, party, Group.WAREHOUSES, rate * sum(held[self.own :]))
        for party, waiting in zip(now.retailers.party, now.retailers.waiting, strict=True):
            compensation = self.scenario.retailers.shortage_cost * sum(waiting[: self.own])
            yield Flow(Account.SHORTAGE, party, Group.HOUSEHOLDS, compensation)

    def _rents(self, now: Any) -> Iterator[Flow]:
        """Overheads of all firms that are there and have work, and the brand's support."""
        for name in ("manufacturers", "warehouses", *WHOLESALERS, "stores", "online"):
            settings = self.scenario.manufacturer if name == "manufacturers" else self.settings[name]
            tier = getattr(now, name)
            busy = tier.contracted if name in WHOLESALERS else tier.open if name == "stores" else tier.active
            for row, party in enumerate(tier.party):
                yield Flow(
                    Account.OVERHEADS, party, Group.LANDLORDS, settings.fixed_cost * busy[row] * tier.active[row]
                )
        for shop, party in enumerate(now.retailers.party):
            if now.retailers.authorised[shop]:
                yield Flow(Account.OVERHEADS, party, Group.LANDLORDS, self.scenario.retailers.handling_cost)
                yield Flow(Account.SUPPORT, self.maker, party, now.retailers.support[shop])

    def _platforms(self, now: Any) -> Iterator[Flow]:
        """Online shops pay for sales, visits and deliveries; visits for own and for rivals' goods by their takings."""
        prices = now.counter_price[len(now.retailers.party) + len(now.stores.party) :]
        for n in rows(now.online):
            shop, sold, party = self.scenario.online.shops[n], now.online.sold[n], now.online.party[n]
            own, rivals = slice(self.own), slice(self.own, None)
            takings = [
                sum(units * price for units, price in zip(sold[part], prices[n][part], strict=True))
                for part in (own, rivals)
            ]
            share = takings[0] / sum(takings) if sum(takings) else 1.0
            traffic = shop.traffic_cost * now.online.visits[n]
            for account, part, taken, seen in (
                (Account.PLATFORM, own, takings[0], share),
                (Account.RIVAL_PLATFORM, rivals, takings[1], 1.0 - share),
            ):
                collected, routed = now.online.collected[n], sum(now.online.routed[n])
                door = sum(sold[part]) - (collected + routed if part is own else 0)
                cost = shop.platform_fee * taken + seen * traffic + shop.delivery_cost * door
                cost += self.scenario.online.collect_cost * collected if part is own else 0.0
                yield Flow(account, party, Group.PLATFORMS, cost)

    def _leads(self, now: Any) -> Iterator[Flow]:
        """Outlets pay for every lead that came to the end of a stage, the brand for every lead that media brought."""
        settings = self.scenario.leads
        for party, handled in zip(outlets(now, "party"), now.leads.handled, strict=True):
            for stage, leads in zip(settings.stages, handled, strict=True):
                yield Flow(Account.LEADS, party, Group.LANDLORDS, leads * stage.cost)
        brought = now.leads.created[Origin.MEDIA]
        yield Flow(Account.LEADS, self.maker, Group.MEDIA, brought * settings.media_cost)

    # Worth

    def _learn_costs(self, now: Any, goods: Goods) -> None:
        """Goods that arrive change what an owner's units cost on average; those that leave do not."""
        arrived: dict[tuple[str, int, int], list[float]] = defaultdict(lambda: [0, 0.0])
        for delivery in goods.arrived:
            for sku, (units, value) in enumerate(zip(delivery.units, delivery.value, strict=True)):
                if units and delivery.seller != "production":
                    arrived[delivery.buyer, delivery.row, sku][0] += units
                    arrived[delivery.buyer, delivery.row, sku][1] += value
        for (name, row, sku), (new, value) in arrived.items():
            older, cost = goods.before[name][row][sku], self.unit_cost[name][row]
            cost[sku] = (older * cost[sku] + value) / (older + new)

    def _inventory(self, moment: Any) -> list[float]:
        """By party, own goods on hand and under way at their average cost."""
        worth = [0.0] * len(moment.cash)
        for name in TIERS:
            tier = getattr(moment, name)
            for row, party in enumerate(tier.party):
                for sku in range(self.own):
                    units = tier.stock[row][sku] + tier.in_transit[row][sku]
                    worth[party] += units * self.unit_cost[name][row][sku]
        return worth
