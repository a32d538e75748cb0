"""A witness of the terms in force: layout, support, service and prices of every firm, from the scenario's own words."""

from typing import Any

from channellab.agents.draws import Stream
from channellab.scenarios.regions import ROLES, RegionTable
from channellab.scenarios.settings import Scenario

from .advertising import Advertising
from .calendar import Calendar
from .chain import SELLERS, WHOLESALERS, links, rows
from .draws import uniform
from .photo import agree
from .selling import one_price, partners_wanted
from .shelf_prices import EventPrices, ShelfPrices

EVERYWHERE = -1
"""Instead of a region: what holds in all of them."""
SITES_OF_A_DISTRICT = 8
"""Candidate sites for which a district's support is declared."""


class Terms:
    """What policies, timetable and price rules mean for every firm in one week."""

    def __init__(self, scenario: Scenario, table: RegionTable, seed: int) -> None:
        self.scenario, self.table, self.seed = scenario, table, seed
        self.own = len(scenario.products)
        self.subsidies: Any = None
        rivals = [sku for rival in scenario.rivals for sku in rival.products]
        self.listed = [sku.list_price for sku in (*scenario.products, *rivals)]
        self.rivals_ask = [sku.ex_factory_price for sku in rivals]
        self.ex_factory = [
            one_price(scenario.manufacturer.price, sku.ex_factory_price, sku.unit_cost) for sku in scenario.products
        ]
        self.shelf, self.calendar, self.advertising = ShelfPrices(self), Calendar(self), Advertising(self)

    def check(self, was: Any, now: Any, event_prices: EventPrices, rebates: Any) -> None:
        """Asserts that the firms of a market live under the terms that the scenario declares for the week.

        ``event_prices`` tells what online shops ask in a week of livestreams, from what they asked otherwise.
        """
        week, shops = now.week, now.retailers
        self.was, self.rebates = was, rebates
        carried = self.carried(now)
        agree("carries", week, carried, shops.carries)
        agree("authorised", week, [any(row) for row in carried], shops.authorised)
        agree("recommended price", week, self.recommended(now), shops.recommended_price)
        for name in WHOLESALERS:
            tier = getattr(now, name)
            agree(f"purchase price of {name}", week, self.pays(now, name), tier.purchase_price)
            agree(f"price of {name}", week, self.asks(now, name), tier.price)
        agree(
            "purchase price",
            week,
            [[*row, *self.rivals_ask] for row in self.pays(now, "retailers")],
            shops.purchase_price,
        )
        self._check_stores(now)
        self.shelf.check(was, now, event_prices)
        self._check_online(now)
        self._check_support(was, now)

    def in_force(self, key: str, measured: int, region: int, group: str) -> Any:
        """The value of a dotted key under policy or layout, for a partner group in a region and a measured week."""
        names = () if region == EVERYWHERE else (self.table.region_ids[region], ROLES[self.table.role[region]])
        value: Any = self.scenario
        for part in key.split("."):
            value = getattr(value, part)
        for entry in self.scenario.timetable:
            here = not entry.where or any(name in entry.where for name in names)
            them = not entry.who or group in entry.who
            if entry.weeks[0] <= measured <= entry.weeks[1] and here and them and key in entry.set:
                value = entry.set[key]
        return value

    def group(self, now: Any, shop: int) -> str:
        """The partner group of a shop: its format."""
        kind: int = now.retailers.format[shop]
        return self.scenario.retailers.formats[kind].name

    def layout(self, key: str, now: Any, region: int) -> Any:
        """The value of a key of the layout in a region; with ``{role}`` in the key, for the region's role."""
        role, group = ROLES[self.table.role[region]], self.scenario.retailers.formats[0].name
        return self.in_force(f"layout.{key.format(role=role)}", now.measured, region, group)

    def carried(self, now: Any) -> list[list[bool]]:
        """The best shops of each area, by service and then by lot, as many as the layouts of region and class open."""
        shops, sites = now.retailers, self.scenario.network.sites_per_area
        places = [(-shops.base_service[o], uniform(self.seed, Stream.SITE_RANK, shops.site[o])) for o in rows(shops)]
        chosen = []
        for o in rows(shops):
            better = sum(shops.area[p] == shops.area[o] and places[p] < places[o] for p in rows(shops))
            kinds = [self.layout("{role}", now, shops.region[o])]
            carries = []
            for sku in self.scenario.products:
                both = [*kinds, self.layout(sku.product_class, now, shops.region[o]) or kinds[0]]
                share = min(self.layout(kind, now, shops.region[o]) for kind in both)
                meant = self.made_for(sku, self.group(now, o), shops.region[o])
                carries.append(bool(meant and better < partners_wanted(sites, share) and shops.active[o]))
            chosen.append(carries)
        return chosen

    def made_for(self, sku: Any, group: str, region: int) -> bool:
        """Whether the brand makes a SKU for a channel and a region."""
        places = () if region == EVERYWHERE else (self.table.region_ids[region], ROLES[self.table.role[region]])
        here = region == EVERYWHERE or not sku.regions or any(name in sku.regions for name in places)
        return here and (not sku.channels or group in sku.channels)

    def check_assigned(self, opening: Any) -> None:
        """Asserts which SKUs are made for each outlet."""
        for tier in ("retailers", "stores", "online"):
            outlets = getattr(opening, tier)
            for row in rows(outlets):
                group = self.group(opening, row) if tier == "retailers" else tier
                region = EVERYWHERE if tier == "online" else outlets.region[row]
                meant = [self.made_for(sku, group, region) for sku in self.scenario.products]
                agree(f"made for {tier} {row}", 0, meant, outlets.assigned[row])

    def recommended(self, now: Any) -> list[list[float]]:
        """List price less the recommended discount; rivals' list prices as they are."""
        return [
            [
                listed * (1.0 - (self.of_shop("policy.price.recommended_discount", now, o) if sku < self.own else 0.0))
                for sku, listed in enumerate(self.listed)
            ]
            for o in rows(now.retailers)
        ]

    def pays(self, now: Any, name: str) -> list[list[float]]:
        """What a tier pays for own goods: what its suppliers ask, or the price ex factory less a discount."""
        tier = getattr(now, name)
        asked = {
            seller: self.asks(now, seller) for seller, buyer in links(now) if buyer == name and seller in WHOLESALERS
        }
        key, paid = "policy.price.ex_factory_discount", []
        for n, region in enumerate(tier.region):
            seller = SELLERS[tier.supplier_tier[n]]
            if seller in asked:
                paid.append(asked[seller][tier.supplier[n]])
                continue
            group = self.group(now, n) if name == "retailers" else "distributors"
            discount = self.in_force(key, now.measured, region, group)
            deal = self.calendar.deal("off_invoice", now, name, n, now.measured)
            paid.append([price * (1.0 - discount) * (1.0 - deal) for price in self.ex_factory])
        return paid

    def asks(self, now: Any, name: str) -> list[list[float]]:
        """What the firms of a tier between plants and shops ask by their rule."""
        rule, products = getattr(self.scenario, name).price, self.scenario.products
        listed = [sku.subdistributor_price if name == "subdistributors" else sku.distributor_price for sku in products]
        return [
            [
                one_price(rule, price, paid * (1.0 - self._passed_on(now, name, n, row)))
                for price, paid in zip(listed, row, strict=True)
            ]
            for n, row in enumerate(self.pays(now, name))
        ]

    # Own stores

    def stores_recommended(self, now: Any) -> list[list[float]]:
        """List price less the recommended discount for own stores of the region; rivals' list prices as they are."""
        key = "policy.price.recommended_discount"
        discounts = [self.in_force(key, now.measured, region, "stores") for region in now.stores.region]
        return [
            [listed * (1.0 - discount) if sku < self.own else listed for sku, listed in enumerate(self.listed)]
            for discount in discounts
        ]

    def stores_pay(self, now: Any) -> list[list[float]]:
        """Own stores take goods at what they cost to make."""
        costs = [sku.unit_cost for sku in self.scenario.products]
        return [[*costs, *(0.0 for _ in self.rivals_ask)] for _ in rows(now.stores)]

    def _check_stores(self, now: Any) -> None:
        """The layout opens the stores of the most populous districts of a region first, by lot among equals."""
        stores, week, people = now.stores, now.week, self.table.district_population.tolist()
        places = [
            (-people[stores.district[n]], uniform(self.seed, Stream.STORE_RANK, stores.site[n])) for n in rows(stores)
        ]
        opened = []
        for n in rows(stores):
            here = [m for m in rows(stores) if stores.region[m] == stores.region[n]]
            better = sum(places[m] < places[n] for m in here)
            share = self.layout("own_stores.{role}", now, stores.region[n])
            opened.append(bool(better < partners_wanted(len(here), share) and stores.active[n]))
        agree("open stores", week, opened, stores.open)
        agree("recommended price of own stores", week, self.stores_recommended(now), stores.recommended_price)
        agree("purchase price of own stores", week, self.stores_pay(now), stores.purchase_price)
        agree("service of own stores", week, [self.scenario.stores.service for _ in rows(stores)], stores.service)

    def _passed_on(self, now: Any, name: str, row: int, prices: list[float]) -> float:
        """Part of its cost that a firm expects back as rebate and passes on."""
        need = sum(n * price for n, price in zip(getattr(self.was, name).mean[row], prices, strict=True))
        expected: float = self.rebates.expected_rate(now, getattr(now, name).party[row], need)
        passed: float = getattr(self.scenario, name).pass_through
        return passed * expected

    # Online

    def online_pay(self, now: Any) -> list[list[float]]:
        """What online shops pay: a price ex factory that holds everywhere, the brand's own what goods cost to make."""
        discount = self.in_force("policy.price.ex_factory_discount", now.measured, EVERYWHERE, "online")
        made = [sku.unit_cost for sku in self.scenario.products]
        paid = []
        for n, shop in enumerate(self.scenario.online.shops):
            deal = self.calendar.deal("off_invoice", now, "online", n, now.measured)
            bought = [price * (1.0 - discount) * (1.0 - deal) for price in self.ex_factory]
            paid.append([*(made if shop.owner == "brand" else bought), *self.rivals_ask])
        return paid

    def online_recommended(self, now: Any) -> list[float]:
        """Recommended prices online: list price less a discount that holds everywhere."""
        discount = self.in_force("policy.price.recommended_discount", now.measured, EVERYWHERE, "online")
        return [listed * (1.0 - discount) if sku < self.own else listed for sku, listed in enumerate(self.listed)]

    def _check_online(self, now: Any) -> None:
        week, shops = now.week, now.online
        agree("purchase price online", week, self.online_pay(now), shops.purchase_price)
        agree(
            "recommended price online",
            week,
            [self.online_recommended(now) for _ in shops.party],
            shops.recommended_price,
        )
        agree("service online", week, [shop.service for shop in self.scenario.online.shops], shops.service)

    # Shops

    def _check_support(self, was: Any, now: Any) -> None:
        """A district's support is shared by its authorised shops and raises their service."""
        shops = now.retailers
        size = self.scenario.network.sites_per_district / SITES_OF_A_DISTRICT
        brand = now.manufacturers.active[0]
        if was.manufacturers.active[0] and not brand:
            return  # what the brand gave ends with it; services fall from next week on
        for o in rows(shops):
            neighbours = [p for p in rows(shops) if shops.district[p] == shops.district[o]]
            if any(was.retailers.active[p] and not shops.active[p] for p in neighbours):
                continue  # what one had who leaves this week is shared among the others from next week on
            partners = sum(shops.authorised[p] for p in neighbours)
            offered = self.of_shop("policy.funds.district_support", now, o) * size if brand else 0.0
            support = offered / partners if shops.authorised[o] else 0.0
            agree(f"support of shop {o}", now.week, support, shops.support[o])
            agree(f"service of shop {o}", now.week, self.subsidies.service(now, o, support), shops.service[o])

    def of_shop(self, key: str, now: Any, shop: int) -> Any:
        """A setting in force for a shop."""
        return self.in_force(key, now.measured, now.retailers.region[shop], self.group(now, shop))
