"""Parts that pages are made of, whatever they are about: sections with notes, charts and tables."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup
from matplotlib.figure import Figure

from channellab.reports import charts
from channellab.reports.language import Words, words
from channellab.reports.typefaces import families


@dataclass(frozen=True)
class Cell:
    """A cell: as people read it, its exact value where it is a number, and how it looks (a class of the styles).

    Attributes:
        key: of the setting that it names, for who looks for it in a file.
    """

    text: str
    value: float | None = None
    look: str = ""
    key: str = ""


@dataclass(frozen=True)
class Table:
    """A table: what it is called in the page's code, what it shows, its columns, and rows whose first cell names them.

    Attributes:
        folded: whether it is shut until somebody opens it.
    """

    name: str
    caption: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    folded: bool = False


@dataclass(frozen=True, eq=False)
class Chart:
    """A chart, what it is called in files and in the page's code, and the same in words."""

    name: str
    figure: Figure
    alt: str

    @property
    def svg(self) -> Markup:
        """As a part of a page."""
        return charts.inline_svg(self.figure, f"chart-{self.name}", self.alt)


@dataclass(frozen=True)
class Section:
    """A part of a page with a heading."""

    name: str
    title: str
    notes: Sequence[str] = ()
    charts: Sequence[Chart] = ()
    tables: Sequence[Table] = ()


@dataclass(frozen=True)
class Page:
    """A page about a study.

    Attributes:
        lang: of its words. kind: what it is, for people. title, facts: of the page. alarm: what must be known first.
        lead: the first thing to know. findings: sentences. sections: in order.
        assumptions: what was assumed, in sentences. again: names and texts that say how to do it again.
        inputs: what the study was made of and what came out, for a repetition; plain data.
        version: of the lab that played. validity: how far the model was held against the world.
        settings: names and texts to unfold.
    """

    lang: str
    kind: str
    title: str
    facts: Sequence[str]
    findings: Sequence[str]
    sections: Sequence[Section]
    again: Sequence[tuple[str, str]]
    lead: str = ""
    alarm: str = ""
    assumptions: Sequence[str] = ()
    settings: Sequence[tuple[str, str]] = ()
    inputs: Markup | None = None
    version: str = ""
    validity: str = ""

    @property
    def say(self) -> Words:
        """The words of the page."""
        return words(self.lang)

    @property
    def fonts(self) -> Markup:
        """Families for the style sheet."""
        return families(self.lang)


def number(text: str, value: float | None) -> Cell:
    """A cell with a number."""
    return Cell(text, value, "number")
