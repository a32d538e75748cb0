"""How sure a fit is: profiles, what is not identified, what trades off; and the market plays the fitted mean."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from channellab.calibration import recovery, synthetic
from channellab.calibration.calibrate import calibrate
from channellab.calibration.curvature import Bowl
from channellab.calibration.diagnostics import Diagnostics
from channellab.calibration.drift import steps
from channellab.calibration.fit import Fitted, fit
from channellab.calibration.fit_settings import FitSettings
from channellab.calibration.fitted_scenario import known_prices, tables
from channellab.calibration.history import History
from channellab.calibration.history_file import read_calibration
from channellab.calibration.profiles import profile
from channellab.calibration.recent_level import levelled
from channellab.calibration.shared_shocks import KINDS, Shocks
from channellab.calibration.standard_errors import uncertain
from channellab.scenarios.files import load
from channellab.scenarios.fitted_market import write_market
from channellab.sim.market import Market

WEEKS = 40
STILL = Shocks(dict.fromkeys(KINDS, 0.0), dict.fromkeys(KINDS, 0.0))


def small(**changes: object) -> History:
    """Two outlets, three teas and a soap; sections of the truth may be changed."""
    truth = recovery.small_truth(1, weeks=WEEKS)
    truth["outlets"] = [{**truth["outlets"][0], "count": 2, "visits": 300.0}]
    truth["demand"] |= {"price": -2.2, "expansion": 0.6, "memory": 0.0}
    truth["products"] = [each for each in truth["products"] if each["name"] in ("soap lemon", *recovery.PRODUCTS[:3])]
    for section, values in changes.items():
        truth[section] = {**truth[section], **values}  # type: ignore[dict-item]
    return recovery.small_history(synthetic.make(truth))


def fitted_to(history: History) -> Fitted:
    settings = FitSettings()
    return fit(history, settings, structural=replace(settings.start, dispersion=0.03))


def diagnosed(fitted: Fitted, shocks: Shocks | None = None, *names: str) -> Diagnostics:
    """Diagnostics of the quantities of these names, all if none is named."""
    bowl = Bowl(fitted)
    found = [each for each in uncertain(bowl, shocks) if not names or each.quantity.name in names]
    return Diagnostics(fitted, found, [profile(bowl, each) for each in found])


@pytest.fixture(scope="module")
def history() -> History:
    return small()


@pytest.fixture(scope="module")
def fitted(history: History) -> Fitted:
    return fitted_to(history)


def test_a_column_of_the_inverse_hessian_is_that(fitted: Fitted) -> None:
    """The gradient changes along it as the weights say, and in no other parameter."""
    bowl = Bowl(fitted)
    each = next(each for each in uncertain(bowl) if each.quantity.name == "feature")
    size = 1e-4
    ends = [bowl.problem.gradient(bowl.mode.at + sign * size * each.direction)[1] for sign in (1, -1)]
    scale = bowl.problem.scale
    change, weights = (ends[0] - ends[1]) / (2 * size) * scale, each.quantity.weights * scale
    assert np.linalg.norm(change - weights) < 0.02 * np.linalg.norm(weights)


def test_at_the_ends_of_an_interval_the_loss_has_risen_as_needed_wherever_the_others_go(fitted: Fitted) -> None:
    bowl = Bowl(fitted)
    each = next(each for each in uncertain(bowl) if each.quantity.name == "expansion")
    found = profile(bowl, each)
    for end in (found.low, found.high):
        away = end - float(each.quantity.weights @ bowl.mode.at)
        start = bowl.mode.at + each.direction * away / each.curvature
        lowest = bowl.lowest(start, each.quantity.weights, 200)
        assert float(each.quantity.weights @ lowest.at) == pytest.approx(end, abs=1e-6)
        if 0.001 < end < 0.999:
            assert lowest.loss - bowl.mode.loss == pytest.approx(found.needed, rel=0.12)
        else:
            assert lowest.loss - bowl.mode.loss <= 1.12 * found.needed
    assert 0 <= found.low < found.high <= 1


def test_what_the_history_does_not_move_is_not_identified_and_what_comes_together_trades_off() -> None:
    """List prices stay, every promotion is on display and advertised, and a category has one item."""
    found = diagnosed(
        fitted_to(small(promotions={"base_price_step": 0.0, "display": 1.0, "feature": 1.0, "share": 0.3}))
    )
    told = {(each.name, each.category): each for each in found.estimates}
    for category in ("soap", "tea"):
        base = told["log_base", category]
        assert not base.identified
        assert base.high - base.low == pytest.approx(2 * 1.96 * base.prior_sd, rel=0.05)
        assert not told["tpr", category].identified, "no price is just reduced"
    assert not told["expansion", "soap"].identified, "with one item, nobody is seen to substitute"
    assert told["expansion", "tea"].identified
    assert told["log_discount", "tea"].identified
    pairs = found.trade_offs()
    assert {(row.name_, row.with_, row.category) for row in _named(pairs)} >= {("log_discount", "deep_cut", "tea")}
    assert (np.sign(pairs["along_profile"]) == np.sign(pairs["correlation"])).all()


def _named(pairs: pd.DataFrame) -> Any:
    return pairs.rename(columns={"name": "name_", "with": "with_"}).itertuples(index=False)


def test_errors_allow_for_shocks_that_many_series_share(fitted: Fitted) -> None:
    bowl = Bowl(fitted)
    shaken = replace(STILL, sd={**STILL.sd, "category": 0.3}, persistence={**STILL.persistence, "category": 0.9})
    calm, rough = (uncertain(bowl, shocks) for shocks in (STILL, shaken))
    ratio = {
        a.quantity.name: b.error / a.error for a, b in zip(calm, rough, strict=True) if a.quantity.category == "tea"
    }
    assert min(ratio.values()) >= 1
    assert ratio["expansion"] > 1.2
    assert ratio["log_base"] > ratio["feature"]


def test_a_walk_is_told_from_noise_as_far_as_the_weeks_allow() -> None:
    luck = np.random.default_rng(3)
    week, flat = np.arange(150.0), np.ones((150, 1))
    noise = 0.1 * luck.standard_normal((40, 150))
    walk = np.cumsum(0.05 * luck.standard_normal((40, 150)), axis=1)
    still, moved = (np.sqrt(np.mean([steps(row, week, flat) for row in rows])) for rows in (noise, noise + walk))
    assert still < 0.015
    assert moved == pytest.approx(0.05, rel=0.25)
    assert np.isnan(steps(noise[0, :10], week[:10], flat[:10]))


def test_a_drifting_level_widens_what_it_could_be_taken_for(history: History, fitted: Fitted) -> None:
    """Base prices seldom move, as levels do; features come and go."""
    slow = np.exp(np.cumsum(0.15 * np.random.default_rng(4).standard_normal(history.shape[1])))
    drifting = fitted_to(history.with_columns(units=np.round(history.matrix("units") * slow).astype(np.int64)))
    names = ("log_base", "feature")
    still, moved = ({e.name: e.error for e in diagnosed(each, STILL, *names).estimates} for each in (fitted, drifting))
    assert moved["log_base"] > 1.5 * still["log_base"]
    assert moved["feature"] < 1.5 * still["feature"]


def test_prices_ex_factory_and_costs_are_those_of_the_history_as_far_as_it_has_them(
    history: History, fitted: Fitted, tmp_path: Path
) -> None:
    base = history.matrix("base_price")
    first = (fitted.structure.item == 0)[:, None]
    told = history.with_columns(wholesale_price=0.6 * base, costs=np.where(first, 0.9, 0.5) * base)
    known = known_prices(told, fitted, history.matrix("recorded"))
    first_item, *others = fitted.structure.names["item"]
    assert set(known["ex_factory_price"]) == {first_item, *others}
    assert set(known["unit_cost"]) == {*others}, "a cost above the price ex factory is not believed"
    path = write_market(tmp_path, tables(history, fitted, STILL), known=known)
    scenario = load(str(path)).scenario
    skus = [*scenario.products, *(sku for rival in scenario.rivals for sku in rival.products)]
    assert {sku.name: sku.ex_factory_price for sku in skus} == pytest.approx(known["ex_factory_price"], abs=1e-4)
    costs = {sku.name: sku.unit_cost / sku.ex_factory_price for sku in skus}
    assert costs.pop(first_item) == pytest.approx(0.45 / 0.7, abs=1e-3)
    assert [*costs.values()] == pytest.approx([0.5 / 0.6] * len(others), abs=1e-3)
    assert f"unit costs are 0.64 of prices ex factory for 1 of {len(skus)} items" in path.read_text("utf-8")
    assert "of mean base prices" not in path.read_text("utf-8")


def test_a_price_ex_factory_that_is_not_known_is_above_costs_that_are(
    history: History, fitted: Fitted, tmp_path: Path
) -> None:
    known = known_prices(
        history.with_columns(costs=0.8 * history.matrix("base_price")), fitted, fitted.structure.learnt
    )
    path = write_market(tmp_path, tables(history, fitted, STILL), known=known)
    for sku in load(str(path)).scenario.products:
        assert sku.unit_cost == pytest.approx(0.8 * sku.list_price, rel=0.01)
        assert sku.unit_cost < sku.ex_factory_price < sku.list_price


def test_the_market_that_replays_a_fit_expects_the_mean_of_the_fit(history: History, tmp_path: Path) -> None:
    fitted = levelled(fitted_to(history))
    path = write_market(tmp_path, tables(history, fitted, STILL))
    market = Market(load(str(path)).scenario, seed=1)
    expected: list[np.ndarray] = []

    def spied(offers, week, units=market.rules.expected_units):  # type: ignore[no-untyped-def]
        expected.append(units(offers, week))
        return expected[-1]

    mean = fitted.mean()
    s, replay = fitted.structure, market.replay
    assert replay is not None
    rows = [replay.fitted.outlets.index(s.names["outlet"][code]) for code in s.outlet]
    columns = [replay.fitted.items.index(s.names["item"][code]) for code in s.item]
    market.rules = replace(market.rules, expected_units=spied)
    sold = np.zeros((WEEKS, len(rows)))
    for week in range(WEEKS):
        expected.clear()
        market.step()
        assert expected, week
        played = [units[rows, columns] for units in expected]
        assert any(np.allclose(units, mean[:, week], rtol=1e-9) for units in played), week
        sold[week] = market.retailers.sold[rows, columns]
    market.close()
    # What is sold is Poisson about it, as shelves are full and nothing strikes.
    assert abs(sold.sum() - mean.sum()) < 4 * np.sqrt(mean.sum())


@pytest.mark.slow
def test_a_bootstrap_tells_of_estimates_and_elasticities_and_goes_on(tmp_path: Path, history: History) -> None:
    file = tmp_path / "small.toml"
    units = history.frame.assign(
        outlet=history.series["outlet"].astype(str).to_numpy()[history.frame["series"]],
        product=history.series["product"].astype(str).to_numpy()[history.frame["series"]],
    )
    units.to_csv(tmp_path / "sales.csv", index=False)
    mapped = "\n".join(f'{name} = "{name}"' for name in ("outlet", "product", "units", "price", "feature", "display"))
    text = f'[history]\nfile = "sales.csv"\n[history.columns]\nperiod = "week"\n{mapped}\n[test]\nlast_weeks = 4\n'
    file.write_text(text + "[fit]\ntrials = 1\ndraws = 50\nbootstrap = 4\nclasses = [1]\n", "utf-8")
    out = tmp_path / "out"
    calibrate(read_calibration(file), out)
    table = pd.read_csv(out / "bootstrap.csv")
    assert set(table.loc[table["name"] == "elasticity", "item"]) == set(history.series["product"])
    assert (table["error"] > 0).all()
    assert (table["low"] <= table["high"]).all()
    whole = (out / "bootstrap.csv").read_bytes()
    refits = out / "work" / "refits.jsonl"
    refits.write_text("".join(refits.read_text("utf-8").splitlines(keepends=True)[:2]) + '[{"na', "utf-8")
    (out / "bootstrap.csv").unlink()
    (out / "result.json").unlink()
    calibrate(read_calibration(file), out)
    assert (out / "bootstrap.csv").read_bytes() == whole
