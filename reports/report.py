"""A result folder as one web page that stands by itself: words, tables and charts, in English or Chinese."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from channellab.reports.folder import read
from channellab.reports.language import words
from channellab.reports.page import Page
from channellab.reports.study import Told
from channellab.reports.typefaces import faces
from channellab.scenarios.errors import BadInput

_TEMPLATES = Path(__file__).with_name("templates")


def write_report(folder: Path, out: Path, lang: str = "en") -> None:
    """Write the report of a result folder, whole or not at all.

    Raises:
        BadInput: the folder holds no result, or the file cannot be written.
    """
    page = render(folder, lang)
    partial = out.with_name(f".{out.name}")
    try:
        partial.write_text(page, encoding="utf-8")
        partial.replace(out)
    except (OSError, ValueError) as error:
        partial.unlink(missing_ok=True)
        raise BadInput(str(out), "", f"cannot be written: {getattr(error, 'strerror', None) or error}") from None


def render(folder: Path, lang: str = "en") -> str:
    """The report of a result folder as HTML.

    Raises:
        BadInput: it holds no result, a file in it is garbled, or the language is unknown.
    """
    page = Page(Told(read(folder), words(lang).lang))
    loader = FileSystemLoader(_TEMPLATES)
    environment = Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    text = environment.get_template("report.html").render(page=page, say=page.say, told=page.told)
    return text.replace("/* faces */", faces(text, page.say.lang), 1)
