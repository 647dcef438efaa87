"""Reads of movements and their steps."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from cqcer.errors import MovementNotFound
from cqcer.models import Movement, MovementStep
from cqcer.values import MovementState


def movement(session: Session, movement_id: int, *, again: bool = False) -> Movement:
    """Return a movement.

    Args:
        again: read it anew; whoever holds the locks of its accounts sees it as it stays.

    Raises:
        MovementNotFound: there is none with this id.
    """
    wanted = select(Movement).where(Movement.id == movement_id)
    if again:
        wanted = wanted.execution_options(populate_existing=True)
    found = session.scalars(wanted).one_or_none()
    if found is None:
        raise MovementNotFound(movement_id=movement_id)
    return found


def steps_of(session: Session, movement_id: int) -> Sequence[MovementStep]:
    """Return the steps of a movement in order."""
    return session.scalars(
        select(MovementStep).where(MovementStep.movement_id == movement_id).order_by(MovementStep.number)
    ).all()


def open_movements(session: Session, state: MovementState, *, limit: int) -> Sequence[int]:
    """Return movements that stand in a state, the oldest first."""
    return session.scalars(
        select(Movement.id).where(Movement.state == state.value).order_by(Movement.id).limit(limit)
    ).all()
