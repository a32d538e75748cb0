"""What partners and the brand remember of each other: deposits, cases, and how content a partner is."""

from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from channellab.agents.columns import Table, state
from channellab.scenarios.arrays import Floats, Ints


@dataclass(kw_only=True)
class PartnerColumns(Table):
    """Columns over all F parties of the books, of which partners are some.

    Attributes:
        required: (F,) deposit last asked for, money. deposit: (F,) what the brand holds of it.
        paid_in, paid_back: (F,) deposits paid to the brand this week, and given back or deducted, money.
        fined, compensated: (F,) penalties paid this week, and shares of penalties received, money.
        attempts, caught: (F,) consignments sent across territories, and cases against the party, since the start.
        map_weeks, map_cases: (F,) weeks with offers below the minimum price, and cases for it, since the start.
        map_cost: (F,) what these cases cost, over the takings of their weeks for such goods, summed.
        stopped: (F,) last week in which the party's orders are refused. exited: (F,) week in which its contract was
            ended, 0 while it has one.
        usual_shipments: (F,) units that the party usually sends off in a week.
        usual: (F,) weekly profit that the party is used to, money.
        content, resentment: (F,) satisfaction without conflict, and the part of it that conflict takes, 0..1.
    """

    required: Floats = state()
    deposit: Floats = state()
    paid_in: Floats = state()
    paid_back: Floats = state()
    fined: Floats = state()
    compensated: Floats = state()
    attempts: Ints = state()
    caught: Ints = state()
    map_weeks: Ints = state()
    map_cases: Ints = state()
    map_cost: Floats = state()
    stopped: Ints = state()
    exited: Ints = state()
    usual_shipments: Floats = state()
    usual: Floats = state()
    content: Floats = state()
    resentment: Floats = state()

    @classmethod
    def opened(cls, parties: int) -> "PartnerColumns":
        """Nothing deposited, nobody caught, everybody as content as with a profit that they are used to."""
        columns: dict[str, Any] = {column.name: np.zeros(parties) for column in fields(cls)}
        whole = ("attempts", "caught", "map_weeks", "map_cases", "stopped", "exited")
        columns |= {name: np.zeros(parties, np.int64) for name in whole}
        return cls(**columns | {"content": np.full(parties, 0.5)})
