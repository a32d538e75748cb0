"""Designs say which runs there are, each once and in order; a mistake in one is a sentence with its place."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from channellab.experiments.designs import read_design
from channellab.experiments.inputs import Input, Span
from channellab.scenarios.errors import BadInput

SUPPORT, AMPLITUDE = "policy.funds.district_support", "consumers.season_amplitude"
RATES = [f"policy.rebate.tiers.{tier}.rate" for tier in (0, 1)]


def test_everything_is_crossed_with_everything(design: Any) -> None:
    tail = f"""
        [policies.today]
        [policies.cheap]
        policy.price.ex_factory_discount = 0.1
        [levers]
        {SUPPORT} = [0.0, 5.0, 10.0]
        "products.0.unit_cost" = [20.0, 30.0]
        """
    file = design('scenarios = ["bilateral-monopoly", "weekly-base-stock"]\nreplications = 2', tail)
    points = list(read_design(file).points())
    assert len(points) == 2 * 2 * 3 * 2 * 2
    assert [point.replication for point in points[:4]] == [1, 2, 1, 2]
    assert len({point.seed for point in points}) == 2
    last = points[-1]
    assert (last.scenario, last.policy, last.inputs) == (
        "weekly-base-stock",
        "cheap",
        {SUPPORT: 10.0, "products.0.unit_cost": 30.0},
    )
    assert not isinstance(last.loaded, BadInput)
    scenario = last.loaded.scenario
    assert scenario.policy.price.ex_factory_discount == 0.1
    assert scenario.policy.funds.district_support == 10.0
    assert scenario.products[0].unit_cost == 30.0
    assert (scenario.run.weeks, scenario.run.warmup, scenario.consumers.count) == (2, 1, 200)


@pytest.mark.parametrize("method", ["latin_hypercube", "sobol"])
def test_spans_are_filled_evenly(design: Any, method: str) -> None:
    tail = f"""
        [uncertainties]
        {SUPPORT} = {{low = 2.0, high = 4.0}}
        {AMPLITUDE} = {{low = 0.01, high = 0.1, scale = "log"}}
        [sampling]
        method = "{method}"
        points = 16
        """
    values = read_design(design("replications = 1", tail)).values()
    support = (np.array([point[SUPPORT] for point in values]) - 2) / 2
    amplitude = np.log10(np.array([point[AMPLITUDE] for point in values])) + 2
    for shares in (support, amplitude):  # one point in each sixteenth of the span
        assert sorted((shares * 16).astype(int).tolist()) == list(range(16))
    assert values == read_design(design("replications = 1", tail)).values()


def test_points_of_a_sobol_sequence_do_not_depend_on_their_number_within_a_power_of_two(design: Any) -> None:
    tail = "[levers]\n{} = {{low = 0.0, high = 1.0}}\n[sampling]\nmethod = 'sobol'\npoints = {}"
    five, seven = (read_design(design("", tail.format(SUPPORT, points))).values() for points in (5, 7))
    assert seven[:5] == five


def test_whole_numbers_are_equally_likely() -> None:
    weeks = Input("run.weeks", None, Span(low=1, high=3), True)
    drawn = [weeks.at(share) for share in np.linspace(0, 0.999, 300)]
    assert [drawn.count(week) for week in (1, 2, 3)] == [100, 100, 100]
    assert {type(week) for week in drawn} == {int}


def test_whole_numbers_that_may_be_absent_are_whole(design: Any) -> None:
    """Contracts may end after some number of cases, or never."""
    found = read_design(design("", "[levers]\npolicy.protection.damages_cases = {low = 1, high = 3}"))
    assert found.inputs[0].whole


@pytest.mark.parametrize(
    "key",
    ["policy.promotion.deals.0.weeks.0", "'timetable'.0.set.'policy.protection.damages_cases'", "timetable.0.weeks.1"],
)
def test_weeks_and_changes_by_the_timetable_are_levers_too(key: str, design: Any) -> None:
    (found,) = read_design(design("", f"[levers]\n{key} = {{low = 1, high = 4}}")).inputs
    assert found.whole
    assert found.at(0.5) in (2, 3)


def test_options_of_other_distributions_are_levers(design: Any) -> None:
    tail = (
        "[levers.'policy.rebate.others.0.options']\nrate = {low = 0.0, high = 1.0}\nperiod_weeks = {low = 2, high = 9}"
    )
    assert [each.whole for each in read_design(design("", tail)).inputs] == [False, True]


def test_a_place_that_no_list_has_is_unknown(design: Any) -> None:
    with pytest.raises(BadInput, match=r"policy\.promotion\.deals\.0\.rate\.0 is unknown"):
        read_design(design("", "[levers]\npolicy.promotion.deals.0.rate.0 = [1]"))


def test_steps_make_a_grid(design: Any) -> None:
    tail = f"""
        [levers]
        {SUPPORT} = {{low = 1.0, high = 3.0, steps = 3}}
        'consumers.count' = {{low = 10, high = 1000, steps = 3, scale = 'log'}}
        """
    found = read_design(design("", tail)).inputs
    assert [each.values for each in found] == [(1.0, 2.0, 3.0), (10, 100, 1000)]


def test_scenarios_may_lie_beside_the_design(design: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "mine.toml").write_text(
        'extends = "bilateral-monopoly"\n[products.0]\n'.replace("[products.0]\n", ""), "utf-8"
    )
    monkeypatch.chdir("/")
    (point,) = read_design(design('scenarios = ["mine.toml"]')).points()
    assert point.scenario == "mine"


MISTAKES = [
    ("replications = 0", "", "replications is 0, allowed are values from 1"),
    ("sceanrios = []", "", "sceanrios is unknown; the nearest known key is scenarios"),
    ("scenarios = []", "", "scenarios has 0 entries, allowed are at least 1"),
    ("scenarios = ['bsae']", "", "'bsae': is no scenario of the library"),
    ("", "[levers]\npolicy.fund.district_support = [1.0]", "policy.fund.district_support is unknown"),
    ("", f"[levers]\n{SUPPORT} = 3.0", f"{SUPPORT} is 3.0, allowed are a list, or a span"),
    ("", f"[levers]\n{SUPPORT} = []", f"{SUPPORT} is an empty list"),
    ("", f"[levers]\n{SUPPORT} = [-1.0]", f"{SUPPORT} is -1.0, allowed are values from 0"),
    ("", f"[levers]\n{SUPPORT} = [1.0, -1.0]", f"{SUPPORT} is -1.0, allowed are values from 0"),
    ("", f"[levers]\n{SUPPORT} = {{low = -1.0, high = 1.0}}", f"{SUPPORT} is -1.0, allowed are values from 0"),
    ("", "[levers]\nlayout.core = ['intensive', 'exclusve']", "layout.core is 'exclusve', allowed are 'intensive'"),
    ("", f"[policies.a]\n[policies.b]\n{SUPPORT} = -1.0", f"policies.b: {SUPPORT} is -1.0, allowed are values from 0"),
    (
        "",
        f"{RATES[0]} = 0.5\n[levers]\n{RATES[1]} = [0.1, 0.6]",
        "rate is 0.08, allowed are values from that of the tier",
    ),
    (
        "",
        f"[levers]\n{RATES[0]} = [0.4, 0.5]\n{RATES[1]} = [0.1, 0.2]",
        "rate is 0.1, allowed are values from that of the",
    ),
    ("", f"[levers]\n{SUPPORT} = {{low = 3.0, high = 1.0}}", f"{SUPPORT}.low is 3, allowed are values below high"),
    ("", f"[levers]\n{SUPPORT} = {{low = 0.0, high = 1.0, sclae = 'log'}}", f"{SUPPORT}.sclae is unknown"),
    ("", f"[levers]\n{SUPPORT} = [1.0]\n[uncertainties]\n{SUPPORT} = [2.0]", f"{SUPPORT} is declared twice"),
    ("", "[policies.a]\nlayout.cor = 'exclusive'", "policies.a: layout.cor is unknown"),
    ("", "[outcomes]\nmetrics = ['profit']", "outcomes.metrics names 'profit', which is no metric"),
    ("replications = 100000", f"[levers]\n{SUPPORT} = {{low = 0.0, high = 1.0, steps = 11}}", "wants 1,100,000 runs"),
]


def test_points_that_make_no_scenario_stand_among_the_others(design: Any) -> None:
    """Rates of a rebate may not fall from tier to tier, which no grid of both can say."""
    file = design("replications = 1", f"[levers]\n{RATES[0]} = [0.02, 0.4]\n{RATES[1]} = [0.1, 0.5]")
    points = list(read_design(file).points())
    refused = {
        tuple(point.inputs.values()): str(point.loaded) for point in points if isinstance(point.loaded, BadInput)
    }
    assert len(points) == 4
    assert list(refused) == [(0.4, 0.1)]
    assert refused[0.4, 0.1].startswith(f"{file}: {RATES[1]} is 0.1, allowed are values from that of the tier")


@pytest.mark.parametrize(("head", "tail", "sentence"), MISTAKES)
def test_a_mistake_is_told_with_its_place(design: Any, head: str, tail: str, sentence: str) -> None:
    file = design(head, tail)
    with pytest.raises(BadInput) as caught:
        list(read_design(file).points())
    assert sentence in str(caught.value)
    assert str(caught.value).startswith((str(file), "'bsae'"))
