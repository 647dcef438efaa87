"""Lists to take away (下载): CSV that no spreadsheet would run, XLSX written row by row.

`return handed_out(Table(name=…, headings=…, rows=…), form)`, where the route takes `<any(csv, xlsx):form>`.
Rows may come one by one from short transactions; nothing holds them all.
"""

import csv
import io
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import IO, Any, Final

import xlsxwriter
from flask import Response, send_file

from app.kernel.days import CHINA
from app.kernel.errors import RuleBroken

Cell = str | int | Decimal | date | datetime | None

CSV: Final = "csv"
XLSX: Final = "xlsx"
XLSX_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_ROWS: Final = 1_048_575
"""Rows below the headings that a sheet can hold."""
BYTE_ORDER_MARK: Final = "\ufeff"
STARTS_A_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n")
_OPTIONS: Final = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
_WIDTHS: Final = (10, 40)


class ListTooLong(RuleBroken):
    """A sheet holds no more rows; the list can be taken as CSV or for a shorter time."""

    code = "download.too_long"
    title = "行数超出表格上限，请缩短期间或改下 CSV"


@dataclass(frozen=True, kw_only=True)
class Table:
    """A list as it is taken away.

    Attributes:
        name: of the file, without its ending.
        headings: in the language of whoever takes it.
    """

    name: str
    headings: Sequence[str]
    rows: Iterable[Sequence[Cell]]


def handed_out(table: Table, form: str) -> Response:
    """Return a list as a file to be saved.

    Args:
        form: `csv` or `xlsx`.

    Raises:
        ListTooLong: a sheet does not hold so many rows.
    """
    name = f"{table.name}.{form}"
    if form == XLSX:
        return send_file(sheet(table), mimetype=XLSX_TYPE, as_attachment=True, download_name=name)
    return Response(
        csv_lines(table),
        mimetype="text/csv",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def csv_lines(table: Table) -> Iterator[str]:
    """Yield the lines of a list; instants in China's time, no cell a formula."""
    yield BYTE_ORDER_MARK + _line(table.headings)
    for row in table.rows:
        yield _line([_as_text(cell) for cell in row])


def sheet(table: Table, *, most: int = MOST_ROWS) -> IO[bytes]:
    """Return a workbook of one sheet, from its beginning; texts stay texts, whatever they begin with.

    Raises:
        ListTooLong: there are more than `most` rows.
    """
    target: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115  (whoever sends it closes it)
    book = xlsxwriter.Workbook(target, _OPTIONS)
    page = book.add_worksheet()
    looks = {
        "head": book.add_format({"bold": True, "bottom": 1}),
        "day": book.add_format({"num_format": "yyyy-mm-dd"}),
        "instant": book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}),
        "decimal": book.add_format({"num_format": "#,##0.00"}),
        "whole": book.add_format({"num_format": "#,##0"}),
    }
    narrow, wide = _WIDTHS
    for place, heading in enumerate(table.headings):
        page.set_column(place, place, min(max(len(heading) * 2 + 2, narrow, 20), wide))
    page.freeze_panes(1, 0)
    for place, heading in enumerate(table.headings):
        page.write_string(0, place, str(heading), looks["head"])
    for number, row in enumerate(table.rows, start=1):
        if number > most:
            raise ListTooLong(most=most)
        for place, cell in enumerate(row):
            _write(page, number, place, cell, looks)
    book.close()
    target.seek(0)
    return target


def _write(page: Any, row: int, place: int, cell: Cell, looks: dict[str, Any]) -> None:
    match cell:
        case None | "":
            return
        case datetime():
            local = cell.astimezone(CHINA).replace(tzinfo=None, microsecond=0)
            page.write_datetime(row, place, local, looks["instant"])
        case date():
            page.write_datetime(row, place, cell, looks["day"])
        case Decimal():
            page.write_number(row, place, float(cell), looks["decimal"])
        case int():
            page.write_number(row, place, cell, looks["whole"])
        case _:
            page.write_string(row, place, str(cell))


def _as_text(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.astimezone(CHINA).isoformat(timespec="seconds")
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, int | Decimal):
        return str(cell)
    text = str(cell)  # a label of the pages is a text that is not written yet
    return f"'{text}" if text.startswith(STARTS_A_FORMULA) else text


def _line(cells: Sequence[str]) -> str:
    target = io.StringIO()
    csv.writer(target).writerow(cells)
    return target.getvalue()
