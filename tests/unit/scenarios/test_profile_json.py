"""Records in JSON, one a line or one array."""

import json
from io import BytesIO
from typing import Any

import pytest

from scenarios import profiles
from scenarios.profiles import Limits, Profile, ReadRow
from scenarios.profiles.errors import FileRefused
from tests.obligations import obligation
from tests.unit.scenarios.profile_texts import read, rides

NDJSON = rides(('format = "csv"', 'format = "ndjson"'))
JSON = rides(('format = "csv"', 'format = "json"'))
GOOD: dict[str, Any] = {"id": "r1", "user": "u1", "km": 1.5, "at": "2026-11-01 08:00:00"}


def problems(rows: list[ReadRow]) -> list[str | None]:
    return [row.problem and row.problem[1] for row in rows]


def code_of(data: str | bytes, profile: Profile, limits: Limits | None = None) -> str:
    with pytest.raises(FileRefused) as refusal:
        read(data, profile, limits=limits)
    return refusal.value.code


def test_lines_and_array_read_the_same():
    records = [GOOD, {**GOOD, "km": None}, {**GOOD, "user": 7}, {}]
    lines = "\n".join(json.dumps(record) for record in records)

    assert read(lines, NDJSON) == read(json.dumps(records), JSON)
    assert problems(read(lines, NDJSON)) == [None, "unfinished", None, "unfinished"]


def test_numbers_keep_the_digits_they_were_written_with():
    data = '[{"id": 007.0, "user": 1, "km": 1, "at": ""}]'.replace("007.0", "12345678901234567890")
    exact = data.replace('"km": 1,', '"km": 0.30000000000000000999,').replace(
        '"at": ""', '"at": "2026-11-01 08:00:00"'
    )

    (row,) = read(exact, JSON)

    assert (row.source_id, row.user, row.quantity_milli) == ("12345678901234567890", "1", 300)


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("km", [1], "quantity"),
        ("km", {"value": 1}, "quantity"),
        ("km", True, "quantity"),
        ("km", "1.5", None),
        ("user", ["u1"], "user"),
        ("user", None, "no_user"),
        ("user", "", "no_user"),
        ("user", "\ud800", "user"),
        ("user", False, None),
        ("at", 1470009600, "time"),
        ("at", {}, "time"),
        ("id", {}, "record_id"),
        ("id", None, "no_record_id"),
        ("id", "\udfff", "record_id"),
        ("id", "\x00", "record_id"),
    ],
)
def test_a_field_of_another_kind_is_that_fields_problem(field: str, value: Any, reason: str | None):
    (row,) = read(json.dumps([{**GOOD, field: value}]), JSON)

    assert (row.problem and row.problem[1]) == reason
    assert row.content
    assert profiles.key_of(row)


def test_a_line_that_is_no_object_is_one_invalid_row():
    good = json.dumps(GOOD)
    lines = [
        good,
        "{",
        "not json",
        "[1]",
        "7",
        "null",
        "NaN",
        '{"id": NaN}',
        "[" * 100_000,
        " \t",
        good + ",",
        good,
    ]

    rows = read("\n".join(lines) + "\n", NDJSON)

    assert problems(rows) == [
        None,
        "json",
        "json",
        "not_an_object",
        "not_an_object",
        "not_an_object",
        "json",
        "json",
        "json",
        "json",
        None,
    ]
    assert [row.row_no for row in rows] == list(range(1, 12))
    assert len({profiles.key_of(row) for row in rows}) == 10


def test_an_element_that_is_no_object_is_one_invalid_row():
    rows = read(f'[1, "a", null, [], [1], {json.dumps(GOOD)}, true]', JSON)

    assert problems(rows) == ["not_an_object"] * 5 + [None, "not_an_object"]
    assert len({profiles.key_of(row) for row in rows}) == 7


@obligation("CQ-34.2")
@pytest.mark.parametrize(
    ("data", "code"),
    [
        ("", "file.empty"),
        (" \n\t", "file.empty"),
        ("{}", "file.json"),
        ("[", "file.json"),
        ("[1", "file.json"),
        ("[1,", "file.json"),
        ("[1,]", "file.json"),
        ("[,1]", "file.json"),
        ("[1 2]", "file.json"),
        ("[1]]", "file.json"),
        ("[1] [2]", "file.json"),
        ('[{"a": 1]', "file.json"),
        ('["a', "file.json"),
        ("[NaN]", "file.json"),
        ("[" * 100_000, "file.json"),
        ("\x00[]", "file.json"),
        (b"[\xff]", "file.encoding"),
    ],
)
def test_an_array_that_is_broken_is_refused(data: str | bytes, code: str):
    assert code_of(data, JSON) == code


def test_the_refusal_names_the_element_that_broke_the_array():
    with pytest.raises(FileRefused) as refusal:
        read("[{}, {}, {,}]", JSON)

    assert refusal.value.details["row"] == 3


@pytest.mark.parametrize("data", ["[]", " [ ] \n", "\ufeff[]"])
def test_an_empty_array_has_no_rows(data: str):
    assert read(data, JSON) == []


def test_an_element_of_the_longest_length_is_read_and_one_more_refused():
    data = json.dumps([GOOD, GOOD])
    longest = len(json.dumps(GOOD))

    assert len(read(data, JSON, limits=Limits(max_record_chars=longest))) == 2
    assert code_of(data, JSON, Limits(max_record_chars=longest - 1)) == "file.line_too_long"


def test_a_string_without_end_is_refused_before_it_is_read():
    assert code_of('["' + "x" * 3_000_000, JSON) == "file.line_too_long"
    assert code_of('{"a": "' + "x" * 3_000_000, NDJSON) == "file.line_too_long"


def test_elements_are_found_wherever_the_blocks_of_the_file_end():
    records = [{**GOOD, "id": f"r{number}", "note": "x" * (number % 700)} for number in range(5_000)]
    data = json.dumps(records, indent=1).encode()

    rows = list(profiles.read_rows(BytesIO(data), JSON))

    assert [row.source_id for row in rows] == [record["id"] for record in records]
    assert set(problems(rows)) == {None}
