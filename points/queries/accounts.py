"""Accounts: whose they are, where they stand, what they hold."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from points.errors import AccountNotFound
from points.models import AccountBalance, AccountStep, CarbonAccount, Redemption
from points.queries.lots import past
from points.values import RedemptionState


@dataclass(frozen=True, kw_only=True)
class Balance:
    """What an account holds and what became of the rest, in hundredths of a point.

    `available` can be spent on the day asked about; what is past its last day counts as expired,
    whether or not it was swept.
    """

    issued: int
    available: int
    reserved: int
    cancelled: int
    expired: int
    closed: int
    corrected: int
    reduction_g: int
    entries: int
    head: str


@dataclass(frozen=True, kw_only=True)
class Closing:
    """What closing an account today would mean; `lapses` in hundredths of a point."""

    lapses: int
    open_redemptions: tuple[int, ...]
    reserved: int


def find_account(session: Session, person_id: int) -> CarbonAccount | None:
    """Return a person's account, open or not, if there is one."""
    return session.scalars(select(CarbonAccount).where(CarbonAccount.person_id == person_id)).first()


def account_of(session: Session, person_id: int | None) -> CarbonAccount:
    """Return a person's account.

    Raises:
        AccountNotFound: they have none.
    """
    found = find_account(session, person_id) if person_id is not None else None
    if found is None:
        raise AccountNotFound
    return found


def account_of_organisation(session: Session, organisation_id: int) -> CarbonAccount | None:
    """Return an organisation's account, if there is one."""
    return session.scalars(
        select(CarbonAccount).where(CarbonAccount.organisation_id == organisation_id)
    ).first()


def account(session: Session, account_id: int) -> CarbonAccount:
    """Return one account.

    Raises:
        AccountNotFound: there is none with this id.
    """
    found = session.get(CarbonAccount, account_id)
    if found is None:
        raise AccountNotFound(account_id=account_id)
    return found


def account_by_number(session: Session, number: str) -> CarbonAccount:
    """Return the account with this number.

    Raises:
        AccountNotFound: there is none.
    """
    found = session.scalars(select(CarbonAccount).where(CarbonAccount.number == number)).first()
    if found is None:
        raise AccountNotFound(number=number)
    return found


def account_history(session: Session, account_id: int) -> list[AccountStep]:
    """Return every step of an account, the first first."""
    return list(
        session.scalars(
            select(AccountStep).where(AccountStep.account_id == account_id).order_by(AccountStep.id)
        )
    )


def balance(session: Session, account_id: int, today: date) -> Balance:
    """Return what an account holds on `today` (day in China).

    Raises:
        AccountNotFound: there is no such account.
    """
    kept = session.execute(
        select(*AccountBalance.__table__.columns).where(AccountBalance.account_id == account_id)
    ).first()
    if kept is None:
        raise AccountNotFound(account_id=account_id)
    over = past(session, account_id, today)
    return Balance(
        issued=kept.issued,
        available=kept.available - over,
        reserved=kept.reserved,
        cancelled=kept.cancelled,
        expired=kept.expired + over,
        closed=kept.closed,
        corrected=kept.corrected,
        reduction_g=kept.reduction_g,
        entries=kept.last_seq,
        head=bytes(kept.head).hex(),
    )


def closing(session: Session, account_id: int, today: date) -> Closing:
    """Return what the holder is told before closing: what lapses, which vouchers are open.

    What is reserved comes back when its vouchers are withdrawn, and lapses too.
    """
    kept = balance(session, account_id, today)
    waiting = session.scalars(
        select(Redemption.id)
        .where(Redemption.account_id == account_id, Redemption.state == RedemptionState.RESERVED)
        .order_by(Redemption.id)
    ).all()
    return Closing(
        lapses=kept.available + kept.reserved, open_redemptions=tuple(waiting), reserved=kept.reserved
    )
