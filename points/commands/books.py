"""The book of an account: locked before anything is decided, written one entry after the other."""

import secrets
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import any_, bindparam, column, func, select, table, text
from sqlalchemy.orm import Session

from app.kernel.actor import Actor
from app.kernel.days import day_in_china
from app.kernel.sources import cites
from points import chain, rules
from points.errors import AccountNotFound
from points.models import AccountBalance, CarbonAccount
from points.values import AccountState, Book, Change

_POST: Final = text("""
    with salts as (
        insert into entry_salt (account_id, acct_seq, salt)
        select * from unnest(cast(:account as bigint[]), cast(:seq as bigint[]), cast(:salt as bytea[]))
    )
    insert into point_entry (account_id, day, acct_seq, lot_id, kind, amount, balance_after, at,
                             redemption_id, correction_id, prev_commitment, commitment)
    select account_id, :day, acct_seq, lot_id, kind, amount, balance_after, :at,
           redemption_id, correction_id, prev, commitment
      from unnest(cast(:account as bigint[]), cast(:seq as bigint[]), cast(:lot as bigint[]),
                  cast(:kind as text[]), cast(:amount as bigint[]), cast(:balance as bigint[]),
                  cast(:redemption as bigint[]), cast(:correction as bigint[]), cast(:prev as bytea[]),
                  cast(:commitment as bytea[]))
           as e(account_id, acct_seq, lot_id, kind, amount, balance_after, redemption_id, correction_id,
                prev, commitment)
""")

_LOCKED: Final = select(
    CarbonAccount.id, CarbonAccount.person_id, CarbonAccount.state, CarbonAccount.pseudonym
).with_for_update(key_share=True)
_BY_ID: Final = _LOCKED.where(CarbonAccount.id.in_(bindparam("ids", expanding=True))).order_by(
    CarbonAccount.id
)
_BY_PERSON: Final = _LOCKED.where(CarbonAccount.person_id == bindparam("person_id"))
_BALANCES: Final = select(
    AccountBalance.account_id, AccountBalance.last_seq, AccountBalance.available, AccountBalance.head
).where(AccountBalance.account_id.in_(bindparam("ids", expanding=True)))


@cites("T-16", "T-17")
def lock_accounts(session: Session, account_ids: Collection[int]) -> dict[int, Book]:
    """Lock accounts in the order of their ids and return their books as they are from now on.

    Every act on points begins here; offers are locked after accounts, never before.

    Raises:
        AccountNotFound: one of them does not exist.

    Source: T-16, T-17.
    """
    wanted = sorted(set(account_ids))
    if not wanted:
        return {}
    found = session.execute(_BY_ID, {"ids": wanted}).all()
    if len(found) < len(wanted):
        raise AccountNotFound
    return _books(session, found)


@cites("CQ-34.10", "T-16")
def lock_own_account(session: Session, actor: Actor) -> Book:
    """Lock the account of the person who acts.

    Raises:
        AccountNotFound: they have none.

    Source: CQ-34.10, T-16.
    """
    found = session.execute(_BY_PERSON, {"person_id": actor.person_id}).all()
    if not found:
        raise AccountNotFound
    return next(iter(_books(session, found).values()))


@cites("T-16", "CQ-34.4")
def lock_accounts_in(session: Session, temporary: str) -> frozenset[int]:
    """Lock the accounts that a temporary table names, in the order of their ids.

    Args:
        temporary: name of a table of this connection with a column `account_id`.

    Returns:
        Those that can receive no points: applied for, closed, or an organisation's. Whoever
        decides what is accepted must leave them out.

    Source: T-16, CQ-34.4.
    """
    named = table(temporary, column("account_id"))
    rows = session.execute(
        select(CarbonAccount.id, CarbonAccount.state, CarbonAccount.person_id)
        .where(CarbonAccount.id == any_(func.array(select(named.c.account_id).distinct().scalar_subquery())))
        .order_by(CarbonAccount.id)
        .with_for_update(key_share=True)
    )
    return frozenset(
        account_id
        for account_id, state, person_id in rows
        if not rules.may_receive(AccountState(state), of_person=person_id is not None)
    )


@cites("CQ-34.8", "CQ-34.10", "T-03", "T-05")
def post(
    session: Session,
    books: Mapping[int, Book],
    changes: Mapping[int, Sequence[Change]],
    *,
    at: datetime,
) -> int:
    """Write entries to locked accounts; the database moves lots and balances with them.

    Args:
        books: of the locked accounts, moved on by this.
        changes: by account, in the order in which they happen.

    Returns:
        How many entries were written.

    Source: CQ-34.8, CQ-34.10, T-03, T-05.
    """
    columns: dict[str, list[Any]] = {
        name: []
        for name in (
            "account", "seq", "salt", "lot", "kind", "amount", "balance", "redemption", "correction",
            "prev", "commitment",
        )
    }  # fmt: skip
    for account_id in sorted(changes):
        book = books[account_id]
        for change in changes[account_id]:
            sealed = chain.seal(book, change, salt=secrets.token_bytes(chain.SALT_LENGTH), at=at)
            row = (
                account_id, sealed.seq, sealed.salt, change.lot_id, change.kind.value, change.amount,
                sealed.balance_after, change.redemption_id, change.correction_id, sealed.prev,
                sealed.commitment,
            )  # fmt: skip
            for kept, value in zip(columns.values(), row, strict=True):
                kept.append(value)
    written = len(columns["seq"])
    if written:
        session.flush()  # what the entries name must be there
        session.execute(_POST, {**columns, "day": day_in_china(at), "at": at})
    return written


def _books(session: Session, accounts: Sequence[Any]) -> dict[int, Book]:
    # a statement of its own: within the one that waited for the lock the balance would be the old one
    kept = {
        row.account_id: row
        for row in session.execute(_BALANCES, {"ids": [account.id for account in accounts]})
    }
    return {
        account.id: Book(
            account_id=account.id,
            person_id=account.person_id,
            state=AccountState(account.state),
            pseudonym=bytes(account.pseudonym),
            last_seq=kept[account.id].last_seq,
            available=kept[account.id].available,
            head=bytes(kept[account.id].head),
        )
        for account in accounts
    }
