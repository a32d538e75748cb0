"""Wrong promotions and minimum prices must not pass: each small error in the twin's rules has to show."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from . import advertising, promoting
from .rules import TWIN
from .test_mutations import shows

RIGHT_LESSON, RIGHT_COVER = promoting.one_lesson, promoting.one_cover

ERRORS: dict[str, tuple[str, Callable[..., Any]]] = {
    "nobody builds stock for an event": ("for_events", lambda mean, response, discounts: 0.0),
    "every event lifts demand alike": (
        "for_events",
        lambda mean, response, discounts: mean * response * bool(discounts),
    ),
    "forecasts take events for usual weeks": ("believed_lift", lambda response, discount: 1.0),
    "events teach nobody": ("one_lesson", lambda demand, mean, response, *args: response),
    "weeks without an event teach too": (
        "one_lesson",
        lambda demand, mean, response, discount, weight: RIGHT_LESSON(demand, mean, response, discount or 1.0, weight),
    ),
    "nobody buys ahead": ("one_cover", lambda rates, price, holding: 0.0),
    "who buys ahead does not look for the next week": (
        "one_cover",
        lambda rates, price, holding: RIGHT_COVER([rates[0]], price, holding),
    ),
    "holding costs nothing": ("one_cover", lambda rates, price, holding: RIGHT_COVER(rates, price, 0.0)),
}
RIGHT_PAYS, RIGHT_BELIEF = advertising.pays, advertising.one_belief
MAP_ERRORS: dict[str, tuple[str, Callable[..., Any]]] = {
    "everybody keeps to the minimum": ("pays", lambda *args: False),
    "lower prices sell no more": ("pays", lambda a, m, c, elasticity, p: RIGHT_PAYS(a, m, c, 0.0, p)),
    "nobody fears penalties": ("pays", lambda a, m, c, e, penalty: RIGHT_PAYS(a, m, c, e, 0.0)),
    "nobody learns from cases": ("one_belief", lambda prior, *args: prior),
    "nobody hears of others' cases": (
        "one_belief",
        lambda prior, worth, seen, of, *args: RIGHT_BELIEF(prior, worth, seen, of, 0.0, 0.0, 0.0),
    ),
}


@pytest.mark.parametrize("error", MAP_ERRORS)
def test_an_error_in_a_minimum_price_shows(error: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    name, wrong = MAP_ERRORS[error]
    monkeypatch.setattr(advertising, name, wrong)
    assert shows(error, TWIN, tmp_path).startswith("week")


@pytest.mark.parametrize("error", ERRORS)
def test_an_error_in_a_promotion_shows(error: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    name, wrong = ERRORS[error]
    monkeypatch.setattr(promoting, name, wrong)
    assert shows(error, TWIN, tmp_path).startswith("week")
