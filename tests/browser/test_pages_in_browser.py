"""Every page of citizens and the public in a real browser: axe, sizes, reflow; pictures are kept.

Each page is taken once in a run, in a theme, language and width that differ from page to page and from
day to day; `make test-all` takes all combinations.
"""

import os
import random
from datetime import UTC, datetime
from itertools import product

import pytest
from axe_playwright_python.sync_playwright import Axe

from app.jobs import disclosure
from app.kernel.session import transaction
from points.values import Kind
from tests.builders import city, lives, people
from tests.fixtures.browser import cookie_jar
from tests.fixtures.pages import STRANGER, pages_of
from tests.web.design.test_in_browser import CUT, SIZES, TARGETS, WIDER

pytestmark = pytest.mark.browser

THEMES = {
    "light": {"theme": "light", "elder": "off"},
    "dark": {"theme": "dark", "elder": "off"},
    "elder": {"theme": "light", "elder": "on"},
}
EVERYTHING = [*product(THEMES, ("zh-CN", "en"), (320, 390, 768, 1280))]
SEED = os.environ.get("TEST_SEED") or f"{datetime.now(UTC):%Y-%m-%d}"

PUBLIC = (
    "/",
    "/scenarios",
    "/scenarios?field=food",
    "/scenarios?field=clothing",
    "/scenarios/metro",
    "/methods",
    "/methods/bicycle.km",
    "/methods/electricity.saved",
    "/rules",
    "/figures",
    "/offers",
    "/offers?q=没有这样的权益",
    "/offers/1",
    "/merchants",
    "/terms",
    "/privacy",
    "/offline",
    "/disclosure/D-202610-1",
)


@pytest.fixture
def life(town):
    """A city and a citizen in whose account every state can be seen."""
    with transaction() as session:
        made = city.city(session, at=town.hands.at)
    with transaction() as session:
        lived = lives.life(session, made, at=town.hands.at)
    disclosure.run(town.hands.at)  # October is over and gets its snapshot
    return lived


def own_pages(life):
    """Return the citizen's pages, each state of each once."""
    with transaction() as session:
        issue, reserve, release = (
            lives.receipt_of(session, life.account.id, kind)
            for kind in (Kind.ISSUE, Kind.RESERVE, Kind.RELEASE)
        )
    return (
        "/me",
        "/me/saved",
        "/me/points",
        "/me/statement",
        "/me/statement?part=spent",
        "/me/statement?part=ended",
        f"/me/receipts/{issue}",
        f"/me/receipts/{reserve}",
        f"/me/receipts/{release}",
        "/me/expiry",
        "/me/scenarios",
        "/me/scenarios/metro",
        "/me/scenarios/charging",
        "/me/proposals/1",
        "/me/mall",
        "/me/mall?q=没有这样的权益",
        f"/me/mall/{life.made.offers['bus'].id}",
        f"/me/mall/{life.made.offers['bus'].id}/confirm",
        f"/me/mall/{life.made.offers['coffee'].id}",
        f"/me/mall/{life.made.offers['film'].id}",
        f"/me/mall/{life.made.offers['film'].id}/confirm",
        "/me/vouchers",
        "/me/vouchers?part=returned",
        f"/me/vouchers/{life.open.id}",
        f"/me/vouchers/{life.open.id}/give-up",
        f"/me/vouchers/{life.used.id}",
        f"/me/vouchers/{life.refused.id}",
        "/me/messages",
        "/me/messages/settings",
        "/me/ranking",
        "/me/data",
        "/me/year",
        "/me/profile",
        "/me/profile/details",
        "/me/wards",
        "/me/corrections",
        f"/me/corrections/{life.correction.id}",
        "/me/claims",
        "/me/claims/new",
        f"/me/claims/{life.claim.id}",
        "/me/apply",
        "/me/close",
        "/me/close/confirm",
        "/me/vouchers/987654321",
    )


def look(town, visitor, path, theme, language, width):
    """Look at one page in one combination; return what is wrong with it."""
    visitor.page.set_viewport_size({"width": width, "height": 844})
    visitor.context.add_cookies(
        [
            {"name": name, "value": value, "url": town.address}
            for name, value in {**THEMES[theme], "language": language}.items()
        ]
    )
    visitor.go(path)
    visitor.shot(f"{path.strip('/').replace('/', '-').replace('?', '_') or 'root'}-{theme}-{language[:2]}")
    violations = Axe().run(visitor.page).response["violations"]
    wrong = [f"{one['id']}: {one['nodes'][0]['html'][:160]}" for one in violations]
    wrong += visitor.page.evaluate(SIZES, 18 if theme == "elder" else 16)
    wrong += visitor.page.evaluate(TARGETS, 60 if theme == "elder" else 44)
    wrong += visitor.page.evaluate(CUT)
    if (wider := visitor.page.evaluate(WIDER)) > 0:
        wrong.append(f"{wider}px wider than the screen")
    return {(path, theme, language, width): wrong} if wrong else {}


def everything_wrong(town, life, combinations):
    """Look at every page in the combinations that `combinations` gives for it."""
    stranger, own = town.visitor("public"), town.visitor("own")
    people.sign_in_as(cookie_jar(own), life.citizen)
    wrong: dict[object, object] = {}
    for visitor, pages in (
        (stranger, pages_of(town.app, STRANGER, PUBLIC)),
        (own, pages_of(town.app, "citizen", own_pages(life))),
    ):
        for path in pages:
            for combination in combinations(path):
                wrong |= look(town, visitor, path, *combination)
    return wrong


def test_every_page_is_accessible_and_fits(town, life):
    def one_of(path):
        return [random.Random(f"{SEED} {path}").choice(EVERYTHING)]

    assert everything_wrong(town, life, one_of) == {}


@pytest.mark.slow
def test_every_page_is_accessible_and_fits_in_every_combination(town, life):
    assert everything_wrong(town, life, lambda _path: EVERYTHING) == {}
