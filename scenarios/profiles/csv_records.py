"""The records of a CSV file, one for one."""

import csv
from collections.abc import Iterable, Iterator
from typing import Any

from scenarios.profiles.errors import ColumnsMissing, FileEmpty, LineTooLong, QuoteUnclosed, shown
from scenarios.profiles.values import BAD_CSV, COLUMNS, CsvShape, Fault, Limits


def csv_records(
    line_lists: Iterable[list[str]], shape: CsvShape, mapped: tuple[str, ...], limits: Limits
) -> Iterator[list[str] | Fault]:
    """Yield first the names of the columns, then each record as its cells or as a fault.

    A line with nothing on it is no record. A formula is text like any other. A quoted field may run over
    lines; a record as a whole may not be longer than a line.

    Raises:
        FileEmpty: there is no header where one is due, or no record where none is.
        ColumnsMissing: a mapped column is not in the header, or more than once.
        LineTooLong: a field or a record is longer than allowed.
        QuoteUnclosed: the file ends inside quotation marks.
    """
    taken: list[str] = []  # the lines of the record under reading
    reader = csv.reader(_feed(line_lists, taken, limits), strict=True, **_dialect(shape))
    names = list(shape.columns)
    if shape.header:
        names = _header(reader, taken, mapped)
    yield names

    width, empty = len(names), shape.header is False
    while True:
        try:
            for cells in reader:
                taken.clear()
                if len(cells) == width:
                    empty = False
                    yield cells
                elif cells:
                    empty = False
                    yield Fault(COLUMNS, "\x1f".join(cells))
            break
        except csv.Error as fault:
            empty = False
            yield _fault(fault, taken, reader)
            taken.clear()
    if empty:
        raise FileEmpty


def _feed(line_lists: Iterable[list[str]], taken: list[str], limits: Limits) -> Iterator[str]:
    """Hand out lines one by one and remember those of the record that is not complete yet."""
    size = 0
    for lines in line_lists:
        for line in lines:
            size = size + len(line) if taken else len(line)
            if size > limits.max_record_chars:
                raise LineTooLong(max_chars=limits.max_record_chars, begins=shown(taken[0], 80))
            taken.append(line)
            yield line


def _dialect(shape: CsvShape) -> dict[str, Any]:
    if shape.quote:
        return {"delimiter": shape.delimiter, "quotechar": shape.quote}
    return {"delimiter": shape.delimiter, "quoting": csv.QUOTE_NONE, "quotechar": None}


def _header(reader: Iterator[list[str]], taken: list[str], mapped: tuple[str, ...]) -> list[str]:
    try:
        names = next((cells for cells in reader if cells), None)
    except csv.Error:
        names = []
    taken.clear()
    if names is None:
        raise FileEmpty
    names = [name.strip() for name in names]
    missing = [name for name in mapped if name not in names]
    repeated = [name for name in mapped if names.count(name) > 1]
    if missing or repeated:
        raise ColumnsMissing(missing=missing, repeated=repeated, found=[shown(name) for name in names[:200]])
    return names


def _fault(fault: csv.Error, taken: list[str], reader: Any) -> Fault:
    if "field larger than field limit" in str(fault):
        raise LineTooLong(line=reader.line_num, max_chars=csv.field_size_limit())
    if "unexpected end of data" in str(fault):
        raise QuoteUnclosed(line=reader.line_num - len(taken) + 1)
    return Fault(BAD_CSV, "".join(taken))
