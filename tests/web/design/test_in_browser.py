"""The design pages in a real browser: axe, sizes, reflow, keyboard, no script, no other host.

Every page is taken once in a run, in a theme, language and width that differ from page to page and
from day to day; `make test-all` takes all combinations.
"""

import os
import random
from datetime import UTC, datetime
from itertools import product

import pytest
from axe_playwright_python.sync_playwright import Axe

from app.web.design_routes import PAGES

pytestmark = pytest.mark.browser

THEMES = {
    "light": "theme=light&elder=off",
    "dark": "theme=dark&elder=off",
    "elder": "theme=light&elder=on",
}
LANGUAGES = ("zh-CN", "en")
WIDTHS = (320, 390, 768, 1280)
EVERYTHING = [*product(THEMES, LANGUAGES, WIDTHS)]
SEED = os.environ.get("TEST_SEED") or f"{datetime.now(UTC):%Y-%m-%d}"
CHOSEN = {page: random.Random(f"{SEED} {page}").choice(EVERYTHING) for page in PAGES}

SIZES = """(least) => {
  const small = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const host = walk.currentNode.parentElement, text = walk.currentNode.textContent.trim();
    if (!text || host.closest('script, noscript, .unseen, [hidden], option')) continue;
    const look = getComputedStyle(host);
    if (look.display === 'none' || !host.getClientRects().length) continue;
    const size = parseFloat(look.fontSize), line = parseFloat(look.lineHeight);
    if (size < least - 0.01) small.push(`${size}px: ${text}`);
    if (!host.closest('svg, .steps__mark') && line / size < 1.499) small.push(`${line / size}: ${text}`);
  }
  return small;
}"""
TARGETS = """(least) => [...document.querySelectorAll('a[href], button, select, summary, textarea, input')]
  .filter((one) => one.getClientRects().length && !one.closest('.skip, .unseen, dialog:not([open])'))
  .filter((one) => !one.matches('.offer__title a, [type=checkbox], [type=radio], [type=file], [type=hidden]'))
  .filter((one) => !(one.matches('p a') && one.parentElement.textContent.trim() !== one.textContent.trim()))
  .map((one) => [one.getBoundingClientRect(), one])
  .filter(([box]) => box.height < least - 0.5 || box.width < 43.5)
  .map(([box, one]) => `${Math.round(box.width)}×${Math.round(box.height)} ${one.outerHTML.slice(0, 90)}`)"""
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
CUT = """() => [...document.querySelectorAll('main *, header *, nav *')]
  .filter((one) => !one.closest('svg, .unseen, .figures, .hero, thead, progress, input, select, textarea'))
  .filter((one) => !one.matches('.ticket'))
  .filter((one) => ['hidden', 'clip'].includes(getComputedStyle(one).overflowX))
  .filter((one) => one.scrollWidth > one.clientWidth + 1 || one.scrollHeight > one.clientHeight + 1)
  .map((one) => one.outerHTML.slice(0, 90))"""


class Look:
    """One page open in a browser, with all it complained about."""

    def __init__(self, browser, address, page, theme, language, width, *, script=True):
        self.context = browser.new_context(
            viewport={"width": width, "height": 844}, java_script_enabled=script, reduced_motion="reduce"
        )
        self.page = self.context.new_page()
        self.complaints: list[str] = []
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", lambda asked: self._see(asked, address))
        self.page.goto(f"{address}/design?page={page}&{THEMES[theme]}&language={language}")

    def _hear(self, said):
        if said.type in {"error", "warning"}:
            self.complaints.append(said.text)

    def _see(self, asked, address):
        if not asked.url.startswith((address, "data:")):
            self.complaints.append(f"another host: {asked.url}")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.context.close()


def check(browser, address, page, theme, language, width):
    """Look at one page in one combination."""
    with Look(browser, address, page, theme, language, width) as look:
        violations = Axe().run(look.page).response["violations"]
        told = [(one["id"], one["nodes"][0]["html"][:160]) for one in violations]

        assert told == []
        assert look.page.evaluate(SIZES, 18 if theme == "elder" else 16) == []
        assert look.page.evaluate(TARGETS, 60 if theme == "elder" else 44) == []
        assert look.page.evaluate(WIDER) <= 0
        assert look.page.evaluate(CUT) == []
        assert look.complaints == []


@pytest.mark.parametrize("page", PAGES)
def test_a_page_is_accessible_and_fits(browser, address, page):
    check(browser, address, page, *CHOSEN[page])


@pytest.mark.slow
@pytest.mark.parametrize(("theme", "language", "width"), EVERYTHING)
def test_every_page_is_accessible_and_fits_in_every_combination(browser, address, theme, language, width):
    for page in PAGES:
        check(browser, address, page, theme, language, width)


@pytest.mark.parametrize("width", [390, 1280])
def test_text_of_twice_the_size_loses_nothing(browser, address, width):
    for page in PAGES:
        with Look(browser, address, page, "light", "zh-CN", width) as look:
            look.page.evaluate("document.documentElement.style.fontSize = '200%'")

            assert (page, look.page.evaluate(WIDER)) == (page, 0)
            assert (page, look.page.evaluate(CUT)) == (page, [])


def test_the_largest_elder_text_is_thirty_pixels_and_fits(browser, address):
    for page in PAGES:
        with Look(browser, address, f"{page}&text=30", "elder", "zh-CN", 320) as look:
            assert look.page.evaluate("getComputedStyle(document.body).fontSize") == "30px"
            assert (page, look.page.evaluate(WIDER)) == (page, 0)


def test_pages_stand_without_script(browser, address):
    for page in PAGES:
        with Look(browser, address, page, "light", "zh-CN", 390, script=False) as look:
            assert look.page.locator("h1").count() == 1


def test_the_navigation_of_a_desk_opens_on_a_phone_without_script(browser, address):
    with Look(browser, address, "desk-queue", "light", "zh-CN", 390, script=False) as look:
        place = look.page.locator("#places").get_by_role("link", name="今日概览")
        assert not place.is_visible()

        look.page.get_by_role("link", name="打开导航").click()

        assert place.is_visible()
        look.page.get_by_role("link", name="关闭导航").click()
        assert not place.is_visible()


def test_a_dialog_opens_and_closes_by_keyboard(browser, address):
    with Look(browser, address, "voucher", "light", "zh-CN", 390) as look:
        look.page.get_by_role("link", name="放弃这张卡券").press("Enter")
        assert look.page.get_by_role("dialog").is_visible()

        look.page.keyboard.press("Escape")

        assert not look.page.get_by_role("dialog").is_visible()


def test_the_first_tab_leads_past_the_navigation(browser, address):
    with Look(browser, address, "desk-home", "light", "zh-CN", 1280) as look:
        look.page.keyboard.press("Tab")
        look.page.keyboard.press("Enter")

        assert look.page.evaluate("document.activeElement.id") == "main"


def test_the_theme_changes_at_once_and_stays(browser, address):
    with Look(browser, address, "sign-in", "light", "zh-CN", 390) as look:
        look.page.goto(f"{address}/design?page=sign-in")
        with look.page.expect_navigation():
            look.page.get_by_role("button", name="深色外观").click()

        assert look.page.locator("html").get_attribute("data-theme") == "dark"


def test_a_second_tap_does_nothing(browser, address):
    with Look(browser, address, "merchant", "light", "zh-CN", 390) as look:
        posted = []

        def answer(route):
            posted.append(route.request.method)
            route.fulfill(status=204)

        look.page.route("**/design**", answer)
        accept = look.page.get_by_role("button", name="受理", exact=True)
        accept.evaluate("(button) => { button.click(); button.click(); }")
        look.page.wait_for_timeout(200)

        assert posted == ["POST"]
