"""Histories with something wrong: each is one clear sentence, or a row of the data report that names rows."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from channellab.calibration.data_report import data_report
from channellab.calibration.findings import Finding
from channellab.calibration.history import History
from channellab.scenarios.errors import BadInput

from .conftest import plain_table

Read = Callable[..., History]


def refused(read: Read, *given: object) -> str:
    with pytest.raises(BadInput) as caught:
        read(*given)
    text = str(caught.value)
    assert "\n" not in text
    return text


def found(history: History, subject: str, severity: str) -> Finding:
    return next(f for f in data_report(history).findings if (f.subject, f.severity) == (subject, severity))


def changed(column: str, rows: list[int], value: object, **size: int) -> pd.DataFrame:
    table = plain_table(**size)
    table[column] = table[column].astype(object)
    table.loc[rows, column] = value
    return table


def test_a_missing_column(history_of: Read) -> None:
    text = refused(history_of, plain_table(), {"price": "payed"})
    assert "has no column 'payed', which history.columns.price names; found are week, shop, sku, sold, paid" in text
    assert "did you mean 'paid'?" in text


@pytest.mark.parametrize(
    ("columns", "sentence"),
    [
        ({"units": "shop"}, "holds no number in 100% of the rows (rows 2, 3, 4 and 177 more; there it is 'S0')"),
        ({"period": "sku"}, "'sku' holds no date or week number in 100% of the rows"),
        ({"product": "paid"}, "share week, outlet and product with another row"),
    ],
)
def test_a_wrong_mapping(history_of: Read, columns: dict[str, str], sentence: str) -> None:
    assert sentence in refused(history_of, plain_table(), columns)


def test_a_share_in_per_cent(history_of: Read) -> None:
    text = refused(history_of, plain_table().assign(shown=25), {"display": "shown"})
    assert "'shown' is no share from 0 to 1 in 100% of the rows (" in text
    some = plain_table().assign(shown=lambda rows: 35 * (rows["paid"] < 2))
    text = refused(history_of, some, {"display": "shown"})
    assert "in 100% of the rows that are not 0" in text
    assert "per cent are shares times 100" in text


def test_swapped_units_and_prices_are_told(history_of: Read) -> None:
    history = history_of(plain_table().assign(paid=lambda rows: rows["paid"] + 5.3), {"units": "paid", "price": "sold"})
    assert "swapped" in {each.key for each in history.findings}


def test_duplicated_keys(history_of: Read) -> None:
    table = pd.concat([plain_table(), plain_table().iloc[[4]].assign(sold=99)])
    text = refused(history_of, table)
    assert "has 2 rows that share week, outlet and product with another row (rows 6, 182)" in text
    assert "history.duplicates" in text


def test_copies_of_rows_are_left_out(history_of: Read) -> None:
    finding = found(history_of(pd.concat([plain_table(), plain_table().iloc[[4, 7]]])), "copies", "dropped")
    assert finding.rows == (182, 183)


def test_negative_units(history_of: Read) -> None:
    finding = found(history_of(changed("sold", [5, 9], -3)), "units", "dropped")
    assert (finding.rows, finding.text) == ((7, 11), "units are negative (returns are not sales)")
    text = refused(history_of, plain_table().assign(sold=-1))
    assert "units are negative in 100% of the rows" in text


def test_units_that_are_no_numbers_or_not_whole(history_of: Read) -> None:
    history = history_of(changed("sold", [3], "many"))
    assert found(history, "units", "dropped").rows == (5,)
    assert found(history_of(changed("sold", [3], 7.4)), "units", "repaired").rows == (5,)


@pytest.mark.parametrize("value", [0, -1, "", 900.0, 0.01])
def test_an_impossible_price_is_estimated(history_of: Read, value: object) -> None:
    history = history_of(changed("paid", [3], value))
    assert found(history, "price", "repaired").rows == (5,)
    assert history.matrix("price")[0, 3] == 2.0
    assert history.matrix("units")[0, 3] == plain_table()["sold"][3]


def test_constant_prices(history_of: Read) -> None:
    finding = found(history_of(plain_table().assign(paid=2.0)), "price", "warning")
    assert "no price ever changes" in finding.text


def test_a_single_outlet_and_a_single_series(history_of: Read) -> None:
    assert found(history_of(plain_table(1, 2)), "outlets", "warning").count == 1
    assert found(history_of(plain_table(1, 1)), "series", "warning").count == 1


def test_five_weeks(history_of: Read) -> None:
    assert "there are 5 weeks" in found(history_of(plain_table(weeks=5)), "weeks", "warning").text


def test_series_without_a_sale(history_of: Read) -> None:
    table = plain_table()
    table.loc[table["sku"] == "P1", "sold"] = 0
    finding = found(history_of(table), "units", "warning")
    assert finding.count == 3
    assert "S0 / P1" in finding.text
    assert "'sold' is 0 in every row" in refused(history_of, table.assign(sold=0))


def test_mixed_encodings(history_of: Read) -> None:
    lines = plain_table().to_csv(index=False).replace("S1", "Café").replace("S2", "Müller").splitlines(keepends=True)
    raw = b"".join(line.encode("latin-1" if number in (70, 75) else "utf-8") for number, line in enumerate(lines))
    text = refused(history_of, raw)
    assert "row 71 (and 1 more) is not UTF-8 text" in text
    assert "encodings are mixed" in text


def test_chinese_text_is_told_its_encoding(history_of: Read) -> None:
    raw = plain_table().to_csv(index=False).replace("S1", "上海一店").encode("gbk")
    assert 'set history.encoding = "gb18030"' in refused(history_of, raw)
    assert "上海一店" in history_of(raw, {}, {"history.encoding": "gb18030"}).series["outlet"].tolist()


def test_numbers_with_commas_and_flags_in_words(history_of: Read) -> None:
    table = changed("sold", [4], "1,234").assign(promo=lambda rows: np.where(rows["paid"] < 2, "是", "否"))
    table["paid"] = "¥" + table["paid"].map("{:.2f}".format)
    history = history_of(table, {"promotion": "promo"})
    assert history.matrix("units")[0, 4] == 1234
    assert found(history, "units", "note").rows == (6,)
    assert ((history.matrix("promotion") == 1) == (history.matrix("price") < 2)).all()
    decimal = plain_table().assign(paid=lambda rows: rows["paid"].map("{:.2f}".format).str.replace(".", ","))
    assert set(np.unique(history_of(decimal).matrix("price"))) == {1.5, 2.0}


def test_a_mistyped_year_is_named(history_of: Read) -> None:
    days = pd.Timestamp("2023-01-02") + pd.to_timedelta(7 * (plain_table()["week"] - 1), "D")
    table = plain_table().assign(week=days.dt.strftime("%Y-%m-%d"))
    table.loc[17, "week"] = "2203-05-01"
    assert "of which 31 have rows (row 19; there it is '2203-05-01')" in refused(history_of, table)


def test_units_in_thousands_are_refused(history_of: Read) -> None:
    text = refused(history_of, plain_table().assign(sold=lambda rows: rows["sold"] / 1000))
    assert "units are fractions, of which rounding to whole units would change 100%" in text


def test_money_taken_instead_of_a_price_is_told(history_of: Read) -> None:
    table = plain_table().assign(paid=lambda rows: rows["paid"] * rows["sold"])
    assert "may hold money taken" in found(history_of(table), "price", "warning").text


def test_rows_of_days_are_told_to_be_added_up_and_lose_the_ends_of_weeks(history_of: Read) -> None:
    days = pd.concat([plain_table(2, 1, 6).assign(day=lambda rows, n=n: 7 * rows["week"] + n) for n in range(7)])
    days = days.assign(week=(pd.Timestamp("2023-01-02") + pd.to_timedelta(days["day"], "D")).dt.strftime("%Y-%m-%d"))
    days = days[(days["day"] > 9) & (days["day"] < 47)]
    assert 'they are of single days: set history.duplicates = "sum"' in refused(history_of, days)
    history = history_of(days, {}, {"history.duplicates": "sum"})
    assert history.shape == (2, 4)
    assert "(4/7, 5/7)" in found(history, "period", "dropped").text
    assert history.matrix("units")[0, 0] == 7 * plain_table()["sold"][1]


def test_months_are_told(history_of: Read) -> None:
    months = pd.period_range("2021-01", periods=30, freq="M").astype(str).to_numpy()
    table = plain_table().assign(week=lambda rows: months[rows["week"] - 1])
    assert "rows come every 4 weeks" in found(history_of(table), "period", "warning").text


def test_other_encodings(history_of: Read) -> None:
    text = plain_table().to_csv(index=False).replace("S1", "Café")
    assert 'save it as "CSV UTF-8"' in refused(history_of, text.encode("utf-16"))
    more = {"history.encoding": "latin-1"}
    assert "Café" in history_of(text.encode("latin-1"), {}, more).series["outlet"].tolist()


@pytest.mark.parametrize("raw", [b"", b"\n\n", b"week,shop,sku,sold,paid\n", b"week,shop\n1,2,3\n4\n", b"\x00\x01\x02"])
def test_no_table_at_all(history_of: Read, raw: bytes) -> None:
    refused(history_of, raw)


def test_ids_that_are_written_alike(history_of: Read) -> None:
    table = plain_table(2).replace({"S0": "Shop 07", "S1": "SHOP 7"})
    assert "'SHOP 7' and 'Shop 07'" in found(history_of(table), "outlet", "warning").text


def test_thin_weeks_and_outliers(history_of: Read) -> None:
    table = plain_table(6, 3)
    thin = history_of(table[(table["week"] != 9) | (table["shop"] == "S0")])
    assert found(thin, "coverage", "warning").text.endswith(": 9")
    far = changed("sold", [12], 5_000)
    assert found(history_of(far), "outliers", "note").rows == (14,)


def test_no_stock_and_swapped_prices(history_of: Read) -> None:
    table = plain_table().assign(left=5, list=9.0)
    table.loc[8, "left"] = 0
    history = history_of(table, {"stock": "left", "wholesale_price": "list"})
    told = {each.key: each for each in data_report(history).findings}
    assert told["sold_out"].rows == (10,)
    assert "taken for what was left" in told["stock_left"].text, "more is sold than there is"
    assert "swapped" in found(history, "wholesale_price", "warning").text


def test_missing_cells_do_not_pass_for_numbers(history_of: Read) -> None:
    history = history_of(changed("sold", [2, 3], ["", np.nan]))
    assert found(history, "units", "dropped").rows == (4, 5)
    assert found(history_of(changed("shop", [6], "")), "outlet", "dropped").rows == (8,)
    assert found(history_of(changed("week", [6], "soon")), "period", "dropped").rows == (8,)
