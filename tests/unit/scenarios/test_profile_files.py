"""Whole files: encodings, compression, limits, quotation. A bad file is refused; a bad row stays a row."""

import gzip
import tracemalloc
from io import BytesIO, RawIOBase
from pathlib import Path
from typing import Any

import pytest

from scenarios import profiles
from scenarios.profiles import Limits, Profile
from scenarios.profiles.errors import FileRefused
from tests.obligations import obligation
from tests.unit.scenarios.profile_texts import GOOD, HEADER, read, rides

BOM = "\ufeff"
FILE = HEADER + GOOD


def refusal_of(
    data: str | bytes, profile: Profile | None = None, limits: Limits | None = None
) -> FileRefused:
    stored = data.encode() if isinstance(data, str) else data
    with pytest.raises(FileRefused) as surveyed:
        profiles.survey(BytesIO(stored), profile or rides(), limits=limits or Limits())
    with pytest.raises(FileRefused) as refused:
        read(stored, profile, limits=limits)
    assert (surveyed.value.code, surveyed.value.details) == (refused.value.code, refused.value.details)
    return refused.value


def encoded_as(encoding: str) -> Profile:
    return rides(('format = "csv"', f'format = "csv"\nencoding = "{encoding}"'), ('["id"]', '["编号"]'))


class Endless(RawIOBase):
    """A file that never ends, made of one byte, and counts how much of it was asked for."""

    def __init__(self, begin: bytes) -> None:
        self.begin, self.given = begin, 0

    def read(self, size: int = -1) -> bytes:
        block = (self.begin if self.given == 0 else b"").ljust(size, b"x")
        self.given += len(block)
        return block


@pytest.mark.parametrize("encoding", ["utf-8", "gbk", "gb18030", "utf-16"])
def test_chinese_text_is_read_in_each_encoding(encoding: str):
    data = FILE.replace("id", "编号").replace("r1", "单1").encode(encoding)

    (row,) = read(data, encoded_as(encoding))

    assert row.source_id == "单1"


def test_a_byte_order_mark_does_no_harm():
    assert read(BOM + FILE) == read(FILE)
    assert read(
        (BOM + FILE).encode("gb18030"), rides(('format = "csv"', 'format = "csv"\nencoding = "gb18030"'))
    )


@pytest.mark.parametrize(("ending", "last"), [("\n", ""), ("\n", "\n"), ("\r\n", ""), ("\r\n", "\r\n")])
def test_lines_may_end_in_two_ways_and_the_last_need_not(ending: str, last: str):
    data = (HEADER + GOOD + GOOD).strip("\n").replace("\n", ending) + last

    assert [row.problem for row in read(data)] == [None, None]


def test_a_line_with_nothing_on_it_is_no_record():
    assert [row.row_no for row in read(HEADER + "\n" + GOOD + "\n\n" + GOOD + "\n")] == [1, 2]


@obligation("CQ-34.2")
@pytest.mark.parametrize(
    ("data", "encoding", "details"),
    [
        ("编号,user,km,at\n单".encode("gbk"), "utf-8", {"encoding": "utf-8", "byte": 0, "line": 1}),
        (b"id\nab\nc\xff", "utf-8", {"encoding": "utf-8", "byte": 7, "line": 3}),
        (b"id\nab\nc\xe5\x8d", "utf-8", {"encoding": "utf-8", "byte": 9, "line": 3}),
        (b"id\nab\nc\xff\xff", "gbk", {"encoding": "gbk", "byte": 7, "line": 3}),
        (b"id\nab\nc\x81", "gb18030", {"encoding": "gb18030", "byte": 8, "line": 3}),
        (b"\xef\xbb\xbfid\n", "gbk", {"encoding": "gbk", "byte": 0, "line": 1, "found": "utf-8"}),
        (b"id\nab\n", "utf-16", {"encoding": "utf-16", "byte": 0, "line": 1}),
    ],
)
def test_the_wrong_encoding_is_refused_with_its_place(data: bytes, encoding: str, details: dict[str, Any]):
    profile = rides(
        (
            'format = "csv"',
            f'format = "csv"\nencoding = "{encoding}"\n[csv]\nheader = false\ncolumns = ["id"]',
        ),
        ('column = "user"', 'column = "id"'),
        ('column = "km"', 'column = "id"'),
        ('["at"]', '["id"]'),
    )
    refusal = refusal_of(data, profile) if not data.startswith("编号".encode("gbk")) else refusal_of(data)

    assert (refusal.code, refusal.details) == ("file.encoding", details)


def test_a_wrong_byte_far_into_the_file_is_found_at_its_place():
    data = (FILE + GOOD * 30_000).encode() + b"r2,\xff,1,2026-11-01 08:00:00\n"

    refusal = refusal_of(data)

    assert refusal.details == {"encoding": "utf-8", "byte": len(data) - 24, "line": 30_003}


@pytest.mark.parametrize(
    ("header", "missing", "repeated"),
    [
        ("id,user,km\n", ["at"], []),
        ("a;b;c\n", ["id", "user", "km", "at"], []),
        ("id,user,km,at,km\n", [], ["km"]),
        ("ID,User,Km,At\n", ["id", "user", "km", "at"], []),
        ('id,user,"km"x,at\n', ["id", "user", "km", "at"], []),
    ],
)
def test_a_header_without_the_mapped_columns_is_refused(header: str, missing: list[str], repeated: list[str]):
    refusal = refusal_of(header + GOOD)

    assert refusal.code == "file.columns"
    assert (refusal.details["missing"], refusal.details["repeated"]) == (missing, repeated)


def test_what_a_refusal_shows_of_the_file_can_be_stored():
    refusal = refusal_of("\x00id," + "x" * 500 + "\n")

    assert refusal.details["found"] == ["\ufffdid", "x" * 200]


def test_columns_that_are_not_mapped_may_come_twice_or_without_a_name():
    (row,) = read("id,,user,,km,at,x,x\nr1,,u1,,1.5,2026-11-01 08:00:00,,\n")

    assert row.problem is None


def test_a_file_without_a_header_has_its_names_from_the_profile():
    shape = '[csv]\nheader = false\ncolumns = ["id", "user", "km", "at"]'
    profile = rides(('format = "csv"', f'format = "csv"\n{shape}'))

    assert [row.source_id for row in read(GOOD + GOOD.replace("r1", "r2"), profile)] == ["r1", "r2"]


def test_delimiter_quote_and_writing_of_numbers_are_the_files_own():
    shape = "[csv]\ndelimiter = ';'\nquote = \"'\"\n[numbers]\ndecimal = ','\nthousands = '.'"
    profile = rides(('format = "csv"', f'format = "csv"\n{shape}'))

    (row,) = read("id;user;km;at\n'r;1';u1;1.234,5;2026-11-01 08:00:00\n", profile)

    assert (row.source_id, row.quantity_milli) == ("r;1", 1_234_500)


def test_without_quotation_a_quote_is_a_sign_like_any_other():
    profile = rides(('format = "csv"', 'format = "csv"\n[csv]\nquote = ""'))

    (row,) = read(HEADER + GOOD.replace("r1", '"r1'), profile)

    assert row.source_id == '"r1'


def test_a_quoted_field_may_run_over_lines():
    rows = read('id,user,km,at,note\n"r1",u1,1.5,2026-11-01 08:00:00,"two\nlines, ""quoted"""\n')

    assert [row.source_id for row in rows] == ["r1"]


def test_a_formula_is_text():
    (row,) = read(HEADER + "=HYPERLINK(1),@SUM(1),1.5,2026-11-01 08:00:00\n")

    assert (row.source_id, row.user) == ("=HYPERLINK(1)", "@SUM(1)")


@pytest.mark.parametrize("broken", ['"r2"x,u1,1,2026-11-01 08:00:00\n', "r2,u\r1,1,2026-11-01 08:00:00\n"])
def test_a_broken_line_is_one_invalid_row_and_the_next_is_read(broken: str):
    rows = read(HEADER + GOOD + broken + GOOD.replace("r1", "r3") + broken.replace("r2", "r4"))

    assert [row.problem for row in rows] == [None, ("invalid", "csv"), None, ("invalid", "csv")]
    assert len({profiles.key_of(row) for row in rows}) == 4


def test_a_quotation_that_never_ends_is_refused_with_its_line():
    refusal = refusal_of(HEADER + GOOD + 'r2,"u1,1,2026-11-01 08:00:00\n' + GOOD)

    assert (refusal.code, refusal.details) == ("file.quote_unclosed", {"line": 3})


@pytest.mark.parametrize("data", ["", BOM, "\n\n", gzip.compress(b"", mtime=0)])
def test_an_empty_file_is_refused(data: str | bytes):
    assert refusal_of(data).code == "file.empty"


def test_a_header_alone_is_a_file_of_no_rows():
    assert read(HEADER) == []


@obligation("CQ-34.2")
def test_a_line_without_end_is_refused_before_it_is_read():
    for begin in (b"", HEADER.encode(), HEADER.encode() + b"r1,"):
        endless = Endless(begin)
        with pytest.raises(FileRefused) as refusal:
            list(profiles.read_rows(endless, rides()))  # type: ignore[arg-type]
        assert refusal.value.code == "file.line_too_long"
        assert endless.given < 2 * 1024**2


def test_a_line_of_the_longest_length_is_read_and_one_more_refused():
    limits = Limits(max_record_chars=len(GOOD))

    assert [row.problem for row in read(FILE, limits=limits)] == [None]
    refusal = refusal_of(HEADER + GOOD + "0" + GOOD, limits=limits)
    assert (refusal.code, refusal.details["line"]) == ("file.line_too_long", 3)
    assert refusal_of(HEADER + "0" + GOOD.strip() + "0", limits=limits).details["line"] == 2


def test_a_record_over_many_lines_may_not_be_longer_than_a_line():
    spread = 'r1,"' + "\n" * 60 + '",1,2026-11-01 08:00:00\n'

    assert len(read(HEADER + spread, limits=Limits(max_record_chars=len(spread)))) == 1
    assert (
        refusal_of(HEADER + spread, limits=Limits(max_record_chars=len(spread) - 1)).code
        == "file.line_too_long"
    )
    assert refusal_of(HEADER + '"' + "x" * 200_000).code == "file.line_too_long"


def test_gzip_is_known_by_its_first_bytes_and_may_have_several_members():
    packed = gzip.compress(HEADER.encode()) + gzip.compress(GOOD.encode()) + gzip.compress(b"") + b"\0" * 512

    assert read(packed) == read(FILE)


@obligation("CQ-34.2")
def test_a_truncated_gzip_is_refused_wherever_it_ends():
    packed = gzip.compress(FILE.encode())

    for length in range(2, len(packed)):
        with pytest.raises(FileRefused) as refusal:
            profiles.survey(BytesIO(packed[:length]), rides())
        assert refusal.value.code == "file.truncated", length
    assert len(read(packed)) == 1


def test_a_gzip_followed_by_something_else_or_damaged_is_refused():
    packed = gzip.compress(FILE.encode())

    assert refusal_of(packed + b"x").code == "file.damaged"
    assert refusal_of(packed[:-8] + b"\0" * 8).code == "file.damaged"
    assert refusal_of(b"\x1f\x8b\x07" + packed[3:]).code == "file.damaged"


@obligation("CQ-34.2")
def test_a_gzip_bomb_is_refused_by_its_ratio_and_by_its_size():
    bomb = gzip.compress(HEADER.encode() + (b" " * 999 + b"\n") * 20_000)

    refusal = refusal_of(bomb)
    assert (refusal.code, refusal.details) == ("file.too_large_when_unpacked", {"max_ratio": 200})
    small = Limits(max_plain_bytes=1_000_000, max_ratio=10**6)
    assert refusal_of(bomb, limits=small).details == {"max_bytes": 1_000_000}


def test_the_most_plain_bytes_are_read_and_one_more_refused():
    assert len(read(FILE, limits=Limits(max_plain_bytes=len(FILE)))) == 1
    assert (
        refusal_of(FILE, limits=Limits(max_plain_bytes=len(FILE) - 1)).code == "file.too_large_when_unpacked"
    )


def test_many_tiny_gzip_members_cost_no_more_than_their_size():
    letters = [gzip.compress(bytes([letter])) for letter in (HEADER + GOOD * 200).encode()]

    assert len(read(b"".join(letters))) == 200


def test_a_file_is_read_in_constant_memory(tmp_path: Path):
    path = tmp_path / "long.csv"
    with path.open("w") as file:
        file.write(HEADER)
        for number in range(100_000):
            file.write(f"r{number},u{number % 977},1.5,2026-11-01 08:{number % 60:02}:00\n")

    tracemalloc.start()
    rows = sum(1 for _ in profiles.read_rows(path, rides()))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert rows == 100_000
    assert peak < 8 * 1024**2


def test_reading_goes_on_after_any_row():
    data = (HEADER + "".join(GOOD.replace("r1", f"r{number}") for number in range(1, 6))).encode()
    everything = read(data)

    for after_row in range(7):
        rest = list(profiles.read_rows(BytesIO(data), rides(), after_row=after_row))
        assert rest == everything[after_row:]
