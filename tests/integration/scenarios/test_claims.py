"""Claims about missing behaviour: what the database keeps of them, attacked in plain SQL."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from app.journeys import claims, intake
from app.kernel import clock
from app.kernel.audit import AuditLine
from app.kernel.days import day_in_china
from app.kernel.outbox import OutboxMessage
from points import queries as points
from scenarios import queries
from scenarios.errors import (
    AnotherPersonNeeded,
    ClaimExists,
    ClaimNotAuthorised,
    ClaimNotFound,
    ClaimsTooMany,
    NothingArrived,
)
from tests.builders import city, people
from tests.obligations import obligation

NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def noon():
    """The present."""
    with clock.frozen(NOON):
        yield NOON


@pytest.fixture
def streets(session):
    """The city as it stands."""
    return city.city(session, at=NOON)


@pytest.fixture
def holder(session, streets):
    """A citizen who authorised metro and bus twenty days ago, and did nothing since."""
    made = city.resident(session, at=NOON - timedelta(days=21))
    city.join(session, streets, made, ("metro", "bus"), at=NOON - timedelta(days=20))
    return made


@pytest.fixture
def officer(session, streets):
    """Somebody of the operator."""
    return people.operator(session, at=NOON)


@pytest.fixture
def reviewer(session, officer):
    """The operator's second person."""
    return people.reviewer(session, at=NOON)


def file(session, actor, *, days=2, code="metro", at=NOON):
    """Claim a trip of some days ago."""
    return claims.file(
        session,
        actor=actor,
        scenario_code=code,
        day=day_in_china(at) - timedelta(days=days),
        said="早上八点从四公里到观音桥。",
        reference="T-1",
        at=at,
    )


def send_again(session, streets, actor, *, days):
    """Let the host send a trip of some days ago now."""
    row = {
        "record_id": f"again-{days}",
        "user": city.host_user(actor, "metro"),
        "occurred_at": (NOON - timedelta(days=days)).isoformat(),
        "quantity": "12",
        "unit": "km",
    }
    sent = intake.accept_rows(
        session, actor=streets.hosts["metro"], scenario_code="metro", rows=[row], at=NOON
    )
    assert sent.outcomes == {"accepted": 1}


@obligation("Q-71", "CQ-42.14")
def test_a_claim_ends_with_what_the_host_sent_again(session, streets, holder, officer):
    claim = file(session, holder)
    account = points.account_of(session, holder.person_id)
    claims.forward(session, actor=officer, claim_id=claim.id, note="请核对当天进出站记录", at=NOON)
    with pytest.raises(NothingArrived):
        claims.resolve(session, actor=officer, claim_id=claim.id, at=NOON)

    send_again(session, streets, holder, days=2)
    done = claims.resolve(session, actor=officer, claim_id=claim.id, at=NOON)

    assert claim.due_on.isoformat() == "2026-12-11"  # fifteen working days after Friday 20 November
    assert done.state == "resolved"
    assert points.spendable(session, account.id, day_in_china(NOON)) > 0
    assert [step.act for step in queries.claim_history(session, claim.id)] == ["file", "forward", "resolve"]
    lines = session.scalars(select(AuditLine.event).where(AuditLine.subject_kind == "missing_claim")).all()
    assert lines == ["scenario.claim.file", "scenario.claim.forward", "scenario.claim.resolve"]
    told = session.scalars(
        select(OutboxMessage.template).where(
            OutboxMessage.recipient == f"person:{holder.person_id}", OutboxMessage.channel == "in_app"
        )
    ).all()
    assert told == ["claim.with_host", "claim.resolved"]


@obligation("Q-71")
def test_an_appeal_is_decided_by_another_person(session, holder, officer, reviewer):
    claim = file(session, holder)
    claims.refuse(session, actor=reviewer, claim_id=claim.id, reason="场景方没有这次出行的记录", at=NOON)
    claims.appeal(session, actor=holder, claim_id=claim.id, reason="有扣款短信", at=NOON)

    with pytest.raises(AnotherPersonNeeded):
        claims.uphold(session, actor=reviewer, claim_id=claim.id, reason="维持", at=NOON)
    second = people.reviewer(session, at=NOON)
    ended = claims.uphold(session, actor=second, claim_id=claim.id, reason="扣款为另一账户", at=NOON)

    assert (ended.state, ended.refused_by, ended.upheld_by) == ("upheld", reviewer.ref, second.ref)


@obligation("CQ-34.1")
def test_a_day_without_authorisation_cannot_be_claimed(session, holder):
    with pytest.raises(ClaimNotAuthorised):
        file(session, holder, days=21)
    with pytest.raises(ClaimNotAuthorised):
        file(session, holder, code="walking")


def test_one_claim_a_day_and_ten_at_once(session, holder):
    first = file(session, holder)
    with pytest.raises(ClaimExists):
        file(session, holder)
    claims.withdraw(session, actor=holder, claim_id=first.id, at=NOON)

    for days in range(2, 12):
        file(session, holder, days=days)

    with pytest.raises(ClaimsTooMany):
        file(session, holder, days=12)


@obligation("T-44")
def test_a_claim_of_another_is_none(session, holder, streets):
    claim = file(session, holder)
    neighbour = city.resident(session, at=NOON - timedelta(days=3), phone="+8613800009999")

    with pytest.raises(ClaimNotFound):
        claims.withdraw(session, actor=neighbour, claim_id=claim.id, at=NOON)


ATTACKS = (
    "update missing_claim set state = 'resolved', behaviour_id = 1 where id = :id",
    "update missing_claim set state = 'upheld', refused_by = 'x', upheld_by = 'y' where id = :id",
    "update missing_claim set state = 'resolved' where id = :id",
    "update missing_claim set state = 'refused' where id = :id",
    "update missing_claim set day = day - 1 where id = :id",
    "delete from missing_claim where id = :id",
    "update missing_claim_step set reason = 'x' where claim_id = :id",
    "delete from missing_claim_step where claim_id = :id",
    (
        "insert into missing_claim"
        " (account_id, scenario_id, authorisation_id, day, said, state, filed_at, due_on)"
        " select account_id, scenario_id, authorisation_id, day - 60, said, 'filed', filed_at, due_on"
        " from missing_claim where id = :id"
    ),
)


@obligation("Q-71", "CQ-42.14")
def test_the_database_refuses_a_claim_that_goes_another_way(session, holder):
    claim = file(session, holder)
    went_through = []

    for attack in ATTACKS:
        try:
            with session.begin_nested():
                session.execute(text(attack), {"id": claim.id})
            went_through.append(attack)
        except DBAPIError:
            continue

    assert went_through == []
