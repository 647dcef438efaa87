"""Whoever keeps an institution's staff gives its offices and takes them back, and no others (机构人员)."""

import pytest
from sqlalchemy import select

from app.identity import commands, queries
from app.identity.errors import RolesExclude, RoleUnfit
from app.identity.models import Membership, StaffUser
from app.kernel.actor import SYSTEM
from app.kernel.permissions import Role
from tests.builders import people
from tests.fixtures.desks import BEFORE, NOON
from tests.obligations import obligation


@pytest.fixture
def keeper(session, officer):
    """Whoever keeps the operator's staff."""
    return people.staff(session, Role.STAFF_OFFICER, officer.organisation_id, at=BEFORE)


@pytest.fixture
def desk(browser_of, keeper):
    """Their browser."""
    return browser_of(keeper)


def added(desk, login, role):
    """Add somebody by the form."""
    return desk.post("/personnel/staff", data={"display_name": "王渝", "login": login, "role": role})


def roles_of(session, login):
    return {
        Role(role)
        for role in session.scalars(
            select(Membership.role)
            .join(StaffUser, StaffUser.id == Membership.staff_user_id)
            .where(StaffUser.login.startswith(f"{login}."), Membership.ended_at.is_(None))
        )
    }


@obligation("CQ-35.2", "CQ-37.2")
def test_somebody_is_added_signs_in_with_the_code_and_is_put_out_of_use(desk, session):
    page = added(desk, "wang", "operator_officer")
    staff = session.scalars(select(StaffUser).where(StaffUser.login.startswith("wang."))).one()

    assert page.status_code == 201
    assert staff.login in page.text
    assert roles_of(session, "wang") == {Role.OPERATOR_OFFICER}
    assert "王渝" in desk.get("/personnel/staff").text
    assert desk.post(f"/personnel/staff/{staff.id}/end").status_code == 303
    session.expire_all()
    assert roles_of(session, "wang") == set()
    assert session.get_one(StaffUser, staff.id).disabled_at is not None


@obligation("CQ-35.2")
def test_somebody_comes_back_in_another_office(desk, session):
    added(desk, "wang", "operator_officer")
    staff = session.scalars(select(StaffUser).where(StaffUser.login.startswith("wang."))).one()
    desk.post(f"/personnel/staff/{staff.id}/end")

    page = desk.post(f"/personnel/staff/{staff.id}/restore", data={"role": "operator_reviewer"})

    assert page.status_code == 201
    session.expire_all()
    assert roles_of(session, "wang") == {Role.OPERATOR_REVIEWER}


@obligation("CQ-4.1", "T-48")
@pytest.mark.parametrize(
    "role", ["bureau_officer", "administrator", "staff_officer", "merchant_clerk", "citizen"]
)
def test_no_office_of_others_is_given(desk, session, role):
    answer = added(desk, "li", role)

    assert answer.status_code == 422
    assert roles_of(session, "li") == set()


@obligation("CQ-4.1")
def test_each_institution_has_its_own_offices(session, officer, authority, noon):
    district = people.district_bureau(session, "500103", at=BEFORE)
    plain = people.organisation(session, at=BEFORE)

    offices = [
        queries.offices_of(session, place, at=NOON)
        for place in (officer.organisation_id, authority.organisation_id, district.organisation_id, plain.id)
    ]

    assert offices == [
        (Role.OPERATOR_OFFICER, Role.OPERATOR_REVIEWER),
        (Role.BUREAU_OFFICER,),
        (Role.DISTRICT_OFFICER,),
        (),
    ]


@obligation("T-48")
def test_who_keeps_the_staff_holds_no_office_themselves(session, keeper, officer):
    for staff_id, role in ((keeper.staff_id, Role.OPERATOR_OFFICER), (officer.staff_id, Role.STAFF_OFFICER)):
        with pytest.raises(RolesExclude):
            commands.grant_role(
                session,
                actor=SYSTEM,
                staff_id=staff_id,
                organisation_id=officer.organisation_id,
                role=role,
                at=NOON,
            )


@obligation("CQ-4.1")
def test_an_office_that_an_organisation_cannot_hold_is_refused_below_the_pages_too(session, authority, noon):
    keeper = people.staff(session, Role.STAFF_OFFICER, authority.organisation_id, at=BEFORE)

    with pytest.raises(RoleUnfit):
        commands.invite_colleague(
            session, actor=keeper, login="zhao", display_name="赵", role=Role.OPERATOR_OFFICER, at=NOON
        )


def test_adding_asks_for_a_fresh_factor_and_first_page_leads_to_the_list(browser_of, keeper, desk):
    stale = browser_of(keeper, fresh=False)

    assert "/account/verify" in stale.get("/personnel/staff/new").location
    assert desk.get("/personnel").location == "/personnel/staff"
    assert desk.get("/personnel/staff/new").status_code == 200
