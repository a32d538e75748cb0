"""How all charts look: colours, sizes, fonts, and how a figure becomes a file."""

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import fontManager
from matplotlib.text import Text

from channellab.reports.language import words
from channellab.reports.typefaces import FAMILY, chinese_font

SERIES = ("#0072B2", "#D55E00", "#009E73", "#222222", "#7300E6", "#731D00")
"""Colours of series: four of Okabe and Ito (2008), then two that stay apart from them with any colour vision
and are dark enough for text; a test holds both."""
INK, FAINT, ROAD = "#222222", "#666666", "#B8BEC4"
"""Text, secondary text, and lines that should stay in the background."""
TITLE_SIZE, PANEL_SIZE, TEXT_SIZE, SMALL_SIZE, TINY_SIZE = 15.0, 11.5, 9.5, 8.5, 8.0
"""Points."""
POINTS = 72.0
"""Points in an inch."""
DPI = 150
_CLOSING = "，。、；：）"


def new_figure(width: float, height: float) -> Figure:
    """An empty figure of its own, unknown to pyplot; inches."""
    return Figure(figsize=(width, height), dpi=DPI, facecolor="white")


def heading(figure: Figure, title: str, caption: str, margin: float) -> None:
    """Put the title above and the caption below everything; ``margin`` in inches from the left."""
    width, height = (float(inches) for inches in figure.get_size_inches())
    left = margin / width
    caption = wrapped(caption, (width - 2 * margin) * POINTS, TEXT_SIZE)
    figure.text(left, 1 - 0.16 / height, title, size=TITLE_SIZE, weight="bold", color=INK, va="top")
    figure.text(left, 0.14 / height, caption, size=TEXT_SIZE, color=FAINT, va="bottom")


def bare(axes: Axes, keep: Sequence[str] = ()) -> None:
    """Take away the frame but for the spines to keep, and quieten the ticks."""
    for name, spine in axes.spines.items():
        spine.set_visible(name in keep)
        spine.set_color(ROAD)
    axes.tick_params(length=0, labelsize=SMALL_SIZE, labelcolor=FAINT)


def dress(figure: Figure, lang: str) -> Figure:
    """Give every text of a finished figure fonts that have all of its characters, also names in the other language."""
    _know_chinese()
    families = [FAMILY, "DejaVu Sans"] if words(lang).lang == "zh" else ["DejaVu Sans", FAMILY]
    for text in figure.findobj(Text):
        if isinstance(text, Text):
            text.set_fontfamily(families)
            text.set_parse_math(False)  # a dollar sign in a name is a dollar sign
    return figure


def save(figure: Figure, path: Path, alt: str) -> None:
    """Write a figure whole or not at all, with its alternative text inside; the path ends in .png or .svg."""
    partial = path.with_name(f".{path.name}")
    figure.savefig(partial, format=path.suffix.removeprefix("."), dpi=DPI, metadata={"Description": alt})
    partial.replace(path)


def text_width(text: str, size: float) -> float:
    """Rough width of a line in points, the same on every machine (fonts differ, layouts must not)."""
    return size * sum(1.0 if ord(letter) > 0x2E7F else 0.61 for letter in text)


def wrapped(text: str, width: float, size: float) -> str:
    """The text with line breaks, so that no line is much wider than ``width`` points."""
    lines = [""]
    for piece in re.findall(r"[\u2e80-\uffff]|[^\s\u2e80-\uffff]+\s*|\s+", text):
        if lines[-1] and text_width(lines[-1] + piece.rstrip(), size) > width and piece not in _CLOSING:
            lines.append("")
        lines[-1] += piece
    return "\n".join(line.rstrip() for line in lines)


@cache
def _know_chinese() -> None:
    """Tell matplotlib of the Chinese font that comes with the package; it stands in for its bold one too."""
    fontManager.addfont(chinese_font())
    entry = next(each for each in fontManager.ttflist if each.fname == str(chinese_font()))
    fontManager.ttflist.append(replace(entry, weight=700))
