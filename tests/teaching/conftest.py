"""What the teaching markets' tests share: a laboratory that plays TOML files, and how to judge an error."""

import json
from collections.abc import Callable, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest

from channellab.cli import main

LARGEST = 4.0
"""Standard errors that one figure may lie off; a normal one does so once in 16,000 times."""


@dataclass(frozen=True)
class Result:
    """What ``channellab run --json --out DIR`` printed and wrote."""

    document: dict[str, Any]
    weekly: pd.DataFrame
    products: pd.DataFrame
    money: pd.DataFrame

    def mean(self, metric: str) -> float:
        """The mean of a metric."""
        return float(self.document["metrics"][metric]["mean"])


Lab = Callable[..., Result]
Judge = Callable[..., None]
BatchError = Callable[[pd.Series], float]


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    """Writes a scenario file and plays it by the command line, in this process; more arguments go to ``run``."""

    def play(text: str, *arguments: str) -> Result:
        file, out = tmp_path / "market.toml", tmp_path / "result"
        file.write_text(text, "utf-8")
        with redirect_stdout(StringIO()) as printed:
            code = main(["run", str(file), "--json", "--out", str(out), "--workers", "1", *arguments])
        assert code == 0, text
        document = json.loads(printed.getvalue())
        assert document["ledger"]["goods_imbalance"] == 0
        return Result(document, *(pd.read_csv(out / f"{name}.csv") for name in ("weekly", "products", "money")))

    return play


@pytest.fixture
def sets() -> range:
    """Numbers of the random parameter sets that every closed form is tried at."""
    return range(10)


@pytest.fixture
def judge() -> Judge:
    """Fails where a figure lies too many standard errors off, or all of them together do.

    Args: name of the figure; what the market gave, what it should be, and the standard error, one per parameter set.
    """

    def judge(
        name: str, found: Sequence[float], exact: Sequence[float], error: Sequence[float], most: float = LARGEST
    ) -> None:
        z = (np.array(found) - np.array(exact)) / np.array(error)
        together = z.sum() / np.sqrt(z.size)
        print(f"{name}: z {np.round(z, 1).tolist()}, together {together:.1f}")
        assert np.abs(z).max() < most, f"{name}: {list(zip(found, exact, z.tolist(), strict=True))}"
        assert abs(together) < most, f"{name} is biased: z = {z.tolist()}"

    return judge


@pytest.fixture
def batch_error() -> BatchError:
    """Standard error of the mean of a weekly series, from the means of 20 stretches of it.

    Stock remembers demand over the lead times of the chain and nothing before, so that means of longer stretches are
    nearly independent.
    """

    def error(series: pd.Series, batches: int = 20) -> float:
        values: npt.NDArray[np.float64] = series.to_numpy(dtype=np.float64)
        length = values.size // batches
        means = values[: length * batches].reshape(batches, length).mean(axis=1)
        return float(means.std(ddof=1) / np.sqrt(batches))

    return error
