"""Compliance offset (履约抵销): applied for by the unit, confirmed by the Bureau, cancelled by the agency."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.kernel import audit
from app.kernel.actor import SYSTEM, Actor
from app.kernel.days import day_in_china
from app.kernel.permissions import Permission
from app.kernel.sources import cites
from cqcer import queries, ranges, states
from cqcer.checks import Report, refuse_if_failed, run
from cqcer.checks.offsets import OFFSET_CHECKS
from cqcer.commands.accounts import known_beneficiary
from cqcer.commands.confirming import conclude_movement, confirm_movement
from cqcer.commands.moving import place_movement
from cqcer.errors import HoldingAccountNotFound, NotEnoughUnits, OffsetNotFound, ReasonMissing
from cqcer.models import Movement, OffsetApplication, OffsetStep
from cqcer.values import (
    MovementKind,
    MovementOrder,
    OffsetAct,
    OffsetState,
    Purpose,
    Range,
    RepresentativeRole,
    UnitState,
)

_NAME = text("select name from organisation where id = :id")


@cites("CQ-26.1", "CQ-26.2", "CQ-42.3", "Q-44")
def begin_offset(
    session: Session,
    *,
    actor: Actor,
    compliance_year: int,
    emissions_t: int,
    base_t: int,
    quantity: int,
    document_id: int,
    block_id: int | None = None,
    key: str,
    at: datetime,
) -> OffsetApplication:
    """Begin an application of the actor's unit; its units are reserved until the other person submits it.

    Args:
        emissions_t: verified emissions of the year, tonnes.
        base_t: to which the ratios apply: those emissions, or the duty to surrender (Q-16).

    Raises:
        HoldingAccountNotFound: the unit has no account.
        NotARepresentative: the actor does not initiate for it.
        ChecksFailed: numbered checks stand against it; nothing is reserved.

    Source: CQ-26.1, CQ-26.2, CQ-42.3, Q-44.
    """
    actor.require(Permission.APPLY_FOR_OFFSET)
    account = queries.account_of(session, organisation_id=actor.organisation_id or 0)
    if account is None:
        raise HoldingAccountNotFound
    queries.account(session, account.id, lock=True)
    try:
        found = ranges.take(
            queries.free_ranges(session, account.id, UnitState.HELD, block_id=block_id), max(1, quantity)
        )
    except NotEnoughUnits:
        found = list(queries.free_ranges(session, account.id, UnitState.HELD, block_id=block_id))
    facts = queries.offset_facts(
        session,
        organisation_id=account.organisation_id or 0,
        compliance_year=compliance_year,
        emissions_t=emissions_t,
        base_t=base_t,
        asked_t=quantity,
        ranges=found,
        on=day_in_china(at),
    )
    report = run(OFFSET_CHECKS, facts, at=OffsetAct.BEGIN)
    refuse_if_failed(report)
    made = OffsetApplication(
        organisation_id=account.organisation_id,
        account_id=account.id,
        compliance_year=compliance_year,
        emissions_t=emissions_t,
        base_t=base_t,
        quantity=quantity,
        document_id=document_id,
        created_by=actor.ref,
        created_at=at,
    )
    session.add(made)
    session.flush()
    session.refresh(made)
    _step(session, actor, made, OffsetAct.BEGIN, at, report=report)
    place_movement(
        session,
        actor=actor,
        order=MovementOrder(
            kind=MovementKind.HOLD_FOR_OFFSET,
            quantity=quantity,
            giving_account_id=account.id,
            block_id=block_id,
            offset_id=made.id,
        ),
        key=key,
        at=at,
    )
    return made


@cites("CQ-26.1", "CQ-26.2", "Q-49")
def submit_offset(
    session: Session,
    *,
    actor: Actor,
    application_id: int,
    second_factor: bool = False,
    document_id: int | None = None,
    at: datetime,
) -> OffsetApplication:
    """Submit an application that another person began, or one that was returned; its units are frozen.

    Raises:
        OffsetNotFound: there is none, or it is another unit's.
        SamePerson, NotARepresentative, FactorMissing: the actor cannot confirm it.
        ChecksFailed: what stood for it does no longer.
        ActOutOfTurn: it stands elsewhere.

    Source: CQ-26.1, CQ-26.2, Q-49.
    """
    actor.require(Permission.APPLY_FOR_OFFSET)
    made = _own(session, actor, application_id)
    hold = queries.hold_of(session, made.id)
    if hold is None:
        raise OffsetNotFound(application_id=application_id)
    report = _checked(session, made, hold, OffsetAct.SUBMIT, at)
    refuse_if_failed(report)
    states.after(states.OFFSET, OffsetState(made.state), OffsetAct.SUBMIT)
    if made.state == OffsetState.DRAFT:
        confirm_movement(session, actor=actor, movement_id=hold, at=at, second_factor=second_factor)
    else:
        queries.require_representative(session, actor, made.account_id, RepresentativeRole.CONFIRMING)
    return _step(session, actor, made, OffsetAct.SUBMIT, at, report=report, document_id=document_id)


@cites("CQ-26.2", "Q-44")
def withdraw_offset(
    session: Session, *, actor: Actor, application_id: int, at: datetime
) -> OffsetApplication:
    """Withdraw an application before the Bureau confirms it; its units are free again at once.

    Raises:
        OffsetNotFound: there is none, or it is another unit's.
        NotARepresentative: the actor does not confirm for the unit.
        ActOutOfTurn: it was decided.

    Source: CQ-26.2, Q-44.
    """
    actor.require(Permission.APPLY_FOR_OFFSET)
    made = _own(session, actor, application_id)
    queries.require_representative(session, actor, made.account_id, RepresentativeRole.CONFIRMING)
    _step(session, actor, made, OffsetAct.WITHDRAW, at)
    return _released(session, actor, made, at)


@cites("CQ-26.2", "CQ-4.1")
def return_offset(
    session: Session, *, actor: Actor, application_id: int, reason: str, at: datetime
) -> OffsetApplication:
    """Return an application to the unit, with what is to be mended; its units stay frozen.

    Raises:
        OffsetNotFound: there is none with this id.
        ReasonMissing: nothing is said why.
        ActOutOfTurn: it is not submitted.

    Source: CQ-26.2, CQ-4.1.
    """
    return _step(
        session, actor, _decided(session, actor, application_id, reason), OffsetAct.RETURN, at, reason=reason
    )


@cites("CQ-26.2", "CQ-4.1", "Q-44")
def refuse_offset(
    session: Session, *, actor: Actor, application_id: int, reason: str, at: datetime
) -> OffsetApplication:
    """Refuse an application; its units are free again the same day.

    Raises:
        OffsetNotFound: there is none with this id.
        ReasonMissing: nothing is said why.
        ActOutOfTurn: it is not submitted.

    Source: CQ-26.2, CQ-4.1, Q-44.
    """
    made = _decided(session, actor, application_id, reason)
    _step(session, actor, made, OffsetAct.REFUSE, at, reason=reason)
    return _released(session, actor, made, at)


@cites("CQ-26.2", "CQ-4.1", "CQ-29.2")
def confirm_offset(session: Session, *, actor: Actor, application_id: int, at: datetime) -> OffsetApplication:
    """Confirm an application, as the Bureau; nothing leads back from here.

    Raises:
        OffsetNotFound: there is none with this id.
        ChecksFailed: the ratios or the list no longer allow it.
        ActOutOfTurn: it is not submitted.

    Source: CQ-26.2, CQ-4.1, CQ-29.2.
    """
    made = _decided(session, actor, application_id, "-")
    hold = queries.hold_of(session, made.id)
    if hold is None:
        raise OffsetNotFound(application_id=application_id)
    report = _checked(session, made, hold, OffsetAct.CONFIRM, at)
    refuse_if_failed(report)
    return _step(session, actor, made, OffsetAct.CONFIRM, at, report=report)


@cites("CQ-26.2", "CQ-29.1", "CQ-29.2")
def propose_offset_cancellation(
    session: Session, *, actor: Actor, application_id: int, at: datetime
) -> Movement:
    """Propose to cancel the very units of a confirmed application; another of the agency confirms.

    Raises:
        OffsetNotFound: there is none with this id.
        ChecksFailed: numbered checks stand against it.

    Source: CQ-26.2, CQ-29.1, CQ-29.2.
    """
    actor.require(Permission.PROPOSE_REGISTRY_ACT)
    made = _locked(session, application_id)
    name = str(session.scalar(_NAME, {"id": made.organisation_id}))
    for_whom = known_beneficiary(
        session,
        kind="organisation",
        name=name,
        organisation_id=made.organisation_id,
        entered_by=actor.ref,
        at=at,
    )
    return place_movement(
        session,
        actor=actor,
        order=MovementOrder(
            kind=MovementKind.CANCEL,
            quantity=made.quantity,
            giving_account_id=made.account_id,
            from_state=UnitState.FROZEN_OFFSET,
            parts=_frozen(session, made),
            purpose=Purpose.COMPLIANCE_OFFSET,
            beneficiary_id=for_whom.id,
            offset_id=made.id,
            usage={"compliance_year": made.compliance_year, "emissions_t": made.emissions_t},
        ),
        key=f"offset:{made.id}:{made.steps}:{_attempts(session, made)}",
        at=at,
    )


_TRIES = text("select count(*) from unit_movement where offset_id = :offset and kind = 'cancel'")


def _frozen(session: Session, made: OffsetApplication) -> tuple[Range, ...]:
    hold = queries.hold_of(session, made.id)
    return () if hold is None else tuple(queries.ranges_of_movement(session, hold))


def _attempts(session: Session, made: OffsetApplication) -> int:
    return int(session.scalar(_TRIES, {"offset": made.id}) or 0)


def _locked(session: Session, application_id: int) -> OffsetApplication:
    queries.account(session, queries.offset(session, application_id).account_id, lock=True)
    return queries.offset(session, application_id)


def _own(session: Session, actor: Actor, application_id: int) -> OffsetApplication:
    made = _locked(session, application_id)
    if made.organisation_id != actor.organisation_id:
        raise OffsetNotFound(application_id=application_id)
    return made


def _decided(session: Session, actor: Actor, application_id: int, reason: str) -> OffsetApplication:
    actor.require(Permission.DECIDE_OFFSETS)
    if not reason.strip():
        raise ReasonMissing
    return _locked(session, application_id)


def _checked(session: Session, made: OffsetApplication, hold: int, act: OffsetAct, at: datetime) -> Report:
    found: Sequence[Range] = queries.ranges_of_movement(session, hold)
    today: date = day_in_china(at)
    facts = queries.offset_facts(
        session,
        organisation_id=made.organisation_id,
        compliance_year=made.compliance_year,
        emissions_t=made.emissions_t,
        base_t=made.base_t,
        asked_t=made.quantity,
        ranges=found,
        on=today,
        application_id=made.id,
        first_time=made.steps == 1,
    )
    return run(OFFSET_CHECKS, facts, at=act)


def _released(session: Session, actor: Actor, made: OffsetApplication, at: datetime) -> OffsetApplication:
    # the decision is the actor's; that the units go back is the machine's, so two names stand there
    free = place_movement(
        session,
        actor=SYSTEM,
        order=MovementOrder(
            kind=MovementKind.RELEASE_FROM_OFFSET,
            quantity=made.quantity,
            giving_account_id=made.account_id,
            from_state=UnitState.FROZEN_OFFSET,
            parts=_frozen(session, made),
            offset_id=made.id,
        ),
        key=f"offset:{made.id}:release",
        at=at,
    )
    conclude_movement(session, actor=actor, movement=free, at=at)
    session.refresh(made)
    return made


def _step(
    session: Session,
    actor: Actor,
    made: OffsetApplication,
    act: OffsetAct,
    at: datetime,
    *,
    reason: str | None = None,
    document_id: int | None = None,
    report: Report | None = None,
) -> OffsetApplication:
    present = None if made.steps == 0 else OffsetState(made.state)
    following = states.after(states.OFFSET, present, act)
    session.add(
        OffsetStep(
            application_id=made.id,
            number=made.steps + 1,
            act=act.value,
            state=following.value,
            actor=actor.ref,
            at=at,
            reason=reason,
            document_id=document_id,
            checks=[] if report is None else report.plain(),
        )
    )
    session.flush()
    session.refresh(made)
    audit.record(
        session,
        actor=actor,
        event=f"registry.offset.{act.value}",
        subject=("offset_application", made.id),
        at=at,
        quantity=made.quantity,
    )
    return made
