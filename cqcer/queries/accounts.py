"""Reads of holding accounts and their representatives."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.kernel.actor import Actor
from cqcer.errors import HoldingAccountNotFound, NotARepresentative
from cqcer.models import HoldingAccount, Representative
from cqcer.values import RepresentativeRole


def account(session: Session, account_id: int, *, lock: bool = False) -> HoldingAccount:
    """Return a holding account.

    Raises:
        HoldingAccountNotFound: there is none with this id.
    """
    wanted = select(HoldingAccount).where(HoldingAccount.id == account_id)
    if lock:
        wanted = wanted.with_for_update(key_share=True).execution_options(populate_existing=True)
    found = session.scalars(wanted).one_or_none()
    if found is None:
        raise HoldingAccountNotFound(account_id=account_id)
    return found


def account_of(
    session: Session, *, organisation_id: int | None = None, person_id: int | None = None
) -> HoldingAccount | None:
    """Return the one account of a subject, None where it has none."""
    return session.scalars(
        select(HoldingAccount).where(
            HoldingAccount.organisation_id == organisation_id
            if organisation_id is not None
            else HoldingAccount.person_id == person_id
        )
    ).one_or_none()


def current_representative(
    session: Session, actor: Actor, account_id: int, role: RepresentativeRole
) -> Representative | None:
    """Return the actor's appointment to a part in an account, None where there is none."""
    return session.scalars(
        select(Representative).where(
            Representative.account_id == account_id,
            Representative.role == role.value,
            Representative.ended_at.is_(None),
            Representative.staff_user_id == actor.staff_id
            if actor.staff_id is not None
            else Representative.person_id == actor.person_id,
        )
    ).one_or_none()


def require_representative(
    session: Session, actor: Actor, account_id: int, role: RepresentativeRole
) -> Representative:
    """Return the actor's appointment to a part in an account.

    Raises:
        NotARepresentative: the actor has none.
    """
    found = current_representative(session, actor, account_id, role)
    if found is None:
        raise NotARepresentative
    return found
