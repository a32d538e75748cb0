"""The method of simulated moments finds parameters that are known, says what it cannot find, and repeats exactly."""

from pathlib import Path

import numpy as np
import pytest

from channellab.calibration.moments import NAMES, series_moments
from channellab.calibration.simulated_moments import MomentFit, MomentSearch
from channellab.calibration.targets_file import read_targets
from channellab.calibration.to_targets import calibrate_to_targets
from channellab.experiments.executors import Place
from channellab.notebook import Scenario, run
from channellab.scenarios.arrays import Floats
from channellab.scenarios.errors import BadInput, ChannelLabError

TRUTH = np.array([0.3, 0.7])
NOISE = 0.05


def _simulate(point: Floats, luck: np.random.Generator) -> Floats:
    """Three moments of two parameters; the third says nothing new."""
    first, second = point
    return np.array([first + second**2, np.exp(first) - second, first]) + NOISE * luck.standard_normal(3)


def _search(seed: int, simulate=_simulate) -> MomentFit:  # type: ignore[no-untyped-def]
    target = _simulate(TRUTH, np.random.default_rng(99))
    search = MomentSearch(target, np.zeros(3), 2, 60, 4, seed)
    while len(points := search.ask()):
        drawn = np.array(
            [
                [simulate(point, np.random.default_rng([seed, len(search.points) + n, run])) for run in range(4)]
                for n, point in enumerate(points)
            ]
        )
        search.tell(points, drawn.mean(axis=1), drawn.var(axis=1, ddof=1))
    return search.conclude()


def test_known_parameters_are_found_within_the_interval() -> None:
    found = [_search(seed) for seed in range(1, 9)]
    errors = np.array([fit.estimate - TRUTH for fit in found])
    assert np.abs(errors).max() < 0.15
    inside = [(fit.low <= TRUTH) & (fit.high >= TRUTH) for fit in found]
    assert np.mean(inside) >= 0.8


def test_a_search_repeats_to_the_bit() -> None:
    one, other = _search(3), _search(3)
    np.testing.assert_array_equal(one.draws, other.draws)
    assert not np.array_equal(one.draws, _search(4).draws)


def test_what_moments_do_not_tell_stays_wide_and_trades_off() -> None:
    def only_the_sum(point: Floats, luck: np.random.Generator) -> Floats:
        return np.repeat(point.sum(), 3) + NOISE * luck.standard_normal(3)

    search = MomentSearch(np.ones(3), np.full(3, NOISE), 2, 60, 4)
    while len(points := search.ask()):
        drawn = np.array(
            [[only_the_sum(p, np.random.default_rng([n, r])) for r in range(4)] for n, p in enumerate(points)]
        )
        search.tell(points, drawn.mean(axis=1), drawn.var(axis=1, ddof=1))
    fit = search.conclude()
    assert (fit.high - fit.low > 0.5).all()
    assert fit.correlation[0, 1] < -0.9


def test_failed_simulations_are_left_out_and_too_many_end_the_search() -> None:
    def failing(point: Floats, luck: np.random.Generator) -> Floats:
        return np.full(3, np.nan) if point[0] > 0.8 else _simulate(point, luck)

    fit = _search(1, failing)
    assert fit.failed > 0
    assert np.abs(fit.estimate - TRUTH).max() < 0.15
    with pytest.raises(ChannelLabError, match="0 of 20 simulations gave moments"):
        _search(1, lambda *_: np.full(3, np.nan))


def test_moments_do_not_depend_on_how_series_are_stacked() -> None:
    series = np.random.default_rng(1).standard_normal((2, 3, 200)).cumsum(axis=-1)
    moments = series_moments(series)
    assert moments.shape == (2, 3, len(NAMES))
    np.testing.assert_array_equal(moments[1, 2], series_moments(series[1, 2]))


MARKET = """
scenario = "bass-diffusion"
weeks = 30
replications = 2
[constants]
consumers.count = 2000
[parameters]
consumers.awareness.innovation = {low = 0.0005, high = 0.02}
[targets.units_sold]
value = VALUE
[search]
evaluations = 16
"""


def test_a_parameter_of_a_market_is_found_and_a_study_goes_on_where_it_was(tmp_path: Path) -> None:
    changes = {"consumers.count": 2000, "consumers.awareness.innovation": 0.004, "run.weeks": 30, "run.seed": 77}
    truth = run(Scenario.read("bass-diffusion").changed(changes))
    sold = truth.document()["metrics"]["units_sold"]["mean"]
    file = tmp_path / "targets.toml"
    file.write_text(MARKET.replace("VALUE", repr(sold)), "utf-8")
    folder = tmp_path / "study"
    played: list[int] = []
    found = calibrate_to_targets(read_targets(file), folder, Place(1), lambda done, every: played.append(done))
    low, high = found.document()["parameters"]["consumers.awareness.innovation"]["ci95"]
    assert low < 0.004 < high < 0.01
    loss, (figure,) = found.loss, found.document()["targets"]
    assert loss["fresh"] == pytest.approx((figure["model"] - sold) ** 2 * float(found.fit.weights[0]))
    assert 0 <= loss["search"] < loss["fresh"], "the search's is that of its luckiest point"
    assert len(played) == 2 * 17
    again = calibrate_to_targets(read_targets(file), folder, Place(1), lambda done, every: played.append(done))
    assert len(played) == 2 * 17, "runs were played twice"
    assert again.document() == found.document()
    again.write(folder)
    assert Scenario.read(folder / "fitted.toml").settings.consumers.count == 2000


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("units_sold", "unit_sold"), "which is no metric"),
        (("{low = 0.0005, high = 0.02}", "[0.1, 0.2]"), "allowed is a span"),
        (("innovation", "inovation"), "innovation"),
        (("evaluations = 16", "evaluations = 3"), "16"),
    ],
)
def test_a_bad_file_is_refused_in_one_sentence(tmp_path: Path, change: tuple[str, str], told: str) -> None:
    file = tmp_path / "targets.toml"
    file.write_text(MARKET.replace("VALUE", "10.0").replace(*change), "utf-8")
    with pytest.raises(BadInput, match=told):
        read_targets(file)
