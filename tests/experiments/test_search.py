"""A search finds what is known to be best, holds bounds, and stops early what cannot win."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from channellab.experiments import frames
from channellab.experiments.executors import Place
from channellab.experiments.search import clearly_below, search

from .searches import ONE, PRICE, SUPPORT, TWO, Written


@pytest.mark.slow
def test_it_finds_the_price_of_a_double_monopoly(study: Written, tmp_path: Path) -> None:
    """Against q = 100 - p at cost 20 the manufacturer asks 60 (Spengler 1950), which earns it 40 x 20 a week."""
    found = search(
        study(how="evaluations = 40\nbatch = 8\nfinalists = 4\nfresh = 4", count=20_000), tmp_path / "s", Place()
    )
    assert found.recommended is not None
    assert found.recommended["values"][PRICE] == pytest.approx(60, rel=0.02)
    best = max(row["objectives"]["manufacturer_profit"]["mean"] for row in found.document()["finalists"])
    # Units a week are per hundred in reports of 100,000 consumers; here a fifth of them buy.
    assert best == pytest.approx(40 * 20 * 52 * 20_000 / 100_000, rel=0.02)
    gap = found.recommended["against_today"]["manufacturer_profit"]
    assert gap["ci95"][0] > 0


@pytest.mark.parametrize(
    "sampler", ["nsga2", "gp", *(pytest.param(name, marks=pytest.mark.slow) for name in ("tpe", "random", "nsga3"))]
)
def test_every_sampler_answers_two_objectives_and_a_bound(study: Written, tmp_path: Path, sampler: str) -> None:
    """The higher the price ex factory up to 60, the more the manufacturer earns, and the less the retailer."""
    bounded = f'{TWO}\n[[constraints]]\nmetric = "units_sold"\nat_least = 0.01'
    levers = f'{PRICE} = {{low = 25.0, high = 95.0}}\n{SUPPORT} = [0.0, 3.0]\nlayout.core = ["intensive", "exclusive"]'
    how = f'sampler = "{sampler}"\nevaluations = 12\nbatch = 6\nfinalists = 4\nfresh = 3'
    found = search(study(bounded, how, levers), tmp_path / "s", Place())
    document = found.document()
    assert document["evaluations"] == 12
    assert document["failed"] == 0
    assert 1 <= len(document["finalists"]) <= 4
    assert set(document["importance"]) == {"manufacturer_profit", "partner_profit"}
    assert len(found.candidates) == 12
    assert found.candidates[PRICE].between(25, 95).all()
    assert set(found.candidates["layout.core"]) <= {"intensive", "exclusive"}
    assert found.frame["candidate"].iloc[0] == "today"


def test_a_bound_that_nobody_holds_leaves_no_finalist(study: Written, tmp_path: Path) -> None:
    impossible = f'{ONE}\n[[constraints]]\nmetric = "units_sold"\nat_least = 1e9'
    found = search(study(impossible), tmp_path / "s", Place())
    assert found.document()["finalists"] == []
    assert found.recommended is None
    assert (found.candidates["excess of units_sold"] > 0).all()


@pytest.mark.parametrize("sampler", ["tpe", pytest.param("gp", marks=pytest.mark.slow)])
def test_a_bound_keeps_out_what_would_be_best_without_it(study: Written, tmp_path: Path, sampler: str) -> None:
    """Best for the manufacturer is a price of 60, at which 20 of a hundred buy; at least 25 of them do up to 50."""
    how = f'sampler = "{sampler}"\nevaluations = 24\nbatch = 8\nfinalists = 3\nfresh = 4'
    bound = '[[constraints]]\nmetric = "units_sold"\nat_least = 13.0'  # 25 a week and hundred of a report's consumers
    free, bounded = (
        search(study(objectives, how, count=1000), tmp_path / name, Place())
        for name, objectives in (("free", ONE), ("bounded", f"{ONE}\n{bound}"))
    )
    assert free.document()["finalists"][0]["values"][PRICE] == pytest.approx(60, abs=5)
    held = bounded.candidates["feasible"]
    assert (held == (bounded.candidates["excess of units_sold"] <= 0)).all()
    profit = bounded.candidates["manufacturer_profit"]
    assert profit[~held].max() > profit[held].max()
    assert not bounded.candidates.loc[~held, "on_front"].any()
    assert profit[bounded.candidates["on_front"]].max() == profit[held].max()
    finalists = bounded.document()["finalists"]
    assert finalists[0]["values"][PRICE] == pytest.approx(49, abs=4)
    assert all(row["values"][PRICE] < 53 for row in finalists)
    assert bounded.recommended is None or bounded.recommended["feasible"]


def test_candidates_that_cannot_win_play_no_more(study: Written, tmp_path: Path) -> None:
    how = "evaluations = 12\nbatch = 4\nfinalists = 3\nfresh = 4\nearly_stop = {}"
    small: dict[str, Any] = {"count": 600, "head": "replications = 8"}
    stopped = search(study(how=how.format("true"), **small), tmp_path / "stopped", Place())
    whole = search(study(how=how.format("false"), **small), tmp_path / "whole", Place())
    assert stopped.document()["stopped_early"] > 1
    assert whole.document()["stopped_early"] == 0
    runs = [len(frames.runs(tmp_path / name)) for name in ("stopped", "whole")]
    assert runs[0] < 0.9 * runs[1]
    one, other = (found.document()["finalists"][0]["values"][PRICE] for found in (stopped, whole))
    assert abs(one - other) < 10
    # Those who stopped were indeed worse, judged by all replications of the finalists.
    best = stopped.candidates["manufacturer_profit"].max()
    assert (stopped.candidates.loc[stopped.candidates["stopped"], "manufacturer_profit"] < best).all()


def test_clearly_below_is_a_paired_test() -> None:
    luck = np.random.default_rng(1)
    base = luck.normal(0, 10, 8)
    assert clearly_below(base, base + 1 + luck.normal(0, 0.1, 8))
    assert not clearly_below(base + 1, base)
    assert not clearly_below(base, luck.normal(1, 10, 8))
    assert clearly_below(base, base + 1)
    assert not clearly_below(base, base)


def test_an_ensemble_is_every_scenario_under_every_draw(study: Written, tmp_path: Path) -> None:
    objectives = f"""
        [uncertainties]
        products.0.unit_cost = {{low = 10.0, high = 40.0}}
        {ONE}
        robust = "worst"
        [[objectives]]
        metric = "manufacturer_profit"
        robust = "regret"
        """
    how = "evaluations = 4\nbatch = 4\nfinalists = 2\nfresh = 3\ndraws = 3"
    head = "replications = 2\nscenarios = ['bilateral-monopoly', 'bilateral-monopoly-three-tiers']"
    found = search(study(objectives, how, head=head), tmp_path / "s", Place())
    assert found.document()["markets"] == 6
    runs = frames.runs(tmp_path / "s")
    one = runs[runs["policy"] == "candidate 0"]
    assert len(one) == 12
    assert one["products.0.unit_cost"].nunique() == 3
    means = one.groupby(["scenario", "products.0.unit_cost"])["manufacturer_profit"].mean()
    row = found.candidates.iloc[0]
    assert row["manufacturer_profit.worst"] == pytest.approx(means.min())
    every = runs[runs["policy"].str.fullmatch(r"candidate \d")]
    table = (
        every.groupby(["policy", "scenario", "products.0.unit_cost"])["manufacturer_profit"].mean().unstack("policy")
    )
    regret = (table.max(axis=1) - table["candidate 0"]).max()
    assert row["manufacturer_profit.regret"] == pytest.approx(regret)
