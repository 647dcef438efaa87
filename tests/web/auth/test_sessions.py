"""Sessions end when they should, and are their owner's alone (T-54, CQ-35.2)."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.identity import commands, queries
from app.identity.models import StaffUser, WebSession
from app.identity.queries.sessions import token_hash
from app.identity.values import Principal, SessionState
from app.kernel import clock
from app.kernel.actor import SYSTEM
from app.kernel.outbox import OutboxMessage
from app.kernel.permissions import Role
from tests.builders import people
from tests.obligations import obligation

DEVICES = "/account/devices"


def held(client):
    return client.get_cookie("tht_session")


@obligation("T-54")
def test_signing_out_ends_the_session_on_the_server(client, session, citizen):
    token = people.sign_in_as(client, citizen)
    assert client.get(DEVICES).status_code == 200

    left = client.post("/sign-out")
    client.set_cookie("tht_session", token)

    assert left.status_code == 303
    assert client.get(DEVICES).status_code == 401
    assert queries.devices_of(session, Principal.of(citizen), at=clock.now()) == []


@obligation("T-54")
def test_the_token_is_kept_as_a_hash_alone(client, session, citizen):
    token = people.sign_in_as(client, citizen)

    kept = session.scalars(select(WebSession).where(WebSession.token_hash == token_hash(token))).one()

    assert token not in repr(vars(kept))


@obligation("T-54")
def test_signing_in_gives_a_new_token_whatever_came_before(client, session, messages, citizen):
    client.set_cookie("tht_session", "chosen-by-somebody-else")
    phone = queries.person_card(session, citizen.person_id).phone
    client.post("/sign-in", data={"phone": phone})
    client.post("/sign-in/code", data={"code": messages.code})

    first = held(client).value
    assert first != "chosen-by-somebody-else"
    assert len(first) >= 43
    with clock.frozen(clock.now() + timedelta(minutes=2)):
        client.post("/sign-out")
        client.post("/sign-in", data={"phone": phone})
        client.post("/sign-in/code", data={"code": messages.code})

    assert held(client).value != first


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(client, session, messages, citizen):
    phone = queries.person_card(session, citizen.person_id).phone
    client.post("/sign-in", data={"phone": phone})
    inside = client.post("/sign-in/code", data={"code": messages.code})

    (cookie,) = [value for value in inside.headers.getlist("Set-Cookie") if value.startswith("tht_session=")]

    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Path=/" in cookie


@obligation("T-54")
def test_a_change_of_password_ends_all_other_sessions(app, session, host):
    here, there = app.test_client(), app.test_client()
    people.sign_in_as(here, host)
    people.sign_in_as(there, host)

    changed = here.post(
        "/account/password", data={"present": people.PASSWORD, "wanted": "a quite different sentence"}
    )

    assert changed.status_code == 303
    assert here.get(DEVICES).status_code == 200
    assert there.get(DEVICES).status_code == 401


@obligation("T-54")
def test_a_reset_by_the_administrator_ends_every_session(client, session, host):
    people.sign_in_as(client, host)

    commands.reset_staff(
        session, actor=SYSTEM, staff_id=host.staff_id, password="a fresh start in spring", at=clock.now()
    )

    assert client.get(DEVICES).status_code == 401


@pytest.mark.parametrize(
    ("present", "wanted", "status"),
    [
        ("not the password", "a quite different sentence", 401),
        (people.PASSWORD, "too short", 422),
        (people.PASSWORD, "password1234", 422),
        (people.PASSWORD, "abcabcabcabc", 422),
    ],
)
def test_a_password_is_changed_by_who_knows_it_to_a_good_one(client, host, present, wanted, status):
    people.sign_in_as(client, host)

    assert client.post("/account/password", data={"present": present, "wanted": wanted}).status_code == status


@obligation("T-50")
@obligation("T-54")
def test_a_change_of_phone_needs_a_fresh_factor_ends_other_sessions_and_tells_the_old_number(
    app, session, messages, citizen
):
    here, there = app.test_client(), app.test_client()
    people.sign_in_as(here, citizen, fresh=False)
    people.sign_in_as(there, citizen)
    new = people.phone()

    asked = here.get("/account/phone")
    direct = here.post("/account/phone", data={"phone": new})
    here.post("/account/verify/code", data={"next": "/account/phone"})
    verified = here.post("/account/verify", data={"code": messages.code, "next": "/account/phone"})
    sent = here.post("/account/phone", data={"phone": new})
    changed = here.post("/account/phone/code", data={"code": messages.code})

    assert (asked.status_code, asked.location) == (303, "/account/verify?next=/account/phone")
    assert direct.status_code == 403
    assert (verified.status_code, verified.location) == (303, "/account/phone")
    assert [sent.status_code, changed.status_code] == [303, 303]
    assert here.get(DEVICES).status_code == 200
    assert there.get(DEVICES).status_code == 401
    assert queries.person_card(session, citizen.person_id).phone == new
    told = session.scalars(
        select(OutboxMessage).where(OutboxMessage.recipient == f"person:{citizen.person_id}")
    ).one()
    assert told.template == "person.phone_changed"
    assert new not in repr(told.payload)


def test_another_persons_phone_cannot_be_taken(app, session, messages, citizen):
    other = people.phone()
    people.citizen(session, phone_number=other)
    browser = app.test_client()
    people.sign_in_as(browser, citizen)
    browser.post("/account/phone", data={"phone": other})

    assert browser.post("/account/phone/code", data={"code": messages.code}).status_code == 409


@obligation("T-44")
def test_others_sessions_are_neither_seen_nor_ended(app, session, citizen):
    mine, theirs = app.test_client(), app.test_client()
    people.sign_in_as(mine, citizen)
    stranger = people.citizen(session)
    token = people.sign_in_as(theirs, stranger)
    public_id = session.get(WebSession, token_hash(token)).public_id

    page = mine.get(DEVICES)
    other = mine.post(f"{DEVICES}/{public_id}/end")
    absent = mine.post(f"{DEVICES}/0123456789abcdef/end")

    assert public_id not in page.text
    assert other.status_code == absent.status_code == 404
    assert theirs.get(DEVICES).status_code == 200


def test_one_device_or_all_others_are_ended_by_their_owner(app, session, citizen):
    browsers = [app.test_client() for _ in range(3)]
    tokens = [people.sign_in_as(browser, citizen) for browser in browsers]
    second = session.get(WebSession, token_hash(tokens[1])).public_id

    browsers[0].post(f"{DEVICES}/{second}/end")
    assert [browser.get(DEVICES).status_code for browser in browsers] == [200, 401, 200]
    browsers[0].post(f"{DEVICES}/end-others")

    assert [browser.get(DEVICES).status_code for browser in browsers] == [200, 401, 401]


@obligation("T-54")
@pytest.mark.parametrize(("minutes", "lasts"), [(59, True), (61, False)])
def test_a_staff_session_ends_after_an_hour_of_rest(client, host, minutes, lasts):
    at = clock.now()
    with clock.frozen(at):
        people.sign_in_as(client, host)

    with clock.frozen(at + timedelta(minutes=minutes)):
        assert (client.get(DEVICES).status_code == 200) is lasts


@obligation("T-54")
def test_a_staff_session_ends_after_twelve_hours_of_work(client, host):
    at = clock.now()
    with clock.frozen(at):
        people.sign_in_as(client, host)
    for half_hours in range(1, 24):
        with clock.frozen(at + timedelta(minutes=30 * half_hours)):
            assert client.get(DEVICES).status_code == 200

    with clock.frozen(at + timedelta(hours=12, seconds=1)):
        assert client.get(DEVICES).status_code == 401


@obligation("T-47")
def test_a_role_that_ends_takes_its_pages_along_at_the_next_request(app, session, host):
    browser = app.test_client()
    people.sign_in_as(browser, host)
    assert browser.get(DEVICES).status_code == 200

    commands.end_role(
        session,
        actor=SYSTEM,
        staff_id=host.staff_id,
        organisation_id=host.organisation_id,
        role=Role.HOST_STAFF,
        at=clock.now(),
    )
    commands.disable_staff(session, actor=SYSTEM, staff_id=host.staff_id, at=clock.now())

    assert browser.get(DEVICES).status_code == 401
    assert session.get(StaffUser, host.staff_id).disabled_at is not None


def test_reading_public_pages_writes_no_session(client, session):
    before = len(session.scalars(select(WebSession)).all())

    client.get("/privacy")
    client.get("/sign-in")

    assert len(session.scalars(select(WebSession)).all()) == before


def test_a_forged_visitors_cookie_holds_nothing(client, session, messages):
    client.set_cookie("tht_visitor", "eyJwcm92ZWQiOiJ4In0.aaaa.bbbb")

    assert client.get("/sign-in/privacy").status_code == 303
    assert client.post("/sign-in/privacy", data={"accepted": "2026-11"}).status_code == 401


@obligation("T-54")
def test_nothing_is_read_from_a_session_that_ended(session, citizen):
    at = clock.now()
    state = SessionState(data={"a": 1}, principal=Principal.of(citizen))
    token = commands.start_session(session, state, user_agent="", address_prefix=None, at=at)
    assert queries.session_state(session, token, at=at) is not None

    row = session.get(WebSession, token_hash(token))
    row.revoked_at = at
    session.flush()

    assert queries.session_state(session, token, at=at) is None


@obligation("T-47")
def test_nobody_acts_as_somebody_who_is_disabled(session, host):
    at = clock.now()
    session.get(StaffUser, host.staff_id).disabled_at = at
    session.flush()

    assert queries.actor_of_staff(session, host.staff_id, at=at) is None


def test_sessions_that_are_long_over_are_forgotten(session, client, citizen):
    at = clock.now()
    people.sign_in_as(client, citizen)
    kept = commands.forget_sessions(session, at=at + timedelta(days=30 + 179))
    gone = commands.forget_sessions(session, at=at + timedelta(days=30 + 181))

    assert kept == 0
    assert gone == 1
    assert queries.devices_of(session, Principal.of(citizen), at=at) == []
