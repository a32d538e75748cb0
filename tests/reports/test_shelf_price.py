"""One unit of money paid at the shelf: every part is somebody's, and all of them are the whole."""

from collections.abc import Callable

import pandas as pd
import pytest

from channellab.experiments.compare import Comparison
from channellab.reports.language import LANGUAGES, words
from channellab.reports.shelf_price import COUNTED, MARGIN, STOCK, TIERS, ShelfPrice, shelf_price
from channellab.scenarios.errors import BadInput
from channellab.sim.ledger import Group

PAYMENTS = [
    ("retail_sales", "households", "retailers", 100.0),
    ("wholesale", "retailers", "distributors", 60.0),
    ("ex_factory", "distributors", "manufacturer", 50.0),
    ("production", "manufacturer", "suppliers", 30.0),
    ("freight", "distributors", "carriers", 4.0),
    ("shortage", "retailers", "households", 2.0),
    ("support", "manufacturer", "retailers", 5.0),
    ("rival_sales", "households", "retailers", 70.0),
    ("rival_wholesale", "retailers", "rivals", 40.0),
    ("trade_credit", "manufacturer", "distributors", 50.0),
]
PROFIT = 100.0 - 30.0 - 4.0 - 2.0


def table(*more: tuple[str, str, str, float]) -> pd.DataFrame:
    return pd.DataFrame([*PAYMENTS, *more], columns=["account", "payer", "payee", "money"])


def priced(money: pd.DataFrame, profit: float = PROFIT) -> ShelfPrice:
    found = shelf_price("money.csv", money, profit)
    assert found is not None
    return found


def shares(price: ShelfPrice) -> dict[tuple[str, str], float]:
    return {(part.tier, part.name): part.share for part in price.parts}


def test_by_hand() -> None:
    price = priced(table())
    assert price.paid == 100
    assert shares(price) == pytest.approx(
        {
            ("retailers", MARGIN): 0.38,
            ("retailers", "support"): 0.05,
            ("retailers", "shortage"): 0.02,
            ("distributors", MARGIN): 0.06,
            ("distributors", "freight"): 0.04,
            ("manufacturer", MARGIN): 0.15,
            ("manufacturer", "production"): 0.30,
        }
    )
    assert [part.received for part in price.parts].count(True) == 1
    assert price.of_tier("retailers") == pytest.approx(0.45)
    assert price.stocked == pytest.approx(0)


def test_goods_put_into_stock_are_margin_and_taken_off_once() -> None:
    grown = [(STOCK, "retailers", "retailers", 3.0), (STOCK, "manufacturer", "manufacturer", -1.0)]
    price = priced(table(*grown), PROFIT + 2)
    found = shares(price)
    assert found["retailers", MARGIN] == pytest.approx(0.41)
    assert found["manufacturer", MARGIN] == pytest.approx(0.14)
    assert found["", STOCK] == pytest.approx(-0.02)
    assert sum(found.values()) == pytest.approx(1, abs=1e-12)
    assert price.stocked == 0


def test_without_rows_of_stock_the_profit_tells_how_much_went_there() -> None:
    assert priced(table(), PROFIT + 2).stocked == pytest.approx(0.02)


def test_real_parts_add_up_to_one(comparison: Comparison) -> None:
    for study in comparison.studies.values():
        price = priced(study.money, 0.0)
        assert sum(part.share for part in price.parts) == pytest.approx(1, abs=1e-9)
        assert sum(price.of_tier(tier) for tier in (*TIERS, "")) == pytest.approx(1, abs=1e-9)


@pytest.mark.parametrize(
    "more",
    [
        ("penalty", "retailers", "manufacturer", 7.0),
        ("holding", "retailers", "warehouses", 1.5),
        ("retail_sales", "retailers", "households", 10.0),
        ("wholesale", "distributors", "retailers", 6.0),
        ("wholesale", "distributors", "distributors", 9.0),
    ],
)
def test_parts_add_up_whatever_is_paid(more: tuple[str, str, str, float], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("channellab.reports.shelf_price.COUNTED", COUNTED | {"penalty"})
    price = priced(table(more))
    assert sum(part.share for part in price.parts) == pytest.approx(1, abs=1e-12)


def test_nothing_sold_has_no_parts() -> None:
    assert shelf_price("money.csv", table().query("account != 'retail_sales'"), 0.0) is None


def test_missing_column_is_named() -> None:
    with pytest.raises(BadInput, match=r"money\.csv: payer is not in this result"):
        shelf_price("money.csv", table().drop(columns="payer"), 0.0)


@pytest.fixture(params=LANGUAGES)
def known(request: pytest.FixtureRequest) -> Callable[[str], bool]:
    return lambda key: key in words(request.param).sentences


def test_every_account_and_party_has_words(known: Callable[[str], bool]) -> None:
    assert [name for name in COUNTED if not known(f"accounts.{name}")] == []
    assert [group for group in Group if not known(f"groups.{group.name.lower()}")] == []
