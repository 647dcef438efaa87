"""Colleagues: a manager gives a sign-in by a code told once, and takes it back; nobody else's."""

from datetime import timedelta

import pytest
from sqlalchemy import func, insert, select
from sqlalchemy.exc import DBAPIError, IntegrityError

from app.identity import commands, queries
from app.identity.errors import OwnAccountKept, RoleUnfit, StaffNotFound, WorksElsewhere
from app.identity.methods import second_factors
from app.identity.models import StaffActivation, StaffUser
from app.identity.values import Caller
from app.kernel import clock
from app.kernel.actor import SYSTEM
from app.kernel.audit import AuditLine
from app.kernel.errors import Forbidden
from app.kernel.permissions import Permission, Role
from tests.builders import people
from tests.fixtures.desks import BEFORE, NOON, between, open_shop
from tests.obligations import obligation

NEW = {"display_name": "王小面", "login": "wang", "role": "merchant_clerk"}
PASSWORD = "noodles before daybreak 7"
HERE = Caller("203.0.113.0/24", "browser")


@pytest.fixture
def manager(browser_of, shop):
    """The browser of the manager."""
    return browser_of(shop.manager)


def invited(session, actor, login="wang", role=Role.MERCHANT_CLERK, at=NOON):
    return commands.invite_colleague(
        session, actor=actor, login=login, display_name="王小面", role=role, at=at
    )


def activated(session, made, *, code=None, login=None, at=NOON):
    return commands.activate_staff(
        session,
        login=login or made.staff.login,
        code=code or made.code,
        password=PASSWORD,
        caller=HERE,
        at=at,
    ).staff_id


@obligation("CQ-35.2")
def test_a_new_clerk_sets_password_and_second_factor_and_works_at_the_counter(app, manager, session, shop):
    page = manager.post("/merchant/staff", data=NEW)
    login = between(page.text, 'id="login">', "<")
    code = between(page.text, 'id="activation">', "<")
    phone = app.test_client()

    set_up = phone.post("/staff/activate", data={"login": login, "code": code.lower(), "password": PASSWORD})
    secret = between(phone.get(set_up.location).text, '<strong class="code">', "<").replace(" ", "")
    signed_in = phone.post("/staff/second-factor", data={"code": second_factors.code_at(secret, clock.now())})

    assert page.status_code == 201
    assert page.headers["Cache-Control"] == "no-store"
    assert login == f"wang.{shop.manager.organisation_id}"
    assert (set_up.status_code, set_up.location) == (303, "/staff/second-factor")
    assert (signed_in.status_code, signed_in.location) == (303, "/merchant")
    assert "受理兑换" in phone.get("/merchant").text
    assert phone.get("/merchant/staff").status_code == 403
    listed = manager.get("/merchant/staff").text
    assert "王小面" in listed
    assert code not in listed
    again = app.test_client().post(
        "/staff/activate", data={"login": login, "code": code, "password": PASSWORD}
    )
    assert again.status_code == 401


@obligation("T-53", "T-49")
def test_a_code_works_once_in_time_and_for_its_login_alone(session, shop):
    made, other = invited(session, shop.manager), invited(session, shop.manager, "li")

    wrong = {
        "another's code": activated(session, made, code=other.code),
        "no code": activated(session, made, code="-"),
        "no such login": activated(session, made, login="nobody.1"),
        "too late": activated(session, made, at=made.expires_at),
    }
    last = activated(session, made, at=made.expires_at - timedelta(seconds=1))
    again = activated(session, made)

    assert set(wrong.values()) == {None}
    assert (last, again) == (made.staff.id, None)


@obligation("T-54", "T-47")
def test_a_reset_ends_password_factor_sessions_and_the_code_before(browser_of, session, shop):
    counter = browser_of(shop.clerk)
    before = session.get(StaffUser, shop.clerk.staff_id).password_hash

    made = commands.renew_activation(session, actor=shop.manager, staff_id=shop.clerk.staff_id, at=NOON)
    newer = commands.renew_activation(session, actor=shop.manager, staff_id=shop.clerk.staff_id, at=NOON)

    staff = session.get(StaffUser, shop.clerk.staff_id)
    assert staff.password_hash != before
    assert staff.totp_confirmed_at is None
    assert counter.get("/merchant").status_code in (302, 303, 401)
    assert activated(session, made) is None
    assert activated(session, newer) == staff.id


@obligation("T-47")
def test_whoever_is_disabled_is_out_at_once_and_can_come_back(browser_of, manager, session, shop):
    counter = browser_of(shop.clerk)
    path = f"/merchant/staff/{shop.clerk.staff_id}"

    asked = manager.get(path)
    ended = manager.post(f"{path}/end")
    gone = counter.get("/merchant")
    again = manager.post(f"{path}/end")
    left = manager.get(path)
    back = manager.post(f"{path}/restore", data={"role": "merchant_clerk"})

    assert "重置登录" in asked.text
    assert (ended.status_code, ended.location) == (303, "/merchant/staff")
    assert gone.status_code in (302, 303, 401)
    assert again.status_code == 404
    assert "已停用" in left.text
    assert back.status_code == 201
    session.expire_all()
    assert session.get(StaffUser, shop.clerk.staff_id).disabled_at is None
    events = session.scalars(
        select(AuditLine.event).where(AuditLine.event.like("identity.staff.%")).order_by(AuditLine.id)
    ).all()
    assert events[-2:] == ["identity.staff.end", "identity.staff.restore"]


def test_nobody_ends_or_resets_themselves(manager, session, shop):
    for act in (commands.renew_activation, commands.end_colleague):
        with pytest.raises(OwnAccountKept):
            act(session, actor=shop.manager, staff_id=shop.manager.staff_id, at=NOON)

    assert "另一位管理员" in manager.get(f"/merchant/staff/{shop.manager.staff_id}").text


def test_two_managers_cannot_put_each_other_out(session, shop):
    other = invited(session, shop.manager, role=Role.MERCHANT_MANAGER).staff
    second = people.acting(session, other, shop.manager.organisation_id, at=NOON)
    commands.end_colleague(session, actor=shop.manager, staff_id=other.id, at=NOON)

    with pytest.raises(Forbidden):  # what the second still holds in hand is from before
        commands.end_colleague(session, actor=second, staff_id=shop.manager.staff_id, at=NOON)


@obligation("T-47")
def test_a_manager_gives_only_the_roles_of_the_own_kind(session, shop, manager):
    for role in (Role.HOST_STAFF, Role.OPERATOR_OFFICER, Role.ADMINISTRATOR):
        with pytest.raises(RoleUnfit):
            invited(session, shop.manager, role=role)

    page = manager.post("/merchant/staff", data={**NEW, "role": "host_staff"})
    assert page.status_code == 422
    assert "岗位：请从列表中选择" in page.text


@obligation("T-44")
def test_another_organisations_people_are_as_if_there_were_none(session, manager):
    next_door = open_shop(session, "隔壁茶馆")

    for act in (commands.renew_activation, commands.end_colleague):
        with pytest.raises(StaffNotFound):
            act(session, actor=next_door.manager, staff_id=people.merchant(session).staff_id, at=NOON)
    path = f"/merchant/staff/{next_door.clerk.staff_id}"
    answers = [manager.get(path), manager.post(f"{path}/renew"), manager.post(f"{path}/end")]
    answers.append(manager.post(f"{path}/restore", data={"role": "merchant_clerk"}))
    assert {answer.status_code for answer in answers} == {404}
    assert session.get(StaffUser, next_door.clerk.staff_id).disabled_at is None


def test_who_works_elsewhere_too_is_not_reset_and_keeps_the_other_role(session, shop):
    other = open_shop(session, "隔壁茶馆")
    commands.grant_role(
        session,
        actor=SYSTEM,
        staff_id=shop.clerk.staff_id,
        organisation_id=other.manager.organisation_id,
        role=Role.MERCHANT_CLERK,
        at=BEFORE,
    )

    with pytest.raises(WorksElsewhere):
        commands.renew_activation(session, actor=shop.manager, staff_id=shop.clerk.staff_id, at=NOON)
    commands.end_colleague(session, actor=shop.manager, staff_id=shop.clerk.staff_id, at=NOON)

    assert session.get(StaffUser, shop.clerk.staff_id).disabled_at is None
    assert list(queries.current_roles(session, shop.clerk.staff_id, at=NOON + timedelta(1))) == [
        other.manager.organisation_id
    ]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"display_name": ""}, "姓名：请填写"),
        ({"login": "w"}, "staff.login_malformed"),
        ({"login": "王"}, "staff.login_malformed"),
        ({"login": "wang.li"}, "staff.login_malformed"),
    ],
)
def test_what_is_wrong_with_a_new_colleague_is_told(manager, session, changes, told):
    before = session.scalar(select(func.count()).select_from(StaffUser))

    page = manager.post("/merchant/staff", data={**NEW, **changes})

    assert page.status_code == 422
    assert told in page.text
    assert session.scalar(select(func.count()).select_from(StaffUser)) == before


def test_the_same_login_is_had_once(manager):
    first, second = (manager.post("/merchant/staff", data=NEW) for _ in range(2))

    assert (first.status_code, second.status_code) == (201, 409)
    assert "staff.login_taken" in second.text


def test_people_are_found_by_name_and_paged(session, shop):
    for number in range(3):
        invited(session, shop.manager, f"wang{number}")
    roles = (Role.MERCHANT_CLERK, Role.MERCHANT_MANAGER)
    place = shop.manager.organisation_id

    found = queries.colleagues_of(session, place, roles=roles, at=NOON, words="wang1")
    page = queries.colleagues_of(session, place, roles=roles, at=NOON, limit=2)
    rest = queries.colleagues_of(session, place, roles=roles, at=NOON, limit=9, before=page.before)

    assert [each.login for each in found.lines] == [f"wang1.{place}"]
    assert (len(page.lines), len(rest.lines), rest.before) == (2, 3, None)


def test_a_data_clerk_of_a_host_uploads_and_holds_no_keys(browser_of, host_side, session):
    made = browser_of(host_side).post(
        "/host/staff", data={"display_name": "李数据", "login": "li", "role": "host_clerk"}
    )
    staff = queries.staff_by_login(session, f"li.{host_side.organisation_id}")
    clerk = people.acting(session, staff, at=NOON)
    browser = browser_of(clerk)

    assert made.status_code == 201
    assert clerk.may(Permission.UPLOAD_BEHAVIOURS)
    assert not clerk.may(Permission.MANAGE_API_KEYS)
    home = browser.get("/host")
    assert home.status_code == 200
    assert 'href="/host/keys"' not in home.text
    assert 'href="/host/scenarios/apply"' not in home.text
    closed = ("/host/keys", "/host/staff", "/host/scenarios/apply")
    assert {browser.get(path).status_code for path in closed} == {403}


def test_acts_on_people_ask_for_a_fresh_factor(browser_of, shop):
    stale = browser_of(shop.manager, fresh=False)
    path = f"/merchant/staff/{shop.clerk.staff_id}"

    assert stale.get("/merchant/staff").status_code == 200
    assert "/account/verify" in stale.get("/merchant/staff/new").location
    assert {stale.post(f"{path}/{act}").status_code for act in ("renew", "end", "restore")} == {403}


def test_the_pages_are_there_in_english(manager, shop):
    manager.set_cookie("language", "en")

    for path in ("", "/new", f"/{shop.clerk.staff_id}"):
        page = manager.get(f"/merchant/staff{path}")
        assert page.status_code == 200
        assert 'lang="en"' in page.text
    assert "Activation code" in manager.post("/merchant/staff", data=NEW).text


@obligation("T-53")
@pytest.mark.parametrize(
    "change", ["used_at = null", "used_at = used_at + interval '1 second'", "revoked_at = now()"]
)
def test_the_database_lets_no_used_code_be_used_again(session, shop, change):
    made = invited(session, shop.manager)
    activated(session, made)

    with pytest.raises(DBAPIError, match="was used or taken back"), session.begin_nested():
        session.connection().exec_driver_sql(f"update staff_activation set {change}")


@pytest.mark.parametrize(
    ("changes", "promise"),
    [
        ({"expires_at": NOON + timedelta(days=3, seconds=1)}, "three_days_at_most"),
        ({"code_hash": b"short"}, "hash_is_whole"),
        ({"used_at": NOON + timedelta(days=3)}, "used_in_time"),
        ({}, "staff_activation_open_ix"),
    ],
)
def test_the_database_keeps_what_a_code_promises(session, shop, changes, promise):
    made = invited(session, shop.manager)
    line = {
        "staff_user_id": made.staff.id,
        "code_hash": bytes(32),
        "created_by": "staff:1",
        "created_at": NOON,
        "expires_at": NOON + timedelta(days=3),
        **changes,
    }

    with pytest.raises(IntegrityError, match=promise), session.begin_nested():
        session.execute(insert(StaffActivation).values(**line))
