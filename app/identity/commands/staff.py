"""Staff (工作人员): a password and a second factor each; sign-ins are not shared."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.identity import rules
from app.identity.commands.factors import SEALED, count_failure, is_barred, locked_staff
from app.identity.commands.sessions import end_all_sessions
from app.identity.errors import LoginTaken
from app.identity.methods import passwords
from app.identity.models import StaffUser
from app.identity.values import Principal, StaffVerdict
from app.kernel import audit
from app.kernel.actor import Actor, ActorKind
from app.kernel.permissions import Permission
from app.kernel.secrets import keyring
from app.kernel.sources import cites


@cites("CQ-35.2")
def create_staff(
    session: Session,
    *,
    actor: Actor,
    login: str,
    display_name: str,
    password: str,
    at: datetime,
    totp_secret: str | None = None,
) -> StaffUser:
    """Make a staff user, who sets up a second factor at the first sign-in.

    Args:
        totp_secret: a second factor that is set up already, for demonstrations and tests.

    Raises:
        LoginMalformed, LoginTaken: the login cannot be had.
        PasswordWeak: the password is too short or too common.

    Source: CQ-35.2.
    """
    actor.require(Permission.RUN_THE_MACHINE)
    name = rules.check_login(login)
    rules.check_password(password, login=name)
    if session.scalar(select(StaffUser.id).where(StaffUser.login == name)) is not None:
        raise LoginTaken(login=name)
    staff = StaffUser(
        login=name,
        display_name=" ".join(display_name.split())[:60] or name,
        password_hash=passwords.hashed(password),
        password_changed_at=at,
        totp_sealed=keyring().encrypt(totp_secret, purpose=SEALED) if totp_secret else None,
        totp_confirmed_at=at if totp_secret else None,
        created_at=at,
    )
    session.add(staff)
    session.flush()
    audit.record(
        session, actor=actor, event="identity.staff.create", subject=("staff", staff.id), at=at, login=name
    )
    return staff


@cites("T-54")
def change_password(
    session: Session,
    *,
    actor: Actor,
    present: str,
    wanted: str,
    at: datetime,
    but_public_id: str | None = None,
) -> StaffVerdict:
    """Change one's own password; all other sessions end. A wrong present password counts as a failure.

    Raises:
        PasswordWeak: the new password is too short or too common.

    Source: T-54.
    """
    staff = locked_staff(session, actor.staff_id)
    rules.check_password(wanted, login=staff.login)
    if is_barred(staff, at):
        return StaffVerdict(None)
    if not passwords.fits(present, staff.password_hash):
        count_failure(session, staff, at)
        return StaffVerdict(None)
    _give_password(session, staff, wanted, actor=actor, at=at, but_public_id=but_public_id)
    return StaffVerdict(staff.id)


@cites("T-54")
def reset_staff(session: Session, *, actor: Actor, staff_id: int, password: str, at: datetime) -> StaffUser:
    """Give a staff user a new password and no second factor, unlocked; their sessions end.

    Raises:
        StaffNotFound: there is none with this id.
        PasswordWeak: the password is too short or too common.

    Source: T-54.
    """
    actor.require(Permission.RUN_THE_MACHINE)
    staff = locked_staff(session, staff_id)
    rules.check_password(password, login=staff.login)
    staff.totp_sealed = staff.totp_confirmed_at = None
    staff.failed_sign_ins, staff.locked_until = 0, None
    _give_password(session, staff, password, actor=actor, at=at, but_public_id=None)
    return staff


@cites("T-47")
def disable_staff(session: Session, *, actor: Actor, staff_id: int, at: datetime) -> StaffUser:
    """Take a staff user out of use; their sessions end.

    Raises:
        StaffNotFound: there is none with this id.

    Source: T-47.
    """
    actor.require(Permission.RUN_THE_MACHINE)
    staff = locked_staff(session, staff_id)
    if staff.disabled_at is None:
        staff.disabled_at = at
        session.flush()
        end_all_sessions(session, principal=Principal(ActorKind.STAFF, staff.id), at=at)
        audit.record(session, actor=actor, event="identity.staff.disable", subject=("staff", staff.id), at=at)
    return staff


def _give_password(
    session: Session,
    staff: StaffUser,
    password: str,
    *,
    actor: Actor,
    at: datetime,
    but_public_id: str | None,
) -> None:
    staff.password_hash = passwords.hashed(password)
    staff.password_changed_at = at
    session.flush()
    end_all_sessions(
        session, principal=Principal(ActorKind.STAFF, staff.id), at=at, but_public_id=but_public_id
    )
    audit.record(session, actor=actor, event="identity.password.change", subject=("staff", staff.id), at=at)
