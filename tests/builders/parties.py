"""Builders of the people of the registry: the agency, the exchange, owners, bodies, experts."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from app.identity import commands, queries
from app.identity.models import Organisation
from app.identity.values import Institution
from app.kernel import clock
from app.kernel.actor import Actor
from app.kernel.days import day_in_china
from app.kernel.permissions import Role
from tests.builders import people


def institution(
    session: Session,
    which: Institution,
    *,
    at: datetime | None = None,
    starts_on: date = date(2014, 1, 1),
    ends_on: date = date(2033, 12, 31),
) -> Organisation:
    """Return the agency or the exchange of the day; entrust one where there is none."""
    when = at or clock.now()
    found = queries.institution_on(session, which, day_in_china(when))
    if found is not None:
        return found
    name = "重庆碳惠通管理服务有限公司" if which is Institution.AGENCY else "重庆碳排放权交易有限公司"
    place = people.organisation(session, at=when, name=name)
    commands.entrust(
        session,
        actor=people.bureau(session, at=when),
        organisation_id=place.id,
        institution=which,
        ground="渝环函〔2024〕1号",
        starts_on=starts_on,
        ends_on=ends_on,
        at=when,
    )
    return place


def agency(session: Session, *, at: datetime | None = None, role: Role = Role.AGENCY_OFFICER) -> Actor:
    """Make somebody of the agency of the day (管理服务机构)."""
    place = institution(session, Institution.AGENCY, at=at)
    return people.staff(session, role, place, at=at)


def agency_reviewer(session: Session, *, at: datetime | None = None) -> Actor:
    """Make the agency's second person."""
    return agency(session, at=at, role=Role.AGENCY_REVIEWER)


def exchange(session: Session, *, at: datetime | None = None) -> Actor:
    """Make somebody of the exchange of the day (交易机构)."""
    place = institution(session, Institution.EXCHANGE, at=at)
    return people.staff(session, Role.EXCHANGE_OFFICER, place, at=at)


def owner(session: Session, *, at: datetime | None = None, place: Organisation | None = None) -> Actor:
    """Make somebody of a project owner (项目业主)."""
    return people.staff(
        session,
        Role.OWNER_STAFF,
        place or people.organisation(session, at=at, name="重庆某某能源有限公司"),
        at=at,
    )


def allowance_unit(
    session: Session, *, at: datetime | None = None, place: Organisation | None = None
) -> Actor:
    """Make somebody of a unit under allowance management (配额管理单位)."""
    return people.staff(
        session,
        Role.ALLOWANCE_STAFF,
        place or people.organisation(session, at=at, name="重庆某某水泥有限公司"),
        at=at,
    )


def verifier(session: Session, *, at: datetime | None = None, place: Organisation | None = None) -> Actor:
    """Make somebody of a body that validates and verifies (审定与核查机构); it is not recognised by this."""
    return people.staff(
        session,
        Role.VVB_STAFF,
        place or people.organisation(session, at=at, name="重庆某某审定核查有限公司"),
        at=at,
    )


def expert(session: Session, *, at: datetime | None = None, place: Organisation | None = None) -> Actor:
    """Make an expert, who works somewhere (专家)."""
    return people.staff(
        session, Role.EXPERT, place or people.organisation(session, at=at, name="重庆某某大学"), at=at
    )
