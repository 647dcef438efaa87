"""Confirming a movement by a second person, its waiting time, its execution or its end (业务确认)."""

from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.kernel.actor import Actor
from app.kernel.calendar import working_days_after
from app.kernel.days import day_in_china, end_of_day, start_of_day
from app.kernel.permissions import Permission
from app.kernel.sources import cites
from cqcer import queries
from cqcer.checks import refuse_if_failed, run
from cqcer.checks.units import MOVEMENT_CHECKS
from cqcer.commands.moving import facts_again, is_by_holder, step
from cqcer.commands.uses import certify
from cqcer.errors import (
    FactorMissing,
    MovementNotFound,
    NotARepresentative,
    ReasonMissing,
    SamePerson,
    StillWaiting,
)
from cqcer.models import HoldingAccount, Movement, TrustedParty
from cqcer.values import MovementAct, MovementKind, MovementState, Purpose, RepresentativeRole

TRUST_DAYS: Final = 4
"""Working days until a newly named party is trusted."""
LAPSE_DAYS: Final = 10
"""Working days in which a proposal is confirmed, or lapses."""


@cites("CQ-27.3", "CQ-27.4", "CQ-29.1", "Q-49")
def confirm_movement(
    session: Session, *, actor: Actor, movement_id: int, at: datetime, second_factor: bool = False
) -> Movement:
    """Confirm what another person proposed; executed at once where nothing must be waited for.

    Args:
        second_factor: a fresh factor was given: every holder's confirmation needs one, and an
            individual's stands for a second person (Q-49).

    Raises:
        MovementNotFound: there is none, or it is another account's.
        SamePerson: the actor proposed it.
        NotARepresentative: the actor does not confirm for the account.
        FactorMissing: a holder's representative gave no fresh factor.
        ChecksFailed: what stood for it when it was proposed does no longer.
        ActOutOfTurn: it is not waiting for confirmation.

    Source: CQ-27.3, CQ-27.4, CQ-29.1, Q-49.
    """
    movement = _locked(session, movement_id)
    representative_id = _may_confirm(session, actor, movement, second_factor)
    if representative_id is not None and not second_factor:
        raise FactorMissing
    report = run(MOVEMENT_CHECKS, facts_again(session, movement), at=MovementAct.CONFIRM)
    refuse_if_failed(report)
    step(
        session,
        movement,
        MovementAct.CONFIRM,
        actor=actor,
        at=at,
        representative_id=representative_id,
        second_factor=second_factor,
        report=report,
    )
    return _waited(session, actor, movement, at)


@cites("CQ-6.6", "Q-44", "Q-49")
def conclude_movement(session: Session, *, actor: Actor, movement: Movement, at: datetime) -> Movement:
    """Confirm and execute at once what the machine placed because of an act of the actor.

    Raises:
        SamePerson: the actor placed it.
        ChecksFailed: numbered checks stand against it.

    Source: CQ-6.6, Q-44, Q-49.
    """
    if movement.proposed_by == actor.ref:
        raise SamePerson
    report = run(MOVEMENT_CHECKS, facts_again(session, movement), at=MovementAct.CONFIRM)
    refuse_if_failed(report)
    step(session, movement, MovementAct.CONFIRM, actor=actor, at=at, report=report)
    return _waited(session, actor, movement, at)


def _waited(session: Session, actor: Actor, movement: Movement, at: datetime) -> Movement:
    until = _waits_until(session, movement, at)
    step(session, movement, MovementAct.WAIT, actor=actor, at=at, waits_until=until)
    if until <= at:
        execute_movement(session, actor=actor, movement_id=movement.id, at=at)
    return movement


@cites("CQ-29.1", "CQ-30.3")
def execute_movement(session: Session, *, actor: Actor, movement_id: int, at: datetime) -> Movement:
    """Execute a confirmed movement whose waiting time is over; units move, or are released.

    Raises:
        StillWaiting: the waiting time is not over.
        ActOutOfTurn: it is not waiting to be executed.

    Source: CQ-29.1, CQ-30.3.
    """
    movement = _locked(session, movement_id)
    if movement.state == MovementState.WAITING and movement.waits_until and at < movement.waits_until:
        raise StillWaiting(until=movement.waits_until.isoformat())
    report = run(MOVEMENT_CHECKS, facts_again(session, movement), at=MovementAct.EXECUTE)
    act = MovementAct.FAIL_CHECKS if report.refusals else MovementAct.EXECUTE
    step(session, movement, act, actor=actor, at=at, report=report)
    certify(session, movement, at=at)
    return movement


@cites("CQ-30.3", "Q-49")
def refuse_movement(
    session: Session, *, actor: Actor, movement_id: int, reason: str, at: datetime
) -> Movement:
    """Refuse what another person proposed; its units are as they were.

    Raises:
        ReasonMissing: nothing is said why.
        MovementNotFound, SamePerson, NotARepresentative: the actor cannot decide it.
        ActOutOfTurn: it was decided.

    Source: CQ-30.3, Q-49.
    """
    if not reason.strip():
        raise ReasonMissing
    movement = _locked(session, movement_id)
    representative_id = _may_confirm(session, actor, movement, second_factor=True)
    return step(
        session,
        movement,
        MovementAct.REFUSE,
        actor=actor,
        at=at,
        representative_id=representative_id,
        reason=reason.strip(),
    )


@cites("CQ-30.3", "Q-49")
def withdraw_movement(session: Session, *, actor: Actor, movement_id: int, at: datetime) -> Movement:
    """Withdraw what the actor proposed, before it is executed.

    Raises:
        MovementNotFound: the actor did not propose it.
        ActOutOfTurn: it has ended.

    Source: CQ-30.3, Q-49.
    """
    movement = _locked(session, movement_id)
    if movement.proposed_by != actor.ref:
        raise MovementNotFound(movement_id=movement_id)
    return step(session, movement, MovementAct.WITHDRAW, actor=actor, at=at)


@cites("CQ-30.3")
def execute_due(session: Session, *, actor: Actor, at: datetime, limit: int = 100) -> int:
    """Execute movements whose waiting time is over.

    Returns:
        How many ended; call again until it is 0.

    Source: CQ-30.3.
    """
    due = session.scalars(
        select(Movement.id)
        .where(Movement.state == MovementState.WAITING.value, Movement.waits_until <= at)
        .order_by(Movement.id)
        .limit(limit)
    ).all()
    for movement_id in due:
        if _locked(session, movement_id).state == MovementState.WAITING:
            execute_movement(session, actor=actor, movement_id=movement_id, at=at)
    return len(due)


@cites("Q-49", "Q-03")
def lapse_due(session: Session, *, actor: Actor, at: datetime, limit: int = 100) -> int:
    """End proposals that nobody confirmed within ten working days; their units are as they were.

    Returns:
        How many lapsed.

    Source: Q-49, Q-03.
    """
    lapsed = 0
    for movement_id in queries.open_movements(session, MovementState.PROPOSED, limit=limit):
        movement = _locked(session, movement_id)
        last = working_days_after(session, day_in_china(movement.proposed_at), LAPSE_DAYS)
        if (
            movement.state == MovementState.PROPOSED
            and not last.provisional
            and at >= end_of_day(last.last_day)
        ):
            step(session, movement, MovementAct.LAPSE, actor=actor, at=at)
            lapsed += 1
    return lapsed


def _locked(session: Session, movement_id: int) -> Movement:
    # accounts before the movement, in the order of ids, like every other act on units
    movement = queries.movement(session, movement_id)
    touched = {movement.giving_account_id, movement.taking_account_id} - {None}
    session.execute(
        select(HoldingAccount.id)
        .where(HoldingAccount.id.in_(touched))
        .order_by(HoldingAccount.id)
        .with_for_update(key_share=True)
    )
    return queries.movement(session, movement_id, again=True)


def _may_confirm(session: Session, actor: Actor, movement: Movement, second_factor: bool) -> int | None:
    purpose = None if movement.purpose is None else Purpose(movement.purpose)
    if not is_by_holder(MovementKind(movement.kind), purpose) or movement.giving_account_id is None:
        actor.require(Permission.CONFIRM_REGISTRY_ACT)
        if movement.proposed_by == actor.ref:
            raise SamePerson
        return None
    actor.require(Permission.MOVE_OWN_UNITS)
    account = queries.account(session, movement.giving_account_id)
    if movement.proposed_by == actor.ref and not (second_factor and account.person_id is not None):
        raise SamePerson
    found = queries.current_representative(session, actor, account.id, RepresentativeRole.CONFIRMING)
    if found is None:
        raise NotARepresentative
    return found.id


def _waits_until(session: Session, movement: Movement, at: datetime) -> datetime:
    if movement.kind != MovementKind.GIFT:
        return at
    trusted = session.scalars(
        select(TrustedParty).where(
            TrustedParty.account_id == movement.giving_account_id,
            TrustedParty.party_id == movement.taking_account_id,
            TrustedParty.ended_at.is_(None),
        )
    ).one_or_none()
    if trusted is None:
        return start_of_day(working_days_after(session, day_in_china(at), 1).last_day)
    usable = working_days_after(session, day_in_china(trusted.named_at), TRUST_DAYS)
    return max(at, start_of_day(usable.last_day))
