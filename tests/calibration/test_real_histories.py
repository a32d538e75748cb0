"""The real histories, which are not ours to ship: in ``shared/data`` beside the checkout, or in CHANNELLAB_DATA."""

import os
from pathlib import Path

import numpy as np
import pytest

from channellab.calibration.data_report import data_report
from channellab.calibration.history import History, read_history
from channellab.calibration.judge import judge, references
from channellab.calibration.references import plain
from channellab.calibration.regressions import Hierarchical, LogLog

from .conftest import EXAMPLES

FOLDER = Path(os.environ.get("CHANNELLAB_DATA") or Path(__file__).parents[3] / "shared" / "data")
WITH_DATA = pytest.mark.skipif(
    not (FOLDER / "frat_transactions.parquet").is_file(),
    reason=f"the sales histories are not in {FOLDER}; CHANNELLAB_DATA names another folder",
)


@pytest.fixture(scope="module")
def store() -> History:
    return read_history(EXAMPLES / "store.toml", [f"history.folder={FOLDER}"])


@pytest.fixture(scope="module")
def cheese() -> History:
    return read_history(EXAMPLES / "cheese.toml", [f"history.folder={FOLDER}"])


@WITH_DATA
def test_the_cheese_accounts(cheese: History) -> None:
    assert cheese.shape == (88, 60)
    assert data_report(cheese).rows["used"] == 4_851
    wape = {score.method: score.wape for score in judge(cheese, references(cheese), draws=0)}
    assert wape["naive"] == pytest.approx(0.4145, abs=1e-4)  # as a plain loop over the accounts gives
    assert wape["mean of 8 weeks"] == pytest.approx(0.3752, abs=1e-4)
    assert wape["log-log"] < 0.25
    assert wape["hierarchical log-log"] < 0.24


@WITH_DATA
@pytest.mark.slow
def test_the_store_data(store: History) -> None:
    """The figures to beat: mean .161 .188 .417 .488, log-log .155 .182 .255 .337, hierarchical .118 .150 .209 .302."""
    assert store.shape == (3_904, 130)
    report = data_report(store)
    assert (report.rows["read"], report.rows["used"], report.rows["dropped"]) == (438_441, 438_441, 0)
    scores = judge(store, [plain(13)[2], LogLog(), Hierarchical()], draws=0)
    wape = np.array([score.wape for score in scores]).reshape(3, 4)
    assert wape[0] == pytest.approx([0.161, 0.188, 0.417, 0.488], abs=5e-4)
    assert (wape[1] <= np.array([0.155, 0.182, 0.255, 0.337]) + 0.002).all()
    assert (wape[2] <= np.array([0.118, 0.150, 0.209, 0.302]) + 0.012).all()  # one standard error
