"""Deliveries (推送): the way of each event to the endpoints that want it.

An event waits in the outbox for its organisation (`app/kernel/events`), is copied once for every
endpoint that wants it, and each copy is a delivery: tried, tried again later, at last given up.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.identity.models import WebhookEndpoint
from app.journeys.webhooks.endpoints import organisation_of, secret_of
from app.kernel.actor import Actor
from app.kernel.outbox import Channel, MessageState, OutboxMessage, enqueue
from app.kernel.sources import cites

MOST_TRIES: Final = 12
FIRST_WAIT: Final = timedelta(seconds=30)
LONGEST_WAIT: Final = timedelta(hours=6)


@dataclass(frozen=True, kw_only=True, repr=False)
class Delivery:
    """One try to bring one event to one address."""

    message_id: int
    endpoint_id: int
    url: str
    secret: bytes
    event: str
    body: bytes


@cites("CQ-35.1")
def deliveries(
    session: Session, *, actor: Actor, before: int | None, limit: int, state: str | None = None
) -> list[OutboxMessage]:
    """Return deliveries to the organisation's addresses, removed ones included, the latest first.

    Args:
        before: only deliveries with a lower id.

    Source: CQ-35.1.
    """
    own = session.scalars(
        select(WebhookEndpoint.id).where(WebhookEndpoint.organisation_id == organisation_of(actor))
    )
    found = (
        select(OutboxMessage)
        .where(OutboxMessage.recipient.in_([f"webhook:{number}" for number in own]))
        .order_by(OutboxMessage.id.desc())
        .limit(limit)
    )
    if before is not None:
        found = found.where(OutboxMessage.id < before)
    if state is not None:
        found = found.where(OutboxMessage.state == state)
    return list(session.scalars(found))


def fan_out(session: Session, *, at: datetime, limit: int = 200) -> int:
    """Copy waiting events for every address that wants them; return how many events were copied."""
    waiting = session.scalars(
        select(OutboxMessage)
        .where(
            OutboxMessage.state == MessageState.QUEUED.value,
            OutboxMessage.channel == Channel.WEBHOOK.value,
            OutboxMessage.recipient.like("organisation:%"),
            OutboxMessage.next_at <= at,
        )
        .order_by(OutboxMessage.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    for message in waiting:
        for endpoint_id in _listeners(session, message):
            enqueue(
                session,
                channel=Channel.WEBHOOK,
                recipient=f"webhook:{endpoint_id}",
                template=message.template,
                payload={"happened_at": message.created_at.isoformat(), "data": message.payload},
                at=at,
                key=f"{message.key}:to:{endpoint_id}",
            )
        message.state = MessageState.SENT.value
        message.sent_at = at
    session.flush()
    return len(waiting)


def claim_delivery(session: Session, *, at: datetime, but: Iterable[int] = ()) -> Delivery | None:
    """Take the delivery that waits longest and is due; None when there is none.

    The try is counted and the next one dated before anything is sent, so a process that dies
    while sending loses nothing and hurries nobody.

    Args:
        but: endpoints to leave alone.
    """
    message = session.scalars(
        select(OutboxMessage)
        .where(
            OutboxMessage.state == MessageState.QUEUED.value,
            OutboxMessage.channel == Channel.WEBHOOK.value,
            OutboxMessage.recipient.like("webhook:%"),
            OutboxMessage.recipient.not_in([f"webhook:{number}" for number in but]),
            OutboxMessage.next_at <= at,
        )
        .order_by(OutboxMessage.next_at, OutboxMessage.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    ).first()
    if message is None:
        return None
    endpoint = session.get_one(WebhookEndpoint, int(message.recipient.partition(":")[2]))
    message.attempts += 1
    message.next_at = at + wait_after(message.attempts)
    session.flush()
    return Delivery(
        message_id=message.id,
        endpoint_id=endpoint.id,
        url=endpoint.url if endpoint.disabled_at is None else "",
        secret=secret_of(endpoint),
        event=message.template,
        body=body_of(message),
    )


def settle_delivery(
    session: Session, *, message_id: int, error: str | None, final: bool, at: datetime
) -> None:
    """Note how a try ended.

    Args:
        error: None when the address took it.
        final: trying again is of no use.
    """
    message = session.get_one(OutboxMessage, message_id, with_for_update=True)
    message.last_error = error
    if error is None:
        message.state = MessageState.SENT.value
        message.sent_at = at
    elif final or message.attempts >= MOST_TRIES:
        message.state = MessageState.DEAD.value
    session.flush()


def wait_after(tries: int) -> timedelta:
    """Return how long to wait after so many tries: twice as long each time, six hours at most."""
    doublings = min(tries - 1, 20)
    return min(FIRST_WAIT * (1 << doublings), LONGEST_WAIT)


def body_of(message: OutboxMessage) -> bytes:
    """Return the bytes that are sent and signed, the same at every try."""
    plain: dict[str, Any] = {
        "type": message.template,
        "timestamp": message.payload["happened_at"],
        "data": message.payload["data"],
    }
    return json.dumps(plain, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


def headers_of(delivery: Delivery, *, at: datetime) -> dict[str, str]:
    """Return the headers that prove a delivery, as Standard Webhooks has them.

    `webhook-signature` is `v1,` and the base64 of HMAC-SHA256 over `id.timestamp.body`.
    """
    name, moment = f"msg_{delivery.message_id}", str(int(at.timestamp()))
    signed = f"{name}.{moment}.".encode() + delivery.body
    digest = hmac.digest(delivery.secret, signed, hashlib.sha256)
    return {
        "webhook-id": name,
        "webhook-timestamp": moment,
        "webhook-signature": "v1," + base64.b64encode(digest).decode(),
    }


def _listeners(session: Session, message: OutboxMessage) -> list[int]:
    return list(
        session.scalars(
            select(WebhookEndpoint.id)
            .where(
                WebhookEndpoint.organisation_id == int(message.recipient.partition(":")[2]),
                WebhookEndpoint.disabled_at.is_(None),
                WebhookEndpoint.created_at <= message.created_at,
                WebhookEndpoint.events.contains([message.template]),
            )
            .order_by(WebhookEndpoint.id)
        )
    )
