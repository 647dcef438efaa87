"""A merchant's machine accepts and refuses vouchers; its people draft and shelve offers."""

from datetime import timedelta

import pytest

from app.kernel import clock
from points import commands, queries
from points.models import CarbonAccount
from tests.builders import people, points
from tests.obligations import obligation
from tests.web.api.conftest import BEFORE, NOON, bearer, every_page, rich

OFFER = {
    "title": "公交乘车券",
    "description": "一次免费乘车\n限本人使用",
    "terms": "",
    "category": "transit",
    "price_hundredths": 5000,
    "stock": 10,
    "per_person": 2,
    "valid_from": "2026-03-10",
    "valid_until": "2026-04-10",
}


@pytest.fixture
def voucher(session, host_side, citizen_side, merchant_side):
    """A reserved voucher of the citizen at the merchant."""
    rich(session, host_side, citizen_side, 9000)
    made = commands.redeem(
        session, actor=citizen_side.actor, offer_id=merchant_side.offer.id, key="r1", at=NOON
    )
    session.commit()
    return queries.own_voucher(session, citizen_side.account_id, made.id)


def settle(client, key, act, key_of_act="s1", **sent):
    return client.post(
        f"/api/v1/redemptions/{act}", json=sent, headers={**key, "Idempotency-Key": key_of_act}
    )


@obligation("CQ-34.6", "T-17")
def test_a_typed_code_is_accepted_once_and_the_points_are_gone(
    client, session, merchant_side, citizen_side, voucher
):
    first = settle(client, merchant_side.key, "accept", voucher=voucher.code.lower())
    again = settle(client, merchant_side.key, "accept", voucher=voucher.code)
    other = settle(client, merchant_side.key, "accept", "s2", voucher=voucher.code)

    assert (first.status_code, first.json["state"]) == (200, "fulfilled")
    assert again.json == first.json
    assert (other.status_code, other.json["code"]) == (409, "redemption.settled")
    balance = queries.balance(session, citizen_side.account_id, NOON.date())
    assert (balance.available, balance.reserved, balance.cancelled) == (40_00, 0, 50_00)


@obligation("T-15")
def test_a_shown_code_is_accepted_within_its_minute(client, session, merchant_side, voucher):
    shown = queries.display_code(voucher.redemption, NOON).text

    with clock.frozen(NOON + timedelta(seconds=90)):
        late = settle(client, merchant_side.key, "accept", "late", voucher=shown)
    fine = settle(client, merchant_side.key, "accept", voucher=shown)

    assert (late.status_code, late.json["code"]) == (409, "voucher.display_code_expired")
    assert fine.json["state"] == "fulfilled"


@obligation("Q-23")
def test_a_refused_voucher_gives_the_points_back(client, session, merchant_side, citizen_side, voucher):
    silent = settle(client, merchant_side.key, "refuse", voucher=voucher.code)
    refused = settle(client, merchant_side.key, "refuse", voucher=voucher.code, reason="已停运")

    assert silent.status_code == 400
    assert (refused.json["state"], refused.json["reason"]) == ("refused", "已停运")
    assert queries.balance(session, citizen_side.account_id, NOON.date()).available == 90_00


@obligation("T-44")
def test_another_merchants_voucher_is_as_one_that_does_not_exist(client, session, merchant_side, voucher):
    stranger = people.merchant(session, at=BEFORE)
    made = commands.apply_as_merchant(session, actor=stranger, particulars=points.particulars(), at=BEFORE)
    commands.admit_merchant(session, actor=points.operator(), merchant_id=made.id, at=BEFORE)
    key = bearer(session, stranger)
    session.commit()

    anothers = settle(client, key, "accept", voucher=voucher.code)
    listed = client.get("/api/v1/redemptions", headers=key).json

    assert (anothers.status_code, anothers.json["code"]) == (404, "voucher.not_found")
    assert listed["items"] == []


@pytest.mark.parametrize(
    "code",
    ["AAAA-AAAA-AAAA", "TH1.1.1.AAAAAAAAAAAAAAAA", "TH1.", "0000", "é" * 20, "TH1.9999999999999999999.1.A"],
)
def test_codes_that_are_none_are_refused(client, session, merchant_side, code):
    session.commit()

    refused = settle(client, merchant_side.key, "accept", voucher=code)

    assert refused.status_code in {404, 422}
    assert refused.json["code"] in {"voucher.not_found", "voucher.mistyped"}


@obligation("T-46")
def test_the_merchant_reads_its_day_and_nothing_of_the_holder(
    client, session, merchant_side, citizen_side, voucher
):
    settle(client, merchant_side.key, "accept", voucher=voucher.code)

    today = client.get("/api/v1/redemptions?day=2026-03-10", headers=merchant_side.key).json
    yesterday = client.get("/api/v1/redemptions?day=2026-03-09", headers=merchant_side.key).json
    waiting = client.get("/api/v1/redemptions?state=reserved", headers=merchant_side.key).json

    assert [item["state"] for item in today["items"]] == ["fulfilled"]
    assert today["items"][0].keys() == {
        "id",
        "offer_id",
        "offer",
        "price_hundredths",
        "state",
        "created_at",
        "reserved_until",
        "settled_at",
        "reason",
    }
    assert yesterday["items"] == waiting["items"] == []
    number = session.get_one(CarbonAccount, citizen_side.account_id).number
    assert number not in client.get("/api/v1/redemptions", headers=merchant_side.key).text


def test_many_vouchers_are_read_page_by_page(client, session, merchant_side, host_side, citizen_side):
    rich(session, host_side, citizen_side, 40_000)
    made = [
        commands.redeem(
            session, actor=citizen_side.actor, offer_id=merchant_side.offer.id, key=f"r{number}", at=NOON
        ).id
        for number in range(5)
    ]
    session.commit()

    pages = every_page(client, "/api/v1/redemptions?limit=2", headers=merchant_side.key)

    assert [item["id"] for page in pages for item in page] == made[::-1]


def test_an_offer_is_drafted_shelved_and_seen_by_everybody(client, session, merchant_side):
    session.commit()
    people.sign_in_as(client, merchant_side.actor)

    made = client.post("/api/v1/own-offers", json=OFFER)
    hidden = [item["id"] for item in client.get("/api/v1/offers").json["items"]]
    shelved = client.post(f"/api/v1/own-offers/{made.json['id']}/shelve")
    shown = [item["id"] for item in client.get("/api/v1/offers").json["items"]]
    unshelved = client.post(f"/api/v1/own-offers/{made.json['id']}/unshelve")

    assert (made.status_code, made.json["state"]) == (201, "draft")
    assert made.json["id"] not in hidden
    assert (shelved.json["state"], unshelved.json["state"]) == ("on_shelf", "off_shelf")
    assert made.json["id"] in shown
    own = client.get("/api/v1/own-offers").json["items"]
    assert [item["id"] for item in own] == [made.json["id"], merchant_side.offer.id]


@obligation("CQ-34.7")
@pytest.mark.parametrize(
    "change",
    [
        {"price_hundredths": 0},
        {"price_hundredths": "50"},
        {"price_hundredths": 2**63},
        {"price_fen": 100},
        {"currency": "CNY"},
        {"stock": -1},
        {"use_days": 8},
        {"category": "cash"},
        {"area_code": "abcdef"},
        {"valid_until": "2026-03-09"},
        {"title": ""},
        {"title": "x\u0000"},
        {"merchant_id": 1},
        {"state": "on_shelf"},
    ],
)
def test_an_offer_that_cannot_be_is_refused(client, session, merchant_side, change):
    session.commit()
    people.sign_in_as(client, merchant_side.actor)

    refused = client.post("/api/v1/own-offers", json={**OFFER, **change})

    assert refused.status_code == 400
    assert refused.json["code"] == "request.invalid"


def test_another_merchants_offer_is_as_one_that_does_not_exist(client, session, merchant_side):
    stranger = people.merchant(session, at=BEFORE)
    made = commands.apply_as_merchant(session, actor=stranger, particulars=points.particulars(), at=BEFORE)
    commands.admit_merchant(session, actor=points.operator(), merchant_id=made.id, at=BEFORE)
    session.commit()
    people.sign_in_as(client, stranger)

    for number in (merchant_side.offer.id, merchant_side.offer.id + 1000):
        for act in ("shelve", "unshelve"):
            refused = client.post(f"/api/v1/own-offers/{number}/{act}")
            assert (refused.status_code, refused.json["code"]) == (404, "offer.not_found")


@obligation("T-43")
def test_a_citizen_and_a_host_settle_nothing(
    client, session, merchant_side, host_side, citizen_side, voucher
):
    host = settle(client, host_side.key, "accept", voucher=voucher.code)
    people.sign_in_as(client, citizen_side.actor)
    holder = settle(client, {}, "accept", voucher=voucher.code)

    assert (host.status_code, holder.status_code) == (403, 403)
