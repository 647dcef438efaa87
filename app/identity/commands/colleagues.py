"""Colleagues (本单位人员): a manager gives people of the own organisation a sign-in, and takes it back.

Nobody but the new colleague ever knows the password: the manager is told a code, once, with which
the colleague sets it and a second factor. What a manager may do ends at the organisation: somebody
with roles that it does not give is neither reset nor put out of use by it.
"""

import secrets
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.identity import rules
from app.identity.commands.factors import PER_NETWORK, locked_staff
from app.identity.commands.sessions import end_all_sessions
from app.identity.errors import LoginTaken, OwnAccountKept, RoleUnfit, StaffNotFound, WorksElsewhere
from app.identity.methods import passwords
from app.identity.models import Membership, Organisation, StaffActivation, StaffUser
from app.identity.queries.actors import current_roles
from app.identity.values import ActivationVerdict, Caller, Principal
from app.kernel import audit
from app.kernel.actor import Actor, ActorKind
from app.kernel.check_digits import CROCKFORD, typed
from app.kernel.errors import Forbidden
from app.kernel.limits import Limit, hit
from app.kernel.permissions import Permission, Role
from app.kernel.secrets import keyring, same
from app.kernel.sources import cites

HOLDS: Final = timedelta(hours=72)
SIGNS: Final = 20
"""Of an activation code: a hundred random bits."""
PER_ORGANISATION: Final = (Limit(60, 3_600),)
PURPOSE: Final = "staff_activation.code"


class Activation(NamedTuple):
    """A colleague and the code for their first sign-in, which is told this once."""

    staff: StaffUser
    code: str
    expires_at: datetime


@cites("CQ-35.2", "T-49")
def invite_colleague(
    session: Session, *, actor: Actor, login: str, display_name: str, role: Role, at: datetime
) -> Activation:
    """Give somebody a sign-in and a role in the actor's own organisation (新增人员).

    Args:
        login: its own part; the organisation's number is added.

    Raises:
        LoginMalformed, LoginTaken: the login cannot be had.
        RoleUnfit: the actor does not give this role.
        TooMany: too many sign-ins were made by this organisation within the hour.

    Source: CQ-35.2, T-49.
    """
    organisation, gives = _managed(session, actor, at)
    if role not in gives:
        raise RoleUnfit(role=role.value)
    hit(session, bucket=f"staff:organisation:{organisation.id}", limits=PER_ORGANISATION, at=at)
    name = rules.colleague_login(login, organisation_id=organisation.id)
    if session.scalar(select(StaffUser.id).where(StaffUser.login == name)) is not None:
        raise LoginTaken(login=name)
    staff = StaffUser(
        login=name,
        display_name=" ".join(display_name.split())[:60] or name,
        password_hash=passwords.hashed(secrets.token_urlsafe(32)),
        password_changed_at=at,
        created_at=at,
    )
    session.add(staff)
    session.flush()
    _note(session, actor, "identity.staff.invite", staff, at, organisation=organisation.id, role=role.value)
    _grant(session, actor, staff, organisation, role, at)
    return _activation(session, actor, staff, at)


@cites("T-54", "T-47")
def renew_activation(session: Session, *, actor: Actor, staff_id: int, at: datetime) -> Activation:
    """Take a colleague's password and second factor away and make a new code for them (重置登录).

    Raises:
        StaffNotFound: nobody works for the actor's organisation under this number.
        OwnAccountKept: it is the actor.
        WorksElsewhere: the person holds roles that the organisation does not give.

    Source: T-54, T-47.
    """
    organisation, gives = _managed(session, actor, at)
    staff, _here = _colleague(session, actor, organisation, staff_id, gives, at)
    _check_works_here_only(session, staff, organisation, gives, at)
    _forget_factors(session, staff, at)
    _note(session, actor, "identity.staff.reset", staff, at, organisation=organisation.id)
    return _activation(session, actor, staff, at)


@cites("T-47", "T-54")
def end_colleague(session: Session, *, actor: Actor, staff_id: int, at: datetime) -> StaffUser:
    """End a colleague's roles in the actor's organisation; with the last role the sign-in ends (停用人员).

    Raises:
        StaffNotFound: nobody works for the actor's organisation under this number.
        OwnAccountKept: it is the actor.

    Source: T-47, T-54.
    """
    organisation, gives = _managed(session, actor, at)
    staff, here = _colleague(session, actor, organisation, staff_id, gives, at)
    for membership in here:
        membership.ended_at = max(at, membership.granted_at)
    session.flush()
    _take_back(session, staff, at)
    if not current_roles(session, staff.id, at=at):
        staff.disabled_at = at
        session.flush()
    end_all_sessions(session, principal=Principal(ActorKind.STAFF, staff.id), at=at)
    _note(session, actor, "identity.staff.end", staff, at, organisation=organisation.id)
    return staff


@cites("CQ-35.2", "T-47")
def restore_colleague(
    session: Session, *, actor: Actor, staff_id: int, role: Role, at: datetime
) -> Activation:
    """Give somebody who worked here before a role again, and a new code to sign in with (恢复人员).

    Raises:
        StaffNotFound: nobody who left the actor's organisation has this number.
        RoleUnfit: the actor does not give this role.
        WorksElsewhere: the person holds other roles by now.

    Source: CQ-35.2, T-47.
    """
    organisation, gives = _managed(session, actor, at)
    if role not in gives:
        raise RoleUnfit(role=role.value)
    worked = select(Membership.id).where(
        Membership.staff_user_id == staff_id,
        Membership.organisation_id == organisation.id,
        Membership.role.in_([each.value for each in gives]),
        Membership.ended_at.is_not(None),
    )
    if session.scalar(worked.limit(1)) is None:
        raise StaffNotFound
    staff = locked_staff(session, staff_id)
    if current_roles(session, staff.id, at=at):
        raise WorksElsewhere
    staff.disabled_at = None
    _forget_factors(session, staff, at)
    _note(session, actor, "identity.staff.restore", staff, at, organisation=organisation.id, role=role.value)
    _grant(session, actor, staff, organisation, role, at)
    return _activation(session, actor, staff, at)


@cites("CQ-35.2", "T-49", "T-53")
def activate_staff(
    session: Session, *, login: str, code: str, password: str, caller: Caller, at: datetime
) -> ActivationVerdict:
    """Set a password by an activation code, which is used up; the second factor comes next (激活账号).

    Unknown logins, wrong, used and old codes are answered alike. The caller commits and only then
    checks the verdict, so that the try counts.

    Raises:
        PasswordWeak: the password is too short or too common.
        TooMany: too many tries from this network.

    Source: CQ-35.2, T-49, T-53.
    """
    hit(session, bucket=f"staff:network:{caller.network}", limits=PER_NETWORK, at=at)
    name = login.strip().lower()
    rules.check_password(password, login=name)
    staff = session.scalar(select(StaffUser).where(StaffUser.login == name).with_for_update())
    found = session.scalar(
        select(StaffActivation).where(
            StaffActivation.staff_user_id == (staff.id if staff is not None else 0),
            StaffActivation.used_at.is_(None),
            StaffActivation.revoked_at.is_(None),
            StaffActivation.expires_at > at,
        )
    )
    held = found.code_hash if found is not None else b""
    if not same(held, _hashed(code)) or staff is None or found is None or staff.disabled_at is not None:
        return ActivationVerdict(None)
    found.used_at = at
    staff.password_hash, staff.password_changed_at = passwords.hashed(password), at
    staff.failed_sign_ins, staff.locked_until = 0, None
    session.flush()
    themselves = Actor(kind=ActorKind.STAFF, staff_id=staff.id, name=staff.display_name)
    _note(session, themselves, "identity.staff.activate", staff, at)
    return ActivationVerdict(staff.id)


def _managed(session: Session, actor: Actor, at: datetime) -> tuple[Organisation, frozenset[Role]]:
    """Return the actor's organisation, locked, and the roles that the actor gives there as things stand."""
    actor.require(Permission.MANAGE_OWN_STAFF)
    organisation = session.get(Organisation, actor.organisation_id or 0, with_for_update=True)
    if organisation is None:
        raise Forbidden(permission=Permission.MANAGE_OWN_STAFF.value)
    held = current_roles(session, actor.staff_id or 0, at=at).get(organisation.id, frozenset())
    gives = rules.roles_to_give(held & actor.roles)
    if not gives:  # ended by somebody else while the request was on its way
        raise Forbidden(permission=Permission.MANAGE_OWN_STAFF.value)
    return organisation, gives


def _colleague(
    session: Session,
    actor: Actor,
    organisation: Organisation,
    staff_id: int,
    gives: frozenset[Role],
    at: datetime,
) -> tuple[StaffUser, list[Membership]]:
    here = list(
        session.scalars(
            select(Membership).where(
                Membership.staff_user_id == staff_id,
                Membership.organisation_id == organisation.id,
                Membership.role.in_([role.value for role in gives]),
                Membership.granted_at <= at,
                Membership.ended_at.is_(None),
            )
        )
    )
    if not here:
        raise StaffNotFound
    if staff_id == actor.staff_id:
        raise OwnAccountKept
    return locked_staff(session, staff_id), here


def _check_works_here_only(
    session: Session, staff: StaffUser, organisation: Organisation, gives: frozenset[Role], at: datetime
) -> None:
    for place, roles in current_roles(session, staff.id, at=at).items():
        if place != organisation.id or not roles <= gives:
            raise WorksElsewhere


def _grant(
    session: Session, actor: Actor, staff: StaffUser, organisation: Organisation, role: Role, at: datetime
) -> None:
    rules.check_grant(role, held=frozenset(), authority=organisation.authority)
    session.add(
        Membership(
            staff_user_id=staff.id,
            organisation_id=organisation.id,
            role=role.value,
            granted_at=at,
            granted_by=actor.ref,
        )
    )
    session.flush()


def _activation(session: Session, actor: Actor, staff: StaffUser, at: datetime) -> Activation:
    _take_back(session, staff, at)
    code = "".join(secrets.choice(CROCKFORD) for _ in range(SIGNS))
    session.add(
        StaffActivation(
            staff_user_id=staff.id,
            code_hash=_hashed(code),
            created_by=actor.ref,
            created_at=at,
            expires_at=at + HOLDS,
        )
    )
    session.flush()
    grouped = "-".join(code[start : start + 5] for start in range(0, SIGNS, 5))
    return Activation(staff, grouped, at + HOLDS)


def _forget_factors(session: Session, staff: StaffUser, at: datetime) -> None:
    staff.password_hash, staff.password_changed_at = passwords.hashed(secrets.token_urlsafe(32)), at
    staff.totp_sealed = staff.totp_confirmed_at = None
    staff.failed_sign_ins, staff.locked_until = 0, None
    session.flush()
    end_all_sessions(session, principal=Principal(ActorKind.STAFF, staff.id), at=at)


def _take_back(session: Session, staff: StaffUser, at: datetime) -> None:
    session.execute(
        update(StaffActivation)
        .where(
            StaffActivation.staff_user_id == staff.id,
            StaffActivation.used_at.is_(None),
            StaffActivation.revoked_at.is_(None),
        )
        .values(revoked_at=at)
    )


def _hashed(code: str) -> bytes:
    return keyring().keyed_hash(typed(code), purpose=PURPOSE)


def _note(
    session: Session, actor: Actor, event: str, staff: StaffUser, at: datetime, **details: str | int
) -> None:
    audit.record(session, actor=actor, event=event, subject=("staff", staff.id), at=at, **details)
