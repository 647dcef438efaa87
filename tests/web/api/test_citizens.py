"""A citizen sees their own account, gives and withdraws leave, spends points; never another's."""

import csv
import io

import pytest

from app.kernel.actor import SYSTEM
from points import commands, queries
from tests.builders import people, points
from tests.obligations import obligation
from tests.web.api.conftest import BEFORE, NOON, bearer, every_page, rich

PHONE = "13800138000"


def redeem(client, offer, key="r1", **changes):
    order = {"offer_id": offer.id, "price_hundredths": offer.price, **changes}
    return client.post("/api/v1/me/redemptions", json=order, headers={"Idempotency-Key": key})


def test_the_account_tells_what_it_holds(citizen_client, session, host_side, citizen_side):
    rich(session, host_side, citizen_side, 120, 80)

    shown = citizen_client.get("/api/v1/me/account").json

    assert shown["available_hundredths"] == shown["issued_hundredths"] == 200
    assert (shown["reduction_g"], shown["entries"], shown["state"]) == (200, 2, "active")
    assert len(shown["head"]) == 64


def test_the_statement_is_read_page_by_page_and_whole(citizen_client, session, host_side, citizen_side):
    rich(session, host_side, citizen_side, *range(101, 126))

    pages = every_page(citizen_client, "/api/v1/me/statement?limit=10")

    assert [len(page) for page in pages] == [10, 10, 5]
    assert [line["acct_seq"] for page in pages for line in page] == list(range(25, 0, -1))
    file = citizen_client.get("/api/v1/me/statement.csv?language=en", buffered=True)
    assert file.content_type == "text/csv; charset=utf-8"
    assert len(list(csv.DictReader(io.StringIO(file.text.removeprefix("\ufeff"))))) == 25
    assert citizen_client.get("/api/v1/me/statement?kind=cancel").json["items"] == []


@obligation("CQ-34.4")
def test_a_receipt_tells_how_a_line_was_computed(citizen_client, session, host_side, citizen_side):
    rich(session, host_side, citizen_side, 120)

    receipt = citizen_client.get("/api/v1/me/receipts/1").json

    assert receipt["holds"] is True
    assert receipt["line"]["amount_hundredths"] == 120
    assert receipt["computation"]["scenario"] == host_side.scenario.code
    assert receipt["computation"]["factors"]
    assert citizen_client.get("/api/v1/me/receipts/2").status_code == 404


@obligation("CQ-34.5", "T-17")
def test_points_are_spent_once_for_one_key(citizen_client, session, host_side, citizen_side, merchant_side):
    rich(session, host_side, citizen_side, 9000)

    first = redeem(citizen_client, merchant_side.offer)
    again = redeem(citizen_client, merchant_side.offer)
    other = redeem(citizen_client, merchant_side.offer, offer_id=merchant_side.offer.id + 1)

    assert first.status_code == again.status_code == 201
    assert first.json == again.json
    assert (first.json["state"], first.json["price_hundredths"]) == ("reserved", 50_00)
    assert (other.status_code, other.json["code"]) == (409, "idempotency.key_reused")
    account = citizen_client.get("/api/v1/me/account").json
    assert (account["available_hundredths"], account["reserved_hundredths"]) == (40_00, 50_00)


def test_a_price_that_changed_meanwhile_is_not_spent(
    citizen_client, session, host_side, citizen_side, merchant_side
):
    rich(session, host_side, citizen_side, 9000)

    refused = redeem(citizen_client, merchant_side.offer, price_hundredths=1)

    assert (refused.status_code, refused.json["code"]) == (409, "offer.changed")


def test_too_few_points_are_refused_with_the_balance(
    citizen_client, session, host_side, citizen_side, merchant_side
):
    rich(session, host_side, citizen_side, 4999)

    refused = redeem(citizen_client, merchant_side.offer)

    assert (refused.status_code, refused.json["code"]) == (422, "points.insufficient")
    assert refused.json["source"] == "CQ-34.5"


def test_a_voucher_is_shown_withdrawn_and_listed(
    citizen_client, session, host_side, citizen_side, merchant_side
):
    rich(session, host_side, citizen_side, 9000)
    made = redeem(citizen_client, merchant_side.offer).json

    shown = citizen_client.get(f"/api/v1/me/vouchers/{made['id']}/display-code").json
    gone = citizen_client.post(f"/api/v1/me/redemptions/{made['id']}/withdraw")
    again = citizen_client.post(f"/api/v1/me/redemptions/{made['id']}/withdraw")

    assert shown["text"].startswith("TH1.")
    assert (gone.status_code, gone.json["state"]) == (200, "withdrawn")
    assert again.json == gone.json
    assert [item["id"] for item in citizen_client.get("/api/v1/me/redemptions").json["items"]] == [made["id"]]
    assert citizen_client.get("/api/v1/me/redemptions?state=reserved").json["items"] == []
    assert citizen_client.get("/api/v1/me/account").json["available_hundredths"] == 90_00
    late = citizen_client.get(f"/api/v1/me/vouchers/{made['id']}/display-code")
    assert (late.status_code, late.json["code"]) == (409, "redemption.settled")


@obligation("T-44")
def test_anothers_voucher_is_as_one_that_does_not_exist(
    client, session, host_side, citizen_side, merchant_side
):
    rich(session, host_side, citizen_side, 9000)
    people.sign_in_as(client, citizen_side.actor)
    made = redeem(client, merchant_side.offer).json
    stranger = points.holder(session, at=BEFORE).actor
    session.commit()
    people.sign_in_as(client, stranger)

    for number in (made["id"], made["id"] + 1000):
        answers = [
            client.get(f"/api/v1/me/redemptions/{number}"),
            client.post(f"/api/v1/me/redemptions/{number}/withdraw"),
            client.get(f"/api/v1/me/vouchers/{number}/display-code"),
        ]
        assert {(answer.status_code, answer.json["code"]) for answer in answers} == {
            (404, "redemption.not_found")
        }
    assert client.get("/api/v1/me/redemptions").json["items"] == []
    assert client.get("/api/v1/me/receipts/1").status_code == 404


@obligation("CQ-34.1", "Q-40")
def test_leave_is_given_from_now_on_and_withdrawn_at_once(citizen_client, session, host_side, citizen_side):
    wanted = {
        "scenario": host_side.scenario.code,
        "user": "u-77",
        "data_kinds": ["trip_time"],
        "text_version": "1",
    }

    given = citizen_client.post("/api/v1/me/authorisations", json=wanted)
    again = citizen_client.post("/api/v1/me/authorisations", json=wanted)
    ended = citizen_client.delete(f"/api/v1/me/authorisations/{given.json['id']}")

    assert given.status_code == 201
    assert again.json["id"] == given.json["id"]
    assert (ended.status_code, ended.json["withdrawn_at"]) == (200, NOON.isoformat())
    listed = citizen_client.get("/api/v1/me/authorisations").json["items"]
    assert [(item["user"], item["withdrawn_at"] is None) for item in listed] == [
        (citizen_side.user, True),
        ("u-77", False),
    ]


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"scenario": "no-such-scenario"}, 404, "scenario.not_found"),
        ({"data_kinds": ["trip_time", "heart_rate"]}, 400, "authorisation.data_kinds_wrong"),
        ({"text_version": "0"}, 409, "authorisation.text_outdated"),
        ({"user": "u\u0000"}, 400, "request.invalid"),
        ({"given_at": "2020-01-01T00:00:00Z"}, 400, "request.invalid"),
        ({"account_id": 1}, 400, "request.invalid"),
    ],
)
def test_leave_that_cannot_be_given_is_refused(citizen_client, host_side, change, status, code):
    wanted = {
        "scenario": host_side.scenario.code,
        "user": "u-77",
        "data_kinds": ["trip_time"],
        "text_version": "1",
    }

    refused = citizen_client.post("/api/v1/me/authorisations", json={**wanted, **change})

    assert (refused.status_code, refused.json["code"]) == (status, code)


@obligation("CQ-34.1")
def test_a_link_that_a_host_proposes_holds_when_the_citizen_confirms(client, session, host_side):
    citizen = people.citizen(session, at=BEFORE, phone_number=f"+86{PHONE}")
    account = commands.apply_for_account(session, actor=citizen, person_id=citizen.person_id, at=BEFORE)
    commands.activate_account(session, actor=SYSTEM, account_id=account.id, at=BEFORE)
    session.commit()
    links = [{"user": "u-9", "phone": "138 0013 8000"}, {"user": "u-10", "phone": "+8613900139000"}]

    told = client.post(f"{host_side.path}/links", json={"links": links}, headers=host_side.key)
    again = client.post(f"{host_side.path}/links", json={"links": links}, headers=host_side.key)
    before = client.get(f"{host_side.path}/authorisations", headers=host_side.key).json["items"]
    people.sign_in_as(client, citizen)
    (waiting,) = client.get("/api/v1/me/link-proposals").json["items"]
    confirmed = client.post(
        f"/api/v1/me/link-proposals/{waiting['id']}/confirm",
        json={"data_kinds": ["trip_time"], "text_version": "1"},
    )

    assert told.json == {"proposed": 2, "open_already": 0, "linked_already": 0}
    assert again.json == {"proposed": 0, "open_already": 2, "linked_already": 0}
    assert before == []
    assert (waiting["user"], confirmed.status_code) == ("u-9", 201)
    after = client.get(f"{host_side.path}/authorisations", headers=host_side.key).json["items"]
    assert [item["user"] for item in after] == ["u-9"]
    assert after[0].keys() == {"id", "user", "data_kinds", "text_version", "given_at"}
    assert client.get("/api/v1/me/link-proposals").json["items"] == []


def test_a_link_can_be_declined_by_its_own_person_only(client, session, host_side, citizen_side):
    citizen = people.citizen(session, at=BEFORE, phone_number=f"+86{PHONE}")
    session.commit()
    links = [{"user": "u-9", "phone": PHONE}]
    client.post(f"{host_side.path}/links", json={"links": links}, headers=host_side.key)
    people.sign_in_as(client, citizen)
    (waiting,) = client.get("/api/v1/me/link-proposals").json["items"]
    path = f"/api/v1/me/link-proposals/{waiting['id']}/decline"

    people.sign_in_as(client, citizen_side.actor)
    stranger = client.post(path)
    people.sign_in_as(client, citizen)
    own = client.post(path)

    assert (stranger.status_code, own.status_code) == (404, 204)
    assert client.get("/api/v1/me/link-proposals").json["items"] == []


@pytest.mark.parametrize(
    "links",
    [
        [],
        [{"user": "u"}],
        [{"user": "u", "phone": "12"}],
        [{"user": "u", "phone": "not a phone"}],
        [{"user": "u", "phone": "13800138000", "account_id": 1}],
        [{"user": " ", "phone": "13800138000"}],
        "x",
    ],
)
def test_links_that_are_none_are_refused_and_none_is_proposed(client, session, host_side, links):
    session.commit()

    refused = client.post(f"{host_side.path}/links", json={"links": links}, headers=host_side.key)

    assert refused.status_code == 400


OWN = (
    ("get", "/api/v1/me/account"),
    ("get", "/api/v1/me/statement"),
    ("get", "/api/v1/me/statement.csv"),
    ("get", "/api/v1/me/receipts/1"),
    ("get", "/api/v1/me/authorisations"),
    ("post", "/api/v1/me/authorisations"),
    ("delete", "/api/v1/me/authorisations/1"),
    ("get", "/api/v1/me/link-proposals"),
    ("post", "/api/v1/me/redemptions"),
    ("get", "/api/v1/me/redemptions"),
    ("post", "/api/v1/me/redemptions/1/withdraw"),
    ("get", "/api/v1/me/vouchers/1/display-code"),
)


@obligation("T-43")
@pytest.mark.parametrize(("method", "path"), OWN)
def test_only_a_citizen_has_own_things(client, session, host_side, method, path):
    merchant = bearer(session, people.merchant(session, at=BEFORE))
    session.commit()
    ask = getattr(client, method)

    nobody, host, shop = ask(path), ask(path, headers=host_side.key), ask(path, headers=merchant)
    people.sign_in_as(client, host_side.actor)
    staff = ask(path)

    assert (nobody.status_code, nobody.json["code"]) == (401, "sign_in.required")
    for answer in (host, shop, staff):
        assert (answer.status_code, answer.json["code"]) == (403, "permission.denied")


def test_a_citizen_without_an_account_is_told_so(client, session, noon):
    citizen = people.citizen(session, at=BEFORE)
    session.commit()
    people.sign_in_as(client, citizen)

    for method, path in OWN:
        if method == "get" and "proposals" not in path:
            answer = client.get(path)
            assert (answer.status_code, answer.json["code"]) == (404, "account.not_found"), path


def test_a_browser_needs_the_token_of_its_session_for_acts(session, citizen_side, merchant_side):
    from app.factory import create_app
    from app.settings import Settings

    session.commit()
    browser = create_app(Settings.for_tests(csrf=True)).test_client()
    people.sign_in_as(browser, citizen_side.actor)

    refused = redeem(browser, merchant_side.offer)

    assert (refused.status_code, refused.json["code"]) == (400, "csrf.failed")
    assert queries.balance(session, citizen_side.account_id, NOON.date()).reserved == 0
