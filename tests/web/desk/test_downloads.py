"""Lists that are taken away: CSV and XLSX, in which no text is ever run as a formula."""

import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from app.web.desk import downloads
from app.web.desk.downloads import ListTooLong, Table

ROW = ["=1+1", "https://example.org", 12, Decimal("1.50"), date(2026, 11, 20), None, "+86"]


def table(rows):
    return Table(name="list", headings=["a", "b", "c", "d", "e", "f", "g"], rows=rows)


def part(book, name):
    with zipfile.ZipFile(book) as archive:
        return archive.read(name).decode()


def test_no_cell_of_a_csv_is_a_formula():
    at = datetime(2026, 11, 20, 4, tzinfo=UTC)

    lines = list(downloads.csv_lines(table([[*ROW, at]])))

    assert lines[0] == "\ufeffa,b,c,d,e,f,g\r\n"
    assert lines[1] == "'=1+1,https://example.org,12,1.50,2026-11-20,,'+86,2026-11-20T12:00:00+08:00\r\n"


def test_a_sheet_holds_texts_as_texts_and_numbers_as_numbers():
    cells = part(downloads.sheet(table([ROW])), "xl/worksheets/sheet1.xml")

    assert "<f>" not in cells
    assert "<hyperlink" not in cells
    assert "<t>=1+1</t>" in cells
    assert "<v>12</v>" in cells
    assert "<v>1.5</v>" in cells


def test_a_sheet_tells_time_in_china():
    late = datetime(2026, 11, 19, 16, tzinfo=UTC)  # midnight in Chongqing

    cells = part(downloads.sheet(table([[late]])), "xl/worksheets/sheet1.xml")

    assert "<v>46346</v>" in cells  # 20 November 2026, counted as sheets count days


def test_a_sheet_that_cannot_hold_the_list_is_refused_and_not_cut():
    with pytest.raises(ListTooLong):
        downloads.sheet(table([ROW] * 3), most=2)

    assert downloads.sheet(table([ROW] * 2), most=2).read(2) == b"PK"
