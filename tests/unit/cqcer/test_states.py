"""Every state and act of every life of the registry leads to a state or is refused."""

from typing import Any

import pytest

from app.kernel.errors import ActOutOfTurn
from cqcer import states
from cqcer.values import (
    AccountAct,
    AccountState,
    BlockingAct,
    BlockingState,
    CaseAct,
    CaseState,
    CommissionAct,
    CommissionState,
    MethodologyAct,
    MethodologyState,
    MovementAct,
    MovementKind,
    MovementState,
    NoticeAct,
    NoticeState,
    OffsetAct,
    OffsetState,
    OrderAct,
    OrderState,
    ProposalAct,
    ProposalState,
    Purpose,
    RecognitionAct,
    RecognitionState,
    UnitState,
)
from tests.obligations import obligation

LIVES: list[tuple[str, Any, Any, Any, int, set[str]]] = [
    ("methodology", states.METHODOLOGY, MethodologyState, MethodologyAct, 8, {"abolished"}),
    (
        "project",
        states.PROJECT,
        CaseState,
        CaseAct,
        52,
        {"evaluation_failed", "withdrawn", "refused", "cancelled", "revoked"},
    ),
    (
        "batch",
        states.BATCH,
        CaseState,
        CaseAct,
        48,
        {"evaluation_failed", "withdrawn", "refused", "registered"},
    ),
    (
        "national project",
        states.NATIONAL_PROJECT,
        CaseState,
        CaseAct,
        32,
        {"withdrawn", "refused", "cancelled", "revoked"},
    ),
    (
        "national batch",
        states.NATIONAL_BATCH,
        CaseState,
        CaseAct,
        28,
        {"withdrawn", "refused", "registered"},
    ),
    ("notice", states.NOTICE, NoticeState, NoticeAct, 8, {"cleared", "aborted"}),
    ("offset", states.OFFSET, OffsetState, OffsetAct, 8, {"refused", "completed", "withdrawn"}),
    ("account", states.ACCOUNT, AccountState, AccountAct, 8, {"closed"}),
    (
        "movement",
        states.MOVEMENT,
        MovementState,
        MovementAct,
        10,
        {"executed", "refused", "withdrawn", "lapsed", "failed_checks"},
    ),
    ("recognition", states.RECOGNITION, RecognitionState, RecognitionAct, 5, {"ended"}),
    ("proposal", states.PROPOSAL, ProposalState, ProposalAct, 3, {"taken_up", "declined"}),
    ("commission", states.COMMISSION, CommissionState, CommissionAct, 5, {"declined", "ended"}),
    ("order", states.ORDER, OrderState, OrderAct, 6, {"met", "forced"}),
    ("blocking", states.BLOCKING, BlockingState, BlockingAct, 2, {"ended"}),
    ("units", states.UNITS, UnitState, MovementKind, 14, {"cancelled"}),
]
PAIRS = [
    pytest.param(life, state, act, id=f"{name}-{state}-{act}")
    for name, life, of_states, of_acts, _steps, _ends in LIVES
    for state in [None, *of_states]
    for act in of_acts
]


@pytest.mark.parametrize(("life", "state", "act"), PAIRS)
def test_every_pair_leads_to_a_state_or_is_refused(life, state, act):
    if (state, act) in life:
        assert states.after(life, state, act) == life[state, act]
        assert act in states.allowed(life, state)
    else:
        with pytest.raises(ActOutOfTurn) as refusal:
            states.after(life, state, act)
        assert refusal.value.details == {"state": state and state.value, "act": act.value}
        assert act not in states.allowed(life, state)


@pytest.mark.parametrize(("name", "life", "of_states", "of_acts", "steps", "ends"), LIVES)
def test_each_life_has_as_many_steps_and_the_ends_it_should(name, life, of_states, of_acts, steps, ends):
    assert len(life) == steps
    assert states.terminal(life) == ends


@pytest.mark.parametrize(("name", "life", "of_states", "of_acts", "steps", "ends"), LIVES)
def test_each_state_is_reached_from_nothing(name, life, of_states, of_acts, steps, ends):
    reached: set[Any] = {None}
    for _ in life:
        reached |= {to for (present, _act), to in life.items() if present in reached}

    assert {present for present, _act in life} <= reached


@obligation("CQ-29.2")
@pytest.mark.parametrize("kind", MovementKind)
def test_nothing_moves_a_cancelled_unit(kind):
    with pytest.raises(ActOutOfTurn):
        states.after(states.UNITS, UnitState.CANCELLED, kind)


@obligation("CQ-26.2")
def test_compliance_takes_only_what_is_held_for_the_bureaus_confirmation():
    assert states.CANCELLED_FROM[Purpose.COMPLIANCE_OFFSET] == {UnitState.FROZEN_OFFSET}
    assert set(states.CANCELLED_FROM) == set(Purpose)
    assert all(
        (state, MovementKind.CANCEL) in states.UNITS
        for allowed in states.CANCELLED_FROM.values()
        for state in allowed
    )


@obligation("CQ-20.4")
def test_a_passed_evaluation_alone_registers_nothing():
    assert states.allowed(states.PROJECT, CaseState.AWAITING_LETTER) == {
        CaseAct.ISSUE_LETTER,
        CaseAct.WITHDRAW,
        CaseAct.REFUSE_FOR_FRAUD,
    }
    assert [state for (state, act) in states.PROJECT if act is CaseAct.REGISTER] == [CaseState.LETTER_ISSUED]
