"""Lists as of a past day, as pages and as files (历史时点与文件)."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final, TypeVar

from flask import Response
from sqlalchemy.orm import Session

from app.api.fields import Day, nothing
from app.api.parsing import RequestInvalid
from app.kernel import clock
from app.kernel.days import day_in_china, end_of_day
from app.kernel.session import transaction
from app.reports.registry.files import csv_lines

Row = TypeVar("Row")
CSV: Final = {"type": "string", "contentMediaType": "text/csv"}
_TICK: Final = timedelta(microseconds=1)


def as_of_field() -> Day:
    """Return the field of a query that asks for a past day."""
    return Day(
        load_default=nothing,
        metadata={"description": "As it was at the end of this day in China; left out, as it is now."},
    )


def instant(as_of: date | None) -> datetime:
    """Return the last instant that counts: of that day, or now.

    Raises:
        RequestInvalid: the day is still to come.
    """
    now = clock.now()
    if as_of is None:
        return now
    if as_of > day_in_china(now):
        raise RequestInvalid(fields={"as_of": ["Is still to come."]})
    return min(now, end_of_day(as_of) - _TICK)


def csv_answer(
    name: str,
    header: Sequence[str],
    page: Callable[[Session, int | None, int], Sequence[Row]],
    *,
    place: Callable[[Row], int],
    cells: Callable[[Row], Iterable[Any]],
) -> Response:
    """Answer with a whole list as a CSV file."""
    lines = csv_lines(transaction, header, page, place, cells)
    answer = Response(lines, content_type="text/csv; charset=utf-8")
    answer.headers.set("Content-Disposition", "attachment", filename=f"{name}.csv")
    return answer
