"""Messages to a citizen inside the application (站内消息)."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.kernel.outbox import Channel, OutboxMessage

SHOWN = 30


@dataclass(frozen=True, kw_only=True)
class Page:
    """Some messages, and the id before which the next begin."""

    messages: tuple[OutboxMessage, ...]
    before: int | None


def recipient(person_id: int) -> str:
    """Return the address of a person in the outbox."""
    return f"person:{person_id}"


def page(session: Session, *, person_id: int, before: int | None = None, limit: int = SHOWN) -> Page:
    """Return the messages of a person, the latest first."""
    wanted = select(OutboxMessage).where(
        OutboxMessage.recipient == recipient(person_id), OutboxMessage.channel == Channel.IN_APP.value
    )
    if before is not None:
        wanted = wanted.where(OutboxMessage.id < before)
    rows = session.scalars(wanted.order_by(OutboxMessage.id.desc()).limit(limit + 1)).all()
    shown = tuple(rows[:limit])
    return Page(messages=shown, before=shown[-1].id if len(rows) > limit else None)


def unread(session: Session, *, person_id: int) -> int:
    """Return how many messages the person has not read."""
    found = session.scalar(
        select(func.count())
        .select_from(OutboxMessage)
        .where(
            OutboxMessage.recipient == recipient(person_id),
            OutboxMessage.channel == Channel.IN_APP.value,
            OutboxMessage.read_at.is_(None),
        )
    )
    return int(found or 0)
