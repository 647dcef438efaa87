"""When points end (到期日历): by month of a year, and lot by lot within a month."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.kernel.days import add_years
from app.kernel.sources import cites
from points.models import PointLot


@dataclass(frozen=True, kw_only=True)
class EndingLot:
    """Points that can be spent up to the end of their last day."""

    issued_on: date
    last_valid_on: date
    available: int


@dataclass(frozen=True, kw_only=True)
class Calendar:
    """What ends in each month of one year; `years` are those in which anything ends."""

    year: int
    years: tuple[int, ...]
    months: tuple[tuple[date, int], ...]
    month: int
    lots: tuple[EndingLot, ...]


@cites("CQ-34.9", "Q-20")
def calendar(
    session: Session, *, account_id: int, today: date, year: int | None = None, month: int | None = None
) -> Calendar:
    """Return what ends in a year, and the lots of one month; by default the first in which anything does.

    Source: CQ-34.9, Q-20.
    """
    ending = (
        PointLot.account_id == account_id,
        PointLot.is_open,
        PointLot.last_valid_on >= today,
    )
    which = func.extract("year", PointLot.last_valid_on)
    years = tuple(
        int(found) for found in session.scalars(select(which).where(*ending).distinct().order_by(which))
    )
    shown = year if year is not None else years[0] if years else today.year
    number_of = func.extract("month", PointLot.last_valid_on)
    sums = {
        int(number): int(total)
        for number, total in session.execute(
            select(number_of, func.sum(PointLot.available)).where(*ending, which == shown).group_by(number_of)
        )
    }
    looked_at = month if month is not None else min(sums, default=1)
    lots = session.scalars(
        select(PointLot)
        .where(*ending, which == shown, number_of == looked_at)
        .order_by(PointLot.last_valid_on, PointLot.issued_on)
    )
    return Calendar(
        year=shown,
        years=years,
        month=looked_at,
        months=tuple((date(shown, number, 1), sums.get(number, 0)) for number in range(1, 13)),
        lots=tuple(
            EndingLot(issued_on=lot.issued_on, last_valid_on=lot.last_valid_on, available=lot.available)
            for lot in lots
        ),
    )


@cites("CQ-34.9")
def ending_by(session: Session, *, account_id: int, today: date, last: date) -> int:
    """Return the hundredths of a point that end from today up to `last`, both included.

    Source: CQ-34.9.
    """
    total = session.scalar(
        select(func.coalesce(func.sum(PointLot.available), 0)).where(
            PointLot.account_id == account_id,
            PointLot.is_open,
            PointLot.last_valid_on.between(today, last),
        )
    )
    return int(total or 0)


def furthest_year(today: date) -> int:
    """Return the last year in which a point issued today can end."""
    return add_years(today, 5).year
