"""Keyed draws: uniform, without memory, and apart from each other in every part of the key."""

import numpy as np
import pytest
from scipy import stats

from channellab.agents.draws import Stream, gumbel_table, uniforms

WHO = np.arange(20_000)


def test_draws_are_uniform() -> None:
    for stream in Stream:
        assert stats.kstest(uniforms(3, stream, WHO, 5), "uniform").pvalue > 1e-5, stream.name


@pytest.mark.parametrize("other", [(4, Stream.NEED, 5), (3, Stream.CHOICE, 5), (3, Stream.NEED, 6)])
def test_seed_stream_and_week_draw_apart(other: tuple[int, Stream, int]) -> None:
    seed, stream, week = other
    pair = np.corrcoef(uniforms(3, Stream.NEED, WHO, 5), uniforms(seed, stream, WHO, week))[0, 1]
    assert abs(pair) < 5 / np.sqrt(WHO.size)


def test_neighbours_draw_apart() -> None:
    drawn = uniforms(3, Stream.NEED, WHO, 5)
    for lag in (1, 2, 64, 4096):
        assert abs(np.corrcoef(drawn[:-lag], drawn[lag:])[0, 1]) < 5 / np.sqrt(WHO.size - lag)


def test_a_draw_depends_on_its_key_alone() -> None:
    drawn = uniforms(3, Stream.NEED, WHO, 5)
    assert (uniforms(3, Stream.NEED, WHO[::-7], 5) == drawn[::-7]).all()
    assert (uniforms(3, Stream.NEED, WHO.reshape(100, 200), 5) == drawn.reshape(100, 200)).all()


def test_stream_numbers_are_all_different() -> None:
    assert len({stream.value for stream in Stream}) == len(Stream.__members__)


def test_gumbel_table_follows_its_law() -> None:
    table = gumbel_table(1.0)
    assert table.mean() == pytest.approx(np.euler_gamma, abs=5e-5)
    assert table.std() == pytest.approx(np.pi / np.sqrt(6), abs=5e-4)
    assert table.max() == pytest.approx(10.40, abs=0.005)
    assert (gumbel_table(2.0) == 2.0 * table).all()
    assert not gumbel_table(0.0).any()
