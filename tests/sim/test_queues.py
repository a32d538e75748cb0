"""Queues for docks and trucks: exact recursions, delivery times by hand, parts, books, files, and peaks."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import simpy

from channellab.scenarios.errors import BadInput
from channellab.scenarios.files import load
from channellab.scenarios.settings.docks import DockSettings
from channellab.sim import metrics, state
from channellab.sim.ledger import Account, Group
from channellab.sim.market import Market
from channellab.sim.queues import Load, Queues
from channellab.sim.shipments import Shipment

LIVELY = str(Path(__file__).parents[1] / "guards" / "lively" / "lively.toml")
CLEAN, BROKEN = 1e-9, 1e-6
CROWDED = (
    "manufacturer.dock={loading_per_day=7.0, truck_load=6}",
    "distributors.dock={loading_per_day=3.0, trucks=1, truck_load=9}",
    "subdistributors.dock={trucks=1, truck_load=4, round_trip_days=2.0}",
)


def goods(day: float, units: int) -> Shipment:
    """Units for one receiver, worth nothing."""
    one, cell = np.zeros(1, np.int64), np.full((1, 1), units)
    return Shipment("plants", "retailers", 0, day, day, one, one, np.full(1, day), cell, np.zeros((1, 1)))


def departures(dock: DockSettings, arrivals: list[tuple[float, int, float]]) -> list[float]:
    """Days on which loads leave a place, given day, units and lead days of each."""
    env = simpy.Environment()
    left: list[float] = []

    def carry(shipment: Shipment) -> Iterator[simpy.Event]:
        left.append(shipment.departed)
        yield env.timeout(0)

    queues = Queues(env, {"plants": dock}, {"plants": 1}, carry)  # type: ignore[arg-type]  # a generator is an iterator

    def come() -> Iterator[simpy.Event]:
        for day, units, lead_days in arrivals:
            yield env.timeout(day - env.now)
            queues.queue(Load(goods(day, units), lead_days))

    env.process(come())
    env.run()
    return left


def drawn(seed: int, count: int = 200) -> list[tuple[float, int, float]]:
    """Loads on whole days; times are sums of eighths, so that every order of adding them is exact."""
    luck = np.random.default_rng(seed)
    days = np.sort(luck.integers(0, 3 * count, count))
    units, leads = luck.integers(1, 60, count), luck.integers(0, 40, count) / 8
    return list(zip(days.astype(float).tolist(), units.tolist(), leads.tolist(), strict=True))


@pytest.mark.parametrize("seed", range(5))
def test_a_dock_follows_lindleys_recursion(seed: int) -> None:
    """W[n+1] = max(0, W[n] + S[n] - T[n]): waits from service times and times between arrivals (Lindley 1952)."""
    arrivals, rate = drawn(seed), 8.0
    wait, expected = 0.0, []
    for number, (day, units, _) in enumerate(arrivals):
        if number:
            before, earlier, _ = arrivals[number - 1]
            wait = max(0.0, wait + earlier / rate - (day - before))
        expected.append(day + wait + units / rate)
    assert departures(DockSettings(loading_per_day=rate), arrivals) == expected
    assert any(leaves - day > units / rate for leaves, (day, units, _) in zip(expected, arrivals, strict=True))


@pytest.mark.parametrize("trucks", [1, 2, 5])
@pytest.mark.parametrize("stated", [None, 6.5])
def test_trucks_are_servers_of_one_queue(trucks: int, stated: float | None) -> None:
    """Each load takes the truck that is back first, in the order of the queue (Kiefer & Wolfowitz 1955)."""
    arrivals, rate = drawn(7), 16.0
    back, free, expected = [0.0] * trucks, 0.0, []
    for day, units, lead_days in arrivals:
        free = max(day, free) + units / rate
        back.sort()
        expected.append(max(free, back[0]))
        back[0] = expected[-1] + (2 * lead_days if stated is None else stated)
    dock = DockSettings(loading_per_day=rate, trucks=trucks, round_trip_days=stated)
    assert departures(dock, arrivals) == expected


TINY = """
[run]
weeks = 6
warmup = 4
[network]
regions = "single"
sites_per_district = 2
sites_per_area = 2
[logistics]
freight_per_unit_km = 0.0
drop_cost = 3.0
[consumers]
count = 1
outlets_considered = 1
demand = {source = "declared", law = "constant", mean = 5.0}
[[products]]
name = "Good"
[manufacturer]
production_days = 0.0
stock = {rule = "base_stock", level = 1000, holding_cost = 0.7}
[distributors]
per_region = 0
[retailers]
local_lead_days = 2.0
stock = {rule = "base_stock", level = 40, holding_cost = 0.0}
"""


@pytest.mark.parametrize(
    ("dock", "wait", "drops"),
    [
        ("", 0.0, 2),
        ("dock = {loading_per_day = 10.0}", 1.0, 2),
        ("dock = {loading_per_day = 10.0, truck_load = 5}", (0.5 + 1.0) / 2, 2),
        ("dock = {loading_per_day = 10.0, truck_load = 5, trucks = 1, round_trip_days = 3.0}", (0.5 + 3.5) / 2, 2),
        ("dock = {truck_load = 8, trucks = 1, round_trip_days = 1.0}", (8 * 0.0 + 2 * 1.0) / 10, 3),
        ("dock = {trucks = 1, round_trip_days = 7.0}", 0.0, 2),
    ],
)
def test_delivery_times_by_hand(played: Callable[[str], Market], dock: str, wait: float, drops: int) -> None:
    """Two shops sell 5 a week each and share a way of two days; the plant sends them 10 a week."""
    market = played(TINY.replace("production_days", f"{dock}\nproduction_days"))
    found = metrics.summary(market)
    assert found["dock_wait_days"] == pytest.approx(wait, abs=1e-12)
    assert found["delivery_days"] == pytest.approx(wait + 2.0, abs=1e-12)
    assert market.ledger.flow[Account.FREIGHT] == pytest.approx(3.0 * drops)
    on_the_way = 10 * (2.0 + wait) / 7 * 0.7
    assert found["stock_cost"] == pytest.approx((1000 - 10) * 0.7 + on_the_way)
    assert found["fill_rate"] == 1.0


def test_a_queue_that_never_ends_is_paid_for_every_week(played: Callable[[str], Market]) -> None:
    """One unit a day is loaded where ten a week are ordered: from week to week more goods wait."""
    market = played(TINY.replace("production_days", "dock = {loading_per_day = 1.0}\nproduction_days"))
    costs = np.array(market.record.numbers["stock_cost"])
    assert market.logistics.queues.loads
    assert market.record.numbers["way_stock"][-1] > market.record.numbers["way_stock"][3]
    assert costs[-1] > costs[3]
    assert market.record.money_imbalance <= CLEAN
    assert market.record.goods_imbalance == 0


def lively(*overrides: str) -> Market:
    return Market(load(LIVELY, overrides).scenario)


def test_goods_arrive_in_parts_and_what_is_not_allocated_stays_owed() -> None:
    """A plant with too little sends a share; a truck too small brings that share in parts; nothing is lost between."""
    market = lively(*CROWDED, "manufacturer.plants.0.capacity=15")
    parts = owed = False
    for _ in range(12):
        market.step()
        queues, tier = market.logistics.queues, market.distributors
        coming = np.zeros_like(tier.on_order)
        loads = [load.shipment for load in queues.loads.values()]
        for shipment in [*loads, *market.logistics.shipments]:
            if shipment.buyer == "distributors":
                np.add.at(coming, shipment.receivers, shipment.units)
        assert np.array_equal(tier.on_order, coming + tier.owed)
        parts |= bool((tier.received.any(axis=1) & coming.any(axis=1)).any())
        owed |= bool((tier.owed.any(axis=1) & tier.received.any(axis=1)).any())
        holds = {name: dock.truck_load or 0 for name, dock in market.docks.items()}
        assert all(load.units.sum() <= holds[load.seller] for load in loads)
    market.close()
    assert parts
    assert owed
    assert market.record.goods_imbalance == 0
    assert market.record.money_imbalance <= CLEAN


def test_without_limits_nothing_queues() -> None:
    market = lively()
    market.play(3)
    market.close()
    assert market.docks == {}
    assert market.logistics.queues.started == 0
    assert market.record.numbers["dock_unit_days"] == [0.0] * 3


def test_ample_docks_change_nothing() -> None:
    """Trucks that are never all out leave everything but the number of processes as it is without limits."""
    ample = [f"{place}.dock.trucks=1000" for place in ("manufacturer", "distributors", "subdistributors")]
    free, limited = lively(), lively(*ample)
    for market in (free, limited):
        market.play(10)
        market.close()
    assert metrics.summary(free) == pytest.approx(metrics.summary(limited), rel=CLEAN)
    assert free.retailers.stock.tolist() == limited.retailers.stock.tolist()


def crowded(*more: str) -> Market:
    return lively(*CROWDED, "run.warmup=0", *more)


def test_a_queue_goes_on_from_a_file_as_if_never_saved(tmp_path: Path) -> None:
    market = crowded("distributors.trunk_lead_days=3.5", "subdistributors.regional_lead_days=0.0")
    stages: set[str] = set()
    for week in range(9):
        market.save(tmp_path / "saved.npz")
        loaded, fork = Market.load(tmp_path / "saved.npz"), market.fork()
        queues = market.logistics.queues
        stages |= {load.stage for load in queues.loads.values()} | ({"away"} if queues.away else set())
        saved = state.dump(market)
        for other in (loaded, fork):
            assert_same(saved, state.dump(other), week)
        market.step()
        for other in (loaded, fork):
            other.step()
            assert_same(state.dump(market), state.dump(other), week)
            other.play(2)
            other.close()
        assert_same(state.dump(loaded), state.dump(fork), week)
    market.close()
    assert stages == {"dock", "loading", "truck", "away"}


def assert_same(one: Any, other: Any, week: int) -> None:
    assert one.keys() == other.keys()
    assert [name for name in one if one[name].tobytes() != other[name].tobytes()] == [], f"week {week}"


@pytest.mark.parametrize("tier", ["plants", "distributors", "subdistributors"])
def test_a_wait_that_is_not_paid_for_is_found(tier: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The dues are counted as goods that lie there times days, the payments load by load."""
    wait = Queues._wait
    monkeypatch.setattr(Queues, "_wait", lambda self, load: None if load.place[0] == tier else wait(self, load))
    market = crowded()
    market.play(6)
    market.close()
    assert market.record.money_imbalance > BROKEN


def test_senders_pay_for_the_wait() -> None:
    free, limited = lively(), crowded()
    for market in (free, limited):
        market.step()
        market.close()
    paid = [market.ledger.paid[Account.HOLDING, :, Group.WAREHOUSES] for market in (free, limited)]
    assert limited.logistics.queues.lain["plants"] > 0
    assert paid[1][Group.MANUFACTURER] > paid[0][Group.MANUFACTURER]
    for name, waited in limited.logistics.queues.waited.items():
        assert waited.sum() == pytest.approx(limited.logistics.queues.lain[name])


@pytest.mark.parametrize(
    ("override", "words"),
    [
        ("distributors.dock.loading_per_day=0.0", "loading_per_day"),
        ("manufacturer.dock.trucks=0", "trucks"),
        ("subdistributors.dock.truck_load=2.5", "truck_load"),
        ("subdistributors.dock.round_trip_days=3.0", "trucks is absent"),
        ("retailers.dock.trucks=3", "dock"),
    ],
)
def test_bad_docks_are_answered(override: str, words: str) -> None:
    with pytest.raises(BadInput, match=words):
        load(LIVELY, [override])


def season(*overrides: str, seed: int) -> dict[str, float]:
    """Metrics of a year of the library's market with a peak; the same luck for each seed."""
    market = Market(load("peak-congestion", [*overrides, f"run.seed={seed}"]).scenario)
    market.play(market.scenario.run.warmup + market.scenario.run.weeks)
    market.close()
    assert market.record.money_imbalance <= CLEAN
    assert market.record.goods_imbalance == 0
    return metrics.summary(market)


FLAT = "consumers.season_amplitude=0.0"
AMPLE = ("manufacturer.dock.loading_per_day=1e9", "manufacturer.dock.trucks=10000", "manufacturer.dock.truck_load=100")


@pytest.mark.slow
def test_a_peak_congests_scarce_docks_and_not_ample_ones() -> None:
    """Paired: on each seed the peak lengthens the wait and costs more of the fill rate where the dock is tight."""
    for seed in range(1, 6):
        tight, tight_flat = season(seed=seed), season(FLAT, seed=seed)
        ample, ample_flat = season(*AMPLE, seed=seed), season(*AMPLE, FLAT, seed=seed)
        assert tight["dock_wait_days"] > 1.1 * tight_flat["dock_wait_days"]
        assert tight["delivery_days"] > tight_flat["delivery_days"]
        assert ample["dock_wait_days"] == pytest.approx(ample_flat["dock_wait_days"], abs=1e-5)
        assert ample["dock_wait_days"] < 1e-5
        loss, loss_anyway = (
            flat["fill_rate"] - peak["fill_rate"] for flat, peak in ((tight_flat, tight), (ample_flat, ample))
        )
        assert loss > loss_anyway > 0
        assert ample_flat["fill_rate"] > tight_flat["fill_rate"]
