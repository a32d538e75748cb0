"""The market: a Mesa model of one scenario and one seed."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import mesa
import numpy as np
import numpy.typing as npt

from channellab.agents.columns import Table, by_sku
from channellab.agents.distributors import Distributor, PlatformDistributor, Subdistributor, Warehouse
from channellab.agents.draws import gumbel_table
from channellab.agents.kernels.shelf import Tally
from channellab.agents.kols import Kol
from channellab.agents.manufacturer import Manufacturer, Plant
from channellab.agents.omni import OmniColumns
from channellab.agents.online import OnlineShop
from channellab.agents.partners import PartnerColumns
from channellab.agents.retailers import Retailer
from channellab.agents.rivals import Rival
from channellab.agents.stores import Store
from channellab.scenarios import timetable
from channellab.scenarios.arrays import Index
from channellab.scenarios.errors import BadInput
from channellab.scenarios.regions import ROLES, RegionTable, load_regions
from channellab.scenarios.settings import Scenario
from channellab.sim import kols as opinion
from channellab.sim import state
from channellab.sim.audit import opening_gap
from channellab.sim.chain import SELLERS, TIERS, WHOLESALERS, Link, docks, stock_rules
from channellab.sim.customers import Customers
from channellab.sim.development import Development
from channellab.sim.dispersion import Chains
from channellab.sim.disputes import Desk, dispute_terms
from channellab.sim.diversion import GreyTrade
from channellab.sim.goods import GoodsBook
from channellab.sim.handover import Handovers
from channellab.sim.invoices import Invoices
from channellab.sim.leads import LeadDesk
from channellab.sim.ledger import Account, Group, Ledger
from channellab.sim.listing import buyers_liking, open_listings
from channellab.sim.logistics import Logistics
from channellab.sim.membership import NOTHING, terms_of
from channellab.sim.minimum_prices import MinimumPrices
from channellab.sim.opening import open_firms
from channellab.sim.order_discounts import OrderDiscounts
from channellab.sim.pricing import set_ex_factory_prices
from channellab.sim.pricing_groups import places, rules_of_outlets
from channellab.sim.promotions import Promotions, declared
from channellab.sim.reach import Reach
from channellab.sim.rebate_accounts import Rebates
from channellab.sim.record import Record, inventory_value
from channellab.sim.replay import Replay, list_planned, open_replay, planned_forecast
from channellab.sim.returns import Returns
from channellab.sim.rules import COMPILED, Rules
from channellab.sim.settlement import Deliveries
from channellab.sim.shopping import habits, luck
from channellab.sim.showrooms import Showrooms
from channellab.sim.subsidies import Subsidies
from channellab.sim.supply import Layouts, check_layout
from channellab.sim.terms import set_terms
from channellab.sim.week import play
from channellab.sim.world import World, build_world, check_places

KINDS = (
    *(Manufacturer, Plant, Warehouse, Rival),
    *(Distributor, PlatformDistributor, Subdistributor, Retailer, Store, OnlineShop, Kol),
)
"""The kinds of firms, in the order in which they are registered."""


def region_table(scenario: Scenario, base: Path) -> RegionTable:
    """The regions and districts a scenario names; relative paths start at ``base``. Raises BadInput."""
    network = scenario.network
    return load_regions(network.regions, network.edges, network.districts, network.district_count, base)


class Market(mesa.Model):
    """One market. ``step()`` plays a week.

    Attributes:
        week: weeks played, warm-up included. seed: of the world and of all shocks.
        consumers, retailers, stores, online, subdistributors, platform_distributors, distributors, warehouses, plants,
            manufacturers, rivals, kols: the agents' columns. pricing: groups of outlets that seek their own best price.
        layouts, links: the layout of each region in force, and who supplies whom under it. terms_known: whether firms
            live by the terms of the week; without, all are worked out anew when the next one begins.
        patron: (N,) who buys for each outlet from the brand under it, see `patrons`.
        first_store, first_online: places of the first own store and online shop among all outlets.
        deliveries: by tier of the seller, what arrived this week.
        roads, goods: the network and the assortment. ledger, books, invoices, rebates: money, goods by tier,
            trade credit, rebates owed. customers: whom partners have supplied before.
        omni: what ties shops on the street to online sales. showrooms: who looks in one before buying online.
        handovers: orders at the brand's own online shops that shops on the street serve or hand over.
        leads: buyers on their way to an order. logistics: the SimPy clock. desk: disputes of partners.
        record: what has been written down.
        order_discounts: what is off which orders. returns: what partners may send back, and do.
        replay: the history that is played back, if demand was fitted to one.
        promotions: whose promotion calendar is which. minimum_prices: what may be advertised.
        rules: the decisions in use.
    """

    def __init__(
        self,
        scenario: Scenario,
        table: RegionTable | None = None,
        seed: int | None = None,
        rules: Rules = COMPILED,
        where: str = "scenario",
    ) -> None:
        """Builds the world and opens the firms.

        Args:
            table: regions; by default the built-in ones the scenario names. seed: by default the scenario's.
            where: name of the scenario's file in messages.

        Raises:
            BadInput: the scenario names regions or plants that do not exist.
        """
        self.seed = scenario.run.seed if seed is None else seed
        super().__init__(seed=self.seed)
        self.scenario, self.rules = scenario, rules
        table = region_table(scenario, Path()) if table is None else table
        timetable.check(scenario, table.region_ids, [ROLES[role] for role in table.role], where)
        check_places(scenario, table, where)
        check_layout(scenario, table, where)
        self.week = 0
        self.ledger: Ledger
        self.rebates: Rebates
        self.subsidies: Subsidies
        self.books: dict[str, GoodsBook]
        self._adopt(build_world(scenario, table, self.seed))
        self.replay: Replay | None
        open_replay(self, table, where)
        self._prepare()
        self._open()
        self._register()

    def step(self) -> None:
        """Plays one week."""
        self.week += 1
        self.ledger.open_week()
        self.rebates.open_week()
        self.subsidies.open_week()
        self.way_stock_cost = self.freight_bill = self.orders_wanted = self.orders_cut = 0.0
        play(self)

    def play(self, weeks: int) -> None:
        """Plays several weeks."""
        for _ in range(weeks):
            self.step()

    @property
    def measured_week(self) -> int:
        """Measured week, counted from 1; zero and less during warm-up."""
        return self.week - self.scenario.run.warmup

    def save(self, path: str | Path) -> None:
        """Writes the state at the week's end to a file. Raises BadInput where it cannot be written."""
        state.write(Path(path), self.scenario, self.seed, state.dump(self))

    @classmethod
    def load(cls, path: str | Path, rules: Rules = COMPILED) -> "Market":
        """A market that goes on bit-identically from a saved week. Raises BadInput where the file is not one."""
        scenario, seed, arrays = state.read(Path(path))
        market = cls(scenario, seed=seed, rules=rules, where=str(path))
        try:
            state.restore(market, arrays)
        except (KeyError, ValueError):
            raise BadInput(str(path), "", "is not a whole saved market") from None
        return market

    def fork(self, scenario: Scenario | None = None) -> "Market":
        """Another future of this market from this week on, under other policies, layout or timetable.

        Raises:
            BadInput: the scenario differs from this one in anything else.
        """
        scenario = self.scenario if scenario is None else scenario
        state.check_fork(self.scenario, scenario)
        market = type(self)(scenario, self.roads.table, self.seed, self.rules)
        state.restore(market, state.dump(self))
        if any(getattr(scenario, name) != getattr(self.scenario, name) for name in ("policy", "layout", "timetable")):
            market.terms_known = False
        return market

    def stock_tiers(self) -> Iterator[tuple[str, Any]]:
        """The tiers that own the brand's goods, from the shops up."""
        for name in reversed(TIERS):
            yield name, self.tiers[name]

    def staffed_tiers(self) -> Iterator[tuple[str, Any]]:
        """The same, but for those that have no firms."""
        return ((name, tier) for name, tier in self.stock_tiers() if tier.party.size)

    @property
    def everybody_there(self) -> bool:
        """Whether neither the brand nor any firm of the tiers has left, and every online shop is open."""
        return bool(self.manufacturers.active[0]) and all(tier.active.all() for _, tier in self.staffed_tiers())

    def forget_receipts(self) -> None:
        """Clears what arrived last week."""
        for name, tier in self.staffed_tiers():
            tier.received[:] = 0
            tier.delivered[:] = 0
            if name in SELLERS:
                tier.delivered_value[:] = 0.0
            if name != "plants":
                tier.received_value[:] = 0.0

    def start_clock(self) -> None:
        """A SimPy clock at the start of the coming week, with nothing on the move and nothing disputed."""
        self.logistics = Logistics(self.tiers, self.books, self.docks, self.week)
        self.desk = Desk(self.logistics.env, self.seed, self.grey.identities, dispute_terms(self))

    def close(self) -> None:
        """Lets Mesa forget the market, which it otherwise never does, so that memory is freed."""
        mesa.Agent._ids.pop(self, None)
        self.forget(list(self.agents))

    def forget(self, firms: list[mesa.Agent]) -> None:
        """Takes firms from Mesa's register without winding them up."""
        for firm in firms:
            self.deregister_agent(firm)  # type: ignore[no-untyped-call]  # Mesa leaves it untyped

    def _adopt(self, world: World) -> None:
        self.world, self.roads, self.goods = world, world.roads, world.goods
        self.consumers = world.consumers
        self.shelves, self.tiers = world.shelves, world.tiers
        self.retailers, self.stores, self.online = world.retailers, world.stores, world.online
        self.plants, self.warehouses = world.plants, world.warehouses
        self.distributors, self.subdistributors = world.distributors, world.subdistributors
        self.platform_distributors = world.platform_distributors
        self.manufacturers, self.rivals, self.kols = world.manufacturers, world.rivals, world.kols
        self.pricing = world.pricing
        self.first_store = self.retailers.party.size
        self.first_online = self.first_store + self.stores.party.size
        self.links: tuple[Link, ...] = ()
        self.patron: Index
        self.layouts: Layouts = ()
        self.deliveries: dict[str, Deliveries] = {}
        self.diverted: Deliveries
        self.partners = PartnerColumns.opened(world.parties)
        self.omni = OmniColumns.opened(self.retailers.party.size, self.goods.own)
        self.stock_rules = stock_rules(self.scenario)
        self.docks = docks(self.scenario)
        self.grey = GreyTrade.opened(self.tiers, world.parties)

    def _prepare(self) -> None:
        """What is computed once from the scenario, for speed."""
        scenario, retailers = self.scenario, self.retailers
        self.habits = habits(scenario.consumers, scenario.leads.share)
        self.club = terms_of(scenario.membership, self)
        self.luck = luck(self.seed, gumbel_table(scenario.consumers.demand.gumbel_scale))
        self.manner = opinion.manner(scenario.kols)
        self.signals = opinion.signals(self.seed)
        self.sku_key = self.goods.sku_key
        self.attraction = by_sku(self.goods.appeal[None, :] + self.shelves.quality[:, None])
        self.first_site = np.arange(0, retailers.party.size, scenario.network.sites_per_area, dtype=np.int32)
        self.area_region = retailers.region[self.first_site]
        self.residents = np.bincount(
            self.area_region[self.consumers.tastes.area], minlength=len(self.roads.table.region_ids)
        )
        self.chains = Chains.of(retailers)
        self.price_rules = rules_of_outlets(scenario, retailers, self.stores)
        self.price_place = places(retailers, self.stores, self.online)
        self.holding_rate = {name: rule.holding_cost for name, rule in self.stock_rules.items()}
        self.leads = LeadDesk.of(scenario, self.shelves.party.size)
        self.showrooms = Showrooms.of(scenario, self.seed)
        self.handovers = Handovers.of(self.online.own)
        self.liking = buyers_liking(scenario, self.seed, retailers.site, self.goods.slot)
        self.reach = Reach(self.consumers.tastes, scenario.network.sites_per_area)
        self.promotions = Promotions(declared(scenario))
        self.minimum_prices = MinimumPrices.of(scenario, self.shelves.party.size)

    def _open(self) -> None:
        """Week zero: first terms and prices, first stocks, capital paid in, books opened."""
        self.terms_known = False
        self.way_stock_cost = self.freight_bill = self.way_stock = self.orders_wanted = self.orders_cut = 0.0
        self.rebates = Rebates.of(self.world.parties, self.goods.own)
        self.customers = Customers()
        self.returns = Returns.of(self.scenario, self.world.parties, self.goods.own)
        self.order_discounts = OrderDiscounts.of(self.scenario, self.tiers, self.goods.own)
        self.development = Development.opened(self.world.parties, self.scenario.development.prior_gain)
        table, prior = self.roads.table, self.scenario.retailers.effort.prior
        self.subsidies = Subsidies.opened(self.retailers.party.size, self.world.parties, len(table.region_ids), prior)
        self.tally = Tally(0, 0, 0)
        self.benefits, self.churned = NOTHING, 0
        set_ex_factory_prices(self)
        set_terms(self)
        open_listings(self)
        list_planned(self)
        open_firms(self.scenario, self.world, self.links, planned_forecast(self))
        own = self.goods.own
        for outlets in (self.retailers, self.stores, self.online):
            outlets.unit_cost[:, :own] = outlets.purchase_price[:, :own]
        for name in WHOLESALERS:
            self.tiers[name].unit_cost[:] = self.tiers[name].purchase_price
        self.counter_price = self.shelves.price.copy(order="K")
        self.ledger, self.invoices = Ledger(self._groups()), Invoices()
        self._pay_in()
        self.books = {name: GoodsBook.opened(tier.stock) for name, tier in self.stock_tiers()}
        self.start_clock()
        regions = len(self.roads.table.region_ids)
        self.record = Record(
            moments={name: np.zeros((4, tier.party.size)) for name, tier in self.stock_tiers()},
            stock_gain=np.zeros(len(Group)),
            flows=np.zeros_like(self.ledger.paid),
            partner_units=np.zeros(self.world.parties),
            rebates=np.zeros_like(self.rebates.booked),
            rebates_back=np.zeros_like(self.rebates.booked),
            rebates_paid=np.zeros_like(self.rebates.booked),
            rebates_under=np.zeros_like(self.rebates.booked),
            routes=np.zeros((regions, regions)),
            category=np.zeros(self.retailers.party.size),
            measured_category=np.zeros(self.retailers.party.size),
            weeks_in_stock=np.zeros(self.retailers.party.size),
            diverted=np.zeros((len(self.roads.table.region_ids),) * 2),
        )
        self.record.inventory = inventory_value(self)
        self.record.money_imbalance = opening_gap(self)

    def _groups(self) -> npt.NDArray[np.int8]:
        group = np.zeros(self.world.parties, np.int8)
        group[: Group.MANUFACTURER] = range(Group.MANUFACTURER)
        for kind, tier in (
            (Group.ONLINE, self.online),
            (Group.MANUFACTURER, self.manufacturers),
            (Group.RIVALS, self.rivals),
            (Group.DISTRIBUTORS, self.distributors),
            (Group.PLATFORM_DISTRIBUTORS, self.platform_distributors),
            (Group.SUBDISTRIBUTORS, self.subdistributors),
            (Group.RETAILERS, self.retailers),
            (Group.KOLS, self.kols),
        ):
            group[tier.party] = kind
        return group

    def _pay_in(self) -> None:
        scenario = self.scenario
        for tier, capital in (
            (self.manufacturers, scenario.manufacturer.working_capital),
            (self.distributors, scenario.distributors.working_capital),
            (self.platform_distributors, scenario.platform_distributors.working_capital),
            (self.subdistributors, scenario.subdistributors.working_capital),
            (self.retailers, scenario.retailers.working_capital),
        ):
            self.ledger.pay(Account.CAPITAL, Group.OWNERS, tier.party, np.full(tier.party.size, capital))
        free = self.online.party[~self.online.own]
        self.ledger.pay(Account.CAPITAL, Group.OWNERS, free, np.full(free.size, scenario.online.working_capital))

    def _register(self) -> None:
        for kind in KINDS:
            columns: Table = getattr(self, kind.table)
            for row in range(len(columns.party)):  # type: ignore[attr-defined]  # every table has parties
                kind(self, row)
