"""Proposing a movement of units: what is asked is checked, then reserved (业务发起)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.kernel import audit
from app.kernel.actor import Actor
from app.kernel.idempotency import IdempotencyKey, claim
from app.kernel.permissions import Permission
from app.kernel.sources import cites
from cqcer import queries, ranges, states
from cqcer.checks import Report, refuse_if_failed, run
from cqcer.checks.facts import MovementFacts
from cqcer.checks.units import MOVEMENT_CHECKS
from cqcer.errors import HoldingAccountNotFound, NotARepresentative, NotEnoughUnits
from cqcer.models import Batch, Movement, MovementPart, MovementStep, RegistryProject
from cqcer.rulebooks import rulebook
from cqcer.values import (
    AccountState,
    MovementAct,
    MovementKind,
    MovementOrder,
    MovementState,
    Purpose,
    Range,
    RepresentativeRole,
    RulebookCode,
    UnitState,
)

ACT: Final = "unit.propose"
_BY_HOLDER: Final = frozenset(
    {MovementKind.GIFT, MovementKind.DEPOSIT, MovementKind.WITHDRAW, MovementKind.HOLD_FOR_OFFSET}
)
_NOT_BY_HOLDER: Final = frozenset({Purpose.FORCED, Purpose.OWNER_LOST, Purpose.COMPLIANCE_OFFSET})


@cites("Q-49")
def is_by_holder(kind: MovementKind, purpose: Purpose | None) -> bool:
    """Tell whether the account's representatives act, and not the agency.

    Source: Q-49.
    """
    return kind in _BY_HOLDER or (kind is MovementKind.CANCEL and purpose not in _NOT_BY_HOLDER)


@cites("CQ-27.3", "CQ-27.4", "CQ-29.1", "CQ-30.1", "Q-49")
def propose_movement(
    session: Session, *, actor: Actor, order: MovementOrder, key: str, at: datetime
) -> Movement:
    """Propose to move units; they are reserved at once and move when another person confirms.

    Args:
        key: makes the act repeatable for this actor.

    Raises:
        HoldingAccountNotFound: an account does not exist.
        NotARepresentative: the actor does not initiate for the giving account.
        ChecksFailed: numbered checks stand against it; nothing is reserved.
        KeyMissing, KeyReused: the key is empty, or stands for another order.

    Source: CQ-27.3, CQ-27.4, CQ-29.1, CQ-30.1, Q-49.
    """
    _require(actor, order)
    return place_movement(session, actor=actor, order=order, key=key, at=at)


@cites("CQ-30.1", "Q-49")
def place_movement(
    session: Session, *, actor: Actor, order: MovementOrder, key: str, at: datetime
) -> Movement:
    """Propose a movement that follows from an act the actor was allowed: an order, a decision, a trade.

    Raises:
        As `propose_movement`, which asks for the actor's right first.

    Source: CQ-30.1, Q-49.
    """
    if earlier := claim(session, actor=actor, act=ACT, key=key, content=order.content(), at=at):
        return queries.movement(session, int((earlier.result or {})["movement_id"]))
    _lock(session, order)
    representative_id = _representative(session, actor, order)
    parts, facts = _look(session, order)
    report = run(MOVEMENT_CHECKS, facts, at=MovementAct.PROPOSE)
    refuse_if_failed(report)

    movement = Movement(
        kind=order.kind.value,
        batch_id=order.batch_id,
        giving_account_id=order.giving_account_id,
        taking_account_id=order.taking_account_id,
        from_state=None if order.kind is MovementKind.ISSUE else _from_state(order).value,
        quantity=order.quantity,
        purpose=order.purpose and order.purpose.value,
        beneficiary_id=order.beneficiary_id,
        usage=order.usage,
        ground_document_id=order.ground_document_id,
        order_id=order.order_id,
        offset_id=order.offset_id,
        neutrality_id=order.neutrality_id,
        note=order.note,
        proposed_by=actor.ref,
        proposed_at=at,
    )
    session.add(movement)
    session.flush()
    session.add_all(
        MovementPart(movement_id=movement.id, start_no=part.first, end_no=part.last) for part in parts
    )
    session.flush()
    step(
        session,
        movement,
        MovementAct.PROPOSE,
        actor=actor,
        at=at,
        representative_id=representative_id,
        report=report,
    )
    claimed = session.get_one(IdempotencyKey, (actor.ref, ACT, key))
    claimed.result = {"movement_id": movement.id}
    session.flush()
    return movement


@cites("CQ-20.5", "CQ-30.3")
def dry_run(session: Session, *, actor: Actor, order: MovementOrder) -> Report:
    """Return what all checks would find now; nothing is written and nothing reserved.

    Raises:
        HoldingAccountNotFound: an account does not exist.
        NotARepresentative: the actor does not initiate for the giving account.

    Source: CQ-20.5, CQ-30.3.
    """
    _require(actor, order)
    _representative(session, actor, order)
    return run(MOVEMENT_CHECKS, _look(session, order)[1], at=MovementAct.PROPOSE)


@cites("CQ-30.3", "CQ-29.2")
def facts_again(session: Session, movement: Movement) -> MovementFacts:
    """Return the facts of a movement whose units are reserved, as they are now.

    Source: CQ-30.3, CQ-29.2.
    """
    order = MovementOrder(
        kind=MovementKind(movement.kind),
        quantity=movement.quantity,
        giving_account_id=movement.giving_account_id,
        taking_account_id=movement.taking_account_id,
        batch_id=movement.batch_id,
        from_state=None if movement.from_state is None else UnitState(movement.from_state),
        purpose=None if movement.purpose is None else Purpose(movement.purpose),
        beneficiary_id=movement.beneficiary_id,
        usage=movement.usage,
        ground_document_id=movement.ground_document_id,
        order_id=movement.order_id,
        offset_id=movement.offset_id,
        neutrality_id=movement.neutrality_id,
    )
    parts = session.scalars(select(MovementPart).where(MovementPart.movement_id == movement.id)).all()
    return _facts(session, order, [Range(part.start_no, part.end_no) for part in parts], movement.quantity)


@cites("CQ-30.3", "Q-49")
def step(
    session: Session,
    movement: Movement,
    act: MovementAct,
    *,
    actor: Actor,
    at: datetime,
    representative_id: int | None = None,
    second_factor: bool = False,
    waits_until: datetime | None = None,
    reason: str | None = None,
    report: Report | None = None,
) -> Movement:
    """Write one step of a movement; the database moves its units with it.

    Raises:
        ActOutOfTurn: the movement stands elsewhere.

    Source: CQ-30.3, Q-49.
    """
    present = None if movement.steps == 0 else MovementState(movement.state)
    following = states.after(states.MOVEMENT, present, act)
    session.add(
        MovementStep(
            movement_id=movement.id,
            number=movement.steps + 1,
            act=act.value,
            state=following.value,
            actor=actor.ref,
            representative_id=representative_id,
            second_factor=second_factor,
            at=at,
            waits_until=waits_until,
            reason=reason,
            checks=[] if report is None else report.plain(),
        )
    )
    audit.record(
        session,
        actor=actor,
        event=f"registry.movement.{act.value}",
        subject=("movement", movement.id),
        at=at,
        kind=movement.kind,
        quantity=movement.quantity,
    )
    session.flush()
    session.refresh(movement)
    return movement


def _require(actor: Actor, order: MovementOrder) -> None:
    actor.require(
        Permission.MOVE_OWN_UNITS
        if is_by_holder(order.kind, order.purpose)
        else Permission.PROPOSE_REGISTRY_ACT
    )


def _lock(session: Session, order: MovementOrder) -> None:
    touched = {order.giving_account_id, order.taking_account_id}
    for account_id in sorted(one for one in touched if one is not None):
        queries.account(session, account_id, lock=True)


def _representative(session: Session, actor: Actor, order: MovementOrder) -> int | None:
    if order.kind is not MovementKind.ISSUE and order.giving_account_id is None:
        raise HoldingAccountNotFound
    if order.giving_account_id is None or not is_by_holder(order.kind, order.purpose):
        return None
    queries.account(session, order.giving_account_id)
    found = queries.current_representative(
        session, actor, order.giving_account_id, RepresentativeRole.INITIATING
    )
    if found is None:
        raise NotARepresentative
    return found.id


def _from_state(order: MovementOrder) -> UnitState:
    return order.from_state or UnitState.HELD


def _look(session: Session, order: MovementOrder) -> tuple[list[Range], MovementFacts]:
    if order.giving_account_id is None:
        return [], _facts(session, order, [], 0)
    if order.parts is not None:
        # what an act of the registry itself names; that they are free there, the database sees
        return list(order.parts), _facts(session, order, order.parts, ranges.total(order.parts))
    free = queries.free_quantity(
        session, order.giving_account_id, _from_state(order), block_id=order.block_id
    )
    parts: list[Range] = []
    if order.quantity >= 1:
        try:
            parts = ranges.take(
                queries.free_ranges(
                    session, order.giving_account_id, _from_state(order), block_id=order.block_id
                ),
                order.quantity,
            )
        except NotEnoughUnits:
            parts = []  # a numbered check says so, together with whatever else is wrong
    return parts, _facts(session, order, parts, free)


def _facts(session: Session, order: MovementOrder, parts: Sequence[Range], available: int) -> MovementFacts:
    giving = None if order.giving_account_id is None else queries.account(session, order.giving_account_id)
    taking = None if order.taking_account_id is None else queries.account(session, order.taking_account_id)
    origin = queries.origin_of(session, parts)
    codes = origin.rulebooks or {RulebookCode.CQCER}
    allowed = set.intersection(*(set(rulebook(code).purposes) for code in codes))
    by_owner = True
    if order.kind is MovementKind.ISSUE and taking is not None:
        batch = session.get_one(Batch, order.batch_id)
        project = session.get_one(RegistryProject, batch.project_id)
        by_owner = (taking.organisation_id, taking.person_id) == (
            project.owner_organisation_id,
            project.owner_person_id,
        )
    elif giving is not None:
        by_owner = not queries.held_by_another_owner(
            session,
            origin.project_ids,
            organisation_id=giving.organisation_id,
            person_id=giving.person_id,
        )
    return MovementFacts(
        kind=order.kind,
        quantity=order.quantity,
        available=available,
        from_state=None if order.kind is MovementKind.ISSUE else _from_state(order),
        giving_state=None if giving is None else AccountState(giving.state),
        taking_state=None if taking is None else AccountState(taking.state),
        same_account=giving is not None and taking is not None and giving.id == taking.id,
        given_by_owner=by_owner,
        price_fen=order.price_fen,
        purpose=order.purpose,
        purposes=frozenset(allowed),
        beneficiary_kind=None
        if order.beneficiary_id is None
        else queries.beneficiary(session, order.beneficiary_id).kind,
        categories=origin.categories,
        judicially_listed=queries.all_listed(session, origin.project_ids),
        emissions_t=order.usage.get("emissions_t"),
        ground=order.ground_document_id is not None,
        may_trade=giving is not None and queries.may_trade(session, giving.id),
        exchange_differs=any(queries.differs(session, one.id) for one in (giving, taking) if one is not None),
        books_agree=queries.books_agree(session),
    )
