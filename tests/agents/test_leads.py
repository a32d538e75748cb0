"""What a week does to a pipeline, on tables of leads made by hand."""

from typing import Any, NamedTuple

import numpy as np
import pytest

from channellab.agents.draws import Stream, stream_key
from channellab.agents.kernels.leads import Chances, advance
from channellab.agents.leads import Counter, Outcome, Pipeline, expected, stage_conversion, stage_days

SURE = Pipeline(
    days=np.array([2.0, 3.0, 10.0]),
    conversion=np.ones(3),
    speed_gain=0.5,
    conversion_gain=0.5,
    capacity=-1,
    stock_out_loss=0.0,
)
CHANCES = Chances(*(stream_key(1, stream) for stream in (81, 83, 84, 85)))  # type: ignore[arg-type]  # numbers


class Played(NamedTuple):
    outcome: list[int]
    stage: list[int]
    due: list[float]
    handled: list[list[int]]


def played(
    due: list[float], pipeline: Pipeline = SURE, stage: int = 0, week: int = 1, free: int = 99, **counter: Any
) -> Played:
    """A week of leads at one outlet without knowledge and with ``free`` units, unless the counter says otherwise."""
    count, outlets = len(due), 1
    desk = Counter(np.zeros(outlets), np.ones(outlets, np.bool_), np.ones((outlets, 1), np.bool_), np.array([[free]]))
    desk = desk._replace(**{name: np.full(getattr(desk, name).shape, value) for name, value in counter.items()})
    rows, stages, days = np.zeros(count, np.int32), np.full(count, stage, np.int32), np.array(due, np.float64)
    who, handled = np.arange(count, dtype=np.int32), np.zeros((outlets, pipeline.days.size), np.int64)
    outcome = advance(week, who, rows, rows, rows, stages, days, pipeline, desk, CHANCES, handled)
    return Played(outcome.tolist(), stages.tolist(), days.tolist(), handled.tolist())


def test_a_week_takes_all_steps_that_fall_due_in_it() -> None:
    after = played([2.0, 6.9, 7.0])
    assert after.outcome == [Outcome.OPEN] * 3
    assert after.stage == [2, 1, 0]
    assert after.due == [2.0 + 3.0 + 10.0, 6.9 + 3.0, 7.0]
    assert after.handled == [[2, 1, 0]]


def test_the_last_stage_ends_with_an_order_on_its_day() -> None:
    after = played([3.0], stage=2)
    assert (after.outcome, after.due, after.handled) == ([Outcome.WON], [3.0], [[0, 0, 1]])


def test_knowledge_saves_days() -> None:
    assert played([1.0], knowledge=0.8).due == [1.0 + 3.0 * 0.6 + 10.0 * 0.6]
    assert stage_days(np.array([10.0]), np.array([0.8]), 0.5).tolist() == [6.0]


def test_without_stock_a_lead_waits_a_week_or_is_lost() -> None:
    assert played([3.0], stage=2, free=0) == Played([Outcome.OPEN], [3], [10.0], [[0, 0, 1]])
    lossy = SURE._replace(stock_out_loss=1.0)
    assert played([3.0], lossy, stage=2, free=0).outcome == [Outcome.LOST]
    assert played([3.0], stage=2, free=0, restocked=False).outcome == [Outcome.LOST]
    assert played([3.0], stage=2, free=1, restocked=False).outcome == [Outcome.WON]


def test_the_first_to_be_ready_gets_the_last_unit() -> None:
    assert played([5.0, 4.0, 6.0], stage=2, free=1).outcome == [Outcome.OPEN, Outcome.WON, Outcome.OPEN]


def test_a_partner_who_has_left_loses_all_leads_whenever_they_are_due() -> None:
    assert played([3.0, 300.0], there=False).outcome == [Outcome.LOST] * 2


def test_more_than_a_partner_can_handle_is_put_off_by_a_week() -> None:
    after = played([6.0, 4.0, 5.0], SURE._replace(capacity=2))
    assert after.stage == [0, 1, 1]
    assert after.due == [13.0, 7.0, 8.0]
    assert after.handled == [[2, 0, 0]]


def test_whom_a_partner_convinces_it_also_convinces_with_more_knowledge() -> None:
    hard, days = SURE._replace(conversion=np.full(3, 0.5)), [0.0] * 2000
    some, more = (played(days, hard, week=9, knowledge=knowledge, free=9999).outcome for knowledge in (0.2, 0.9))
    assert 0 < some.count(Outcome.WON) < more.count(Outcome.WON)
    assert all(high == Outcome.WON for low, high in zip(some, more, strict=True) if low == Outcome.WON)


def test_the_share_won_is_the_product_of_the_conversions() -> None:
    pipeline, count = SURE._replace(conversion=np.array([0.8, 0.6, 0.7])), 40_000
    won = played([0.0] * count, pipeline, week=9, knowledge=0.6, free=count).outcome.count(Outcome.WON)
    share = expected(pipeline, 0.6).conversion
    assert share == pytest.approx((0.8 * 0.6 * 0.7) ** (1 - 0.5 * 0.6))
    assert abs(won / count - share) <= 4 * np.sqrt(share * (1 - share) / count)


@pytest.mark.parametrize("knowledge", [0.0, 0.4, 1.0])
def test_knowledge_and_gain_stay_within_bounds(knowledge: float) -> None:
    shares = stage_conversion(np.array([0.0, 0.3, 1.0]), np.full(3, knowledge), 1.0)
    assert ((shares >= 0) & (shares <= 1)).all()
    assert shares[2] == 1.0


def test_leads_have_streams_of_their_own() -> None:
    numbers = [stream.value for stream in Stream if stream.name.startswith("LEAD_")]
    assert numbers == list(range(80, 86))
