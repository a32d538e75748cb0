"""Two markets side by side: every column of their states, choice by choice and unit by unit."""

from typing import Any

import numpy as np
import numpy.typing as npt

from channellab.sim.market import Market
from channellab.sim.state import Arrays, dump


def state_of(market: Market) -> Arrays:
    """All that a week leaves behind: the saved state, and what is kept only until the next week."""
    passing = {
        "market.tally": market.tally,
        "market.benefits": market.benefits,
        "market.counter_price": market.counter_price,
        "ledger.entries": market.ledger.entries,
        "ledger.flow": market.ledger.flow,
    }
    return dump(market) | {name: np.array(value) for name, value in passing.items()}


def difference(ours: Market, twins: Market) -> str:
    """The first cell in which two markets differ, in words; empty where there is none."""
    compiled, plain = state_of(ours), state_of(twins)
    if compiled.keys() != plain.keys():
        return f"week {ours.week}: only one has {sorted(compiled.keys() ^ plain.keys())}"
    for name in compiled:
        found = cell(compiled[name], plain[name])
        if found:
            return f"week {ours.week}: {name}{found}"
    return ""


def cell(ours: npt.NDArray[Any], twins: npt.NDArray[Any]) -> str:
    """The first cell in which two arrays differ; not-a-number equals itself.

    >>> cell(np.array([[1, 2], [3, 4]]), np.array([[1, 2], [5, 6]]))
    '[1, 0] is 3 in the compiled market, 5 in the twin'
    """
    if ours.shape != twins.shape or ours.dtype != twins.dtype:
        return f" is {ours.dtype}{ours.shape} in the compiled market, {twins.dtype}{twins.shape} in the twin"
    same = (ours == twins) | ((ours != ours) & (twins != twins))
    if same.all():
        return ""
    where = tuple(int(n) for n in np.argwhere(~same)[0])
    return f"{list(where)} is {ours[where]} in the compiled market, {twins[where]} in the twin"
