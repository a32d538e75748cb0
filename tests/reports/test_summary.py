"""The summary says what the numbers say, and no more than is clear."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from channellab.experiments.families import PRIMARY
from channellab.reports.few_runs import runs_wanted
from channellab.reports.folder import Difference, read
from channellab.reports.language import LANGUAGES
from channellab.reports.quantities import quantity
from channellab.reports.study import Told, verdict
from channellab.reports.summary import Summary, judged_together, summary
from channellab.scenarios.errors import BadInput
from channellab.scenarios.metrics import CATALOGUE

Summarise = Callable[..., Summary]


@pytest.fixture
def told(copied: Path) -> Summarise:
    """The summary with differences of `selective` set by hand: metric -> mean, ends, Holm's p."""

    def change(lang: str = "en", **differences: tuple[float, tuple[float, float], float]) -> Summary:
        file = copied / "result.json"
        document = json.loads(file.read_text("utf-8"))
        for metric, (mean, ends, p) in differences.items():
            fields = {"mean": mean, "ci95": list(ends), "p_holm": p}
            document["metrics"][metric]["differences"]["selective"] |= fields
            if metric == "channel_profit":
                for name, value in (("intensive", 2e6), ("selective", 2e6 + mean), ("exclusive", 1e5)):
                    document["metrics"][metric]["scenarios"][name]["mean"] = value
        file.write_text(json.dumps(document), encoding="utf-8")
        return summary(Told(read(copied), lang))

    return change


def said(found: Summary) -> str:
    return " ".join(found.findings["Selective everywhere"])


def test_a_clear_loss(told: Summarise) -> None:
    found = said(told(channel_profit=(-453_000.0, (-500_000.0, -406_000.0), 0.001)))
    assert (
        "The channel earns 453,000 CNY a year or 23 % less than with Intensive everywhere (95 % interval 406,000 to "
        "500,000)." in found
    )


def test_a_clear_gain(told: Summarise) -> None:
    found = told(channel_profit=(453_000.0, (406_000.0, 500_000.0), 0.001))
    assert "453,000 CNY a year or 23 % more than with Intensive everywhere" in said(found)
    assert found.lead == (
        "Selective everywhere earns the channel most, 2,453,000 CNY a year on average, clearly ahead of Intensive "
        "everywhere."
    )


@pytest.mark.parametrize("p", [0.05, 0.4, 1.0])
def test_what_may_be_luck_is_not_called_a_difference(told: Summarise, p: float) -> None:
    found = told(channel_profit=(12_000.0, (1_000.0, 23_000.0), p))
    assert "is not clear: the mean difference is 12,000 CNY a year" in said(found)
    assert f"as 8 differences are judged together (p = {p:.2g} after Holm's correction)" in said(found)
    assert "or 1 % more" not in said(found)
    assert found.lead == "Selective everywhere earns the channel most: 2,012,000 CNY a year on average."


def test_no_difference_at_all(told: Summarise) -> None:
    assert "earns the same as with Intensive everywhere in every run" in said(
        told(channel_profit=(0.0, (0.0, 0.0), 1.0))
    )


def test_unclear_parts_of_a_clear_whole_are_marked(told: Summarise) -> None:
    clear, unclear = (5_000.0, (4_000.0, 6_000.0), 0.001), (-3_000.0, (-9_000.0, 3_000.0), 0.6)
    found = said(told(channel_profit=clear, manufacturer_profit=clear, partner_profit=unclear))
    assert "The manufacturer earns 5,000 more, the partners 3,000 less (not clear)." in found


def test_too_few_runs_for_so_many_differences_are_told(told: Summarise) -> None:
    """A gap of 67 points in every run, called not clear, would puzzle anybody who is not told why."""
    gap = (-0.667, (-0.7, -0.634), 0.6)
    found = said(told(map_violation_rate=gap))
    assert re.search(r"Alone these would be clear [^;]*, and \d+ more; 3 runs are too few [^.]* \d+ differences", found)
    assert re.search(r"If they stay as large, \d+ runs would do for half of them, \d+ for all", found)
    assert "太少，不足以排除偶然" in str(told("zh", map_violation_rate=gap).findings)


def test_too_few_runs_are_told_for_each_family(told: Summarise) -> None:
    """Of the eight differences in primary metrics fewer runs tell one from luck than of all others."""
    gap = (-0.667, (-0.7, -0.634), 0.6)
    found = said(told(map_violation_rate=gap, conflict_index=gap))
    few, rest = (int(number) for number in re.findall(r"among the (\d+) differences", found))
    assert (few, rest) == (2 * len(PRIMARY), 2 * (len(CATALOGUE) - len(PRIMARY)))


@pytest.mark.parametrize(("lang", "named"), [("en", "named before the results"), ("zh", "在看结果之前就已指定")])
def test_which_metrics_are_judged_together_is_told_before_the_results(copied: Path, lang: str, named: str) -> None:
    found = judged_together(Told(read(copied), lang))
    assert named in found
    assert {"8", str(2 * (len(CATALOGUE) - 4))} <= {*re.findall(r"\d+", found)}
    file = copied / "result.json"
    document = json.loads(file.read_text("utf-8"))
    del document["primary"]
    file.write_text(json.dumps(document), encoding="utf-8")
    older = Told(read(copied), lang)
    assert judged_together(older) == "", "of results that were judged as one family"
    assert older.tests("channel_profit") == 2 * len(CATALOGUE)


def test_what_is_clear_or_could_be_nothing_wants_no_more_runs() -> None:
    runs = [runs_wanted(Difference(mean=mean, ci95=(mean - 1, mean + 1), p_holm=1.0, better=None), 4, 150)
            for mean in (1.2, 2.0, 4.0, 40.0)]  # fmt: skip
    assert runs == sorted(runs, reverse=True)
    assert runs[0] >= 8
    assert runs[-1] == 4


def test_shares_and_other_metrics(told: Summarise) -> None:
    clear = said(told(market_share=(-0.1, (-0.12, -0.08), 0.01), fill_rate=(0.1, (0.08, 0.12), 0.01)))
    assert "a clear difference" in clear
    assert re.search(r"Clearly better besides: [^.]*fill rate", clear)
    unclear = said(told(market_share=(-0.1, (-0.22, 0.02), 0.2), fill_rate=(0.1, (0.08, 0.12), 0.2)))
    assert "which is not clearly different" in unclear
    alone = said(told(market_share=(-0.1, (-0.12, -0.08), 0.2), partner_profit=(-3e3, (-4e3, -2e3), 0.2)))
    assert "a difference that is clear only if looked at alone" in alone
    assert "the partners 3,000 less (clear only if looked at alone)" in alone
    assert re.search(r"No clear difference in \d+ more metrics", unclear)


def test_regions_are_counted(copied: Path) -> None:
    table = pd.read_csv(copied / "regions.csv", dtype={"region": str})
    base = table.loc[table["scenario"] == "intensive", "weighted_distribution"].to_numpy()
    selective = table["scenario"] == "selective"
    table.loc[selective, "weighted_distribution"] = base - 0.1
    table.loc[table.index[selective][:4], "weighted_distribution"] = base[:4]
    table.to_csv(copied / "regions.csv", index=False)
    assert "In 27 of 31 regions its coverage is lower" in said(summary(Told(read(copied), "en")))
    table.loc[selective, "weighted_distribution"] = base
    table.to_csv(copied / "regions.csv", index=False)
    assert "Its coverage is the same in all regions." in said(summary(Told(read(copied), "en")))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_run(run_folder: Path, lang: str) -> None:
    found = summary(Told(read(run_folder), lang))
    assert found.lead == ""
    assert len(found.findings[""]) == 5
    mean = read(run_folder).document.metrics["units_sold"].scenarios["base"].mean
    assert quantity(mean, "units/year", lang) in " ".join(found.findings[""])


def test_losses_are_called_so(comparison_folder: Path, run_folder: Path) -> None:
    """The small market earns nothing."""
    assert summary(Told(read(comparison_folder), "en")).lead.startswith("No scenario earns the channel money; ")
    assert re.match(r"The channel loses \d", summary(Told(read(run_folder), "en")).findings[""][0])


def test_a_metric_that_is_needed(copied: Path) -> None:
    file = copied / "result.json"
    document = json.loads(file.read_text("utf-8"))
    del document["metrics"]["fill_rate"]
    file.write_text(json.dumps(document), encoding="utf-8")
    with pytest.raises(BadInput, match="fill_rate is missing"):
        summary(Told(read(copied), "en"))


@pytest.mark.parametrize(
    ("metric", "mean", "p", "expected"),
    [
        ("channel_profit", 1.0, 0.04, "better"),
        ("channel_profit", -1.0, 0.04, "worse"),
        ("stock_cost", 1.0, 0.04, "worse"),
        ("stock_cost", -1.0, 0.04, "better"),
        ("retail_stock", -1.0, 0.04, "differs"),
        ("channel_profit", 1.0, 0.05, "unclear"),
        ("channel_profit", 1.0, float("nan"), "unclear"),
        ("channel_profit", 0.0, 1.0, "unclear"),
    ],
)
def test_verdicts(metric: str, mean: float, p: float, expected: str) -> None:
    assert verdict(metric, Difference(mean=mean, ci95=(mean - 1, mean + 1), p_holm=p, better=None)) == expected


def test_exactly_nothing_is_the_same() -> None:
    facts: dict[str, Any] = {"mean": 0.0, "ci95": (0.0, 0.0), "p_holm": 1.0, "better": 0.0}
    assert verdict("channel_profit", Difference(**facts)) == "same"
