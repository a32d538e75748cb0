"""A real browser asks nothing of any network, has nothing to complain of, and draws Chinese without a Chinese font."""

import shutil
from pathlib import Path

import pytest

from channellab.reports.report import write_report


@pytest.mark.slow
@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("kind", ["comparison", "search"])
def test_a_page_in_chromium(studies_root: Path, comparison_folder: Path, tmp_path: Path, lang: str, kind: str) -> None:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        pytest.skip("there is no Chromium on this machine")
    from playwright.sync_api import sync_playwright

    file = tmp_path / "page.html"
    write_report(comparison_folder if kind == "comparison" else studies_root / kind, file, lang)
    asked: list[str] = []
    complaints: list[str] = []
    with sync_playwright() as browsers:
        browser = browsers.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page()
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: complaints.append(message.text))
        page.goto(file.as_uri())
        page.evaluate("document.fonts.ready")
        loaded = page.evaluate("[...document.fonts].filter(f => f.status === 'loaded').map(f => f.family)")
        browser.close()
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
    assert complaints == []
    assert lang == "en" or any("glyphs" in family for family in loaded)
