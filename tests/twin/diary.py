"""A witness of what is written down: a market's weekly numbers, counted one by one from shops and consumers."""

from statistics import fmean, pstdev
from types import SimpleNamespace
from typing import Any

import numpy as np

from channellab.scenarios.settings import Scenario
from channellab.sim.ledger import Account, Group
from channellab.sim.market import Market

from . import leaders, regional
from .chain import MAKERS, SELLERS, TIERS, WHOLESALERS, outlets
from .goods import Goods
from .money import Flow, Money
from .photo import agree
from .pipeline import Leads
from .showrooms import looked

HAPPY, UNHAPPY = float(np.float32(0.9)), float(np.float32(0.6))
"""Satisfaction of promoters and of detractors, as the consumers' memory holds it."""


class Diary:
    """The numbers of every week, and by week the photos and payments that further figures are worked out from."""

    def __init__(self, scenario: Scenario, market: Market) -> None:
        self.scenario, self.own = scenario, len(scenario.products)
        tastes, area = market.consumers.tastes, scenario.network.sites_per_area
        self.first_online = market.first_online
        self.considered = [
            [home * area + site for site in sites]
            + [outlet for outlet in far if outlet >= 0]
            + [self.first_online + shop for shop in shops]
            for home, sites, far, shops in zip(
                tastes.area.tolist(),
                tastes.candidates.tolist(),
                tastes.far.tolist(),
                tastes.online.tolist(),
                strict=True,
            )
        ]
        self.regions = range(len(market.roads.table.region_ids))
        self.category = [0] * len(market.retailers.party)
        self.weeks: list[Any] = []
        self.leads = Leads(scenario, market.seed, self.considered)
        self.feelings: dict[str, float] = {}

    def check(self, now: Any, goods: Goods, money: Money, market: Market) -> None:
        """Writes the week down and asserts that the market has written down the same."""
        for shop, sold in enumerate(now.retailers.sold):
            self.category[shop] += sum(sold)
        page = SimpleNamespace(now=now, flows=money.flows, arrived=goods.arrived, rebates=list(goods.rebates.booked))
        page.numbers = {
            **self._profits(now, money),
            **self._sales(now),
            "lead_commissions": sum(f.amount for f in money.flows if f.account == Account.LEAD_COMMISSION),
            **self._stocks(now, goods, money),
            **self._sell_in(now, goods, money),
            "quantity_discounts": goods.lots.given,
            "pushed_units": goods.lots.pushed,
            "return_credit": sum(f.amount for f in money.flows if f.account == Account.RETURNS),
            **self._orders(now),
            "orders_wanted": goods.wanted_value,
            "orders_cut": goods.cut_value,
            **self._people(now),
            **self._coverage(now),
            **self.leads.check(now),
            **leaders.numbers(now, money.flows),
            "acquisition": self._acquisition(money),
            **self._deliveries(goods),
            **self.feelings,
            **self._grey(now, goods),
            **self._detection(now, goods),
            **self._disputes(now, goods),
            "simpy_processes": self._processes(goods),
            "repeat_buyers": market.tally.repeat_buyers,
            "repeated": sum(now.mind.repeated),
            "members": sum(now.mind.member),
            "subscribers": sum(offer >= 0 for offer in now.mind.subscribed),
            "repeat_own": market.tally.repeat_own,
            "consumer_surplus": market.tally.surplus,
        }
        self._check_minds(now)
        found = {name: series[-1] for name, series in market.record.numbers.items()}
        assert page.numbers.keys() == found.keys()
        for name, value in page.numbers.items():
            agree(name, now.week, float(value), found[name])
        self._check_by_sku(now, market)
        self._check_by_region(now, money.flows, market)
        self.weeks.append(page)

    def _profits(self, now: Any, money: Money) -> dict[str, float]:
        """Everybody's profit from the brand's goods; that of the brand's own online shops is the brand's."""
        profit = {
            name: sum(money.profit[party] for party in getattr(now, name).party if party != money.maker)
            for name in (*WHOLESALERS, "retailers", "online")
        }
        maker, partners = money.profit[money.maker], sum(profit.values())
        return {
            "manufacturer_profit": maker,
            "distributor_profit": sum(profit[name] for name in WHOLESALERS),
            "retailer_profit": profit["retailers"],
            "online_profit": profit["online"],
            "partner_profit": partners,
            "channel_profit": maker + partners,
        }

    def _sales(self, now: Any) -> dict[str, float]:
        return {
            "units_sold": self._own_units(outlets(now, "sold")),
            "online_units": self._own_units(now.online.sold),
            "store_units": self._own_units(now.stores.sold),
            "shop_served_units": sum(now.omni.handed) + sum(map(sum, now.omni.routed)),
            "showroomed_units": len(looked(self.scenario, now)),
            "direct_units": self._own_units(
                [*now.stores.sold, *(sold for sold, own in zip(now.online.sold, now.online.own, strict=True) if own)]
            ),
            "category_units": sum(sum(sold) for sold in outlets(now, "sold")),
            "revenue": sum(self._takings(now, o) for o in range(len(now.counter_price))),
            "wished": self._own_units(outlets(now, "wished")),
            "served": self._own_units(outlets(now, "served")),
            "backorders": self._own_units(outlets(now, "waiting")),
            "price_dispersion": self._dispersion(now),
            "dispersion_within_chains": self._within_chains(now),
            "dispersion_between_chains": self._between_chains(now),
        }

    def _orders(self, now: Any) -> dict[str, float]:
        """How many orders distributors and shops on the street placed, and for how many own units."""
        sizes = [sum(row[: self.own]) for name in (*WHOLESALERS, "retailers") for row in getattr(now, name).ordered]
        return {"orders_placed": sum(size > 0 for size in sizes), "units_ordered": sum(sizes)}

    def _own_units(self, units: list[list[int]]) -> int:
        return sum(sum(row[: self.own]) for row in units)

    def _takings(self, now: Any, outlet: int) -> float:
        sold, prices = outlets(now, "sold")[outlet][: self.own], now.counter_price[outlet][: self.own]
        return sum(float(units * price) for units, price in zip(sold, prices, strict=True))

    def _dispersion(self, now: Any) -> float:
        """Spread over mean of the price of an own SKU among the shops of a region that have it on the shelf."""
        spreads = []
        for region in self.regions:
            for sku in range(self.own):
                prices = [
                    now.counter_price[o][sku]
                    for o, held in enumerate(now.retailers.held)
                    if now.retailers.region[o] == region and held[sku] > 0
                ]
                spreads.append(prices)
        return _mean_spread(spreads)

    def _of_chains(self, now: Any, sku: int) -> dict[int, dict[int, list[float]]]:
        """Prices of an own SKU in the shops that have it on the shelf, by chain and region."""
        found: dict[int, dict[int, list[float]]] = {}
        for o, held in enumerate(now.retailers.held):
            chain, region = now.retailers.chain[o], now.retailers.region[o]
            if chain >= 0 and held[sku] > 0:
                found.setdefault(chain, {}).setdefault(region, []).append(now.counter_price[o][sku])
        return found

    def _within_chains(self, now: Any) -> float:
        shops = [
            [price for prices in regions.values() for price in prices]
            for sku in range(self.own)
            for regions in self._of_chains(now, sku).values()
        ]
        return _mean_spread(shops)

    def _between_chains(self, now: Any) -> float:
        means = []
        for sku in range(self.own):
            chains = self._of_chains(now, sku).values()
            means += [[fmean(chain[region]) for chain in chains if region in chain] for region in self.regions]
        return _mean_spread(means)

    def _stocks(self, now: Any, goods: Goods, money: Money) -> dict[str, float]:
        held = {name: self._own_units(getattr(now, name).held) for name in TIERS}
        lying = sum(units * money.rate[name] for name, units in held.items())
        way = sum(money.way_cost(now, d, goods) for d in goods.sent if d.seller in SELLERS)
        way += sum(money.wait_cost(goods, d) for d in goods.waiting)
        shortage = self.scenario.retailers.shortage_cost * self._own_units(now.retailers.waiting)
        return {
            "retail_stock": held["retailers"],
            "online_stock": held["online"],
            "store_stock": held["stores"],
            "distributor_stock": sum(held[name] for name in WHOLESALERS),
            "plant_stock": sum(held[name] for name in MAKERS),
            "way_stock": goods.loaded,
            "stock_cost": lying + way + shortage,
        }

    def _acquisition(self, money: Money) -> float:
        """Advertising, opinion leaders, referrals, and leads from media: what the brand pays to win buyers."""
        won = (Account.ADVERTISING, Account.KOL_FEES, Account.KOL_COMMISSION, Account.REFERRAL)
        return sum(
            flow.amount
            for flow in money.flows
            if flow.payer == money.maker
            and (flow.account in won or (flow.account == Account.LEADS and flow.payee == Group.MEDIA))
        )

    def _sell_in(self, now: Any, goods: Goods, money: Money) -> dict[str, float]:
        """What the brand delivered to its partners, at the price ex factory, and what it gave away on it."""
        gross = paid = 0.0
        for delivery in goods.arrived:
            brands = now.manufacturers.party[0] == getattr(now, delivery.buyer).party[delivery.row]
            if delivery.seller in MAKERS and not brands:
                listed = now.manufacturers.ex_factory_price[0]
                gross += sum(units * price for units, price in zip(delivery.units, listed, strict=True))
                paid += sum(delivery.value)
        rebates = sum(
            flow.amount if flow.payer == money.maker else -flow.amount
            for flow in money.flows
            if flow.account == Account.REBATES
        )
        promotion = sum(f.amount for f in money.flows if f.account in (Account.PROMOTION, Account.FUND))
        subsidies = sum(f.amount for f in money.flows if f.account == Account.SUBSIDIES)
        spend = gross - paid + sum(now.retailers.support) + rebates + promotion + subsidies
        return {"gross_sell_in": gross, "rebates": rebates, "subsidies": subsidies, "trade_spend": spend}

    def _grey(self, now: Any, goods: Goods) -> dict[str, float]:
        """Own units from other territories, all that came from wholesalers, and the cost of policing."""
        wholesale = [d for d in goods.arrived if d.seller in WHOLESALERS]
        return {
            "diverted_units": sum(sum(d.units) for d in wholesale if d.victim >= 0),
            "wholesale_units": sum(sum(d.units) for d in wholesale),
            "policing_cost": sum(
                flow[-1]
                for flow in (*goods.grey.flows, *goods.grey.terms.advertising.flows)
                if flow[0] == Account.POLICING
            ),
        }

    def _detection(self, now: Any, goods: Goods) -> dict[str, float]:
        """Consignments that are an offence and how they were found; false accusations, audits; partners and exits."""
        grey = goods.grey
        counts = dict(grey.finding.counts)
        members = len(grey.present(now)) + sum(now.retailers.authorised)
        return {
            "offences": counts.pop("sent", 0),
            **{f"found_by_{way}": counts.get(way, 0) for way in ("any", "codes", "scans", "anomaly", "audits")},
            "false_accusations": len(grey.accused),
            "audits": len(grey.finding.audited),
            "partners": members,
            "exits": sum(week == now.week for week in grey.memory["exited"].values()),
        }

    def _disputes(self, now: Any, goods: Goods) -> dict[str, float]:
        """What is before the desk, what left it and how long that took, and what the desk cost."""
        desk = goods.grey.desk
        return {
            "open_disputes": len(desk.open),
            "settled_disputes": len(desk.settled),
            "dispute_days": desk.took,
            "territories_held": len(goods.grey.present(now)),
            "dispute_cost": sum(flow[-1] for flow in goods.grey.flows if flow[0] == Account.DISPUTES),
        }

    def _people(self, now: Any) -> dict[str, float]:
        mind = now.mind
        buyers = [i for i, week in enumerate(mind.adopted) if week >= 0]
        stocked = [any(held[: self.own]) for held in outlets(now, "held")]
        return {
            "aware": sum(mind.aware),
            "adopted": len(buyers),
            "promoters": sum(mind.satisfaction[i] >= HAPPY for i in buyers),
            "detractors": sum(mind.satisfaction[i] <= UNHAPPY for i in buyers),
            "praising": mind.talks.count(1),
            "complaining": mind.talks.count(-1),
            "consumer_reach": fmean(
                any(stocked[site] for site in sites) or (shop >= 0 and stocked[self.first_online + shop])
                for sites, shop in zip(self.considered, mind.watching, strict=True)
            ),
        }

    def _check_minds(self, now: Any) -> None:
        """What consumers remember fits together, and the outlets know who waits for them."""
        mind, skus = now.mind, len(now.retailers.stock[0])
        assert all(0 <= share <= 1 for share in [*mind.loyalty, *mind.satisfaction])
        assert all(-1 <= habit <= 1 for habit in mind.online_habit)
        assert all(aware for week, aware in zip(mind.adopted, mind.aware, strict=True) if week >= 0)
        assert all(week >= 0 for week, talks in zip(mind.adopted, mind.talks, strict=True) if talks)
        if self.scenario.consumers.demand.source == "choice":
            waiting = [[0] * skus for _ in now.counter_price]
            for offer in mind.waiting_for:
                if offer >= 0:
                    waiting[offer // skus][offer % skus] += 1
            agree("waiting", now.week, waiting, outlets(now, "waiting"))
        closed = [n for n, active in enumerate(outlets(now, "active")) if not active]
        agree(
            "waiting where it is closed",
            now.week,
            [[0] * skus for _ in closed],
            [outlets(now, "waiting")[n] for n in closed],
        )

    def _coverage(self, now: Any) -> dict[str, float]:
        numeric, weighted = self._distribution(now, range(len(now.retailers.party)))
        return {"numeric_distribution": numeric, "weighted_distribution": weighted}

    def _distribution(self, now: Any, shops: Any) -> tuple[float, float]:
        """Share of the shops with an own SKU in stock, each alike and by what it has sold since the start."""
        open_shops = [o for o in shops if now.retailers.active[o]]
        stocked = [o for o in open_shops if any(now.retailers.held[o][: self.own])]
        sold = sum(self.category[o] for o in open_shops)
        return (
            len(stocked) / len(open_shops) if open_shops else 0.0,
            sum(self.category[o] for o in stocked) / sold if sold else 0.0,
        )

    def _processes(self, goods: Goods) -> int:
        """One for the dispatch, one a plant's batch, one a departure: what a tier or a rival sends to another tier.

        Where dock or trucks are few, each truckload has one, and so has each dispute.
        """
        started = {("dispatch", "", 0, 0)}
        for d in goods.sent:
            if d.victim >= 0:
                started.add((d.seller, d.buyer, 0, -1))
                continue
            row = d.seller_row if d.seller in ("rivals", "production") else 0
            started.add((d.seller, d.buyer, row, d.load))
        return len(started) + goods.grey.desk.filed

    def _deliveries(self, goods: Goods) -> dict[str, float]:
        """How long own goods that arrived have taken, and how long they waited before they left."""
        came = [(sum(d.units), d) for d in goods.arrived if d.seller in SELLERS]
        return {
            "units_delivered": sum(units for units, _ in came),
            "delivery_unit_days": sum(units * (d.arrives - d.dispatched) for units, d in came),
            "dock_unit_days": sum(units * (d.leaves - d.dispatched) for units, d in came),
        }

    def _check_by_sku(self, now: Any, market: Market) -> None:
        sold, prices = outlets(now, "sold"), now.counter_price
        shops, skus = range(len(sold)), range(len(sold[0]))
        units = [sum(sold[o][sku] for o in shops) for sku in skus]
        revenue = [sum(sold[o][sku] * prices[o][sku] for o in shops) for sku in skus]
        agree("units by SKU", now.week, units, market.record.sku_units[-1].tolist())
        agree("revenue by SKU", now.week, revenue, market.record.sku_revenue[-1].tolist())

    def _check_by_region(self, now: Any, flows: list[Flow], market: Market) -> None:
        kept = market.record
        for region in self.regions:
            shops = [o for o, place in enumerate(now.retailers.region) if place == region]
            numeric, _ = self._distribution(now, shops)
            units, revenue, left = regional.sales(self.scenario, now, region, flows)
            for name, value, series in (
                ("numeric distribution", numeric, kept.region_distribution),
                ("units sold", units, kept.region_units),
                ("revenue", revenue, kept.region_revenue),
                ("contribution", left, kept.region_contribution),
            ):
                agree(f"{name} in region {region}", now.week, value, float(series[-1][region]))


def _mean_spread(groups: list[list[float]]) -> float:
    """Standard deviation over mean in each group of two prices or more, and the mean of these."""
    spreads = [pstdev(prices) / fmean(prices) for prices in groups if len(prices) > 1]
    return fmean(spreads) if spreads else 0.0
