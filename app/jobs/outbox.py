"""Send what waits in the outbox (发件任务)."""

from datetime import datetime
from typing import Final

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.jobs import emails, short_messages
from app.kernel.outbox import Channel, MessageState, OutboxMessage
from app.kernel.session import transaction
from app.kernel.sources import cites

AT_ONCE: Final = 500


@cites("CQ-35.1")
def run(at: datetime) -> int:
    """Send messages that are due; return how many left.

    A message within the product is there for its recipient as soon as it is written: it only
    leaves the queue; a letter goes with it to whoever has confirmed an address. Short messages go to the
    gateway, letters to the mail server. Events for organisations have a worker of
    their own (`app/jobs/webhooks.py`), so that an address that hangs keeps nobody waiting.

    Source: CQ-35.1.
    """
    with transaction() as session:
        shown = _show(session, at)
    return shown + short_messages.run(at) + emails.run(at)


def _show(session: Session, at: datetime) -> int:
    due = (
        select(OutboxMessage.id)
        .where(
            OutboxMessage.state == MessageState.QUEUED.value,
            OutboxMessage.channel == Channel.IN_APP.value,
            OutboxMessage.next_at <= at,
        )
        .order_by(OutboxMessage.next_at)
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    sent = session.scalars(
        update(OutboxMessage)
        .where(OutboxMessage.id.in_(due.scalar_subquery()))
        .values(state=MessageState.SENT.value, sent_at=at, attempts=OutboxMessage.attempts + 1)
        .returning(OutboxMessage.id)
        .execution_options(synchronize_session=False)
    ).all()
    if sent:
        emails.accompany(session, list(sent), at=at)
    return len(sent)
