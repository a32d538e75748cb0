"""Findings on detection: the curve is that of the alarms, and what is paired is the same market but for one thing."""

import numpy as np
import pytest

from channellab.calibration.evidence.detection import FINDINGS, THRESHOLDS, alarms, roc
from channellab.calibration.evidence.finding import replicate, scenario


def test_a_perfect_alarm_and_a_blind_one() -> None:
    guilty = np.array([True, True, False, False])
    perfect = roc(np.array([9.0, 8.0, 1.0, 1.0]), guilty)
    assert perfect[:2] == [1.0, 0.5]
    assert perfect[-3:] == [1.0, 0.0, 1.0]
    blind = roc(np.array([1.0, 1.0, 1.0, 1.0]), guilty)
    assert blind == [0.5, 0.5, *[0.0, 0.0, 0.5] * len(THRESHOLDS)]


def test_shares_alarmed_fall_with_the_threshold() -> None:
    quick = scenario("grey-market", run__weeks=6, run__warmup=6, diversion__openness=0.6, consumers__count=6000)
    (figures,) = replicate(quick, alarms, [1])
    found, accused = figures[2::3], figures[3::3]
    assert (np.diff(found) <= 0).all()
    assert (np.diff(accused) <= 0).all()
    assert 0.0 < accused[0] < 1.0


@pytest.mark.slow
def test_false_alarms_cost_goodwill() -> None:
    """DET2, paired over twenty seeds where nobody diverts: satisfaction falls, resentment rises."""
    findings = FINDINGS["DET2"](range(1, 21))
    for finding in findings:
        print(f"{finding.measured} {finding.value:+.4f} ({finding.low:+.4f} to {finding.high:+.4f})")
    assert [finding.verdict for finding in findings] == ["agrees"] * 3
