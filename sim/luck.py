"""Keyed draws from named laws."""

import numpy as np
from scipy.special import ndtri, pdtr, pdtrik

from channellab.agents.draws import Stream, uniforms
from channellab.scenarios.arrays import Floats, Index, Ints


def normal(seed: int, stream: Stream, who: Ints | Index) -> Floats:
    """A standard normal draw for each id, beyond 1e-12 of either tail cut."""
    return np.asarray(ndtri(np.clip(uniforms(seed, stream, who), 1e-12, 1 - 1e-12)))


def poisson_quantile(draw: Floats, mean: float | Floats) -> Floats:
    """Smallest k with P(Poisson(mean) <= k) >= draw; any shape, and ``mean`` one number or of the same shape."""
    some = np.maximum(mean, 1e-300)
    high = np.ceil(pdtrik(np.clip(draw, 1e-15, 1 - 1e-15), some))
    low = np.maximum(high - 1, 0)
    return np.where(np.equal(mean, 0.0), 0.0, np.where(pdtr(low, some) >= draw, low, high))
