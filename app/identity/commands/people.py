"""People (公众): registered by phone, identified by their papers, children with a guardian's consent."""

import base64
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.identity import rules
from app.identity.commands.sessions import end_all_sessions
from app.identity.errors import (
    AreaUnknown,
    IdentityFixed,
    IdentityMissing,
    IdentityTaken,
    PersonNotFound,
    PhoneTaken,
    PrivacyNotAccepted,
    WardNotFound,
)
from app.identity.methods.phones import phone_number, tail
from app.identity.models import District, Person
from app.identity.queries.people import document_hash, phone_hash
from app.identity.values import PRIVACY_VERSION, Identity, Principal
from app.kernel import audit, outbox
from app.kernel.actor import Actor, ActorKind
from app.kernel.days import day_in_china
from app.kernel.permissions import Permission
from app.kernel.secrets import keyring
from app.kernel.sources import cites


@cites("CQ-8.1", "CQ-35.2")
def register_person(session: Session, *, phone: str, privacy_version: str, at: datetime) -> Person:
    """Return the person with this phone, made when they are new (注册).

    Whoever calls has proof that the phone is in the person's hand.

    Raises:
        PhoneMalformed: it is no phone number.
        PrivacyNotAccepted: another version of the privacy notice than the present one was accepted.

    Source: CQ-8.1, CQ-35.2.
    """
    if privacy_version != PRIVACY_VERSION:
        raise PrivacyNotAccepted(version=PRIVACY_VERSION)
    number = phone_number(phone)
    made = session.execute(
        insert(Person)
        .values(
            phone_hash=phone_hash(number),
            phone_sealed=keyring().encrypt(number, purpose="person.phone"),
            phone_tail=tail(number),
            privacy_version=privacy_version,
            privacy_accepted_at=at,
            registered_at=at,
        )
        .on_conflict_do_nothing(index_elements=["phone_hash"])
        .returning(Person.id)
    ).scalar()
    person = session.scalars(select(Person).where(Person.phone_hash == phone_hash(number))).one()
    if made is None and person.privacy_version != privacy_version:
        person.privacy_version, person.privacy_accepted_at = privacy_version, at
    elif made is not None:
        themselves = Actor(kind=ActorKind.CITIZEN, person_id=person.id)
        audit.record(
            session, actor=themselves, event="identity.person.register", subject=("person", made), at=at
        )
    session.flush()
    return person


@cites("CQ-8.1", "Q-37")
def complete_identity(session: Session, *, actor: Actor, identity: Identity, at: datetime) -> Person:
    """Keep who a person is, once and sealed (完成身份信息).

    The same again changes nothing.

    Raises:
        IdentityMalformed: the number, the name or the day of birth cannot be right.
        IdentityTaken: another person has this paper.
        IdentityFixed: the person's identity is known and is another.

    Source: CQ-8.1, Q-37.
    """
    actor.require(Permission.APPLY_FOR_ACCOUNT)
    person = _own(session, actor)
    known = rules.check_identity(identity, today=day_in_china(at))
    digest = document_hash(known.document_type, known.number)
    if person.document_hash is not None:
        if (person.document_type, person.document_hash) != (known.document_type, digest):
            raise IdentityFixed
        return person
    taken = select(Person.id).where(
        Person.document_type == known.document_type.value, Person.document_hash == digest
    )
    if session.scalar(taken) is not None:
        raise IdentityTaken
    person.name_sealed = keyring().encrypt(known.name, purpose="person.name")
    person.document_type = known.document_type.value
    person.document_hash = digest
    person.document_sealed = keyring().encrypt(known.number, purpose="person.document")
    person.born_on = known.born_on
    session.flush()
    audit.record(
        session,
        actor=actor,
        event="identity.person.identify",
        subject=("person", person.id),
        at=at,
        document_type=known.document_type.value,
    )
    return person


@cites("CQ-35.2")
def change_own_details(
    session: Session,
    *,
    actor: Actor,
    nickname: str | None = None,
    locale: str | None = None,
    area_code: str | None = None,
) -> Person:
    """Change what a person may say of themselves freely; None leaves it as it is.

    Raises:
        AreaUnknown: there is no such district.

    Source: CQ-35.2.
    """
    actor.require(Permission.USE_OWN_SESSION)
    person = _own(session, actor)
    if nickname is not None:
        person.nickname = " ".join(nickname.split())[:30] or None
    if locale in {"zh", "en"}:
        person.locale = locale
    if area_code is not None:
        if session.get(District, area_code) is None:
            raise AreaUnknown(area_code=area_code)
        person.area_code = area_code
    session.flush()
    return person


@cites("T-50", "T-54")
def change_phone(
    session: Session, *, actor: Actor, phone: str, at: datetime, but_public_id: str | None = None
) -> Person:
    """Give a person another phone: all other sessions end, the old number is told (换绑手机号).

    Whoever calls has proof that the new phone is in the person's hand, and a fresh factor.

    Raises:
        PhoneMalformed: it is no phone number.
        PhoneTaken: it is another person's.

    Source: T-50, T-54.
    """
    actor.require(Permission.USE_OWN_SESSION)
    person = _own(session, actor)
    number = phone_number(phone)
    digest = phone_hash(number)
    if person.phone_hash == digest:
        return person
    if session.scalar(select(Person.id).where(Person.phone_hash == digest)) is not None:
        raise PhoneTaken
    outbox.enqueue(
        session,
        channel=outbox.Channel.SMS,
        recipient=f"person:{person.id}",
        template="person.phone_changed",
        payload={"to_sealed": base64.b64encode(person.phone_sealed).decode(), "tail": tail(number)},
        at=at,
        key=f"phone:{person.id}:{int(at.timestamp() * 1000)}",
    )
    person.phone_hash = digest
    person.phone_sealed = keyring().encrypt(number, purpose="person.phone")
    person.phone_tail = tail(number)
    session.flush()
    end_all_sessions(session, principal=Principal.of(actor), at=at, but_public_id=but_public_id)
    audit.record(
        session, actor=actor, event="identity.person.change_phone", subject=("person", person.id), at=at
    )
    return person


@cites("Q-37")
def name_guardian(session: Session, *, actor: Actor, phone: str, at: datetime) -> None:
    """Ask the holder of a phone to be the actor's guardian; whether there is one is not said.

    Raises:
        PhoneMalformed: it is no phone number.

    Source: Q-37.
    """
    actor.require(Permission.APPLY_FOR_ACCOUNT)
    ward = _own(session, actor)
    digest = phone_hash(phone_number(phone))
    guardian = session.scalar(select(Person.id).where(Person.phone_hash == digest))
    ward.guardian_id = guardian if guardian != ward.id else None
    ward.guardian_consented_at = None
    session.flush()
    audit.record(session, actor=actor, event="identity.guardian.name", subject=("person", ward.id), at=at)


@cites("Q-37")
def consent_as_guardian(session: Session, *, actor: Actor, ward_id: int, at: datetime) -> Person:
    """Consent to a child's account (监护人同意).

    Raises:
        WardNotFound: no such child named the actor.
        IdentityMissing: the child's identity is not known yet.
        GuardianUnfit: the actor is not of age or not identified.

    Source: Q-37.
    """
    actor.require(Permission.APPLY_FOR_ACCOUNT)
    guardian = _own(session, actor)
    ward = session.get(Person, ward_id, with_for_update=True)
    if ward is None or ward.guardian_id != guardian.id:
        raise WardNotFound
    if ward.born_on is None:
        raise IdentityMissing
    rules.check_guardian(
        guardian_id=guardian.id, ward_id=ward.id, born_on=guardian.born_on, today=day_in_china(at)
    )
    if ward.guardian_consented_at is None:
        ward.guardian_consented_at = at
        session.flush()
        audit.record(
            session, actor=actor, event="identity.guardian.consent", subject=("person", ward.id), at=at
        )
    return ward


@cites("Q-37")
def withdraw_consent(session: Session, *, actor: Actor, ward_id: int, at: datetime) -> Person:
    """Take a guardian's consent back; what the child earned stays the child's.

    Raises:
        WardNotFound: no such child named the actor.

    Source: Q-37.
    """
    actor.require(Permission.APPLY_FOR_ACCOUNT)
    ward = session.get(Person, ward_id, with_for_update=True)
    if ward is None or ward.guardian_id != actor.person_id:
        raise WardNotFound
    ward.guardian_consented_at = None
    session.flush()
    audit.record(session, actor=actor, event="identity.guardian.withdraw", subject=("person", ward.id), at=at)
    return ward


def _own(session: Session, actor: Actor) -> Person:
    """Return the actor's own row, locked."""
    person = (
        session.get(Person, actor.person_id, with_for_update=True, populate_existing=True)
        if actor.person_id is not None
        else None
    )
    if person is None:
        raise PersonNotFound
    return person
