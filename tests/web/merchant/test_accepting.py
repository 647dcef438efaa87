"""Accepting now: a code finds a voucher, two buttons settle it, and nothing is done twice."""

import pytest

from points import queries
from points.serials import grouped
from points.values import RedemptionState
from tests.fixtures.desks import NOON, between, open_shop
from tests.obligations import obligation


@pytest.fixture
def counter(browser_of, shop):
    """The browser at the counter, where a clerk is signed in."""
    return browser_of(shop.clerk)


def key_in(page):
    return between(page.text, 'name="idempotency_key" value="', '"')


def check(counter, voucher):
    return counter.post("/merchant/check", data={"code": voucher.code}, follow_redirects=True)


def test_the_first_page_asks_for_a_code_and_shows_the_day(counter, shop):
    page = counter.get("/merchant")

    assert page.status_code == 200
    assert 'name="code"' in page.text
    assert "渝味小面" in page.text
    assert "data-scan" in page.text


def test_a_clerk_sees_no_way_to_the_offers(counter, browser_of, shop):
    assert 'href="/merchant/offers"' not in counter.get("/merchant").text
    assert counter.get("/merchant/offers").status_code == 403
    assert 'href="/merchant/offers"' in browser_of(shop.manager).get("/merchant").text


def test_a_voucher_is_shown_without_the_holders_name(counter, voucher):
    page = check(counter, voucher)

    assert page.status_code == 200
    assert "陈**" in page.text
    assert "陈小渝" not in page.text
    assert "50 分" in page.text
    assert "2026年11月" in page.text


@obligation("CQ-34.6", "CQ-33.1")
def test_accepting_cancels_the_points_and_goes_back_to_the_counter(counter, session, voucher):
    key = key_in(check(counter, voucher))

    answer = counter.post("/merchant/voucher/accept", data={"idempotency_key": key})

    assert (answer.status_code, answer.location) == (303, "/merchant")
    session.expire_all()
    assert queries.redemption(session, voucher.id).state == RedemptionState.FULFILLED
    home = counter.get("/merchant")
    assert "50 分已核销" in home.text
    assert "已受理" in home.text


def test_a_second_tap_does_nothing_more(counter, session, voucher):
    key = key_in(check(counter, voucher))

    first = counter.post("/merchant/voucher/accept", data={"idempotency_key": key})
    again = counter.post("/merchant/voucher/accept", data={"idempotency_key": key})

    assert (first.status_code, again.status_code) == (303, 303)
    session.expire_all()
    totals = queries.settlements(session, voucher.merchant_id, since=NOON.date(), until=NOON.date())
    assert totals.counts == {RedemptionState.FULFILLED: 1}


def test_what_is_settled_is_refused_with_its_state(counter, voucher):
    counter.post("/merchant/voucher/accept", data={"idempotency_key": key_in(check(counter, voucher))})
    check(counter, voucher)

    answer = counter.post("/merchant/voucher/accept", data={"idempotency_key": "another"})

    assert answer.status_code == 409
    assert "redemption.settled" in answer.text


def test_refusing_needs_a_reason_and_tells_the_holder(counter, session, voucher):
    key = key_in(check(counter, voucher))

    without = counter.post("/merchant/voucher/refuse", data={"idempotency_key": key})
    other = counter.post("/merchant/voucher/refuse", data={"idempotency_key": key, "reason": "other"})
    answer = counter.post(
        "/merchant/voucher/refuse", data={"idempotency_key": key, "reason": "stock", "note": "明天到货"}
    )

    assert (without.status_code, other.status_code, answer.status_code) == (422, 422, 303)
    assert '<details class="folded" open>' in other.text
    session.expire_all()
    settled = queries.redemption(session, voucher.id)
    assert (settled.state, settled.reason) == (RedemptionState.REFUSED, "暂时缺货：明天到货")


def test_a_voucher_is_settled_only_by_who_was_shown_its_code(counter, session, voucher):
    answer = counter.post("/merchant/voucher/accept", data={"idempotency_key": "k"})

    assert (answer.status_code, answer.location) == (303, "/merchant")
    session.expire_all()
    assert queries.redemption(session, voucher.id).state == RedemptionState.RESERVED
    assert counter.get("/merchant/voucher").location == "/merchant"


@pytest.mark.parametrize(
    ("code", "status", "told"),
    [
        ("", 422, "form.incomplete"),
        ("AAAA", 422, "voucher.mistyped"),
        ("AAAA-BBBB-CCCC", 404, "voucher.not_found"),
        ("TH1.1.1.AAAAAAAAAAAAAAAA", 404, "voucher.not_found"),
    ],
)
def test_a_wrong_code_is_told_at_its_field(counter, code, status, told):
    page = counter.post("/merchant/check", data={"code": code})

    assert page.status_code == status
    assert told in page.text
    assert 'aria-invalid="true"' in page.text


def test_another_shops_voucher_is_as_if_there_were_none(browser_of, session, voucher):
    next_door = browser_of(open_shop(session, "隔壁茶馆").clerk)

    page = next_door.post("/merchant/check", data={"code": voucher.code})

    assert page.status_code == 404
    assert "voucher.not_found" in page.text


def test_a_scanned_code_works_within_its_minute(counter, voucher):
    shown = queries.display_code(voucher, NOON)

    page = counter.post("/merchant/check", data={"code": shown.text}, follow_redirects=True)

    assert page.request.path == "/merchant/voucher"
    assert shown.text not in page.text


def test_records_add_up_by_day_and_can_be_taken_away(counter, shop, voucher):
    counter.post("/merchant/voucher/accept", data={"idempotency_key": key_in(check(counter, voucher))})

    page = counter.get("/merchant/acceptances")
    today = counter.get("/merchant/acceptances?since=2026-11-20&until=2026-11-20")
    empty = counter.get("/merchant/acceptances?since=2026-10-01&until=2026-10-31")
    file = counter.get("/merchant/acceptances.csv?since=2026-11-20&until=2026-11-20")

    assert {page.status_code, today.status_code, empty.status_code, file.status_code} == {200}
    assert "50" in today.text
    assert "这段时间没有受理" in empty.text
    assert file.mimetype == "text/csv"
    assert f"{grouped(voucher.code)},{shop.offer.title},50,已受理" in file.text


@pytest.mark.parametrize(
    "query", ["?since=nonsense&until=", "?since=2026-11-20&until=2026-11-01", "?before=x"]
)
def test_what_cannot_be_read_in_an_address_is_no_wish(counter, query):
    assert counter.get(f"/merchant/acceptances?{query}").status_code == 200


@pytest.mark.parametrize("who", ["officer", "authority"])
def test_others_have_nothing_to_accept(browser_of, request, who):
    browser = browser_of(request.getfixturevalue(who))

    assert browser.get("/merchant").status_code == 403
    assert browser.post("/merchant/check", data={"code": "x"}).status_code == 403
