"""Orders to cancel units (责令注销): issued with a term, met by the owner, else carried out by force."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.kernel import audit
from app.kernel.actor import Actor
from app.kernel.days import day_in_china
from app.kernel.permissions import Permission
from app.kernel.sources import cites
from cqcer import queries, states
from cqcer.commands.moving import place_movement, propose_movement
from cqcer.errors import HoldingAccountNotFound, InvestigationUnfit, NothingToForce, TermNotOver, TermTooShort
from cqcer.models import CancellationOrder, Movement, OrderStep
from cqcer.queries import cases
from cqcer.values import (
    InvestigationKind,
    MovementKind,
    MovementOrder,
    OrderAct,
    OrderState,
    Purpose,
    Subject,
    UnitState,
)

FREE: Final = (UnitState.HELD, UnitState.IN_TRADING)
"""From where an order freezes, in this order."""
FORCED_FROM: Final = (UnitState.FROZEN_ORDER, UnitState.HELD)
"""From where the agency cancels by force, in this order; what is in trading is frozen first."""


@cites("CQ-39.2", "Q-13", "Q-54")
def issue_order(
    session: Session,
    *,
    actor: Actor,
    number: str,
    investigation_id: int,
    quantity: int,
    due_on: date,
    document_id: int,
    at: datetime,
) -> CancellationOrder:
    """Order an owner found out in fraud to cancel as many units as were false, by a day.

    Its free units are reserved at once, up to the quantity, and frozen when the agency confirms.

    Raises:
        InvestigationUnfit: it did not confirm a fraud.
        HoldingAccountNotFound: the owner has no account.
        TermTooShort: the term would be over on the day of the order.

    Source: CQ-39.2, Q-13, Q-54.
    """
    actor.require(Permission.ORDER_CANCELLATION)
    found = queries.investigation(session, investigation_id)
    if found.kind != InvestigationKind.FRAUD or not found.confirmed or found.project_id is None:
        raise InvestigationUnfit(investigation_id=investigation_id)
    if due_on <= day_in_china(at):
        raise TermTooShort(due_on=due_on.isoformat())
    project = cases.project_of(session, cases.case(session, Subject.PROJECT, found.project_id))
    account = queries.account_of(
        session, organisation_id=project.owner_organisation_id, person_id=project.owner_person_id
    )
    if account is None:
        raise HoldingAccountNotFound(project_id=project.id)
    queries.account(session, account.id, lock=True)
    order = CancellationOrder(
        number=number,
        account_id=account.id,
        project_id=project.id,
        investigation_id=found.id,
        document_id=document_id,
        quantity=quantity,
        due_on=due_on,
        ordered_by=actor.ref,
        ordered_at=at,
    )
    session.add(order)
    session.flush()
    session.refresh(order)
    _record(session, actor, order, "issue", at)
    _from_each(session, actor, order, FREE, quantity, MovementKind.FREEZE, None, at)
    return order


@cites("CQ-39.2", "Q-13")
def propose_ordered(
    session: Session,
    *,
    actor: Actor,
    order_id: int,
    quantity: int,
    from_state: UnitState = UnitState.FROZEN_ORDER,
    key: str,
    at: datetime,
) -> Movement:
    """Propose, as the owner's representative, to cancel units for an order; any of its units count.

    Raises:
        OrderNotFound: there is no such order.
        NotARepresentative: the order is not addressed to the actor's account.
        ChecksFailed: numbered checks stand against it.

    Source: CQ-39.2, Q-13.
    """
    order = queries.cancellation_order(session, order_id)
    asked = MovementOrder(
        kind=MovementKind.CANCEL,
        quantity=quantity,
        giving_account_id=order.account_id,
        from_state=from_state,
        purpose=Purpose.ORDERED,
        order_id=order.id,
        ground_document_id=order.document_id,
    )
    return propose_movement(session, actor=actor, order=asked, key=key, at=at)


@cites("CQ-39.3")
def orders_due(session: Session, *, at: datetime) -> Sequence[int]:
    """Return orders whose term is over and which were not met.

    Source: CQ-39.3.
    """
    return session.scalars(
        select(CancellationOrder.id)
        .where(
            CancellationOrder.state == OrderState.ISSUED.value,
            CancellationOrder.due_on < day_in_china(at),
        )
        .order_by(CancellationOrder.id)
    ).all()


@cites("CQ-39.3")
def pass_due_date(session: Session, *, actor: Actor, order_id: int, at: datetime) -> CancellationOrder:
    """Note that the term of an order is over and that it was not met.

    Raises:
        OrderNotFound: there is no such order.
        TermNotOver: the last day of the term is not over.
        ActOutOfTurn: it was met, or is overdue already.

    Source: CQ-39.3.
    """
    actor.require(Permission.PROPOSE_REGISTRY_ACT)
    order = _locked(session, order_id)
    if day_in_china(at) <= order.due_on:
        raise TermNotOver(due_on=order.due_on.isoformat())
    return _step(session, actor, order, OrderAct.PASS_DUE_DATE, at)


@cites("CQ-39.3", "Q-13")
def force_order(
    session: Session, *, actor: Actor, order_id: int, key: str, at: datetime
) -> Sequence[Movement]:
    """Propose to cancel by force what an overdue order is short of, never more; another confirms.

    Units in trading are taken out by freezing them for the order first.

    Raises:
        OrderNotFound: there is no such order.
        TermNotOver: it is not overdue.
        NothingToForce: the owner has no units that can be cancelled.

    Source: CQ-39.3, Q-13.
    """
    actor.require(Permission.PROPOSE_REGISTRY_ACT)
    order = _locked(session, order_id)
    if order.state != OrderState.OVERDUE:
        raise TermNotOver(due_on=order.due_on.isoformat(), state=order.state)
    missing = order.outstanding - _open(session, order)
    made = _from_each(
        session, actor, order, FORCED_FROM, missing, MovementKind.CANCEL, Purpose.FORCED, at, key=key
    )
    if not made and missing:
        made = _from_each(
            session, actor, order, (UnitState.IN_TRADING,), missing, MovementKind.FREEZE, None, at, key=key
        )
    if not made:
        raise NothingToForce(outstanding=order.outstanding)
    return made


@cites("Q-13")
def find_shortfall(session: Session, *, actor: Actor, order_id: int, at: datetime) -> CancellationOrder:
    """Note that nothing is left to cancel: what is outstanding stays as a debt and blocks applications.

    Raises:
        OrderNotFound: there is no such order.
        NothingToForce: the owner still has units that can be cancelled.
        ActOutOfTurn: the order is not overdue.

    Source: Q-13.
    """
    actor.require(Permission.PROPOSE_REGISTRY_ACT)
    order = _locked(session, order_id)
    left = sum(
        queries.free_quantity(session, order.account_id, state) for state in (*FREE, UnitState.FROZEN_ORDER)
    )
    if left or _open(session, order):
        raise NothingToForce(left=left)
    return _step(session, actor, order, OrderAct.FIND_SHORTFALL, at)


def _locked(session: Session, order_id: int) -> CancellationOrder:
    queries.account(session, queries.cancellation_order(session, order_id).account_id, lock=True)
    return queries.cancellation_order(session, order_id)


def _open(session: Session, order: CancellationOrder) -> int:
    waiting = session.scalars(
        select(Movement.quantity).where(
            Movement.order_id == order.id,
            Movement.kind == MovementKind.CANCEL.value,
            Movement.state.in_(("proposed", "confirmed", "waiting")),
        )
    )
    return sum(waiting)


def _from_each(
    session: Session,
    actor: Actor,
    order: CancellationOrder,
    from_states: Sequence[UnitState],
    quantity: int,
    kind: MovementKind,
    purpose: Purpose | None,
    at: datetime,
    *,
    key: str = "issue",
) -> Sequence[Movement]:
    made, missing = [], quantity
    for state in from_states:
        there = min(missing, queries.free_quantity(session, order.account_id, state))
        if there < 1:
            continue
        asked = MovementOrder(
            kind=kind,
            quantity=there,
            giving_account_id=order.account_id,
            from_state=state,
            purpose=purpose,
            order_id=order.id,
            ground_document_id=order.document_id,
        )
        made.append(
            place_movement(
                session,
                actor=actor,
                order=asked,
                key=f"order:{order.id}:{key}:{state.value}:{kind.value}",
                at=at,
            )
        )
        missing -= there
    return made


def _step(
    session: Session, actor: Actor, order: CancellationOrder, act: OrderAct, at: datetime
) -> CancellationOrder:
    following = states.after(states.ORDER, OrderState(order.state), act)
    session.add(
        OrderStep(
            order_id=order.id,
            number=order.steps + 1,
            act=act.value,
            state=following.value,
            actor=actor.ref,
            at=at,
        )
    )
    session.flush()
    session.refresh(order)
    _record(session, actor, order, act.value, at)
    return order


def _record(session: Session, actor: Actor, order: CancellationOrder, act: str, at: datetime) -> None:
    audit.record(
        session,
        actor=actor,
        event=f"registry.order.{act}",
        subject=("cancellation_order", order.id),
        at=at,
        outstanding=order.outstanding,
    )
