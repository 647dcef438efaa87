"""Whatever bytes come, the reader refuses or reads; and every record is exactly one row."""

import csv
import gzip
import json
from io import BytesIO, StringIO

from hypothesis import given
from hypothesis import strategies as st

from app.kernel.errors import Refusal
from scenarios import profiles
from scenarios.profiles import Limits, Profile, ReadRow
from scenarios.profiles.errors import ProfileInvalid
from tests.unit.scenarios.profile_texts import GOOD, HEADER, RIDES, rides, unhurried

SHAPES = [
    rides(('format = "csv"', f'format = "{form}"\nencoding = "{encoding}"'))
    for form in ("csv", "ndjson", "json")
    for encoding in ("utf-8", "gbk", "gb18030", "utf-16")
]
HEADLESS = rides(
    ('format = "csv"', 'format = "csv"\n[csv]\nheader = false\ncolumns = ["id", "user", "km", "at"]')
)
LIMITS = Limits(max_plain_bytes=10**6, max_record_chars=10_000)
PIECES = st.sampled_from(
    [
        HEADER,
        GOOD,
        "[",
        "]",
        "{",
        "}",
        ",",
        '"',
        "\n",
        "\r",
        "\x00",
        "1e9",
        "null",
        '{"id": "r1", "km": 1}',
        "\ufeff",
    ]
)
BYTES = st.one_of(
    st.binary(),
    st.lists(PIECES).map(lambda parts: "".join(parts).encode()),
    st.binary().map(gzip.compress),
    st.binary().map(lambda data: HEADER.encode() + data),
    st.binary().map(lambda data: gzip.compress(HEADER.encode() + data)[:-3]),
)


def rows_or_refusal(data: bytes, profile: Profile) -> list[ReadRow] | str:
    try:
        return list(profiles.read_rows(BytesIO(data), profile, limits=LIMITS, max_quantity_milli=10**6))
    except Refusal as refusal:
        json.dumps(refusal.details).encode()
        return refusal.code


def counted_or_refusal(data: bytes, profile: Profile) -> int | str:
    try:
        return profiles.survey(BytesIO(data), profile, limits=LIMITS).rows
    except Refusal as refusal:
        return refusal.code


def faults_of(text: str) -> list[dict[str, str]] | None:
    try:
        profiles.read_profile(text)
    except ProfileInvalid as refusal:
        faults: list[dict[str, str]] = refusal.details["breaches"]
        return faults
    return None


def check(row: ReadRow) -> None:
    """A row is either whole or has a problem, has keys, and holds only text that can be stored."""
    assert len(profiles.key_of(row)) == len(profiles.content_hash(row.content)) == 16
    for text in (row.source_id, row.user):
        assert text is None or (text and len(text) <= 200 and "\x00" not in text and text.encode())
    if row.problem is None:
        assert None not in (row.source_id, row.user, row.occurred_at, row.day, row.quantity_milli)
    assert row.quantity_milli is None or 0 < row.quantity_milli <= 10**6


@unhurried
@given(BYTES, st.sampled_from([*SHAPES, HEADLESS]))
def test_no_bytes_raise_anything_but_a_refusal(data: bytes, profile: Profile):
    rows = rows_or_refusal(data, profile)

    if isinstance(rows, list):
        assert [row.row_no for row in rows] == list(range(1, len(rows) + 1))
        for row in rows:
            check(row)


@unhurried
@given(BYTES, st.sampled_from([*SHAPES, HEADLESS]))
def test_a_file_that_the_survey_passes_is_read_to_the_end(data: bytes, profile: Profile):
    rows = rows_or_refusal(data, profile)

    assert counted_or_refusal(data, profile) == (len(rows) if isinstance(rows, list) else rows)


TEXT = st.text(st.characters(codec="utf-8"), max_size=20)
CELLS = st.one_of(TEXT, st.sampled_from(["r1", "u1", "1.5", "-1", "0", "2026-11-01 08:00:00", "", "NA"]))


@unhurried
@given(st.lists(st.lists(CELLS, min_size=1, max_size=6)))
def test_every_csv_record_is_one_row(records: list[list[str]]):
    written = StringIO(newline="")
    writer = csv.writer(written, quoting=csv.QUOTE_ALL)
    writer.writerows(records)

    rows = rows_or_refusal((HEADER + written.getvalue()).encode(), rides())

    assert isinstance(rows, list)
    assert len(rows) == len(records)
    for record, row in zip(records, rows, strict=True):
        assert (row.problem == ("invalid", "columns")) == (len(record) != 4)
        check(row)


JSON_VALUES = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.text()
    ),
    lambda inner: st.one_of(st.lists(inner), st.dictionaries(st.text(), inner)),
    max_leaves=5,
)
RECORDS = st.one_of(
    JSON_VALUES, st.fixed_dictionaries({}, optional=dict.fromkeys(("id", "user", "km", "at"), JSON_VALUES))
)


@unhurried
@given(st.lists(RECORDS, min_size=1))
def test_every_json_record_is_one_row_in_lines_and_in_an_array(records: list[object]):
    array = rows_or_refusal(json.dumps(records).encode(), rides(('format = "csv"', 'format = "json"')))
    lines = rows_or_refusal(
        "\n".join(map(json.dumps, records)).encode(), rides(('format = "csv"', 'format = "ndjson"'))
    )

    assert isinstance(array, list)
    assert len(array) == len(records)
    assert array == lines
    for row in array:
        check(row)


@unhurried
@given(st.text())
def test_no_text_makes_the_profile_reader_fail(text: str):
    for candidate in (text, RIDES + text, RIDES.replace("km", text), RIDES.replace("Asia/Shanghai", text)):
        assert faults_of(candidate) != []
