"""What every family of policies keeps to, as a class of tests that a new family inherits with a few lines."""

from dataclasses import dataclass
from functools import cache, cached_property
from math import ceil
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pytest
from pydantic import ValidationError

from channellab.experiments.inputs import inputs
from channellab.reports.workshop.levers import Lever, levers
from channellab.scenarios.errors import BadInput
from channellab.scenarios.files import load
from channellab.scenarios.keys import frozen, plain
from channellab.scenarios.show import toml_value
from channellab.sim import state
from channellab.sim.market import Market

LIVELY = str(Path(__file__).parent / "lively" / "lively.toml")
START, WEEKS = 3, 6
"""First measured week in which the policy holds, and the last that is played."""
CLEAN = 1e-9
Values = dict[str, Any]


@dataclass(frozen=True)
class Family:
    """A table under ``policy``, what turns it off and on in the lively market, and what must hold beside it."""

    key: str
    off: Values
    on: Values
    beside: tuple[str, ...] = ()

    @property
    def without(self) -> tuple[str, ...]:
        """The market without the policy."""
        return (*self.beside, *(f"{self.name(key)}={toml_value(value)}" for key, value in self.off.items()))

    @property
    def later(self) -> tuple[str, ...]:
        """The same, but for a timetable that brings the policy."""
        change = ", ".join(f'"{self.name(key)}"={toml_value(value)}' for key, value in self.on.items())
        return (*self.without, f"timetable=[{{weeks=[{START}, 99], set={{{change}}}}}]")

    def name(self, key: str) -> str:
        """A key of the table, as a scenario has it."""
        return f"policy.{self.key}.{key}"

    @cached_property
    def levers(self) -> list[Lever]:
        """All numbers of the family in the lively market."""
        found = levers(load(LIVELY, self.beside).scenario)
        return [lever for lever in found if lever.group == f"policy.{self.key}" and lever.kind in ("number", "whole")]


@dataclass(frozen=True)
class Played:
    """State of a market in the last week before the policy and at the end, and the largest gaps in its books."""

    before: state.Arrays
    after: state.Arrays
    money: float
    goods: int


@cache
def played(overrides: tuple[str, ...]) -> Played:
    """Plays the lively market, once for all tests that look at it."""
    market = Market(load(LIVELY, overrides).scenario)
    market.play(market.scenario.run.warmup + START - 1)
    before = state.dump(market)
    market.play(WEEKS - START + 1)
    market.close()
    return Played(before, state.dump(market), market.record.money_imbalance, market.record.goods_imbalance)


class PolicyContract:
    """Tests of any family of policies. Inherit it and give it the `Family`."""

    family: ClassVar[Family]

    @pytest.fixture
    def without(self) -> Played:
        """The market that never knows the policy."""
        return played(self.family.without)

    @pytest.fixture
    def later(self) -> Played:
        """The market into which a timetable brings it, on the same luck."""
        return played(self.family.later)

    def test_it_is_frozen_plain_data(self) -> None:
        """Settings can be compared and hashed, written down and read again, but not changed."""
        table = getattr(load(LIVELY, self.family.beside).scenario.policy, self.family.key)
        again = type(table).model_validate(frozen(plain(table)))
        assert again == table
        assert hash(again) == hash(table)
        with pytest.raises(ValidationError):
            setattr(table, next(iter(type(table).model_fields)), 1)

    def test_every_number_says_what_it_is_and_has_a_bound(self) -> None:
        """Unit, meaning and source, and a least value."""
        for lever in self.family.levers:
            assert lever.unit, lever.key
            assert lever.meaning, lever.key
            assert lever.source, lever.key
            assert lever.low is not None, lever.key

    def test_every_number_can_be_searched(self) -> None:
        """It can be named as a lever of a search, over most of what it may be; its ends may be shut out."""
        for lever in self.family.levers:
            assert lever.low is not None
            width = (4 if lever.high is None else lever.high) - lever.low
            ends = [lever.low + share * width for share in (0.25, 0.75)]
            if lever.kind == "whole":
                ends = [ceil(ends[0]), ceil(ends[1])]
            (found,) = inputs({lever.key: {"low": ends[0], "high": ends[1]}}, "study.toml")
            assert found.key == lever.key

    def test_every_number_can_stand_in_a_timetable(self) -> None:
        """All together, at the values that they have."""
        change = ", ".join(f'"{lever.key}"={toml_value(lever.value)}' for lever in self.family.levers)
        assert load(LIVELY, (*self.family.beside, f"timetable=[{{weeks=[3, 9], set={{{change}}}}}]")).scenario.timetable

    def test_a_number_beyond_its_bound_is_refused_by_name(self) -> None:
        """In one sentence that starts with the key."""
        for lever in self.family.levers:
            assert lever.low is not None
            value = lever.low - 1
            text = int(value) if lever.kind == "whole" else value
            with pytest.raises(BadInput) as refusal:
                load(LIVELY, (*self.family.beside, f"{lever.key}={text}"))
            assert str(refusal.value).startswith(f"--set: {lever.key} is {text}, allowed are values")
            assert "\n" not in str(refusal.value)

    def test_nothing_differs_before_it_holds(self, without: Played, later: Played) -> None:
        """Neither who acts nor who is lucky."""
        assert different(without.before, later.before) == []

    def test_it_does_something(self, without: Played, later: Played) -> None:
        """And not by luck: both markets share it."""
        assert different(without.after, later.after)

    def test_books_balance(self, without: Played, later: Played) -> None:
        """With it and without."""
        for one in (without, later):
            assert one.money <= CLEAN
            assert one.goods == 0


def different(one: state.Arrays, other: state.Arrays) -> list[str]:
    """Names of the parts of two states that are not the same."""
    names = sorted(one.keys() | other.keys())
    return [
        name
        for name in names
        if not (name in one and name in other and np.array_equal(one[name], other[name], equal_nan=_real(one[name])))
    ]


def _real(array: np.ndarray) -> bool:
    return bool(array.dtype.kind == "f")
