"""Experiments on published effects: found by their claims, and shown beside what was published."""

import json

import pytest

from channellab.calibration.evidence.__main__ import main
from channellab.calibration.evidence.run import carry_out, experiments
from channellab.calibration.evidence.tables import page


def test_every_claim_has_its_experiment() -> None:
    assert {"BW1", "OOS1", "OOS2", "OOS3"} <= set(experiments())


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


@pytest.mark.slow
@pytest.mark.parametrize("claim", experiments())
def test_every_experiment_can_be_repeated(claim: str) -> None:
    once, again = (list(carry_out([claim], 2)) for _ in range(2))
    assert once == again
    assert page(once).count(f"| {claim} |") == len(once) > 0
