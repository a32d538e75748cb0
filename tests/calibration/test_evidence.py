"""Experiments on published effects: found by their claims, and shown beside what was published."""

import json
from pathlib import Path

import numpy as np
import pytest

from channellab.calibration.evidence.__main__ import main
from channellab.calibration.evidence.run import carry_out, experiments
from channellab.calibration.evidence.tables import page
from channellab.calibration.evidence.transactions import spread

PAGE = Path(__file__).resolve().parents[2] / "docs" / "evidence.md"
NUMBERS = (2, 7)
"""Columns of the page that change with the seeds: the estimate and the number of seeds."""


def test_every_claim_has_its_experiment() -> None:
    assert {"BW1", "DIS1", "DST1", "DST3", "OOS1", "OOS2", "OOS3"} <= set(experiments())


def test_an_unknown_claim_is_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["NONE"]) == 2
    assert capsys.readouterr().err.startswith("evidence: knows no claim 'NONE', allowed are BW1, ")


def test_one_seed_makes_no_interval(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["OOS1", "--seeds", "1"]) == 2
    assert capsys.readouterr().err == "evidence: seeds is 1, allowed are whole numbers from 2\n"


def test_a_claim_is_shown_with_its_interval(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["OOS1", "--seeds", "3", "--json"]) == 0
    audited, met = json.loads(capsys.readouterr().out)
    assert audited["low"] < audited["value"] < audited["high"]
    assert audited["value"] > met["value"] > 0  # slow sellers stand empty, and few shoppers notice
    assert (audited["claim"], audited["seeds"], audited["published_low"]) == ("OOS1", 3, 0.083)


def test_the_page_in_the_docs_is_that_of_the_experiments(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["OOS1", "--seeds", "3", "--markdown"]) == 0
    shown = capsys.readouterr().out
    assert PAGE.read_text("utf-8").startswith(shown[: shown.index("| Claim")])
    written, now = rows(PAGE.read_text("utf-8")), rows(shown)
    assert [row for row in now if row not in written] == []
    assert len(now) == 4  # headings, the line below them, and two findings


def rows(text: str) -> list[list[str]]:
    """Cells of the table but for the numbers."""
    lines = [line.strip("| ").split(" | ") for line in text.splitlines() if line.startswith("|")]
    return [[cell for n, cell in enumerate(line) if n not in NUMBERS] for line in lines]


def test_prices_differ_by_shop_or_by_good() -> None:
    units, region = np.ones((2, 2)), np.array([0, 0], np.int32)
    assert spread(units, np.array([[9.0, 18.0], [11.0, 22.0]]), region) == pytest.approx((0.1, 1.0))
    assert spread(units, np.array([[9.0, 22.0], [11.0, 18.0]]), region) == pytest.approx((0.1, 0.0))


@pytest.mark.slow
def test_the_page_knows_every_claim() -> None:
    assert {row[0] for row in rows(PAGE.read_text("utf-8"))[2:]} == set(experiments())


@pytest.mark.slow
@pytest.mark.parametrize("claim", experiments())
def test_every_experiment_can_be_repeated(claim: str) -> None:
    once, again = (list(carry_out([claim], 2)) for _ in range(2))
    assert once == again
    assert page(once).count(f"| {claim} |") == len(once) > 0
