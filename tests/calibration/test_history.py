from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from channellab.calibration.history import History, read_history
from channellab.calibration.history_file import Calendar
from channellab.calibration.periods import parse_periods

from .conftest import plain_table

Read = Callable[..., History]


def without(table: pd.DataFrame, shop: str, sku: str, weeks: range) -> pd.DataFrame:
    gone = (table["shop"] == shop) & (table["sku"] == sku) & table["week"].isin(weeks)
    return table[~gone]


def test_the_frame_is_every_series_in_every_week(history_of: Read) -> None:
    table = plain_table()
    history = history_of(table.sample(frac=1, random_state=1))
    assert history.shape == (6, 30)
    assert history.frame["week"].tolist() == [*range(30)] * 6
    first = table[(table["shop"] == "S1") & (table["sku"] == "P0")].sort_values("week")
    at = history.series.index[(history.series["outlet"] == "S1") & (history.series["product"] == "P0")][0]
    assert history.matrix("units")[at].tolist() == first["sold"].tolist()
    assert history.matrix("price")[at].tolist() == first["paid"].tolist()
    assert history.matrix("units").dtype == np.int64
    assert history.frame["recorded"].all()
    assert history.frame["listed"].all()


def test_rows_are_numbered_as_in_a_spreadsheet(history_of: Read) -> None:
    history = history_of(plain_table())
    assert history.matrix("row")[0, :3].tolist() == [2, 3, 4]


def test_short_gaps_are_weeks_without_a_sale_and_long_ones_not_listed(history_of: Read) -> None:
    table = without(plain_table(), "S0", "P0", range(3, 8))  # five weeks
    table = without(table, "S0", "P1", range(11, 17))  # six
    history = history_of(table)
    assert history.matrix("units")[0, 2:7].tolist() == [0] * 5
    assert history.matrix("listed")[0].all()
    assert not history.matrix("recorded")[0, 2:7].any()
    assert not history.matrix("listed")[1, 10:16].any()
    assert history.matrix("listed")[1].sum() == 24
    assert history.matrix("row")[1, 10] == -1


def test_a_series_that_seldom_has_rows_is_listed_between_them(history_of: Read) -> None:
    """Weeks without a sale have no row; to what sells in one week of five, gaps of six weeks come by chance."""
    table, sells = plain_table(outlets=2, products=3, weeks=100), np.random.default_rng(5)
    seldom = (table["sku"] != "P0").to_numpy() & (sells.random(len(table)) > 0.2)
    listed = history_of(table[~seldom]).matrix("listed")
    assert listed[[1, 2, 4, 5]].mean() > 0.85
    assert history_of(table[~seldom], {}, {"history.gap_weeks": 6}).matrix("listed")[[1, 2, 4, 5]].mean() < 0.75
    alone = table[~seldom & (table["sku"] != "P0") & (table["week"] != 50)]
    assert history_of(alone).matrix("listed").mean() > 0.9, "outlets of such series are not closed where none has a row"
    late = table[~((table["sku"] == "P0") & (table["week"] < 40))]
    assert not history_of(late).matrix("listed")[0, :39].any(), "what sells weekly was not listed before"


def test_months_between_which_nothing_is_known_make_no_gaps(history_of: Read) -> None:
    table = plain_table(weeks=24)
    table["week"] = pd.date_range("2020-01-01", periods=24, freq="MS").strftime("%Y-%m").to_numpy()[table["week"] - 1]
    history = history_of(table[(table["shop"] != "S0") | (table["sku"] != "P1") | (table["week"] != "2020-07")])
    assert history.matrix("listed").sum() == 6 * 24
    assert (history.matrix("listed") & ~history.matrix("recorded")).sum() == 1


def test_an_outlet_without_any_row_was_closed(history_of: Read) -> None:
    table = plain_table()
    history = history_of(table[~((table["shop"] == "S0") & (table["week"] == 9))])
    assert not history.matrix("listed")[:2, 8].any()
    assert history.matrix("listed")[2:, 8].all()


def test_prices_of_weeks_without_a_row_are_base_prices(history_of: Read) -> None:
    history = history_of(without(plain_table(), "S0", "P0", range(3, 8)))
    assert (history.matrix("price")[0, 2:7] == 2.0).all()
    assert (history.matrix("base_price") == 2.0).all()


def test_base_prices_do_not_foresee_a_rise_and_weeks_without_a_row_have_the_price_around_them(history_of: Read) -> None:
    """Else weeks with a row, which sold, would look like price cuts beside weeks without."""
    table = plain_table().assign(paid=lambda rows: np.where(rows["week"] < 16, 2.0, 2.2))
    history = history_of(table[(table["week"] + (table["sku"] == "P0")) % 3 > 0])
    assert history.matrix("recorded").mean() < 0.7
    assert history.matrix("price") == pytest.approx(history.matrix("base_price"))
    assert set(np.unique(history.matrix("price")[:, 17:])) == {2.2}
    assert set(np.unique(history.matrix("price")[:, :14])) == {2.0}


def test_given_base_prices_are_kept_and_their_gaps_filled(history_of: Read) -> None:
    table = plain_table().assign(usual=2.5)
    table.loc[[0, 4], "usual"] = np.nan
    history = history_of(table, {"base_price": "usual"})
    assert (history.matrix("base_price") == 2.5).all()
    (finding,) = history.findings
    assert (finding.severity, finding.subject, finding.rows) == ("repaired", "base_price", (2, 6))


def test_dates_of_any_day_fall_into_weeks(history_of: Read) -> None:
    table = plain_table()
    days = pd.Timestamp("2024-01-02") + pd.to_timedelta((table["week"] - 1) * 7 + 2 * (table["week"] % 3), "D")
    history = history_of(table.assign(week=days))
    assert history.calendar["label"].iloc[[0, 1]].tolist() == ["2024-01-01", "2024-01-08"]
    assert history.shape == (6, 30)
    history = history_of(table.assign(week=pd.Timestamp("2024-01-03") + pd.to_timedelta(table["week"] * 7, "D")))
    assert history.calendar["label"].iloc[[0, 1]].tolist() == ["2024-01-10", "2024-01-17"]


@pytest.mark.parametrize(
    ("cells", "form", "days"),
    [
        (["2024-01-03", "2024-01-10"], None, True),
        (["20240103", "20240110"], None, True),
        (["2024/01/03", "2024/01/10"], None, True),
        (["2024-W01", "2024-W02"], None, True),
        (["03.01.2024", "10.01.2024"], "%d.%m.%Y", True),
        (["2024-W1", "2024-W2"], None, True),
        (["202401", "202402", "202453"], None, True),
        (["2023年第52周", "2024年1周"], None, True),
        (["2024年1月3日", "2024年1月10日"], None, True),
        (["45294", "45301"], None, True),
        (["7", "8"], None, False),
    ],
)
def test_periods_are_understood(cells: list[str], form: str | None, days: bool) -> None:
    number, found = parse_periods(pd.Series(cells), Calendar.model_validate({"format": form}))
    assert found is days
    assert number[1] - number[0] == (7 if days else 1)


def test_week_numbers_have_dates_where_the_first_is_known(history_of: Read) -> None:
    history = history_of(plain_table(), {}, {"history.calendar.start": "2024-01-03"})
    assert str(history.calendar["date"].iloc[2].date()) == "2024-01-17"
    assert history_of(plain_table()).calendar["date"].isna().all()


def test_side_tables_are_joined_and_recoded(history_of: Read, tmp_path: Path) -> None:
    (tmp_path / "shops.csv").write_text("shop,state\nS0,KY\nS1,OH\nS2,TX\n", "utf-8")
    more = {"history.outlets": "shops.csv", "history.groups": {"state": {"column": "state", "recode": {"KY": "OH"}}}}
    history = history_of(plain_table(), {}, more)
    assert history.series["state"].tolist() == ["OH"] * 4 + ["TX"] * 2


def test_ids_that_side_tables_lack_are_told(history_of: Read, tmp_path: Path) -> None:
    (tmp_path / "shops.csv").write_text("shop,region\n" + "".join(f"S{n},north\n" for n in range(8)), "utf-8")
    history = history_of(plain_table(9, 1), {"region": "region"}, {"history.outlets": "shops.csv"})
    (finding,) = history.findings
    assert finding.severity == "warning"
    assert finding.count == 30
    assert history.series["region"].tolist()[-1] == "(unknown)"


def test_numbers_as_ids_are_the_same_in_both_kinds_of_files(calibration_file: Callable[..., Path]) -> None:
    table = plain_table().replace({"S0": "17", "S1": "4", "S2": "230"})
    path = calibration_file(table)
    as_text = read_history(path)
    table["shop"] = table["shop"].astype(float)
    table.to_parquet(path.parent / "sales.parquet")
    as_number = read_history(path, [f"history.file={path.parent / 'sales.parquet'}"])
    pd.testing.assert_frame_equal(as_text.frame.drop(columns="row"), as_number.frame.drop(columns="row"))
    pd.testing.assert_frame_equal(as_text.series, as_number.series)


def test_without_product_or_outlet_there_is_one(history_of: Read) -> None:
    history = history_of(plain_table(1, 3), {"outlet": None})
    assert history.series["outlet"].tolist() == ["(all)"] * 3
    history = history_of(plain_table(3, 1), {"product": None})
    assert history.series["product"].tolist() == ["(all)"] * 3


def test_several_rows_of_a_week_are_added_where_the_file_says_so(history_of: Read) -> None:
    table = plain_table(1, 1).iloc[[0, *range(30)]].reset_index(drop=True)
    table.loc[0, ["sold", "paid"]] = [30, 1.0]
    table.loc[1, ["sold", "paid"]] = [10, 2.0]
    history = history_of(table, {}, {"history.duplicates": "sum"})
    assert history.matrix("units")[0, 0] == 40
    assert history.matrix("price")[0, 0] == pytest.approx(1.25)
    assert history_of(table, {}, {"history.duplicates": "last"}).matrix("units")[0, 0] == 10


def test_semicolons_and_a_byte_order_mark_are_understood(history_of: Read) -> None:
    raw = plain_table().to_csv(index=False, sep=";").encode("utf-8-sig")
    assert history_of(raw).shape == (6, 30)
