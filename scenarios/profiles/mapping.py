"""A profile compiled into one function from the cells of a record to a read row."""

import json
from collections.abc import Callable

from scenarios.profiles.cells import Cells, Index, is_strange, joined, out_of_scope, text_of
from scenarios.profiles.quantities import quantity_reader
from scenarios.profiles.times import Moment, time_reader
from scenarios.profiles.values import (
    BAD_RECORD_ID,
    BAD_TIME,
    BAD_USER,
    ENDED_BEFORE_START,
    FILTERED,
    NO_RECORD_ID,
    NO_USER,
    UNFINISHED,
    Fault,
    Problem,
    Profile,
    ReadRow,
)

Mapper = Callable[[int, Cells], ReadRow]


def mapper(profile: Profile, names: list[str], max_quantity_milli: int | None = None) -> Mapper:
    """Return the function from a record to its row; it never raises and never drops a record.

    Of several problems on one row the first in this order is told: out of scope; quantity or counted time
    missing, unreadable, of unknown unit, negative, zero, absurd; user; times; record id.

    Args:
        names: of the columns, in the order of the cells.
        max_quantity_milli: a quantity above it is absurd.
    """
    return _Mapper(profile, names, max_quantity_milli).row


class _Mapper:
    def __init__(self, profile: Profile, names: list[str], most: int | None) -> None:
        nulls, time = profile.null_values, profile.time
        self.constants = [value for _, value in profile.constants]
        index: Index = {name: at for at, name in enumerate([*names, *dict(profile.constants)])}
        times = [columns for columns in (time.start, time.end) if columns]
        read_time = {
            columns: time_reader(columns.formats, time.zone, add_years=time.add_years) for columns in times
        }
        self.used = [index[name] for name in profile.columns]
        self.left_out = out_of_scope(profile.filters, index, nulls)
        self.quantity = quantity_reader(profile, index, read_time, most)
        self.user = text_of(profile.user, index, nulls)
        self.record_id = joined(profile.record_id, profile.separator, index, nulls)
        self.parts, self.separator = len(profile.record_id), profile.separator
        self.counted_text = joined(time.counted.columns, " ", index, nulls)
        self.counted = read_time[time.counted]
        self.other: tuple[Callable[[Cells], str], Callable[[str], Moment | None], int] | None = None
        for columns in times:
            if columns is not time.counted:
                direction = 1 if columns is time.end else -1
                self.other = joined(columns.columns, " ", index, nulls), read_time[columns], direction

    def row(self, row_no: int, cells: Cells) -> ReadRow:
        """Read one record."""
        if self.constants:
            cells = cells + self.constants
        found = self._quantity_in_scope(cells)
        if isinstance(found, int):
            user, source_id = self.user(cells), self.record_id(cells)
            moment = self.counted(self.counted_text(cells))
            problem = self._problem_of(cells, user, moment, source_id)
            if problem is None and moment is not None:
                at, day = moment
                content = f"{user}\x1f{at.isoformat()}\x1f{found}".encode()
                return ReadRow(row_no, source_id, user, at, day, found, content, None)
            found = problem or BAD_TIME
        return self._refused(row_no, cells, found)

    def _quantity_in_scope(self, cells: Cells) -> int | Problem:
        if self.left_out is not None and self.left_out(cells):
            return FILTERED
        if not self.counted_text(cells):
            return UNFINISHED
        return self.quantity(cells)

    def _problem_of(self, cells: Cells, user: str, moment: Moment | None, source_id: str) -> Problem | None:
        if not user:
            return NO_USER
        if is_strange(user):
            return BAD_USER
        if moment is None:
            return BAD_TIME
        if self.other is not None and (problem := self._against_other(cells, moment)):
            return problem
        if not source_id:
            return NO_RECORD_ID
        if is_strange(source_id) or (self.parts > 1 and source_id.count(self.separator) >= self.parts):
            return BAD_RECORD_ID  # strange, or a part holds the separator and two ids could look alike
        return None

    def _against_other(self, cells: Cells, counted: Moment) -> Problem | None:
        """Compare with the other time, which may be missing but neither wrong nor on the wrong side."""
        assert self.other is not None
        text_in, read_time, direction = self.other
        text = text_in(cells)
        if not text:
            return None
        other = read_time(text)
        if other is None:
            return BAD_TIME
        ended, started = (other, counted) if direction > 0 else (counted, other)
        return ENDED_BEFORE_START if ended[0] < started[0] else None

    def _refused(self, row_no: int, cells: Cells, problem: Problem) -> ReadRow:
        """Make the row of a problem, with what could be read beside it."""
        quantity = self.quantity(cells)
        at, day = self.counted(self.counted_text(cells)) or (None, None)
        content = json.dumps([cells[at] for at in self.used]).encode()
        return ReadRow(
            row_no,
            _kept(self.record_id(cells)),
            _kept(self.user(cells)),
            at,
            day,
            quantity if isinstance(quantity, int) else None,
            content,
            problem,
        )


def fault_row(row_no: int, fault: Fault) -> ReadRow:
    """Return the row of a record that could not be taken apart."""
    content = json.dumps(fault.text).encode()
    return ReadRow(row_no, None, None, None, None, None, content, fault.problem)


def _kept(name: str) -> str | None:
    return None if not name or is_strange(name) else name
