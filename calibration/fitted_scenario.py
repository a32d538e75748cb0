"""The fitted market as tables that a market plays, see `scenarios.fitted`."""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from channellab.calibration.fit import Fitted
from channellab.calibration.history import History
from channellab.calibration.shared_shocks import Shocks
from channellab.scenarios.errors import BadInput
from channellab.scenarios.fitted import COEFFICIENTS

PLAYED = {
    "category": ("category", "category_area"),
    "item": ("item", "item_area"),
    "outlet_category": ("outlet_category",),
}
"""Kinds of shocks that a level of the market's shocks takes together; those of single series are not played."""


def tables(history: History, fitted: Fitted, shocks: Shocks) -> dict[str, Any]:
    """The tables of all weeks of a history, as `write_market` takes them; the recent level is in the utilities.

    Raises:
        BadInput: the fit has two taste classes, which the market cannot play, or no item is the market's own.
    """
    if fitted.structural.spread:
        raise ValueError("a market is played with one taste class")
    s = fitted.structure
    names, cells = s.names, s.category_of_cell
    series_outlet = np.array(names["outlet"])[s.outlet]
    series_item = np.array(names["item"])[s.item]
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
            "item": names["item"],
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


def own_items(history: History, fitted: Fitted) -> NDArray[np.bool_]:
    """Which items are the market's own, (J,).

    Raises:
        BadInput: the settings name a brand or item that there is not.
    """
    s, wanted = fitted.structure, {*fitted.settings.own}
    row = _first(s.item, np.arange(len(s.item)))
    about = history.series.iloc[row]
    brand = about["brand"].astype(str).to_numpy() if "brand" in about else np.array(s.names["item"])
    items = np.array(s.names["item"])
    unknown = wanted - {*brand} - {*items}
    if unknown:
        known = ", ".join(sorted({*brand})[:12])
        raise BadInput(
            history.calibration.where, "fit.own", f"names {min(unknown)!r}, allowed are brands ({known}) and items"
        )
    if not wanted:
        sold = pd.Series((s.units * s.learnt).sum(axis=1)).groupby(brand[s.item]).sum()
        wanted = {str(sold.idxmax())}
    return np.isin(brand, list(wanted)) | np.isin(items, list(wanted))
