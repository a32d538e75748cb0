"""A folder that plays: the fitted tables, places for their outlets, and a scenario in which the market replays them."""

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from channellab.scenarios.errors import BadInput
from channellab.scenarios.fitted import Fitted, read_fitted, write_fitted

TABLES = "fitted"
"""Folder of the tables beside the scenario."""
BRAND_SKUS, MOST_RIVALS, LONGEST_NAME = 32, 8, 40
REGION_KM = 200
"""Kilometres between neighbouring regions, which stand in a row: a history does not say where its regions lie."""
PERSONS_PER_OUTLET = 1000
Known = Mapping[str, Mapping[str, float]]
"""``ex_factory_price`` and ``unit_cost`` by item, as far as they are known; money."""
WHOLESALE, COST = 0.7, 0.45
"""Price ex factory and cost of a unit, over its mean base price: a history of shelf prices does not tell them."""
MAKERS = (WHOLESALE - COST) / (1 - COST)
"""The same of what is earned on a unit: the share that is the maker's, where its cost is known."""


def write_market(
    folder: Path,
    tables: Mapping[str, Any],
    title: tuple[str, str] = ("Fitted market", "拟合市场"),
    about: str = "",
    currency: str = "USD",
    known: Known | None = None,
) -> Path:
    """Writes ``folder/scenario.toml`` with all it needs beside it, and returns its path.

    Each outlet is the one shop of a district of its own, in its region. The brand supplies its shops directly; costs
    and wholesale prices that are not known are assumptions, named in the file. Prices follow the recommended price.

    Args:
        tables: as `write_fitted` takes them.
        title: in English and in Chinese. about: what the market was fitted to. known: see `Known`.

    Raises:
        BadInput: the tables are wrong, or too many or too long names stand in them.
    """
    write_fitted(folder / TABLES, tables)
    fitted = read_fitted(folder / TABLES)
    _check(folder / TABLES, fitted)
    regions = list(dict.fromkeys(fitted.regions))
    places = {region: (0.0, number * REGION_KM / 111.195) for number, region in enumerate(regions)}
    _csv(
        folder / "regions.csv",
        ("id", "name", "population", "income", "role", "latitude", "longitude"),
        [(r, r, fitted.regions.count(r) * PERSONS_PER_OUTLET, 1, "core", *places[r]) for r in regions],
    )
    if len(regions) > 1:
        _csv(folder / "edges.csv", ("a", "b", "km"), [(*pair, REGION_KM) for pair in pairwise(regions)])
    _csv(
        folder / "districts.csv",
        ("id", "region", "name", "population", "latitude", "longitude"),
        [
            (outlet, region, outlet, PERSONS_PER_OUTLET, *places[region])
            for outlet, region in zip(fitted.outlets, fitted.regions, strict=True)
        ],
    )
    path = folder / "scenario.toml"
    text = "\n".join(_scenario(fitted, title, about, currency, known or {}))
    path.write_text(text + "\n", encoding="utf-8")
    return path


def _check(folder: Path, fitted: Fitted) -> None:
    where, rivals = str(folder / "items.parquet"), int((~fitted.own).sum())
    own = int(fitted.own.sum())
    if not 1 <= own <= BRAND_SKUS:
        raise BadInput(where, "own", f"is true for {own} items, allowed are 1 to {BRAND_SKUS}")
    if rivals > BRAND_SKUS * MOST_RIVALS:
        raise BadInput(where, "own", f"is false for {rivals} items, allowed are up to {BRAND_SKUS * MOST_RIVALS}")
    for name in fitted.items:
        if not 1 <= len(name) <= LONGEST_NAME:
            raise BadInput(where, "item", f"is {name!r}, allowed are names of 1 to {LONGEST_NAME} characters")


def _csv(path: Path, header: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *rows])


def _scenario(fitted: Fitted, title: tuple[str, str], about: str, currency: str, known: Known) -> Iterator[str]:
    prices = _price_lists(fitted, known)
    own = [name for name, ours in zip(fitted.items, fitted.own, strict=True) if ours]
    rivals = [name for name, ours in zip(fitted.items, fitted.own, strict=True) if not ours]
    yield f"about = {{en = {_text(' '.join(filter(None, (about, _assumed(fitted, known)))))}}}"
    yield f"title = {{en = {_text(title[0])}, zh = {_text(title[1])}}}"
    yield f"\n[run]\nweeks = {len(fitted.listed)}\nwarmup = 0\ncurrency = {_text(currency)}"
    yield '\n[network]\nregions = "regions.csv"\ndistricts = "districts.csv"'
    if len(set(fitted.regions)) > 1:
        yield 'edges = "edges.csv"'
    yield "sites_per_district = 1\nsites_per_area = 1"
    yield "\n[consumers]\ncount = 1\noutlets_considered = 1"
    yield f'\n[consumers.demand]\nsource = "fitted"\ntables = "{TABLES}"'
    yield "\n[manufacturer]\nfixed_cost = 0.0"
    yield f'stock = {{rule = "base_stock", level = {_level(fitted)}, holding_cost = 0.0}}'
    yield "\n[distributors]\nper_region = 0"
    yield "\n[retailers]\nlocal_lead_days = 3.0\nhandling_cost = 0.0\nstock = {safety_factor = 4.0}"
    yield "\n[policy.funds]\ndistrict_support = 0.0"
    for name in own:
        listed, factory, cost = prices[name]
        yield f"\n[[products]]\nname = {_text(name)}\nlist_price = {listed}\nex_factory_price = {factory}"
        yield f"distributor_price = {factory}\nsubdistributor_price = {factory}\nunit_cost = {cost}"
    for first in range(0, len(rivals), BRAND_SKUS):
        yield f'\n[[rivals]]\nname = "Rivals {first // BRAND_SKUS + 1}"\nlead_days = 3.0\nproducts = ['
        for name in rivals[first : first + BRAND_SKUS]:
            listed, factory, cost = prices[name]
            price_list = f"list_price = {listed}, ex_factory_price = {factory}, unit_cost = {cost}"
            yield f"    {{name = {_text(name)}, {price_list}}},"
        yield "]"


def _price_lists(fitted: Fitted, known: Known) -> dict[str, tuple[float, float, float]]:
    """Of each item its mean base price, price ex factory and unit cost; what is not known follows from the others."""
    factories, costs, found = known.get("ex_factory_price", {}), known.get("unit_cost", {}), {}
    for name, price in zip(fitted.items, _mean_base_prices(fitted).tolist(), strict=True):
        factory = costs[name] + MAKERS * (price - costs[name]) if name in costs else price * WHOLESALE
        factory = factories.get(name, factory)
        found[name] = round(price, 4), round(factory, 4), round(costs.get(name, factory * COST / WHOLESALE), 4)
    return found


def _assumed(fitted: Fitted, known: Known) -> str:
    """What the market assumes, in a sentence."""
    shares = {"ex_factory_price": f"prices ex factory are {WHOLESALE:g} of mean base prices"}
    if known.get("unit_cost"):
        shares["ex_factory_price"] += f", or {MAKERS:.2f} of the way to them from unit costs that are known,"
    shares["unit_cost"] = f"unit costs are {COST / WHOLESALE:.2f} of prices ex factory"
    open_ = {key: len({*fitted.items} - {*known.get(key, {})}) for key in shares}
    told = [
        text + (f" for {open_[key]} of {len(fitted.items)} items" if open_[key] < len(fitted.items) else "")
        for key, text in shares.items()
        if open_[key]
    ]
    told.append(
        f"regions stand in a row, {REGION_KM} km apart; shops are supplied directly and follow the recommended price; "
        "firms have no overheads; shops know the plan and hold four standard deviations of demand as safety stock"
    )
    return f"Assumed, as the history does not tell: {'; '.join(told)}."


def _mean_base_prices(fitted: Fitted) -> Any:
    """Mean base price of each item where it was listed, (J,); the reference's where it never was."""
    count = fitted.listed.sum(axis=(0, 1))
    total = np.nansum(fitted.base_price, axis=(0, 1))
    reference = np.nanmean(np.where(np.isnan(fitted.base_reference), np.nan, fitted.base_reference), axis=0)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan_to_num(reference, nan=1.0))


def _level(fitted: Fitted) -> int:
    """Units of an own item that the plant holds: ten times what its best week is expected to sell."""
    best = max(
        float(np.nansum(mean[:, fitted.own], axis=0).max()) for mean in map(fitted.expected, range(len(fitted.listed)))
    )
    return int(np.ceil(10.0 * max(best, 1.0)))


def _text(text: str) -> str:
    """A text as TOML writes it."""
    return json.dumps(text, ensure_ascii=False)
