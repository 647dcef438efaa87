"""Organisations, who works for them, appointments, targets, keys."""

from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.identity.errors import AppointmentNotFound, OrganisationNotFound
from app.identity.models import (
    ApiKey,
    District,
    Mandate,
    Membership,
    OperatorAppointment,
    Organisation,
    StaffUser,
    YearlyTarget,
)
from app.identity.queries.actors import current_roles
from app.identity.values import Institution
from app.kernel.days import day_in_china
from app.kernel.permissions import Role


class Workplace(NamedTuple):
    """An organisation for which a staff user works now, and as what."""

    organisation: Organisation
    roles: frozenset[Role]


def organisation(session: Session, organisation_id: int) -> Organisation:
    """Return one organisation.

    Raises:
        OrganisationNotFound: there is none with this id.
    """
    found = session.get(Organisation, organisation_id)
    if found is None:
        raise OrganisationNotFound
    return found


def organisation_by_credit_code(session: Session, credit_code: str) -> Organisation | None:
    """Return the organisation with this unified social credit code."""
    return session.scalar(select(Organisation).where(Organisation.credit_code == credit_code.strip().upper()))


def organisations(session: Session) -> list[Organisation]:
    """Return all organisations, the Bureau first."""
    return list(
        session.scalars(select(Organisation).order_by(Organisation.authority.nulls_last(), Organisation.id))
    )


def workplaces_of(session: Session, staff_id: int, *, at: datetime) -> list[Workplace]:
    """Return the organisations for which a staff user works now."""
    roles = current_roles(session, staff_id, at=at)
    found = session.scalars(select(Organisation).where(Organisation.id.in_(roles)).order_by(Organisation.id))
    return [Workplace(each, roles[each.id]) for each in found]


def members_of(session: Session, organisation_id: int) -> list[tuple[StaffUser, Membership]]:
    """Return who works for an organisation now, and as what."""
    rows = session.execute(
        select(StaffUser, Membership)
        .join(Membership, Membership.staff_user_id == StaffUser.id)
        .where(Membership.organisation_id == organisation_id, Membership.ended_at.is_(None))
        .order_by(StaffUser.login, Membership.role)
    )
    return [(staff, membership) for staff, membership in rows]


def appointments(session: Session) -> list[tuple[OperatorAppointment, Organisation]]:
    """Return every appointment of an operator, the latest first (运营主体委托)."""
    rows = session.execute(
        select(OperatorAppointment, Organisation)
        .join(Organisation, Organisation.id == OperatorAppointment.organisation_id)
        .order_by(OperatorAppointment.starts_on.desc())
    )
    return [(appointment, organisation) for appointment, organisation in rows]


def appointment(session: Session, appointment_id: int) -> OperatorAppointment:
    """Return one appointment.

    Raises:
        AppointmentNotFound: there is none with this id.
    """
    found = session.get(OperatorAppointment, appointment_id)
    if found is None:
        raise AppointmentNotFound(appointment_id=appointment_id)
    return found


def appointment_on(session: Session, day: date) -> OperatorAppointment | None:
    """Return the appointment that holds on a day."""
    return session.scalar(
        select(OperatorAppointment).where(
            OperatorAppointment.starts_on <= day, OperatorAppointment.ends_on >= day
        )
    )


def current_operator(session: Session, *, at: datetime) -> Organisation | None:
    """Return the operator of the day (运营主体)."""
    appointment = appointment_on(session, day_in_china(at))
    return session.get(Organisation, appointment.organisation_id) if appointment is not None else None


def mandates(session: Session) -> list[tuple[Mandate, Organisation]]:
    """Return every mandate of an agency or an exchange, the latest first (机构委托)."""
    rows = session.execute(
        select(Mandate, Organisation)
        .join(Organisation, Organisation.id == Mandate.organisation_id)
        .order_by(Mandate.starts_on.desc(), Mandate.id.desc())
    )
    return [(mandate, organisation) for mandate, organisation in rows]


def institution_on(session: Session, institution: Institution, day: date) -> Organisation | None:
    """Return the agency, or the exchange, of a day."""
    return session.scalar(
        select(Organisation)
        .join(Mandate, Mandate.organisation_id == Organisation.id)
        .where(Mandate.institution == institution.value, Mandate.starts_on <= day, Mandate.ends_on >= day)
    )


def targets_of(session: Session, year: int) -> dict[str, YearlyTarget]:
    """Return the targets of a year by measure, each in its latest version (年度目标任务)."""
    rows = session.scalars(
        select(YearlyTarget)
        .where(YearlyTarget.year == year)
        .order_by(YearlyTarget.measure, YearlyTarget.version)
    )
    return {target.measure: target for target in rows}


def api_keys_of(session: Session, organisation_id: int) -> list[ApiKey]:
    """Return the API keys of an organisation, the latest first, revoked ones too."""
    return list(
        session.scalars(
            select(ApiKey).where(ApiKey.organisation_id == organisation_id).order_by(ApiKey.id.desc())
        )
    )


def districts(session: Session) -> list[District]:
    """Return the districts and counties in their official order (区县)."""
    return list(session.scalars(select(District).order_by(District.position)))
