"""What a history holds and what is wrong with it, before anything is fitted to it."""

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from channellab.calibration.endogeneity import Test, has_costs, price_tests
from channellab.calibration.findings import Finding
from channellab.calibration.history import History
from channellab.calibration.history_checks import checks

ENDOGENEITY = {
    "base prices follow demand": "base_prices_follow",
    "promotions follow demand": "promotions_follow",
    "prices move with demand": "prices_move",
}
"""By kind of test, the key of its warning."""
SHOWN = 20
"""Weeks or products that the text shows; the files hold all."""


@dataclass(frozen=True, eq=False)
class DataReport:
    """The report.

    Attributes:
        rows: read, dropped, repaired and used; counts of series, outlets, products and weeks; first and last period.
        findings: dropped rows first, then repaired ones, warnings and notes.
        coverage: W rows: week, label, rows, listed (series), share of the listed series with a row, units.
        prices: a row per product: series, units, price (mean), spread (standard deviation of the log price in a
            series), promoted (share of weeks), constant (series whose price never moves).
        endogeneity: see ``endogeneity.py``.
    """

    rows: dict[str, Any]
    findings: tuple[Finding, ...]
    coverage: pd.DataFrame
    prices: pd.DataFrame
    endogeneity: tuple[Test, ...]

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """What puts results into doubt."""
        return tuple(each for each in self.findings if each.severity == "warning")

    def to_json(self) -> dict[str, Any]:
        """All of it as plain data."""
        return {
            "rows": self.rows,
            "findings": [each.document() for each in self.findings],
            "coverage": self.coverage.to_dict("records"),
            "prices": self.prices.to_dict("records"),
            "endogeneity": [asdict(each) for each in self.endogeneity],
        }

    def to_csv(self) -> str:
        """The findings, one a line; row numbers are separated by spaces."""
        out = io.StringIO()
        table = csv.writer(out, lineterminator="\n")
        table.writerow(["severity", "subject", "count", "text", "rows"])
        for each in self.findings:
            table.writerow([each.severity, each.subject, each.count, each.text, " ".join(map(str, each.rows))])
        return out.getvalue()

    def to_text(self) -> str:
        """For people."""
        return "\n".join(_lines(self)) + "\n"

    def write(self, folder: Path) -> None:
        """Writes data_report.json, .csv and .txt, data_coverage.csv and data_prices.csv."""
        folder.mkdir(parents=True, exist_ok=True)
        text = json.dumps(self.to_json(), ensure_ascii=False, indent=1, allow_nan=False)
        (folder / "data_report.json").write_text(text + "\n", "utf-8")
        (folder / "data_report.csv").write_text(self.to_csv(), "utf-8")
        (folder / "data_report.txt").write_text(self.to_text(), "utf-8")
        self.coverage.to_csv(folder / "data_coverage.csv", index=False)
        self.prices.to_csv(folder / "data_prices.csv", index=False)


def data_report(history: History) -> DataReport:
    """Examines a history."""
    found = price_tests(history)
    findings = [*history.findings, *checks(history), *_endogenous(history, found)]
    order = ("dropped", "repaired", "warning", "note")
    findings.sort(key=lambda each: order.index(each.severity))
    return DataReport(_rows(history), tuple(findings), _coverage(history), _prices(history), tuple(found))


def _rows(history: History) -> dict[str, Any]:
    told = {"dropped": 0, "repaired": 0}
    for each in history.findings:
        if each.severity in told:
            told[each.severity] += each.count
    label = history.calendar["label"]
    return {
        "file": Path(history.calibration.file.history.file).name,
        "read": history.rows_read,
        "used": int(history.frame["recorded"].sum()),
        **told,
        "series": history.shape[0],
        "outlets": int(history.series["outlet"].nunique()),
        "products": int(history.series["product"].nunique()),
        "weeks": history.shape[1],
        "first": str(label.iloc[0]),
        "last": str(label.iloc[-1]),
        "units": int(history.frame["units"].sum()),
    }


def _coverage(history: History) -> pd.DataFrame:
    recorded, listed = history.matrix("recorded"), history.matrix("listed")
    rows, count = recorded.sum(axis=0), listed.sum(axis=0)
    return pd.DataFrame(
        {
            "week": np.arange(history.shape[1]),
            "label": history.calendar["label"].to_numpy(),
            "rows": rows,
            "listed": count,
            "share": np.round(rows / np.maximum(count, 1), 4),
            "units": history.matrix("units").sum(axis=0),
        }
    )


def _prices(history: History) -> pd.DataFrame:
    recorded = history.matrix("recorded")
    weeks = np.maximum(recorded.sum(axis=1), 1)
    log_price = np.where(recorded, np.log(history.matrix("price")), 0.0)
    mean = log_price.sum(axis=1) / weeks
    spread = np.sqrt((np.where(recorded, log_price - mean[:, None], 0.0) ** 2).sum(axis=1) / weeks)
    promoted = (history.matrix("promotion") + history.matrix("display") + history.matrix("feature") > 0) & recorded
    table = pd.DataFrame(
        {
            "product": history.series["product"].astype(str),
            "series": 1,
            "units": history.matrix("units").sum(axis=1),
            "price": np.exp(mean),
            "spread": spread,
            "promoted": promoted.sum(axis=1) / weeks,
            "constant": spread < 1e-6,
        }
    ).fillna({"price": 0.0, "spread": 0.0})
    how = {"series": "sum", "units": "sum", "price": "mean", "spread": "mean", "promoted": "mean", "constant": "sum"}
    return table.groupby("product", sort=True, as_index=False).agg(how).round(4)


def _endogenous(history: History, found: list[Test]) -> Iterator[Finding]:
    for each in found:
        if each.warns:
            size = f"{each.estimate:+.{2 if each.kind == 'prices move with demand' else 3}f}"
            facts = {"category": each.category, "size": size, "ratio": f"{each.ratio:+.1f}"}
            yield Finding("warning", "price endogeneity", ENDOGENEITY[each.kind], each.rows, facts=facts)
    if not has_costs(history):
        yield Finding("note", "price endogeneity", "no_costs")


def _lines(report: DataReport) -> Iterator[str]:
    rows = report.rows
    yield f"{rows['file']}: {rows['read']:,} rows read, {rows['used']:,} used, {rows['dropped']:,} dropped"
    yield (
        f"{rows['series']:,} series of {rows['outlets']:,} outlets and {rows['products']:,} products in "
        f"{rows['weeks']:,} weeks, {rows['first']} to {rows['last']}; {rows['units']:,} units"
    )
    for each in report.findings:
        where = f": {each.listed}" if each.rows else ""
        yield f"{each.severity}: {each.text} ({each.count:,}){where}" if each.count else f"{each.severity}: {each.text}"
    yield f"weeks: {report.coverage['share'].mean():.1%} of listed series have a row"
    for name, value in report.prices.head(SHOWN).set_index("product").iterrows():
        yield f"  {name}: price {value['price']:.2f}, spread {value['spread']:.3f}, promoted {value['promoted']:.0%}"
