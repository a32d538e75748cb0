"""A market that replays a history sells what was fitted, and answers to policies as was fitted."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from channellab.scenarios.arrays import Floats
from channellab.scenarios.errors import BadInput
from channellab.scenarios.files import load, scenario_hash
from channellab.scenarios.fitted import read_fitted, write_fitted
from channellab.scenarios.fitted_market import write_market
from channellab.scenarios.synthetic import synthetic_tables
from channellab.sim.market import Market

WEEKS, SEEDS = 24, 6
SHOPS, ITEMS = 4, 3
QUIET = {"level": [], "sd": [], "persistence": []}


@pytest.fixture(scope="module")
def quiet(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A market without shocks."""
    return write_market(tmp_path_factory.mktemp("quiet"), synthetic_tables(SHOPS, ITEMS, WEEKS) | {"shocks": QUIET})


def market(path: Path, *overrides: str, seed: int = 1) -> Market:
    return Market(load(str(path), overrides).scenario, seed=seed)


def played(path: Path, *overrides: str, seed: int = 1, weeks: int = WEEKS) -> tuple[Market, Floats]:
    """A market after some weeks, and the units it sold, (W, O, K)."""
    found = market(path, *overrides, seed=seed)
    sold = np.zeros((weeks, *found.retailers.sold.shape))
    for week in range(weeks):
        found.step()
        sold[week] = found.retailers.sold
    found.close()
    return found, sold


def expected(found: Market, base: float = 1.0, price: float = 1.0) -> Floats:
    """Mean units by the formula, (W, O, K), where own base prices and prices are changed by factors."""
    assert found.replay is not None
    f, units = found.replay.fitted, np.zeros(found.replay.fitted.price.shape)
    for t, o, c in np.ndindex(*units.shape[:2], len(f.categories)):
        there = np.flatnonzero(f.listed[t, o] & (f.category == c))
        ours = f.own[there]
        usual = f.base_price[t, o, there]
        now, paid = usual * np.where(ours, base, 1.0), f.price[t, o, there] * np.where(ours, base * price, 1.0)
        feature, display = f.feature[t, o, there], f.display[t, o, there]
        cut = np.log(now / paid)
        x = [-cut, np.log(now / f.base_reference[o, there]), feature, display, f.tpr[t, o, there], feature * display]
        x.append(np.maximum(0.0, cut - np.log(1.25)))
        value = f.utility[o, there] + (f.coefficients[o, there] * np.array(x).T).sum(axis=1)
        before = f.utility[o, there] + f.coefficients[o, there, 1] * np.log(usual / f.base_reference[o, there])
        inclusive, plain = (np.log(np.exp(v).sum()) for v in (value, before))
        visits = np.exp(f.log_visits[t, o, c]) * np.exp(plain + f.expansion[c] * (inclusive - plain))
        units[t, o, there] = visits * np.exp(value) / np.exp(inclusive)
    return units


def judged(sold: Floats, mean: Floats) -> float:
    """How many standard errors Poisson sales are away from their mean, in total."""
    return float((sold.sum() - mean.sum()) / np.sqrt(mean.sum()))


def test_units_are_those_of_the_formula(quiet: Path) -> None:
    runs = [played(quiet, seed=seed) for seed in range(SEEDS)]
    mean = expected(runs[0][0])
    assert runs[0][0].replay is not None
    fitted = runs[0][0].replay.fitted
    assert np.allclose([np.nan_to_num(fitted.expected(t)) for t in range(WEEKS)], mean)
    sold = sum(sold for _, sold in runs)
    assert abs(judged(sold, SEEDS * mean)) < 4
    for k in range(mean.shape[2]):
        assert abs(judged(sold[:, :, k], SEEDS * mean[:, :, k])) < 4, fitted.items[k]
    cells = mean > 0
    pearson = ((sold - SEEDS * mean)[cells] ** 2 / (SEEDS * mean[cells])).sum()
    assert abs(pearson - cells.sum()) < 4 * np.sqrt(2 * cells.sum() + 1 / (SEEDS * mean[cells]).min())
    assert sold[~cells].sum() == 0


def test_policy_off_is_the_history(quiet: Path) -> None:
    found, rules = market(quiet), ("retailers.formats.0.price.rule=markup", "distributors.per_region=1")
    other = market(quiet, *rules)
    for _ in range(8):
        found.step()
        other.step()
        for each in (found, other):
            assert each.replay is not None
            row = each.replay.row(each.week)
            listed = each.replay.fitted.listed[row]
            shown = each.counter_price[:SHOPS]
            assert (shown[listed] == each.replay.fitted.price[row][listed]).all()
    found.close()
    other.close()


@pytest.mark.parametrize(
    ("overrides", "base", "price"),
    [
        (("policy.price.recommended_discount=0.1",), 0.9, 1.0),
        (("policy.price.ex_factory_discount=0.2", "retailers.formats.0.price.rule=markup"), 0.8, 1.0),
        (('policy.promotion.events=[{name="sale", weeks=[1, 24], discount=0.25, display=0.0}]',), 1.0, 0.75),
    ],
)
def test_own_sales_answer_to_prices_as_fitted(
    quiet: Path, overrides: tuple[str, ...], base: float, price: float
) -> None:
    before, _ = played(quiet, weeks=1)
    runs = [played(quiet, *overrides, seed=seed) for seed in range(3)]
    usual, mean = expected(before), expected(runs[0][0], base, price)
    own = before.goods.own
    for seed, (_, sold) in enumerate(runs):
        assert abs(judged(sold[:, :, :own], mean[:, :, :own])) < 4, seed
        assert abs(judged(sold[:, :, own:], mean[:, :, own:])) < 4, seed
    # The change itself is far outside what luck can do, and rivals lose by it.
    assert judged(sum(sold for _, sold in runs)[:, :, :own], 3 * usual[:, :, :own]) > 10
    assert mean[:, :, own:].sum() < usual[:, :, own:].sum()


def test_shocks_leave_the_mean_and_spread_as_declared(tmp_path: Path) -> None:
    levels = {"level": ["category", "item", "outlet_category"], "sd": [0.3, 0.4, 0.2], "persistence": [0.6, 0.3, 0.0]}
    path = write_market(tmp_path, synthetic_tables(SHOPS, ITEMS, WEEKS) | {"shocks": levels})
    replay = market(path).replay
    assert replay is not None
    factor = np.array([[replay.shocks(seed, week) for week in (1, 2, 9)] for seed in _seeds(replay, 3000)])
    log = np.log(factor)
    assert factor.mean() == pytest.approx(1.0, abs=0.02)
    tea = np.flatnonzero(replay.category == replay.category[0])
    other = int(np.flatnonzero(replay.category != replay.category[0])[0])
    pairs = {
        "itself": (log[:, 0, 0, tea[0]], 0.09 + 0.16 + 0.04),
        "another item there": (log[:, 0, 0, tea[1]], 0.09 + 0.04),
        "the item elsewhere": (log[:, 0, 1, tea[0]], 0.09 + 0.16),
        "another item elsewhere": (log[:, 0, 1, tea[1]], 0.09),
        "another category": (log[:, 0, 0, other], 0.0),
        "itself a week later": (log[:, 1, 0, tea[0]], 0.6 * 0.09 + 0.3 * 0.16),
        "itself eight weeks later": (log[:, 2, 0, tea[0]], 0.6**8 * 0.09),
    }
    for what, (found, wanted) in pairs.items():
        covariance = float(np.cov(log[:, 0, 0, tea[0]], found)[0, 1])
        assert covariance == pytest.approx(wanted, abs=4 * 0.29 * np.sqrt(2 / 3000)), what


def _seeds(replay: Any, count: int) -> range:
    """Fresh seeds: the autoregressions of another seed are forgotten before each."""

    class Fresh:
        def __iter__(self) -> Any:
            for seed in range(count):
                for states in replay.states:
                    states.clear()
                yield seed

    return Fresh()  # type: ignore[return-value]


def test_shocks_reach_sales(tmp_path: Path) -> None:
    shocks = {"level": ["item"], "sd": [0.5], "persistence": [0.0]}
    path = write_market(tmp_path, synthetic_tables(SHOPS, ITEMS, WEEKS) | {"shocks": shocks})
    runs = [played(path, seed=seed) for seed in range(SEEDS)]
    mean = expected(runs[0][0]).sum(axis=1)
    cells = mean > 0
    deviation = np.array([(sold.sum(axis=1) - mean)[cells] for _, sold in runs])
    ratio = (deviation**2).sum() / (SEEDS * (mean + mean**2 * np.expm1(0.25))[cells].sum())
    # Independent cells of about lognormal tails: kurtosis 9 gives a standard error of about .1 here.
    assert ratio == pytest.approx(1.0, abs=0.4)
    total = deviation.sum() / np.sqrt((SEEDS * (mean + mean**2 * np.expm1(0.25))[cells]).sum())
    assert abs(total) < 4


def test_an_empty_shelf_sends_shoppers_on_or_home(quiet: Path) -> None:
    poor = ("retailers.stock.rule=base_stock", "retailers.stock.level=6", "consumers.stock_out.wait=0.0")
    goes, stays = ("consumers.stock_out.leave=1.0",), ("consumers.stock_out.leave=0.0",)
    gone, kept = market(quiet, *poor, *goes), market(quiet, *poor, *stays)
    for found in (gone, kept):
        found.play(4)
    shops, others = gone.retailers, kept.retailers
    assert shops.unmet.sum() > 100
    assert (shops.sold == shops.served).all()
    assert (others.sold > others.served).any()
    for each in (shops, others):
        assert (each.wished == each.served + each.unmet).all()
        assert (each.stock >= 0).all()
    for found in (gone, kept):
        assert found.record.goods_imbalance == 0
        assert found.record.money_imbalance < 1e-9
        found.close()


def test_the_plan_goes_on_after_its_end(quiet: Path, tmp_path: Path) -> None:
    long = write_market(tmp_path, synthetic_tables(2, 2, 60) | {"shocks": QUIET})
    rows = {
        (path, beyond): [market(path, f"consumers.demand.beyond={beyond}").replay.row(week) for week in weeks]  # type: ignore[union-attr]
        for path, weeks in ((quiet, (1, 24, 25, 49, 0)), (long, (1, 60, 61, 112, 113, 0)))
        for beyond in ("last_year", "whole")
    }
    assert rows[quiet, "last_year"] == rows[quiet, "whole"] == [0, 23, 0, 0, 23]
    assert rows[long, "last_year"] == [0, 59, 8, 59, 8, 51]
    assert rows[long, "whole"] == [0, 59, 0, 51, 52, 59]
    assert market(quiet, "consumers.demand.first_week=5").replay.row(1) == 4  # type: ignore[union-attr]


def test_a_new_item_is_on_the_shelf_in_its_first_week(quiet: Path) -> None:
    found = market(quiet)
    found.play(20)
    new = found.goods.names.index(f"tea {ITEMS}")
    assert found.retailers.sold[:, new].sum() == 0
    assert (found.retailers.stock[:, new] > 0).all()
    found.step()
    assert found.retailers.sold[:, new].sum() > 0
    assert found.retailers.unmet[:, new].sum() == 0
    found.close()


def test_a_saved_market_goes_on_alike(quiet: Path, tmp_path: Path) -> None:
    overrides = ('timetable=[{weeks=[4, 9], set={"policy.price.recommended_discount"=0.1}}]',)
    whole, _ = played(quiet, *overrides, weeks=10)
    half = market(quiet, *overrides)
    half.play(5)
    half.save(tmp_path / "half.npz")
    again = Market.load(tmp_path / "half.npz")
    again.play(5)
    assert (again.retailers.sold == whole.retailers.sold).all()
    assert (again.ledger.cash == whole.ledger.cash).all()
    assert (again.shelves.price == whole.shelves.price).all()


def test_a_shop_that_is_taken_out_changes_nobody_elses_luck(quiet: Path, tmp_path: Path) -> None:
    tables = synthetic_tables(SHOPS, ITEMS, WEEKS) | {"shocks": QUIET}
    for name in ("outlets", "offers", "visits", "plan"):
        keep = [row for row, shop in enumerate(tables[name]["outlet"]) if shop != "shop 1"]
        tables[name] = {column: [values[row] for row in keep] for column, values in tables[name].items()}
    (all_of_them, sold), (fewer, less) = played(quiet, weeks=4), played(write_market(tmp_path, tables), weeks=4)
    assert all_of_them.replay is not None
    assert fewer.replay is not None
    rows = [all_of_them.replay.fitted.outlets.index(name) for name in fewer.replay.fitted.outlets]
    assert (sold[:, rows] == less).all()


def test_tables_count_by_their_content(quiet: Path, tmp_path: Path) -> None:
    copied = write_market(tmp_path / "copy", synthetic_tables(SHOPS, ITEMS, WEEKS) | {"shocks": QUIET})
    first, second = load(str(quiet)), load(str(copied))
    assert scenario_hash(first.scenario, first.base) == scenario_hash(second.scenario, second.base)
    write_fitted(tmp_path / "copy" / "fitted", synthetic_tables(SHOPS, ITEMS, WEEKS, seed=2) | {"shocks": QUIET})
    assert scenario_hash(first.scenario, first.base) != scenario_hash(second.scenario, second.base)


@pytest.mark.parametrize(
    ("override", "sentence"),
    [
        ("consumers.demand.tables=nowhere", r"nowhere/outlets.parquet: cannot be read: No such file"),
        ("network.sites_per_district=2", r"network.sites_per_district is 2, allowed is 1 with fitted demand"),
        (
            "retailers.shelf_space=3",
            r"retailers.shelf_space is set, but with fitted demand the plan says what is listed",
        ),
        ("products.0.name=gone", r"products and rivals name 'gone', which is not in .*items.parquet"),
        ("products.1.name=tea 3", r"'tea 3' twice"),
    ],
)
def test_what_does_not_fit_the_tables_is_named(quiet: Path, override: str, sentence: str) -> None:
    with pytest.raises(BadInput, match=sentence):
        market(quiet, override)


def test_items_need_somebody_whose_they_are(tmp_path: Path) -> None:
    tables = synthetic_tables(SHOPS, ITEMS, WEEKS)
    tables["items"]["own"] = [False] * len(tables["items"]["item"])
    with pytest.raises(BadInput, match=r"items.parquet: own is true for 0 items, allowed are 1 to 32"):
        write_market(tmp_path, tables)
    assert read_fitted(tmp_path / "fitted").own.sum() == 0
