"""Corrections: no silent take-back; clause, evidence, two people, notice, fifteen days, that very lot."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.kernel.days import day_in_china
from app.kernel.documents import DocumentNotFound, Received, record_document
from app.kernel.errors import ActOutOfTurn, Forbidden
from app.kernel.outbox import OutboxMessage
from app.kernel.permissions import Role
from points import commands, queries
from points.errors import (
    CorrectionExists,
    CorrectionInvalid,
    CorrectionNotFound,
    EntryNotFound,
    ObjectionTimeOver,
    ObjectionTimeRuns,
    SecondPersonNeeded,
)
from points.values import CorrectionState, Kind
from tests.builders import points as build
from tests.builders.points import CLAUSE, NOON
from tests.obligations import obligation

TODAY = day_in_china(NOON)
AFTER = NOON + timedelta(days=16)  # past the fifteen full days


@pytest.fixture
def officer():
    return build.operator()


@pytest.fixture
def reviewer():
    return build.operator(Role.OPERATOR_REVIEWER)


@pytest.fixture
def evidence(session):
    return record_evidence(session)


def record_evidence(session):
    return record_document(
        session,
        Received(b"e" * 32, 1),
        media_type="application/pdf",
        filename="evidence.pdf",
        created_by="test",
        at=NOON,
    )


@pytest.fixture
def wrong(session, ready, holder):
    """A behaviour of 60 points in a lot of 100."""
    first, _second = build.earn(session, ready, holder.id, 60_00, 40_00)
    return first


@pytest.fixture
def proposed(session, officer, holder, wrong, evidence):
    return propose(session, officer, holder, wrong, evidence)


@pytest.fixture
def confirmed(session, reviewer, proposed):
    return commands.confirm_correction(session, actor=reviewer, correction_id=proposed.id, at=NOON)


def propose(session, actor, holder, behaviour, evidence, **changes):
    said = {
        "account_id": holder.id,
        "behaviour_id": behaviour,
        "behaviour_day": TODAY,
        "amount": 60_00,
        "rule_clause": CLAUSE,
        "reason": "场景方重复上报",
        "evidence_id": evidence.id,
    }
    return commands.propose_correction(session, actor=actor, **{**said, **changes}, at=NOON)


def told(session, holder, template):
    found = session.scalars(
        select(OutboxMessage).where(
            OutboxMessage.template == template,
            OutboxMessage.recipient == f"person:{holder.actor.person_id}",
        )
    )
    return sorted(message.channel for message in found)


@obligation("Q-25", "CQ-34.10", "T-04")
def test_a_correction_takes_the_points_of_that_behaviour_after_its_whole_way(
    session, holder, reviewer, confirmed, wrong
):
    done = commands.execute_correction(session, actor=reviewer, correction_id=confirmed.id, at=AFTER)

    assert (done.state, done.executed_amount) == ("executed", 60_00)
    balance = queries.balance(session, holder.id, TODAY)
    assert (balance.available, balance.corrected) == (40_00, 60_00)
    line = queries.statement(session, holder.id).items[0]
    assert (line.kind, line.amount, line.correction_id) == (Kind.CORRECT, 60_00, done.id)
    assert told(session, holder, "correction.notice") == ["in_app", "sms"]
    assert told(session, holder, "correction.executed") == ["in_app", "sms"]


@obligation("Q-25")
def test_a_proposal_alone_moves_nothing_and_tells_nobody(session, holder, proposed):
    assert queries.spendable(session, holder.id, TODAY) == 100_00
    assert queries.corrections_of(session, holder.id) == []
    assert told(session, holder, "correction.notice") == []


@obligation("Q-25")
def test_who_proposed_does_not_confirm_answer_or_execute(session, holder, wrong, evidence):
    both = build.acting(Role.OPERATOR_OFFICER)
    both = type(both)(
        kind=both.kind,
        staff_id=both.staff_id,
        permissions=both.permissions | build.operator(Role.OPERATOR_REVIEWER).permissions,
    )
    made = propose(session, both, holder, wrong, evidence)

    with pytest.raises(SecondPersonNeeded):
        commands.confirm_correction(session, actor=both, correction_id=made.id, at=NOON)
    reviewer = build.operator(Role.OPERATOR_REVIEWER)
    commands.confirm_correction(session, actor=reviewer, correction_id=made.id, at=NOON)
    with pytest.raises(SecondPersonNeeded):
        commands.execute_correction(session, actor=both, correction_id=made.id, at=AFTER)
    commands.object_to_correction(
        session, actor=holder.actor, correction_id=made.id, objection="不是重复", at=NOON
    )
    with pytest.raises(SecondPersonNeeded):
        commands.answer_objection(session, actor=both, correction_id=made.id, answer="是", at=NOON)


@obligation("Q-25", "CQ-34.10")
def test_no_other_role_proposes_confirms_or_executes(session, holder, wrong, evidence, confirmed):
    for role in set(Role) - {Role.OPERATOR_OFFICER, Role.OPERATOR_REVIEWER}:
        actor = build.acting(role)
        with pytest.raises(Forbidden):
            propose(session, actor, holder, wrong, evidence)
        with pytest.raises(Forbidden):
            commands.confirm_correction(session, actor=actor, correction_id=confirmed.id, at=NOON)
        with pytest.raises(Forbidden):
            commands.execute_correction(session, actor=actor, correction_id=confirmed.id, at=AFTER)
    with pytest.raises(Forbidden):
        commands.execute_correction(session, actor=build.operator(), correction_id=confirmed.id, at=AFTER)


@obligation("Q-25")
def test_nothing_is_taken_before_the_fifteen_days_are_over(session, reviewer, holder, confirmed):
    end = confirmed.object_until

    with pytest.raises(ObjectionTimeRuns):
        commands.execute_correction(
            session, actor=reviewer, correction_id=confirmed.id, at=end - timedelta(microseconds=1)
        )

    assert queries.corrections_due(session, end - timedelta(microseconds=1)) == []
    assert [due.id for due in queries.corrections_due(session, end)] == [confirmed.id]
    commands.execute_correction(session, actor=reviewer, correction_id=confirmed.id, at=end)


@obligation("Q-25")
def test_an_objection_must_be_answered_before_anything_is_taken(session, holder, reviewer, confirmed):
    commands.object_to_correction(
        session, actor=holder.actor, correction_id=confirmed.id, objection="我确实骑行了", at=NOON
    )

    with pytest.raises(ActOutOfTurn):
        commands.execute_correction(session, actor=reviewer, correction_id=confirmed.id, at=AFTER)
    assert queries.corrections_due(session, AFTER) == []
    commands.answer_objection(
        session, actor=reviewer, correction_id=confirmed.id, answer="轨迹与前一笔相同", at=AFTER
    )
    done = commands.execute_correction(session, actor=reviewer, correction_id=confirmed.id, at=AFTER)

    assert (done.objection, done.answer, done.state) == ("我确实骑行了", "轨迹与前一笔相同", "executed")
    assert told(session, holder, "correction.answer") == ["in_app", "sms"]


@obligation("Q-25")
def test_an_objection_after_the_fifteen_days_is_refused(session, holder, confirmed):
    with pytest.raises(ObjectionTimeOver):
        commands.object_to_correction(
            session,
            actor=holder.actor,
            correction_id=confirmed.id,
            objection="晚了",
            at=confirmed.object_until,
        )

    assert queries.correction(session, confirmed.id).state == "confirmed"


@obligation("Q-25")
def test_nobody_else_objects_or_sees(session, confirmed, proposed):
    other = build.holder(session)

    with pytest.raises(CorrectionNotFound):
        commands.object_to_correction(
            session, actor=other.actor, correction_id=confirmed.id, objection="?", at=NOON
        )
    assert queries.corrections_of(session, other.id) == []


@obligation("Q-25")
def test_giving_way_to_an_objection_withdraws_the_correction(session, holder, reviewer, confirmed):
    commands.object_to_correction(
        session, actor=holder.actor, correction_id=confirmed.id, objection="我确实骑行了", at=NOON
    )

    commands.withdraw_correction(
        session, actor=reviewer, correction_id=confirmed.id, reason="异议成立", at=NOON
    )

    assert queries.spendable(session, holder.id, TODAY) == 100_00
    assert told(session, holder, "correction.withdrawn") == ["in_app", "sms"]
    with pytest.raises(ActOutOfTurn):
        commands.execute_correction(session, actor=reviewer, correction_id=confirmed.id, at=AFTER)


@obligation("Q-25")
def test_only_unspent_points_of_that_very_lot_are_taken(session, ready, holder, shop, reviewer, confirmed):
    build.earn(session, ready, holder.id, 500_00, at=NOON + timedelta(days=1))
    offer = build.offer(session, shop, price=70_00)
    commands.redeem(session, actor=holder.actor, offer_id=offer.id, key="k", at=NOON + timedelta(days=1))

    done = commands.execute_correction(session, actor=reviewer, correction_id=confirmed.id, at=AFTER)

    assert done.executed_amount == 30_00
    lots = queries.lots_of(session, holder.id)
    assert [(lot.available, lot.reserved, lot.corrected) for lot in lots] == [
        (0, 70_00, 30_00),
        (500_00, 0, 0),
    ]


@obligation("Q-25")
def test_where_all_is_spent_nothing_is_taken_and_nothing_is_owed(session, holder, shop, reviewer, confirmed):
    offer = build.offer(session, shop, price=100_00)
    commands.redeem(session, actor=holder.actor, offer_id=offer.id, key="k", at=NOON)

    done = commands.execute_correction(session, actor=reviewer, correction_id=confirmed.id, at=AFTER)

    assert (done.state, done.executed_amount) == ("executed", 0)
    assert Kind.CORRECT not in {line.kind for line in queries.statement(session, holder.id).items}


@obligation("Q-25", "CQ-34.9")
def test_what_has_expired_is_left_to_expiry_whether_or_not_it_was_swept(session, holder, reviewer, confirmed):
    done = commands.execute_correction(
        session, actor=reviewer, correction_id=confirmed.id, at=NOON + timedelta(days=1827)
    )

    assert (done.state, done.executed_amount) == ("executed", 0)
    assert queries.balance(session, holder.id, TODAY + timedelta(days=1827)).expired == 100_00


@obligation("Q-25", "T-04")
def test_a_behaviour_is_corrected_once(session, officer, holder, wrong, evidence, reviewer, confirmed):
    with pytest.raises(CorrectionExists):
        propose(session, officer, holder, wrong, evidence)

    commands.execute_correction(session, actor=reviewer, correction_id=confirmed.id, at=AFTER)
    with pytest.raises(CorrectionExists):
        propose(session, officer, holder, wrong, evidence)
    with pytest.raises(ActOutOfTurn):
        commands.execute_correction(session, actor=reviewer, correction_id=confirmed.id, at=AFTER)


@obligation("Q-25")
@pytest.mark.parametrize(
    ("changes", "refused"),
    [
        ({"rule_clause": "运营主体可以随时收回积分"}, CorrectionInvalid),
        ({"reason": " "}, CorrectionInvalid),
        ({"amount": 60_01}, CorrectionInvalid),
        ({"amount": 0}, CorrectionInvalid),
        ({"evidence_id": 10**9}, DocumentNotFound),
        ({"behaviour_id": 10**9}, EntryNotFound),
    ],
)
def test_a_proposal_without_ground_is_refused(session, officer, holder, wrong, evidence, changes, refused):
    with pytest.raises(refused):
        propose(session, officer, holder, wrong, evidence, **changes)


@obligation("Q-25")
def test_the_bureau_sees_the_list(session, reviewer, confirmed):
    commands.execute_correction(session, actor=reviewer, correction_id=confirmed.id, at=AFTER)

    listed = queries.corrections(
        session, states=[CorrectionState.EXECUTED], proposed_since=TODAY, proposed_until=TODAY
    )
    before = queries.corrections(session, proposed_until=TODAY - timedelta(days=1))

    assert [found.id for found in listed.items] == [confirmed.id]
    assert before.items == []
