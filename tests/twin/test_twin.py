"""The compiled market and its reference twin are one market: choice by choice, unit by unit, week by week."""

from pathlib import Path

import pytest

from channellab.sim.rules import COMPILED

from .cases import COUNT, WEEKS, Case, case
from .compare import difference
from .rules import TWIN


def first_difference(small: Case) -> str:
    ours, twins = small.market(COMPILED), small.market(TWIN)
    found = difference(ours, twins)
    while not found and ours.week < WEEKS:
        small.step(ours)
        small.step(twins)
        found = difference(ours, twins)
    ours.close()
    twins.close()
    return found


@pytest.mark.parametrize("number", range(COUNT))
def test_the_compiled_market_is_the_twin(number: int, tmp_path: Path) -> None:
    assert first_difference(case(number, tmp_path)) == ""


def test_a_difference_is_named_by_week_column_and_cell(tmp_path: Path) -> None:
    small = case(0, tmp_path)
    ours, twins = small.market(COMPILED), small.market(TWIN)
    ours.consumers.mind.last_site[7] = 3
    assert difference(ours, twins) == "week 0: consumers.last_site[7] is 3 in the compiled market, -1 in the twin"


@pytest.mark.slow
def test_so_it_is_in_many_more_markets(tmp_path: Path) -> None:
    found = {number: first_difference(case(number, tmp_path)) for number in range(COUNT, COUNT + 120)}
    assert {number: words for number, words in found.items() if words} == {}
