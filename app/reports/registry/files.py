"""Open lists as files (公开数据文件): written page by page in short transactions; no cell is a formula."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final, TypeVar

from sqlalchemy.orm import Session

from app.kernel.days import CHINA

Row = TypeVar("Row")
AT_ONCE: Final = 200
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def csv_lines(
    sessions: Callable[[], AbstractContextManager[Session]],
    header: Sequence[str],
    page: Callable[[Session, int | None, int], Sequence[Row]],
    place: Callable[[Row], int],
    cells: Callable[[Row], Iterable[Any]],
) -> Iterator[str]:
    """Yield the lines of a file of a whole list.

    Args:
        sessions: opens a transaction.
        page: returns rows after a place, so many at most.
        place: the number by which the list goes on after a row.
        cells: what stands in the line of a row, in the order of `header`.
    """
    yield "\ufeff" + _line(header)
    after: int | None = None
    while True:
        with sessions() as session:
            rows = page(session, after, AT_ONCE)
            lines = [_line(cells(row)) for row in rows]
        yield from lines
        if len(rows) < AT_ONCE:
            return
        after = place(rows[-1])


def _line(cells: Iterable[Any]) -> str:
    target = io.StringIO()
    csv.writer(target).writerow([_cell(cell) for cell in cells])
    return target.getvalue()


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.astimezone(CHINA).isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, tuple | list):
        value = " ".join(str(one) for one in value)
    text = str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text
