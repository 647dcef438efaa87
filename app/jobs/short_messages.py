"""Send the short messages that wait in the outbox (短信发送任务)."""

import base64
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.identity.models import Person
from app.identity.queries import send_after
from app.kernel import sms
from app.kernel.logs import log
from app.kernel.outbox import Channel, MessageState, OutboxMessage
from app.kernel.secrets import keyring
from app.kernel.session import transaction
from app.kernel.units import points_text

MOST_TRIES: Final = 8
FIRST_WAIT: Final = timedelta(minutes=1)
NOT_WANTED: Final = "not wanted by its recipient"
USUAL_TEXT: Final = "您有一条新通知，请登录平台查看。"

_log = log("jobs.short_messages")


class _Due(NamedTuple):
    """One message in hand."""

    message_id: int
    phone: str | None
    text: str


def run(at: datetime, *, most: int = 100) -> int:
    """Send what is due, one by one; return how many left.

    The try is counted and the next one dated before anything is sent, so that a process that dies
    while sending sends nothing twice in a hurry.
    """
    sent = 0
    for _ in range(most):
        with transaction() as session:
            due = _take(session, at)
        if due is None:
            break
        trouble = _send(due)
        with transaction() as session:
            _settle(session, due, trouble, at)
        sent += trouble is None
    return sent


def _take(session: Session, at: datetime) -> _Due | None:
    while (message := _next(session, at)) is not None:
        leaves_at = _leaves_at(session, message, at)
        if leaves_at is None:
            message.state, message.last_error = MessageState.DEAD.value, NOT_WANTED
        elif leaves_at > at:
            message.next_at = leaves_at
        else:
            message.next_at = at + FIRST_WAIT * 2**message.attempts
            message.attempts += 1
            session.flush()
            return _Due(message.id, _phone(session, message), _text(message.template, message.payload))
        session.flush()
    return None


def _next(session: Session, at: datetime) -> OutboxMessage | None:
    return session.scalars(
        select(OutboxMessage)
        .where(
            OutboxMessage.state == MessageState.QUEUED.value,
            OutboxMessage.channel == Channel.SMS.value,
            OutboxMessage.next_at <= at,
        )
        .order_by(OutboxMessage.next_at, OutboxMessage.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    ).one_or_none()


def _leaves_at(session: Session, message: OutboxMessage, at: datetime) -> datetime | None:
    """Return when the recipient wants it: now, after their quiet hours, or None for never."""
    kind, _, number = message.recipient.partition(":")
    if kind != "person" or not number.isdigit():
        return at
    return send_after(session, int(number), template=message.template, channel=Channel.SMS, at=at)


def _phone(session: Session, message: OutboxMessage) -> str | None:
    """Return the number: the one that the message names, or the person's present one."""
    named = message.payload.get("to_sealed")
    if named is not None:
        return keyring().decrypt(base64.b64decode(named), purpose="person.phone")
    kind, _, number = message.recipient.partition(":")
    person = session.get(Person, int(number)) if kind == "person" and number.isdigit() else None
    return keyring().decrypt(person.phone_sealed, purpose="person.phone") if person else None


def _text(template: str, payload: dict[str, Any]) -> str:
    """Write a message; ids and codes stay out of it."""
    if template == "points.expiry_notice":
        text = f"您有{points_text(payload['points'])}碳积分将于{payload['last_valid_on']}失效，请及时兑换。"
    elif template == "person.phone_changed":
        text = f"您的登录手机号已更换为尾号{payload['tail']}的号码。如非本人操作，请立即联系平台。"
    else:
        text = USUAL_TEXT
    return f"{sms.SIGN}{text}"


def _send(due: _Due) -> str | None:
    """Hand the message over; return what went wrong."""
    if due.phone is None:
        return "no telephone"
    try:
        sms.sender().send(phone=due.phone, text=due.text)
    except sms.SmsUnavailable as refused:
        return refused.code
    return None


def _settle(session: Session, due: _Due, trouble: str | None, at: datetime) -> None:
    message = session.get_one(OutboxMessage, due.message_id, with_for_update=True)
    message.last_error = trouble
    if trouble is None:
        message.state, message.sent_at = MessageState.SENT.value, at
    elif message.attempts >= MOST_TRIES:
        message.state = MessageState.DEAD.value
        _log.error("short message given up", message_id=message.id, trouble=trouble)
    session.flush()
