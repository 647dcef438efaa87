"""The outbox (发件箱): messages written in the act's transaction, sent after commit by a job."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session

from app.kernel.base import Base, Id


class Channel(StrEnum):
    """By which way a message leaves."""

    IN_APP = "in_app"
    SMS = "sms"
    EMAIL = "email"
    WEBHOOK = "webhook"


class MessageState(StrEnum):
    """Where a message stands."""

    QUEUED = "queued"
    SENT = "sent"
    DEAD = "dead"


class OutboxMessage(Base):
    """One message to one recipient; `key` makes enqueueing repeatable.

    Source: CQ-35.1.
    """

    __tablename__ = "outbox_message"
    __table_args__ = (
        UniqueConstraint("key"),
        CheckConstraint("channel in ('in_app', 'sms', 'email', 'webhook')", name="known_channel"),
        CheckConstraint("state in ('queued', 'sent', 'dead')", name="known_state"),
        Index("outbox_message_due_ix", "next_at", postgresql_where=text("state = 'queued'")),
        Index(None, "recipient", "id"),
    )

    id: Mapped[Id]
    key: Mapped[str]
    channel: Mapped[str]
    recipient: Mapped[str]  # `person:12`, `organisation:3`, `webhook:7`
    template: Mapped[str]
    payload: Mapped[dict[str, Any]]
    state: Mapped[str]
    attempts: Mapped[int]
    created_at: Mapped[datetime]
    next_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    read_at: Mapped[datetime | None]
    last_error: Mapped[str | None]


def enqueue(
    session: Session,
    *,
    channel: Channel,
    recipient: str,
    template: str,
    payload: dict[str, Any],
    at: datetime,
    key: str,
) -> None:
    """Put a message in the outbox; the same key again is the same message.

    Args:
        recipient: `person:12`, `organisation:3` or `webhook:7`.
        key: unique for ever; says what the message is about, `expiry:lot:12:30`.

    Source: CQ-35.1.
    """
    session.execute(
        insert(OutboxMessage)
        .values(
            key=key,
            channel=channel.value,
            recipient=recipient,
            template=template,
            payload=payload,
            state=MessageState.QUEUED.value,
            attempts=0,
            created_at=at,
            next_at=at,
        )
        .on_conflict_do_nothing(index_elements=["key"])
    )
