"""Reading of messages (阅读消息)."""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.kernel.actor import Actor
from app.kernel.outbox import Channel, OutboxMessage
from app.kernel.permissions import Permission
from app.kernel.sources import cites


@cites("CQ-35.1")
def mark_read(session: Session, *, actor: Actor, up_to: int, at: datetime) -> int:
    """Note that the actor has read their messages up to one; return how many were new.

    Args:
        up_to: id of the latest message that was shown; later ones stay unread.

    Source: CQ-35.1.
    """
    actor.require(Permission.USE_OWN_SESSION)
    read = session.execute(
        update(OutboxMessage)
        .where(
            OutboxMessage.recipient == f"person:{actor.person_id}",
            OutboxMessage.channel == Channel.IN_APP.value,
            OutboxMessage.id <= up_to,
            OutboxMessage.read_at.is_(None),
        )
        .values(read_at=at)
        .returning(OutboxMessage.id)
    )
    return len(read.all())
