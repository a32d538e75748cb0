"""The fitted market as tables that a market plays, see `scenarios.fitted`."""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from channellab.calibration.fit import Fitted
from channellab.calibration.fit_settings import FitSettings
from channellab.calibration.history import History
from channellab.calibration.shared_shocks import Shocks
from channellab.scenarios.arrays import Flags
from channellab.scenarios.errors import BadInput
from channellab.scenarios.fitted import COEFFICIENTS
from channellab.scenarios.fitted_market import BRAND_SKUS, LONGEST_NAME

PLAYED = {
    "category": ("category", "category_area"),
    "item": ("item", "item_area"),
    "outlet_category": ("outlet_category",),
}
"""Kinds of shocks that a level of the market's shocks takes together; those of single series are not played."""


def tables(history: History, fitted: Fitted, shocks: Shocks) -> dict[str, Any]:
    """The tables of all weeks of a history, as `write_market` takes them; the recent level is in the utilities.

    Raises:
        ValueError: the fit has two taste classes, which the market cannot play.
    """
    if fitted.structural.spread:
        raise ValueError("a market is played with one taste class")
    s = fitted.structure
    names, cells = s.names, s.category_of_cell
    series_outlet = np.array(names["outlet"])[s.outlet]
    items = short_names(names["item"])
    series_item = np.array(items)[s.item]
    outlet_of_cell = np.zeros(len(cells), np.int64)
    outlet_of_cell[s.cell] = s.outlet
    weeks = history.shape[1]
    beta = fitted.beta
    series, week = np.nonzero(s.listed)
    flags = {"feature": "feature", "display": "display", "tpr": "promotion"}
    columns = {ours: np.asarray(history.matrix(theirs), np.float64)[series, week] for ours, theirs in flags.items()}
    base, price = (np.asarray(history.matrix(name), np.float64)[series, week] for name in ("base_price", "price"))
    return {
        "outlets": {"outlet": names["outlet"], "region": _regions(history, fitted)},
        "items": {
            "item": items,
            "category": [names["category"][code] for code in _first(s.item, s.category)],
            "own": own_items(history, fitted),
        },
        "categories": {"category": names["category"], "expansion": fitted.expansion},
        "offers": {
            "outlet": series_outlet,
            "item": series_item,
            "utility": fitted.base + fitted.level,
            **{name: beta[:, k] for k, name in enumerate(COEFFICIENTS)},
            "base_reference": s.reference,
        },
        "visits": {
            "outlet": np.repeat(np.array(names["outlet"])[outlet_of_cell], weeks),
            "category": np.repeat(np.array(names["category"])[cells], weeks),
            "week": np.tile(np.arange(1, weeks + 1), len(cells)),
            "log_visits": fitted.layout.visits(fitted.values).ravel(),
        },
        "plan": {
            "outlet": series_outlet[series],
            "item": series_item[series],
            "week": week + 1,
            "base_price": base,
            "price": np.where(price > 0, price, base),
            **columns,
        },
        "shocks": {
            "level": list(PLAYED),
            "sd": [float(np.sqrt(sum(shocks.sd[kind] ** 2 for kind in kinds))) for kinds in PLAYED.values()],
            "persistence": [_persistence(shocks, kinds) for kinds in PLAYED.values()],
        },
    }


def known_prices(history: History, fitted: Fitted, learn: Flags) -> dict[str, dict[str, float]]:
    """What the history says of prices ex factory and unit costs, by item: means over the weeks learnt from (S, W).

    A price ex factory that is not below the mean base price, or a cost that is not below it, is not believed.
    """
    found, below = {}, _item_means(history, fitted, learn, "base_price")
    for column, name in (("wholesale_price", "ex_factory_price"), ("costs", "unit_cost")):
        if column in history.frame:
            means = _item_means(history, fitted, learn, column)
            found[name] = {item: value for item, value in means.items() if 0 < value < below.get(item, 0.0)}
            below = below | found[name]
    return found


def _item_means(history: History, fitted: Fitted, learn: Flags, column: str) -> dict[str, float]:
    values = np.asarray(history.matrix(column), np.float64)[:, : learn.shape[1]]
    use = learn & np.isfinite(values)
    count, item = len(fitted.structure.names["item"]), fitted.structure.item
    weeks = np.bincount(item, use.sum(axis=1), count)
    total = np.bincount(item, np.where(use, values, 0.0).sum(axis=1), count)
    names = short_names(fitted.structure.names["item"])
    return {names[at]: float(total[at] / weeks[at]) for at in np.flatnonzero(weeks)}


def short_names(names: tuple[str, ...]) -> tuple[str, ...]:
    """Names of items as a market may have them: long ones cut, and numbered so that they stay apart.

    >>> short_names(("tea", "x" * 50))
    ('tea', 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx ~2')
    """
    return tuple(
        name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 6].rstrip()} ~{number}"
        for number, name in enumerate(names, 1)
    )


def _persistence(shocks: Shocks, kinds: tuple[str, ...]) -> float:
    """Mean of the kinds' persistence, weighted by their variance; 0 without shocks."""
    weights = [shocks.sd[kind] ** 2 for kind in kinds]
    if not any(weights):
        return 0.0
    return float(np.average([shocks.persistence[kind] for kind in kinds], weights=weights))


def _first(of: NDArray[np.int64], values: NDArray[np.int64]) -> NDArray[np.int64]:
    """The value of the first series of each group, (groups,)."""
    found = np.zeros(int(of.max()) + 1, np.int64)
    found[of[::-1]] = values[::-1]
    return found


def _regions(history: History, fitted: Fitted) -> list[str]:
    """Region of each outlet: as mapped, else its area."""
    s = fitted.structure
    if "region" in history.series:
        text = history.series["region"].astype(str).to_numpy()
        row = _first(s.outlet, np.arange(len(s.outlet)))
        return [str(text[at]) for at in row]
    return [s.names["area"][code] for code in _first(s.outlet, s.area)]


def check_own(history: History, settings: FitSettings) -> None:
    """Checks that the brands and items that are to be the market's own are there.

    Raises:
        BadInput: the settings name one that there is not.
    """
    brands = {*history.series["brand" if "brand" in history.series else "product"].astype(str)}
    unknown = {*settings.own} - brands - {*history.series["product"].astype(str)}
    if unknown:
        known = ", ".join(sorted(brands)[:12])
        problem = f"names {min(unknown)!r}, allowed are brands ({known}) and items"
        raise BadInput(history.calibration.where, "fit.own", problem)


def own_items(history: History, fitted: Fitted) -> NDArray[np.bool_]:
    """Which items are the market's own, (J,)."""
    s, wanted = fitted.structure, {*fitted.settings.own}
    row = _first(s.item, np.arange(len(s.item)))
    about = history.series.iloc[row]
    brand = about["brand"].astype(str).to_numpy() if "brand" in about else np.array(s.names["item"])
    items = np.array(s.names["item"])
    if not wanted:
        sold = pd.Series((s.units * s.learnt).sum(axis=1)).groupby(brand[s.item]).sum()
        # A market has room for so many items of the brand; of larger brands one has to be chosen by name.
        small = [name for name in sold.index if (brand == name).sum() <= BRAND_SKUS]
        wanted = {str(sold[small or sold.index].idxmax())}
    return np.isin(brand, list(wanted)) | np.isin(items, list(wanted))
