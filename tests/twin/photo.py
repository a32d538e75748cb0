"""A market's columns at one moment as plain lists, so that witnesses read ``was.retailers.stock[shop][sku]``."""

from dataclasses import fields
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import numpy as np

from channellab.sim.disputes import Dispute
from channellab.sim.leads import LeadDesk
from channellab.sim.market import Market

from .chain import TIERS

TABLES = (*TIERS, "manufacturers", "rivals", "pricing", "kols", "partners", "development", "subsidies", "omni")


def photo(market: Market) -> Any:
    """All columns of the firms, what consumers remember, cash and goods books, copied."""
    taken = {table: _lists(getattr(market, table)) for table in TABLES}
    mind, friends = market.consumers.mind, market.consumers.friends
    return SimpleNamespace(
        **taken,
        week=market.week,
        measured=market.measured_week,
        mind=SimpleNamespace(**{name: column.tolist() for name, column in mind._asdict().items()}),
        books=SimpleNamespace(**{tier: _lists(book) for tier, book in market.books.items()}),
        area=market.consumers.tastes.area.tolist(),
        friends=[friends.indices[first:last].tolist() for first, last in pairwise(friends.start.tolist())],
        audience=SimpleNamespace(
            start=market.kols.audience.start.tolist(), follower=market.kols.audience.follower.tolist()
        ),
        cash=market.ledger.cash.tolist(),
        leads=_leads(market.leads),
        showrooms=SimpleNamespace(shown=market.showrooms.shown.tolist()),
        counter_price=market.counter_price.tolist(),
        disputes=[_dispute(dispute) for dispute in market.desk.open.values()],
    )


def _dispute(dispute: Dispute) -> list[float]:
    case, *rest = (getattr(dispute, field.name) for field in fields(dispute))
    return [*case, *rest]


def _leads(desk: LeadDesk) -> Any:
    counted = {name: getattr(desk, name) for name in ("won", "lost", "days")}
    return SimpleNamespace(
        open=_lists(desk.open), created=desk.created.tolist(), handled=desk.handled.tolist(), **counted
    )


def _lists(table: Any) -> Any:
    found = {field.name: getattr(table, field.name) for field in fields(table)}
    columns = {name: column for name, column in found.items() if isinstance(column, np.ndarray)}
    return SimpleNamespace(**{name: column.tolist() for name, column in columns.items()})


def agree(what: str, week: int, expected: Any, found: Any, exactly: bool = False) -> None:
    """Asserts that two equally shaped lists of numbers agree: integers exactly, others to 1e-9 unless ``exactly``.

    >>> agree("stock", 3, [[1, 2.0]], [[1, 2.0 + 1e-12]])
    >>> agree("stock", 3, [[1, 2]], [[1, 3]])
    Traceback (most recent call last):
    AssertionError: week 3: stock[0, 1] is 3, the witness counts 2
    """
    mine, theirs = np.asarray(expected), np.asarray(found)
    assert mine.shape == theirs.shape, f"week {week}: {what} has shape {theirs.shape}, the witness has {mine.shape}"
    for place in np.ndindex(*mine.shape):
        close = mine[place] == theirs[place]
        if not close and not exactly and mine.dtype.kind == "f":
            close = abs(mine[place] - theirs[place]) <= 1e-9 * max(abs(float(mine[place])), 1.0)
        assert close, f"week {week}: {what}{list(place)} is {theirs[place]}, the witness counts {mine[place]}"
