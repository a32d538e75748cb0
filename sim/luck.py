"""Keyed draws from named laws."""

import numpy as np
from scipy.special import ndtri

from channellab.agents.columns import Floats, Index, Ints
from channellab.agents.draws import Stream, uniforms


def normal(seed: int, stream: Stream, who: Ints | Index) -> Floats:
    """A standard normal draw for each id, beyond 1e-12 of either tail cut."""
    return np.asarray(ndtri(np.clip(uniforms(seed, stream, who), 1e-12, 1 - 1e-12)))
