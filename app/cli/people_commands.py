"""`flask people …`: organisations, staff, keys, appointments, by whoever runs the machine."""

import json
from datetime import date, datetime

import click
from sqlalchemy.orm import Session

from app.cli.group import Group, acting_as
from app.identity import commands, queries
from app.identity.models import Organisation, StaffUser
from app.identity.values import MACHINE_SCOPES, Authority, Institution, OrganisationKind
from app.kernel import clock
from app.kernel.actor import SYSTEM
from app.kernel.permissions import Permission, Role
from app.kernel.session import transaction

cli = Group("people", help="Organisations, staff, API keys, the operator's appointment.")
DAY = click.DateTime(["%Y-%m-%d"])
ROLES = click.Choice([role.value for role in Role if role is not Role.CITIZEN])


@cli.command("organisation-register")
@click.argument("name")
@click.option(
    "--kind",
    type=click.Choice([kind.value for kind in OrganisationKind]),
    default="enterprise",
    show_default=True,
)
@click.option("--credit-code", help="Unified social credit code of a domestic organisation.")
@click.option("--country", default="CN", show_default=True)
@click.option("--foreign-number", help="Registration number of a foreign organisation.")
@click.option("--area", help="Code of its district.")
@click.option(
    "--authority",
    type=click.Choice([one.value for one in Authority]),
    help="The Bureau, or a district's bureau.",
)
def register_organisation(
    name: str,
    kind: str,
    credit_code: str | None,
    country: str,
    foreign_number: str | None,
    area: str | None,
    authority: str | None,
) -> None:
    """Register an organisation."""
    with transaction() as session:
        made = commands.register_organisation(
            session,
            actor=SYSTEM,
            name=name,
            kind=OrganisationKind(kind),
            credit_code=credit_code,
            country=country,
            foreign_number=foreign_number,
            area_code=area,
            authority=Authority(authority) if authority else None,
            at=clock.now(),
        )
    _tell(organisation=made.id)


@cli.command("staff-create")
@click.argument("login")
@click.option("--name", required=True, help="The person's name.")
@click.option("--organisation", help="Credit code or id of the organisation they work for.")
@click.option("--role", type=ROLES)
@click.password_option(help="Asked for when it is not given.")
def create_staff(login: str, name: str, organisation: str | None, role: str | None, password: str) -> None:
    """Make a staff user, who sets up the second factor at the first sign-in."""
    if bool(organisation) != bool(role):
        raise click.UsageError("--organisation and --role belong together.")
    at = clock.now()
    with transaction() as session:
        made = commands.create_staff(
            session, actor=SYSTEM, login=login, display_name=name, password=password, at=at
        )
        if organisation and role:
            commands.grant_role(
                session,
                actor=SYSTEM,
                staff_id=made.id,
                organisation_id=_organisation(session, organisation).id,
                role=Role(role),
                at=at,
            )
    _tell(staff=made.id, login=made.login)


@cli.command("staff-reset")
@click.argument("login")
@click.password_option()
def reset_staff(login: str, password: str) -> None:
    """Give a staff user a new password and no second factor; all their sessions end."""
    with transaction() as session:
        commands.reset_staff(
            session, actor=SYSTEM, staff_id=_staff(session, login).id, password=password, at=clock.now()
        )
    _tell(login=login, reset=True)


@cli.command("staff-disable")
@click.argument("login")
def disable_staff(login: str) -> None:
    """Take a staff user out of use; all their sessions end."""
    with transaction() as session:
        commands.disable_staff(session, actor=SYSTEM, staff_id=_staff(session, login).id, at=clock.now())
    _tell(login=login, disabled=True)


@cli.command("role-grant")
@click.argument("login")
@click.argument("organisation")
@click.argument("role", type=ROLES)
def grant_role(login: str, organisation: str, role: str) -> None:
    """Give a staff user a role within an organisation."""
    with transaction() as session:
        commands.grant_role(
            session,
            actor=SYSTEM,
            staff_id=_staff(session, login).id,
            organisation_id=_organisation(session, organisation).id,
            role=Role(role),
            at=clock.now(),
        )
    _tell(login=login, role=role)


@cli.command("role-end")
@click.argument("login")
@click.argument("organisation")
@click.argument("role", type=ROLES)
def end_role(login: str, organisation: str, role: str) -> None:
    """End a staff user's role within an organisation."""
    with transaction() as session:
        commands.end_role(
            session,
            actor=SYSTEM,
            staff_id=_staff(session, login).id,
            organisation_id=_organisation(session, organisation).id,
            role=Role(role),
            at=clock.now(),
        )
    _tell(login=login, ended=role)


@cli.command("key-create")
@click.option("--as", "login", required=True, help="Login of somebody who may manage keys.")
@click.option("--name", required=True)
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    required=True,
    type=click.Choice(sorted(scope.value for scope in MACHINE_SCOPES)),
)
@click.option("--organisation", help="For whom, where they work for several.")
def create_key(login: str, name: str, scopes: tuple[str, ...], organisation: str | None) -> None:
    """Make an API key; its credential is printed once and kept nowhere."""
    at = clock.now()
    with transaction() as session:
        place = _organisation(session, organisation).id if organisation else None
        made = commands.create_api_key(
            session,
            actor=acting_as(session, login, organisation_id=place, at=at),
            name=name,
            scopes=[Permission(scope) for scope in scopes],
            at=at,
        )
    _tell(api_key=made.key.id, credential=made.credential)


@cli.command("appoint")
@click.argument("organisation")
@click.option("--as", "login", required=True, help="Login of an officer of the Bureau.")
@click.option("--reference", required=True, help="The open competitive selection.")
@click.option("--from", "starts_on", type=DAY, required=True, help="First day, included.")
@click.option("--until", "ends_on", type=DAY, required=True, help="Last day, included.")
def appoint(organisation: str, login: str, reference: str, starts_on: datetime, ends_on: datetime) -> None:
    """Record the appointment of the platform's operator by the Bureau."""
    at = clock.now()
    first, last = _day(starts_on), _day(ends_on)
    with transaction() as session:
        made = commands.appoint_operator(
            session,
            actor=acting_as(session, login, at=at),
            organisation_id=_organisation(session, organisation).id,
            selection_reference=reference,
            starts_on=first,
            ends_on=last,
            at=at,
        )
    _tell(appointment=made.id, starts_on=first.isoformat(), ends_on=last.isoformat())


@cli.command("entrust")
@click.argument("organisation")
@click.argument("institution", type=click.Choice([one.value for one in Institution]))
@click.option("--as", "login", required=True, help="Login of an officer of the Bureau.")
@click.option("--ground", required=True, help="The Bureau's document that entrusts it.")
@click.option("--from", "starts_on", type=DAY, required=True, help="First day, included.")
@click.option("--until", "ends_on", type=DAY, required=True, help="Last day, included.")
def entrust(
    organisation: str, institution: str, login: str, ground: str, starts_on: datetime, ends_on: datetime
) -> None:
    """Record what the Bureau entrusts: the registry to the agency, trading to the exchange."""
    at = clock.now()
    first, last = _day(starts_on), _day(ends_on)
    with transaction() as session:
        made = commands.entrust(
            session,
            actor=acting_as(session, login, at=at),
            organisation_id=_organisation(session, organisation).id,
            institution=Institution(institution),
            ground=ground,
            starts_on=first,
            ends_on=last,
            at=at,
        )
    _tell(mandate=made.id, starts_on=first.isoformat(), ends_on=last.isoformat())


def _organisation(session: Session, named: str) -> Organisation:
    """Return an organisation by its credit code or its id."""
    found = queries.organisation_by_credit_code(session, named)
    if found is None and named.isascii() and named.isdigit() and len(named) < 18:
        found = session.get(Organisation, int(named))
    if found is None:
        raise click.ClickException(f"There is no organisation {named}.")
    return found


def _staff(session: Session, login: str) -> StaffUser:
    found = queries.staff_by_login(session, login)
    if found is None:
        raise click.ClickException(f"There is no staff user {login}.")
    return found


def _day(given: datetime) -> date:
    return given.date()


def _tell(**facts: object) -> None:
    click.echo(json.dumps(facts, ensure_ascii=False))
