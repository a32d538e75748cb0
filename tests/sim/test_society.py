"""The social network: who is tied to whom, and how the settings change it."""

import networkx as nx
import numpy as np
import pytest

from channellab.agents.consumers import Friends
from channellab.scenarios.settings.consumers import SocietySettings
from channellab.sim.society import as_matrix, small_world

START = np.array([0, 600, 1000])


def world(**settings: float) -> Friends:
    return small_world(SocietySettings(**{"friends": 8, "rewiring": 0.1, "long_ties": 0.02, **settings}), START, 3)


def test_ties_count_both_ways_and_never_to_oneself() -> None:
    matrix = as_matrix(world())
    assert (matrix != matrix.T).nnz == 0
    assert not matrix.diagonal().any()
    assert matrix.sum() / START[-1] == pytest.approx(8, abs=0.1)


def test_without_rewiring_it_is_a_ring_in_each_district() -> None:
    friends = world(rewiring=0.0, long_ties=0.0)
    assert sorted(friends.indices[friends.start[5] : friends.start[6]].tolist()) == [1, 2, 3, 4, 6, 7, 8, 9]
    assert sorted(friends.indices[friends.start[600] : friends.start[601]].tolist()) == [
        601,
        602,
        603,
        604,
        *range(996, 1000),
    ]


def test_only_long_ties_leave_the_district() -> None:
    def crossing(friends: Friends) -> float:
        who = np.repeat(np.arange(START[-1]), np.diff(friends.start))
        return float(((who < 600) != (friends.indices < 600)).mean())

    assert crossing(world(long_ties=0.0)) == 0.0
    # A long tie ends in the other district as often as that has its share of people: 2 x .6 x .4.
    assert crossing(world(long_ties=0.5)) == pytest.approx(0.5 * 0.48, abs=0.04)


def test_rewiring_loosens_the_circles() -> None:
    clustering = [
        nx.average_clustering(nx.Graph(as_matrix(world(rewiring=share, long_ties=0.0)))) for share in (0.0, 0.2, 1.0)
    ]
    assert clustering[0] == pytest.approx(9 / 14, abs=0.01)  # of a ring with 8 friends (Watts & Strogatz 1998)
    assert clustering[0] > clustering[1] > clustering[2]


def test_full_mixing_needs_no_ties() -> None:
    assert world(mixing="full").indices.size == 0


def test_the_same_seed_makes_the_same_friends() -> None:
    first, again = world(), world()
    other = small_world(SocietySettings(), START, 4)
    assert (first.indices == again.indices).all()
    assert first.indices.size != other.indices.size or (first.indices != other.indices).any()
