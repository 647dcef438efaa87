"""Files that are broken or meant to do harm: a clear code and nothing half done."""

import gzip
import zlib
from collections.abc import Iterator
from datetime import timedelta

import pytest

from app.journeys import intake
from app.kernel import clock, documents
from scenarios import queries
from scenarios.values import UploadState
from tests.builders import scenarios as builders
from tests.integration.intake.conftest import NOW

AT = (NOW - timedelta(hours=2)).isoformat()
GOOD = [(f"r{number}", "ann", AT, 1, "ride") for number in range(3_000)]
DATA = builders.csv_file(GOOD)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "file.empty"),
        (gzip.compress(b""), "file.empty"),
        (b"record_id,user,quantity,unit\n1,ann,1,ride\n", "file.columns"),
        (DATA.replace(b"unit\n", b"unit,unit\n", 1), "file.columns"),
        (DATA + "r9999,重庆,".encode("gbk"), "file.encoding"),
        (DATA.decode().encode("utf-16"), "file.encoding"),
        (gzip.compress(DATA)[:-200], "file.truncated"),
        (gzip.compress(DATA)[:-1], "file.truncated"),
        (gzip.compress(DATA)[:100] + b"\0" * 100, "file.damaged"),
        (gzip.compress(DATA) + b"more", "file.damaged"),
        (DATA + b'r9999,"ann,' + b"\n" * 10, "file.quote_unclosed"),
        (DATA + b"r9999," + b"a" * 2_000_000, "file.line_too_long"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_file_that_cannot_be_read_to_its_end_fails_whole(session, world, data, code):
    status = world.load(data)

    assert (status.state, status.error_code) == (UploadState.FAILED, code)
    assert (status.decided, status.outcomes, status.reduction_g, status.points) == (0, {}, 0, 0)
    for table in ("behaviour", "intake_key", "intake_outcome", "point_entry"):
        assert world.count(table) == 0


def bomb(megabytes: int) -> Iterator[bytes]:
    """Pack a header and then zeros, which unpack to very much."""
    packer = zlib.compressobj(9, wbits=31)
    yield packer.compress(b"record_id,user,occurred_at,quantity,unit\n")
    block = b"0" * (1 << 20)
    for _ in range(megabytes):
        yield packer.compress(block)
    yield packer.flush()


@pytest.mark.parametrize("lines", [False, True])
def test_a_gzip_bomb_is_left_alone(session, world, lines):
    def chunks():
        yield from bomb_of_lines(200) if lines else bomb(200)

    received = documents.receive(chunks(), limit=10**9)
    assert received.size < 2_000_000
    upload = intake.submit_file(
        session,
        actor=world.made.host,
        scenario_code=world.made.code,
        received=received,
        filename="bomb.csv.gz",
        media_type="application/gzip",
        at=NOW,
    )

    with clock.frozen(NOW):
        assert intake.process(upload.id, now=clock.now)

    status = queries.upload_status(session, upload.id)
    assert status.error_code in {"file.too_large_when_unpacked", "file.line_too_long"}
    assert world.count("intake_key") == 0


def bomb_of_lines(megabytes: int) -> Iterator[bytes]:
    packer = zlib.compressobj(9, wbits=31)
    yield packer.compress(b"record_id,user,occurred_at,quantity,unit\n")
    block = b"1,ann,2026-05-31T00:00:00Z,1,ride\n" * 30_000
    for _ in range(megabytes):
        yield packer.compress(block)
    yield packer.flush()


def test_bytes_of_nought_and_formulas_are_cells_like_others(world):
    rows = [
        ("=1+1", "ann", AT, 1, "ride"),
        ("@SUM(A1)", "ann", AT, 1, "ride"),
        ("-2", "ann", AT, 1, "ride"),
        ("nul\x00byte", "ann", AT, 1, "ride"),
        ("r", "a\x00nn", AT, 1, "ride"),
        ("s", "ann", AT + "\x00", 1, "ride"),
        ("t", "ann", AT, "1\x00", "ride"),
    ]

    status = world.load(builders.csv_file(rows))

    assert status.outcomes == {"accepted": 3, "invalid": 4}


def test_rows_of_the_wrong_width_are_invalid_one_by_one(world):
    data = builders.csv_file(GOOD[:2]) + b"r9,ann\nr10,ann," + AT.encode() + b",1,ride,more\n"

    assert world.load(data).reasons == {"accepted": {"whole": 2}, "invalid": {"columns": 2}}


def test_a_mark_at_the_beginning_is_no_part_of_the_first_name(world):
    assert world.load(b"\xef\xbb\xbf" + builders.csv_file(GOOD[:2])).outcomes == {"accepted": 2}


def test_sql_in_a_cell_is_text(world):
    rows = [("'; drop table behaviour; --", "ann", AT, 1, "ride"), ("\\.", "ann", AT, 1, "ride")]

    assert world.load(builders.csv_file(rows)).outcomes == {"accepted": 2}
    assert world.count("behaviour", "source_id in ('''; drop table behaviour; --', '\\.')") == 2
