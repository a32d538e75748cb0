"""The chart of alarms names thresholds, draws claims as lines and nothing else, and says the same in words."""

import numpy as np
import pytest
from matplotlib.figure import Figure

from channellab.calibration.evidence.detection import Curve, curve
from channellab.reports.charts.roc import alt_text, roc
from channellab.reports.charts.stage import LEGIBLE
from channellab.reports.detection import CLAIMED

THRESHOLDS = np.array([0.1, 0.3, 1.0, 3.0])
LUCK = np.random.default_rng(1)
GUILTY = LUCK.random(4000) < 0.1
EXCESS = np.exp(LUCK.normal(0.0, 0.3, 4000) + 0.3 * GUILTY)


@pytest.fixture(scope="module")
def found() -> Curve:
    return curve(EXCESS, GUILTY, THRESHOLDS)


@pytest.fixture(scope="module", params=["en", "zh"])
def drawn(request: pytest.FixtureRequest, found: Curve) -> tuple[Figure, str]:
    return roc(found, (0.1, 1.0), CLAIMED, request.param), request.param


def test_a_curve_counts(found: Curve) -> None:
    alarmed = EXCESS > 1.3
    assert found.found[1] == pytest.approx((alarmed & GUILTY).sum() / GUILTY.sum())
    assert found.accused[1] == pytest.approx((alarmed & ~GUILTY).sum() / (~GUILTY).sum())
    assert found.right[1] == pytest.approx((alarmed == GUILTY).mean())
    assert found.innocent == pytest.approx((~GUILTY).mean())
    assert (np.diff(found.found) <= 0).all()


def test_claims_are_level_lines_and_the_curve_is_that_of_the_market(drawn: tuple[Figure, str], found: Curve) -> None:
    figure, _ = drawn
    left, right = figure.axes
    curves = [np.asarray(line.get_xydata()) for line in left.lines]
    assert any(np.array_equal(points, np.column_stack([found.accused, found.found])) for points in curves)
    level = sorted(float(line.get_ydata()[0]) for line in right.lines if len(line.get_ydata()) == 2)
    assert level == pytest.approx(sorted([*CLAIMED.values(), found.innocent]))


def test_letters_are_legible(drawn: tuple[Figure, str]) -> None:
    figure, _ = drawn
    texts = [text for axes in figure.axes for text in axes.texts] + figure.texts
    assert min(text.get_fontsize() for text in texts) >= LEGIBLE * figure.get_size_inches()[1] * 72 - 0.5


def test_the_same_in_words(found: Curve) -> None:
    told = alt_text(found, (0.3,), CLAIMED, "en")
    assert "92.0" in told
    assert "99.6" in told
    assert f"{100 * found.found[1]:.0f}" in told
