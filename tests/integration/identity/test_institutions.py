"""The agency and the exchange have powers while the Bureau entrusts them, and not a day longer."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError

from app.identity import commands, queries
from app.identity.errors import MandateMalformed, MandateNotFound, MandateOverlaps, RolesExclude
from app.identity.values import Institution
from app.kernel import clock
from app.kernel.actor import SYSTEM
from app.kernel.days import start_of_day
from app.kernel.errors import Forbidden
from app.kernel.permissions import PERMISSIONS_OF, Permission, Role
from tests.builders import parties, people
from tests.obligations import obligation

NOON = datetime(2026, 11, 20, 4, tzinfo=UTC)
P = Permission


def entrust(session, actor, which, starts_on, ends_on, place=None):
    return commands.entrust(
        session,
        actor=actor,
        organisation_id=(place or people.organisation(session)).id,
        institution=which,
        ground="渝环函〔2026〕9号",
        starts_on=starts_on,
        ends_on=ends_on,
        at=NOON,
    )


@obligation("CQ-6.2", "CQ-6.6")
@pytest.mark.parametrize(
    ("day", "has_powers"),
    [
        (date(2026, 10, 31), False),
        (date(2026, 11, 1), True),
        (date(2027, 10, 31), True),
        (date(2027, 11, 1), False),
    ],
)
def test_the_agency_has_powers_on_the_days_of_its_mandate_only(session, bureau, day, has_powers):
    place = people.organisation(session)
    entrust(session, bureau, Institution.AGENCY, date(2026, 11, 1), date(2027, 10, 31), place)
    officer = people.staff(session, Role.AGENCY_OFFICER, place, at=start_of_day(date(2026, 10, 1)))
    elsewhere = people.staff(
        session, Role.AGENCY_OFFICER, people.organisation(session), at=start_of_day(date(2026, 10, 1))
    )

    assert people.acting(session, officer, at=start_of_day(day)).may(P.REVIEW_REGISTRY_CASES) is has_powers
    assert not people.acting(session, elsewhere, at=start_of_day(day)).may(P.REVIEW_REGISTRY_CASES)


@obligation("CQ-6.2", "CQ-6.6")
def test_there_is_one_agency_and_one_exchange_on_any_day(session, bureau):
    first = entrust(session, bureau, Institution.AGENCY, date(2030, 1, 1), date(2030, 12, 31))
    entrust(session, bureau, Institution.EXCHANGE, date(2030, 6, 1), date(2031, 12, 31))

    with pytest.raises(MandateOverlaps) as refusal:
        entrust(session, bureau, Institution.AGENCY, date(2030, 12, 31), date(2031, 12, 31))

    assert refusal.value.details == {"mandate_id": first.id}
    next_one = entrust(session, bureau, Institution.AGENCY, date(2031, 1, 1), date(2031, 12, 31))
    found = queries.institution_on(session, Institution.AGENCY, date(2031, 1, 1))
    assert found is not None
    assert found.id == next_one.organisation_id
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(
            text(
                "insert into mandate (organisation_id, institution, ground, starts_on, ends_on, recorded_by,"
                " recorded_at) select organisation_id, institution, ground, ends_on, ends_on, recorded_by,"
                " recorded_at from mandate where id = :id"
            ),
            {"id": first.id},
        )


def test_a_mandate_ends_earlier_but_neither_later_nor_in_the_past(session, bureau):
    given = entrust(session, bureau, Institution.AGENCY, date(2026, 1, 1), date(2027, 12, 31))

    for day, reason in ((date(2026, 11, 19), "x"), (date(2028, 1, 1), "x"), (date(2027, 1, 1), " ")):
        with pytest.raises(MandateMalformed):
            commands.end_mandate(
                session, actor=bureau, mandate_id=given.id, last_day=day, reason=reason, at=NOON
            )
    with pytest.raises(MandateNotFound):
        commands.end_mandate(
            session, actor=bureau, mandate_id=10**9, last_day=date(2027, 1, 1), reason="x", at=NOON
        )
    commands.end_mandate(
        session, actor=bureau, mandate_id=given.id, last_day=date(2026, 11, 20), reason="换届", at=NOON
    )

    assert queries.entrusted_on(session, given.organisation_id, date(2026, 11, 20)) == {Institution.AGENCY}
    assert not queries.entrusted_on(session, given.organisation_id, date(2026, 11, 21))


@pytest.mark.parametrize(
    ("sql", "code"),
    [
        ("update mandate set ends_on = ends_on + 1", "TH300"),
        ("update mandate set organisation_id = organisation_id", "42501"),
        ("update mandate set starts_on = starts_on - 1", "42501"),
        ("delete from mandate", "42501"),
    ],
)
def test_a_mandate_is_not_rewritten_by_sql(session, bureau, sql, code):
    entrust(session, bureau, Institution.AGENCY, date(2026, 1, 1), date(2027, 12, 31))

    with pytest.raises(DBAPIError) as caught, session.begin_nested():
        session.execute(text(sql))

    assert getattr(caught.value.orig, "sqlstate", "") == code


@obligation("CQ-4.1")
@pytest.mark.parametrize("builder", ["agency", "agency_reviewer", "exchange", "owner", "verifier", "expert"])
def test_nobody_but_the_bureau_entrusts_recognises_or_decides_on_methodologies(session, builder):
    actor = getattr(parties, builder)(session)

    for permission in (
        P.ENTRUST_INSTITUTIONS,
        P.RECOGNISE_BODIES,
        P.DECIDE_METHODOLOGIES,
        P.INVITE_EXPERTS,
        P.ISSUE_REGISTRATION_LETTER,
    ):
        assert not actor.may(permission)
    with pytest.raises(Forbidden):
        entrust(session, actor, Institution.AGENCY, date(2040, 1, 1), date(2040, 12, 31))


def test_each_new_role_gives_what_the_table_says(session):
    for builder, role in (
        (parties.agency, Role.AGENCY_OFFICER),
        (parties.agency_reviewer, Role.AGENCY_REVIEWER),
        (parties.exchange, Role.EXCHANGE_OFFICER),
        (parties.owner, Role.OWNER_STAFF),
        (parties.allowance_unit, Role.ALLOWANCE_STAFF),
        (parties.verifier, Role.VVB_STAFF),
        (parties.expert, Role.EXPERT),
    ):
        actor = builder(session)

        assert actor.roles == {role}
        assert actor.permissions == PERMISSIONS_OF[role]


@obligation("CQ-6.2", "CQ-6.10")
def test_who_proposes_for_the_agency_does_not_confirm(session):
    officer, reviewer = parties.agency(session), parties.agency_reviewer(session)

    assert officer.may(P.PROPOSE_REGISTRY_ACT)
    assert not officer.may(P.CONFIRM_REGISTRY_ACT)
    assert reviewer.may(P.CONFIRM_REGISTRY_ACT)
    for actor in (officer, reviewer):
        assert not actor.may(P.ASSESS_SCENARIO)
        assert not actor.may(P.MANAGE_SHELF)


@obligation("CQ-37.1")
@pytest.mark.parametrize("held", [Role.AGENCY_OFFICER, Role.EXCHANGE_OFFICER, Role.VVB_STAFF, Role.EXPERT])
def test_staff_of_the_scheme_hold_no_units_for_others_and_judge_nothing(session, held):
    builder = {
        Role.AGENCY_OFFICER: parties.agency,
        Role.EXCHANGE_OFFICER: parties.exchange,
        Role.VVB_STAFF: parties.verifier,
        Role.EXPERT: parties.expert,
    }[held]
    somebody = builder(session)

    for other in {Role.OWNER_STAFF, Role.ALLOWANCE_STAFF, Role.VVB_STAFF, Role.EXPERT} - {held}:
        with pytest.raises(RolesExclude):
            commands.grant_role(
                session,
                actor=SYSTEM,
                staff_id=somebody.staff_id or 0,
                organisation_id=people.organisation(session).id,
                role=other,
                at=clock.now(),
            )
