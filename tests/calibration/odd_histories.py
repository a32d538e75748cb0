"""Histories of shapes that others may bring: each a table, the mapping of its columns, and other settings.

Units come from one law: an outlet's and a product's size, a yearly wave, price cuts in one week of six, and luck. They
are written down as different people would.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

ELASTICITY = -2.0
START = pd.Timestamp("2022-01-03")


@dataclass(frozen=True)
class Odd:
    """A history. encoding: of its file, or ``parquet``. columns, more: as `calibration_file` takes them."""

    table: pd.DataFrame
    columns: Mapping[str, Any]
    more: Mapping[str, Any] = field(default_factory=dict)
    encoding: str = "utf-8"


def sales(
    outlets: int, products: int, weeks: int, mean: float = 30.0, price: float = 2.0, cuts: bool = True, seed: int = 1
) -> pd.DataFrame:
    """Columns outlet, product, week (from 1), units, price, list and cut (whether the price is)."""
    luck = np.random.default_rng([seed, outlets, products, weeks])
    outlet, product, week = (each.ravel() for each in np.indices((outlets, products, weeks)))
    size = np.exp(0.5 * luck.standard_normal(outlets))[outlet] * np.exp(0.5 * luck.standard_normal(products))[product]
    usual = price * np.exp(0.3 * luck.standard_normal(products))[product]
    cut = (luck.random(len(week)) < 1 / 6) & cuts
    paid = usual * np.where(cut, luck.choice([0.7, 0.8, 0.9], len(week)), 1.0)
    wave = np.exp(0.2 * np.sin(2 * np.pi * week / 52) + 0.05 * luck.standard_normal(weeks)[week])
    expected = mean * size * wave * (paid / usual) ** ELASTICITY * np.exp(0.15 * luck.standard_normal(len(week)))
    return pd.DataFrame(
        {
            "outlet": [f"S{number}" for number in outlet],
            "product": [f"P{number}" for number in product],
            "week": week + 1,
            "units": luck.poisson(expected),
            "price": paid,
            "list": usual,
            "cut": cut.astype(int),
        }
    )


PLAIN = {"period": "week", "outlet": "outlet", "product": "product", "units": "units", "price": "price"}
DATES = {**PLAIN, "period": "date"}


def dated(table: pd.DataFrame, form: str = "%Y-%m-%d") -> pd.DataFrame:
    """With the day that ends each week."""
    return table.assign(date=(START + pd.to_timedelta(7 * table["week"] - 1, "D")).dt.strftime(form))


def one_product() -> Odd:
    """One product in many outlets, plain week numbers."""
    return Odd(sales(25, 1, 70), PLAIN)


def one_outlet() -> Odd:
    """Many products in one outlet, weeks as ISO writes them."""
    return Odd(dated(sales(1, 20, 80), "%G-W%V"), {**DATES, "outlet": None})


def twenty_weeks() -> Odd:
    """Too short for a season."""
    return Odd(sales(6, 4, 20), PLAIN, {"test.last_weeks": 4})


def gaps() -> Odd:
    """A third of the rows missing at random, a shop that closed, a product that paused."""
    table = sales(8, 4, 80)
    keep = np.random.default_rng(3).random(len(table)) > 0.33
    keep &= ~((table["outlet"] == "S0") & (table["week"] > 60))
    keep &= ~((table["product"] == "P1") & table["week"].between(30, 45))
    return Odd(dated(table[keep]), DATES, {"history.gap_weeks": 1})


def new_product() -> Odd:
    """A product that came three weeks before the test, and one that came in it."""
    table = sales(8, 5, 80)
    late = ((table["product"] == "P3") & (table["week"] < 70)) | ((table["product"] == "P4") & (table["week"] < 76))
    return Odd(dated(table[~late]), DATES, {"test.first": "2023-06-05"})


def flags_only() -> Odd:
    """Promotions in words, prices that never move."""
    table = sales(8, 4, 80)
    words = np.where(table["cut"] == 1, "Yes", "No")
    return Odd(table.assign(price=table["list"], promo=words), {**PLAIN, "promotion": "promo"})


def still() -> Odd:
    """No price moves, and nothing else is known."""
    table = sales(6, 3, 60, cuts=False)
    return Odd(table, PLAIN)


def daily() -> Odd:
    """Rows of single days, the first and the last week cut off, added up."""
    table = sales(4, 3, 60, mean=60)
    parts = [table.assign(day=7 * (table["week"] - 1) + day, units=table["units"] // 7) for day in range(7)]
    days = pd.concat(parts, ignore_index=True)
    days = days[days["day"].between(4, 7 * 60 - 5)]
    return Odd(
        days.assign(date=(START + pd.to_timedelta(days["day"], "D")).dt.strftime("%Y/%m/%d")),
        DATES,
        {"history.duplicates": "sum"},
    )


def monthly() -> Odd:
    """A row a month."""
    table = sales(8, 3, 36, mean=120)
    months = pd.period_range("2020-01", periods=36, freq="M").astype(str).to_numpy()
    return Odd(table.assign(date=months[table["week"] - 1]), DATES, {"test.last_weeks": 13})


def dear() -> Odd:
    """Prices in the hundred thousands and units in the ten thousands, written with commas."""
    table = sales(5, 3, 60, mean=40_000, price=250_000.0)
    commas = {name: [f"{value:,.0f}" for value in table[name]] for name in ("units", "price")}
    return Odd(table.assign(**commas), PLAIN)


def cheap() -> Odd:
    """Prices far below one, few units a week."""
    return Odd(sales(6, 4, 60, mean=1.2, price=0.0004), PLAIN)


def chinese() -> Odd:
    """Chinese headers and words in the code of Chinese Windows, years and weeks in one number."""
    table = dated(sales(6, 3, 70), "%G%V").assign(promo=lambda rows: np.where(rows["cut"] == 1, "是", "否"))
    names = {"outlet": "门店", "product": "商品", "date": "年周", "units": "销量", "price": "单价", "promo": "促销"}
    table = table.rename(columns=names).assign(门店=lambda rows: "上海" + rows["门店"])[[*names.values()]]
    mapped = {
        "period": "年周",
        "outlet": "门店",
        "product": "商品",
        "units": "销量",
        "price": "单价",
        "promotion": "促销",
    }
    return Odd(table, mapped, {"history.encoding": "gb18030", "history.calendar.holidays": "china"}, "gb18030")


def everything() -> Odd:
    """Parquet with all columns that there may be, ids and flags as databases have them, and shelves that run empty."""
    table = sales(9, 4, 90)
    luck = np.random.default_rng(5)
    brought = luck.poisson(table["units"].groupby([table["outlet"], table["product"]]).transform("mean") * 1.2)
    sold = np.minimum(table["units"], brought)
    table = table.assign(
        week=START + pd.to_timedelta(7 * table["week"], "D"),
        outlet=table["outlet"].str[1:].astype("int64"),
        region=table["outlet"].str[1:].astype(int).mod(3).map({0: "north", 1: "south", 2: "west"}),
        kind=table["product"].map({"P0": "tea", "P1": "tea", "P2": "soap", "P3": "soap"}),
        cut=table["cut"].astype(bool),
        shown=(table["cut"] == 1) & (luck.random(len(table)) < 0.5),
        printed=(table["cut"] == 1) & (luck.random(len(table)) < 0.3),
        units=sold.astype("Int64"),
        left=(brought - sold).astype("Int64"),
        ordered=sold,
        paid_for=0.6 * table["list"],
        made_for=0.4 * table["list"],
        carried=luck.uniform(0.4, 1.0, len(table)),
    )[luck.random(len(table)) < 0.97]
    named = {"base_price": "list", "display": "shown", "feature": "printed", "promotion": "cut", "stock": "left"}
    named |= {"orders": "ordered", "wholesale_price": "paid_for", "costs": "made_for", "distribution": "carried"}
    more = {"history.file": "sales.parquet", "history.calendar.holidays": "us"}
    return Odd(table, {**PLAIN, "region": "region", "category": "kind", **named}, more, "parquet")


def rare() -> Odd:
    """Goods that sell once in weeks, of which only weeks with a sale have a row; days in their European order."""
    table = dated(sales(8, 5, 110, mean=0.7), "%d.%m.%Y")
    return Odd(table[table["units"] > 0], DATES, {"history.calendar.format": "%d.%m.%Y", "history.gap_weeks": 26})


def comings_and_goings() -> Odd:
    """Shops that open and close at different times; rows of regions and brands."""
    table = sales(12, 3, 90)
    number = table["outlet"].str[1:].astype(int)
    first, last = 5 * number, np.where(number % 4 == 0, 5 * number + 30, 90)
    names = {"outlet": "area", "product": "maker"}
    table = table[(table["week"] > first) & (table["week"] <= last)].rename(columns=names)
    return Odd(table, {**PLAIN, "outlet": None, "product": None, "region": "area", "brand": "maker"})


def trend() -> Odd:
    """Sales that double in a year and jump once."""
    table = sales(6, 3, 80)
    grown = table["units"] * np.exp(np.log(2) * table["week"] / 52) * np.where(table["week"] > 60, 1.4, 1.0)
    return Odd(table.assign(units=np.round(grown).astype(int)), PLAIN)


ODD: dict[str, Callable[[], Odd]] = {
    each.__name__: each
    for each in (
        *(one_product, one_outlet, twenty_weeks, gaps, new_product, flags_only, still),
        *(daily, monthly, dear, cheap, chinese, trend, everything, rare, comings_and_goings),
    )
}
