"""Findings on online sales: a price cut hurts shops and makes resentment, and remedies take some of it back."""

import pytest

from channellab.calibration.evidence.online import (
    CUT,
    FINDINGS,
    INDEX,
    MAKER,
    PARTNERS,
    REMEDIES,
    RESENTMENT,
    SHOPS,
    change,
    played,
)
from channellab.experiments.replicate import replication_seeds, summarise
from channellab.scenarios.arrays import Floats

SEEDS = tuple(replication_seeds(1, 20))


def interval(before: Floats, after: Floats, column: int) -> tuple[float, float]:
    low, high = summarise(change(before, after, column, False).tolist())["ci95"]
    return low, high


def with_remedy(words: str) -> Floats:
    return played(f"{CUT}, {{weeks=[1, 52], set={{{REMEDIES[words]}}}}}", (), SEEDS)


@pytest.mark.slow
def test_an_online_price_cut_takes_sales_from_shops_and_makes_resentment() -> None:
    before, after = played("", (), SEEDS), played(CUT, (), SEEDS)
    assert interval(before, after, SHOPS)[1] < 0
    assert interval(before, after, RESENTMENT)[0] > 0
    assert interval(before, after, PARTNERS)[1] < 0


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "brand_gains"), [("a lead commission of 15 %", False), ("order routing", False), ("pick-up", True)]
)
def test_each_remedy_lowers_conflict_and_leaves_partners_more(words: str, brand_gains: bool) -> None:
    before, after = played(CUT, (), SEEDS), with_remedy(words)
    assert interval(before, after, INDEX)[1] < 0
    assert interval(before, after, PARTNERS)[0] > 0
    low, high = interval(before, after, MAKER)
    assert low > 0 if brand_gains else high < 0


def test_every_finding_has_its_interval() -> None:
    findings = FINDINGS["CON1"]((1, 2))
    assert [finding.published_high for finding in findings] == [0.0, None]
    assert all(finding.low <= finding.value <= finding.high for finding in findings)
