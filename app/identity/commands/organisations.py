"""Organisations (单位) and who works for them in which role."""

from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.identity import rules
from app.identity.errors import (
    AreaUnknown,
    MembershipNotFound,
    OrganisationNotFound,
    OrganisationTaken,
    StaffNotFound,
)
from app.identity.models import (
    District,
    Membership,
    Organisation,
    StaffUser,
)
from app.identity.queries.actors import current_roles
from app.identity.values import Authority, OrganisationKind
from app.kernel import audit
from app.kernel.actor import Actor
from app.kernel.permissions import Permission, Role
from app.kernel.sources import cites


@cites("CQ-5.1", "CQ-8.1", "CQ-4.1")
def register_organisation(
    session: Session,
    *,
    actor: Actor,
    name: str,
    kind: OrganisationKind,
    at: datetime,
    country: str = "CN",
    credit_code: str | None = None,
    foreign_number: str | None = None,
    name_en: str | None = None,
    area_code: str | None = None,
    sector_department: str | None = None,
    authority: Authority | None = None,
) -> Organisation:
    """Register an organisation, domestic or foreign (单位登记).

    Args:
        authority: the Bureau, of which there is one, or a district's bureau, which names its area.

    Raises:
        OrganisationMalformed: with the breaches by field.
        OrganisationTaken: its number is registered, or there is a Bureau already.
        AreaUnknown: there is no such district.

    Source: CQ-5.1, CQ-8.1, CQ-4.1.
    """
    actor.require(Permission.RUN_THE_MACHINE)
    title = " ".join(name.split())
    code = credit_code.strip().upper() if credit_code else None
    number = " ".join(foreign_number.split()).upper() if foreign_number else None
    rules.check_organisation(name=title, kind=kind, country=country, credit_code=code, foreign_number=number)
    if area_code is not None and session.get(District, area_code) is None:
        raise AreaUnknown(area_code=area_code)
    if authority is Authority.DISTRICT_BUREAU and area_code is None:
        raise AreaUnknown
    same_number = (
        Organisation.credit_code == code
        if code
        else (Organisation.country == country) & (Organisation.foreign_number == number)
    )
    if session.scalar(select(Organisation.id).where(same_number)) is not None:
        raise OrganisationTaken
    if authority is Authority.BUREAU and session.scalar(
        select(Organisation.id).where(Organisation.authority == authority.value)
    ):
        raise OrganisationTaken
    organisation = Organisation(
        name=title,
        name_en=name_en,
        kind=kind.value,
        country=country,
        credit_code=code,
        foreign_number=number,
        area_code=area_code,
        authority=authority.value if authority else None,
        sector_department=sector_department,
        registered_at=at,
    )
    session.add(organisation)
    session.flush()
    audit.record(
        session,
        actor=actor,
        event="identity.organisation.register",
        subject=("organisation", organisation.id),
        at=at,
    )
    return organisation


@cites("T-48", "CQ-4.1", "CQ-37.1")
def grant_role(
    session: Session, *, actor: Actor, staff_id: int, organisation_id: int, role: Role, at: datetime
) -> Membership:
    """Give a staff user a role within an organisation; the same again changes nothing (任职).

    Raises:
        StaffNotFound, OrganisationNotFound: there is no such user or organisation.
        RoleUnfit: the organisation has no such role.
        RolesExclude: the user holds a role that supervises this one, or is supervised by it.

    Source: T-48, CQ-4.1, CQ-37.1.
    """
    actor.require(Permission.RUN_THE_MACHINE)
    staff = session.get(StaffUser, staff_id, with_for_update=True)
    if staff is None:
        raise StaffNotFound
    organisation = session.get(Organisation, organisation_id)
    if organisation is None:
        raise OrganisationNotFound
    held = frozenset[Role]().union(*current_roles(session, staff_id, at=at).values())
    rules.check_grant(role, held=held, authority=organisation.authority)
    present = session.scalar(_current(staff_id, organisation_id, role))
    if present is not None:
        return present
    membership = Membership(
        staff_user_id=staff_id,
        organisation_id=organisation_id,
        role=role.value,
        granted_at=at,
        granted_by=actor.ref,
    )
    session.add(membership)
    session.flush()
    audit.record(
        session,
        actor=actor,
        event="identity.role.grant",
        subject=("staff", staff_id),
        at=at,
        role=role.value,
        organisation=organisation_id,
    )
    return membership


@cites("T-47")
def end_role(
    session: Session, *, actor: Actor, staff_id: int, organisation_id: int, role: Role, at: datetime
) -> Membership:
    """End a role; what it allowed ends with the user's next request.

    Raises:
        MembershipNotFound: the user does not hold it now.

    Source: T-47.
    """
    actor.require(Permission.RUN_THE_MACHINE)
    membership = session.scalar(_current(staff_id, organisation_id, role).with_for_update())
    if membership is None:
        raise MembershipNotFound
    membership.ended_at = max(at, membership.granted_at)
    session.flush()
    audit.record(
        session,
        actor=actor,
        event="identity.role.end",
        subject=("staff", staff_id),
        at=at,
        role=role.value,
        organisation=organisation_id,
    )
    return membership


def _current(staff_id: int, organisation_id: int, role: Role) -> Select[Membership]:
    return select(Membership).where(
        Membership.staff_user_id == staff_id,
        Membership.organisation_id == organisation_id,
        Membership.role == role.value,
        Membership.ended_at.is_(None),
    )
