"""Comparisons are fair (same luck for all), honest (Holm), and the same on any number of processes."""

import json
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from channellab.experiments.compare import Comparison, compare
from channellab.experiments.families import PRIMARY, adjusted
from channellab.experiments.pairs import NOISE, holm, paired
from channellab.experiments.replicate import run
from channellab.scenarios.errors import BadInput
from channellab.scenarios.files import Loaded, load
from channellab.scenarios.metrics import CATALOGUE

TINY = ("consumers.count=400", "run.weeks=4", "run.warmup=1", "network.district_count=31")


def tiny(name: str, *more: str) -> Loaded:
    return load(name, (*TINY, *more))


@pytest.fixture(scope="module")
def played() -> Comparison:
    return compare([tiny("intensive"), tiny("selective"), tiny("exclusive")], replications=3)


def told(comparison: Comparison) -> dict[str, Any]:
    document = comparison.document()
    del document["elapsed_s"]
    return document


# Pairs


def test_the_interval_is_that_of_the_paired_t_test() -> None:
    luck = np.random.default_rng(1)
    base = luck.normal(10, 3, 7)
    values = base + luck.normal(0.8, 0.5, 7)
    found, known = paired(values, base, "up"), stats.ttest_rel(values, base)
    low, high = known.confidence_interval(0.95)
    assert (found.low, found.high) == pytest.approx((low, high), rel=1e-12)
    assert found.p == pytest.approx(known.pvalue, rel=1e-9)
    assert found.mean == pytest.approx((values - base).mean())
    assert found.correlation == pytest.approx(stats.pearsonr(values, base).statistic)
    assert found.effect_size == pytest.approx((values - base).mean() / (values - base).std(ddof=1))


def test_every_metric_is_paired_by_seed(played: Comparison) -> None:
    differences = played.differences()
    for metric in CATALOGUE:
        base, other = (
            [run.metrics[metric] for run in played.studies[name].runs] for name in ("intensive", "selective")
        )
        gaps = np.array(other) - np.array(base)
        assert differences[metric]["selective"].mean == pytest.approx(gaps.mean())
        if gaps.std() > NOISE * np.abs(base).max():
            assert differences[metric]["selective"].p == pytest.approx(stats.ttest_1samp(gaps, 0).pvalue, rel=1e-6)


@pytest.mark.parametrize(("direction", "better"), [("up", 2 / 3), ("down", 1 / 3), ("none", None)])
def test_which_is_better_depends_on_the_metric(direction: str, better: float | None) -> None:
    assert paired(np.array([2.0, 1.0, 5.0]), np.array([1.0, 2.0, 3.0]), direction).better == better


def test_a_tie_is_better_for_nobody() -> None:
    same = np.array([1.0, 2.0, 3.0])
    assert [paired(same, same, direction).better for direction in ("up", "down")] == [0, 0]


def test_a_difference_that_never_varies() -> None:
    found = paired(np.array([3.0, 4.0, 5.0]), np.array([1.0, 2.0, 3.0]), "up")
    assert (found.mean, found.low, found.high, found.p, found.effect_size) == (2, 2, 2, 0, None)
    assert paired(np.ones(3), np.zeros(3), "up").correlation is None


# Holm


def test_holm_by_hand() -> None:
    """Ordered .01 .02 .03 .5: times 4, 3, 2, 1, then never less than the one before."""
    assert holm([0.03, 0.01, 0.5, 0.02]) == pytest.approx([0.06, 0.04, 0.5, 0.06])


def test_holm_never_exceeds_one_nor_falls_below_the_raw_value() -> None:
    raw = np.random.default_rng(2).uniform(size=40)
    adjusted = np.array(holm(raw.tolist()))
    assert (adjusted <= 1).all()
    assert (adjusted >= raw).all()
    assert (np.diff(adjusted[np.argsort(raw)]) >= 0).all()
    assert holm([]) == []
    assert holm([0.2]) == [0.2]


def test_the_correction_is_over_all_scenarios_and_the_metrics_of_a_family(played: Comparison) -> None:
    document = told(played)
    assert document["primary"] == [*PRIMARY]
    rest = [name for name in CATALOGUE if name not in PRIMARY]
    for family in (PRIMARY, rest):
        found = [d for name in family for d in document["metrics"][name]["differences"].values()]
        assert len(found) == 2 * len(family)
        assert [d["p_holm"] for d in found] == pytest.approx(holm([d["p"] for d in found]))


def test_other_metrics_may_be_primary_and_none_is_one_family(played: Comparison) -> None:
    other, alone = (replace(played, primary=primary).differences() for primary in (("nps",), ()))
    raw = [found.p for row in other.values() for found in row.values()]
    assert [found.p_holm for found in other["nps"].values()] == pytest.approx(
        holm([found.p for found in other["nps"].values()])
    )
    assert [found.p_holm for row in alone.values() for found in row.values()] == pytest.approx(holm(raw))


def test_a_clear_difference_is_not_lost_among_what_else_is_recorded() -> None:
    """Three runs that lose 1.6 to 2.0 M: t = 15.6, p = .0041, which 156 looks would make .64 and eight make .033."""
    p = paired(np.array([8.0, 8.2, 8.4]) * 1e6, np.array([10.0, 10.0, 10.0]) * 1e6, "up").p
    assert p == pytest.approx(0.0041, abs=1e-4)
    looks = {(name, other): 0.5 for name in CATALOGUE for other in ("A", "B")} | {("channel_profit", "A"): p}
    assert adjusted(looks, ())["channel_profit", "A"] > 0.6
    assert adjusted(looks, PRIMARY)["channel_profit", "A"] == pytest.approx(8 * p)


# Whole comparisons


def test_one_process_or_two_give_the_same_document() -> None:
    scenarios = [tiny("intensive"), tiny("selective")]
    one, two = (compare(scenarios, replications=2, workers=workers) for workers in (1, 2))
    assert json.dumps(told(one)) == json.dumps(told(two))
    for name in ("weekly", "regions", "money", "goods", "replications"):
        for scenario in one.studies:
            left, right = (getattr(each.studies[scenario], name) for each in (one, two))
            pd.testing.assert_frame_equal(left, right, check_exact=True)


def test_a_study_in_a_comparison_is_the_study_alone(played: Comparison) -> None:
    alone = run(tiny("selective"), replications=3).document()
    among = played.studies["selective"].document()
    for document in (alone, among):
        del document["elapsed_s"]
    assert among == alone


def test_identical_scenarios_differ_in_nothing(tmp_path: Path) -> None:
    twin = tmp_path / "twin.toml"
    twin.write_text('extends = "intensive"\n', encoding="utf-8")
    found = compare([tiny("intensive"), tiny(str(twin))], replications=2).differences()
    for metric in CATALOGUE:
        difference = found[metric]["twin"]
        assert (difference.mean, difference.low, difference.high) == (0, 0, 0), metric
        assert (difference.p, difference.p_holm) == (1, 1)
        assert difference.better in (0, None)


def test_any_scenario_may_be_the_baseline(played: Comparison) -> None:
    scenarios = [tiny("intensive"), tiny("selective")]
    there, back = (compare(scenarios, replications=2, baseline=name) for name in (None, "selective"))
    assert (there.baseline, back.baseline) == ("intensive", "selective")
    assert list(back.studies) == ["intensive", "selective"]
    for metric in CATALOGUE:
        ahead, behind = there.differences()[metric]["selective"], back.differences()[metric]["intensive"]
        assert (ahead.mean, ahead.low, ahead.high) == pytest.approx((-behind.mean, -behind.high, -behind.low))
        assert ahead.p == pytest.approx(behind.p)


def test_all_share_the_seed_of_the_baseline_unless_told_otherwise() -> None:
    scenarios = [tiny("intensive", "run.seed=5"), tiny("selective", "run.seed=9")]
    for options, seed in (({}, 5), ({"baseline": "selective"}, 9), ({"seed": 11}, 11)):
        found = compare(scenarios, replications=2, weeks=1, **options)  # type: ignore[arg-type]
        seeds = [list(study.replications["seed"]) for study in found.studies.values()]
        assert seeds[0] == seeds[1]
        assert seeds[0][0] == seed
        assert found.document()["weeks"] == {"intensive": 1, "selective": 1}


def test_progress_counts_all_weeks_of_all_runs() -> None:
    heard: list[tuple[int, int]] = []
    compare(
        [tiny("intensive"), tiny("selective")], replications=2, progress=lambda done, total: heard.append((done, total))
    )
    assert heard[-1] == (20, 20)
    assert [done for done, _ in heard] == sorted(done for done, _ in heard)


def test_the_folder_holds_every_scenario(played: Comparison, tmp_path: Path) -> None:
    played.write(tmp_path)
    document = json.loads((tmp_path / "result.json").read_text("utf-8"))
    assert document["scenarios"] == ["intensive", "selective", "exclusive"]
    for name in ("weekly", "products", "regions", "money", "goods", "replications"):
        table = pd.read_csv(tmp_path / f"{name}.csv")
        assert table.columns[0] == "scenario"
        assert list(table["scenario"].unique()) == document["scenarios"]
    runs = pd.read_csv(tmp_path / "replications.csv")
    for metric, entry in document["metrics"].items():
        means = runs.groupby("scenario", sort=False)[metric].mean()
        assert [each["mean"] for each in entry["scenarios"].values()] == pytest.approx(means.tolist())
    assert not any(math.isnan(d["p_holm"]) for m in document["metrics"].values() for d in m["differences"].values())


@pytest.mark.parametrize(
    ("names", "options", "said"),
    [
        (["intensive"], {}, "scenarios is 1, allowed are whole numbers from 2"),
        (["intensive", "selective", "intensive"], {}, "scenarios name 'intensive' twice"),
        (["intensive", "selective"], {"baseline": "base"}, "baseline is 'base', allowed are intensive, selective"),
        (["intensive", "selective"], {"replications": 1}, "replications is 1, allowed are whole numbers from 2"),
        (["intensive", "selective"], {"workers": 0}, "workers is 0, allowed are whole numbers from 1"),
        (["intensive", "selective"], {"weeks": 0}, "weeks is 0"),
        (["intensive", "selective"], {"primary": ["nps", "profit"]}, "primary is 'profit', which is no metric"),
    ],
)
def test_what_cannot_be_compared(names: list[str], options: dict[str, Any], said: str) -> None:
    with pytest.raises(BadInput, match=said):
        compare([tiny(name) for name in names], **options)
