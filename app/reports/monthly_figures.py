"""What came of the rules by month, in sum (按月公开): issued, redeemed, expired, and the grams behind."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.kernel.sources import cites
from app.reports.public_figures import FEWEST_PEOPLE
from points.models import PointEntry

MONTHS_SHOWN = 12


@dataclass(frozen=True, kw_only=True)
class Month:
    """Sums of one month in China; None where fewer than ten people stand behind a figure."""

    first: date
    reduction_g: int | None
    issued: int | None
    redeemed: int | None
    expired: int | None


@cites("CQ-36.5", "T-62")
def by_month(session: Session, *, last: date, months: int = MONTHS_SHOWN) -> list[Month]:
    """Return the sums of the last months up to that of `last`, the earliest first.

    Source: CQ-36.5, T-62.
    """
    firsts = months_up_to(last, months)
    month = func.date_trunc("month", PointEntry.day)
    found: dict[tuple[date, str], tuple[int, int, int]] = {
        (row.first.date(), row.kind): (int(row.amount), int(row.grams), row.people)
        for row in session.execute(
            select(
                month.label("first"),
                PointEntry.kind,
                func.sum(PointEntry.amount).label("amount"),
                func.coalesce(func.sum(PointEntry.reduction_g), 0).label("grams"),
                func.count(func.distinct(PointEntry.account_id)).label("people"),
            )
            .where(
                PointEntry.day >= firsts[0],
                PointEntry.day <= last,
                PointEntry.kind.in_(("issue", "cancel", "expire")),
            )
            .group_by(month, PointEntry.kind)
        )
    }

    def told(first: date, kind: str, place: int) -> int | None:
        figures = found.get((first, kind))
        return figures[place] if figures is not None and figures[2] >= FEWEST_PEOPLE else None

    return [
        Month(
            first=first,
            reduction_g=told(first, "issue", 1),
            issued=told(first, "issue", 0),
            redeemed=told(first, "cancel", 0),
            expired=told(first, "expire", 0),
        )
        for first in firsts
    ]


def months_up_to(last: date, count: int) -> list[date]:
    """Return the first days of `count` months up to that of `last`, the earliest first."""
    number = last.year * 12 + last.month - 1
    return [date(each // 12, each % 12 + 1, 1) for each in range(number - count + 1, number + 1)]
