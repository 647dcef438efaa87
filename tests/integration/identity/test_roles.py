"""Roles count only where their organisation stands, and end at once (CQ-4.1, CQ-6.8, T-47, T-48)."""

from datetime import UTC, date, datetime, timedelta

import pytest

from app.identity import commands, queries
from app.identity.errors import (
    AppointmentOverlaps,
    KeyNotFound,
    KeyNotValid,
    RolesExclude,
    RoleUnfit,
    ScopesUnfit,
)
from app.kernel import clock
from app.kernel.actor import SYSTEM
from app.kernel.days import start_of_day
from app.kernel.errors import Forbidden
from app.kernel.permissions import ANYONE, PERMISSIONS_OF, Permission, Role
from tests.builders import people
from tests.obligations import obligation

NOON = datetime(2026, 11, 20, 4, tzinfo=UTC)


@obligation("CQ-6.8")
@obligation("Q-42")
@pytest.mark.parametrize(
    ("day", "has_powers"),
    [
        (date(2026, 10, 31), False),
        (date(2026, 11, 1), True),
        (date(2027, 10, 31), True),
        (date(2027, 11, 1), False),
    ],
)
def test_the_operator_has_powers_on_the_days_of_its_appointment_only(session, day, has_powers):
    officer = people.operator(
        session, at=start_of_day(date(2026, 10, 1)), starts_on=date(2026, 11, 1), ends_on=date(2027, 10, 31)
    )

    then = people.acting(session, officer, at=start_of_day(day))

    assert then.may(Permission.ASSESS_SCENARIO) is has_powers
    assert (Role.OPERATOR_OFFICER in then.roles) is has_powers


@obligation("CQ-6.8")
def test_two_operators_on_one_day_are_refused(session, bureau):
    one, other = people.organisation(session), people.organisation(session)

    def appoint(place, starts_on, ends_on):
        return commands.appoint_operator(
            session,
            actor=bureau,
            organisation_id=place.id,
            selection_reference="比选〔2026〕1号",
            starts_on=starts_on,
            ends_on=ends_on,
            at=NOON,
        )

    appoint(one, date(2026, 1, 1), date(2026, 12, 31))
    with pytest.raises(AppointmentOverlaps):
        appoint(other, date(2026, 12, 31), date(2027, 12, 31))
    appoint(other, date(2027, 1, 1), date(2027, 12, 31))

    assert queries.operator_on(session, date(2026, 12, 31)) == one.id
    assert queries.operator_on(session, date(2027, 1, 1)) == other.id


@obligation("CQ-4.1")
@pytest.mark.parametrize("somebody", ["operator", "reviewer", "host", "merchant", "administrator", "citizen"])
def test_nobody_but_the_bureau_appoints_the_operator(session, request, somebody):
    actor = request.getfixturevalue(somebody)
    place = people.organisation(session)

    with pytest.raises(Forbidden):
        commands.appoint_operator(
            session,
            actor=actor,
            organisation_id=place.id,
            selection_reference="比选",
            starts_on=date(2031, 1, 1),
            ends_on=date(2031, 2, 1),
            at=NOON,
        )


@obligation("CQ-4.1")
def test_a_role_of_the_bureau_does_not_exist_elsewhere(session, host):
    with pytest.raises(RoleUnfit):
        people.staff(session, Role.BUREAU_OFFICER, host.organisation_id)
    with pytest.raises(RoleUnfit):
        people.staff(session, Role.DISTRICT_OFFICER, host.organisation_id)


@obligation("CQ-4.3")
def test_an_officer_of_a_district_carries_its_area(session):
    area = queries.districts(session)[0].code

    officer = people.district_bureau(session, area)

    assert officer.area_code == area
    assert officer.roles == {Role.DISTRICT_OFFICER}


@obligation("T-48")
@pytest.mark.parametrize(
    ("first", "second"),
    [
        (Role.OPERATOR_OFFICER, Role.OPERATOR_REVIEWER),
        (Role.OPERATOR_OFFICER, Role.MERCHANT_CLERK),
        (Role.HOST_STAFF, Role.OPERATOR_REVIEWER),
        (Role.ADMINISTRATOR, Role.OPERATOR_OFFICER),
    ],
)
def test_roles_that_watch_each_other_are_not_held_together(session, first, second):
    place, other = people.organisation(session), people.organisation(session)
    actor = people.staff(session, first, place)

    with pytest.raises(RolesExclude) as refusal:
        commands.grant_role(
            session,
            actor=SYSTEM,
            staff_id=actor.staff_id or 0,
            organisation_id=other.id,
            role=second,
            at=clock.now(),
        )

    assert refusal.value.details == {"role": second.value, "held": [first.value]}


@obligation("T-47")
def test_a_role_that_ended_allows_nothing_at_the_next_request(session, host):
    at = clock.now() + timedelta(seconds=1)
    commands.end_role(
        session,
        actor=SYSTEM,
        staff_id=host.staff_id,
        organisation_id=host.organisation_id,
        role=Role.HOST_STAFF,
        at=at,
    )

    then = people.acting(session, host, at=at)

    assert then.permissions == ANYONE | {Permission.USE_OWN_SESSION}
    assert then.organisation_id is None


@obligation("T-47")
def test_a_key_dies_with_the_last_member_of_its_organisation(session, host):
    actor, credential = people.machine(session, host)
    assert actor.permissions >= {Permission.UPLOAD_BEHAVIOURS}
    at = clock.now() + timedelta(seconds=1)
    commands.end_role(
        session,
        actor=SYSTEM,
        staff_id=host.staff_id,
        organisation_id=host.organisation_id,
        role=Role.HOST_STAFF,
        at=at,
    )

    with pytest.raises(KeyNotValid):
        queries.actor_of_api_key(session, credential, at=at)


@obligation("T-47")
def test_a_revoked_key_is_worth_nothing_and_others_cannot_revoke_it(session, host):
    actor, credential = people.machine(session, host)
    stranger = people.host(session)
    at = clock.now() + timedelta(seconds=1)

    with pytest.raises(KeyNotFound):
        commands.revoke_api_key(session, actor=stranger, api_key_id=actor.api_key_id or 0, at=at)
    commands.revoke_api_key(session, actor=host, api_key_id=actor.api_key_id or 0, at=at)

    with pytest.raises(KeyNotValid):
        queries.actor_of_api_key(session, credential, at=at)


@pytest.mark.parametrize(
    "credential", ["", "tht_", "tht_x", "tht_a_b", "abc", "tht_\u0661_x", "tht_" + "0" * 10 + "_" + "x" * 43]
)
def test_made_up_keys_are_refused(session, credential):
    with pytest.raises(KeyNotValid):
        queries.actor_of_api_key(session, credential, at=clock.now())


def test_a_key_may_not_do_more_than_machines_or_its_maker(session, host, merchant):
    with pytest.raises(ScopesUnfit):
        people.machine(session, host, scopes=(Permission.SETTLE_REDEMPTIONS,))
    with pytest.raises(ScopesUnfit):
        people.machine(session, merchant, scopes=(Permission.MANAGE_OWN_OFFERS,))
    with pytest.raises(ScopesUnfit):
        people.machine(session, host, scopes=())


def test_every_role_gives_what_the_table_says(session, bureau, operator, reviewer, host, merchant, citizen):
    for actor in (bureau, operator, reviewer, host, merchant, citizen):
        (role,) = actor.roles

        assert actor.permissions == PERMISSIONS_OF[role]
