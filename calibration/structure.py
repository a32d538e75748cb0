"""What a fit sees of a history: groups of series, features of every week, and the rows that it learns from."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from channellab.calibration.adding import added
from channellab.calibration.fit_settings import FitSettings
from channellab.calibration.history import History
from channellab.calibration.likelihood import Rows
from channellab.calibration.listing import span
from channellab.scenarios.arrays import Flags, Floats, Ints

DEEP = float(np.log(1 / 0.8))
"""Log of the price cut from which deep cuts count, 20 % off; as the market plays it back."""
LARGEST = 1.5
"""Largest log of a price against its base price, or of that against its reference, that is believed."""
SEASON, ONE_YEAR = 78, 52
"""Weeks from which on a season is fitted, one and a half years; and those from which on a single wave may be."""
TREND = SEASON * 3 // 2
"""Weeks from which on a trend may be fitted: windows that hold back a third of them still leave a season's."""
YEAR = 365.25
MEMORIES = ("memory", "display_memory")
"""What is remembered by category visits: discounts, and displays, of the weeks before."""


@dataclass(frozen=True, eq=False)
class Structure:
    """Groups and features of S series over W weeks.

    A cell is an outlet and a category; an area is a group of outlets that are alike.

    Attributes:
        item, outlet, category, area, cell: (S,) numbers. category_of_cell: (cells,). names: of outlets, items,
            categories, areas.
        learnt: (S, W) weeks that are learnt from. listed: (S, W). end: (S,) week that forecasts look back from.
        x: (S, W, K) features, see `scenarios.fitted.COEFFICIENTS`. reference: (S,) base price that log_base
            counts from.
        season: (W, F). on_offer: (2, cells, W) mean log discount and share on display, see `MEMORIES`.
        units: (S, W). stock: (S, W) units that could be sold, infinite where unknown.
    """

    item: Ints
    outlet: Ints
    category: Ints
    area: Ints
    cell: Ints
    category_of_cell: Ints
    names: dict[str, tuple[str, ...]]
    learnt: Flags
    listed: Flags
    end: Ints
    x: Floats
    reference: Floats
    season: Floats
    on_offer: Floats
    units: Floats
    stock: Floats

    @property
    def counts(self) -> dict[str, int]:
        """How many categories, items, cells, areas and series there are."""
        return {
            "category": len(self.names["category"]),
            "item": len(self.names["item"]),
            "cell": len(self.category_of_cell),
            "area": len(self.names["area"]),
            "series": len(self.item),
        }

    def past(self, decay: float) -> Floats:
        """What was on offer in the weeks before (2, cells, W): a week ago in full, and faded from there."""
        past: Floats = np.zeros(self.on_offer.shape)
        for week in range(1, past.shape[2]):
            past[:, :, week] = self.on_offer[:, :, week - 1] + decay * past[:, :, week - 1]
        return np.asarray(past * (1 - decay))

    def rows(self, chosen: Flags) -> Rows:
        """The weeks of series that are chosen (S, W), as the likelihood reads them."""
        series, week = np.nonzero(chosen)
        order = np.lexsort((series, week, self.cell[series]))
        series, week = series[order], week[order]
        cell = self.cell[series]
        new = (
            np.flatnonzero(np.r_[True, (np.diff(cell) != 0) | (np.diff(week) != 0)]) if len(cell) else np.zeros(0, int)
        )
        groups = np.searchsorted(cell[new], np.arange(len(self.category_of_cell) + 1))
        units = self.units[series, week]
        return Rows(
            groups=groups.astype(np.int64),
            first=np.r_[new, len(cell)].astype(np.int64),
            category=self.category_of_cell,
            series=series.astype(np.int64),
            week=week[new].astype(np.int64),
            x=np.ascontiguousarray(self.x[series, week]),
            units=units,
            sold_out=units >= self.stock[series, week],
        )


def structure(
    history: History, settings: FitSettings, learnt: Flags, end: Ints | None = None, seen: Flags | None = None
) -> Structure:
    """The structure of a history.

    Args:
        learnt: (S, W) weeks that may be learnt from; what was not listed, or had no stock, is left out of them.
        end: (S,) last week before forecasts begin, by default the last one that any series is learnt from.
        seen: (S, W) weeks that say how much of a season is fitted, by default those learnt from: a window inside them
            is to tell how a fit to all of them forecasts.
    """
    about = history.series
    outlet, outlets = _coded(about, ["outlet"])
    item, items = _coded(about, ["product"])
    category, categories = _coded(about, ["category"])
    area, areas = _coded(about, _area_columns(about, outlet, settings))
    cells = outlet * len(categories) + category
    known, cell = np.unique(cells, return_inverse=True)
    stock = np.full(history.shape, np.inf)
    if "stock" in history.frame:
        stock = np.where(np.isnan(given := history.matrix("stock")), np.inf, given).astype(np.float64)
    listed = np.asarray(history.matrix("listed"), np.bool_) & (stock > 0) & np.isfinite(history.matrix("base_price"))
    learnt = learnt & listed
    units = np.asarray(history.matrix("units"), np.float64)
    x, reference = _features(history, learnt, item)
    return Structure(
        item=item,
        outlet=outlet,
        category=category,
        area=area,
        cell=cell.astype(np.int64),
        category_of_cell=(known % len(categories)).astype(np.int64),
        names={"outlet": outlets, "item": items, "category": categories, "area": areas},
        learnt=learnt,
        listed=listed,
        end=np.full(len(item), last_week(learnt)) if end is None else end,
        x=x,
        reference=reference,
        season=_season(history, settings, learnt, learnt if seen is None else seen),
        on_offer=np.stack(
            [_mean(each, units, learnt, listed, cell) for each in (np.maximum(-x[:, :, 0], 0.0), x[:, :, 3])]
        ),
        units=units,
        stock=stock,
    )


def last_week(learnt: Flags) -> int:
    """The last week that any series is learnt from."""
    return int(np.flatnonzero(learnt.any(axis=0)).max(initial=0))


def _coded(about: pd.DataFrame, columns: list[str]) -> tuple[Ints, tuple[str, ...]]:
    """Numbers of the groups of series that are alike in these columns, and what the groups are called."""
    columns = [name for name in columns if name in about]
    if not columns:
        return np.zeros(len(about), np.int64), ("all",)
    text = about[columns].astype(str).agg(" ".join, axis=1)
    codes, names = pd.factorize(text, sort=True)
    return codes.astype(np.int64), tuple(str(name) for name in names)


def _area_columns(about: pd.DataFrame, outlet: Ints, settings: FitSettings) -> list[str]:
    if settings.area is not None:
        return list(settings.area)
    others = [name for name in about if name not in ("outlet", "product", "category", "brand")]
    return [str(name) for name in others if (about[name].groupby(outlet).nunique() <= 1).all()]


def _features(history: History, learnt: Flags, item: Ints) -> tuple[Floats, Floats]:
    price, base = (np.asarray(history.matrix(name), np.float64) for name in ("price", "base_price"))
    base = np.where(base > 0, base, np.nan)
    change = np.log(np.where(price > 0, price, base) / base)
    level = np.log(base)
    change, usual = np.nan_to_num(np.clip(change, -LARGEST, LARGEST)), _reference(level, learnt, item)
    feature, display = (np.asarray(history.matrix(name), np.float64) for name in ("feature", "display"))
    x = np.stack(
        [
            change,
            np.nan_to_num(np.clip(level - usual[:, None], -LARGEST, LARGEST)),
            feature,
            display,
            np.asarray(history.matrix("promotion"), np.float64),
            feature * display,
            np.maximum(-change - DEEP, 0.0),
        ],
        axis=-1,
    )
    return x, np.exp(usual)


def _reference(level: Floats, learnt: Flags, item: Ints) -> Floats:
    """Mean log base price of each series in the weeks learnt from; without any, of its item.

    Of an item that was never seen, its own prices to come: nothing is known of them but that they are usual for it.
    """
    finite = np.isfinite(level)
    known = learnt & finite
    count, total = known.sum(axis=1), np.where(known, level, 0.0).sum(axis=1)
    items = np.bincount(item, count), np.bincount(item, total)
    own = np.where(finite, level, 0.0).sum(axis=1) / np.maximum(finite.sum(axis=1), 1)
    of_item = np.divide(items[1][item], items[0][item], out=own, where=items[0][item] > 0)
    return np.asarray(np.divide(total, count, out=of_item, where=count > 0))


def _season(history: History, settings: FitSettings, learnt: Flags, seen: Flags) -> Floats:
    """Yearly waves, trend and holidays (W, F); nothing where too little is known."""
    date = history.calendar["date"]
    weeks = span(seen) if span(learnt) >= ONE_YEAR else 0
    day = np.arange(len(date)) * 7.0 if date.isna().any() else date.dt.day_of_year.to_numpy(np.float64)
    short = settings.short_season and weeks >= ONE_YEAR
    waves = settings.harmonics if weeks >= SEASON else min(settings.harmonics, 1) if short else 0
    columns = [wave(2 * np.pi * day / YEAR * k) for k in range(1, waves + 1) for wave in (np.sin, np.cos)]
    if settings.trend:
        there = np.flatnonzero(learnt.any(axis=0))
        columns.append((np.arange(len(date)) - (there[0] + there[-1]) / 2) * 7 / YEAR)
    columns += [
        history.calendar[name].to_numpy(np.float64) for name in history.calendar if str(name).startswith("holiday_")
    ]
    return np.stack(columns, axis=1) if columns else np.zeros((history.shape[1], 0))


def _mean(offered: Floats, units: Floats, learnt: Flags, listed: Flags, cell: Ints) -> Floats:
    """Mean of what series (S, W) offer in each cell and week, weighted by what they usually sell; (cells, W)."""
    usual = np.divide(
        (units * learnt).sum(axis=1), learnt.sum(axis=1), out=np.zeros(len(cell)), where=learnt.any(axis=1)
    )
    weight = np.where(listed, usual[:, None], 0.0)
    count = int(cell.max(initial=0)) + 1
    total, whole = added(weight, cell, count), added(weight * offered, cell, count)
    return np.divide(whole, total, out=whole, where=total > 0)
