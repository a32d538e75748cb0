"""What the model finds about opinion leaders and talk: the arithmetic at once, the experiments when there is time."""

import numpy as np
import pytest

from channellab.calibration.evidence import kols
from channellab.calibration.evidence.finding import SEEDS, Finding
from channellab.experiments.replicate import replication_seeds


def test_a_ratio_has_the_interval_of_its_jackknife() -> None:
    added, spent = np.array([8.0, 12.0, 10.0]), np.array([2.0, 2.0, 2.0])
    values = kols.jackknife(lambda kept: float(added[kept].sum() / spent[kept].sum()), 3)
    assert values.tolist() == pytest.approx([4.0, 6.0, 5.0])


def test_a_parabola_is_found_where_there_is_one() -> None:
    x = np.linspace(2.0, 8.0, 30)
    slope, curvature = kols.quadratic(x, 3.0 - 0.5 * (x - 6.0) ** 2)
    assert curvature == pytest.approx(-0.5)
    assert x.mean() - slope / (2 * curvature) == pytest.approx(6.0)


def test_the_implied_price_follows_from_the_published_figures() -> None:
    followers = 0.265 / 0.049 * 18 / 10
    assert np.log(18) / np.log(followers) == pytest.approx(1.27, abs=0.01)


def of(claim: str) -> dict[str, Finding]:
    findings = kols.FINDINGS[claim](replication_seeds(1, SEEDS))
    assert all(finding.claim == claim and np.isfinite([finding.low, finding.high]).all() for finding in findings)
    return {finding.measured: finding for finding in findings}


@pytest.mark.slow
def test_replies_bend_engagement_down_at_the_large_end() -> None:
    found = {
        words: finding
        for words, finding in of("KOL1").items()
        if "per follower and post" in words and words.startswith("Slope")
    }
    declared, unlimited = (
        next(finding for words, finding in found.items() if words.endswith(case))
        for case in ("as declared.", "replies without limit.")
    )
    assert declared.high < unlimited.low


@pytest.mark.slow
def test_the_price_of_reach_decides_which_tier_pays() -> None:
    ratios = [finding for words, finding in of("KOL2").items() if words.startswith("Return")]
    declared, proportional, implied, _ = ratios
    assert declared.high < proportional.low < proportional.high < implied.low


@pytest.mark.slow
def test_more_talk_sells_more() -> None:
    assert all(finding.low > 0 for finding in of("WOM1").values())


@pytest.mark.slow
def test_seeding_and_livestreams_sell() -> None:
    assert all(finding.low > 0 for finding in of("H8").values())
