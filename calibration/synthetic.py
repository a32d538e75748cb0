"""Sales histories that are made up from a stated truth, so that a calibration can be held against it.

Visits of outlet s to category c in week t grow with what promotions make the shelf worth, and are shared by choice:

    V_sjt = d_sj + b_j log (price / base price) + g log (base price / that of week 0) + effects of promotions
    I_sct = log sum_j exp V_sjt (of the category's items), I0 the same without promotions
    mean units = visits_sc season_t shocks exp(lambda (I - I0) + I0 - its mean over weeks) exp(V) / exp(I)

and units are Poisson. The truth is a TOML file; ``examples/synthetic/truth.toml`` says what its numbers mean. A truth
may also have what that one leaves out: in ``[demand]`` ``feature_display`` (both together), ``deep_cut`` (the part of a
cut beyond 20 %), ``memory`` of discounts and ``display_memory`` of displays of the weeks before in the log of visits,
of which ``decay`` is left a week later; in ``[deviations]`` by how much effects differ by ``item``, by ``cell`` (outlet
and category) and by ``series``, as standard deviations in units of the fit's priors; in ``[promotions]``
``own_rises``, how often the list price of each product rises in weeks of its own.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from channellab.calibration.fit_settings import PRIORS
from channellab.calibration.structure import DEEP
from channellab.scenarios.arrays import Floats
from channellab.scenarios.fitted import COEFFICIENTS

TRUTH = Path(__file__).parent / "examples" / "synthetic" / "truth.toml"
_STREAM = 6_001
NAMED = {"log_base": "base_price", "tpr": "promotion"}
"""What a truth calls coefficients otherwise than `scenarios.fitted` does; the price's is ``price`` by item."""
ORDER = ("log_discount", "feature", "display", "tpr", "feature_display", "deep_cut")
"""Coefficients of what is promoted, in the order in which they are added up."""
RISES = (1 / 3, 2 / 3)
"""When in the history list prices rise."""


@dataclass(frozen=True, eq=False)
class Made:
    """A history that was made.

    Attributes:
        sales, outlets, products: tables as a user would have them.
        price_effects: by product, the effect of the log price on its utility, deviations by outlet left out.
        effects: by coefficient, as `scenarios.fitted` calls them, float64[S, J].
        mean: float64[S, J, T], expected units.
    """

    sales: pd.DataFrame
    outlets: pd.DataFrame
    products: pd.DataFrame
    price_effects: dict[str, float]
    effects: dict[str, Floats]
    mean: Floats


def make(truth: dict[str, Any]) -> Made:
    """The history that a truth gives."""
    luck = np.random.default_rng([_STREAM, truth["seed"]])
    outlets, products = _outlets(truth), pd.DataFrame(truth["products"])
    shape = (len(outlets), len(products), int(truth["weeks"]))
    plan = _plan(truth, outlets, products, luck)
    demand = truth["demand"]
    slope = demand["price"] + demand["item_spread"] * luck.standard_normal(shape[1])
    taste = products["appeal"].to_numpy() + demand["outlet_spread"] * luck.standard_normal(shape[:2])
    effects = _effects(truth, slope, products)
    rest = effects["log_base"][:, :, None] * np.log(plan["base_price"] / plan["base_price"][:, :, :1])
    since = np.array([each.get("listed_from", 0) for each in truth["products"]])
    listed = np.broadcast_to(np.arange(shape[2]) >= since[:, None], shape)
    bare = np.where(listed, taste[:, :, None] + rest, -np.inf)
    cut = np.log(plan["base_price"] / plan["price"])
    x = {"log_discount": -cut, "deep_cut": np.maximum(cut - DEEP, 0.0), "tpr": plan["promotion"]}
    x |= {name: plan[name] for name in ("feature", "display")} | {"feature_display": plan["feature"] * plan["display"]}
    pull = sum(effects[name][:, :, None] * x[name] for name in ORDER)
    remembered = {"memory": cut, "display_memory": plan["display"]}
    mean = _mean(truth, bare, bare + pull, remembered, outlets, products, luck)
    units = luck.poisson(mean)
    sales = _table(truth, outlets, products, {"units": units, **plan})
    sales = sales[sales["units"] > 0]  # as scanner data are: no row where nothing was sold
    named = products[["name", "category", "brand"]].rename(columns={"name": "product"})
    prices = dict(zip(products["name"], slope.tolist(), strict=True))
    return Made(sales, outlets, named, prices, effects, mean)


def read_truth(path: Path = TRUTH) -> dict[str, Any]:
    """A truth as it is written."""
    return tomllib.loads(path.read_text("utf-8"))


def write(folder: Path, made: Made) -> None:
    """Writes sales.parquet, outlets.csv and products.csv."""
    made.sales.to_parquet(folder / "sales.parquet", index=False, compression="zstd")
    made.outlets.drop(columns="visits").to_csv(folder / "outlets.csv", index=False)
    made.products.to_csv(folder / "products.csv", index=False)


def _outlets(truth: dict[str, Any]) -> pd.DataFrame:
    kinds = [kind for kind in truth["outlets"] for _ in range(kind["count"])]
    table = pd.DataFrame(kinds)[["region", "tier", "visits"]]
    return table.assign(outlet=[f"S{number:02d}" for number in range(1, len(kinds) + 1)])


def _plan(
    truth: dict[str, Any], outlets: pd.DataFrame, products: pd.DataFrame, luck: np.random.Generator
) -> dict[str, Floats]:
    """Prices and promotions of every outlet, product and week, float64[S, J, T]."""
    plan, weeks = truth["promotions"], int(truth["weeks"])
    shape = (len(outlets), len(products), weeks)
    region = outlets["region"].astype("category").cat.codes.to_numpy()
    regions = (int(region.max()) + 1, *shape[1:])
    promoted = (luck.random(regions) < plan["share"])[region]
    low, high = plan["depth"]
    depth = luck.uniform(float(low), float(high), regions)[region]
    feature = promoted & (luck.random(regions) < plan["feature"])[region]
    display = promoted & (luck.random(shape) < plan["display"])
    rises = sum((np.arange(weeks) >= at[:, None]).astype(int) for at in _rises(truth, len(products)))
    base = products["price"].to_numpy()[None, :, None] * (1 + plan["base_price_step"]) ** rises
    base = np.round(np.broadcast_to(base, shape), 2)
    price = np.round(np.where(promoted, base * (1 - depth), base), 2)
    only = promoted & ~feature & ~display
    flags = {"feature": feature, "display": display, "promotion": only}
    return {"price": price, "base_price": base, **{name: each.astype(np.float64) for name, each in flags.items()}}


def _rises(truth: dict[str, Any], products: int) -> list[NDArray[np.int64]]:
    """Weeks in which list prices rise, each int64[J]: the same for all products, or each product's own."""
    weeks, own = int(truth["weeks"]), truth["promotions"].get("own_rises")
    if own is None:
        return [np.full(products, round(weeks * share)) for share in RISES]
    return list(np.random.default_rng([_STREAM, truth["seed"], 2]).integers(1, weeks, (own, products)))


def _mean(
    truth: dict[str, Any],
    bare: Floats,
    pulled: Floats,
    remembered: Mapping[str, Floats],
    outlets: pd.DataFrame,
    products: pd.DataFrame,
    luck: np.random.Generator,
) -> Floats:
    """Expected units, float64[S, J, T], from utilities without and with promotions."""
    demand, weeks = truth["demand"], bare.shape[2]
    season = demand["season"] * np.sin(2 * np.pi * np.arange(weeks) * 7 / 365.25)
    mean = np.empty_like(bare)
    for category in products["category"].unique():
        at = np.flatnonzero(products["category"] == category)
        worth, worth0 = (np.log(np.exp(value[:, at]).sum(axis=1)) for value in (pulled, bare))
        shock = demand["category_shock"] * luck.standard_normal(weeks)
        drift = np.cumsum(demand["drift"] * luck.standard_normal(weeks))
        own = demand["outlet_shock"] * luck.standard_normal((len(outlets), weeks))
        rise = worth0 - worth0.mean(axis=1, keepdims=True) + demand["expansion"] * (worth - worth0)
        for name, offered in remembered.items():
            rise = rise + demand.get(name, 0.0) * _past(bare[:, at], offered[:, at], demand.get("decay", 0.0))
        visits = outlets["visits"].to_numpy()[:, None] * np.exp(season + shock + drift + own + rise)
        share = np.exp(pulled[:, at] - worth[:, None, :])
        mean[:, at] = visits[:, None, :] * share * np.exp(demand["item_shock"] * luck.standard_normal((len(at), weeks)))
    return mean


def _effects(truth: dict[str, Any], slope: Floats, products: pd.DataFrame) -> dict[str, Floats]:
    """By coefficient, what it is in each outlet for each product, float64[S, J]."""
    demand, outlets = truth["demand"], sum(kind["count"] for kind in truth["outlets"])
    shape, wide = (outlets, len(products)), truth.get("deviations", {})
    luck = np.random.default_rng([_STREAM, truth["seed"], 1])
    category = pd.factorize(products["category"])[0]
    found = {}
    for name in COEFFICIENTS:
        mean = slope if name == "log_discount" else demand.get(NAMED.get(name, name), 0.0)
        by_item, by_series = luck.standard_normal(shape[1]), luck.standard_normal(shape)
        by_cell = luck.standard_normal((outlets, int(category.max()) + 1))[:, category]
        parts = {"item": by_item, "cell": by_cell, "series": by_series}
        away = sum(wide.get(kind, 0.0) * part for kind, part in parts.items())
        found[name] = np.broadcast_to(mean + PRIORS[name].sd * away, shape)
    return found


def _past(bare: Floats, offered: Floats, decay: float) -> Floats:
    """What is felt of a category's offers of the weeks before, float64[S, T], items weighed as they usually sell."""
    usual = np.exp(bare)
    depth = (usual * offered).sum(axis=1) / usual.sum(axis=1)
    past = np.zeros(depth.shape)
    for week in range(1, depth.shape[1]):
        past[:, week] = (1 - decay) * depth[:, week - 1] + decay * past[:, week - 1]
    return past


def _table(
    truth: dict[str, Any], outlets: pd.DataFrame, products: pd.DataFrame, columns: dict[str, NDArray[Any]]
) -> pd.DataFrame:
    """A row per outlet, product and week."""
    shape = (len(outlets), len(products), int(truth["weeks"]))
    place = np.indices(shape).reshape(3, -1)
    week = pd.Timestamp(truth["first"]) + pd.to_timedelta(place[2] * 7, "D")
    flags = ("feature", "display", "promotion")
    values = {name: each.ravel().astype(np.int8 if name in flags else each.dtype) for name, each in columns.items()}
    values["units"] = values["units"].astype(np.int32)
    names = {"week": week, "outlet": outlets["outlet"].to_numpy()[place[0]]}
    return pd.DataFrame({**names, "product": products["name"].to_numpy()[place[1]], **values})
