"""Numbers as people read them."""

import math

import pytest

from channellab.reports.quantities import difference, on_one_scale, quantity, short, with_interval


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (0.0, "units", "0"),
        (-1234.56, "money/year", "−1,235"),
        (0.5, "1", "50.00 %"),
        (1.834, "ratio", "1.834"),
        (0.34, "score", "34.00"),
        (math.nan, "1", "–"),
        (math.inf, "1", "–"),
        (None, "units", "–"),
    ],
)
def test_quantity(value: float | None, unit: str, text: str) -> None:
    assert quantity(value, unit, "en") == text


@pytest.mark.parametrize(
    ("mean", "ci95", "unit", "text"),
    [
        (1_234_567.0, [1_222_222.0, 1_246_912.0], "money/year", "1,235,000 ± 12,000"),
        (0.1234, [0.1134, 0.1334], "1", "12.3 ± 1.0 %"),
        (3.14159, [3.0, 3.28318], "weeks", "3.14 ± 0.14"),
        (-0.04, [-0.5, 0.42], "score", "−4 ± 46"),
        (2.0, [2.0, 2.0], "weeks", "2.000"),
        (2.0, None, "weeks", "2.000"),
        (None, None, "1", "–"),
        (math.nan, [math.nan, math.nan], "1", "–"),
        (0.5, [math.nan, math.nan], "1", "50.00 %"),
        (99.96, [99.0, 100.9], "weeks", "99.96 ± 0.95"),
        (5000.0, [4000.4, 5999.6], "units", "5,000 ± 1,000"),
    ],
)
def test_interval_sets_the_digits(mean: float | None, ci95: list[float] | None, unit: str, text: str) -> None:
    assert with_interval(mean, ci95, unit, "en") == text


def test_chinese_counts_in_ten_thousands() -> None:
    assert short(126_012_510, "persons", "zh") == "1.26 亿"
    assert on_one_scale([0.0, 50_000.0], "money/week", "zh") == ["0", "5 万"]
    assert with_interval(0.5, [0.4, 0.6], "1", "zh") == "50 ± 10%"


@pytest.mark.parametrize(
    ("mean", "ci95", "unit", "said"),
    [
        (-815_687.0, (-855_866.0, -775_508.0), "money/year", ("−816,000", "−856,000", "−776,000")),
        (0.16, (0.14, 0.18), "score", ("16.0", "14.0", "18.0")),
        (0.001, (-0.002, 0.004), "1", ("0.10 pp", "−0.20", "0.40")),
        (0.0, (0.0, 0.0), "units", ("0", "0", "0")),
        (1e-14, (-1e-14, 3e-14), "units", ("0.000000", "0.000000", "0.000000")),
        (2.0, (2.0, 2.0), "units", ("2.000", "2.000", "2.000")),
        (math.nan, (math.nan, math.nan), "units", ("–", "–", "–")),
    ],
)
def test_differences_are_told_to_the_place_of_their_error(
    mean: float, ci95: tuple[float, float], unit: str, said: tuple[str, str, str]
) -> None:
    assert difference(mean, ci95, unit, "en") == said


def test_ticks_have_just_enough_decimals() -> None:
    assert on_one_scale([0.8, 0.825, 0.85], "1", "en") == ["80.0 %", "82.5 %", "85.0 %"]
    assert on_one_scale([0, 5_000], "units", "en") == ["0", "5,000"]
    assert on_one_scale([], "units", "en") == []


def test_no_negative_zero() -> None:
    assert quantity(-0.0001, "money/year", "en", decimals=0) == "0"
