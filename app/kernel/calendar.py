"""Working days (工作日): a versioned table of the State's holiday notices."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.kernel.base import Base, Id
from app.kernel.errors import RuleBroken
from app.kernel.sources import cites

SATURDAY = 5


class DayKind(StrEnum):
    """What a notice says of a day."""

    WORKING = "working"
    REST = "rest"


class CalendarEdition(Base):
    """One import of notices; later editions win day by day, earlier ones stay readable."""

    __tablename__ = "calendar_edition"

    id: Mapped[Id]
    source: Mapped[str]
    notice_number: Mapped[str | None]
    imported_by: Mapped[str]
    imported_at: Mapped[datetime]


class CalendarDay(Base):
    """What one edition says of one day; days it does not name follow an earlier edition."""

    __tablename__ = "calendar_day"
    __table_args__ = (CheckConstraint("kind in ('working', 'rest')", name="known_kind"),)

    edition_id: Mapped[int] = mapped_column(ForeignKey("calendar_edition.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True, index=True)
    kind: Mapped[str]
    name: Mapped[str | None]


class CalendarYear(Base):
    """A year whose notice is out: every day of it is settled."""

    __tablename__ = "calendar_year"
    __table_args__ = (UniqueConstraint("edition_id", "year"),)

    id: Mapped[Id]
    edition_id: Mapped[int] = mapped_column(ForeignKey("calendar_edition.id"))
    year: Mapped[int] = mapped_column(index=True)


class Day(NamedTuple):
    """One day as the calendar has it now."""

    day: date
    working: bool
    provisional: bool
    name: str | None


class Deadline(NamedTuple):
    """The last day of a period in working days."""

    last_day: date
    provisional: bool


class ProvisionalDay(RuleBroken):
    """A period may not close on a day whose year has no notice yet."""

    code = "calendar.provisional"
    title = "该年度节假日安排尚未公布，期限不能在该日届满"
    source = "Q-03"


_DAYS = text("""
    select d::date as day, named.kind, named.name, y.year is null as provisional
      from generate_series(cast(:first as date), cast(:last as date), interval '1 day') as d
      left join lateral (
           select c.kind, c.name from calendar_day c
            where c.day = d::date order by c.edition_id desc limit 1) named on true
      left join (select distinct year from calendar_year) y
             on y.year = extract(year from d)::int
     order by 1
""")


@cites("Q-03")
def days(session: Session, first: date, last: date) -> list[Day]:
    """Return each day from `first` to `last`, both included.

    A day no notice names is a working day from Monday to Friday; in a year whose notice is not
    out it is marked provisional.

    Source: Q-03.
    """
    found = []
    for row in session.execute(_DAYS, {"first": first, "last": last}):
        working = row.kind == DayKind.WORKING if row.kind else row.day.weekday() < SATURDAY
        found.append(Day(row.day, working, row.provisional, row.name))
    return found


@cites("Q-03", "Q-04")
def working_days_after(session: Session, start: date, count: int) -> Deadline:
    """Return the `count`-th working day after `start`; `start` itself is not counted.

    Args:
        count: working days, 1 or more.

    Returns:
        The day, marked provisional when any day passed over or reached lies in a year whose
        notice is not out yet.

    Source: Q-03, Q-04.
    """
    if count < 1:
        raise ValueError("a period has at least one working day")
    first, left, provisional = start + timedelta(days=1), count, False
    while True:
        window = days(session, first, first + timedelta(days=count * 2 + 20))
        for day in window:
            provisional = provisional or day.provisional
            left -= day.working
            if left == 0:
                return Deadline(day.day, provisional)
        first = window[-1].day + timedelta(days=1)


@cites("Q-03")
def check_not_provisional(deadline: Deadline) -> None:
    """Refuse to close a period on a provisional day.

    Raises:
        ProvisionalDay: the year's notice is not out.

    Source: Q-03.
    """
    if deadline.provisional:
        raise ProvisionalDay(last_day=deadline.last_day.isoformat())


def import_edition(
    session: Session,
    *,
    named: Iterable[tuple[date, DayKind, str | None]],
    years: Iterable[int],
    source: str,
    notice_number: str | None,
    imported_by: str,
    at: datetime,
) -> CalendarEdition:
    """Add an edition; what earlier editions said stays readable.

    Args:
        named: only the days that differ from Monday to Friday.
        years: the years which this edition settles completely.

    Source: Q-03.
    """
    edition = CalendarEdition(
        source=source, notice_number=notice_number, imported_by=imported_by, imported_at=at
    )
    session.add(edition)
    session.flush()
    session.add_all(
        CalendarDay(edition_id=edition.id, day=day, kind=kind.value, name=name) for day, kind, name in named
    )
    session.add_all(CalendarYear(edition_id=edition.id, year=year) for year in years)
    session.flush()
    return edition
