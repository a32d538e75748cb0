"""A difference is split over what differs, the parts add up, and each has what is its own."""

import json
from itertools import combinations, permutations
from math import fsum
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from channellab.cli import main
from channellab.experiments import explain as explaining
from channellab.experiments.explain import Team, differing, explain, mix, shapley
from channellab.experiments.replicate import run
from channellab.scenarios.errors import BadInput
from channellab.scenarios.files import Loaded, load
from channellab.scenarios.metrics import CATALOGUE

TINY = ("consumers.count=400", "run.weeks=3", "run.warmup=1", "network.district_count=31")
CHANGES = ("layout.core=exclusive", "policy.funds.district_support=90.0", "policy.price.recommended_discount=0.3")


def pair(*changes: str) -> tuple[Loaded, Loaded]:
    return load("one-tier", TINY), load("one-tier", (*TINY, *changes))


def teams(groups: str) -> list[Team]:
    return [Team(team) for size in range(len(groups) + 1) for team in combinations(groups, size)]


def test_the_weights_of_teams_are_the_mean_over_all_orders() -> None:
    luck = np.random.default_rng(1)
    values = {team: luck.normal(size=3) for team in teams("abcd")}
    orders = list(permutations("abcd"))
    added = {
        group: np.mean(
            [values[Team(o[: o.index(group) + 1])] - values[Team(o[: o.index(group)])] for o in orders], axis=0
        )
        for group in "abcd"
    }
    found = shapley(values, orders)
    for group in "abcd":
        assert found[group] == pytest.approx(added[group])
    assert sum(found.values()) == pytest.approx(values[Team("abcd")] - values[Team()])


def test_a_group_that_does_nothing_gets_nothing_and_twins_get_the_same() -> None:
    values = {team: np.array([10.0 * ("a" in team and "b" in team)]) for team in teams("abc")}
    found = shapley(values, list(permutations("abc")))
    assert [float(found[group][0]) for group in "abc"] == pytest.approx([5.0, 5.0, 0.0])


def test_the_parts_add_up_to_the_whole_for_every_metric_and_seed() -> None:
    start, end = pair(*CHANGES)
    found = explain(start, end, replications=2)
    assert found.groups == ("layout", "policy.price", "policy.funds")
    assert found.runs == 2 * 2**3
    ends = [run(each, replications=2) for each in (start, end)]
    for metric in CATALOGUE:
        whole = found.whole[metric]
        assert whole.tolist() == [
            after.metrics[metric] - before.metrics[metric]
            for before, after in zip(ends[0].runs, ends[1].runs, strict=True)
        ]
        size = max(abs(r.metrics[metric]) for each in ends for r in each.runs)
        for seed in range(2):
            together = fsum(float(part[seed]) for part in found.parts[metric].values())
            assert together == pytest.approx(float(whole[seed]), abs=1e-9 * max(size, 1e-9) + 1e-300)
    assert found.whole["channel_profit"].all()
    document = found.document()["metrics"]["channel_profit"]
    assert fsum(part["mean"] for part in document["parts"].values()) == pytest.approx(document["whole"]["mean"])


def test_many_groups_are_sampled_and_still_add_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(explaining, "EXACT", 2)
    monkeypatch.setattr(explaining, "ORDERS", 2)
    start, end = pair(*CHANGES)
    found = explain(start, end, replications=2, weeks=1)
    for metric in ("channel_profit", "units_sold"):
        assert sum(found.parts[metric].values()) == pytest.approx(found.whole[metric])
    assert explaining.chosen_orders(found.groups, 1) == explaining.chosen_orders(found.groups, 1)


def test_one_group_has_it_all_and_workers_do_not_matter() -> None:
    start, end = pair("policy.price.recommended_discount=0.3")
    one, two = (explain(start, end, replications=2, workers=workers).document() for workers in (1, 2))
    del one["elapsed_s"], two["elapsed_s"]
    assert json.dumps(one) == json.dumps(two)
    for told in one["metrics"].values():
        assert told["parts"]["policy.price"] == told["whole"]


def test_words_are_no_difference(tmp_path: Path) -> None:
    start, _ = pair()
    (tmp_path / "same.toml").write_text('extends = "one-tier"\nabout = "the same"\n', "utf-8")
    same = load(str(tmp_path / "same.toml"), TINY)
    assert differing(start.scenario, same.scenario) == ()
    with pytest.raises(BadInput, match="one-tier and same do not differ"):
        explain(start, same)


def test_combinations_that_make_no_sense_are_told() -> None:
    start, end = pair("network.sites_per_area=1", "network.sites_per_district=1", "consumers.outlets_considered=1")
    with pytest.raises(BadInput, match=r"one-tier with network of one-tier makes no scenario: .*outlets_considered"):
        mix(start, end, Team({"network"}))


def test_the_command(capsys: pytest.CaptureFixture[str], tmp_path: Any) -> None:
    (tmp_path / "end.toml").write_text('extends = "one-tier"\nlayout.core = "exclusive"\n', "utf-8")
    options = ["--replications", "2", "--workers", "1", *(word for each in TINY for word in ("--set", each))]
    scenarios = ["one-tier", str(tmp_path / "end.toml")]
    assert main(["explain", *scenarios, *options, "--out", str(tmp_path / "told")]) == 0
    assert "layout" in capsys.readouterr().out
    document = json.loads((tmp_path / "told" / "explanation.json").read_text("utf-8"))
    assert document["groups"] == ["layout"]
    assert main(["explain", *scenarios, "--metric", "profit"]) == 2
    assert capsys.readouterr().err.startswith("--metric: names 'profit', which is no metric")
