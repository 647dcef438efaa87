"""Units and movements as their holder sees them (持有人账户)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from app.kernel.actor import Actor
from app.kernel.sources import cites
from cqcer import queries
from cqcer.errors import HoldingAccountNotFound, MovementNotFound
from cqcer.models import Holding, HoldingAccount, Movement, MovementPart


@dataclass(frozen=True, kw_only=True)
class OwnMovement:
    """A movement of the own account with the numbers that it moves."""

    movement: Movement
    taking_number: str | None
    parts: tuple[tuple[int, int], ...]


@cites("CQ-6.5")
def own_account(session: Session, actor: Actor) -> HoldingAccount:
    """Return the holding account of the actor's own subject.

    Raises:
        HoldingAccountNotFound: it has none.

    Source: CQ-6.5.
    """
    person_id = actor.person_id if actor.organisation_id is None else None
    found = None
    if actor.organisation_id is not None or person_id is not None:
        found = queries.account_of(session, organisation_id=actor.organisation_id, person_id=person_id)
    if found is None:
        raise HoldingAccountNotFound
    return found


@cites("CQ-6.5")
def account_numbered(session: Session, number: str) -> HoldingAccount:
    """Return the account with a number, as somebody names a counterparty.

    Raises:
        HoldingAccountNotFound: there is none.

    Source: CQ-6.5.
    """
    found = session.scalars(select(HoldingAccount).where(HoldingAccount.number == number)).one_or_none()
    if found is None:
        raise HoldingAccountNotFound(number=number)
    return found


@cites("CQ-30.3")
def sums(session: Session, account_id: int) -> dict[str, int]:
    """Return how many units an account has in each state.

    Source: CQ-30.3.
    """
    rows = session.execute(
        select(Holding.state, func.sum(Holding.end_no - Holding.start_no + 1))
        .where(Holding.account_id == account_id)
        .group_by(Holding.state)
    )
    return {state: int(quantity) for state, quantity in rows}


@cites("CQ-30.3")
def movements(
    session: Session, account_id: int, *, before: int | None, limit: int, movement_id: int | None = None
) -> list[OwnMovement]:
    """Return movements from and to an account, the latest first.

    Source: CQ-30.3.
    """
    wanted = (
        select(Movement, HoldingAccount.number)
        .outerjoin(HoldingAccount, HoldingAccount.id == Movement.taking_account_id)
        .where(or_(Movement.giving_account_id == account_id, Movement.taking_account_id == account_id))
        .order_by(Movement.id.desc())
        .limit(limit)
    )
    if movement_id is not None:
        wanted = wanted.where(Movement.id == movement_id)
    if before is not None:
        wanted = wanted.where(Movement.id < before)
    rows: Sequence[Any] = session.execute(wanted).all()
    parts: dict[int, list[tuple[int, int]]] = {}
    for part in session.scalars(
        select(MovementPart)
        .where(MovementPart.movement_id.in_([row[0].id for row in rows]))
        .order_by(MovementPart.movement_id, MovementPart.start_no)
    ):
        parts.setdefault(part.movement_id, []).append((part.start_no, part.end_no))
    return [
        OwnMovement(movement=one, taking_number=number, parts=tuple(parts.get(one.id, ())))
        for one, number in rows
    ]


@cites("CQ-30.3")
def movement(session: Session, account_id: int, movement_id: int) -> OwnMovement:
    """Return one movement from or to an account.

    Raises:
        MovementNotFound: there is none, or it touches other accounts alone.

    Source: CQ-30.3.
    """
    found = movements(session, account_id, before=None, limit=1, movement_id=movement_id)
    if not found:
        raise MovementNotFound(movement_id=movement_id)
    return found[0]
