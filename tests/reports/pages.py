"""Pages read back: their tree, their numbers, and what they would ask of a network."""

import base64
import io
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

from fontTools.ttLib import TTFont

MEGABYTE = 1_000_000
FACE = re.compile(r'src: url\("data:font/woff;base64,([^"]*)"\)[^;]*; unicode-range: ([^;]*);')
VOID = {"meta", "br", "link", "img", "hr", "input"}


@dataclass
class Element:
    """An element of a page: tag, attributes, what is in it."""

    tag: str
    attributes: dict[str, str]
    children: list["Element"] = field(default_factory=list)
    words: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return " ".join(" ".join([*self.words, *(child.text for child in self.children)]).split())

    def all(self, tag: str, **wanted: str) -> list["Element"]:
        here = [self] if self.tag == tag and wanted.items() <= self.attributes.items() else []
        return here + [found for child in self.children for found in child.all(tag, **wanted)]

    def values(self) -> list[float]:
        return [float(data.attributes["value"]) for data in self.all("data")]


class Reader(HTMLParser):
    """Builds the tree of a page and complains of tags that do not match."""

    def __init__(self) -> None:
        super().__init__()
        self.root = Element("", {})
        self.open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].children.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open[-1].children.append(Element(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop().tag == tag

    def handle_data(self, data: str) -> None:
        self.open[-1].words.append(data)


def parsed(page: str) -> Element:
    reader = Reader()
    reader.feed(page)
    assert reader.open == [reader.root]
    return reader.root


def everything(element: Element) -> list[Element]:
    return [element, *(found for child in element.children for found in everything(child))]


def glyphs_of(page: str) -> set[str]:
    """What the fonts in a page draw, after checking that each draws what its range promises."""
    found: set[str] = set()
    for data, ranges in FACE.findall(page):
        with TTFont(io.BytesIO(base64.b64decode(data))) as font:
            drawn = set(font.getBestCmap())
        assert drawn >= {int(code.removeprefix("U+"), 16) for code in ranges.split(", ")}
        found |= set(map(chr, drawn))
    return found


def needed_glyphs(page: str, lang: str) -> set[str]:
    """Signs that no machine is sure to have: in Chinese all beyond ASCII, in English those beyond Latin ones."""
    shown = re.sub(r"base64,[^\"]*", "", page)
    return {char for char in shown if ord(char) > (0x7E if lang == "zh" else 0x2E7F)}


def missing_glyphs(page: str, lang: str) -> set[str]:
    """Signs of a page that its own fonts do not draw."""
    return needed_glyphs(page, lang) - glyphs_of(page)


def requests_of(page: str) -> list[str]:
    """What a browser would fetch; data in the page is no request."""
    bare = re.sub(r"data:[\w/]+;base64,[\w+/=\s]*", "data:", page)
    found = re.findall(r"https?:[^\"'\s<]*|<script|<link|@import", bare)
    tree = parsed(page)
    links = [v for each in everything(tree) for n, v in each.attributes.items() if n in ("src", "href")]
    found += [link for link in links if not link.startswith(("#", "data:"))]
    return found + re.findall(r'url\((?!#|"data:)[^)]*\)', bare)
