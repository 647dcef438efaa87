"""People are one each, children with a guardian, and sealed at rest (CQ-8.1, Q-37, CQ-35.2)."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from app.identity import commands, queries
from app.identity.errors import (
    GuardianNeeded,
    GuardianUnfit,
    IdentityFixed,
    IdentityMissing,
    IdentityTaken,
    OrganisationTaken,
    PrivacyNotAccepted,
    WardNotFound,
)
from app.identity.models import YearlyTarget
from app.identity.values import (
    PRIVACY_VERSION,
    Authority,
    DocumentType,
    Identity,
    Measure,
    OrganisationKind,
)
from app.kernel.audit import AuditLine
from app.kernel.days import start_of_day
from app.kernel.errors import Forbidden
from tests.builders import people
from tests.obligations import obligation

NOON = datetime(2026, 11, 20, 4, tzinfo=UTC)
PASSPORT = Identity("Grace Hopper", DocumentType.PASSPORT, "X1234567", date(1980, 12, 9))


def identify(session, actor, identity=PASSPORT):
    return commands.complete_identity(session, actor=actor, identity=identity, at=NOON)


def test_one_phone_is_one_person(session):
    phone = people.phone()

    first = commands.register_person(session, phone=phone, privacy_version=PRIVACY_VERSION, at=NOON)
    again = commands.register_person(
        session, phone=phone.removeprefix("+86"), privacy_version=PRIVACY_VERSION, at=NOON
    )

    assert first.id == again.id


@obligation("CQ-35.2")
def test_nobody_is_registered_without_the_present_notice(session):
    with pytest.raises(PrivacyNotAccepted):
        commands.register_person(session, phone=people.phone(), privacy_version="2020", at=NOON)


@obligation("Q-37")
def test_one_paper_is_one_person_however_it_is_written(session):
    first, second = (people.citizen(session, identified=False) for _ in range(2))
    identify(session, first)

    with pytest.raises(IdentityTaken):
        identify(session, second, PASSPORT._replace(number=" x123-4567 ", name="Somebody Else"))

    identify(session, second, PASSPORT._replace(document_type=DocumentType.OTHER))


@obligation("Q-37")
def test_the_database_keeps_one_paper_to_one_person_by_itself(session):
    first, second = (people.citizen(session, identified=False) for _ in range(2))
    identify(session, first)
    session.flush()

    with pytest.raises(IntegrityError):
        session.execute(
            text(
                "update person p set document_type = o.document_type, document_hash = o.document_hash"
                " from person o where o.id = :first and p.id = :second"
            ),
            {"first": first.person_id, "second": second.person_id},
        )


def test_an_identity_is_given_once(session):
    actor = people.citizen(session, identified=False)
    identify(session, actor)

    identify(session, actor)
    with pytest.raises(IdentityFixed):
        identify(session, actor, PASSPORT._replace(number="Y7654321"))


@obligation("CQ-35.2")
def test_phone_name_and_number_are_sealed_at_rest(session):
    phone = people.phone()
    actor = people.citizen(session, phone_number=phone, identified=False)
    identify(session, actor)

    kept = session.execute(
        text("select row_to_json(p)::text from person p where id = :id"), {"id": actor.person_id}
    ).scalar_one()
    lines = [line.details for line in session.scalars(select(AuditLine))]
    card = queries.person_card(session, actor.person_id or 0)

    for secret in (phone, phone[3:], "Grace", "X1234567"):
        assert secret not in kept
        assert secret not in repr(lines)
        assert secret.encode().hex() not in kept
    assert (card.phone, card.name, card.document_number) == (phone, "Grace Hopper", "****4567")


@obligation("Q-37")
def test_a_child_holds_an_account_with_consent_and_from_fourteen_without(session):
    child = people.citizen(session, born_on=date(2013, 3, 1), at=NOON)
    guardian_phone = people.phone()
    guardian = people.citizen(session, phone_number=guardian_phone, born_on=date(1985, 1, 1), at=NOON)
    stranger = people.citizen(session, at=NOON)

    with pytest.raises(GuardianNeeded):
        queries.check_may_hold_account(session, child.person_id or 0, at=NOON)
    commands.name_guardian(session, actor=child, phone=guardian_phone, at=NOON)
    with pytest.raises(GuardianNeeded):
        queries.check_may_hold_account(session, child.person_id or 0, at=NOON)
    with pytest.raises(WardNotFound):
        commands.consent_as_guardian(session, actor=stranger, ward_id=child.person_id or 0, at=NOON)
    commands.consent_as_guardian(session, actor=guardian, ward_id=child.person_id or 0, at=NOON)

    assert queries.check_may_hold_account(session, child.person_id or 0, at=NOON).id == child.person_id
    commands.withdraw_consent(session, actor=guardian, ward_id=child.person_id or 0, at=NOON)
    with pytest.raises(GuardianNeeded):
        queries.check_may_hold_account(
            session, child.person_id or 0, at=start_of_day(date(2027, 3, 1)) - timedelta(seconds=1)
        )
    queries.check_may_hold_account(session, child.person_id or 0, at=start_of_day(date(2027, 3, 1)))


@obligation("Q-37")
def test_naming_a_guardian_does_not_tell_who_is_registered(session):
    child = people.citizen(session, born_on=date(2015, 1, 1), at=NOON)
    known = people.phone()
    people.citizen(session, phone_number=known)

    answers = [
        commands.name_guardian(session, actor=child, phone=phone, at=NOON)
        for phone in (known, people.phone())
    ]

    assert answers == [None, None]


@obligation("Q-37")
def test_a_minor_is_no_guardian(session):
    child = people.citizen(session, born_on=date(2015, 1, 1), at=NOON)
    phone = people.phone()
    teenager = people.citizen(session, phone_number=phone, born_on=date(2009, 1, 1), at=NOON)
    commands.name_guardian(session, actor=child, phone=phone, at=NOON)

    with pytest.raises(GuardianUnfit):
        commands.consent_as_guardian(session, actor=teenager, ward_id=child.person_id or 0, at=NOON)


@obligation("CQ-8.1")
def test_without_an_identity_nobody_holds_an_account(session):
    actor = people.citizen(session, identified=False)

    with pytest.raises(IdentityMissing):
        queries.check_may_hold_account(session, actor.person_id or 0, at=NOON)


@obligation("CQ-5.1")
def test_an_organisation_is_registered_once(session):
    code = people.credit_code()
    people.organisation(session, code=code)

    with pytest.raises(OrganisationTaken):
        people.organisation(session, code=code.lower())


@obligation("CQ-4.1")
def test_there_is_one_bureau(session, bureau):
    with pytest.raises(OrganisationTaken):
        people.organisation(session, kind=OrganisationKind.GOVERNMENT, authority=Authority.BUREAU)


@obligation("CQ-6.9")
def test_targets_are_set_by_the_bureau_in_versions(session, bureau, operator):
    for goal in (100, 200):
        commands.set_target(session, actor=bureau, year=2027, measure=Measure.ACCOUNTS, goal=goal, at=NOON)

    with pytest.raises(Forbidden):
        commands.set_target(session, actor=operator, year=2027, measure=Measure.ACCOUNTS, goal=1, at=NOON)

    target = queries.targets_of(session, 2027)["accounts"]
    assert (target.goal, target.version) == (200, 2)
    assert session.scalar(select(YearlyTarget.goal).where(YearlyTarget.version == 1)) == 100
    assert queries.targets_of(session, 2026) == {}


def test_acts_on_people_leave_an_audit_line(session):
    actor = people.citizen(session, identified=False, at=NOON)
    identify(session, actor)

    events = session.scalars(
        select(AuditLine.event).where(AuditLine.actor == actor.ref).order_by(AuditLine.id)
    ).all()

    assert events == ["identity.person.register", "identity.person.identify"]
