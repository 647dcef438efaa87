"""A person's address for letters (邮箱): set, confirmed by a code, chosen for kinds of messages, removed."""

import base64
import re
import secrets
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.identity.errors import EmailMalformed, PersonNotFound
from app.identity.methods.codes import code_digits
from app.identity.models import MessagePreference, Person, PersonEmail
from app.identity.values import OPTIONAL_KINDS, MessageKind
from app.kernel import audit
from app.kernel.actor import Actor
from app.kernel.limits import Limit, hit
from app.kernel.outbox import Channel, enqueue
from app.kernel.permissions import Permission
from app.kernel.secrets import keyring, same
from app.kernel.sources import cites

LIFE: Final = timedelta(minutes=15)
TRIES: Final = 5
PER_PERSON: Final = (Limit(5, 3_600), Limit(10, 86_400))
_ADDRESS: Final = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,63}")
_LONGEST: Final = 254


@cites("Q-73", "T-50")
def set_email(session: Session, *, actor: Actor, address: str, at: datetime) -> None:
    """Name one's address and have a code sent there; an earlier address is forgotten.

    Raises:
        EmailMalformed: it is no address.
        TooMany: more than five an hour or ten a day were asked for.
        PersonNotFound: the actor is no citizen.

    Source: Q-73, T-50.
    """
    actor.require(Permission.USE_OWN_SESSION)
    person = _own(session, actor)
    found = address.strip()
    if len(found) > _LONGEST or not _ADDRESS.fullmatch(found):
        raise EmailMalformed
    hit(session, bucket=f"email:person:{person.id}", limits=PER_PERSON, at=at)
    code = f"{secrets.randbelow(10**6):06d}"
    sealed = keyring().encrypt(found, purpose="person_email.address")
    row = {
        "address_sealed": sealed,
        "code_hash": _hash(person.id, code),
        "code_until": at + LIFE,
        "tries": 0,
        "verified_at": None,
        "failed_at": None,
        "changed_at": at,
    }
    session.execute(
        insert(PersonEmail)
        .values(person_id=person.id, **row)
        .on_conflict_do_update(index_elements=["person_id"], set_=row)
    )
    enqueue(
        session,
        channel=Channel.EMAIL,
        recipient=f"person:{person.id}",
        template="person.email_code",
        payload={
            "to_sealed": base64.b64encode(sealed).decode(),
            "code_sealed": base64.b64encode(keyring().encrypt(code, purpose="person_email.code")).decode(),
        },
        at=at,
        key=f"email:{person.id}:{int(at.timestamp() * 1000)}",
    )
    audit.record(session, actor=actor, event="identity.email.set", subject=("person", person.id), at=at)
    session.flush()


@cites("Q-73", "T-50")
def try_email_code(session: Session, *, actor: Actor, code: str, at: datetime) -> bool:
    """Confirm one's address by the code that was sent there; five tries, fifteen minutes.

    A wrong try is counted, so the caller commits whatever this returns.

    Raises:
        PersonNotFound: the actor is no citizen.

    Source: Q-73, T-50.
    """
    actor.require(Permission.USE_OWN_SESSION)
    person = _own(session, actor)
    found = session.get(PersonEmail, person.id, with_for_update=True)
    if found is None or found.code_hash is None or found.code_until is None:
        return False
    if at >= found.code_until or found.tries >= TRIES:
        return False
    if not same(found.code_hash, _hash(person.id, code_digits(code) or "")):
        found.tries += 1
        session.flush()
        return False
    found.code_hash = found.code_until = None
    found.verified_at = at
    session.flush()
    audit.record(session, actor=actor, event="identity.email.confirm", subject=("person", person.id), at=at)
    return True


@cites("Q-73")
def choose_letters(
    session: Session, *, actor: Actor, by_email: Collection[MessageKind], at: datetime
) -> None:
    """Choose which kinds of message come by e-mail as well; notices of rights come always.

    Raises:
        PersonNotFound: the actor is no citizen.

    Source: Q-73.
    """
    actor.require(Permission.USE_OWN_SESSION)
    person = _own(session, actor)
    for kind in OPTIONAL_KINDS:
        said = insert(MessagePreference).values(
            person_id=person.id,
            kind=kind.value,
            channel=Channel.EMAIL.value,
            wanted=kind in by_email,
            changed_at=at,
        )
        session.execute(
            said.on_conflict_do_update(
                index_elements=["person_id", "kind", "channel"],
                set_={"wanted": said.excluded.wanted, "changed_at": said.excluded.changed_at},
            )
        )


@cites("Q-73")
def remove_email(session: Session, *, actor: Actor, at: datetime) -> None:
    """Forget one's address; no letter leaves any more.

    Raises:
        PersonNotFound: the actor is no citizen.

    Source: Q-73.
    """
    actor.require(Permission.USE_OWN_SESSION)
    person = _own(session, actor)
    session.execute(delete(PersonEmail).where(PersonEmail.person_id == person.id))
    audit.record(session, actor=actor, event="identity.email.remove", subject=("person", person.id), at=at)
    session.flush()


@cites("Q-73")
def note_undeliverable(session: Session, *, person_id: int, at: datetime) -> None:
    """Note that a server said this address will never do; its holder sees it.

    Source: Q-73.
    """
    found = session.get(PersonEmail, person_id, with_for_update=True)
    if found is not None:
        found.failed_at = at
        session.flush()


def _own(session: Session, actor: Actor) -> Person:
    person = (
        session.get(Person, actor.person_id, with_for_update=True) if actor.person_id is not None else None
    )
    if person is None:
        raise PersonNotFound
    return person


def _hash(person_id: int, code: str) -> bytes:
    return keyring().keyed_hash(f"{person_id}:{code}", purpose="person_email.code")
