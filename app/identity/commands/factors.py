"""Factors of staff (身份鉴别): password and second factor, tried, counted, locked."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.identity.errors import SecondFactorFixed, StaffNotFound
from app.identity.methods import passwords, second_factors
from app.identity.methods.codes import code_digits
from app.identity.models import StaffUser
from app.identity.values import Caller, StaffVerdict
from app.kernel import audit
from app.kernel.actor import Actor, ActorKind
from app.kernel.limits import Limit, hit
from app.kernel.secrets import keyring
from app.kernel.sources import cites

FAILURES: Final = 5
LOCKED: Final = timedelta(minutes=15)
PER_NETWORK: Final = (Limit(60, 60), Limit(600, 3_600))
SEALED: Final = "staff_user.totp"


@cites("T-49", "T-50")
def try_staff_sign_in(
    session: Session, *, login: str, password: str, code: str, caller: Caller, at: datetime
) -> StaffVerdict:
    """Try a staff user's factors; after five failures the login is locked for a quarter of an hour.

    Unknown, disabled and locked logins are answered like a wrong password, and as slowly. The
    caller commits and only then checks the verdict, so that a failure counts.

    Raises:
        TooMany: too many tries from this network.

    Source: T-49, T-50.
    """
    hit(session, bucket=f"staff:network:{caller.network}", limits=PER_NETWORK, at=at)
    staff = session.scalar(
        select(StaffUser)
        .where(StaffUser.login == login.strip().lower())
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    fits = passwords.fits(password, staff.password_hash if staff is not None else None)
    if staff is None or is_barred(staff, at):
        return StaffVerdict(None)
    if not fits:
        count_failure(session, staff, at)
        return StaffVerdict(None)
    if staff.totp_sealed is None or staff.totp_confirmed_at is None:
        return StaffVerdict(staff.id, must_enrol=True)
    if not _use_second_factor(staff, code, at):
        count_failure(session, staff, at)
        return StaffVerdict(None)
    staff.failed_sign_ins, staff.locked_until = 0, None
    session.flush()
    audit.record(
        session, actor=_themselves(staff), event="identity.staff.sign_in", subject=("staff", staff.id), at=at
    )
    return StaffVerdict(staff.id)


@cites("T-50")
def try_second_factor(session: Session, *, actor: Actor, code: str, at: datetime) -> StaffVerdict:
    """Try a code of somebody signed in, before a sensitive act; a failure counts.

    Source: T-50.
    """
    staff = locked_staff(session, actor.staff_id)
    if is_barred(staff, at) or staff.totp_confirmed_at is None:
        return StaffVerdict(None)
    if not _use_second_factor(staff, code, at):
        count_failure(session, staff, at)
        return StaffVerdict(None)
    session.flush()
    return StaffVerdict(staff.id)


@cites("CQ-35.2")
def begin_second_factor(session: Session, *, staff_id: int) -> str:
    """Make a secret for an authenticator app; it counts once a code of it was given.

    Raises:
        SecondFactorFixed: there is one already; an administrator resets it.

    Source: CQ-35.2.
    """
    staff = locked_staff(session, staff_id)
    if staff.totp_confirmed_at is not None:
        raise SecondFactorFixed
    if staff.totp_sealed is not None:
        return keyring().decrypt(staff.totp_sealed, purpose=SEALED)
    secret = second_factors.new_secret()
    staff.totp_sealed = keyring().encrypt(secret, purpose=SEALED)
    session.flush()
    return secret


@cites("CQ-35.2")
def confirm_second_factor(session: Session, *, staff_id: int, code: str, at: datetime) -> StaffVerdict:
    """Take a second factor into use by its first code; a failure counts.

    Raises:
        SecondFactorFixed: there is one already.

    Source: CQ-35.2.
    """
    staff = locked_staff(session, staff_id)
    if staff.totp_confirmed_at is not None:
        raise SecondFactorFixed
    if is_barred(staff, at) or staff.totp_sealed is None:
        return StaffVerdict(None)
    if not _use_second_factor(staff, code, at):
        count_failure(session, staff, at)
        return StaffVerdict(None)
    staff.totp_confirmed_at = at
    staff.failed_sign_ins, staff.locked_until = 0, None
    session.flush()
    audit.record(
        session,
        actor=_themselves(staff),
        event="identity.second_factor.confirm",
        subject=("staff", staff.id),
        at=at,
    )
    return StaffVerdict(staff.id)


def _use_second_factor(staff: StaffUser, code: str, at: datetime) -> bool:
    """Use a code up: it and those before it are worth nothing any more."""
    if staff.totp_sealed is None:
        return False
    secret = keyring().decrypt(staff.totp_sealed, purpose=SEALED)
    digits = code_digits(code)
    step = second_factors.matching_step(secret, digits, at=at) if digits is not None else None
    if step is None or step <= staff.totp_last_step:
        return False
    staff.totp_last_step = step
    return True


def count_failure(session: Session, staff: StaffUser, at: datetime) -> None:
    """Count a failed try; the fifth locks the login for a quarter of an hour.

    Source: T-50.
    """
    staff.failed_sign_ins += 1
    if staff.failed_sign_ins >= FAILURES:
        staff.failed_sign_ins, staff.locked_until = 0, at + LOCKED
        audit.record(
            session, actor=_themselves(staff), event="identity.staff.lock", subject=("staff", staff.id), at=at
        )
    session.flush()


def is_barred(staff: StaffUser, at: datetime) -> bool:
    """Tell whether a staff user is disabled or locked.

    Source: T-50.
    """
    return staff.disabled_at is not None or (staff.locked_until is not None and staff.locked_until > at)


def _themselves(staff: StaffUser) -> Actor:
    return Actor(kind=ActorKind.STAFF, staff_id=staff.id, name=staff.display_name)


def locked_staff(session: Session, staff_id: int | None) -> StaffUser:
    """Return a staff user, whose row nobody else changes until the end of the transaction.

    Raises:
        StaffNotFound: there is none with this id.

    Source: CQ-35.2.
    """
    staff = (
        session.get(StaffUser, staff_id, with_for_update=True, populate_existing=True)
        if staff_id is not None
        else None
    )
    if staff is None:
        raise StaffNotFound
    return staff
