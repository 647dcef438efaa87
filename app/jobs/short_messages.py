"""Send the short messages that wait in the outbox (短信发送任务)."""

import base64
from datetime import datetime

from sqlalchemy.orm import Session

from app.identity.models import Person
from app.jobs import leaving
from app.jobs.leaving import Due, Trouble
from app.jobs.message_words import words_of
from app.kernel import sms
from app.kernel.outbox import Channel, OutboxMessage
from app.kernel.secrets import keyring

MOST_TRIES = leaving.MOST_TRIES


def run(at: datetime, *, most: int = 100) -> int:
    """Send what is due; return how many left."""
    return leaving.run(Channel.SMS, at, address=_phone, send=_send, most=most)


def _phone(_session: Session, message: OutboxMessage, person: Person | None) -> str | None:
    """Return the number: the one that the message names, or the person's present one."""
    named = message.payload.get("to_sealed")
    if named is not None:
        return keyring().decrypt(base64.b64decode(named), purpose="person.phone")
    return keyring().decrypt(person.phone_sealed, purpose="person.phone") if person else None


def _send(due: Due) -> Trouble | None:
    if due.address is None:
        return Trouble("no telephone")
    text = words_of(due.template, due.payload, due.language).text
    try:
        sms.sender().send(phone=due.address, text=f"{sms.SIGN}{text}")
    except sms.SmsUnavailable as refused:
        return Trouble(refused.code)
    return None
