"""Findings on grey markets: the threshold is that of the rule, and goods leave exactly beyond it."""

import pytest

from channellab.calibration.evidence.grey import FINDINGS, GAPS, threshold
from channellab.experiments.play import DIVERTED, SOLD, play
from channellab.experiments.replicate import replication_seeds
from channellab.scenarios.files import load


def test_the_threshold_adds_up_what_a_unit_must_earn() -> None:
    assert threshold(10.0, 0.001, 0.5, 0.2, 2.0) == pytest.approx(0.9 + 0.5 + 4.0)


@pytest.mark.slow
def test_goods_leave_beyond_the_threshold_alone() -> None:
    findings = FINDINGS["GRY1"]((1, 2))
    assert [finding.value for finding in findings] == [float(gap > 0) for gap in GAPS]
    assert {finding.verdict for finding in findings} == {"agrees"}


def test_a_run_tells_diverted_goods_from_sold_ones() -> None:
    goods = play(load("two-region-arbitrage", ("run.weeks=12", "timetable.0.weeks=[1, 12]")), seed=1).goods
    moved = goods[goods["a"] != goods["b"]].set_index("kind")["units"]
    assert goods.set_index(["kind", "a", "b"]).index.is_unique
    assert set(goods["kind"]) == {SOLD, DIVERTED}
    assert moved[DIVERTED] > 0
    assert goods.loc[goods["kind"] == DIVERTED, ["a", "b"]].to_numpy().tolist() == [["WEST", "EAST"]]


@pytest.mark.slow
def test_severity_deters_with_detection_rather_than_alone() -> None:
    """GRY2, paired over twenty seeds: the interaction of severity and certainty is larger than either alone."""
    findings = {found.measured.split(":")[0]: found for found in FINDINGS["GRY2"](replication_seeds(1, 20))}
    for name, finding in findings.items():
        print(f"{name}: {finding.value:+.4f} ({finding.low:+.4f} to {finding.high:+.4f}), {finding.verdict}")
    both = findings["Severity x certainty"]
    assert both.high < 0.0
    for alone in ("Severity alone", "Certainty alone"):
        assert abs(findings[alone].value) < 0.2 * abs(both.value)
    for name in ("Severity", "Certainty"):
        main = findings[f"{name}, mean over low and high values of the other two (main effect)"]
        assert main.high < 0.0
        assert abs(main.value) > abs(findings[f"{name} alone"].value), "the others' high values carry it"
