"""Staff sign in by password and second factor; failures are counted and not explained (T-49, T-50)."""

from datetime import timedelta

import pytest

from app.identity import commands
from app.identity.models import StaffUser
from app.kernel import clock
from app.kernel.actor import SYSTEM
from app.kernel.permissions import Role
from tests.builders import people
from tests.obligations import obligation


def sign_in(client, login, *, password=people.PASSWORD, code=None):
    return client.post(
        "/staff/sign-in",
        data={"login": login, "password": password, "code": people.totp_code() if code is None else code},
    )


@pytest.fixture
def login(session, host):
    return session.get(StaffUser, host.staff_id).login


def test_password_and_second_factor_open_the_door(client, login):
    inside = sign_in(client, login)

    assert inside.status_code == 303
    assert client.get("/account/devices").status_code == 200


@obligation("T-49")
def test_wrong_unknown_locked_and_disabled_are_answered_alike(app, session, login):
    other = session.get(StaffUser, people.host(session).staff_id)
    locked = session.get(StaffUser, people.host(session).staff_id)
    commands.disable_staff(session, actor=SYSTEM, staff_id=other.id, at=clock.now())
    for _ in range(5):
        sign_in(app.test_client(), locked.login, password="wrong wrong wrong")

    answers = [
        sign_in(app.test_client(), login, password="wrong wrong wrong"),
        sign_in(app.test_client(), login, code="000000"),
        sign_in(app.test_client(), "nobody-at-all"),
        sign_in(app.test_client(), locked.login),
        sign_in(app.test_client(), other.login),
    ]

    assert {answer.status_code for answer in answers} == {401}
    assert len({answer.text.split("<h1")[1].split("<form")[0] for answer in answers}) == 1


@obligation("T-50")
@pytest.mark.parametrize(("failures", "gets_in"), [(4, True), (5, False)])
def test_the_fifth_failure_locks_for_a_quarter_of_an_hour(app, login, failures, gets_in):
    for _ in range(failures):
        sign_in(app.test_client(), login, password="wrong wrong wrong")

    assert (sign_in(app.test_client(), login).status_code == 303) is gets_in
    with clock.frozen(clock.now() + timedelta(minutes=15, seconds=1)):
        assert sign_in(app.test_client(), login).status_code == 303


@obligation("T-50")
def test_a_second_factor_is_used_once(app, login):
    with clock.frozen(clock.now()):
        first, again = sign_in(app.test_client(), login), sign_in(app.test_client(), login)
        with clock.frozen(clock.now() + timedelta(seconds=30)):
            later = sign_in(app.test_client(), login)

    assert [first.status_code, again.status_code, later.status_code] == [303, 401, 303]


@obligation("T-50")
@pytest.mark.parametrize(("seconds", "counts"), [(-61, False), (-30, True), (30, True), (61, False)])
def test_a_second_factor_holds_for_half_a_minute_on_either_side(app, login, seconds, counts):
    at = clock.now().replace(second=15, microsecond=0)
    with clock.frozen(at):
        code = people.totp_code(at + timedelta(seconds=seconds))

        assert (sign_in(app.test_client(), login, code=code).status_code == 303) is counts


def test_somebody_new_sets_up_a_second_factor_first(client, session):
    user = commands.create_staff(
        session,
        actor=SYSTEM,
        login="fresh-one",
        display_name="新人",
        password=people.PASSWORD,
        at=clock.now(),
    )
    commands.grant_role(
        session,
        actor=SYSTEM,
        staff_id=user.id,
        organisation_id=people.organisation(session).id,
        role=Role.HOST_STAFF,
        at=clock.now(),
    )

    asked = sign_in(client, "fresh-one", code="")
    page = client.get(asked.location)
    secret = (
        page.text.split("密钥：</p>")[-1].split('<strong class="code">')[1].split("<")[0].replace(" ", "")
    )
    outside = client.get("/account/devices")
    wrong = client.post("/staff/second-factor", data={"code": "000000"})
    inside = client.post("/staff/second-factor", data={"code": people.totp_code(secret=secret)})

    assert asked.location == "/staff/second-factor"
    assert [outside.status_code, wrong.status_code, inside.status_code] == [401, 401, 303]
    assert client.get("/account/devices").status_code == 200


def test_a_second_factor_that_is_set_up_is_not_shown_again(client, session):
    user = commands.create_staff(
        session, actor=SYSTEM, login="once-only", display_name="甲", password=people.PASSWORD, at=clock.now()
    )
    sign_in(client, "once-only", code="")
    secret = commands.begin_second_factor(session, staff_id=user.id)
    client.post("/staff/second-factor", data={"code": people.totp_code(secret=secret)})

    again = sign_in(client, "once-only", code="")

    assert again.status_code == 401


def test_somebody_of_two_organisations_chooses_one_of_them(client, session, host):
    other, foreign = people.organisation(session), people.organisation(session)
    commands.grant_role(
        session,
        actor=SYSTEM,
        staff_id=host.staff_id,
        organisation_id=other.id,
        role=Role.MERCHANT_MANAGER,
        at=clock.now(),
    )

    asked = sign_in(client, session.get(StaffUser, host.staff_id).login)
    page = client.get(asked.location)
    strange = client.post("/staff/organisation", data={"organisation_id": foreign.id})
    chosen = client.post("/staff/organisation", data={"organisation_id": other.id})

    assert asked.location == "/staff/organisation"
    assert f'value="{other.id}"' in page.text
    assert f'value="{foreign.id}"' not in page.text
    assert [strange.status_code, chosen.status_code] == [404, 303]


@pytest.mark.parametrize(
    "body", [{}, {"login": "x"}, {"login": "x\u0000y", "password": "p" * 200, "code": "１"}]
)
def test_half_filled_forms_are_refused_without_a_fault(client, body):
    assert client.post("/staff/sign-in", data=body).status_code in {400, 401, 422}
