"""Send the letters that wait in the outbox (邮件发送任务), and write those that go with messages."""

import base64
from datetime import datetime
from typing import Final

from sqlalchemy import Integer, cast, func, literal, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.identity import commands as identity
from app.identity.models import Person, PersonEmail
from app.jobs import leaving
from app.jobs.leaving import Due, Trouble
from app.jobs.message_words import words_of
from app.kernel import mail
from app.kernel.outbox import Channel, MessageState, OutboxMessage
from app.kernel.secrets import keyring
from app.kernel.session import transaction

GONE: Final = "address refused"


def run(at: datetime, *, most: int = 100) -> int:
    """Send what is due; return how many left."""
    return leaving.run(Channel.EMAIL, at, address=_address, send=_send, most=most)


def accompany(session: Session, message_ids: list[int], *, at: datetime) -> None:
    """Write a letter beside each message to a person who has confirmed an address that still works.

    Args:
        message_ids: messages within the product that have just been shown.
    """
    person_id = cast(func.split_part(OutboxMessage.recipient, ":", 2), Integer)
    letters = (
        select(
            OutboxMessage.key + ":email",
            literal(Channel.EMAIL.value),
            OutboxMessage.recipient,
            OutboxMessage.template,
            OutboxMessage.payload,
            literal(MessageState.QUEUED.value),
            literal(0),
            literal(at),
            literal(at),
        )
        .join(PersonEmail, PersonEmail.person_id == person_id)
        .where(
            OutboxMessage.id.in_(message_ids),
            OutboxMessage.recipient.like("person:%"),
            PersonEmail.verified_at.is_not(None),
            PersonEmail.failed_at.is_(None),
        )
    )
    session.execute(
        insert(OutboxMessage)
        .from_select(
            [
                "key",
                "channel",
                "recipient",
                "template",
                "payload",
                "state",
                "attempts",
                "created_at",
                "next_at",
            ],
            letters,
        )
        .on_conflict_do_nothing(index_elements=["key"])
    )


def _address(session: Session, message: OutboxMessage, person: Person | None) -> str | None:
    """Return the address: the one that the message names, or the person's confirmed one."""
    sealed = message.payload.get("to_sealed")
    if sealed is not None:
        return keyring().decrypt(base64.b64decode(sealed), purpose="person_email.address")
    found = session.get(PersonEmail, person.id) if person else None
    if found is None or found.verified_at is None or found.failed_at is not None:
        return None
    return keyring().decrypt(found.address_sealed, purpose="person_email.address")


def _send(due: Due) -> Trouble | None:
    if due.address is None:
        return Trouble("no address", final=True)
    payload = dict(due.payload)
    if (sealed := payload.pop("code_sealed", None)) is not None:
        payload["code"] = keyring().decrypt(base64.b64decode(sealed), purpose="person_email.code")
    words = words_of(due.template, payload, due.language)
    try:
        mail.sender().send(to=due.address, subject=words.subject, text=words.text)
    except mail.MailUnavailable as refused:
        return Trouble(refused.code)
    except mail.MailRefused:
        _note(due)
        return Trouble(GONE, final=True)
    return None


def _note(due: Due) -> None:
    """Let its holder see that the address does not work."""
    if due.person_id is None:
        return
    with transaction() as session:
        identity.note_undeliverable(session, person_id=due.person_id, at=due.at)
