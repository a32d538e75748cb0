"""Wrong prices must not pass: each of these small errors in the twin's rules has to show in a market."""

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from . import pricing
from .rules import TWIN
from .test_mutations import shows

RIGHT_DYNAMIC, RIGHT_PULL = pricing.one_dynamic, pricing.one_pull
RIGHT_BEST, RIGHT_LESSON, RIGHT_EVIDENCE = pricing.one_best_price, pricing.one_lesson, pricing.evidence_against_belief


def with_no_floor(rule: Any, listed: float, bought: float, lowest: float) -> float:
    return min(lowest * (1.0 - rule.undercut), listed)


def above_the_list(rule: Any, listed: float, bought: float, lowest: float) -> float:
    floor = bought * (1.0 + rule.floor_margin)
    return listed if math.isinf(lowest) else max(lowest * (1.0 - rule.undercut), floor)


def as_if_always_known(learning: float, before: dict[str, float], price: float, units: float) -> dict[str, float]:
    right = RIGHT_LESSON(learning, before | {"weeks": 1e9 * before["weeks"]}, price, units)
    return right | {"weeks": before["weeks"] + 1.0}


def from_two_weeks_on(how: dict[str, float], seen: dict[str, float], slope: float) -> float:
    return RIGHT_EVIDENCE(how, seen | {"weeks": seen["weeks"] + 2.0}, slope)


ERRORS: dict[str, tuple[str, Callable[..., Any]]] = {
    "an undercutter goes below its cost": ("one_undercut", with_no_floor),
    "an undercutter may be dearer than the list": ("one_undercut", above_the_list),
    "shops undercut themselves": (
        "is_rival_offer",
        lambda o, other, place, held: bool(place[other] == place[o]) and held > 0,
    ),
    "shops undercut those who have nothing": (
        "is_rival_offer",
        lambda o, other, place, held: other != o and bool(place[other] == place[o]),
    ),
    "shops undercut the whole country": ("is_rival_offer", lambda o, other, place, held: other != o and held > 0),
    "dynamic prices overlook rivals": (
        "one_dynamic",
        lambda rule, listed, bought, lowest, pull: RIGHT_DYNAMIC(rule, listed, bought, math.inf, pull),
    ),
    "dynamic prices need no margin": (
        "one_dynamic",
        lambda rule, *args: RIGHT_DYNAMIC(rule.model_copy(update={"floor_margin": -1.0}), *args),
    ),
    "stock moves no price": (
        "one_pull",
        lambda rule, stock, demand, mean, cover: RIGHT_PULL(rule, mean * cover, demand, mean, cover),
    ),
    "demand moves no price": (
        "one_pull",
        lambda rule, stock, demand, mean, cover: RIGHT_PULL(rule, stock, mean, mean, cover),
    ),
    "bands have no lower edge": (
        "one_in_band",
        lambda asked, recommended, low, high: min(asked, recommended * high),
    ),
    "bands have no upper edge": (
        "one_in_band",
        lambda asked, recommended, low, high: max(asked, recommended * low),
    ),
    "the best price is reached at once": (
        "one_best_price",
        lambda how, *args: RIGHT_BEST(how | {"adjustment": 1.0}, *args),
    ),
    "learned prices know no bounds": (
        "one_best_price",
        lambda how, *args: RIGHT_BEST(how | {"price_bound": 9.0}, *args),
    ),
    "learned prices need no margin": (
        "one_best_price",
        lambda how, *args: RIGHT_BEST(how | {"floor_margin": -1.0}, *args),
    ),
    "the first weeks weigh too little": ("one_lesson", as_if_always_known),
    "two weeks are evidence": ("evidence_against_belief", from_two_weeks_on),
    "sales are believed whatever the noise": (
        "evidence_against_belief",
        lambda how, seen, slope: float(RIGHT_EVIDENCE(how, seen, slope) > 0),
    ),
}


@pytest.mark.parametrize("error", ERRORS)
def test_an_error_in_a_price_shows(error: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    name, wrong = ERRORS[error]
    monkeypatch.setattr(pricing, name, wrong)
    assert shows(error, TWIN, tmp_path).startswith("week")
