"""Numbers as people read them: percent, thousands separators, and no more digits than are known."""

import math
from collections.abc import Sequence

from channellab.reports.language import words

SIGNIFICANT = 4
"""Digits of a number whose error is not known."""
SIGNIFICANT_OF_ERROR = 2
"""Digits of an error; the number it belongs to is shown to the same place."""
ROUNDING = 1e-12
"""What is not larger is nothing: what computers leave of sums that cancel."""
MINUS = "\u2212"
_MOST_PLACES = 6
"""After the point; what is smaller is the rounding of computers."""
_LEAST_SCALED = 10_000
_RATES = ("1", "score")


def quantity(value: float | None, unit: str, lang: str, decimals: int | None = None) -> str:
    """A number with separators; a rate as percent; a dash where there is none.

    Args:
        value: in ``unit``; None or NaN where there is none.
        unit: as ``language.metric_unit`` tells it; ``"1"`` is a rate.
        decimals: places after the point of what is shown, negative for tens, hundreds ...; None = by magnitude.

    >>> quantity(1234567.8, "money/year", "en"), quantity(0.84321, "1", "en"), quantity(None, "1", "en")
    ('1,235,000', '84.32 %', '–')
    >>> quantity(-2e-18, "1", "en")
    '0 %'
    """
    if value is None or not math.isfinite(value):
        return words(lang)("number.missing")
    shown = value * factor(unit) if abs(value) > ROUNDING else 0.0
    places = decimals if decimals is not None else _places(shown, SIGNIFICANT) if shown else 0
    return _with_sign_of_rate(_grouped(shown, places), unit, lang)


def with_interval(mean: float | None, ci95: Sequence[float] | None, unit: str, lang: str) -> str:
    """A mean with half the width of its interval, both to the place that the interval supports.

    >>> with_interval(1234567.8, [1222222.0, 1246913.6], "money/year", "en")
    '1,235,000 ± 12,000'
    >>> with_interval(0.84321, [0.8391, 0.8473], "1", "en")
    '84.32 ± 0.41 %'
    """
    if mean is None or ci95 is None or not all(map(math.isfinite, (mean, *ci95))):
        return quantity(mean, unit, lang)
    half = (ci95[1] - ci95[0]) / 2 * factor(unit)
    if half == 0:
        return quantity(mean, unit, lang)
    places = _places(half, SIGNIFICANT_OF_ERROR)
    value = _grouped(mean * factor(unit), places)
    text = words(lang)("number.plus_minus", value=value, half=_grouped(half, places))
    return _with_sign_of_rate(text, unit, lang)


def difference(mean: float, ci95: Sequence[float], unit: str, lang: str) -> tuple[str, str, str]:
    """A difference and the ends of its interval, to the place that the interval supports; rates in points.

    >>> difference(-0.1342, [-0.1389, -0.1295], "1", "en")
    ('−13.42 pp', '−13.89', '−12.95')
    """
    if not all(map(math.isfinite, (mean, *ci95))):
        return (words(lang)("number.missing"),) * 3
    scale = factor(unit)
    half = (ci95[1] - ci95[0]) / 2 * scale
    places = _places(half, SIGNIFICANT_OF_ERROR) if half > 0 else _places(mean * scale, SIGNIFICANT) if mean else 0
    value, low, high = (_grouped(number * scale, places) for number in (mean, *ci95))
    return words(lang)("number.points", value=value) if unit == "1" else value, low, high


def on_one_scale(values: Sequence[float], unit: str, lang: str) -> list[str]:
    """Short texts for the ticks of one axis: a common magnitude and just enough decimals to tell them apart.

    >>> on_one_scale([0, 2_500_000, 5_000_000], "money/week", "en")
    ['0', '2.5 M', '5.0 M']
    """
    shown = [value * factor(unit) for value in values]
    power, name = _magnitude(max(map(abs, shown), default=0.0), lang)
    scaled = [value / power for value in shown]
    texts = [_grouped(value, _shared_places(scaled) if value else 0) for value in scaled]
    named = [
        words(lang)(name, value=text) if name and value else text for text, value in zip(texts, shown, strict=True)
    ]
    return [_with_sign_of_rate(text, unit, lang) for text in named]


def short(value: float, unit: str, lang: str) -> str:
    """A number in running text: three digits and a magnitude.

    >>> short(4_123_456, "money/year", "en"), short(4_123_456, "money/year", "zh")
    ('4.12 M', '412 万')
    """
    if not math.isfinite(value):
        return words(lang)("number.missing")
    shown = value * factor(unit)
    power, name = _magnitude(abs(shown), lang)
    text = _grouped(shown / power, max(0, _places(shown / power, 3)))
    return _with_sign_of_rate(words(lang)(name, value=text) if name else text, unit, lang)


def share_of_one(share: float) -> str:
    """A part of one unit of money, to a tenth of a cent; what is less than that to its first digit.

    >>> share_of_one(0.41), share_of_one(-0.0104), share_of_one(0.00032)
    ('0.410', '−0.010', '0.0003')
    """
    return _grouped(share, 3 if not share or abs(share) >= 0.0005 else _places(share, 1))


def factor(unit: str) -> float:
    """What a value of this unit is multiplied by before it is shown: rates become percent, scores whole points."""
    return 100.0 if unit in _RATES else 1.0


def _magnitude(largest: float, lang: str) -> tuple[float, str]:
    step = int(words(lang)("number.step_exponent"))
    if largest < _LEAST_SCALED:
        return 1.0, ""
    grade = min(3, int(math.log10(largest) + 1e-9) // step)
    return 10.0 ** (grade * step), f"number.{('', 'thousand', 'million', 'billion')[grade]}"


def _shared_places(values: Sequence[float]) -> int:
    exact = (p for p in range(6) if all(math.isclose(round(v, p), v, rel_tol=1e-9, abs_tol=1e-9) for v in values))
    return next(exact, 6)


def _places(value: float, digits: int) -> int:
    rounded = f"{value:.{digits - 1}e}"  # its exponent is right also where rounding adds a digit
    return min(_MOST_PLACES, digits - 1 - int(rounded.partition("e")[2]))


def _grouped(value: float, places: int) -> str:
    rounded = round(value, places)
    return f"{rounded or 0.0:,.{max(0, places)}f}".replace("-", MINUS)


def _with_sign_of_rate(text: str, unit: str, lang: str) -> str:
    return words(lang)("number.percent", value=text) if unit == "1" else text
