"""Giving and withdrawing leave; links that a host proposes."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from app.kernel.actor import SYSTEM
from app.kernel.errors import Forbidden
from app.kernel.outbox import OutboxMessage
from points import commands as points
from scenarios import commands, queries
from scenarios.errors import (
    AuthorisationNotFound,
    AuthorisationTextOutdated,
    DataKindsWrong,
    HostUserTaken,
    NotThisHost,
    ProposalNotFound,
    ScenarioNotListed,
    TooManyLinks,
)
from scenarios.models import LinkProposal
from scenarios.values import Link, LinksProposed
from tests.builders import people
from tests.builders import scenarios as builders
from tests.obligations import obligation

NOW = datetime(2026, 6, 1, 4, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
MINE, OTHERS = b"m" * 32, b"o" * 32


@pytest.fixture
def made(session):
    return builders.ready(session, at=NOW)


@pytest.fixture
def citizen(session):
    return people.citizen(session, at=NOW)


def account(session, citizen):
    made = points.apply_for_account(session, actor=citizen, person_id=citizen.person_id, at=NOW)
    return points.activate_account(session, actor=SYSTEM, account_id=made.id, at=NOW).id


def give(session, made, citizen, account_id, **changes):
    facts = {
        "actor": citizen,
        "account_id": account_id,
        "scenario_code": made.code,
        "host_user": "u-1",
        "phone_hash": MINE,
        "data_kinds": ["trip_time"],
        "text_version": "1",
        "at": NOW,
    }
    return commands.authorise(session, **{**facts, **changes})


@obligation("CQ-34.1", "Q-57")
def test_an_authorisation_names_scenario_kinds_text_and_instant(session, made, citizen):
    account_id = account(session, citizen)

    given = give(session, made, citizen, account_id)

    assert (given.scenario_id, given.host_user, given.data_kinds, given.text_version) == (
        made.scenario.id,
        "u-1",
        ["trip_time"],
        "1",
    )
    assert (given.given_at, given.withdrawn_at) == (NOW, None)


def test_giving_it_again_is_the_same_authorisation(session, made, citizen):
    account_id = account(session, citizen)
    given = give(session, made, citizen, account_id)

    again = give(session, made, citizen, account_id, at=NOW + SECOND)

    assert (again.id, again.given_at) == (given.id, NOW)


@obligation("Q-57")
@pytest.mark.parametrize("kinds", [[], ["trip_time", "place"], ["place"]])
def test_other_kinds_of_data_are_refused(session, made, citizen, kinds):
    with pytest.raises(DataKindsWrong):
        give(session, made, citizen, account(session, citizen), data_kinds=kinds)


def test_an_old_text_is_refused(session, made, citizen):
    with pytest.raises(AuthorisationTextOutdated) as refusal:
        give(session, made, citizen, account(session, citizen), text_version="0")

    assert refusal.value.details == {"shown": "0", "present": "1"}


@obligation("CQ-34.2")
def test_only_a_listed_scenario_is_authorised(session, made, citizen):
    commands.suspend(
        session, actor=people.operator(session, at=NOW), scenario_id=made.scenario.id, reason="查", at=NOW
    )

    with pytest.raises(ScenarioNotListed):
        give(session, made, citizen, account(session, citizen))


def test_a_host_does_not_authorise_for_a_person(session, made, citizen):
    with pytest.raises(Forbidden):
        give(session, made, citizen, account(session, citizen), actor=made.host)


@obligation("CQ-34.1")
def test_a_user_of_the_host_belongs_to_one_account_at_a_time(session, made, citizen):
    other = people.citizen(session, at=NOW)
    mine, others = account(session, citizen), account(session, other)
    given = give(session, made, citizen, mine)

    with pytest.raises(HostUserTaken):
        give(session, made, other, others, phone_hash=OTHERS)
    commands.withdraw(session, actor=citizen, account_id=mine, authorisation_id=given.id, at=NOW)

    assert give(session, made, other, others, phone_hash=OTHERS).account_id == others


def test_a_user_proposed_to_somebody_else_cannot_be_claimed(session, made, citizen):
    commands.propose_links(
        session, actor=made.host, scenario_code=made.code, links=[Link("u-1", OTHERS)], at=NOW
    )

    with pytest.raises(HostUserTaken):
        give(session, made, citizen, account(session, citizen))


@obligation("Q-40")
def test_withdrawal_holds_from_its_very_instant(session, made, citizen):
    account_id = account(session, citizen)
    given = give(session, made, citizen, account_id)
    at = NOW + timedelta(hours=1)

    commands.withdraw(session, actor=citizen, account_id=account_id, authorisation_id=given.id, at=at)

    def in_force(when):
        return queries.authorisations_in_force(session, account_id, scenario_id=made.scenario.id, at=when)

    assert in_force(NOW - SECOND) == []
    assert in_force(NOW) == [given]
    assert in_force(at - SECOND) == [given]
    assert in_force(at) == []


def test_withdrawing_twice_keeps_the_first_instant(session, made, citizen):
    account_id = account(session, citizen)
    given = give(session, made, citizen, account_id)
    for seconds in (1, 2):
        commands.withdraw(
            session,
            actor=citizen,
            account_id=account_id,
            authorisation_id=given.id,
            at=NOW + seconds * SECOND,
        )

    assert given.withdrawn_at == NOW + SECOND


def test_nobody_withdraws_for_another(session, made, citizen):
    other = people.citizen(session, at=NOW)
    given = give(session, made, citizen, account(session, citizen))

    with pytest.raises(AuthorisationNotFound):
        commands.withdraw(
            session, actor=other, account_id=account(session, other), authorisation_id=given.id, at=NOW
        )


def test_everything_of_a_closing_account_is_withdrawn(session, made, citizen):
    account_id = account(session, citizen)
    give(session, made, citizen, account_id)
    give(session, made, citizen, account_id, host_user="u-2")

    assert commands.withdraw_all(session, actor=citizen, account_id=account_id, at=NOW) == 2
    assert commands.withdraw_all(session, actor=citizen, account_id=account_id, at=NOW) == 0


@obligation("CQ-34.1")
def test_a_proposed_link_holds_only_when_confirmed(session, made, citizen):
    account_id = account(session, citizen)
    told = commands.propose_links(
        session, actor=made.host, scenario_code=made.code, links=[Link("u-1", MINE)], at=NOW
    )
    ((proposal, _),) = queries.proposals_for(session, MINE)
    assert queries.authorisations_in_force(session, account_id, scenario_id=made.scenario.id, at=NOW) == []

    given = commands.confirm_link(
        session,
        actor=citizen,
        account_id=account_id,
        proposal_id=proposal.id,
        phone_hash=MINE,
        data_kinds=["trip_time"],
        text_version="1",
        at=NOW + SECOND,
    )

    assert told == LinksProposed(1, 0, 0)
    assert (given.host_user, given.given_at) == ("u-1", NOW + SECOND)
    assert proposal.decision == "confirmed"
    assert queries.proposals_for(session, MINE) == []


def test_a_declined_link_stays_without_effect(session, made, citizen):
    commands.propose_links(
        session, actor=made.host, scenario_code=made.code, links=[Link("u-1", MINE)], at=NOW
    )
    ((proposal, _),) = queries.proposals_for(session, MINE)

    commands.decline_link(session, actor=citizen, proposal_id=proposal.id, phone_hash=MINE, at=NOW)

    assert proposal.decision == "declined"
    with pytest.raises(ProposalNotFound):
        commands.decline_link(session, actor=citizen, proposal_id=proposal.id, phone_hash=MINE, at=NOW)


def test_a_link_for_another_telephone_is_not_found(session, made, citizen):
    commands.propose_links(
        session, actor=made.host, scenario_code=made.code, links=[Link("u-1", OTHERS)], at=NOW
    )
    ((proposal, _),) = queries.proposals_for(session, OTHERS)

    with pytest.raises(ProposalNotFound):
        commands.decline_link(session, actor=citizen, proposal_id=proposal.id, phone_hash=MINE, at=NOW)


def test_proposals_tell_what_is_open_and_linked_already(session, made, citizen):
    give(session, made, citizen, account(session, citizen), host_user="linked")
    links = [Link(user, OTHERS) for user in ("linked", "open", "fresh")]
    commands.propose_links(session, actor=made.host, scenario_code=made.code, links=links[1:2], at=NOW)

    told = commands.propose_links(session, actor=made.host, scenario_code=made.code, links=links, at=NOW)

    assert told == LinksProposed(proposed=1, open_already=1, linked_already=1)
    assert len(session.scalars(select(LinkProposal)).all()) == 2


def test_links_are_proposed_by_the_host_alone_and_not_without_end(session, made, citizen):
    with pytest.raises(NotThisHost):
        commands.propose_links(
            session, actor=people.host(session, at=NOW), scenario_code=made.code, links=[], at=NOW
        )
    many = [Link(f"u-{number}", MINE) for number in range(10_001)]
    with pytest.raises(TooManyLinks):
        commands.propose_links(session, actor=made.host, scenario_code=made.code, links=many, at=NOW)
    assert commands.propose_links(
        session, actor=made.host, scenario_code=made.code, links=many[1:], at=NOW
    ) == LinksProposed(10_000, 0, 0)


@obligation("CQ-35.1")
def test_the_host_hears_of_both(session, made, citizen):
    account_id = account(session, citizen)
    given = give(session, made, citizen, account_id)
    commands.withdraw(session, actor=citizen, account_id=account_id, authorisation_id=given.id, at=NOW)

    events = session.scalars(
        select(OutboxMessage.template)
        .where(OutboxMessage.channel == "webhook", OutboxMessage.template.like("authorisation.%"))
        .order_by(OutboxMessage.id)
    ).all()
    assert events == ["authorisation.given", "authorisation.withdrawn"]
