"""Expiry (失效): a sweep that writes what the days have decided, and notices beforehand."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.kernel import audit
from app.kernel.actor import Actor
from app.kernel.days import day_in_china
from app.kernel.outbox import Channel, MessageState, OutboxMessage
from app.kernel.sources import cites
from points import queries
from points.commands.books import lock_accounts, post
from points.models import CarbonAccount, PointLot
from points.values import Change, Kind, Part

NOTICE_DAYS: Final = (30, 7)
"""How many days before the last day the holder is told; by SMS too for the last of them."""


@dataclass(frozen=True, kw_only=True)
class Swept:
    """What a sweep wrote; points in hundredths."""

    accounts: int
    lots: int
    points: int


@cites("CQ-34.9", "CQ-X.9", "Q-20")
def expire_due(session: Session, *, actor: Actor, at: datetime, limit: int = 2_000) -> Swept:
    """Write the expiry of lots whose last day is over, one entry a lot (到期失效).

    They were unspendable already; the sweep may be late, and may run twice.

    Args:
        limit: lots looked at in one transaction; call again until nothing is swept.

    Source: CQ-34.9, CQ-X.9, Q-20.
    """
    today = day_in_china(at)
    books = lock_accounts(session, queries.accounts_with_past_lots(session, today, limit=limit))
    over = queries.open_lots(session, books.keys(), before=today)
    changes = {
        account_id: [Change.of(Kind.EXPIRE, Part(lot, lot.available)) for lot in lots]
        for account_id, lots in over.items()
    }
    lots = post(session, books, changes, at=at)
    points = sum(change.amount for of_one in changes.values() for change in of_one)
    if lots:
        audit.record(
            session,
            actor=actor,
            event="points.lots.expire",
            subject=("day", today),
            at=at,
            accounts=len(changes),
            lots=lots,
            points=points,
        )
        session.flush()
    return Swept(accounts=len(changes), lots=lots, points=points)


@cites("CQ-34.9", "CQ-34.10")
def give_expiry_notices(
    session: Session,
    *,
    days: int,
    at: datetime,
    catch_up_days: int = 3,
    after: int = 0,
    limit: int = 2_000,
) -> int | None:
    """Tell holders, once, what expires in `days` days.

    Args:
        days: from today to the last day.
        catch_up_days: how many earlier days are looked at again, for a job that did not run; who
            was told is not told again.
        after: account from which to go on, excluded.
        limit: accounts looked at in one transaction.

    Returns:
        The account to go on from, None when all are done.

    Source: CQ-34.9, CQ-34.10.
    """
    last = day_in_china(at) + timedelta(days=days)
    first = last - timedelta(days=catch_up_days)
    rows = session.execute(
        select(
            PointLot.account_id,
            CarbonAccount.person_id,
            PointLot.last_valid_on,
            func.sum(PointLot.available),
        )
        .join(CarbonAccount, CarbonAccount.id == PointLot.account_id)
        .where(
            PointLot.account_id.in_(
                select(PointLot.account_id)
                .where(
                    PointLot.is_open,
                    PointLot.available > 0,
                    PointLot.last_valid_on.between(first, last),
                    PointLot.account_id > after,
                )
                .distinct()
                .order_by(PointLot.account_id)
                .limit(limit)
            ),
            PointLot.is_open,
            PointLot.available > 0,
            PointLot.last_valid_on.between(first, last),
        )
        .group_by(PointLot.account_id, CarbonAccount.person_id, PointLot.last_valid_on)
        .order_by(PointLot.account_id)
    ).all()
    if not rows:
        return None
    channels = (Channel.IN_APP, Channel.SMS) if days == min(NOTICE_DAYS) else (Channel.IN_APP,)
    messages = [
        _message(channel, account_id, person_id, last_valid_on, int(points), days, at)
        for account_id, person_id, last_valid_on, points in rows
        for channel in channels
    ]
    session.execute(insert(OutboxMessage).on_conflict_do_nothing(index_elements=["key"]), messages)
    accounts = {account_id for account_id, *_rest in rows}
    return max(accounts) if len(accounts) >= limit else None


def _message(
    channel: Channel,
    account_id: int,
    person_id: int | None,
    last_valid_on: date,
    points: int,
    days: int,
    at: datetime,
) -> dict[str, object]:
    return {
        "key": f"expiry:{account_id}:{last_valid_on}:{days}:{channel.value}",
        "channel": channel.value,
        "recipient": f"person:{person_id}",
        "template": "points.expiry_notice",
        "payload": {"points": points, "last_valid_on": last_valid_on.isoformat(), "days": days},
        "state": MessageState.QUEUED.value,
        "attempts": 0,
        "created_at": at,
        "next_at": at,
    }
