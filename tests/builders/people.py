"""Builders of people, organisations and roles. Each goes through commands and returns an actor or a row.

Numbers are made up so that every call gives somebody new; give them to get the same again.
"""

from datetime import date, datetime, timedelta
from itertools import count
from typing import Final

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.identity import commands, queries
from app.identity.methods import second_factors
from app.identity.models import Organisation, StaffUser
from app.identity.values import (
    PRIVACY_VERSION,
    Authority,
    DocumentType,
    Identity,
    OrganisationKind,
    Principal,
    SessionState,
)
from app.kernel import clock
from app.kernel.actor import SYSTEM, Actor
from app.kernel.check_digits import credit_code_check_digit, resident_check_digit
from app.kernel.days import day_in_china
from app.kernel.permissions import Permission, Role
from app.kernel.session import transaction

PASSWORD: Final = "river lantern granite 42"
TOTP_SECRET: Final = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
_numbers = count(1)


def phone(number: int | None = None) -> str:
    """Return a phone that nobody else in this run has."""
    return f"+8613{(next(_numbers) if number is None else number) % 10**9:09d}"


def resident_number(born_on: date, order: int | None = None) -> str:
    """Return a citizen identity number with its check digit."""
    serial = (next(_numbers) if order is None else order) % 1000
    area = 500101 + (next(_numbers) // 1000) % 18
    body = f"{area}{born_on:%Y%m%d}{serial:03d}"
    return body + resident_check_digit(body)


def credit_code(number: int | None = None) -> str:
    """Return a unified social credit code with its check digit."""
    body = f"91500000{(next(_numbers) if number is None else number) % 10**9:09d}"
    return body + credit_code_check_digit(body)


def citizen(
    session: Session,
    *,
    at: datetime | None = None,
    phone_number: str | None = None,
    name: str = "陈小渝",
    born_on: date = date(1990, 5, 20),
    identified: bool = True,
) -> Actor:
    """Register a person, by default with their identity."""
    when = at or clock.now()
    person = commands.register_person(
        session, phone=phone_number or phone(), privacy_version=PRIVACY_VERSION, at=when
    )
    actor = queries.actor_of_person(session, person.id, at=when)
    assert actor is not None
    if identified and person.document_hash is None:
        commands.complete_identity(
            session,
            actor=actor,
            identity=Identity(name, DocumentType.RESIDENT_ID, resident_number(born_on), born_on),
            at=when,
        )
    return actor


def organisation(
    session: Session,
    *,
    at: datetime | None = None,
    name: str = "重庆某某出行科技有限公司",
    code: str | None = None,
    kind: OrganisationKind = OrganisationKind.ENTERPRISE,
    authority: Authority | None = None,
    area_code: str | None = None,
) -> Organisation:
    """Register a domestic organisation."""
    return commands.register_organisation(
        session,
        actor=SYSTEM,
        name=name,
        kind=kind,
        credit_code=code or credit_code(),
        authority=authority,
        area_code=area_code,
        at=at or clock.now(),
    )


def staff(
    session: Session,
    role: Role,
    at_organisation: Organisation | int,
    *,
    at: datetime | None = None,
    login: str | None = None,
    password: str = PASSWORD,
    totp_secret: str | None = TOTP_SECRET,
) -> Actor:
    """Make somebody who works for an organisation in a role, with a second factor set up."""
    when = at or clock.now()
    organisation_id = at_organisation if isinstance(at_organisation, int) else at_organisation.id
    user = commands.create_staff(
        session,
        actor=SYSTEM,
        login=login or f"{role.value.replace('_', '-')}-{next(_numbers)}",
        display_name="工作人员",
        password=password,
        totp_secret=totp_secret,
        at=when,
    )
    commands.grant_role(
        session, actor=SYSTEM, staff_id=user.id, organisation_id=organisation_id, role=role, at=when
    )
    return acting(session, user, organisation_id, at=when)


def acting(
    session: Session,
    user: StaffUser | Actor,
    organisation_id: int | None = None,
    *,
    at: datetime | None = None,
) -> Actor:
    """Return somebody as they are now, with what their roles allow at this instant."""
    staff_id = user.id if isinstance(user, StaffUser) else user.staff_id
    chosen = organisation_id or (user.organisation_id if isinstance(user, Actor) else None)
    actor = queries.actor_of_staff(session, staff_id or 0, organisation_id=chosen, at=at or clock.now())
    assert actor is not None
    return actor


def bureau(session: Session, *, at: datetime | None = None) -> Actor:
    """Make an officer of the Bureau, and the Bureau where there is none yet (市生态环境局)."""
    place = session.scalar(select(Organisation).where(Organisation.authority == Authority.BUREAU.value))
    if place is None:
        place = organisation(
            session,
            at=at,
            name="重庆市生态环境局",
            kind=OrganisationKind.GOVERNMENT,
            authority=Authority.BUREAU,
        )
    return staff(session, Role.BUREAU_OFFICER, place, at=at)


def district_bureau(session: Session, area_code: str, *, at: datetime | None = None) -> Actor:
    """Make an officer of a district's bureau (区县生态环境局)."""
    place = organisation(
        session,
        at=at,
        name="某区生态环境局",
        kind=OrganisationKind.GOVERNMENT,
        authority=Authority.DISTRICT_BUREAU,
        area_code=area_code,
    )
    return staff(session, Role.DISTRICT_OFFICER, place, at=at)


def operator(
    session: Session,
    *,
    at: datetime | None = None,
    role: Role = Role.OPERATOR_OFFICER,
    starts_on: date | None = None,
    ends_on: date | None = None,
) -> Actor:
    """Make somebody of the operator of the day; appoint one where there is none (运营主体)."""
    when = at or clock.now()
    day = starts_on or day_in_china(when)
    appointed = queries.operator_on(session, day)
    if appointed is None:
        place = organisation(session, at=when, name="重庆碳惠通运营有限公司")
        appointed = place.id
        commands.appoint_operator(
            session,
            actor=bureau(session, at=when),
            organisation_id=place.id,
            selection_reference="渝环公开竞争比选〔2021〕1号",
            starts_on=day,
            ends_on=ends_on or day + timedelta(days=365 * 3),
            at=when,
        )
    return staff(session, role, appointed, at=when)


def reviewer(session: Session, *, at: datetime | None = None) -> Actor:
    """Make the operator's second person."""
    return operator(session, at=at, role=Role.OPERATOR_REVIEWER)


def host(session: Session, *, at: datetime | None = None, place: Organisation | None = None) -> Actor:
    """Make somebody of a scenario host (场景方)."""
    return staff(session, Role.HOST_STAFF, place or organisation(session, at=at), at=at)


def merchant(
    session: Session,
    *,
    at: datetime | None = None,
    place: Organisation | None = None,
    role: Role = Role.MERCHANT_MANAGER,
) -> Actor:
    """Make somebody of a merchant (权益提供单位)."""
    return staff(session, role, place or organisation(session, at=at, name="重庆某某商贸有限公司"), at=at)


def administrator(session: Session, *, at: datetime | None = None) -> Actor:
    """Make whoever runs the machine."""
    place = organisation(session, at=at, name="重庆某某信息技术有限公司")
    return staff(session, Role.ADMINISTRATOR, place, at=at)


def machine(
    session: Session,
    member: Actor,
    *,
    at: datetime | None = None,
    scopes: tuple[Permission, ...] = (Permission.UPLOAD_BEHAVIOURS, Permission.READ_OWN_UPLOADS),
    scenario_id: int | None = None,
) -> tuple[Actor, str]:
    """Make an API key of a member's organisation; return its actor and its credential."""
    when = at or clock.now()
    made = commands.create_api_key(
        session, actor=member, name="接口", scopes=scopes, scenario_id=scenario_id, at=when
    )
    return queries.actor_of_api_key(session, made.credential, at=when), made.credential


def sign_in_as(client: FlaskClient, actor: Actor, *, fresh: bool = True) -> str:
    """Give a browser the session of somebody, as if they had just signed in; return its token."""
    at = clock.now()
    with transaction() as session:
        token = commands.start_session(
            session,
            SessionState(
                data={"_user_id": actor.ref, "_fresh": True},
                principal=Principal.of(actor),
                organisation_id=actor.organisation_id,
                fresh_at=at if fresh else None,
            ),
            user_agent="tests",
            address_prefix=None,
            at=at,
        )
    client.set_cookie("tht_session", token)
    return token


def totp_code(at: datetime | None = None, secret: str = TOTP_SECRET) -> str:
    """Return the second factor that holds now."""
    return second_factors.code_at(secret, at or clock.now())
