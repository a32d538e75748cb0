"""The page on teaching markets: its exact values are those of the formulas, and its results agree with them."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from channellab.calibration.gates import diffusion, inventory, logit, prices, serial

PAGE = Path(__file__).resolve().parents[2] / "docs" / "teaching.md"


def _margins(tiers: int) -> list[float]:
    channel = prices.linear_tiers(100, 1, 20, tiers)
    earned = [channel.profits[0], sum(channel.profits[1:])]
    return [*channel.prices, channel.quantity, *earned, channel.efficiency]


def _stock() -> list[float]:
    stock = inventory.base_stock(15, inventory.IntegerDemand.poisson(12))
    return [stock.on_hand, stock.backorders, stock.on_hand + 4 * stock.backorders]


def _chain() -> list[float]:
    week = inventory.IntegerDemand.poisson(5)
    chain = serial.serial_stock([9, 6, 11], [week, week, week.over(2)], [7, 4, 2], 37.12)
    on_hand = [stage.on_hand for stage in chain.stages]
    return [*on_hand, chain.stages[0].backorders, 5 * 4 + 5 * 2, chain.cost]


def _logit() -> list[float]:
    share = logit.shares([0, 0])
    return [*share, *logit.elasticities(0.5, [4, 5], share).T.ravel()]


def _newsvendor() -> list[float]:
    channel = prices.NewsvendorChannel(10, 3, inventory.NormalDemand(100, 30))
    plain = prices.linear_contract(channel, 6)
    deals = [prices.target_rebate(channel, 6, 10, target) for target in (95, 100, 105)]
    return [plain.retailer, 3.0 * round(plain.order), *(part for d in deals for part in (d.retailer, d.manufacturer))]


def _buy_back() -> list[float]:
    channel = prices.NewsvendorChannel(10, 3, inventory.NormalDemand(100, 30))
    deal = prices.linear_contract(channel, 6, prices.coordinating_buy_back(channel, 6))
    return [deal.retailer, deal.manufacturer]


EXACT = {
    "two tiers": _margins(2),
    "three tiers": _margins(3),
    "four tiers": _margins(4),
    "owners after": list(diffusion.bass_steps(780, 0.03, 0.38, 1 / 52)[[260, 520, 780]]),
    "per shop": _stock(),
    "per chain": _chain(),
    "per shop and week": _newsvendor(),
    "per shop and week, bought back": _buy_back(),
    "figure": [*_logit(), inventory.bullwhip_moving_average(2, 5)],
}
"""By the first heading of a table, what its rows must show; the two tables of figures follow each other."""


def rows() -> Iterator[tuple[str, dict[str, str]]]:
    """First heading of the table, and the cells of a row by their heading."""
    for table in re.findall(r"(?:^\|.*\|\n)+", PAGE.read_text("utf-8"), re.MULTILINE):
        heads, _, *lines = ([cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines())
        for line in lines:
            yield heads[0], dict(zip(heads, line, strict=True))


@pytest.mark.parametrize("table", EXACT)
def test_figures_of_the_page(table: str) -> None:
    found = [row for heading, row in rows() if heading == table]
    for row, exact in zip(found, EXACT[table], strict=True):
        shown = row["weekly steps"] if "weekly steps" in row else row["exact"]
        digits = len(shown.partition(".")[2])
        assert float(shown) == pytest.approx(exact, abs=0.501 * 10**-digits), row
        lab = float(row["lab"])
        if row["95 % interval"] == "exact":
            assert lab == exact
            continue
        low, high = map(float, row["95 % interval"].split(" to "))
        assert low <= lab <= high
        assert abs(lab - exact) < high - low, f"about 4 standard errors off: {row}"


def test_the_curve_of_the_page() -> None:
    shown = [float(row["exact curve"]) for heading, row in rows() if heading == "owners after"]
    assert shown == pytest.approx(diffusion.bass_share([5, 10, 15], 0.03, 0.38).tolist(), abs=5.01e-5)
