"""A search finds what is known to be best, the same whoever plays and whatever is killed, and admits what is unsure."""

import json
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import optuna
import pandas as pd
import pytest
from optuna.exceptions import StorageInternalError
from scipy.stats import norm
from sqlalchemy.exc import OperationalError

from channellab.cli import main
from channellab.experiments import frames, sampling
from channellab.experiments import search as searching
from channellab.experiments.executors import Place
from channellab.experiments.front import Front, best_of
from channellab.experiments.sampling import STORAGE, Asker
from channellab.experiments.search import clearly_below, search
from channellab.experiments.search_file import SearchStudy, read_search
from channellab.scenarios.errors import BadInput, ChannelLabError
from channellab.scenarios.files import load

from .looks import done

PRICE, SUPPORT = "products.0.ex_factory_price", "policy.funds.district_support"
ONE = """
[[objectives]]
metric = "manufacturer_profit"
"""
TWO = """
[[objectives]]
metric = "manufacturer_profit"
[[objectives]]
metric = "partner_profit"
"""

Written = Callable[..., SearchStudy]


@pytest.fixture
def study(tmp_path: Path) -> Written:
    """Writes and reads a study of a double monopoly whose manufacturer sets its price by the lever."""

    def write(
        objectives: str = ONE,
        how: str = "evaluations = 12\nbatch = 4\nfinalists = 3\nfresh = 4",
        levers: str = f"{PRICE} = {{low = 25.0, high = 95.0}}",
        count: int = 300,
        head: str = "replications = 2",
    ) -> SearchStudy:
        file = tmp_path / "study.toml"
        scenarios = "" if "scenarios" in head else 'scenarios = ["bilateral-monopoly"]'
        file.write_text(
            f"{scenarios}\nweeks = 2\n{head}\n[constants]\nrun.warmup = 1\nconsumers.count = {count}\n"
            f'manufacturer.price.rule = "list"\n[levers]\n{levers}\n{objectives}\n[search]\n{how}\n',
            "utf-8",
        )
        return read_search(file)

    return write


def told(found: Front) -> dict[str, Any]:
    document = found.document()
    del document["elapsed_s"]
    return document


# What it finds


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


# The same, whatever happens


def test_workers_do_not_matter(study: Written, tmp_path: Path) -> None:
    how = "evaluations = 6\nbatch = 3\nfinalists = 2\nfresh = 2"
    one, two = (search(study(TWO, how), tmp_path / str(workers), Place(workers)) for workers in (1, 2))
    assert json.dumps(told(one)) == json.dumps(told(two))
    pd.testing.assert_frame_equal(one.candidates, two.candidates, check_exact=True)


class Killed(BaseException):
    """Ends a search as a kill would: nothing is tidied up."""


@pytest.mark.parametrize(
    "sampler", ["tpe", "nsga2", *(pytest.param(name, marks=pytest.mark.slow) for name in ("nsga3", "random"))]
)
def test_killed_at_any_step_it_goes_on_as_if_nothing_had_been(
    study: Written, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sampler: str
) -> None:
    """Steps are: choosing a candidate (before and in the middle), playing runs, telling (before and in the middle)."""
    wanted = study(TWO, f'sampler = "{sampler}"\nevaluations = 12\nbatch = 4\nfinalists = 2\nfresh = 2')
    calm = search(wanted, tmp_path / "calm", Place())
    steps = [
        (optuna.Study, "ask", 6),
        (optuna.trial.Trial, "set_user_attr", 11),
        (Asker, "tell", 1),
        (searching.Ensemble, "play", 2),
        (optuna.Study, "tell", 2),
    ]
    for place, name, times in steps:
        real, left = getattr(place, name), [times]

        def moody(*args: Any, real: Any = real, left: list[int] = left, **more: Any) -> Any:
            left[0] -= 1
            if left[0] < 0:
                raise Killed
            return real(*args, **more)

        with monkeypatch.context() as patch:
            patch.setattr(place, name, moody)
            with pytest.raises(Killed):
                search(wanted, tmp_path / "killed", Place())
    after = search(wanted, tmp_path / "killed", Place())
    assert json.dumps(told(after)) == json.dumps(told(calm))
    pd.testing.assert_frame_equal(after.candidates, calm.candidates, check_exact=True)
    stale = [trial for trial in trials(tmp_path / "killed") if trial.state == optuna.trial.TrialState.RUNNING]
    assert stale == []


def test_a_search_that_learns_goes_on_too(study: Written, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a Gaussian process proposes for a batch is proposed again after a kill in the middle of choosing it."""
    wanted = study(TWO, 'sampler = "gp"\nevaluations = 18\nbatch = 6\nfinalists = 2\nfresh = 2')
    calm = search(wanted, tmp_path / "calm", Place())
    real, left = optuna.Study.ask, [15]

    def moody(*args: Any, **more: Any) -> Any:
        left[0] -= 1
        if left[0] < 0:
            raise Killed
        return real(*args, **more)

    with monkeypatch.context() as patch:
        patch.setattr(optuna.Study, "ask", moody)
        with pytest.raises(Killed):
            search(wanted, tmp_path / "killed", Place())
    after = search(wanted, tmp_path / "killed", Place())
    assert json.dumps(told(after)) == json.dumps(told(calm))


def trials(folder: Path) -> list[optuna.trial.FrozenTrial]:
    (name,) = optuna.get_all_study_names(f"sqlite:///{folder / STORAGE}")
    return optuna.load_study(study_name=name, storage=f"sqlite:///{folder / STORAGE}").get_trials()


@pytest.mark.slow
def test_killed_for_real_it_goes_on_as_if_nothing_had_been(study: Written, tmp_path: Path) -> None:
    wanted = study(TWO, "evaluations = 24\nbatch = 4\nfinalists = 3\nfresh = 3")
    for moment in (2, 20, 35):
        options = [wanted.where, "--out", str(tmp_path / "killed"), "--workers", "2", "-q"]
        with subprocess.Popen([sys.executable, "-m", "channellab", "search", *options]) as process:
            while process.poll() is None and done(tmp_path / "killed") < moment:
                time.sleep(0.05)
            process.kill()
    after, calm = (search(wanted, tmp_path / name, Place()) for name in ("killed", "calm"))
    assert json.dumps(told(after)) == json.dumps(told(calm))
    pd.testing.assert_frame_equal(after.candidates, calm.candidates, check_exact=True)


def test_a_finished_search_plays_nothing_and_a_longer_one_what_is_missing(
    study: Written, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    how = "evaluations = {}\nbatch = 4\nfinalists = 2\nfresh = 2"
    first = search(study(how=how.format(8)), tmp_path / "s", Place())
    before = len(frames.runs(tmp_path / "s"))
    again = search(study(how=how.format(8)), tmp_path / "s", Place())
    assert told(again) == told(first)
    assert len(frames.runs(tmp_path / "s")) == before
    longer = search(study(how=how.format(12)), tmp_path / "s", Place())
    for found in (longer, first):
        del found.candidates["on_front"]  # the same candidates, but not the same front
    pd.testing.assert_frame_equal(longer.candidates.head(8), first.candidates, check_dtype=False)
    with pytest.raises(BadInput, match="differs from the study that was searched here before"):
        search(study(TWO, how.format(12)), tmp_path / "s", Place())


def test_a_run_that_raises_makes_its_candidate_a_failure(
    study: Written, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from channellab.experiments import batch

    played = batch.play_kept

    def moody(task: Any) -> Any:
        if task.loaded.scenario.products[0].ex_factory_price > 60:
            raise ZeroDivisionError("too dear")
        return played(task)

    monkeypatch.setattr(batch, "play_kept", moody)
    found = search(study(), tmp_path / "s", Place())
    failed = found.candidates[found.candidates["state"] == "failed"]
    assert found.document()["failed"] == len(failed) > 0
    assert (failed[PRICE] > 60).all()
    assert set(failed["error"]) == {"ZeroDivisionError: too dear"}
    assert failed["manufacturer_profit"].isna().all()
    assert all(row["values"][PRICE] <= 60 for row in found.document()["finalists"])


def test_values_that_make_no_scenario_together_are_a_failure(study: Written, tmp_path: Path) -> None:
    """Rates of a rebate may not fall from tier to tier, which no span can say."""
    rates = "\n".join(f"policy.rebate.tiers.{tier}.rate = {{low = 0.0, high = 0.5}}" for tier in (0, 1))
    how = 'sampler = "random"\nevaluations = 8\nbatch = 8\nfinalists = 1\nfresh = 2'
    found = search(study(how=how, levers=rates), tmp_path / "s", Place())
    failed = found.candidates["state"] == "failed"
    falls = found.candidates["policy.rebate.tiers.0.rate"] > found.candidates["policy.rebate.tiers.1.rate"]
    assert 0 < failed.sum() < 8
    assert (failed == falls).all()
    assert (
        found.candidates.loc[failed, "error"].str.contains("rate is .*, allowed are values from that of the tier").all()
    )


def test_a_first_batch_that_makes_no_scenario_does_not_end_it(study: Written, tmp_path: Path) -> None:
    rates = "\n".join(f"policy.rebate.tiers.{tier}.rate = {{low = 0.0, high = 0.5}}" for tier in (0, 1))
    for seed in range(1, 9):
        how = f'sampler = "random"\nevaluations = 6\nbatch = 1\nfinalists = 1\nfresh = 2\nseed = {seed}'
        states = list(search(study(how=how, levers=rates), tmp_path / str(seed), Place()).candidates["state"])
        if states[0] == "failed":
            break
    assert states[0] == "failed"
    assert "done" in states


def test_levers_of_which_nothing_can_be_played_end_it(study: Written, tmp_path: Path) -> None:
    rates = "policy.rebate.tiers.0.rate = {low = 0.4, high = 0.5}\npolicy.rebate.tiers.1.rate = {low = 0.0, high = 0.3}"
    with pytest.raises(ChannelLabError, match="none of 12 candidates could be played; the last: refused"):
        search(study(levers=rates), tmp_path / "s", Place())


def test_constants_that_make_no_scenario_are_refused_before_anything_is_written(study: Written, tmp_path: Path) -> None:
    wanted = study(head="replications = 2\nscenarios = ['bilateral-monopoly', 'bilatral-monopoly']")
    with pytest.raises(BadInput, match="is no scenario of the library"):
        search(wanted, tmp_path / "s", Place())
    file = Path(study().where)
    file.write_text(file.read_text("utf-8").replace("run.warmup = 1", "policy.rebate.tiers.0.rate = 0.9"), "utf-8")
    with pytest.raises(BadInput, match=r"rate is 0\.08, allowed are values from that of the tier"):
        search(read_search(file), tmp_path / "s", Place())
    assert not (tmp_path / "s").exists()


# The command, and what it refuses


def test_the_command(study: Written, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wanted = study(TWO)
    arguments = ["search", wanted.where, "--out", str(tmp_path / "s"), "--workers", "1"]
    assert main(arguments) == 0
    said = capsys.readouterr().out
    assert "12 candidates, 0 failed" in said
    assert "today" in said
    assert main([*arguments, "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document == json.loads((tmp_path / "s" / "search.json").read_text("utf-8")) | {
        "elapsed_s": document["elapsed_s"]
    }
    candidates, front = (pd.read_csv(tmp_path / "s" / f"{name}.csv") for name in ("candidates", "front"))
    assert len(candidates) == 12
    assert document["kind"] == "search"
    assert document["levers"][PRICE] == {"low": 25.0, "high": 95.0, "scale": "linear", "whole": False}
    assert document["today"]["values"] == {PRICE: read_price()}
    steps = pd.read_csv(tmp_path / "s" / "convergence.csv")
    assert list(steps["candidates"]) == [4, 8, 12]
    assert steps["hypervolume"].is_monotonic_increasing
    assert steps["best partner_profit"].iloc[-1] == candidates["partner_profit"].max()
    best = [row["manufacturer_profit"] for _, row in candidates[candidates["on_front"]].iterrows()]
    assert max(best) == candidates["manufacturer_profit"].max()
    assert len(front) == 1 + len(document["finalists"])
    assert main(["runs", str(tmp_path / "s"), "--where", "policy=today fresh", "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)) == 4


def read_price() -> float:
    return load("bilateral-monopoly").scenario.products[0].ex_factory_price


def test_the_example_of_the_base_market_is_a_study() -> None:
    example = read_search(Path(__file__).resolve().parents[2] / "examples" / "search-base.toml")
    assert (len(example.levers), len(example.file.objectives), example.file.search.evaluations) == (6, 3, 60)


MISTAKES = [
    ({"objectives": ""}, "objectives is missing"),
    ({"objectives": '[[objectives]]\nmetric = "profit"'}, "objectives.0.metric names 'profit', which is no metric"),
    ({"objectives": '[[objectives]]\nmetric = "bullwhip_ratio"\nrobust = "best"'}, "objectives.0.robust is 'best'"),
    ({"objectives": ONE + ONE}, "objectives name the same metric twice"),
    ({"objectives": f'{ONE}\n[[constraints]]\nmetric = "nps"'}, "at_most or at_least must be given"),
    ({"objectives": f"{ONE}\n[uncertainties]\n{PRICE} = [1.0]"}, "is a lever and an uncertainty"),
    ({"how": 'sampler = "grid"'}, "search.sampler is 'grid'"),
    ({"how": "evaluations = 0"}, "search.evaluations is 0, allowed are values from 1"),
    ({"levers": ""}, "levers has 0 entries, allowed are at least 1"),
    ({"levers": "layout.cor = ['intensive']"}, "layout.cor is unknown"),
    ({"levers": f"{SUPPORT} = {{low = -2.0, high = -1.0}}"}, f"{SUPPORT} is -2.0, allowed are values from 0"),
    (
        {"how": "seed = 1\n[answer.settings]\nproducts.0.unit_cost = -1.0"},
        "unit_cost is -1.0, allowed are values from 0",
    ),
]


@pytest.mark.parametrize(("parts", "sentence"), MISTAKES)
def test_a_mistake_is_told_with_its_place(study: Written, parts: dict[str, str], sentence: str) -> None:
    with pytest.raises(BadInput) as caught:
        study(**parts)
    assert sentence in str(caught.value)


def test_a_storage_that_cannot_be_used_is_told(study: Written, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="--storage nodb://x: cannot be used"):
        search(study(), tmp_path / "s", Place(), storage="nodb://x")


def test_a_storage_that_fails_while_it_is_used_is_told(
    study: Written, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As SQLite says it on a full disk; then the same command goes on."""
    wanted, real = study(how="evaluations = 4\nbatch = 4\nfinalists = 1\nfresh = 2"), Asker.tell
    storage = f"sqlite:///{tmp_path / 'aside.sqlite'}"

    def full(*_: Any) -> None:
        from_sqlite = OperationalError("INSERT", {}, sqlite3.OperationalError("database or disk is full"))
        raise StorageInternalError("An exception is raised during the commit.") from from_sqlite

    monkeypatch.setattr(Asker, "tell", full)
    with pytest.raises(ChannelLabError, match=r"aside\.sqlite: the search cannot be kept there: .* disk is full"):
        search(wanted, tmp_path / "s", Place(), storage=storage)
    monkeypatch.setattr(Asker, "tell", real)
    assert len(search(wanted, tmp_path / "s", Place(), storage=storage).candidates) == 4


def test_levers_are_told_to_optuna_as_they_are_declared(study: Written) -> None:
    levers = f"run.warmup = {{low = 1, high = 4}}\n{SUPPORT} = {{low = 1.0, high = 9.0, scale = 'log'}}"
    found = study(
        levers=f"{levers}\n'network.sites_per_district' = [1, 2]\n'warehouses.regions' = [[], ['440000']]"
    ).levers
    whole, log, numbers, lists = (sampling.distribution(lever) for lever in found)
    assert whole == optuna.distributions.IntDistribution(1, 4)
    assert log == optuna.distributions.FloatDistribution(1.0, 9.0, log=True)
    assert numbers == optuna.distributions.CategoricalDistribution([1, 2])
    assert lists == optuna.distributions.CategoricalDistribution(["[]", '["440000"]'])
    assert [sampling.meant(found[3], text) for text in ("[]", '["440000"]')] == [(), ("440000",)]


# What is recommended


def test_what_is_surely_better_in_everything_is_recommended_before_an_end_of_the_front(study: Written) -> None:
    """The first gives up a little of one objective for much of the other; nobody is as surely on the front."""
    file = study(TWO).file
    front = {1: 1.0, 2: 0.8, 3: 0.9, 4: 1.0}
    gains = {1: (-1.0, 9.0), 2: (3.0, 4.0), 3: (3.0, 3.0), 4: (-5.0, 9.0)}

    def row(candidate: int) -> dict[str, Any]:
        against = {
            each.label: {"mean": gain, "ci95": [gain - 2, gain + 2], "surely_better": float(norm.cdf(gain))}
            for each, gain in zip(file.objectives, gains[candidate], strict=True)
        }
        return {
            "candidate": candidate,
            "feasible": True,
            "against_today": against,
            "chance_of_front": front[candidate],
        }

    def of(*candidates: int) -> int | None:
        best = best_of([row(each) for each in candidates], file)
        return None if best is None else best["candidate"]

    assert of(1, 2, 4) == 2
    assert of(1, 2, 3, 4) == 3  # as sure as 2, and more surely on the front
    assert of(1, 4) == 1  # 4 is clearly worse in something
    assert of(4) is None


# Partners that answer


def test_what_is_recommended_is_tried_again_with_partners_that_answer(study: Written, tmp_path: Path) -> None:
    """Shops that answer by asking twice what they pay sell nothing of what costs them over half the choke price."""

    def found(answer: str) -> dict[str, Any]:
        """Today 40 is asked ex factory, at which shops of the double monopoly ask 70."""
        how = "evaluations = 12\nbatch = 6\nfinalists = 2\nfresh = 4\n[answer]\nsettle = 3\n[answer.settings]\n"
        fair = f"{PRICE} = {{low = 25.0, high = 60.0}}"  # above that shops find their share unfair
        file = Path(study(how=how + answer, levers=fair, count=1000).where)
        today = f"run.warmup = 1\n{PRICE} = 40.0"
        file.write_text(file.read_text("utf-8").replace("run.warmup = 1", today), "utf-8")
        recommended = search(read_search(file), tmp_path / "s", Place()).recommended
        assert recommended is not None
        return recommended

    calm = found("")
    answered = calm["answered"]
    assert answered["still_better"]
    assert answered["settings"]["conflict.push_withheld"] == 2.0
    runs = frames.runs(tmp_path / "s")
    again = runs[runs["policy"] == f"candidate {calm['candidate']} answer"]
    assert len(again) == 4
    assert not set(again["seed"]) & set(runs.loc[~runs["policy"].str.endswith("answer"), "seed"])
    # The same search goes on, as an answer decides nothing of what is tried before.
    double = 'retailers.formats.0.price = {rule = "markup", markup = 1.0}'
    hostile = found(double)
    assert hostile["candidate"] == calm["candidate"]
    assert hostile["against_today"] == calm["against_today"]
    assert not hostile["answered"]["still_better"]
    assert hostile["answered"]["against_today"]["manufacturer_profit"]["ci95"][0] <= 0
    assert "allowed are values from that of the tier" in found("policy.rebate.tiers.0.rate = 0.9")["answered"]["error"]
