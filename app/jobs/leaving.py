"""Messages that leave the product one by one (外发消息): taken, sent, settled, each in its own transaction.

What a person wants is asked before every one: a kind that they switched off is not sent, and what
falls into their quiet hours waits until these end.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.identity import queries as identity
from app.identity.models import Person
from app.kernel.logs import log
from app.kernel.outbox import Channel, MessageState, OutboxMessage
from app.kernel.session import transaction

MOST_TRIES: Final = 8
FIRST_WAIT: Final = timedelta(minutes=1)
NOT_WANTED: Final = "not wanted"

_log = log("jobs.leaving")


class Due(NamedTuple):
    """One message in hand."""

    message_id: int
    person_id: int | None
    address: str | None
    language: str
    template: str
    payload: dict[str, Any]
    at: datetime


class Trouble(NamedTuple):
    """Why a message did not leave; `final` when trying again is of no use."""

    reason: str
    final: bool = False


Address = Callable[[Session, OutboxMessage, Person | None], str | None]
Send = Callable[[Due], Trouble | None]


def run(channel: Channel, at: datetime, *, address: Address, send: Send, most: int = 100) -> int:
    """Send what is due by one channel, one by one; return how many left.

    The try is counted and the next one dated before anything is sent, so that a process that dies
    while sending sends nothing twice in a hurry.

    Args:
        address: finds where a message goes, None where there is no place.
        send: hands it over and says what went wrong.
    """
    sent = 0
    for _ in range(most):
        with transaction() as session:
            message = _next(session, channel, at)
            if message is None:
                break
            due = _take(session, message, channel, at, address)
        if due is None:
            continue
        trouble = send(due)
        with transaction() as session:
            _settle(session, due, trouble, at)
        sent += trouble is None
    return sent


def _next(session: Session, channel: Channel, at: datetime) -> OutboxMessage | None:
    return session.scalars(
        select(OutboxMessage)
        .where(
            OutboxMessage.state == MessageState.QUEUED.value,
            OutboxMessage.channel == channel.value,
            OutboxMessage.next_at <= at,
        )
        .order_by(OutboxMessage.next_at, OutboxMessage.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    ).one_or_none()


def _take(
    session: Session, message: OutboxMessage, channel: Channel, at: datetime, address: Address
) -> Due | None:
    """Return what is to be sent; None where its reader does not want it, or not now."""
    person = _person(session, message.recipient)
    if person is not None:
        after = identity.send_after(session, person.id, template=message.template, channel=channel, at=at)
        if after is None:
            message.state, message.last_error = MessageState.DEAD.value, NOT_WANTED
            return None
        if after > at:
            message.next_at = after
            return None
    message.next_at = at + FIRST_WAIT * 2**message.attempts
    message.attempts += 1
    session.flush()
    return Due(
        message_id=message.id,
        person_id=person.id if person else None,
        address=address(session, message, person),
        language=person.locale if person else "zh",
        template=message.template,
        payload=message.payload,
        at=at,
    )


def _person(session: Session, recipient: str) -> Person | None:
    kind, _, number = recipient.partition(":")
    return session.get(Person, int(number)) if kind == "person" and number.isdigit() else None


def _settle(session: Session, due: Due, trouble: Trouble | None, at: datetime) -> None:
    message = session.get_one(OutboxMessage, due.message_id, with_for_update=True)
    message.last_error = trouble.reason if trouble else None
    if trouble is None:
        message.state, message.sent_at = MessageState.SENT.value, at
    elif trouble.final or message.attempts >= MOST_TRIES:
        message.state = MessageState.DEAD.value
        _log.error("message given up", message_id=message.id, trouble=trouble.reason)
    session.flush()
