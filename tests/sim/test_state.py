"""State as data: a market goes on from a file or in a fork exactly as it would have gone on by itself."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from channellab.agents.distributors import Distributor, Subdistributor
from channellab.agents.manufacturer import Plant
from channellab.agents.online import OnlineShop
from channellab.agents.retailers import Retailer
from channellab.agents.shelves import SHARED
from channellab.experiments import replicate
from channellab.scenarios.errors import BadInput
from channellab.scenarios.files import Loaded, load
from channellab.scenarios.settings import Scenario
from channellab.sim import metrics, state
from channellab.sim.market import Market

LIVELY = str(Path(__file__).parents[1] / "guards" / "lively" / "lively.toml")
LONG = ("run.warmup=10", "run.weeks=60")
SAVED = 60
RELAYOUT = 'timetable=[{weeks=[4, 9], set={"layout.core"="exclusive", "policy.funds.district_support"=60.0}}]'
CONTINUE = """
import json, sys
from channellab.sim import metrics
from channellab.sim.market import Market

market = Market.load(sys.argv[1])
scenario = market.scenario
market.play(scenario.run.warmup + scenario.run.weeks - market.week)
market.save(sys.argv[2])
print(json.dumps(metrics.summary(market)))
"""
Arrays = dict[str, Any]


def lively(*overrides: str) -> Loaded:
    return load(LIVELY, overrides)


def played(scenario: Scenario, weeks: int) -> Market:
    market = Market(scenario)
    market.play(weeks)
    return market


def assert_same(one: Arrays, other: Arrays) -> None:
    assert one.keys() == other.keys()
    assert [name for name in one if one[name].tobytes() != other[name].tobytes()] == []


def records(market: Market, weeks: int) -> Arrays:
    """What was written down in the first weeks."""
    kept = market.record
    lists = {name: kept.numbers[name][:weeks] for name in kept.numbers}
    lists |= {name: value[:weeks] for name, value in vars(kept).items() if isinstance(value, list)}
    return {name: np.array(values) for name, values in lists.items()}


def test_the_rest_is_bit_identical_in_a_new_process(tmp_path: Path) -> None:
    loaded = lively(*LONG)
    market = played(loaded.scenario, SAVED)
    market.save(tmp_path / "week60.npz")
    market.play(10)
    command = [sys.executable, "-c", CONTINUE, str(tmp_path / "week60.npz"), str(tmp_path / "end.npz")]
    summary = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    assert_same(state.dump(market), state.read(tmp_path / "end.npz")[2])
    assert summary == metrics.summary(market)
    document = replicate.run(loaded).document()
    assert summary == {name: entry["mean"] for name, entry in document["metrics"].items()}
    assert document["ledger"]["money_imbalance"] == market.record.money_imbalance


@pytest.mark.parametrize(
    "overrides",
    [
        (),
        ("distributors.per_region=0", "subdistributors.per_district=0", "retailers.local_lead_days=20.0"),
        ("distributors.per_region=0", "subdistributors.regional_lead_days=20.0"),
        ("subdistributors.per_district=0", "online.lead_days=20.0"),
        (
            *("online.shops=[]", "policy.online.routing=false", "policy.online.pickup=false"),
            "subdistributors.per_district=2",
        ),
        (
            'online.shops=[{name="Own", owner="brand"}]',
            "consumers.online_considered=3",
            "online.stock.forecast=moving_average",
        ),
        ("consumers.demand.source=declared", "retailers.stock.forecast=moving_average"),
        (
            "distributors.trunk_lead_days=7.0",
            "subdistributors.regional_lead_days=14.0",
            "online.lead_days=7.0",
            "retailers.local_lead_days=14.0",
            "manufacturer.production_days=21.0",
        ),
        (
            "rivals=[]",
            "manufacturer.payment_weeks=0",
            "distributors.payment_weeks=0",
            "subdistributors.payment_weeks=0",
        ),
        ("products.0.unit_cost=3.3333333333", "retailers.formats.0.price_spread=0.2", "consumers.society.mixing=full"),
        (RELAYOUT,),
    ],
    ids=[
        *("lively", "direct", "sub-distributors", "distributors", "street", "own-shop"),
        *("declared", "whole-weeks", "cash", "odd-numbers", "timetable"),
    ],
)
@pytest.mark.parametrize("week", [0, 1, 8, 9])
def test_a_loaded_market_goes_on_as_the_saved_one(overrides: tuple[str, ...], week: int, tmp_path: Path) -> None:
    market = played(lively(*overrides).scenario, week)
    market.save(tmp_path / "saved.npz")
    loaded = Market.load(tmp_path / "saved.npz")
    assert_same(state.dump(market), state.dump(loaded))
    for _ in range(6):
        market.step()
        loaded.step()
        assert_same(state.dump(market), state.dump(loaded))


def leave_one_of_each(market: Market) -> None:
    for kind in (Retailer, OnlineShop, Subdistributor, Distributor, Plant):
        firms = market.agents_by_type[kind].select(lambda firm: firm.stock.any() and getattr(firm, "authorised", True))
        firms[0].remove()


@pytest.mark.parametrize("after", [0, 2])
def test_firms_that_left_stay_away(after: int, tmp_path: Path) -> None:
    market = played(lively(RELAYOUT).scenario, 8)
    leave_one_of_each(market)
    market.play(after)
    market.save(tmp_path / "saved.npz")
    loaded, fork = Market.load(tmp_path / "saved.npz"), market.fork()
    assert len(loaded.agents) == len(fork.agents) == len(market.agents)
    for other in (market, loaded, fork):
        other.play(8)
    assert_same(state.dump(market), state.dump(loaded))
    assert_same(state.dump(market), state.dump(fork))


def test_online_shops_are_whole_after_loading(tmp_path: Path) -> None:
    """Shelves are one array for all outlets; a loaded market's tiers must still be views of it."""
    market = played(lively().scenario, 8)
    market.save(tmp_path / "saved.npz")
    streets = market.retailers.party.size
    for other in (Market.load(tmp_path / "saved.npz"), market.fork()):
        for name in SHARED:
            shelves = getattr(other.shelves, name)
            assert np.array_equal(shelves, getattr(market.shelves, name)), name
            assert np.shares_memory(shelves[:streets], getattr(other.retailers, name)), name
            assert np.shares_memory(shelves[streets:], getattr(other.online, name)), name
            assert not np.shares_memory(shelves, getattr(market.shelves, name)), name
        assert np.array_equal(other.online.visits, market.online.visits)
        assert np.array_equal(other.consumers.mind.online_habit, market.consumers.mind.online_habit)
    assert market.online.visits.any()
    assert np.unique(market.consumers.mind.online_habit).size > 2


@pytest.mark.parametrize("change", ["policy.price.ex_factory_discount", "policy.price.recommended_discount"])
def test_a_fork_may_change_the_terms_of_online_shops_alone(change: str) -> None:
    market = played(lively().scenario, 8)
    entry = f'timetable=[{{weeks=[1, 20], who=["online"], set={{"{change}"=0.3}}}}]'
    same, other = market.fork(), market.fork(lively(entry).scenario)
    for fork in (same, other):
        fork.step()
    for name in ("purchase_price", "price"):
        assert np.array_equal(getattr(same.retailers, name), getattr(other.retailers, name))
    column = "purchase_price" if "ex_factory" in change else "price"
    seller, own = ~market.online.own, market.goods.own
    before, after = (getattr(fork.online, column)[seller, :own] for fork in (same, other))
    assert (after < before).all()


def test_saving_does_not_change_a_market(tmp_path: Path) -> None:
    scenario = lively().scenario
    market = Market(scenario)
    for week in range(8):
        market.step()
        market.save(tmp_path / f"{week}.npz")
        market.fork()
    assert_same(state.dump(market), state.dump(played(scenario, 8)))


@pytest.mark.parametrize(
    "change",
    [
        "policy.price.recommended_discount=0.3",
        "policy.price.ex_factory_discount=0.3",
        "policy.funds.district_support=90.0",
        "layout.core=exclusive",
        RELAYOUT,
    ],
)
@pytest.mark.parametrize("past", [(), (RELAYOUT,)], ids=["plain", "timetable"])
def test_forks_share_the_past_and_differ_after(change: str, past: tuple[str, ...]) -> None:
    market = played(lively(*past).scenario, 8)
    before = state.dump(market)
    same, other = market.fork(), market.fork(lively("timetable=[]", change).scenario)
    for fork in (same, other):
        assert_same(records(fork, 8), records(market, 8))
        fork.play(6)
        assert_same(records(fork, 8), records(market, 8))
    assert_same(state.dump(market), before)
    market.play(6)
    assert_same(state.dump(market), state.dump(same))
    if past != (change,):
        assert other.record.numbers["retailer_profit"][8:] != same.record.numbers["retailer_profit"][8:]


def test_a_fork_lives_by_its_own_timetable() -> None:
    market = played(lively(RELAYOUT).scenario, 8)
    free = market.fork(lively("timetable=[]").scenario)
    free.step()
    never = played(lively().scenario, 9)
    assert (free.retailers.authorised == never.retailers.authorised).all()
    assert (free.retailers.support == never.retailers.support).all()


def test_forks_can_be_forked_and_saved_at_once(tmp_path: Path) -> None:
    market = played(lively(RELAYOUT).scenario, 8)
    fork = market.fork().fork()
    fork.save(tmp_path / "fork.npz")
    loaded = Market.load(tmp_path / "fork.npz")
    for other in (market, fork, loaded):
        other.play(4)
    assert_same(state.dump(market), state.dump(fork))
    assert_same(state.dump(market), state.dump(loaded))


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ("consumers.count=401", "consumers"),
        ("network.detour=1.4", "network"),
        ("products.0.list_price=11.0", "products"),
        ("rivals.0.lead_days=3.0", "rivals"),
        ("run.seed=8", "run"),
        ("run.warmup=4", "run"),
        ("manufacturer.advertising=0.5", "manufacturer"),
        ("retailers.unmet_seen=0.1", "retailers"),
        ('online.shops=[{name="Own", owner="brand"}]', "online"),
        ("online.shops.0.discount=0.1", "online"),
        ("online.lead_days=9.0", "online"),
        ("subdistributors.per_district=2", "subdistributors"),
        ("subdistributors.payment_weeks=1", "subdistributors"),
    ],
)
def test_a_fork_cannot_change_the_world(change: str, key: str) -> None:
    market = Market(lively().scenario)
    with pytest.raises(BadInput, match=f"fork: {key} "):
        market.fork(lively(change).scenario)


def test_a_fork_may_last_longer() -> None:
    market = played(lively().scenario, 15)
    longer = market.fork(lively("run.weeks=20").scenario)
    longer.play(8)
    assert_same(records(longer, 15), records(market, 15))
    assert len(metrics.weekly(longer)["revenue"]) == 20


def test_timetables_differ_from_their_week_on() -> None:
    plain, steered = Market(lively().scenario), Market(lively(RELAYOUT).scenario)
    first = plain.scenario.run.warmup + 4
    for week in range(1, first + 2):
        plain.step()
        steered.step()
        one, other = state.dump(plain), state.dump(steered)
        if week < first:
            assert_same(one, other)
        else:
            assert any(one[name].tobytes() != other[name].tobytes() for name in one)


def test_entries_that_change_nothing_are_not_noticed() -> None:
    """Else partners would price anew, by the rebates that they expect by then, in the week in which one begins."""
    rules = (f"{tier}.price.rule=markup" for tier in ("distributors", "subdistributors"))
    market = ("consumers.count=20000", "run.warmup=2", *rules)
    plain, steered = (
        played(load("quarterly-rebate", (*market, f"timetable={timetable}")).scenario, 14)
        for timetable in ("[]", '[{weeks=[6, 9], set={"policy.price.recommended_discount"=0.0}}]')
    )
    one, other = state.dump(plain), state.dump(steered)
    assert_same(one, other)


def test_two_timetables_share_the_weeks_before_they_part() -> None:
    later = RELAYOUT.replace("[4, 9]", "[4, 7]")
    one, other = (replicate.run(lively(timetable)) for timetable in (RELAYOUT, later))
    assert one.weekly[:7].equals(other.weekly[:7])
    assert not one.weekly[7:].equals(other.weekly[7:])


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("saved") / "market.npz"
    played(lively().scenario, 2).save(path)
    return path


def test_where_nothing_can_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    market = Market(lively().scenario)
    for path in (tmp_path / "missing" / "m.npz", tmp_path / "file" / "m.npz", tmp_path):
        with pytest.raises(BadInput, match="cannot be written"):
            market.save(path)
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["file"]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write anywhere")
def test_where_writing_is_forbidden(tmp_path: Path) -> None:
    folder = tmp_path / "closed"
    folder.mkdir(mode=0o500)
    with pytest.raises(BadInput, match="cannot be written"):
        Market(lively().scenario).save(folder / "m.npz")


def _edited(saved: Path, **changes: Any) -> bytes:
    """A saved market with some of its arrays replaced, or left out where the change is None."""
    with np.load(saved) as file:
        arrays = dict(file) | changes
    path = saved.with_name("edited.npz")
    np.savez(path, **{name: array for name, array in arrays.items() if array is not None})
    return path.read_bytes()


def _header(saved: Path, **changes: Any) -> bytes:
    with np.load(saved) as file:
        header = json.loads(file["header"].tobytes()) | changes
    return _edited(saved, header=np.frombuffer(json.dumps(header).encode(), np.uint8))


def _npy(saved: Path) -> bytes:
    np.save(saved.with_name("array.npy"), np.zeros(3))
    return saved.with_name("array.npy").read_bytes()


GARBAGE = {
    "empty": lambda saved: b"",
    "text": lambda saved: b"week,stock\n1,2\n",
    "zip without an archive": lambda saved: b"PK\x03\x04 and then nothing",
    "cut short": lambda saved: saved.read_bytes()[:-2000],
    "damaged": lambda saved: saved.read_bytes()[:3000] + bytes(300) + saved.read_bytes()[3300:],
    "an array": _npy,
    "no header": lambda saved: _edited(saved, header=None),
    "header is no text": lambda saved: _edited(saved, header=np.full(9, 255, np.uint8)),
    "other version": lambda saved: _header(saved, version=99),
    "no scenario": lambda saved: _header(saved, scenario=None),
    "bad scenario": lambda saved: _header(saved, scenario={"run": {"weeks": -1}}),
    "missing column": lambda saved: _edited(saved, **{"retailers.stock": None}),
    "column of another size": lambda saved: _edited(saved, **{"retailers.stock": np.zeros((2, 2), np.int64)}),
}


@pytest.mark.parametrize("kind", GARBAGE)
def test_what_is_no_saved_market(kind: str, saved: Path, tmp_path: Path) -> None:
    path = tmp_path / "garbage.npz"
    path.write_bytes(GARBAGE[kind](saved))
    with pytest.raises(BadInput) as error:
        Market.load(path)
    assert "garbage.npz" in str(error.value)


def test_a_missing_or_unreadable_file(tmp_path: Path) -> None:
    for path in (tmp_path / "nothing.npz", tmp_path):
        with pytest.raises(BadInput):
            Market.load(path)


def test_a_market_of_other_regions_is_refused(tmp_path: Path) -> None:
    folder = Path(LIVELY).parent
    for name in ("lively.toml", "regions.csv", "edges.csv", "districts.csv"):
        (tmp_path / name).write_bytes((folder / name).read_bytes())
    market = played(load(str(tmp_path / "lively.toml")).scenario, 2)
    market.save(tmp_path / "saved.npz")
    regions = (tmp_path / "regions.csv").read_text().replace(",60000,", ",90000,")
    (tmp_path / "regions.csv").write_text(regions)
    with pytest.raises(BadInput):
        Market.load(tmp_path / "saved.npz")
