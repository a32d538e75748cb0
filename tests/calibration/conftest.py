from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from channellab.calibration import history, synthetic
from channellab.calibration.history import History, read_history
from channellab.scenarios.show import toml_value

EXAMPLES = Path(history.__file__).parent / "examples"
Table = Mapping[str, Any]
ReadTable = Callable[..., History]


def plain_table(outlets: int = 3, products: int = 2, weeks: int = 30) -> pd.DataFrame:
    """Sales in which everything is well: prices move, nothing is missing."""
    outlet, product, week = (each.ravel() for each in np.indices((outlets, products, weeks)))
    price = np.where((week + 3 * product + outlet) % 7 == 0, 1.5, 2.0)
    return pd.DataFrame(
        {
            "week": week + 1,
            "shop": [f"S{number}" for number in outlet],
            "sku": [f"P{number}" for number in product],
            "sold": 10 + (week * 7 + outlet * 3 + product * 5) % 6 + 8 * (price < 2),
            "paid": price,
        }
    )


@pytest.fixture
def calibration_file(tmp_path: Path) -> Callable[..., Path]:
    """Writes a table of sales and a calibration file for it; keywords are more settings, such as ``history.folder``."""

    def write(table: pd.DataFrame | bytes, columns: Table | None = None, more: Table | None = None) -> Path:
        file = tmp_path / "sales.csv"
        if isinstance(table, bytes):
            file.write_bytes(table)
        else:
            table.to_csv(file, index=False)
        mapped = {"period": "week", "outlet": "shop", "product": "sku", "units": "sold", "price": "paid"}
        mapped |= columns or {}
        settings = {"history.file": "sales.csv"} | {f"history.columns.{name}": each for name, each in mapped.items()}
        lines = [
            f"{key} = {toml_value(value)}" for key, value in (settings | dict(more or {})).items() if value is not None
        ]
        path = tmp_path / "calibration.toml"
        path.write_text("\n".join(lines) + "\n", "utf-8")
        return path

    return write


@pytest.fixture
def history_of(calibration_file: Callable[..., Path]) -> ReadTable:
    """Reads a table of sales as a history."""
    return lambda *given, **named: read_history(calibration_file(*given, **named))


@pytest.fixture(scope="session")
def made_up() -> History:
    """The synthetic history that ships."""
    return read_history(EXAMPLES / "synthetic.toml")


@pytest.fixture(scope="session")
def made() -> synthetic.Made:
    """The same as it is made."""
    return synthetic.make(synthetic.read_truth())
