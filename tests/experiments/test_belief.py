"""What candidates are believed to be worth: luck is seen through, and finalists matter on other seeds too."""

from collections.abc import Iterator

import numpy as np
import pytest

from channellab.experiments.belief import believed, coordinates, single
from channellab.experiments.inputs import Input, Span
from channellab.experiments.pareto import covering


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    with single():
        yield


def hill(points: np.ndarray) -> np.ndarray:
    """Smooth, best at (0.7, anything, 0.2)."""
    return -((points[:, 0] - 0.7) ** 2) - 0.5 * np.abs(points[:, 2] - 0.2) ** 1.5


def test_luck_is_seen_through() -> None:
    """Of 150 noisy candidates, what is believed lies nearer to the truth, and the best of it is a better one."""
    errors, best = [], []
    for seed in range(6):
        luck = np.random.default_rng(seed)
        points = luck.random((150, 3))
        truth = hill(points)
        seen = truth + luck.normal(0, truth.std(), 150)
        found = believed(points, seen, range(150))
        errors.append([np.std(seen - truth), np.std(found.mean - truth)])
        best.append([truth[seen.argmax()], truth[found.mean.argmax()]])
        unknown = np.sqrt((found.root**2).sum(axis=1))
        assert np.mean(np.abs(found.mean - truth) < 2.5 * unknown) > 0.9  # and it knows how little it knows
    assert np.mean(errors, axis=0)[1] < 0.45 * np.mean(errors, axis=0)[0]
    assert np.mean(best, axis=0)[1] > np.mean(best, axis=0)[0]


def test_without_luck_figures_are_believed() -> None:
    points = np.random.default_rng(1).random((80, 3))
    found = believed(points, hill(points), [3, 5, 8])
    assert found.mean == pytest.approx(hill(points)[[3, 5, 8]], abs=0.01)


@pytest.mark.parametrize("figures", [np.arange(11.0), np.full(40, 7.0)])
def test_where_nothing_can_be_learned_figures_are_taken_as_they_are(figures: np.ndarray) -> None:
    """Too few candidates, or figures that do not differ."""
    points = np.random.default_rng(2).random((len(figures), 2))
    found = believed(points, figures, [2, 9])
    assert found.mean.tolist() == figures[[2, 9]].tolist()
    assert not found.root.any()


def test_where_candidates_lie() -> None:
    levers = [
        Input("a", None, Span(low=10.0, high=1000.0, scale="log"), whole=False),
        Input("b", (1, 3, 5), None, whole=True),
        Input("c", ("wide", "narrow"), None, whole=False),
    ]
    values = [{"a": 100.0, "b": 3, "c": "narrow"}, {"a": 10.0, "b": 5, "c": "wide"}]
    assert coordinates(levers, values).tolist() == [[0.5, 0.5, 0.0, 1.0], [0.0, 1.0, 1.0, 0.0]]


def test_a_front_is_covered_from_end_to_end() -> None:
    """On a quarter of a circle of 91 points, three chosen one by one lie near its middle and towards both ends."""
    angles = np.radians(np.arange(91))
    circle = np.stack([np.sin(angles), np.cos(angles)], axis=1)[None]
    all_fit = np.ones((1, 91), np.bool_)
    chosen = covering(circle, all_fit, 3)
    assert chosen[0] == pytest.approx(45, abs=3)
    assert min(chosen) < 30
    assert max(chosen) > 60
    none_below = all_fit.copy()
    none_below[0, :50] = False
    assert min(covering(circle, none_below, 3)) >= 50


def test_a_candidate_that_may_be_best_is_worth_a_look() -> None:
    """Of three candidates the second is surely second best; the third is worse on average and best one time in four."""
    samples = np.array([[[3.0], [2.9], [0.0]]] * 3 + [[[3.0], [2.9], [9.0]]])
    assert sorted(covering(samples, np.ones((4, 3), np.bool_), 2)) == [0, 2]


def test_no_candidate_no_choice() -> None:
    assert covering(np.empty((5, 0, 2)), np.empty((5, 0), np.bool_), 3) == []
