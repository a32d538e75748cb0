"""A real browser drives the page; screenshots are kept to be looked at ($CHANNELLAB_SCREENSHOTS names their folder)."""

import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import urlparse

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

from channellab.cli import main
from channellab.scenarios.files import Loaded, load

from . import qr
from .conftest import SMALL, Served, serve
from .test_studies import SEARCH

pytestmark = pytest.mark.slow
CHROMIUM = os.environ.get("CHANNELLAB_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = (
    *("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync", "--no-first-run"),
)
LONG = 600_000
DESK, ROOM, PHONE = (1280, 800), (1920, 1080), (390, 844)


@dataclass
class Watched:
    """A browser that remembers what it complained of and whom it asked."""

    browser: Browser
    url: str
    artefacts: Path
    complaints: list[str] = field(default_factory=list)
    asked: set[str] = field(default_factory=set)

    def open(self, path: str, size: tuple[int, int] = DESK) -> Page:
        """A page of its own, as another person's browser would be."""
        context = self.browser.new_context(viewport={"width": size[0], "height": size[1]})
        page = context.new_page()
        page.on("console", lambda message: self.complaints.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", lambda request: self.asked.add(urlparse(request.url).hostname or ""))
        page.goto(self.url + path)
        page.wait_for_selector("body[data-ready=yes]", timeout=LONG)
        return page

    def keep(self, page: Page, name: str, **options: Any) -> None:
        """A screenshot as an artefact."""
        page.screenshot(path=self.artefacts / f"{name}.png", **options)


def read(code: Locator) -> str:
    """The address of a QR code, from what the browser has drawn."""
    picture = np.asarray(Image.open(BytesIO(code.screenshot())).convert("L"))
    assert qr.margin(picture) >= 3, "a light margin, but for what rounding takes of it"
    return qr.read(picture)[0]


@pytest.fixture(scope="module")
def longer(market: Loaded) -> Loaded:
    """Long enough to be looked at while it is played."""
    return load("base", (*SMALL, "run.weeks=150"))


@pytest.fixture(scope="module")
def room(longer: Loaded, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    yield from serve(longer)


@pytest.fixture(scope="module")
def chrome() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("needs chromium (or its path in CHANNELLAB_CHROMIUM)")
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS, headless=True)
        yield browser
        browser.close()


@pytest.fixture
def watched(chrome: Browser, room: Served, artefacts: Path) -> Iterator[Watched]:
    room.client.put("/api/reveal", json={"job": None})
    there = Watched(chrome, room.url, artefacts)
    yield there
    for context in chrome.contexts:
        context.close()
    assert there.complaints == []
    assert there.asked == {"127.0.0.1"}


def test_a_facilitator_leads_a_room(watched: Watched, room: Served) -> None:
    page = watched.open("/control?lang=en")
    watched.keep(page, "control-empty")
    page.click("[data-preset=selective]")
    page.wait_for_selector(".state.running", timeout=LONG)
    page.wait_for_selector(".stage.coarse", timeout=LONG)
    expect(page.locator(".stage.coarse")).to_contain_text("Coarse: 1 seed, first 26 of 150 weeks")
    watched.keep(page, "control-coarse")
    page.wait_for_selector(".state.done", timeout=LONG)
    expect(page.locator(".stage.fine")).to_contain_text("4 seeds, 150 weeks")
    row = page.locator("table.metrics tbody tr", has_text="Weighted distribution")
    assert re.search(r"▼.*−\d+\.\d ± \d+\.\d pp", row.inner_text())
    watched.keep(page, "control-fine")

    page.click("#reveal")
    screen = watched.open("/present?lang=en", ROOM)
    expect(screen.locator(".tiles section")).to_have_count(4)
    expect(screen.locator("h1")).to_contain_text("Channel profit")
    watched.keep(screen, "present")
    page.select_option(".two select", "market_share")
    page.click("#reveal")  # hide
    expect(screen.locator(".blank")).to_be_visible()

    page.locator(".regions select").select_option(label="Guangdong")
    expect(page.locator(".story h3")).to_contain_text("Guangdong")
    page.locator(".partners tbody tr button").first.click()
    expect(page.locator("#portrait h3")).to_contain_text("Guangdong")
    expect(page.locator("#portrait tbody tr").first).to_contain_text("quarter of")
    watched.keep(page, "control-region", full_page=True)
    page.click("#language")
    expect(page.locator("#run")).to_have_text("运行")
    expect(page.locator("[data-slot=B] .name")).to_have_value("选择性分销")
    watched.keep(page, "control-zh", full_page=True)


def test_a_slider_plays_the_market_and_undo_takes_it_back(watched: Watched, room: Served) -> None:
    page = watched.open("/control?lang=en")
    page.click("[data-preset=selective]")
    page.wait_for_selector(".state.done", timeout=LONG)
    before = page.url
    slider = page.locator('input[id="lever-layout.selective"]')
    slider.focus()
    slider.press("ArrowRight")
    page.wait_for_url(lambda url: url != before, timeout=LONG)
    expect(page.locator(".lever.moved")).to_have_count(1)
    page.wait_for_selector(".state.running", timeout=LONG)
    page.click("#stop")
    page.wait_for_selector(".state.stopped", timeout=LONG)
    watched.keep(page, "control-stopped")
    page.click("#undo")
    expect(page.locator(".lever.moved")).to_have_count(0)
    page.wait_for_selector(".state.done", timeout=LONG)


def test_a_reload_in_the_middle_and_a_second_browser_lose_nothing(watched: Watched, room: Served) -> None:
    page = watched.open("/control?lang=en")
    page.click("[data-preset=exclusive]")
    page.wait_for_selector(".state.running", timeout=LONG)
    page.wait_for_url(re.compile("job="), timeout=LONG)
    page.reload()
    other = watched.open(page.url.removeprefix(watched.url))
    for each in (page, other):
        each.wait_for_selector(".state.done", timeout=LONG)
    first, second = (each.locator("table.metrics").inner_text() for each in (page, other))
    assert first == second
    assert "Exclusive" in first


def test_a_phone_proposes_and_the_facilitator_takes_it(watched: Watched, room: Served) -> None:
    page, phone = watched.open("/control?lang=en"), watched.open("/join?lang=en", PHONE)
    phone.fill("#who", "<img src=x onerror=alert(1)>")
    phone.fill("#what", "More for the shops")
    phone.select_option("#preset", "selective")
    watched.keep(phone, "join-phone", full_page=True)
    assert phone.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    phone.click("#send")
    expect(phone.locator(".thanks")).to_be_visible()
    card = page.locator(".proposal")
    expect(card).to_contain_text("<img src=x onerror=alert(1)>", timeout=LONG)
    before = page.locator(".policy").count()
    card.locator("button").first.click()
    expect(page.locator(".policy")).to_have_count(before + 1, timeout=LONG)
    control = watched.open("/control?lang=zh", PHONE)
    assert control.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    watched.keep(control, "control-phone", full_page=True)
    room.client.post(f"/api/jobs/{room.client.get('/api/room').json()['jobs'][0]}/stop", json={})


def test_refusals_and_meanings_are_told_in_the_language_of_the_page(watched: Watched, room: Served) -> None:
    page, phone = watched.open("/control?lang=zh"), watched.open("/join?lang=zh", PHONE)
    phone.select_option("#preset", "selective")
    share = phone.locator(".lever", has=phone.locator('[id="lever-layout.selective"]'))
    assert share.get_attribute("title") == "选择性分销时开通的网点占候选网点的比例。"
    share.locator("input.exact").fill("7")
    share.locator("input.exact").press("Enter")
    phone.click("#send")
    said = "调节项：“开点比例：选择性”（layout.selective）为 7，须为不超过 1 的值"
    expect(phone.locator("#notice")).to_have_text(said)
    watched.keep(phone, "join-refused", full_page=True)
    phone.click("#language")
    phone.click("#send")
    expect(phone.locator("#notice")).to_have_text(
        re.compile(r"^levers: Sites opened: selective \(layout\.selective\) is 7.*, allowed are values up to 1$")
    )
    page.locator("details.all > summary").click()
    page.locator("details.all input[type=search]").fill("保证金余额")  # a word of a meaning, not of a name
    told = page.locator(".groups .lever .meaning")
    expect(told).to_have_count(1)
    expect(told).to_contain_text("从保证金扣款的金额，为货值的倍数，以保证金余额为限。")
    watched.keep(page, "control-meanings", full_page=True)
    assert len(watched.complaints) == 2, watched.complaints
    assert all("422" in each for each in watched.complaints), "which browsers tell their console"
    watched.complaints.clear()


def test_nothing_that_is_typed_becomes_markup(watched: Watched, room: Served) -> None:
    room.client.put("/api/board", json={"policies": [{}], "seeds": 1, "weeks": 30})
    page = watched.open("/control?lang=en")
    page.locator("[data-slot=A] .name").fill("<svg onload=alert(1)> $x$")
    page.locator("[data-slot=A] .name").press("Enter")
    page.click("#run")
    page.wait_for_selector("table.metrics", timeout=LONG)
    expect(page.locator("table.metrics thead")).to_contain_text("<svg onload=alert(1)>", timeout=LONG)
    assert page.locator("svg").count() == 0
    page.locator("[data-slot=A] .name").fill("")
    page.locator("[data-slot=A] .name").press("Enter")


def test_the_first_sight_of_a_room_for_phones(chrome: Browser, market: Loaded, artefacts: Path) -> None:
    """Nothing is shown yet: the big screen and the facilitator's page have the code that phones scan."""
    join = "http://192.0.2.7:8710/join?token=j0123456789ab"
    for served in serve(market, join=join, opening=True):
        watched = Watched(chrome, served.url, artefacts)
        screen, page = watched.open("/present?lang=zh", ROOM), watched.open("/control?lang=zh")
        expect(screen.locator(".blank img.code")).to_be_visible()
        assert screen.locator(".blank img.code").evaluate("image => image.naturalWidth > 0 && image.width") > 500
        expect(screen.locator(".joinlink")).to_contain_text(join)
        assert read(screen.locator(".blank img.code")) == join
        assert read(page.locator(".side img.code")) == join
        watched.keep(screen, "present-code")
        page.wait_for_selector(".stage.coarse", timeout=LONG)
        watched.keep(page, "control-opening", full_page=True)
        page.click("#reveal")
        expect(screen.locator(".top img.code")).to_be_visible()
        expect(screen.locator(".tiles section")).to_have_count(4)
        assert read(screen.locator(".top img.code")) == join
        watched.keep(screen, "present-zh")
        for context in (screen.context, page.context):
            context.close()
        assert watched.complaints == []
        assert watched.asked == {"127.0.0.1"}


def test_walking_along_the_front_of_a_search(chrome: Browser, market: Loaded, artefacts: Path, tmp_path: Path) -> None:
    (tmp_path / "search.toml").write_text(SEARCH, "utf-8")
    assert main(["search", str(tmp_path / "search.toml"), "--out", str(tmp_path / "all" / "front"), "-q"]) == 0
    for served in serve(market, studies=tmp_path / "all"):
        watched = Watched(chrome, served.url, artefacts)
        page = watched.open("/studies?lang=en")
        title = page.locator(".detail h3").first
        expect(title).to_contain_text("Candidate")
        page.locator("#walk").press("Home")
        first = title.inner_text()
        page.locator("#walk").press("End")
        assert title.inner_text() != first
        expect(page.locator(".regions select option")).to_have_count(2)
        candidate = title.inner_text().removeprefix("Candidate ").split()[0].removesuffix("recommended")
        expect(page.locator(".groups tr.on")).to_contain_text(f"Candidate {candidate}, on fresh seeds")
        watched.keep(page, "studies", full_page=True)
        page.context.close()
        assert watched.complaints == []
        assert watched.asked == {"127.0.0.1"}
