"""A result folder as one web page that stands by itself: words, tables and charts, in English or Chinese."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from channellab.reports import sections
from channellab.reports.folder import read
from channellab.reports.kinds import batch, calibration, explanation, parameters, search, selection, sensitivity
from channellab.reports.language import words
from channellab.reports.page import Page
from channellab.reports.sections import Chart
from channellab.reports.study import Told
from channellab.reports.typefaces import faces
from channellab.scenarios.errors import BadInput

KINDS: dict[str, Callable[[Path, str], sections.Page]] = {
    calibration.FILE: calibration.page,
    parameters.TARGETS: parameters.targets_page,
    parameters.DIFFUSION: parameters.diffusion_page,
    explanation.FILE: explanation.page,
    selection.FILE: selection.page,
    search.FILE: search.page,
    sensitivity.FILE: sensitivity.page,
    batch.FILE: batch.page,
}
"""By the file that a folder has, what makes its page; the first counts. Others are runs or comparisons."""
_TEMPLATES = Path(__file__).with_name("templates")


def write_report(folder: Path, out: Path, lang: str = "en") -> None:
    """Write the report of a result folder, whole or not at all.

    Raises:
        BadInput: the folder holds no result, or the file cannot be written.
    """
    write_whole(out, render(folder, lang).encode())


def render(folder: Path, lang: str = "en") -> str:
    """The report of a result folder as HTML.

    Raises:
        BadInput: it holds no result, a file in it is garbled, or the language is unknown.
    """
    page = page_of(folder, lang)
    return rendered(page)


def page_of(folder: Path, lang: str) -> Page | sections.Page:
    """Everything that the report of a folder shows.

    Raises:
        BadInput: as for `render`.
    """
    language = words(lang).lang
    make = next((make for file, make in KINDS.items() if (folder / file).is_file()), None)
    if make is None:
        return Page(Told(read(folder), language))
    return make(folder, language)


def rendered(page: Page | sections.Page) -> str:
    """A page as HTML, with the glyphs that it uses."""
    whole = isinstance(page, Page)
    context: dict[str, Any] = {"page": page, "say": page.say} | ({"told": page.told} if isinstance(page, Page) else {})
    text = _environment().get_template("report.html" if whole else "study.html").render(context)
    return text.replace("/* faces */", faces(text, page.say.lang), 1)


def charts_of(page: Page | sections.Page) -> Iterable[Chart]:
    """All charts of a page that are made for a room."""
    if isinstance(page, Page):
        return [chart for made in page.pictures.values() for chart in made]
    return [chart for section in page.sections for chart in section.charts]


def write_whole(out: Path, data: bytes) -> None:
    """Write a file whole or not at all.

    Raises:
        BadInput: it cannot be written.
    """
    partial = out.with_name(f".{out.name}")
    try:
        partial.write_bytes(data)
        partial.replace(out)
    except (OSError, ValueError) as error:
        partial.unlink(missing_ok=True)
        raise BadInput(str(out), "", f"cannot be written: {getattr(error, 'strerror', None) or error}") from None


def _environment() -> Environment:
    loader = FileSystemLoader(_TEMPLATES)
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
