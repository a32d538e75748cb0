"""Luck is the same in plain integers as in compiled ones."""

import math

import numpy as np
import pytest

from channellab.agents.draws import Stream, gumbel_table, uniforms
from channellab.agents.draws import stream_key as compiled_stream_key

from .draws import stream_key, uniform

WHO = [0, 1, 2, 4095, 4096 * 367 * 64, 50_000_000, 2**63]


@pytest.mark.parametrize("seed", [0, 1, 2**31, 2**63 - 1])
@pytest.mark.parametrize("stream", [Stream.NEED, Stream.DEMAND_WAIT])
@pytest.mark.parametrize("week", [0, 1, 5200])
def test_draws_are_the_same(seed: int, stream: Stream, week: int) -> None:
    assert int(compiled_stream_key(seed, stream)) == stream_key(seed, stream)
    compiled = uniforms(seed, stream, np.array(WHO, np.uint64), week)
    assert compiled.tolist() == [uniform(seed, stream, who, week) for who in WHO]


def test_streams_are_named_by_different_numbers() -> None:
    assert len({stream_key(1, stream) for stream in Stream}) == len(Stream)


def test_the_table_of_shocks_holds_the_quantiles_of_the_gumbel_law() -> None:
    table = gumbel_table(2.0)
    for n in (0, 1, 5000, table.size // 2, table.size - 1):
        middle = (n + 0.5) / table.size
        assert table[n] == pytest.approx(-2.0 * math.log(-math.log(middle)), rel=1e-12)
