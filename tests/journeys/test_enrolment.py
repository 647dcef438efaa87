"""From the first application to the last: identity, account, authorisation, closing."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from app.identity import commands as identity
from app.identity.errors import GuardianNeeded, IdentityMissing
from app.identity.models import Person
from app.identity.values import DocumentType, Identity
from app.journeys import authorisations, enrolment
from app.kernel.actor import ANONYMOUS, Actor, ActorKind
from app.kernel.days import day_in_china
from app.kernel.errors import Forbidden, Unauthenticated
from app.kernel.permissions import Permission
from points import queries
from points.errors import AccountExists, ReservationsOpen
from scenarios.models import Authorisation
from tests.builders import people
from tests.builders import points as build
from tests.obligations import obligation

NOON = build.NOON


@obligation("CQ-8.1", "Q-37")
def test_a_person_whose_identity_is_known_opens_an_account(session):
    citizen = people.citizen(session, at=NOON)

    account = enrolment.open_account(session, actor=citizen, at=NOON)

    assert account.state == "active"
    assert account.opened_at == NOON
    assert enrolment.own_account(session, citizen) is account
    with pytest.raises(AccountExists):
        enrolment.open_account(session, actor=citizen, at=NOON)


@obligation("CQ-8.1", "Q-37")
def test_without_an_identity_there_is_no_account(session):
    citizen = people.citizen(session, at=NOON, identified=False)

    with pytest.raises(IdentityMissing):
        enrolment.open_account(session, actor=citizen, at=NOON)
    assert enrolment.own_account(session, citizen) is None


@obligation("CQ-8.1", "Q-37")
def test_a_foreign_passport_opens_an_account(session):
    citizen = people.citizen(session, at=NOON, identified=False)
    identity.complete_identity(
        session,
        actor=citizen,
        identity=Identity("Anna Müller", DocumentType.PASSPORT, "C01X00T47", date(1988, 4, 1)),
        at=NOON,
    )

    assert enrolment.open_account(session, actor=citizen, at=NOON).state == "active"


@obligation("Q-37")
@pytest.mark.parametrize(("days_after", "opens"), [(-1, False), (0, True)])
def test_who_turns_14_needs_no_guardian_from_their_birthday_on(session, days_after, opens):
    today = day_in_china(NOON)
    child = people.citizen(session, at=NOON, born_on=today.replace(year=today.year - 14))
    at = NOON + timedelta(days=days_after)

    if opens:
        assert enrolment.open_account(session, actor=child, at=at).state == "active"
    else:
        with pytest.raises(GuardianNeeded):
            enrolment.open_account(session, actor=child, at=at)


@obligation("CQ-8.1", "Q-36")
def test_an_organisation_has_an_account_of_its_own_that_holds_no_points(session):
    manager = people.merchant(session, at=NOON)

    account = enrolment.open_account(session, actor=manager, at=NOON)

    assert (account.organisation_id, account.person_id) == (manager.organisation_id, None)
    assert enrolment.own_account(session, manager) is account
    assert enrolment.close_organisation_account(session, actor=manager, at=NOON).state == "closed"


@obligation("CQ-8.1")
def test_nobody_opens_an_account_for_somebody_else(session):
    machine = Actor(
        kind=ActorKind.MACHINE,
        api_key_id=1,
        organisation_id=1,
        permissions=frozenset({Permission.APPLY_FOR_ACCOUNT}),
    )

    with pytest.raises(Unauthenticated):
        enrolment.open_account(session, actor=ANONYMOUS, at=NOON)
    with pytest.raises(Forbidden):
        enrolment.open_account(session, actor=people.operator(session, at=NOON), at=NOON)
    with pytest.raises(Forbidden):
        enrolment.open_account(session, actor=machine, at=NOON)


@obligation("Q-26", "Q-40", "CQ-34.10")
def test_closing_ends_vouchers_points_and_authorisations_in_one_act(session):
    build.rule(session)
    ready = build.scene(session)
    citizen = people.citizen(session, at=NOON)
    account = enrolment.open_account(session, actor=citizen, at=NOON)
    build.earn(session, ready, account.id, 100_00)
    offer = build.offer(session, build.shop(session))
    from points import commands

    commands.redeem(session, actor=citizen, offer_id=offer.id, key="k", at=NOON)
    told = queries.closing(session, account.id, day_in_china(NOON))

    with pytest.raises(ReservationsOpen):
        enrolment.close_account(session, actor=citizen, warned_of=told.lapses, at=NOON)
    closed = enrolment.close_account(
        session, actor=citizen, warned_of=told.lapses, withdraw_open=True, at=NOON
    )

    assert closed.state == "closed"
    assert queries.balance(session, account.id, day_in_china(NOON)).closed == 100_00
    given = session.scalars(select(Authorisation).where(Authorisation.account_id == account.id)).all()
    assert [one.withdrawn_at for one in given] == [NOON]
    assert session.get_one(Person, citizen.person_id).document_hash is not None
    assert authorisations.authorisations(session, actor=citizen)


def test_a_closing_of_another_day_is_of_that_day(session):
    citizen = people.citizen(session, at=NOON)
    enrolment.open_account(session, actor=citizen, at=NOON)
    at = datetime(2026, 12, 31, 16, 30, tzinfo=UTC)

    closed = enrolment.close_account(session, actor=citizen, warned_of=0, at=at)

    assert closed.closed_at == at
