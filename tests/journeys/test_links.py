"""Whose a host's user is: the citizen says so first, the host may say otherwise, both are told."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.journeys import authorisations
from app.kernel.actor import SYSTEM
from app.kernel.outbox import OutboxMessage
from points import commands
from scenarios import queries
from scenarios.errors import HostUserTaken
from tests.builders import people, scenarios
from tests.builders.points import NOON
from tests.obligations import obligation

BEFORE = NOON - timedelta(days=1)
RIGHTFUL, STRANGER = "+8613800000001", "+8613800000002"


@pytest.fixture
def made(session):
    return scenarios.ready(session, at=BEFORE)


def holder(session, phone):
    actor = people.citizen(session, at=BEFORE, phone_number=phone)
    account = commands.apply_for_account(session, actor=actor, person_id=actor.person_id, at=BEFORE)
    commands.activate_account(session, actor=SYSTEM, account_id=account.id, at=BEFORE)
    return actor


def claim(session, made, actor, at=BEFORE):
    return authorisations.authorise(
        session,
        actor=actor,
        scenario_code=made.code,
        host_user="u-1",
        data_kinds=["trip_time"],
        text_version="1",
        at=at,
    )


def propose(session, made, phone, user="u-1", at=NOON):
    return authorisations.propose_links(
        session, actor=made.host, scenario_code=made.code, links=[(user, phone)], at=at
    )


def told(session, actor):
    return session.scalars(
        select(OutboxMessage.template).where(OutboxMessage.recipient == f"person:{actor.person_id}")
    ).all()


@obligation("CQ-34.1")
def test_the_hosts_word_ends_what_a_stranger_claimed(session, made):
    stranger, rightful = holder(session, STRANGER), holder(session, RIGHTFUL)
    claimed = claim(session, made, stranger)

    done = propose(session, made, RIGHTFUL, user=" u-1 ")

    assert done == (1, 0, 0)
    assert claimed.withdrawn_at == NOON
    assert told(session, stranger) == ["authorisation.contradicted"]
    ((proposal, _),) = authorisations.proposals(session, actor=rightful)
    given = authorisations.confirm_link(
        session, actor=rightful, proposal_id=proposal.id, data_kinds=["trip_time"], text_version="1", at=NOON
    )
    assert queries.open_authorisation(session, made.scenario.id, "u-1") == given
    with pytest.raises(HostUserTaken):
        claim(session, made, stranger, at=NOON)


@obligation("CQ-34.1")
def test_the_hosts_word_leaves_the_rightful_claim_alone(session, made):
    rightful = holder(session, RIGHTFUL)
    claimed = claim(session, made, rightful)

    done = propose(session, made, RIGHTFUL)

    assert done == (0, 0, 1)
    assert claimed.withdrawn_at is None
    assert told(session, rightful) == []


def test_what_the_host_confirmed_once_is_not_taken_back_by_its_next_file(session, made):
    rightful = holder(session, RIGHTFUL)
    propose(session, made, RIGHTFUL, at=BEFORE)
    given = claim(session, made, rightful)

    done = propose(session, made, STRANGER)

    assert done == (0, 0, 1)
    assert given.withdrawn_at is None


def test_another_hosts_word_ends_nothing(session, made):
    stranger = holder(session, STRANGER)
    claimed = claim(session, made, stranger)
    other = scenarios.ready(session, at=BEFORE)

    propose(session, other, RIGHTFUL)

    assert claimed.withdrawn_at is None
