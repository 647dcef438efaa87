"""A first profile from the beginning of a file: what it finds, and that it reads what it wrote."""

import gzip

import pytest

from scenarios import profiles
from scenarios.methods.values import Unit
from scenarios.profiles import drafting
from scenarios.profiles.errors import FileEmpty, FileEncodingWrong, FileRefused
from scenarios.profiles.values import Encoding

CHINESE = "订单号;会员号;开始时间;里程\nA1;u-1;2026/11/19 08:00;1.5\nA2;u-1;2026/11/19 09:30;2\n"
ENGLISH = "trip_id,started_at,rider,price\n7,2026-11-19T08:00:00Z,u-1,3\n8,2026-11-19T09:00:00Z,u-2,4\n"


def drafted(data, unit):
    sample = drafting.look(data)
    choice = drafting.guess(sample, unit)
    return sample, choice, drafting.written(sample, choice, unit)


def test_a_file_in_gb18030_is_read_by_what_is_written_for_it():
    data = CHINESE.encode("gb18030")

    sample, choice, text = drafted(data, Unit.KM)
    rows = profiles.sample(data, profiles.read_profile(text))

    assert (sample.encoding, sample.delimiter) == (Encoding.GB18030, ";")
    assert (choice.record_id, choice.user, choice.start, choice.quantity) == (
        "订单号",
        "会员号",
        "开始时间",
        "里程",
    )
    assert [(row.source_id, row.user, row.quantity_milli, row.problem) for row in rows] == [
        ("A1", "u-1", 1500, None),
        ("A2", "u-1", 2000, None),
    ]


def test_a_ride_counts_one_whatever_numbers_stand_beside_it():
    data = ENGLISH.encode()

    _sample, choice, text = drafted(data, Unit.RIDE)
    rows = profiles.sample(data, profiles.read_profile(text))

    assert (choice.record_id, choice.user, choice.start) == ("trip_id", "rider", "started_at")
    assert choice.quantity == drafting.EACH_ROW
    assert [row.quantity_milli for row in rows] == [1000, 1000]


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        ("2026-11-19 08:00:00", "iso8601"),
        ("2026/11/19 08:00:00", "%Y/%m/%d %H:%M:%S"),
        ("20261119080000", "%Y%m%d%H%M%S"),
        ("19/11/2026 08:00", "%d/%m/%Y %H:%M"),
        ("11/19/2026 08:00", "%m/%d/%Y %H:%M"),
        ("1795046400", "epoch_s"),
        ("1795046400000", "epoch_ms"),
        ("yesterday", None),
    ],
)
def test_the_format_of_a_time_is_told_by_its_cells(cell, found):
    sample = drafting.look(f"id,at\n1,{cell}\n".encode())

    assert drafting.format_of(sample, "at") == found


def test_no_column_name_breaks_out_of_its_quotation_marks():
    name = 'x"]\nformat = "json'.replace("\n", " ")
    data = f'"{name.replace(chr(34), chr(34) * 2)}",user,time\nA1,u,2026-11-19 08:00:00\n'.encode()

    sample, _choice, text = drafted(data, Unit.RIDE)

    assert sample.columns[0] == name
    assert profiles.read_profile(text).record_id == (name,)


def test_a_last_line_that_is_cut_off_and_a_packed_file_do_no_harm():
    cut = ENGLISH.encode() + "9,2026-11-19T10:00:00Z,重".encode()[:-1]

    assert len(drafting.look(cut).rows) == 2
    assert drafting.look(gzip.compress(ENGLISH.encode())).columns[0] == "trip_id"


@pytest.mark.parametrize(
    ("data", "refusal"),
    [
        (b"", FileEmpty),
        (b"a,b\n", FileEmpty),
        (b"a,b\n1\n", FileEmpty),
        (b"\xff\xff\xff\n\xff\n", FileEncodingWrong),
        (gzip.compress(ENGLISH.encode(), mtime=0)[:30], FileRefused),
    ],
)
def test_what_is_no_csv_is_refused(data, refusal):
    with pytest.raises(refusal):
        drafting.look(data)
