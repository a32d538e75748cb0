"""Markets drawn at random: in each the books balance, goods add up, and a saved market goes on as if never saved."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from channellab.scenarios.files import load
from channellab.sim import state
from channellab.sim.market import Market

LIVELY = str(Path(__file__).parent / "lively" / "lively.toml")
CLEAN = 1e-9
WEEKS = 10


def market_of(*overrides: str) -> Market:
    """The lively market with changes; orders are routed and collected only where the brand has a shop online."""
    shops = [change for change in overrides if change.startswith("online.shops=")]
    without = ("policy.online.routing=false", "policy.online.pickup=false")
    none = bool(shops) and "brand" not in shops[0]
    return Market(load(LIVELY, (*overrides, *(without if none else ()))).scenario)


def check_on_the_move(market: Market) -> None:
    """What firms wait for is owed to them, queueing, on the road or being made; in transit is what queues or moves."""
    own = market.goods.own
    coming = {name: np.zeros_like(tier.on_order) for name, tier in market.stock_tiers()}
    going = {name: np.zeros_like(tier.in_transit) for name, tier in market.stock_tiers()}
    queueing = [load.shipment for load in market.logistics.queues.loads.values()]
    for shipment in [*queueing, *market.logistics.shipments]:
        assert (np.diff(shipment.arrives) >= 0).all()
        skus = slice(shipment.first_sku, shipment.first_sku + shipment.units.shape[1])
        for sender, receiver, units in zip(shipment.senders, shipment.receivers, shipment.units, strict=True):
            coming[shipment.buyer][receiver, skus] += units
            if shipment.seller in going:
                going[shipment.seller][sender] += units
    for batch in market.logistics.batches.values():
        coming["plants"][batch.plant] += batch.units
    for name, tier in market.stock_tiers():
        owed = np.zeros_like(tier.on_order)
        if name != "plants":
            owed[:, :own] = tier.owed
        assert np.array_equal(tier.on_order, coming[name] + owed), name
        assert np.array_equal(tier.in_transit, going[name]), name
        for column in (tier.stock, tier.on_order, tier.in_transit, owed):
            assert (column >= 0).all(), name


def check_money(market: Market) -> None:
    """Per firm, the change of cash is the sum of its entries; no money appears or vanishes; debts add up."""
    ledger, invoices = market.ledger, market.invoices
    turnover = max(ledger.turnover, 1.0)
    assert np.abs(ledger.cash - ledger.opening - ledger.entries.sum(axis=0)).max() <= CLEAN * turnover
    assert abs(ledger.cash.sum()) <= CLEAN * max(np.abs(ledger.cash).sum(), 1.0)
    assert (invoices.due > market.week).all()
    assert (invoices.amount > 0).all()


def check_goods(market: Market, sold: Any) -> None:
    """What plants made and what was there at the start is sold to shoppers, still somewhere, or written off."""
    own = market.goods.own
    books = market.books
    came = sum(book.opening[:, :own].sum(axis=0) for book in books.values()) + books["plants"].made.sum(axis=0)
    here = sum((tier.stock + tier.in_transit)[:, :own].sum(axis=0) for _, tier in market.stock_tiers())
    lost = sum(book.scrapped[:, :own].sum(axis=0) for book in books.values())
    assert np.array_equal(came, here + lost + sold[:own])


def check_leads(market: Market) -> None:
    """A consumer is a lead exactly as long as a row is open, waits for nothing meanwhile, and each row has a future."""
    mind, leads = market.consumers.mind, market.leads.open
    assert np.array_equal(np.sort(leads.consumer), np.flatnonzero(mind.lead))
    assert (mind.waiting_for[leads.consumer] < 0).all()
    assert (leads.due >= 7.0 * market.week).all()
    assert ((leads.stage >= 0) & (leads.stage <= len(market.scenario.leads.stages))).all()
    assert (market.shelves.promised >= 0).all()


class Prices:
    """The lowest and highest price each firm has paid for each SKU so far."""

    def __init__(self, market: Market) -> None:
        self.range = [(tier.purchase_price.copy(), tier.purchase_price.copy()) for tier in self.buyers(market)]

    @staticmethod
    def buyers(market: Market) -> tuple[Any, ...]:
        return market.retailers, market.online, market.subdistributors, market.distributors

    def check(self, market: Market) -> None:
        """Stock is worth what was paid for it: a mean of prices lies between them."""
        for tier, (low, high) in zip(self.buyers(market), self.range, strict=True):
            np.minimum(low, tier.purchase_price, out=low)
            np.maximum(high, tier.purchase_price, out=high)
            self._look_at_grey_goods(market, tier, low)
            assert (tier.unit_cost >= low * (1 - CLEAN)).all()
            assert (tier.unit_cost <= high * (1 + CLEAN)).all()

    @staticmethod
    def _look_at_grey_goods(market: Market, tier: Any, low: Any) -> None:
        """What came from another territory was cheaper than at home."""
        for cargo in market.logistics.arrived:
            if cargo.grey and market.tiers[cargo.buyer] is tier:
                paid = np.where(cargo.units > 0, cargo.value / np.maximum(cargo.units, 1), np.inf)
                np.minimum.at(low[:, : paid.shape[1]], cargo.receivers, paid)


LEADS = st.sampled_from(["0.0", "2.5", "7.0", "19.0"])
RULES = st.sampled_from(["order_up_to", "base_stock", "s_S"])
DOCKS = st.sampled_from(
    [
        "{}",
        "{}",
        "{loading_per_day=5.0}",
        "{trucks=1, truck_load=9}",
        "{loading_per_day=14.0, trucks=2, round_trip_days=7.0, truck_load=7}",
    ]
)
SHARES = st.floats(0, 0.5).map(lambda share: f"{share:.3f}")
SHELF_RULES = st.sampled_from(["list", "markup", "linear_demand", "undercut", "margin_optimal"])
ONLINE_SHOP = st.builds(
    'owner="{}", kind="{}", platform_fee={}, discount={}, price={{rule="{}"}}'.format,
    st.sampled_from(["seller", "brand"]),
    st.sampled_from(["marketplace", "social", "livestream"]),
    SHARES,
    SHARES,
    SHELF_RULES,
)


def numbered(shops: list[str]) -> str:
    """Online shops as a list in TOML, each with a name of its own."""
    return "[" + ", ".join(f'{{name="{number}", {shop}}}' for number, shop in enumerate(shops)) + "]"


ANY: dict[str, st.SearchStrategy[str]] = {
    "run.seed": st.integers(0, 10**9).map(str),
    "consumers.count": st.integers(1, 500).map(str),
    "consumers.demand.source": st.sampled_from(["choice", "declared"]),
    "consumers.demand.law": st.sampled_from(["poisson", "normal", "uniform", "constant"]),
    "consumers.stock_out.wait": SHARES,
    "consumers.stock_out.leave": SHARES,
    "consumers.stock_out.rounds": st.integers(0, 2).map(str),
    "consumers.stock_out.patience": st.integers(1, 4).map(str),
    "consumers.rest_weeks": st.integers(0, 3).map(str),
    "consumers.online_considered": st.integers(0, 3).map(str),
    "distributors.per_region": st.integers(0, 3).map(str),
    "distributors.trunk_lead_days": LEADS,
    "distributors.dock": DOCKS,
    "distributors.payment_weeks": st.integers(0, 5).map(str),
    "distributors.price.rule": st.sampled_from(["list", "markup", "linear_demand"]),
    "distributors.stock.rule": RULES,
    "distributors.stock.level": st.integers(21, 60).map(str),
    "distributors.stock.reorder_point": st.integers(0, 20).map(str),
    "subdistributors.per_district": st.integers(0, 2).map(str),
    "subdistributors.regional_lead_days": LEADS,
    "subdistributors.dock": DOCKS,
    "subdistributors.payment_weeks": st.integers(0, 5).map(str),
    "subdistributors.price.rule": st.sampled_from(["list", "markup", "linear_demand"]),
    "subdistributors.stock.rule": RULES,
    "subdistributors.stock.level": st.integers(21, 60).map(str),
    "subdistributors.stock.reorder_point": st.integers(0, 20).map(str),
    "manufacturer.dock": DOCKS,
    "manufacturer.payment_weeks": st.integers(0, 5).map(str),
    "manufacturer.production_days": LEADS,
    "manufacturer.plants.0.capacity": st.integers(1, 300).map(str),
    "manufacturer.stock.rule": RULES,
    "manufacturer.stock.level": st.integers(21, 60).map(str),
    "manufacturer.stock.reorder_point": st.integers(0, 20).map(str),
    "online.shops": st.lists(ONLINE_SHOP, max_size=3).map(numbered),
    "online.lead_days": LEADS,
    "online.stock.rule": RULES,
    "online.stock.level": st.integers(21, 60).map(str),
    "online.stock.reorder_point": st.integers(0, 20).map(str),
    "kols.count": st.integers(0, 30).map(str),
    "kols.replies": st.integers(0, 5).map(str),
    "kols.followers.near": st.floats(0, 1).map(str),
    "policy.kols.ordinary": SHARES,
    "policy.kols.posts": st.sampled_from(["0.0", "0.5", "3.0"]),
    "policy.kols.stream_weeks": st.integers(0, 3).map(str),
    "policy.kols.commission": SHARES,
    "retailers.local_lead_days": LEADS,
    "retailers.stock.rule": RULES,
    "retailers.stock.level": st.integers(21, 60).map(str),
    "retailers.stock.reorder_point": st.integers(0, 20).map(str),
    "retailers.stock.forecast": st.sampled_from(["exponential", "moving_average"]),
    "retailers.unmet_seen": SHARES,
    "consumers.showrooming.share": SHARES,
    "consumers.collector_buys": SHARES,
    "policy.online.commission": st.sampled_from(["0.0", "0.2"]),
    "policy.online.commission_from": st.sampled_from(["brand", "seller"]),
    "policy.online.routing": st.sampled_from(["false", "true"]),
    "policy.online.pickup": st.sampled_from(["false", "true"]),
    "leads.share": SHARES,
    "leads.media": st.sampled_from(["0.0", "30.0"]),
    "leads.referral": SHARES,
    "leads.capacity": st.sampled_from(["1", "5"]),
    "leads.stages": st.sampled_from(
        [
            '[{name="call", days=0.0, conversion=1.0, cost=1.0}]',
            '[{name="call", days=3.0}, {name="visit", days=9.0}, {name="quote", days=0.5, conversion=0.9}]',
        ]
    ),
    "leads.stock_out_loss": SHARES,
    "leads.lost_to_rival": SHARES,
    "retailers.formats.0.price.rule": SHELF_RULES,
    "retailers.formats.1.price.rule": SHELF_RULES,
    "retailers.formats.1.price.undercut": SHARES,
    "retailers.formats.1.price.experiment": SHARES,
    "retailers.formats.1.price.floor_margin": SHARES,
    "retailers.formats.0.chains": st.integers(0, 3).map(str),
    "policy.price.kind": st.sampled_from(["free", "uniform", "banded"]),
    "retailers.shelf_space": st.integers(1, 4).map(str),
    "retailers.review_weeks": st.integers(1, 5).map(str),
    "layout.core": st.sampled_from(["intensive", "selective", "exclusive"]),
    "policy.price.ex_factory_discount": SHARES,
    "policy.rebate.kind": st.sampled_from(["none", "all_units", "increment"]),
    "policy.rebate.period_weeks": st.integers(1, 6).map(str),
    "policy.rebate.pay_delay_weeks": st.integers(0, 3).map(str),
    "distributors.credit_line": st.sampled_from(["0.0", "200.0", "1e5"]),
    "subdistributors.cash_limit": st.sampled_from(["false", "true"]),
    "subdistributors.working_capital": st.sampled_from(["0.0", "100.0", "6000.0"]),
    "retailers.credit_line": st.sampled_from(["30.0", "1e4"]),
    "diversion.openness": st.sampled_from(["0.0", "0.5", "1.0"]),
    "diversion.margin": SHARES,
    "diversion.undercut": SHARES,
    "diversion.pressure": SHARES,
    "logistics.drop_cost": SHARES,
    "policy.protection.territories": st.sampled_from(["true", "false"]),
    "policy.protection.deposit": st.sampled_from(["0.0", "60.0", "400.0"]),
    "policy.protection.detection": SHARES,
    "policy.protection.trace_days": st.floats(0, 30).map(str),
    "policy.protection.tolerance": st.floats(0, 0.5).map(str),
    "policy.protection.warnings": st.integers(0, 2).map(str),
    "policy.protection.deductions": st.integers(0, 2).map(str),
    "policy.protection.damages": st.floats(1, 2).map(str),
    "policy.protection.damages_cases": st.integers(1, 3).map(str),
    "policy.protection.anomaly_threshold": st.floats(0.1, 4).map(str),
    "policy.protection.audits": st.floats(0, 2).map(str),
    "policy.protection.audit_target": st.sampled_from(["random", "suspects"]),
    "policy.disputes.talks.staff": st.integers(0, 2).map(str),
    "policy.disputes.ruling.staff": st.integers(0, 2).map(str),
    "policy.protection.stop_weeks": st.integers(0, 3).map(str),
    "policy.returns.share": st.floats(0, 1).map(str),
    "policy.returns.credit": st.floats(0.5, 1).map(str),
    "policy.returns.window_weeks": st.integers(1, 9).map(str),
    "policy.funds.district_support": st.sampled_from(["0", "24", "100"]),
    "timetable": st.sampled_from(
        [
            "[]",
            '[{weeks=[2, 5], where=["core"], set={"layout.core"="exclusive"}}]',
            '[{weeks=[2, 3], set={"policy.price.ex_factory_discount"=0.5}}]',
            '[{weeks=[3, 6], set={"policy.price.recommended_discount"=0.4}}]',
            '[{weeks=[3, 5], set={"policy.price.kind"="uniform"}}, {weeks=[6, 7], set={"policy.price.band"=0.0}}]',
            '[{weeks=[2, 4], set={"policy.rebate.kind"="increment"}}]',
            '[{weeks=[2, 4], set={"policy.protection.deposit"=90.0}}]',
            '[{weeks=[2, 6], where=["edge"], set={"policy.price.ex_factory_discount"=0.3}}]',
        ]
    ),
}
SCENARIOS = st.fixed_dictionaries(ANY).map(lambda drawn: tuple(f"{key}={value}" for key, value in drawn.items()))
KINDS = st.sampled_from(
    ["retailers", "online", "subdistributors", "distributors", "plants", "rivals", "manufacturers", "kols"]
)
LEAVERS = st.lists(st.tuples(KINDS, st.integers(0, 99)), max_size=3)


def remove(market: Market, leavers: list[tuple[str, int]]) -> None:
    for table, number in leavers:
        firms = [firm for firm in market.agents if getattr(firm, "table", "") == table]
        if firms:
            firms[number % len(firms)].remove()


@example((), [], 1)
@example(("distributors.trunk_lead_days=7.0", "retailers.local_lead_days=7.0"), [], 1)
@example(("subdistributors.regional_lead_days=7.0", "online.lead_days=7.0"), [], 1)
@example((), [("subdistributors", 0), ("online", 0), ("online", 0)], 3)
@example((), [("distributors", 0), ("plants", 0), ("rivals", 0)], 3)
@example((), [("manufacturers", 0), ("online", 1)], 3)
@example(("distributors.dock={trucks=1, truck_load=9}",), [("distributors", 0), ("subdistributors", 0)], 4)
@given(SCENARIOS, LEAVERS, st.integers(1, 8))
@settings(max_examples=60, deadline=None, derandomize=True)
def test_books_balance_in_any_market(overrides: tuple[str, ...], leavers: list[tuple[str, int]], leave: int) -> None:
    market = market_of(*overrides)
    sold, prices = np.zeros(len(market.goods.names), np.int64), Prices(market)
    for week in range(1, WEEKS + 1):
        if week == leave:
            remove(market, leavers)
        market.step()
        sold += market.shelves.sold.sum(axis=0)
        check_on_the_move(market)
        check_money(market)
        check_goods(market, sold)
        check_leads(market)
        prices.check(market)
    market.close()
    assert market.record.goods_imbalance == 0
    assert market.record.money_imbalance <= CLEAN


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("saved") / "market.npz"


@given(SCENARIOS, LEAVERS, st.integers(1, 4), st.integers(0, 6))
@settings(max_examples=20, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
def test_any_market_goes_on_from_its_file_and_in_a_fork(
    file: Path, overrides: tuple[str, ...], leavers: list[tuple[str, int]], leave: int, saved: int
) -> None:
    market = market_of(*overrides)
    for week in range(1, saved + 1):
        if week == leave:
            remove(market, leavers)
        market.step()
    market.save(file)
    others = Market.load(file), market.fork()
    for one in (market, *others):
        one.play(3)
        one.close()
    expected = state.dump(market)
    for other in others:
        found = state.dump(other)
        assert [name for name in expected if found[name].tobytes() != expected[name].tobytes()] == []
