"""Where the second computation disagrees nothing moves any more; and it keeps up with many movements."""

import itertools
import random

import pytest

from app.kernel.actor import SYSTEM
from app.kernel.session import transaction
from app.reports.registry import unit_pages
from cqcer import commands, queries
from cqcer.errors import ChecksFailed
from cqcer.queries.second_opinion import second_opinion
from cqcer.values import MovementKind, MovementOrder, Purpose, UnitState
from tests.integration.cqcer import registry as build
from tests.integration.cqcer import using
from tests.obligations import obligation


def by_hand(database, *statements):
    """Do what only the owner of the schema can: change the books with the triggers off."""
    with database.connect("tht_owner") as connection:
        for statement in (
            "ALTER TABLE holding DISABLE TRIGGER USER",
            *statements,
            "ALTER TABLE holding ENABLE TRIGGER USER",
        ):
            connection.execute(statement)


@obligation("CQ-30.3", "CQ-6.5")
def test_books_changed_by_hand_stop_every_movement_until_they_agree_again(committed):
    with transaction() as session:
        world = build.registry(session)
        world.at = build.issued(session, world, 1000)
        assert commands.audit_books(session, actor=SYSTEM, at=world.at).agrees
        waiting = commands.propose_movement(
            session,
            actor=world.agency[0],
            order=MovementOrder(
                kind=MovementKind.FREEZE,
                quantity=10,
                giving_account_id=world.owner.account.id,
                ground_document_id=build.paper(session),
            ),
            key="f",
            at=world.at,
        ).id

    by_hand(committed, "UPDATE holding SET end_no = end_no - 1 WHERE end_no = 1000")
    with transaction() as session:
        made = commands.audit_books(session, actor=SYSTEM, at=world.at)
        assert (made.agrees, made.findings[0]["code"]) == (False, "holdings_differ")
        published = unit_pages.all_units(session).audit
        assert published is not None
        assert not published.agrees

    def refused(act):
        with pytest.raises(ChecksFailed) as refusal, transaction() as session:
            act(session)
        assert 4018 in [one["code"] for one in refusal.value.details["checks"]]

    refused(lambda session: using.cancel(session, world, 5))
    refused(
        lambda session: commands.confirm_movement(
            session, actor=world.agency[1], movement_id=waiting, at=world.at
        )
    )

    by_hand(committed, "UPDATE holding SET end_no = 1000 WHERE end_no = 999")
    with transaction() as session:
        assert commands.audit_books(session, actor=SYSTEM, at=world.at).agrees
        assert using.cancel(session, world, 5).state == "executed"


@pytest.mark.slow
@obligation("CQ-30.3")
def test_a_hundred_thousand_unit_moves_are_replayed_and_agree(committed):
    draw = random.Random(20241120)
    moved, keys = 0, itertools.count()
    with transaction() as session:
        world = build.registry(session)
        world.at = build.issued(session, world, 20_000)
        ground = build.paper(session)
        for_whom = using.beneficiary(session, world, "public", "公众")
    kinds = {
        MovementKind.FREEZE: UnitState.HELD,
        MovementKind.UNFREEZE: UnitState.FROZEN_ORDER,
        MovementKind.CANCEL: UnitState.HELD,
    }
    officer, reviewer = world.agency
    owner = world.owner

    while moved < 100_000:
        kind = draw.choices(list(kinds), (10, 10, 1))[0]
        with transaction() as session:
            there = queries.free_quantity(session, owner.account.id, kinds[kind])
            quantity = min(there, draw.randint(1, 60 if kind is MovementKind.CANCEL else 400))
            if not quantity:
                continue
            cancels = kind is MovementKind.CANCEL
            order = MovementOrder(
                kind=kind,
                quantity=quantity,
                giving_account_id=owner.account.id,
                from_state=kinds[kind],
                purpose=Purpose.PUBLIC_BENEFIT if cancels else None,
                beneficiary_id=for_whom if cancels else None,
                ground_document_id=None if cancels else ground,
            )
            made = commands.propose_movement(
                session,
                actor=owner.initiator if cancels else officer,
                order=order,
                key=f"m{next(keys)}",
                at=world.at,
            )
            second = owner.confirmer if cancels else reviewer
            if draw.random() < 0.2:
                commands.refuse_movement(
                    session, actor=second, movement_id=made.id, reason="不同意", at=world.at
                )
            else:
                commands.confirm_movement(
                    session, actor=second, movement_id=made.id, at=world.at, second_factor=True
                )
                moved += quantity

    with transaction() as session:
        opinion = second_opinion(session)
        assert opinion.findings == []
        assert opinion.units == 20_000
        assert opinion.movements > 2 * moved / 400
        assert sum(queries.tally(session)[1:]) == 20_000
