"""The arithmetic of subsidies: what earns a shop most is found by trying all it could spend."""

import numpy as np
import pytest

from channellab.scenarios.errors import BadInput
from channellab.scenarios.files import load
from channellab.scenarios.policies.subsidies import best_effort

GAIN, HALF = 0.3, 8.0
TRIED = np.linspace(0.0, 120.0, 120_001)


def earns(money: np.ndarray, of: tuple[float, ...]) -> np.ndarray:
    """Expected pay a week less own money."""
    worth, bar, satisfaction, slope, service, base, support = of
    level = np.minimum(base + GAIN * (support + money) / (support + money + HALF), 1.0)
    said = np.minimum(satisfaction + slope * (level - service), 1.0)
    return worth * np.maximum(said - bar, 0.0) - money


@pytest.mark.parametrize(
    "of",
    [
        (200.0, 0.6, 0.7, 0.5, 0.6, 0.6, 0.0),
        (200.0, 0.6, 0.7, 0.5, 0.75, 0.6, 4.0),
        (5000.0, 0.6, 0.7, 1.0, 0.9, 0.9, 0.0),
        (5000.0, 0.6, 0.98, 1.0, 0.6, 0.6, 0.0),
        (300.0, 0.72, 0.7, 0.5, 0.6, 0.6, 0.0),
        (300.0, 0.95, 0.7, 0.5, 0.6, 0.6, 0.0),
        (300.0, 0.6, 0.7, 0.0, 0.6, 0.6, 0.0),
        (10.0, 0.6, 0.7, 0.5, 0.6, 0.6, 0.0),
    ],
)
def test_no_other_money_earns_more(of: tuple[float, ...]) -> None:
    own = best_effort(*(np.array([number]) for number in of), GAIN, HALF)  # type: ignore[arg-type]  # seven of them
    assert earns(own, of)[0] == pytest.approx(earns(TRIED, of).max(), abs=2e-3)


def test_nobody_pays_for_a_bar_out_of_reach() -> None:
    one = np.ones(1)
    assert best_effort(900 * one, 0.95 * one, 0.6 * one, 0.5 * one, 0.6 * one, 0.6 * one, 0 * one, GAIN, HALF)[0] == 0.0


@pytest.mark.parametrize(
    ("setting", "told"),
    [
        ("policy.subsidies.freight.share=1.2", "policy.subsidies.freight.share"),
        ("policy.subsidies.satisfaction.bar=1.0", "policy.subsidies.satisfaction.bar"),
        ("policy.subsidies.outlets.weeks=0", "policy.subsidies.outlets.weeks"),
        (
            'timetable=[{weeks=[1, 9], who=["online"], set={"policy.subsidies.freight.share"=0.5}}]',
            "policy.subsidies.freight.share",
        ),
    ],
)
def test_nonsense_is_refused_by_its_key(setting: str, told: str) -> None:
    with pytest.raises(BadInput, match=told.replace(".", r"\.")):
        load("base", (setting,))
