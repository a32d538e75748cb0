"""Fronts, volumes and robust judgements, by hand and against brute force."""

import numpy as np
import pytest

from channellab.experiments.pareto import chance_of_front, dominated, front, hypervolume
from channellab.experiments.robust import judged
from channellab.experiments.search_file import Constraint, Objective


def test_who_is_beaten() -> None:
    values = np.array([[3.0, 1.0], [1.0, 3.0], [2.0, 2.0], [1.0, 2.0], [3.0, 1.0]])
    assert dominated(values).tolist() == [False, False, False, True, False]
    assert front(values, np.array([True, False, True, True, False])) == [0, 2]


@pytest.mark.parametrize("objectives", [1, 2, 3, 4])
def test_a_volume_is_that_of_the_points_below_the_front(objectives: int) -> None:
    luck = np.random.default_rng(objectives)
    values = luck.uniform(0.2, 1, (7, objectives))
    points = luck.uniform(0, 1, (200_000, objectives))
    below = np.zeros(len(points), np.bool_)
    for value in values:
        below |= np.all(points <= value, axis=1)
    assert hypervolume(values, [0.0] * objectives) == pytest.approx(below.mean(), abs=0.005)


def test_what_is_worse_than_the_reference_counts_nothing() -> None:
    assert hypervolume(np.array([[1.0, 5.0], [-1.0, 9.0]]), (0.0, 4.0)) == 1.0
    assert hypervolume(np.array([[-1.0, 9.0]]), (0.0, 0.0)) == 0.0


def test_the_chance_of_being_on_the_front() -> None:
    samples = np.array([[[1.0, 1.0], [2.0, 2.0]], [[3.0, 0.0], [2.0, 2.0]]])
    feasible = np.array([[True, True], [True, True]])
    assert chance_of_front(samples, feasible).tolist() == [0.5, 1.0]
    feasible[0, 1] = False
    assert chance_of_front(samples, feasible).tolist() == [1.0, 0.5]


def test_regret_counts_from_the_best_that_is_known() -> None:
    values = np.array([[1.0, 4.0], [3.0, 3.0]])
    regret = Objective(metric="nps", robust="regret")
    assert judged(values, regret).tolist() == [-2.0, -1.0]
    assert judged(values, regret, np.array([3.0, 9.0])).tolist() == [-5.0, -6.0]


def test_the_worst_share_of_markets() -> None:
    values = np.arange(10.0)[None]
    for share, mean in ((0.1, 0.0), (0.2, 0.5), (0.25, 1.0), (1.0, 4.5)):
        assert judged(values, Objective(metric="nps", robust="cvar", share=share))[0] == mean


def test_bounds() -> None:
    assert Constraint(metric="nps", at_most=2.0).excess(3.0) == 1.0
    assert Constraint(metric="nps", at_least=2.0).excess(3.0) == -1.0
