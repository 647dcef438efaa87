"""Movements of units: proposed by one, confirmed by another, nothing lost on any way."""

from dataclasses import replace
from datetime import timedelta

import pytest

from app.kernel.actor import SYSTEM, Actor, ActorKind
from app.kernel.errors import ActOutOfTurn
from app.kernel.idempotency import KeyReused
from cqcer import commands, queries
from cqcer.errors import ChecksFailed, NotARepresentative, SamePerson, StillWaiting, UnitNotFound
from cqcer.models import BooksAudit
from cqcer.values import MovementKind, MovementOrder, Purpose, Range, UnitState
from tests.integration.cqcer import registry as build
from tests.obligations import obligation


@pytest.fixture
def world(session):
    made = build.registry(session)
    made.at = build.issued(session, made, 1000)
    return made


def gift(world, to, quantity):
    return MovementOrder(
        kind=MovementKind.GIFT,
        quantity=quantity,
        giving_account_id=world.owner.account.id,
        taking_account_id=to.account.id,
    )


def shown(session, account):
    return [(part.range, part.state) for part in queries.holdings_of(session, account.id)]


@obligation("CQ-20.5", "CQ-20.6", "CQ-30.3")
def test_a_registered_batch_becomes_one_block_of_its_owner(session, world):
    parts = queries.holdings_of(session, world.owner.account.id)

    assert [(part.range, part.state) for part in parts] == [(Range(1, 1000), UnitState.HELD)]
    assert queries.tally(session) == (1000, 1000, 0, 0, 0, 0)
    assert queries.unit(session, 500).serial.units == Range(500, 500)
    with pytest.raises(UnitNotFound):
        queries.unit(session, 1001)


@obligation("CQ-27.4", "CQ-30.3")
def test_a_gift_waits_for_the_next_working_day_and_then_moves(session, world):
    other = build.holder(session, world.agency[0])
    proposed = commands.propose_movement(
        session, actor=world.owner.initiator, order=gift(world, other, 300), key="g", at=world.at
    )
    assert queries.tally(session) == (1000, 700, 300, 0, 0, 0)

    commands.confirm_movement(
        session, actor=world.owner.confirmer, movement_id=proposed.id, at=world.at, second_factor=True
    )
    assert proposed.state == "waiting"
    with pytest.raises(StillWaiting):
        commands.confirming.execute_movement(session, actor=SYSTEM, movement_id=proposed.id, at=world.at)
    assert proposed.waits_until is not None
    assert commands.execute_due(session, actor=SYSTEM, at=proposed.waits_until) == 1

    session.refresh(proposed)
    assert proposed.state == "executed"
    assert shown(session, world.owner.account) == [(Range(301, 1000), UnitState.HELD)]
    assert shown(session, other.account) == [(Range(1, 300), UnitState.HELD)]
    assert queries.tally(session) == (1000, 1000, 0, 0, 0, 0)


@obligation("CQ-30.3")
@pytest.mark.parametrize("ending", ["refuse", "withdraw", "lapse"])
def test_what_is_not_executed_leaves_no_trace_in_the_holdings(session, world, ending):
    other = build.holder(session, world.agency[0])
    before = queries.holdings_of(session, world.owner.account.id)
    proposed = commands.propose_movement(
        session, actor=world.owner.initiator, order=gift(world, other, 300), key="g", at=world.at
    )

    if ending == "refuse":
        commands.refuse_movement(
            session, actor=world.owner.confirmer, movement_id=proposed.id, reason="不同意", at=world.at
        )
    elif ending == "withdraw":
        commands.withdraw_movement(session, actor=world.owner.initiator, movement_id=proposed.id, at=world.at)
    else:
        assert commands.lapse_due(session, actor=SYSTEM, at=world.at + timedelta(days=10)) == 0
        assert commands.lapse_due(session, actor=SYSTEM, at=world.at + timedelta(days=20)) == 1

    assert queries.holdings_of(session, world.owner.account.id) == before
    assert queries.tally(session) == (1000, 1000, 0, 0, 0, 0)
    with pytest.raises(ActOutOfTurn):
        commands.confirm_movement(
            session,
            actor=world.owner.confirmer,
            movement_id=proposed.id,
            at=world.at + timedelta(days=21),
            second_factor=True,
        )


@obligation("Q-49")
def test_one_person_alone_moves_nothing(session, world):
    other = build.holder(session, world.agency[0])
    proposed = commands.propose_movement(
        session, actor=world.owner.initiator, order=gift(world, other, 1), key="g", at=world.at
    )

    with pytest.raises(SamePerson):
        commands.confirm_movement(session, actor=world.owner.initiator, movement_id=proposed.id, at=world.at)
    with pytest.raises(NotARepresentative):
        commands.confirm_movement(session, actor=other.confirmer, movement_id=proposed.id, at=world.at)
    with pytest.raises(NotARepresentative):
        commands.propose_movement(
            session, actor=world.owner.confirmer, order=gift(world, other, 1), key="h", at=world.at
        )


@obligation("CQ-30.1")
def test_the_same_key_gives_the_same_movement_and_other_content_is_refused(session, world):
    other = build.holder(session, world.agency[0])
    order = gift(world, other, 10)
    one = commands.propose_movement(session, actor=world.owner.initiator, order=order, key="k", at=world.at)
    again = commands.propose_movement(session, actor=world.owner.initiator, order=order, key="k", at=world.at)

    assert again.id == one.id
    assert queries.tally(session).reserved == 10
    with pytest.raises(KeyReused):
        commands.propose_movement(
            session, actor=world.owner.initiator, order=replace(order, quantity=11), key="k", at=world.at
        )


@obligation("CQ-27.3", "CQ-29.2", "CQ-29.3")
def test_the_owner_cancels_for_good_and_for_somebody(session, world):
    for_whom = commands.enter_beneficiary(
        session, actor=world.agency[0], kind="public", name="社会公众", organisation_id=None, at=world.at
    )
    order = MovementOrder(
        kind=MovementKind.CANCEL,
        quantity=400,
        giving_account_id=world.owner.account.id,
        purpose=Purpose.PUBLIC_BENEFIT,
        beneficiary_id=for_whom.id,
    )
    proposed = commands.propose_movement(
        session, actor=world.owner.initiator, order=order, key="c", at=world.at
    )
    done = commands.confirm_movement(
        session, actor=world.owner.confirmer, movement_id=proposed.id, at=world.at, second_factor=True
    )

    assert done.state == "executed"
    assert queries.tally(session) == (1000, 600, 0, 0, 0, 400)
    assert queries.unit(session, 400).state is UnitState.CANCELLED
    with pytest.raises(ChecksFailed) as refusal:
        commands.propose_movement(
            session, actor=world.owner.initiator, order=replace(order, quantity=601), key="d", at=world.at
        )
    assert [one["code"] for one in refusal.value.details["checks"]] == [4002]


@obligation("CQ-39.2", "Q-13")
def test_the_agency_freezes_and_unfreezes_with_a_ground_and_two_people(session, world):
    officer, reviewer = world.agency
    order = MovementOrder(
        kind=MovementKind.FREEZE,
        quantity=250,
        giving_account_id=world.owner.account.id,
        ground_document_id=build.paper(session),
    )
    frozen = commands.propose_movement(session, actor=officer, order=order, key="f", at=world.at)
    with pytest.raises(SamePerson):
        commands.confirm_movement(
            session, actor=officer, movement_id=frozen.id, at=world.at, second_factor=True
        )
    commands.confirm_movement(session, actor=reviewer, movement_id=frozen.id, at=world.at, second_factor=True)
    assert queries.tally(session) == (1000, 750, 0, 0, 250, 0)

    thawed = commands.propose_movement(
        session,
        actor=officer,
        order=replace(order, kind=MovementKind.UNFREEZE, quantity=150, from_state=UnitState.FROZEN_ORDER),
        key="u",
        at=world.at,
    )
    commands.confirm_movement(session, actor=reviewer, movement_id=thawed.id, at=world.at, second_factor=True)
    assert queries.tally(session) == (1000, 900, 0, 0, 100, 0)


@obligation("CQ-27.4")
def test_who_is_not_the_owner_gives_nothing_away(session, world):
    other, third = build.holder(session, world.agency[0]), build.holder(session, world.agency[0])
    first = commands.propose_movement(
        session, actor=world.owner.initiator, order=gift(world, other, 5), key="g", at=world.at
    )
    commands.confirm_movement(
        session, actor=world.owner.confirmer, movement_id=first.id, at=world.at, second_factor=True
    )
    commands.execute_due(session, actor=SYSTEM, at=world.at + timedelta(days=7))
    order = MovementOrder(
        kind=MovementKind.GIFT,
        quantity=5,
        giving_account_id=other.account.id,
        taking_account_id=third.account.id,
    )

    report = commands.dry_run(session, actor=other.initiator, order=order)

    assert [one.code for one in report.refusals] == [4008]
    assert queries.tally(session).reserved == 0


@obligation("Q-49")
def test_between_trusted_parties_nothing_waits_after_four_working_days(session, world):
    other = build.holder(session, world.agency[0])
    commands.trust_party(
        session,
        actor=world.owner.confirmer,
        named_by=world.owner.initiator.ref,
        account_id=world.owner.account.id,
        party_id=other.account.id,
        at=world.at,
    )
    later = world.at + timedelta(days=10)
    for key, at, state in (("early", world.at, "waiting"), ("late", later, "executed")):
        proposed = commands.propose_movement(
            session, actor=world.owner.initiator, order=gift(world, other, 1), key=key, at=at
        )
        commands.confirm_movement(
            session, actor=world.owner.confirmer, movement_id=proposed.id, at=at, second_factor=True
        )
        assert proposed.state == state


def test_a_person_confirms_their_own_with_a_second_factor(session, world):
    person = build.people.citizen(session, at=world.at)
    actor = Actor(kind=ActorKind.CITIZEN, person_id=person.person_id, permissions=build.HOLDER)
    account = commands.apply_for_account(session, actor=actor, papers={}, at=world.at)
    commands.open_account(session, actor=world.agency[0], account_id=account.id, at=world.at)
    given = commands.propose_movement(
        session,
        actor=world.owner.initiator,
        order=MovementOrder(
            kind=MovementKind.GIFT,
            quantity=3,
            giving_account_id=world.owner.account.id,
            taking_account_id=account.id,
        ),
        key="g",
        at=world.at,
    )
    commands.confirm_movement(
        session, actor=world.owner.confirmer, movement_id=given.id, at=world.at, second_factor=True
    )
    later = world.at + timedelta(days=7)
    commands.execute_due(session, actor=SYSTEM, at=later)
    for_whom = commands.enter_beneficiary(
        session, actor=world.agency[0], kind="person", name="本人", organisation_id=None, at=later
    )
    order = MovementOrder(
        kind=MovementKind.CANCEL,
        quantity=3,
        giving_account_id=account.id,
        purpose=Purpose.PERSONAL,
        beneficiary_id=for_whom.id,
    )
    proposed = commands.propose_movement(session, actor=actor, order=order, key="p", at=later)

    with pytest.raises(SamePerson):
        commands.confirm_movement(session, actor=actor, movement_id=proposed.id, at=later)
    done = commands.confirm_movement(
        session, actor=actor, movement_id=proposed.id, at=later, second_factor=True
    )

    assert done.state == "executed"
    assert queries.tally(session).cancelled == 3


@obligation("CQ-6.5", "CQ-30.3")
def test_the_second_computation_agrees_and_its_disagreement_stops_movements(session, world):
    other = build.holder(session, world.agency[0])
    commands.propose_movement(
        session, actor=world.owner.initiator, order=gift(world, other, 10), key="g", at=world.at
    )
    audit = commands.audit_books(session, actor=SYSTEM, at=world.at)
    assert (audit.agrees, audit.findings, audit.units) == (True, [], 1000)

    session.add(
        BooksAudit(at=world.at, agrees=False, movements=1, units=1, findings=[{"code": "x"}], made_by="test")
    )
    session.flush()
    with pytest.raises(ChecksFailed) as refusal:
        commands.propose_movement(
            session, actor=world.owner.initiator, order=gift(world, other, 10), key="h", at=world.at
        )
    assert [one["code"] for one in refusal.value.details["checks"]] == [4018]
