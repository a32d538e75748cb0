"""Tables of a fitted market: what is written is read, and what is wrong is named."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from channellab.scenarios.errors import BadInput
from channellab.scenarios.files import load
from channellab.scenarios.fitted import COEFFICIENTS, COLUMNS, read_fitted, write_fitted
from channellab.scenarios.synthetic import synthetic_tables

Tables = dict[str, dict[str, list[Any]]]


def small() -> Tables:
    """Two outlets, three items of two categories, two weeks; item "c" is listed in the second week only."""
    offers = [(outlet, item) for outlet in ("north", "south") for item in ("a", "b", "c")]
    plan = [(o, i, w) for o, i in offers for w in (7, 8) if (i, w) != ("c", 7)]
    visits = [(o, k, w) for o in ("north", "south") for k in ("tea", "coffee") for w in (6, 7, 8)]
    return {
        "outlets": {"outlet": ["north", "south"], "region": ["N", "S"]},
        "items": {"item": ["a", "b", "c"], "category": ["tea", "tea", "coffee"], "own": [True, False, False]},
        "categories": {"category": ["tea", "coffee"], "expansion": [0.4, 0.0]},
        "offers": {
            "outlet": [o for o, _ in offers],
            "item": [i for _, i in offers],
            "utility": [float(n) for n in range(6)],
            **{name: [-2.0 if name.startswith("log") else 0.3] * 6 for name in COEFFICIENTS},
            "base_reference": [2.0] * 6,
        },
        "visits": {
            "outlet": [o for o, _, _ in visits],
            "category": [k for _, k, _ in visits],
            "week": [w for _, _, w in visits],
            "log_visits": [float(n) for n in range(12)],
        },
        "plan": {
            "outlet": [o for o, _, _ in plan],
            "item": [i for _, i, _ in plan],
            "week": [w for _, _, w in plan],
            "base_price": [2.0] * 10,
            "price": [1.5] * 10,
            **{name: [0.0] * 10 for name in ("feature", "display", "tpr")},
        },
        "shocks": {"level": ["item"], "sd": [0.2], "persistence": [0.5]},
    }


def test_what_was_written_is_read(tmp_path: Path) -> None:
    write_fitted(tmp_path / "fitted", small())
    read = read_fitted(tmp_path / "fitted")
    assert (read.outlets, read.regions, read.items) == (("north", "south"), ("N", "S"), ("a", "b", "c"))
    assert read.category.tolist() == [0, 0, 1]
    assert read.first_week == 7
    assert read.listed.tolist() == [[[True, True, False]] * 2, [[True] * 3] * 2]
    assert read.log_visits.tolist() == [[[1.0, 4.0], [7.0, 10.0]], [[2.0, 5.0], [8.0, 11.0]]]
    assert read.utility.tolist() == [[0.0, 1.0, 2.0], [3.0, 4.0, 5.0]]
    assert read.coefficients[1, 2].tolist() == [-2.0, -2.0, 0.3, 0.3, 0.3, 0.3, 0.3]
    assert np.isnan(read.price[0, 0, 2])
    assert read.sd.tolist() == [0.0, 0.2, 0.0]


@pytest.mark.parametrize(
    ("table", "column", "row", "value", "sentence"),
    [
        ("items", "category", 1, "milk", "row 2, category is 'milk', which is not in categories.parquet"),
        ("items", "item", 1, "a", "row 2, item repeats a of row 1"),
        ("plan", "price", 3, 0.0, "row 4, price is 0, allowed are values from 1e-06 to 1e+09"),
        ("plan", "price", 3, float("nan"), "row 4, price is nan, allowed are"),
        ("plan", "feature", 0, 1.5, "row 1, feature is 1.5, allowed are values from 0 to 1"),
        ("plan", "item", 0, "x", "row 1, item is 'x', which is not in items.parquet"),
        ("plan", "week", 1, 7, "row 2, outlet, item, week repeats north, a, 7 of row 1"),
        ("plan", "week", 9, 9, "row 10, week is '9', lists an item in a week for which visits.parquet has no"),
        ("offers", "item", 0, "c", "repeats north, c of row 1"),
        ("categories", "expansion", 0, -0.1, "row 1, expansion is -0.1, allowed are values from 0 to 1"),
        ("shocks", "level", 0, "shop", "level is 'shop', which is not in category, item, outlet_category"),
        ("shocks", "persistence", 0, 1.0, "persistence is 1, allowed are values from 0 to 0.999"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, table: str, column: str, row: int, value: Any, sentence: str) -> None:
    tables = small()
    tables[table][column][row] = value
    write_fitted(tmp_path, tables)
    with pytest.raises(BadInput, match=r"parquet: ") as error:
        read_fitted(tmp_path)
    assert sentence in str(error.value)


def test_a_row_of_the_plan_needs_an_offer(tmp_path: Path) -> None:
    tables = small()
    tables["offers"] = {column: values[:-1] for column, values in tables["offers"].items()}
    write_fitted(tmp_path, tables)
    with pytest.raises(BadInput, match=r"plan.parquet: row 10, item is 'c', is listed where offers.parquet has no"):
        read_fitted(tmp_path)


@pytest.mark.parametrize("name", COLUMNS)
def test_files_that_are_missing_or_something_else(tmp_path: Path, name: str) -> None:
    write_fitted(tmp_path, small())
    path = tmp_path / f"{name}.parquet"
    path.write_bytes(b"not a table")
    with pytest.raises(BadInput, match=rf"{name}.parquet: cannot be read as Parquet"):
        read_fitted(tmp_path)
    path.unlink()
    with pytest.raises(BadInput, match=rf"{name}.parquet: cannot be read: No such file"):
        read_fitted(tmp_path)


def test_a_column_that_is_not_there(tmp_path: Path) -> None:
    tables = small()
    del tables["plan"]["price"]
    with pytest.raises(BadInput, match=r"plan.parquet: price is missing from what is to be written"):
        write_fitted(tmp_path, tables)


def test_the_tables_in_the_library_are_the_synthetic_ones(tmp_path: Path) -> None:
    demand = load("replayed-history").scenario.consumers.demand
    assert demand.tables is not None
    write_fitted(tmp_path, synthetic_tables())
    shipped, made = vars(read_fitted(Path(demand.tables))), vars(read_fitted(tmp_path))
    for name, value in made.items():
        numbers = isinstance(value, np.ndarray) and value.dtype.kind == "f"
        assert np.array_equal(shipped[name], value, equal_nan=numbers), name
