"""Labels keep off each other, off marks and inside the frame."""

import itertools

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from channellab.reports.charts.labels import apart, around

HEIGHTS = st.lists(st.floats(-100, 100), max_size=8)


@given(HEIGHTS, st.floats(0.5, 20))
def test_apart_keeps_order_and_gap(heights: list[float], gap: float) -> None:
    placed = apart(heights, gap)
    order = sorted(range(len(heights)), key=lambda i: heights[i])
    assert all(placed[b] - placed[a] >= gap - 1e-9 for a, b in itertools.pairwise(order))


@given(st.lists(st.integers(0, 50), max_size=8, unique=True))
def test_apart_leaves_what_is_far_enough(heights: list[int]) -> None:
    assert apart([float(h) for h in heights], 1.0) == [float(h) for h in heights]


def shared_area(centres: np.ndarray, sizes: np.ndarray, i: int, j: int) -> float:
    reach = (sizes[i] + sizes[j]) / 2 - np.abs(centres[i] - centres[j])
    return float(np.clip(reach, 0, None).prod())


def test_a_cluster_of_marks_gets_labels_that_do_not_touch() -> None:
    marks = np.array([[100.0, 100.0], [108.0, 104.0], [104.0, 94.0], [112.0, 97.0]])
    sizes = np.tile([40.0, 9.0], (4, 1))
    centres = around(marks, np.full(4, 4.0), sizes, (300.0, 200.0))
    assert all(shared_area(centres, sizes, i, j) == 0 for i in range(4) for j in range(i))


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.floats(0, 300), st.floats(0, 200)), min_size=1, max_size=12))
def test_places_repeat_and_stay_in_the_frame(points: list[tuple[float, float]]) -> None:
    marks, sizes = np.array(points), np.tile([40.0, 9.0], (len(points), 1))
    radii = np.full(len(points), 5.0)
    centres = around(marks, radii, sizes, (300.0, 200.0))
    assert (centres - sizes / 2 >= -1e-9).all()
    assert (centres + sizes / 2 <= np.array([300.0, 200.0]) + 1e-9).all()
    assert np.array_equal(centres, around(marks, radii, sizes, (300.0, 200.0)))
