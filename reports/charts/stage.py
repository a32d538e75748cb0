"""Charts for a room: one size of sheet, and letters that can be read from eight metres on a two-metre screen.

A letter is read from a distance of 200 times its height. Capitals of 4 cm on a screen 200 cm high are 2 % of its
height, which is a font of 2.8 % of the height of what fills the screen.
"""

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from channellab.reports.charts.style import FAINT, INK, POINTS, ROAD, new_figure, text_width, wrapped

WIDE, HIGH = 9.6, 5.4
"""Inches: of a screen's sixteen to nine."""
BIG, PLAIN, SMALL = 16.0, 12.5, 11.0
"""Points: of the sentence above, of labels and values, of notes and ticks."""
LEGIBLE = 0.028
"""Least size of a font, as a share of the height of the screen that the chart fills."""
EDGE = 0.2
"""Inches around all."""


def stage(title: str, note: str, height: float = HIGH) -> tuple[Figure, float, float]:
    """A sheet with a sentence above and a note below.

    Returns:
        The figure, and what title and note leave: inches from the top and from the bottom.
    """
    figure = new_figure(WIDE, height)
    head = wrapped(title, (WIDE - 2 * EDGE) * POINTS * 0.98, BIG)
    foot = wrapped(note, (WIDE - 2 * EDGE) * POINTS * 0.98, SMALL)
    figure.text(EDGE / WIDE, 1 - EDGE / height, head, size=BIG, weight="bold", color=INK, va="top", linespacing=1.25)
    figure.text(EDGE / WIDE, EDGE / 2 / height, foot, size=SMALL, color=FAINT, va="bottom", linespacing=1.25)
    return figure, EDGE + lines_high(head, BIG) + 0.1, (EDGE / 2 + lines_high(foot, SMALL) + 0.1 if note else EDGE)


def lines_high(text: str, size: float) -> float:
    """Inches that lines of text take."""
    return (text.count("\n") + 1) * size * 1.3 / POINTS


def place(figure: Figure, left: float, top: float, right: float, bottom: float) -> Axes:
    """Axes with these inches between them and the figure's edges."""
    width, height = (float(inches) for inches in figure.get_size_inches())
    box = (left / width, bottom / height, (width - left - right) / width, (height - top - bottom) / height)
    return figure.add_axes(box)


def plain(axes: Axes, grid: str = "") -> None:
    """No frame; quiet ticks; lines of a grid along ``x`` or ``y``."""
    for spine in axes.spines.values():
        spine.set_visible(False)
    axes.tick_params(length=0, labelsize=SMALL, labelcolor=FAINT)
    if grid in ("x", "y"):
        axes.grid(axis=grid, color="#E6E9EC", linewidth=0.9)  # type: ignore[arg-type]
        axes.set_axisbelow(True)


def legend(figure: Figure, names: Sequence[str], colours: Sequence[str], top: float, left: float = EDGE) -> float:
    """Coloured squares with names in a row, in more rows where they would not fit; returns where they end, inches."""
    height = float(figure.get_size_inches()[1])
    at, line = left, top
    for name, colour in zip(names, colours, strict=False):
        wide = (text_width(name, PLAIN) + 30) / POINTS
        if at > left and at + wide > WIDE - EDGE:
            at, line = left, line + 0.26
        y = 1 - (line + 0.11) / height
        figure.text(at / WIDE, y, "■", size=PLAIN, color=colour, va="center")
        figure.text((at + 0.22) / WIDE, y, name, size=PLAIN, color=INK, va="center")
        at += wide
    return line + 0.32


def zero_line(axes: Axes, vertical: bool = True) -> None:
    """Where nothing is."""
    (axes.axvline if vertical else axes.axhline)(0.0, color=ROAD, linewidth=1.2, zorder=1)
