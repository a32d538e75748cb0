"""Who earns cash and who holds stock: tier by tier, down the channel."""

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.figure import Figure

from channellab.reports.charts.bars import Bar, Line, draw, height, margin
from channellab.reports.charts.stage import EDGE, HIGH, PLAIN, WIDE, legend, place, stage
from channellab.reports.charts.style import INK, SERIES, dress
from channellab.reports.language import words
from channellab.reports.quantities import short


@dataclass(frozen=True)
class Tier:
    """A tier: its name, cash earned a year and mean stock in own units of each scenario; None where it holds none."""

    name: str
    cash: Sequence[float]
    stock: Sequence[float | None]


def tiers(found: Sequence[Tier], labels: Sequence[str], lang: str = "en", currency: str = "CNY") -> Figure:
    """Two columns of bars, cash on the left and stock on the right, a row for each tier."""
    say = words(lang)
    cash = [Line(tier.name, _bars(tier.cash, "money/year", lang)) for tier in found]
    held = [tier for tier in found if any(value is not None for value in tier.stock)]
    stock = [Line(tier.name, _bars([value or 0.0 for value in tier.stock], "units", lang)) for tier in held]
    figure, top, bottom = stage(say("tiers.title"), say("tiers.note"), max(HIGH * 0.7, height(cash) + 2.9))
    if len(labels) > 1:
        top = legend(figure, labels, SERIES, top)
    left = margin([*cash, *stock], 1.9)
    middle = EDGE + left + (WIDE - 2 * EDGE - 2 * left - 0.2) / 2
    for lines, unit, title, ends in (
        (cash, "money/year", say("tiers.cash", unit=say.unit("money/year", currency)), (EDGE + left, WIDE - middle)),
        (stock, "units", say("tiers.stock"), (middle + left + 0.2, EDGE)),
    ):
        spare = height(cash) - height(lines)
        axes = place(figure, ends[0], top + 0.35, ends[1], bottom + 0.35 + spare)
        draw(axes, lines, unit, lang, left)
        axes.set_title(title, size=PLAIN, weight="bold", color=INK, loc="left", pad=6, x=0)
    return dress(figure, lang)


def alt_text(found: Sequence[Tier], labels: Sequence[str], lang: str = "en") -> str:
    """The same in words."""
    say, told = words(lang), []
    for tier in found:
        for label, cash, stock in zip(labels, tier.cash, tier.stock, strict=True):
            held = say("tiers.alt_stock", units=short(stock, "units", lang)) if stock is not None else ""
            money = short(cash, "money/year", lang)
            told.append(say("tiers.alt_row", tier=tier.name, label=label, cash=money, stock=held))
    return say("tiers.alt", findings=" ".join(told))


def _bars(values: Sequence[float], unit: str, lang: str) -> list[Bar]:
    return [Bar(value, short(value, unit, lang), colour) for value, colour in zip(values, SERIES, strict=False)]
