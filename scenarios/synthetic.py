"""A small synthetic history, already fitted: its truth is known because it was made up."""

from typing import Any

import numpy as np

from channellab.scenarios.arrays import Floats
from channellab.scenarios.fitted import COEFFICIENTS

SHOPPERS = 60
"""Purchases of a category in an outlet in a usual week."""
MEAN = {
    "log_discount": -2.6,
    "log_base": -1.8,
    "feature": 0.4,
    "display": 0.6,
    "tpr": 0.1,
    "feature_display": -0.1,
    "deep_cut": 0.4,
}
"""Mean coefficients, about which items differ by 15 %; log_discount is the mean elasticity of Bijmolt et al. 2005."""
SHOCKS = {"category": (0.08, 0.5), "item": (0.12, 0.3), "outlet_category": (0.1, 0.2)}
"""Standard deviation and persistence by level."""


def synthetic_tables(outlets: int = 6, items: int = 4, weeks: int = 78, seed: int = 1) -> dict[str, dict[str, Any]]:
    """Tables of a made-up market, as `write_fitted` takes them: two categories of ``items`` items, two regions.

    The first item of each category, and the second of the first one, are the brand's own. In the second year base
    prices are 4 % higher. The last item of the first category is new in week 21, that of the second leaves in week 61.
    """
    luck = np.random.default_rng(seed)
    shops = [f"shop {n + 1}" for n in range(outlets)]
    kinds = ("tea", "biscuits")
    names = [f"{kind} {n + 1}" for kind in kinds for n in range(items)]
    count = len(names)
    utility = luck.normal(0.0, 0.5, (outlets, count))
    effects = {name: np.tile(mean * luck.normal(1.0, 0.15, count), (outlets, 1)) for name, mean in MEAN.items()}
    reference = np.tile(np.round(luck.uniform(2.0, 6.0, count), 2), (outlets, 1))
    base = reference * np.where(np.arange(weeks) < 52, 1.0, 1.04)[:, None, None]
    promoted = luck.random((weeks, outlets, count)) < 0.15
    cut = np.where(promoted, luck.choice([0.9, 0.8, 0.7], promoted.shape), 1.0)
    feature, display = (promoted & (luck.random(promoted.shape) < share) for share in (0.4, 0.3))
    listed = np.ones((weeks, outlets, count), np.bool_)
    listed[:20, :, items - 1] = listed[60:, :, count - 1] = False
    season = 0.2 * np.cos(2.0 * np.pi * np.arange(weeks) / 52)[:, None, None]
    level = np.log(SHOPPERS / items) + luck.normal(0.0, 0.3, (outlets, len(kinds)))
    week, shop, item = (axis.tolist() for axis in np.nonzero(listed))
    plan = {"base_price": np.round(base, 2), "price": np.round(base * cut, 2), "feature": feature, "display": display}
    plan["tpr"] = promoted & ~feature & ~display
    return {
        "outlets": {"outlet": shops, "region": ["north" if n % 2 == 0 else "south" for n in range(outlets)]},
        "items": {
            "item": names,
            "category": [kind for kind in kinds for _ in range(items)],
            "own": [n in (0, 1, items) for n in range(count)],
        },
        "categories": {"category": list(kinds), "expansion": [0.5, 0.2]},
        "offers": {
            "outlet": [name for name in shops for _ in names],
            "item": names * outlets,
            "utility": utility.ravel(),
            **{name: effects[name].ravel() for name in COEFFICIENTS},
            "base_reference": reference.ravel(),
        },
        "visits": {
            "outlet": [name for _ in range(weeks) for name in shops for _ in kinds],
            "category": list(kinds) * (weeks * outlets),
            "week": [t + 1 for t in range(weeks) for _ in range(outlets * len(kinds))],
            "log_visits": (level + season).ravel(),
        },
        "plan": {
            "outlet": [shops[s] for s in shop],
            "item": [names[j] for j in item],
            "week": [t + 1 for t in week],
            **{name: _flat(column, listed) for name, column in plan.items()},
        },
        "shocks": {
            "level": list(SHOCKS),
            "sd": [sd for sd, _ in SHOCKS.values()],
            "persistence": [kept for _, kept in SHOCKS.values()],
        },
    }


def _flat(column: Any, listed: Any) -> Floats:
    return np.asarray(np.broadcast_to(column, listed.shape)[listed], np.float64)
