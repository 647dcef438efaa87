"""People and staff, found by what they say of themselves."""

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.identity import rules
from app.identity.errors import GuardianNeeded, IdentityMissing, PersonNotFound
from app.identity.methods.phones import phone_number
from app.identity.models import Person, StaffUser
from app.identity.values import DocumentType, PersonCard
from app.kernel.days import day_in_china
from app.kernel.secrets import keyring
from app.kernel.sources import cites


def phone_hash(number: str) -> bytes:
    """Return the hash by which a phone in its written form is found."""
    return keyring().keyed_hash(number, purpose="person.phone")


def document_hash(kind: DocumentType, number: str) -> bytes:
    """Return the hash by which a paper in its written form is found."""
    return keyring().keyed_hash(f"{kind.value}:{number}", purpose="person.document")


def person_by_phone(session: Session, phone: str) -> Person | None:
    """Return the person with this phone.

    Raises:
        PhoneMalformed: it is no phone number.
    """
    return session.scalar(select(Person).where(Person.phone_hash == phone_hash(phone_number(phone))))


def phone_of(person: Person) -> str:
    """Return a person's phone, unsealed."""
    return keyring().decrypt(person.phone_sealed, purpose="person.phone")


def person_card(session: Session, person_id: int) -> PersonCard:
    """Return what a person sees of themselves.

    Raises:
        PersonNotFound: there is none with this id.
    """
    person = session.get(Person, person_id)
    if person is None:
        raise PersonNotFound
    ring = keyring()
    name = ring.decrypt(person.name_sealed, purpose="person.name") if person.name_sealed else None
    number = (
        ring.decrypt(person.document_sealed, purpose="person.document") if person.document_sealed else None
    )
    return PersonCard(
        id=person.id,
        phone=phone_of(person),
        nickname=person.nickname,
        name=name,
        document_type=DocumentType(person.document_type) if person.document_type else None,
        document_number=f"{'*' * (len(number) - 4)}{number[-4:]}" if number else None,
        born_on=person.born_on,
        area_code=person.area_code,
        locale=person.locale,
        privacy_version=person.privacy_version,
        guardian_id=person.guardian_id,
        guardian_consented_at=person.guardian_consented_at,
    )


def wards_of(session: Session, guardian_id: int) -> list[Person]:
    """Return the children who named somebody as their guardian."""
    return list(session.scalars(select(Person).where(Person.guardian_id == guardian_id).order_by(Person.id)))


@cites("CQ-8.1", "Q-37")
def check_may_hold_account(session: Session, person_id: int, *, at: datetime) -> Person:
    """Return a person who may open a carbon account, by identity and age (开户条件).

    Raises:
        PersonNotFound: there is none with this id.
        IdentityMissing: who they are is not known.
        GuardianNeeded: they are under 14 and no guardian has consented.

    Source: CQ-8.1, Q-37.
    """
    person = session.get(Person, person_id, with_for_update={"read": True})
    if person is None:
        raise PersonNotFound
    born_on: date | None = person.born_on
    if born_on is None or person.document_hash is None:
        raise IdentityMissing
    if rules.needs_guardian(born_on, today=day_in_china(at)) and person.guardian_consented_at is None:
        raise GuardianNeeded
    return person


def staff_by_login(session: Session, login: str) -> StaffUser | None:
    """Return the staff user with this login."""
    return session.scalar(select(StaffUser).where(StaffUser.login == login.strip().lower()))
