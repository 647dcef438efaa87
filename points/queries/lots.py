"""Lots: what can be spent and in which order, what expires when, what is over."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from points.models import PointLot
from points.values import Lot

FIRST_LOOK = 8

_WALK = text("""
    select last_valid_on, issued_on, id, available from point_lot
     where account_id = :account_id and is_open and last_valid_on >= :today
     order by last_valid_on, issued_on, id limit :limit
""")
_WALK_ON = text("""
    select last_valid_on, issued_on, id, available from point_lot
     where account_id = :account_id and is_open
       and (last_valid_on, issued_on, id) > (:last_valid_on, :issued_on, :id)
     order by last_valid_on, issued_on, id limit :limit
""")


@dataclass(frozen=True, kw_only=True)
class Expiring:
    """Points that can be spent up to the end of one day."""

    last_valid_on: date
    points: int


def spendable_lots(session: Session, account_id: int, today: date) -> Iterator[Lot]:
    """Yield what an account may spend on `today`, in the order of spending, a few at a time.

    The account must be locked when the answer is spent from.
    """
    limit = FIRST_LOOK
    rows = session.execute(_WALK, {"account_id": account_id, "today": today, "limit": limit}).all()
    while True:
        lot: Lot | None = None
        for row in rows:
            lot = Lot(*row)
            yield lot
        if lot is None or len(rows) < limit:
            return
        limit = min(limit * 4, 1_000)
        rows = session.execute(
            _WALK_ON,
            {
                "account_id": account_id,
                "last_valid_on": lot.last_valid_on,
                "issued_on": lot.issued_on,
                "id": lot.id,
                "limit": limit,
            },
        ).all()


def spendable(session: Session, account_id: int, today: date) -> int:
    """Return the hundredths of a point that an account may spend on `today`."""
    found = session.scalar(
        select(func.coalesce(func.sum(PointLot.available), 0)).where(
            PointLot.account_id == account_id, PointLot.is_open, PointLot.last_valid_on >= today
        )
    )
    return int(found or 0)


def past(session: Session, account_id: int, today: date) -> int:
    """Return the hundredths of a point whose last day is over and which no entry has expired yet."""
    found = session.scalar(
        select(func.coalesce(func.sum(PointLot.available), 0)).where(
            PointLot.account_id == account_id, PointLot.is_open, PointLot.last_valid_on < today
        )
    )
    return int(found or 0)


def expiry_calendar(session: Session, account_id: int, today: date, *, limit: int = 400) -> list[Expiring]:
    """Return what expires on which day, the next first."""
    rows = session.execute(
        select(PointLot.last_valid_on, func.sum(PointLot.available))
        .where(
            PointLot.account_id == account_id,
            PointLot.is_open,
            PointLot.available > 0,
            PointLot.last_valid_on >= today,
        )
        .group_by(PointLot.last_valid_on)
        .order_by(PointLot.last_valid_on)
        .limit(limit)
    )
    return [Expiring(last_valid_on=day, points=int(points)) for day, points in rows]


def lots_of(session: Session, account_id: int) -> list[PointLot]:
    """Return every lot of an account as it is now, in the order of spending."""
    return list(
        session.scalars(
            select(PointLot)
            .where(PointLot.account_id == account_id)
            .order_by(PointLot.last_valid_on, PointLot.issued_on, PointLot.id)
            .execution_options(populate_existing=True)
        )
    )


def open_lots(
    session: Session, account_ids: Collection[int], *, before: date | None = None
) -> dict[int, list[Lot]]:
    """Return the lots of accounts that hold something, by account, in the order of spending.

    Args:
        before: only lots whose last day is before this one.
    """
    asked: Any = select(
        PointLot.account_id, PointLot.last_valid_on, PointLot.issued_on, PointLot.id, PointLot.available
    ).where(PointLot.account_id.in_(account_ids), PointLot.is_open, PointLot.available > 0)
    if before is not None:
        asked = asked.where(PointLot.last_valid_on < before)
    found: dict[int, list[Lot]] = {}
    for account_id, *lot in session.execute(
        asked.order_by(PointLot.account_id, PointLot.last_valid_on, PointLot.issued_on, PointLot.id)
    ):
        found.setdefault(account_id, []).append(Lot(*lot))
    return found


def accounts_with_past_lots(session: Session, today: date, *, limit: int) -> list[int]:
    """Return accounts that hold points of lots whose last day is over, those over longest first.

    Args:
        limit: lots looked at, so that one transaction stays short.
    """
    rows = session.scalars(
        select(PointLot.account_id)
        .where(PointLot.is_open, PointLot.available > 0, PointLot.last_valid_on < today)
        .order_by(PointLot.last_valid_on)
        .limit(limit)
    )
    return sorted(set(rows))
