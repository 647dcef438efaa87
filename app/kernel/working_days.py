"""Where working days come from (节假日安排): the package of the installation, or files of notices.

Each year becomes an edition of its own in the calendar; a year whose notice is not out is not
imported, so its days stay provisional.
"""

import json
import tomllib
from collections.abc import Iterable
from datetime import date, datetime
from functools import cache
from importlib import metadata, resources
from typing import Final, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.kernel.calendar import CalendarDay, CalendarEdition, CalendarYear, DayKind, import_edition
from app.kernel.errors import Malformed
from app.kernel.session import transaction
from app.kernel.sources import cites

FIRST_YEAR: Final = 2014
PACKAGE: Final = "chinesecalendar"


class NoticeMalformed(Malformed):
    """The file is not a notice of one year's holidays."""

    code = "calendar.notice_malformed"
    title = "节假日安排文件格式有误"
    source = "Q-03"


class Notice(NamedTuple):
    """What is settled of one year: the days that differ from Monday to Friday."""

    year: int
    days: dict[date, tuple[DayKind, str | None]]
    number: str | None
    source: str


@cites("Q-03")
def of_package(years: Iterable[int] | None = None) -> list[Notice]:
    """Return the years that the installed package knows, from 2014 on.

    Source: Q-03.
    """
    from chinese_calendar import constants

    differing: dict[date, tuple[DayKind, str | None]] = {}
    names = {holiday.value: holiday.chinese for holiday in constants.Holiday}
    for kind, table in ((DayKind.REST, constants.holidays), (DayKind.WORKING, constants.workdays)):
        for day, name in table.items():
            differing[day] = (kind, names.get(name))
    known = range(FIRST_YEAR, max(constants.holidays).year + 1)
    source = f"{PACKAGE} {metadata.version(PACKAGE)}"
    return [
        Notice(
            year, {day: what for day, what in differing.items() if day.year == year}, _number(year), source
        )
        for year in (known if years is None else years)
    ]


@cites("Q-03")
def of_text(text: str, *, source: str) -> Notice | None:
    """Read a notice from JSON: `{"year", "papers": [...], "days": [{"date", "name", "isOffDay"}]}`.

    Args:
        source: what the file is called.

    Returns:
        None when the notice is not out yet: the file names no days.

    Raises:
        NoticeMalformed: it is something else.

    Source: Q-03.
    """
    try:
        raw = json.loads(text)
        year = int(raw["year"])
        days = {
            date.fromisoformat(each["date"]): (
                DayKind.REST if each["isOffDay"] else DayKind.WORKING,
                each.get("name"),
            )
            for each in raw["days"]
        }
        papers = [str(paper) for paper in raw.get("papers", [])]
    except (ValueError, KeyError, TypeError, AttributeError):
        raise NoticeMalformed(file=source) from None
    if not days:
        return None
    if any(abs(day.year - year) > 1 for day in days):
        raise NoticeMalformed(file=source)
    return Notice(year, days, _number(year), " ".join([source, *papers]))


@cites("Q-03")
def take_in(session: Session, notices: Iterable[Notice], *, imported_by: str, at: datetime) -> list[int]:
    """Add an edition for each notice that says something new; return the years added.

    Source: Q-03.
    """
    added = []
    for notice in sorted(notices, key=lambda each: each.year):
        if _is_known(session, notice):
            continue
        import_edition(
            session,
            named=[(day, kind, name) for day, (kind, name) in sorted(notice.days.items())],
            years=[notice.year],
            source=notice.source,
            notice_number=notice.number,
            imported_by=imported_by,
            at=at,
        )
        added.append(notice.year)
    return added


def import_package_once(*, at: datetime, imported_by: str = "system:0") -> list[int]:
    """Add what the installed package knows and the calendar does not; return the years added."""
    with transaction() as session:
        return take_in(session, of_package(), imported_by=imported_by, at=at)


def _is_known(session: Session, notice: Notice) -> bool:
    """Tell whether the calendar says of the notice's days and year what the notice says."""
    settled = session.scalar(select(CalendarYear.id).where(CalendarYear.year == notice.year).limit(1))
    if settled is None:
        return False
    rows = session.execute(
        select(CalendarDay.day, CalendarDay.kind)
        .join(CalendarEdition, CalendarEdition.id == CalendarDay.edition_id)
        .where(CalendarDay.day.in_(notice.days))
        .order_by(CalendarDay.edition_id)
    )
    said = {row.day: row.kind for row in rows}
    return said == {day: kind.value for day, (kind, _) in notice.days.items()}


@cache
def _numbers() -> dict[str, list[str]]:
    text = resources.files("app.kernel").joinpath("holiday_notices.toml").read_text("utf-8")
    return tomllib.loads(text)


def _number(year: int) -> str | None:
    return "、".join(_numbers().get(str(year), [])) or None
