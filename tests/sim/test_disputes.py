"""The dispute desk: alone it is a queue with known waits; levels, deadlines, rulings and their cost by hand."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import simpy

from channellab.agents.draws import Stream, uniforms
from channellab.calibration.gates.queues import waiting
from channellab.scenarios.errors import BadInput
from channellab.scenarios.files import load
from channellab.scenarios.policies.disputes import days_of_work
from channellab.scenarios.settings.disputes import DisputeLevelSettings, DisputePolicySettings, RulingSettings
from channellab.sim import metrics, state
from channellab.sim.cases import Case, Identities
from channellab.sim.disputes import Desk, Ruling
from channellab.sim.ledger import Account
from channellab.sim.market import Market

SEED = 11


def case(number: int, day: float = 0.0, region: int = 0) -> Case:
    """A case whose parties nobody else has."""
    return Case(number, number, region, 100.0, day, week=1, guilty=True)


def heard(settings: DisputePolicySettings, days: list[float]) -> list[Ruling]:
    """What comes of cases that are brought before a desk of its own on these days, in their order."""
    env = simpy.Environment()
    desk = Desk(env, SEED, Identities({n: n for n in range(len(days))}), settings)

    def come() -> Iterator[simpy.Event]:
        for number, day in enumerate(days):
            yield env.timeout(day - env.now)
            desk.file(case(number, day))

    env.process(come())  # type: ignore[arg-type]  # a generator is an iterator
    env.run()
    return sorted(desk.ruled, key=lambda ruling: ruling.case.offender)


def one_level(staff: int, **settings: Any) -> DisputePolicySettings:
    return DisputePolicySettings(talks=DisputeLevelSettings(staff=staff, days=1.0, **settings))


def poisson(rate: float, count: int, seed: int = 1) -> list[float]:
    """Days on which disputes arise."""
    days: list[float] = np.cumsum(np.random.default_rng(seed).exponential(1.0 / rate, count)).tolist()
    return days


def work_of(settings: DisputePolicySettings, number: int, level: int = 0) -> float:
    """Days of work on the case of a number."""
    who = np.array([(number * 2**32 + number) * 4 + level])
    draw = float(uniforms(SEED, Stream.DISPUTE_DAYS, who, 1)[0])
    return days_of_work(settings.levels[level], draw)


@pytest.mark.parametrize("staff", [1, 2, 10])
@pytest.mark.parametrize("law", ["exponential", "uniform"])
def test_whoever_is_free_first_takes_who_came_first(staff: int, law: str) -> None:
    """The wait of each dispute follows from those before it (Kiefer & Wolfowitz 1955)."""
    settings, days = one_level(staff, law=law), poisson(0.9 * staff, 400)
    free, waits, ends = [0.0] * staff, [], []
    for number, day in enumerate(days):
        free.sort()
        begun = max(day, free[0])
        free[0] = begun + work_of(settings, number)
        waits.append(begun - day)
        ends.append(free[0])
    rulings = heard(settings, days)
    assert [ruling.dispute.waited for ruling in rulings] == pytest.approx(waits, abs=1e-9)
    assert [ruling.day for ruling in rulings] == pytest.approx(ends, abs=1e-9)
    assert max(waits) > 1.0


def check_waits(servers: int, load: float, count: int) -> None:
    """Mean wait and share of those who wait lie within three standard errors, told by batches of the run."""
    waits = np.array([ruling.dispute.waited for ruling in heard(one_level(servers), poisson(load, count))])
    exact = waiting(servers, load)
    for figure, expected in ((waits, exact.mean), (waits > 1e-9, exact.probability)):
        batches = figure.reshape(25, -1).mean(axis=1)
        assert batches.mean() == pytest.approx(expected, abs=3.0 * batches.std(ddof=1) / 5.0)
        assert batches.std() / 5.0 < 0.15 * expected, "a run too short to tell"


def test_waits_are_those_of_erlang() -> None:
    check_waits(10, 8.0, count=20_000)


@pytest.mark.slow
@pytest.mark.parametrize(("servers", "load"), [(1, 0.9), (2, 1.8), (10, 8.0)])
def test_they_are_so_in_long_runs(servers: int, load: float) -> None:
    check_waits(servers, load, count=100_000)


def test_a_dispute_goes_up_where_it_is_not_settled_in_time() -> None:
    """Six come at once to one mediator: what is not settled after three days is heard at the top."""
    talks = DisputeLevelSettings(staff=1, days=1.0, settles=1.0, deadline_days=3.0)
    top = RulingSettings(staff=6, days=1.0)
    settings = DisputePolicySettings(talks=talks, ruling=top)
    rulings = heard(settings, [0.0] * 6)
    expected, free = [], 0.0
    for number in range(6):
        work = work_of(settings, number)
        in_time = free + work < 3.0
        expected.append(free + work if in_time else 3.0 + work_of(settings, number, level=2))
        free = min(free + work, 3.0)
    assert [ruling.day for ruling in rulings] == pytest.approx(expected)
    assert {ruling.dispute.level for ruling in rulings} == {0, 2}


def test_what_is_never_settled_below_is_ruled_on_at_the_top() -> None:
    below = DisputeLevelSettings(staff=5, settles=0.0, deadline_days=None)
    settings = DisputePolicySettings(talks=below, arbitration=below, ruling=RulingSettings(staff=5))
    rulings = heard(settings, poisson(1.0, 30))
    assert [ruling.dispute.level for ruling in rulings] == [2] * 30
    only = heard(DisputePolicySettings(arbitration=below), poisson(1.0, 30))
    assert [ruling.dispute.level for ruling in only] == [1] * 30


@pytest.mark.parametrize(("error", "wrong"), [(0.0, 0.0), (1.0, 1.0), (0.3, 0.3)])
def test_rulings_are_wrong_as_often_as_declared(error: float, wrong: float) -> None:
    rulings = heard(one_level(50, error=error), poisson(40.0, 2000))
    assert np.mean([ruling.wrong for ruling in rulings]) == pytest.approx(wrong, abs=0.04)
    assert all(ruling.guilty != ruling.wrong for ruling in rulings), "all of them did it"


MARKET = """
[run]
warmup = 0
weeks = 3
[network]
regions = "pair"
detour = 1.0
sites_per_district = 1
sites_per_area = 1
[logistics]
drop_cost = 0.0
[consumers]
count = 1
outlets_considered = 1
demand = {source = "declared", law = "constant", mean = 10.0}
[[products]]
name = "Good"
[distributors]
stock = {rule = "base_stock", level = 40}
[retailers]
stock = {rule = "base_stock", level = 20}
[conflict]
contest = 1.0
from_accusation = 0.0
from_dispute = 0.2
from_ruling = 0.3
satisfaction_rate = 1.0
[policy.protection]
false_alarms = 1.0
warnings = 0
deductions = 0
stop_weeks = 2
[policy.disputes]
staff_cost = 50.0
"""
"""Two distributors are accused every week, of nothing, and contest it."""


@pytest.fixture
def play(tmp_path: Path) -> Callable[..., Market]:
    def played(*overrides: str, weeks: int = 3) -> Market:
        path = tmp_path / "market.toml"
        path.write_text(MARKET)
        market = Market(load(str(path), overrides).scenario)
        market.play(weeks)
        market.close()
        return market

    return played


def test_metrics_of_a_desk_with_time_for_all(play: Callable[..., Market]) -> None:
    """What is brought on a Sunday is settled next week; the third week's disputes are open at the end."""
    desk = "policy.disputes.arbitration={staff=2, days=1e-9, error=0.0}"
    market = play(desk)
    found = metrics.summary(market)
    assert market.record.numbers["open_disputes"] == [2, 2, 2]
    assert market.record.numbers["settled_disputes"] == [0, 2, 2]
    assert found["open_disputes"] == 1.0
    assert found["dispute_days"] == pytest.approx(0.0, abs=1e-6)
    # Two people in each of two regions.
    assert found["dispute_cost"] == 52 * 4 * 50.0
    assert found["conflict_by_dispute"] == 1 / 5
    # Each distributor has one dispute, which takes 0.2; the two shops have none.
    assert market.record.numbers["partner_resentment"] == pytest.approx([0.1] * 3)
    assert not market.partners.caught.any()


def test_a_desk_that_is_never_done(play: Callable[..., Market]) -> None:
    market = play("policy.disputes.ruling={staff=1, days=365.0}")
    assert market.record.numbers["open_disputes"] == [2, 4, 6]
    assert metrics.summary(market)["open_disputes"] == (1 + 2 + 3) / 3
    assert metrics.summary(market)["dispute_days"] == 0.0
    assert metrics.summary(market)["dispute_cost"] == 52 * 50.0


def test_a_wrong_ruling_punishes_the_innocent(play: Callable[..., Market]) -> None:
    """The ruling of the second week stops the supply of the third; nothing was sent, so nothing is to be paid."""
    market = play("policy.disputes.talks={staff=2, days=1e-9, error=1.0}")
    assert market.partners.caught[market.distributors.party].tolist() == [2, 2]
    assert not market.distributors.ordered.any()
    assert not market.ledger.paid[Account.PENALTIES].any()
    # An open dispute takes 0.2 of each distributor in the first week, then a wrong ruling 0.3 more.
    assert market.record.numbers["partner_resentment"] == pytest.approx([0.1, 0.25, 0.25])


def test_without_people_nothing_is_disputed(play: Callable[..., Market]) -> None:
    market = play()
    assert metrics.summary(market)["open_disputes"] == metrics.summary(market)["dispute_cost"] == 0.0


def test_who_puts_up_with_it_brings_nothing(play: Callable[..., Market]) -> None:
    assert not any(play("policy.disputes.talks.staff=2", "conflict.contest=0.0").record.numbers["open_disputes"])


STAFF = "policy.disputes={talks={staff=1, days=6.0, settles=0.5}, arbitration={staff=1, days=3.0}, ruling={staff=1}}"
CHANGE = 'timetable=[{weeks=[3, 6], set={"policy.disputes.talks.staff"=3, "policy.disputes.ruling.staff"=0}}]'


@pytest.mark.parametrize("week", [2, 5, 8, 9])
@pytest.mark.parametrize("change", [CHANGE, "timetable=[]"])
def test_a_market_saved_with_open_disputes_goes_on_as_if_it_had_not_been(
    week: int, change: str, play: Callable[..., Market], tmp_path: Path
) -> None:
    saved, whole = play(STAFF, change, "run.weeks=12", weeks=week), play(STAFF, change, "run.weeks=12", weeks=12)
    assert saved.desk.open
    saved.save(tmp_path / "saved.npz")
    for market in (Market.load(tmp_path / "saved.npz"), saved.fork(), saved):
        market.play(12 - week)
        market.close()
        one, other = state.dump(market), state.dump(whole)
        assert [name for name in one if one[name].tobytes() != other[name].tobytes()] == []


def test_more_people_settle_more_from_the_week_of_the_fork(play: Callable[..., Market]) -> None:
    market = play(STAFF, "policy.disputes.talks.days=30.0", "policy.disputes.arbitration.staff=0", weeks=8)
    scenario = market.scenario
    more = scenario.policy.disputes.model_copy(update={"talks": DisputeLevelSettings(staff=4, days=1.0)})
    policy = scenario.policy.model_copy(update={"disputes": more})
    fork = market.fork(scenario.model_copy(update={"policy": policy}))
    for one in (market, fork):
        one.play(4)
        one.close()
    slow, quick = (one.record.numbers["open_disputes"] for one in (market, fork))
    assert quick[:8] == slow[:8]
    assert sum(quick[8:]) < sum(slow[8:])


@pytest.mark.parametrize(
    ("override", "message"),
    [
        ("policy.disputes.talks.staff=-1", "policy.disputes.talks.staff is -1, allowed are values from 0"),
        ("policy.disputes.talks.days=0.0", "policy.disputes.talks.days is 0.0, allowed are values above 0"),
        ("policy.disputes.ruling.error=1.5", "policy.disputes.ruling.error is 1.5, allowed are values up to 1"),
        ("policy.disputes.ruling.settles=0.5", "settles"),
        (
            'timetable=[{weeks=[1, 2], who=["shop"], set={"policy.disputes.talks.staff"=1}}]',
            "has nobody whom policy.disputes.talks.staff concerns, allowed are distributors",
        ),
        (
            'timetable=[{weeks=[1, 2], where=["core"], set={"policy.disputes.talks.staff"=1}}]',
            "timetable.0.where stands beside policy.disputes.talks.staff, but the dispute desk is the same everywhere",
        ),
    ],
)
def test_bad_input_is_named(override: str, message: str) -> None:
    with pytest.raises(BadInput) as error:
        load("two-region-arbitrage", (override,))
    assert message in str(error.value).replace(": ", " ")
