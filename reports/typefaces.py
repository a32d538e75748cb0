"""Fonts that come with the package, so that no machine draws boxes: Chinese (Noto Sans SC, the characters of GB2312)
and signs such as check marks (DejaVu Sans, which matplotlib brings along).

A page gets the glyphs that it uses and no others; the full fonts stay in the package.
"""

import base64
import io
from collections.abc import Iterator
from functools import cache, lru_cache
from importlib.resources import as_file, files
from pathlib import Path

import matplotlib
from fontTools import subset
from fontTools.ttLib import TTFont
from markupsafe import Markup

FAMILY = "Noto Sans SC"
EMBEDDED = ("channellab glyphs", "channellab signs")
"""Families of the fonts that a page carries in itself, the Chinese one first; in a PDF one name would mix them up."""
CHINESE = (
    FAMILY,
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "Source Han Sans CN",
    "Microsoft YaHei",
    "PingFang SC",
    "Hiragino Sans GB",
    "WenQuanYi Zen Hei",
    "WenQuanYi Micro Hei",
    "SimHei",
)
"""Families of fonts that have Chinese characters; the first comes with the package."""
LATIN = ("Segoe UI", "Helvetica Neue", "Arial", "Liberation Sans")
_EVERYWHERE = frozenset("–—‘’“”…−±×·")
"""Signs that Latin fonts have; English pages leave them to these, as Chinese ones are twice as wide."""


@cache
def chinese_font() -> Path:
    """The file of the Chinese font."""
    with as_file(files("channellab.reports").joinpath("fonts", "NotoSansSC-GB2312.otf")) as path:
        return path


@cache
def signs_font() -> Path:
    """The file of the font for signs that the Chinese one lacks."""
    return Path(matplotlib.get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf"


@cache
def characters(font: Path) -> frozenset[str]:
    """What a font can draw."""
    with TTFont(font, lazy=True) as opened:
        return frozenset(map(chr, opened.getBestCmap()))


def families(lang: str) -> Markup:
    """For the style sheet of a page: its own glyphs first, then what the machine has."""
    names = (*EMBEDDED, *LATIN, *(CHINESE if lang == "zh" else ()), "DejaVu Sans")
    return Markup(", ".join(f'"{name}"' for name in names) + ", sans-serif")


def faces(text: str, lang: str) -> Markup:
    """``@font-face`` rules with the glyphs of a text beyond ASCII, each font with its range, if any.

    Args:
        text: everything that a page shows.
        lang: of the page.
    """
    named = dict(zip((chinese_font(), signs_font()), EMBEDDED, strict=True))
    return Markup("\n".join(_face(named[font], font, chars) for font, chars in shared_out(text, lang)))


def shared_out(text: str, lang: str) -> Iterator[tuple[Path, str]]:
    """By font, the characters that it draws in a page."""
    left = {char for char in text if ord(char) > 0x7E and char.isprintable()}
    if lang == "en":
        left = {char for char in left if ord(char) > 0xFF} - _EVERYWHERE
    for font in (chinese_font(), signs_font()):
        here = left & characters(font)
        left -= here
        if here:
            yield font, "".join(sorted(here))


def _face(family: str, font: Path, chars: str) -> str:
    ranges = ", ".join(f"U+{ord(char):X}" for char in chars)
    data = base64.b64encode(_woff(font, chars)).decode()
    source = f'url("data:font/woff;base64,{data}") format("woff")'
    return f'@font-face {{ font-family: "{family}"; src: {source}; unicode-range: {ranges}; }}'


@lru_cache(maxsize=16)
def _woff(font: Path, chars: str) -> bytes:
    """A font with these characters alone; the same bytes whenever they are the same."""
    # The licence stays in the font; makers of PDF load none that has no names.
    options = subset.Options(layout_features=[], hinting=False, notdef_outline=True, recalc_timestamp=False)
    options.flavor, options.name_IDs = "woff", [0, 1, 2, 4, 6, 13, 14]
    options.drop_tables += ["FFTM"]
    with subset.load_font(str(font), options) as opened:
        subsetter = subset.Subsetter(options)
        subsetter.populate(text=f"{chars} ")  # makers of PDF take the blank from here too
        subsetter.subset(opened)
        stream = io.BytesIO()
        opened.flavor = "woff"
        opened.save(stream, reorderTables=False)
    return stream.getvalue()
