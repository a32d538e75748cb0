"""A report in pieces: every chart as a picture, every table as comma-separated values."""

from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from channellab.reports import charts, sections
from channellab.reports.page import COVERAGE, Page
from channellab.reports.report import charts_of
from channellab.reports.sections import Chart
from channellab.scenarios.errors import BadInput


def export(page: Page | sections.Page, folder: Path) -> list[Path]:
    """Write every chart as PNG with its words inside, and every table as CSV with exact values; what was written.

    Raises:
        BadInput: the folder cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        written = []
        for chart in all_charts(page):
            written.append(folder / f"{chart.name}.png")
            charts.save(chart.figure, written[-1], chart.alt)
        for name, frame in _tables(page):
            written.append(folder / f"{name}.csv")
            frame.to_csv(written[-1], index=False, encoding="utf-8")
    except OSError as error:
        raise BadInput(str(folder), "", f"cannot be written: {error.strerror}") from None
    return written


def all_charts(page: Page | sections.Page) -> list[Chart]:
    """Every chart of a page, also those of its own layout."""
    return [*charts_of(page), *(_older(page) if isinstance(page, Page) else ())]


def _older(page: Page) -> Iterator[Chart]:
    """Charts of a result that a page lays out itself: maps and the shelf price."""
    told = page.told
    regions, goods = dict(told.tables("regions")), dict(told.tables("goods"))
    edges = told.folder.of("edges", told.document.scenarios[0])
    maps = charts.network_maps(regions, edges, told.lang, COVERAGE, goods)
    yield Chart("network", maps, charts.network_alt_text(regions, edges, told.lang, COVERAGE, goods))
    if page.prices:
        alt = charts.waterfall_alt_text(page.prices, told.lang)
        yield Chart("price", charts.waterfall(page.prices, told.lang), alt)


def _tables(page: Page | sections.Page) -> Iterator[tuple[str, pd.DataFrame]]:
    if isinstance(page, Page):
        yield "metrics", _metrics(page)
        return
    for section in page.sections:
        for table in section.tables:
            cells = [
                [(cell.key or cell.text) if cell.value is None else cell.value for cell in row] for row in table.rows
            ]
            yield table.name, pd.DataFrame(cells, columns=list(table.columns))


def _metrics(page: Page) -> pd.DataFrame:
    """A row a metric and scenario: mean, and but for the baseline its difference with the interval."""
    document, rows = page.told.document, []
    for metric, found in document.metrics.items():
        for name, mean in found.scenarios.items():
            low, high = mean.ci95 or (None, None)
            row = {"metric": metric, "scenario": name, "mean": mean.mean, "low": low, "high": high}
            gap = found.differences.get(name)
            if gap is not None:
                row |= {"difference": gap.mean, "difference low": gap.ci95[0], "difference high": gap.ci95[1],
                        "p": gap.p_holm, "primary": metric in document.primary}  # fmt: skip
            rows.append(row)
    return pd.DataFrame(rows)
