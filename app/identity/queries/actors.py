"""Actors (操作者): whose permissions are derived anew at each request from what is current then."""

import hashlib
from datetime import date, datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.identity import rules
from app.identity.errors import KeyNotValid
from app.identity.models import (
    ApiKey,
    Mandate,
    Membership,
    OperatorAppointment,
    Organisation,
    Person,
    StaffUser,
)
from app.identity.values import MACHINE_SCOPES, Institution
from app.kernel.actor import Actor, ActorKind
from app.kernel.days import day_in_china
from app.kernel.permissions import ANYONE, PERMISSIONS_OF, Permission, Role
from app.kernel.secrets import same

KEY_PREFIX = "tht_"


def actor_of_person(session: Session, person_id: int, *, at: datetime) -> Actor | None:
    """Return the citizen, None when there is no such person."""
    person = session.get(Person, person_id)
    if person is None or person.registered_at > at:
        return None
    return Actor(
        kind=ActorKind.CITIZEN,
        person_id=person.id,
        name=person.nickname or f"尾号 {person.phone_tail}",
        roles=frozenset({Role.CITIZEN}),
        permissions=PERMISSIONS_OF[Role.CITIZEN],
    )


def actor_of_staff(
    session: Session, staff_id: int, *, organisation_id: int | None = None, at: datetime
) -> Actor | None:
    """Return the staff user with what their roles allow at `at`, None when there is no such user.

    Args:
        organisation_id: for which organisation they act; where they work for one only, it is that.
    """
    staff = session.get(StaffUser, staff_id)
    if staff is None or (staff.disabled_at is not None and staff.disabled_at <= at):
        return None
    roles_of = current_roles(session, staff_id, at=at)
    if organisation_id is None and len(roles_of) == 1:
        organisation_id = next(iter(roles_of))
    held = roles_of.get(organisation_id or 0, frozenset())
    organisation = session.get(Organisation, organisation_id) if organisation_id and held else None
    roles = frozenset[Role]()
    if organisation is not None:
        roles = rules.roles_in_force(
            held,
            authority=organisation.authority,
            is_operator=operator_on(session, day_in_china(at)) == organisation.id,
            entrusted=entrusted_on(session, organisation.id, day_in_china(at)),
        )
    return Actor(
        kind=ActorKind.STAFF,
        staff_id=staff.id,
        organisation_id=organisation.id if organisation is not None else None,
        area_code=organisation.area_code if organisation is not None and organisation.authority else None,
        name=staff.display_name,
        roles=roles,
        permissions=rules.permissions_of(roles),
    )


def current_roles(session: Session, staff_id: int, *, at: datetime) -> dict[int, frozenset[Role]]:
    """Return the roles of a staff user by organisation, as granted; authority is not looked at."""
    rows = session.execute(
        select(Membership.organisation_id, Membership.role)
        .where(
            Membership.staff_user_id == staff_id,
            Membership.granted_at <= at,
            or_(Membership.ended_at.is_(None), Membership.ended_at > at),
        )
        .order_by(Membership.organisation_id)
    )
    found: dict[int, frozenset[Role]] = {}
    for organisation_id, role in rows:
        found[organisation_id] = found.get(organisation_id, frozenset()) | {Role(role)}
    return found


def operator_on(session: Session, day: date) -> int | None:
    """Return the organisation appointed as operator on a day (运营主体)."""
    return session.scalar(
        select(OperatorAppointment.organisation_id).where(
            OperatorAppointment.starts_on <= day, OperatorAppointment.ends_on >= day
        )
    )


def entrusted_on(session: Session, organisation_id: int, day: date) -> frozenset[Institution]:
    """Return what an organisation is entrusted with on a day (管理服务机构、交易机构)."""
    found = session.scalars(
        select(Mandate.institution).where(
            Mandate.organisation_id == organisation_id, Mandate.starts_on <= day, Mandate.ends_on >= day
        )
    )
    return frozenset(Institution(one) for one in found)


def actor_of_api_key(session: Session, credential: str, *, at: datetime) -> Actor:
    """Return the machine that holds an API key, with the key's scopes and no more.

    A key works while somebody works for its organisation.

    Raises:
        KeyNotValid: unknown, revoked, or its organisation has nobody left.
    """
    prefix, _, secret = credential.removeprefix(KEY_PREFIX).partition("_")
    if not credential.startswith(KEY_PREFIX) or not credential.isascii() or not secret:
        raise KeyNotValid
    key = session.scalar(select(ApiKey).where(ApiKey.prefix == prefix))
    digest = hashlib.sha256(secret.encode()).digest()
    if key is None or not same(key.secret_hash, digest):
        raise KeyNotValid
    if key.revoked_at is not None and key.revoked_at <= at:
        raise KeyNotValid
    somebody = select(Membership.id).where(
        Membership.organisation_id == key.organisation_id,
        Membership.granted_at <= at,
        or_(Membership.ended_at.is_(None), Membership.ended_at > at),
    )
    if session.scalar(somebody.limit(1)) is None:
        raise KeyNotValid
    return Actor(
        kind=ActorKind.MACHINE,
        api_key_id=key.id,
        organisation_id=key.organisation_id,
        scenario_id=key.scenario_id,
        name=key.name,
        permissions=ANYONE | ({Permission(scope) for scope in key.scopes} & MACHINE_SCOPES),
    )
