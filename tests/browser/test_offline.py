"""The offline shell (离线外壳) in a real browser: what is kept, what it is good for, when it goes."""

import json

import pytest

from app.kernel.session import transaction
from points import queries
from tests.browser.test_main_story import sign_in_at_the_desk
from tests.builders import city, lives, people
from tests.fixtures.browser import cookie_jar
from tests.obligations import obligation

pytestmark = pytest.mark.browser

FIELDS = {"number", "code", "title", "last", "until"}
KEPT = """async () => {
  const kept = await caches.match('/me/offline-copy.json', { cacheName: 'own' });
  return kept ? await kept.text() : null;
}"""
SHELL = """async () => {
  await navigator.serviceWorker.ready;
  return Boolean(await caches.match('/offline'));
}"""


@pytest.fixture
def life(town):
    """A citizen with a voucher that can be used."""
    with transaction() as session:
        made = city.city(session, at=town.hands.at)
    with transaction() as session:
        return lives.life(session, made, at=town.hands.at)


@pytest.fixture
def holder(town, life):
    """The citizen at a phone that has seen the home page, and so keeps the shell and the copy."""
    visitor = town.visitor("offline")
    visitor.context.clock.set_fixed_time(town.hands.at)
    people.sign_in_as(cookie_jar(visitor), life.citizen)
    visitor.go("/me")
    visitor.page.wait_for_function(f"({SHELL})()")
    visitor.page.wait_for_function(f"({KEPT})()")
    return visitor


@obligation("CQ-34.6")
def test_the_code_shown_without_network_is_accepted_once(town, life, holder):
    copy = json.loads(holder.page.evaluate(KEPT))
    holder.context.set_offline(True)
    holder.go("/me/vouchers")
    holder.page.wait_for_selector("#kept:not([hidden])")
    told = holder.text
    holder.shot("shell")
    code = "".join(holder.page.locator("[data-groups]").first.locator("span").all_inner_texts())
    with transaction() as session:
        kept = queries.own_voucher(session, life.account.id, life.open.id)

    clerk = town.visitor("offline-clerk")
    sign_in_at_the_desk(clerk, "merchant.bus")
    clerk.page.get_by_label("兑换码").fill(code)
    clerk.press("核对")
    clerk.press("受理")
    accepted = clerk.text
    clerk.go("/merchant")
    clerk.page.get_by_label("兑换码").fill(code)
    clerk.press("核对")

    # there was no network, as was asked for; what the browser kept of before need not be loaded again
    assert set(holder.complaints) <= {"Failed to load resource: net::ERR_FAILED"}
    holder.complaints.clear()
    assert set(copy) == {"balance", "seen", "vouchers"}
    assert {field for voucher in copy["vouchers"] for field in voucher} == FIELDS
    assert kept.offer.title in told
    assert kept.code.replace(" ", "") == code
    assert "已受理" in accepted
    assert clerk.page.get_by_role("button", name="受理", exact=True).count() == 0


@obligation("T-63")
def test_the_copy_goes_with_its_holder(life, holder):
    cookies = holder.context.cookies()
    holder.context.clear_cookies()
    holder.go("/me/profile")  # the session was ended elsewhere
    ended = holder.page.evaluate(KEPT)
    holder.context.add_cookies(cookies)
    holder.go("/me")
    holder.page.wait_for_function(f"({KEPT})()")
    holder.go("/me/profile")
    holder.press("退出登录")
    holder.page.wait_for_url("**/sign-in")
    signed_out = holder.page.evaluate(KEPT)

    assert (ended, signed_out) == (None, None)
