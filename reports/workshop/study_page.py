"""What the report of a study says, piece by piece, for the study browser: sentences, tables, and charts as pictures."""

import tempfile
from pathlib import Path
from typing import Any

from channellab.reports import charts, sections
from channellab.reports.report import page_of, rendered
from channellab.reports.sections import Section, Table
from channellab.reports.workshop.export import DRAWING
from channellab.scenarios.errors import BadInput


def report(folder: Path, lang: str) -> str:
    """The whole report as HTML.

    Raises:
        BadInput: the folder holds nothing that a report can be made of.
    """
    with DRAWING:
        return rendered(page_of(folder, lang))


def told(folder: Path, lang: str) -> dict[str, Any]:
    """Title, findings and sections.

    Raises:
        BadInput: as `report`, or the study is of a kind whose report is not made of sections.
    """
    page = _page(folder, lang)
    return {
        "title": page.title,
        "facts": [*page.facts],
        "alarm": page.alarm,
        "lead": page.lead,
        "findings": [*page.findings],
        "validity": page.validity,
        "sections": [_section(each) for each in page.sections],
    }


def picture(folder: Path, name: str, lang: str) -> bytes | None:
    """A chart as PNG; None if the report has none of that name.

    Raises:
        BadInput: as `told`.
    """
    for section in _page(folder, lang).sections:
        for chart in section.charts:
            if chart.name == name:
                with tempfile.TemporaryDirectory() as aside, DRAWING:
                    charts.save(chart.figure, Path(aside) / "chart.png", chart.alt)
                    return (Path(aside) / "chart.png").read_bytes()
    return None


def _page(folder: Path, lang: str) -> sections.Page:
    with DRAWING:
        page = page_of(folder, lang)
    if not isinstance(page, sections.Page):
        raise BadInput(folder.name, "", "is a result, whose report is one whole")
    return page


def _section(section: Section) -> dict[str, Any]:
    return {
        "name": section.name,
        "title": section.title,
        "notes": [*section.notes],
        "charts": [{"name": chart.name, "alt": chart.alt} for chart in section.charts],
        "tables": [_table(table) for table in section.tables],
    }


def _table(table: Table) -> dict[str, Any]:
    rows = [[{"text": cell.text, "number": "number" in cell.look} for cell in row] for row in table.rows]
    return {"caption": table.caption, "columns": [*table.columns], "rows": rows, "folded": table.folded}
