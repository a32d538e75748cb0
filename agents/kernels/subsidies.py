"""Subsidies for new outlets, compiled."""

import numpy as np

from channellab.agents.compiled import kernel
from channellab.scenarios.arrays import Flags, Floats, Index, Ints


@kernel
def support_new(
    week: int,
    sells: tuple[Flags, Flags],
    stock: Ints,
    there: Flags,
    region: Index,
    terms: tuple[Floats, Floats],
    weeks: Ints,
    carried: Flags,
    taken_on: Ints,
    coverage: Floats,
) -> Floats:
    """(O,) money for shops that took own goods on where few had any; notes who has them now, and since when.

    Args:
        sells: (K, O) which SKUs the layout lets each shop sell, own ones alone, and which it has chosen. stock: (K, N)
            units at all outlets, of which the shops are the first. there: (O,) whether they are at work.
        terms: (O,) money a week, and the coverage below which it is paid. weeks: (O,) for how long.
        carried, taken_on, coverage: (O,), (O,) and (R,) as in `channellab.sim.subsidies.Subsidies`.
    """
    (allowed, chosen), (amount, bar) = sells, terms
    paid, sites, stocked = np.zeros(region.size), np.zeros(coverage.size), np.zeros(coverage.size)
    for o in range(region.size):
        here, has, some = region[o], False, False
        for k in range(allowed.shape[0]):
            has = has or (allowed[k, o] and chosen[k, o])
            some = some or stock[k, o] > 0
        has = has and there[o]
        rare = amount[o] > 0.0 and coverage[here] < bar[o]
        if week > 1 and has and not carried[o] and taken_on[o] == 0 and rare:
            taken_on[o] = week
        carried[o] = has
        sites[here] += 1.0
        stocked[here] += int(some and there[o])
        if has and taken_on[o] > 0 and week < taken_on[o] + weeks[o]:
            paid[o] = amount[o]
    coverage[:] = stocked / np.maximum(sites, 1.0)
    return paid
