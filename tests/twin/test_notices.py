"""The witness notices: each of these errors outside the rules has to be found in one of the twenty markets."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from channellab.sim import dispatch, ordering, record, settlement, terms, week
from channellab.sim.invoices import Invoices
from channellab.sim.reach import Reach
from channellab.sim.rules import COMPILED

from .cases import COUNT, WEEKS, Case, case
from .sums import check_sums
from .witness import Witness

RIGHT_PRICES = terms.set_prices


def nothing(*args: Any, **kwargs: Any) -> None:
    """Does not do what it should."""


def half_price(market: Any) -> None:
    RIGHT_PRICES(market)
    market.retailers.price *= 0.5


def nothing_owed(supplier: Any, owed: Any, suppliers: int) -> Any:
    return np.zeros((suppliers, owed.shape[1]), np.int64)


ERRORS: dict[str, tuple[Any, str, Callable[..., Any]]] = {
    "nobody shares in the support": (terms, "_support", nothing),
    "new terms come with half the price": (terms, "set_prices", half_price),
    "stock positions forget what is owed": (ordering, "_owed_by", nothing_owed),
    "suppliers learn of no orders": (ordering, "_pass_on", nothing),
    "roads are free": (dispatch, "_pay_for_the_way", nothing),
    "rivals deliver nothing": (dispatch, "_rivals", nothing),
    "warehouses are free": (settlement, "_holding", nothing),
    "rents are free": (settlement, "_overheads", nothing),
    "average costs never change": (settlement, "_value_receipts", nothing),
    "debts are never paid": (Invoices, "collect", nothing),
    "stock is worth nothing": (record, "inventory_value", lambda market: np.zeros(market.ledger.cash.size)),
    "prices never differ": (record, "price_dispersion", lambda market: 0.0),
    "moments are not kept": (record, "_moments", nothing),
    "everybody is reached": (Reach, "share", lambda self, in_stock: 1.0),
    "who has left is not wound up": (week, "retire", nothing),
}


def watch(small: Case) -> None:
    witness = Witness(small, small.market(COMPILED))
    for _ in range(WEEKS):
        witness.week()
    check_sums(witness.diary, witness.market)
    witness.market.close()


@pytest.mark.parametrize("error", ERRORS)
def test_the_witness_notices(error: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(*ERRORS[error])
    with pytest.raises(AssertionError, match="the witness counts"):  # noqa: PT012  # the first market that shows it
        for number in range(COUNT):
            watch(case(number, tmp_path))
