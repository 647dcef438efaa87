"""Accounts: applied for by the holder, restricted, frozen, closed on the holder's own request."""

import secrets
from datetime import datetime

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.kernel import audit
from app.kernel.actor import Actor
from app.kernel.days import day_in_china
from app.kernel.permissions import Permission
from app.kernel.sources import cites
from points import queries, rules, serials, states
from points.commands.books import lock_accounts, lock_own_account, post
from points.commands.ending import give_back
from points.errors import AccountExists, AccountNotFound
from points.models import AccountClosing, AccountStep, CarbonAccount
from points.values import AccountAct, AccountState, Book, Change, Kind, Part, RedemptionState


@cites("CQ-8.1", "Q-26", "Q-36")
def apply_for_account(
    session: Session,
    *,
    actor: Actor,
    person_id: int | None = None,
    organisation_id: int | None = None,
    at: datetime,
) -> CarbonAccount:
    """Apply for a person's or an organisation's carbon account (申请碳账户), one for each for ever.

    Who the holder is and whether they may apply, `app/journeys/enrolment` finds out before.

    Raises:
        AccountExists: the holder has one, closed ones included.

    Source: CQ-8.1, Q-26, Q-36.
    """
    actor.require(Permission.APPLY_FOR_ACCOUNT)
    made = session.scalar(
        insert(CarbonAccount)
        .values(
            number=serials.account_number(secrets.randbelow),
            person_id=person_id,
            organisation_id=organisation_id,
            state=AccountState.APPLIED.value,
            pseudonym=secrets.token_bytes(16),
            applied_at=at,
        )
        .on_conflict_do_nothing(index_elements=["person_id" if person_id is not None else "organisation_id"])
        .returning(CarbonAccount.id)
    )
    if made is None:
        raise AccountExists
    account = queries.account(session, made)
    _note(session, actor, account, AccountAct.APPLY, None, at=at)
    session.flush()
    return account


@cites("CQ-8.1", "Q-37")
def activate_account(session: Session, *, actor: Actor, account_id: int, at: datetime) -> CarbonAccount:
    """Open an account whose holder's identity has been checked.

    Raises:
        AccountNotFound: there is no such account.
        ActOutOfTurn: it is not waiting.

    Source: CQ-8.1, Q-37.
    """
    lock_accounts(session, [account_id])
    return _step(session, actor, queries.account(session, account_id), AccountAct.ACTIVATE, at=at)


@cites("CQ-25.3", "CQ-34.10")
def restrict_account(
    session: Session, *, actor: Actor, account_id: int, reason: str, at: datetime
) -> CarbonAccount:
    """Restrict an account from trading; its points are earned, spent and expire as before.

    Raises:
        AccountNotFound: there is no such account.
        ActOutOfTurn: it is not active.
        ReasonMissing: nothing is said why.

    Source: CQ-25.3, CQ-34.10.
    """
    return _staff_step(session, actor, account_id, AccountAct.RESTRICT, reason, at)


@cites("CQ-25.3", "CQ-34.10")
def unrestrict_account(
    session: Session, *, actor: Actor, account_id: int, reason: str, at: datetime
) -> CarbonAccount:
    """Lift a restriction.

    Raises:
        AccountNotFound: there is no such account.
        ActOutOfTurn: it is not restricted.
        ReasonMissing: nothing is said why.

    Source: CQ-25.3, CQ-34.10.
    """
    return _staff_step(session, actor, account_id, AccountAct.UNRESTRICT, reason, at)


@cites("Q-26", "CQ-34.8", "CQ-34.10")
def freeze_account(
    session: Session, *, actor: Actor, account_id: int, reason: str, at: datetime
) -> CarbonAccount:
    """Freeze an account after its holder's death: nobody spends, the points run to their last day.

    Raises:
        AccountNotFound: there is no such account.
        ActOutOfTurn: it is not open.
        ReasonMissing: nothing is said why.

    Source: Q-26, CQ-34.8, CQ-34.10.
    """
    return _staff_step(session, actor, account_id, AccountAct.FREEZE, reason, at)


@cites("Q-26", "CQ-34.10")
def unfreeze_account(
    session: Session, *, actor: Actor, account_id: int, reason: str, at: datetime
) -> CarbonAccount:
    """Open again an account that was frozen in error.

    Raises:
        AccountNotFound: there is no such account.
        ActOutOfTurn: it is not frozen.
        ReasonMissing: nothing is said why.

    Source: Q-26, CQ-34.10.
    """
    return _staff_step(session, actor, account_id, AccountAct.UNFREEZE, reason, at)


@cites("Q-26", "CQ-34.10")
def close_account(
    session: Session, *, actor: Actor, warned_of: int, withdraw_open: bool = False, at: datetime
) -> CarbonAccount:
    """Close the account of the person who acts (销户); what it still holds lapses, as they were told.

    Args:
        warned_of: hundredths of a point that the holder confirmed to lose (`queries.closing`).
        withdraw_open: withdraw the vouchers that are still open, instead of refusing.

    Raises:
        AccountNotFound: the actor has no account.
        ActOutOfTurn: it is closed already, or frozen.
        ReservationsOpen: vouchers are open and are not to be withdrawn.
        ClosingChanged: what lapses is not what the holder was told.

    Source: Q-26, CQ-34.10.
    """
    actor.require(Permission.CLOSE_OWN_ACCOUNT)
    today = day_in_china(at)
    book = lock_own_account(session, actor)
    states.after(states.ACCOUNT, book.state, AccountAct.CLOSE)
    told = queries.closing(session, book.account_id, today)
    rules.check_closing(
        warned_of=warned_of,
        lapses=told.lapses,
        open_redemptions=0 if withdraw_open else len(told.open_redemptions),
    )
    for redemption in queries.open_redemptions(session, book.account_id):
        late = at >= redemption.reserved_until
        give_back(
            session,
            actor=actor,
            redemption=redemption,
            book=book,
            state=RedemptionState.TIMED_OUT if late else RedemptionState.WITHDRAWN,
            reason=None,
            at=at,
        )
    session.add(
        AccountClosing(
            account_id=book.account_id, requested_by=actor.ref, warned_of=warned_of, confirmed_at=at
        )
    )
    _empty(session, book, at)
    account = queries.account(session, book.account_id)
    return _step(session, actor, account, AccountAct.CLOSE, at=at, warned_of=warned_of)


@cites("CQ-8.1", "Q-26", "Q-36")
def close_organisation_account(
    session: Session, *, actor: Actor, organisation_id: int, at: datetime
) -> CarbonAccount:
    """Close an organisation's account on its own request; it holds no points.

    Raises:
        AccountNotFound: the organisation has none.
        ActOutOfTurn: it is closed already.

    Source: CQ-8.1, Q-26, Q-36.
    """
    actor.require(Permission.APPLY_FOR_ACCOUNT)
    account = queries.account_of_organisation(session, organisation_id)
    if account is None:
        raise AccountNotFound
    book = lock_accounts(session, [account.id])[account.id]
    states.after(states.ACCOUNT, book.state, AccountAct.CLOSE)
    session.add(AccountClosing(account_id=account.id, requested_by=actor.ref, warned_of=0, confirmed_at=at))
    return _step(session, actor, account, AccountAct.CLOSE, at=at)


def _empty(session: Session, book: Book, at: datetime) -> None:
    """Expire what is past its last day and close the rest, lot by lot."""
    today = day_in_china(at)
    changes = [
        Change.of(Kind.EXPIRE if lot.last_valid_on < today else Kind.CLOSE, Part(lot, lot.available))
        for lot in queries.open_lots(session, [book.account_id]).get(book.account_id, [])
    ]
    session.flush()
    post(session, {book.account_id: book}, {book.account_id: changes}, at=at)


def _staff_step(
    session: Session, actor: Actor, account_id: int, act: AccountAct, reason: str, at: datetime
) -> CarbonAccount:
    actor.require(Permission.RESTRICT_ACCOUNT)
    said = rules.check_reason(reason)
    lock_accounts(session, [account_id])
    return _step(session, actor, queries.account(session, account_id), act, at=at, reason=said)


def _step(
    session: Session,
    actor: Actor,
    account: CarbonAccount,
    act: AccountAct,
    *,
    at: datetime,
    reason: str | None = None,
    **details: object,
) -> CarbonAccount:
    session.flush()
    session.refresh(account, ["state"])
    before = AccountState(account.state)
    account.state = states.after(states.ACCOUNT, before, act)
    if act is AccountAct.ACTIVATE:
        account.opened_at = at
    if act is AccountAct.CLOSE:
        account.closed_at = at
    _note(session, actor, account, act, before, at=at, reason=reason, **details)
    session.flush()
    return account


def _note(
    session: Session,
    actor: Actor,
    account: CarbonAccount,
    act: AccountAct,
    before: AccountState | None,
    *,
    at: datetime,
    reason: str | None = None,
    **details: object,
) -> None:
    session.add(
        AccountStep(
            account_id=account.id,
            act=act.value,
            from_state=before and before.value,
            to_state=str(account.state),
            actor=actor.ref,
            reason=reason,
            at=at,
        )
    )
    audit.record(
        session,
        actor=actor,
        event=f"points.account.{act.value}",
        subject=("carbon_account", account.id),
        at=at,
        **({"reason": reason} if reason else {}),
        **details,
    )
