"""Figures as parts of a web page: scalable, with real text, and without a word about places on the network."""

import io
import re
import warnings

from markupsafe import Markup, escape
from matplotlib import rc_context
from matplotlib.figure import Figure
from matplotlib.text import Text

from channellab.reports.charts.style import POINTS

HALO = "halo"
"""Texts whose id starts like this have a white outline, which the page's style sheet draws."""
_PIXELS_A_POINT = 1.2
_NEVER = re.compile(r"<\?xml.*?\?>|<!DOCTYPE.*?>|<!--.*?-->|<metadata>.*?</metadata>|<style.*?</style>", re.DOTALL)
_TAG = re.compile(r"<[^>]+>")
_PLACES = re.compile(r' (?:xmlns(?::\w+)?|version)="[^"]*"')
_IDS = re.compile(r'( id="|url\(#|href="#)')
_BOX = re.compile(r'viewBox="[^"]*"')


def inline_svg(figure: Figure, name: str, alt: str) -> Markup:
    """A figure as an ``svg`` element to stand in HTML.

    Text stays text: the page chooses its font, people can search and copy it, and no font need be on this machine.

    Args:
        figure: a finished figure; white outlines of its texts are taken off and left to the page.
        name: different for all figures of a page; starts every id.
        alt: the picture in words.
    """
    for text in figure.findobj(Text):
        if isinstance(text, Text) and text.get_path_effects():
            text.set_path_effects([])  # matplotlib would turn the letters into outlines
            text.set_gid(HALO)
    drawn = _TAG.sub(lambda tag: _of_the_page(tag[0], name), _NEVER.sub("", _drawn(figure))).strip()
    box = _BOX.findall(drawn)[0]
    width = float(figure.get_size_inches()[0]) * POINTS * _PIXELS_A_POINT
    opening = f'<svg role="img" aria-label="{escape(alt)}" style="max-width:{width:.0f}px" {box}>'
    return Markup(_TAG.sub(lambda _: opening, drawn, count=1))


def _of_the_page(tag: str, name: str) -> str:
    """A tag with ids that no other figure has, and without what only a file of its own needs."""
    return _IDS.sub(rf"\1{name}-", _PLACES.sub("", tag).replace("xlink:href", "href"))


def _drawn(figure: Figure) -> str:
    """What matplotlib writes: the same whenever the figure is the same."""
    stream = io.StringIO()
    with rc_context({"svg.fonttype": "none", "svg.hashsalt": "channellab"}), warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph .* missing from font", UserWarning)
        figure.savefig(stream, format="svg", metadata={"Date": None}, facecolor="none")
    return stream.getvalue()
