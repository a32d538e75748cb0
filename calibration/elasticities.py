"""What a fitted market says of prices and promotions: own-price elasticities by item, and lifts of promotions.

An elasticity is the change in the log of mean units for a cut of the log of the price in a week with the item's usual
company, at the base price: beta (1 + (expansion - 1) share). Those of deep cuts add their coefficient. A lift is the
ratio of mean units as promoted to mean units without the item's own promotion in the same week, others as they were.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from channellab.calibration.adding import added
from channellab.calibration.fit import Fitted
from channellab.calibration.likelihood import DISCOUNT
from channellab.scenarios.arrays import Floats

BAND = (-4.0, -0.8)
"""Elasticities of items in grocery stores (facts PRI3), of which none is positive."""
USUAL = {
    "price reduction only": (1.27, 0.22),
    "display": (1.65, 0.12),
    "feature": (2.33, 0.23),
    "feature and display": (3.84, 0.25),
}
"""Median lifts and mean discounts of US groceries (facts PRI4)."""
FEATURE, DISPLAY, TPR = 2, 3, 4
LIFTS = (
    *("promotion", "weeks", "discount", "model_median", "model_mean", "units_median", "units_mean"),
    *("usual_median", "usual_discount"),
)
CUT = 0.05
"""Price reductions from here on count as promotions where no flag says so."""
DECILES = (0.1, 0.5, 0.9)


def elasticities(fitted: Fitted) -> pd.DataFrame:
    """By item: units-weighted mean elasticity over outlets, its deciles, the price coefficient and the count."""
    s = fitted.structure
    means = fitted.mean(s.learnt).sum(axis=1)
    share = _usual_shares(fitted)
    lift = fitted.expansion[s.category] - 1.0
    own = fitted.beta[:, DISCOUNT] * (1.0 + lift * share)
    table = pd.DataFrame({"item": s.item, "elasticity": own, "units": np.maximum(means, 1e-9), "known": means > 0})
    rows = []
    for item, group in table[table["known"]].groupby("item"):
        low, middle, high = np.quantile(group["elasticity"], DECILES)
        mean = float(np.average(group["elasticity"], weights=group["units"]))
        code = int(s.category[group.index[0]])
        rows.append(
            {
                "item": s.names["item"][int(str(item))],
                "category": s.names["category"][code],
                "outlets": len(group),
                "elasticity": mean,
                "decile_10": float(low),
                "median": float(middle),
                "decile_90": float(high),
                "positive": int((group["elasticity"] > 0).sum()),
                "in_band": BAND[0] <= mean <= BAND[1],
            }
        )
    return pd.DataFrame(rows)


def elasticity_summary(table: pd.DataFrame) -> dict[str, float | int]:
    """Mean, deciles and counts over items, as facts PRI3 states them."""
    values = table["elasticity"].to_numpy()
    return {
        "items": len(values),
        "mean": float(values.mean()),
        "decile_10": float(np.quantile(values, 0.1)),
        "decile_90": float(np.quantile(values, 0.9)),
        "in_band": int(table["in_band"].sum()),
        "positive_items": int((values > 0).sum()),
        "positive_series": int(table["positive"].sum()),
    }


def lifts(fitted: Fitted) -> pd.DataFrame:
    """By kind of promotion: weeks, mean discount, modelled lift, and the median and mean of the units themselves."""
    s = fitted.structure
    series, week = np.nonzero(s.learnt)
    x = s.x[series, week]
    kinds = _kinds(x)
    plain = _plain_medians(s.units, s.learnt, s.x)
    factor = _own_lift(fitted)[series, week]
    seen = np.divide(s.units[series, week], plain[series], out=np.full(len(series), np.nan), where=plain[series] > 0)
    rows = []
    for name, inside in kinds.items():
        known = inside & np.isfinite(seen)
        if not known.any():
            continue
        rows.append(
            {
                "promotion": name,
                "weeks": int(inside.sum()),
                "discount": float(1 - np.exp(x[inside, DISCOUNT].mean())),
                "model_median": float(np.median(factor[inside])),
                "model_mean": float(factor[inside].mean()),
                "units_median": float(np.median(seen[known])),
                "units_mean": float(seen[known].mean()),
                "usual_median": USUAL[name][0],
                "usual_discount": USUAL[name][1],
            }
        )
    return pd.DataFrame(rows, columns=list(LIFTS))


def _kinds(x: Floats) -> Mapping[str, NDArray[np.bool_]]:
    feature, display = x[:, FEATURE] > 0.5, x[:, DISPLAY] > 0.5
    reduced = (x[:, TPR] > 0.5) | (x[:, DISCOUNT] < -CUT)
    return {
        "price reduction only": reduced & ~feature & ~display,
        "display": display & ~feature,
        "feature": feature & ~display,
        "feature and display": feature & display,
    }


def _plain_medians(units: Floats, learnt: NDArray[np.bool_], x: Floats) -> Floats:
    """Median units of each series in weeks without a promotion, (S,)."""
    plain = (
        learnt & (x[:, :, DISCOUNT] > -CUT) & (x[:, :, FEATURE] == 0) & (x[:, :, DISPLAY] == 0) & (x[:, :, TPR] == 0)
    )
    some = plain.any(axis=1)
    found = np.zeros(len(units))
    found[some] = np.nanmedian(np.where(plain[some], units[some], np.nan), axis=1)
    return found


def _shares(fitted: Fitted, promoted: bool) -> tuple[Floats, Floats]:
    """Shares of the cell's choices and weights exp(V), (S, W), as promoted or without; 0 where not learnt."""
    s, beta = fitted.structure, fitted.beta
    x = s.x if promoted else s.x * (np.arange(s.x.shape[2]) == 1)
    weight = np.where(s.learnt, np.exp(np.clip(fitted.base[:, None] + (x * beta[:, None]).sum(axis=2), -50, 50)), 0.0)
    total = added(weight, s.cell, len(s.category_of_cell))
    return np.divide(weight, total[s.cell], out=np.zeros(weight.shape), where=total[s.cell] > 0), weight


def _usual_shares(fitted: Fitted) -> Floats:
    """Mean share of each series in its cell's choices without promotions, (S,)."""
    share, _ = _shares(fitted, promoted=False)
    weeks = np.maximum(fitted.structure.learnt.sum(axis=1), 1)
    return np.asarray(share.sum(axis=1) / weeks)


def _own_lift(fitted: Fitted) -> Floats:
    """Mean units as promoted over those without the item's own promotion, (S, W)."""
    s = fitted.structure
    share, weight = _shares(fitted, promoted=True)
    plain = np.exp(np.clip(fitted.base[:, None] + s.x[:, :, 1] * fitted.beta[:, None, 1], -50, 50))
    gain = np.divide(weight, plain, out=np.ones(weight.shape), where=s.learnt)
    rest = 1.0 - share + np.divide(share, gain, out=np.zeros(share.shape), where=gain > 0)
    lift = (fitted.expansion[s.category] - 1.0)[:, None]
    return np.asarray(gain * rest ** (-lift))
