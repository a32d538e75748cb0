"""No boxes: the fonts that come with the package draw every word, in pictures and in pages, on any machine."""

import warnings
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.font_manager import FontProperties, findfont

from channellab.reports.charts.style import dress, new_figure
from channellab.reports.language import LANGUAGES, words
from channellab.reports.report import render
from channellab.reports.typefaces import FAMILY, characters, chinese_font, faces, shared_out, signs_font
from channellab.scenarios.metrics import CATALOGUE

from .pages import FACE, glyphs_of, missing_glyphs, needed_glyphs


def everything_said(lang: str) -> str:
    titles = [{"en": metric.title_en, "zh": metric.title_zh}[lang] for metric in CATALOGUE.values()]
    return "".join(sorted({*"".join([*words(lang).sentences.values(), *titles])}))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_matplotlib_has_a_glyph_for_every_word(lang: str) -> None:
    figure = new_figure(4, 4)
    figure.text(0, 0, everything_said(lang))
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # matplotlib warns of a missing glyph
        FigureCanvasAgg(dress(figure, lang)).draw()


def test_a_missing_glyph_would_be_noticed() -> None:
    figure = new_figure(1, 1)
    figure.text(0, 0, "\u4dc0\U00020000")
    with pytest.warns(UserWarning, match="missing from font"):
        FigureCanvasAgg(dress(figure, "zh")).draw()


def test_the_chinese_font_is_ours() -> None:
    dress(new_figure(1, 1), "zh")
    found = Path(findfont(FontProperties(family=[FAMILY]), fallback_to_default=False))
    assert characters(found) >= characters(chinese_font())


def test_it_has_gb2312_and_its_licence() -> None:
    both = {bytes([row, cell]) for row in range(0xA1, 0xF8) for cell in range(0xA1, 0xFF)}
    wanted = {char for pair in both for char in pair.decode("gb2312", "ignore")}
    assert len(wanted) == 7445
    assert characters(chinese_font()) >= wanted
    assert "SIL OPEN FONT LICENSE Version 1.1" in chinese_font().with_name("OFL.txt").read_text("utf-8")
    assert chinese_font().stat().st_size < 2_000_000
    with TTFont(chinese_font()) as font:
        assert "SIL Open Font License" in str(font["name"].getName(13, 3, 1))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_page_carries_the_glyphs_it_needs(run_folder: Path, lang: str) -> None:
    page = render(run_folder, lang)
    assert missing_glyphs(page, lang) == set()
    assert lang == "en" or len(needed_glyphs(page, lang)) > 200
    assert sum(len(data) for data, _ in FACE.findall(page)) < 200_000


def test_latin_signs_stay_with_latin_fonts_in_english() -> None:
    assert list(shared_out("plain – “text” − 12 ± 3 …", "en")) == []
    assert dict(shared_out("≈ ✗ 华东", "en")) == {chinese_font(): "≈东华", signs_font(): "✗"}
    assert dict(shared_out("– ✗", "zh")) == {chinese_font(): "–", signs_font(): "✗"}


def test_the_same_text_gives_the_same_bytes() -> None:
    first = faces("渠道", "zh")
    assert glyphs_of(first) == set("渠道 ")
    assert first == faces("道渠", "zh")
    assert faces("plain", "zh") == ""
