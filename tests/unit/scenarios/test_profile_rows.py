"""What becomes of one record: a row, or the first of its problems, and a key to know it by."""

import pytest

from scenarios import profiles
from scenarios.methods import Unit
from scenarios.profiles.values import FileFormat
from tests.obligations import obligation
from tests.unit.scenarios.profile_texts import GOOD, HEADER, RIDES, problem_of, read, rides


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("r1,u1,1.5,2026-11-01 08:00:00", None),
        (" r1 , u1 , 1.5 , 2026-11-01 08:00:00 ", None),
        ("r1,u1,0.001,2026-11-01 08:00:00", None),
        ("r1,u1,0.0009,2026-11-01 08:00:00", "zero/zero_quantity"),
        ("r1,u1,0,2026-11-01 08:00:00", "zero/zero_quantity"),
        ("r1,u1,-0.00,2026-11-01 08:00:00", "zero/zero_quantity"),
        ("r1,u1,-0.0001,2026-11-01 08:00:00", "invalid/negative"),
        ("r1,u1,-1,2026-11-01 08:00:00", "invalid/negative"),
        ("r1,u1,,2026-11-01 08:00:00", "invalid/unfinished"),
        ("r1,u1,1.5,", "invalid/unfinished"),
        ("r1,u1,abc,2026-11-01 08:00:00", "invalid/quantity"),
        ("r1,u1,NaN,2026-11-01 08:00:00", "invalid/quantity"),
        ("r1,u1,Infinity,2026-11-01 08:00:00", "invalid/quantity"),
        ("r1,u1,1_000,2026-11-01 08:00:00", "invalid/quantity"),
        ("r1,u1,１,2026-11-01 08:00:00", "invalid/quantity"),
        ("r1,u1,=1+1,2026-11-01 08:00:00", "invalid/quantity"),
        ("r1,u1,1\x002,2026-11-01 08:00:00", "invalid/quantity"),
        ("r1,u1,1e16,2026-11-01 08:00:00", "invalid/absurd"),
        ("r1,,1.5,2026-11-01 08:00:00", "invalid/no_user"),
        ("r1,u\x001,1.5,2026-11-01 08:00:00", "invalid/user"),
        ("r1,u1,1.5,2026-11-31 08:00:00", "invalid/time"),
        ("r1,u1,1.5,2026-11-01 24:00:00", "invalid/time"),
        ("r1,u1,1.5,2026-11-01 08:00", "invalid/time"),
        ("r1,u1,1.5,yesterday", "invalid/time"),
        (",u1,1.5,2026-11-01 08:00:00", "invalid/no_record_id"),
        ("r\x07,u1,1.5,2026-11-01 08:00:00", "invalid/record_id"),
        ("r\u200b,u1,1.5,2026-11-01 08:00:00", "invalid/record_id"),
        ("r\u202e1,u1,1.5,2026-11-01 08:00:00", "invalid/record_id"),
        ("订单 1,u1,1.5,2026-11-01 08:00:00", None),
        ("r" * 200 + ",u1,1.5,2026-11-01 08:00:00", None),
        ("r" * 201 + ",u1,1.5,2026-11-01 08:00:00", "invalid/record_id"),
        ("r1,u1,1.5", "invalid/columns"),
        ("r1,u1,1.5,2026-11-01 08:00:00,", "invalid/columns"),
    ],
)
def test_a_record_is_a_row_or_says_what_is_wrong(line: str, problem: str | None):
    assert problem_of(line) == problem


def test_of_several_problems_the_first_in_order_is_told():
    in_scope = "\n[[filter]]\ncolumn = 'user'\nnot_in = ['test']\n"
    profile = rides(more=in_scope)

    assert problem_of(",test,-1,never", profile) == "out_of_scope/filtered"
    assert problem_of(",,,never", profile) == "invalid/unfinished"
    assert problem_of(",,-1,", profile) == "invalid/unfinished"
    assert problem_of(",,-1,never", profile) == "invalid/negative"
    assert problem_of(",,0,never", profile) == "zero/zero_quantity"
    assert problem_of(",,9,never", profile, most=8_999) == "invalid/absurd"
    assert problem_of(",,9,never", profile, most=9_000) == "invalid/no_user"
    assert problem_of(",u1,9,never", profile) == "invalid/time"
    assert problem_of(",u1,9,2026-11-01 08:00:00", profile) == "invalid/no_record_id"


def test_a_row_with_a_problem_still_tells_what_could_be_read():
    (row,) = read(HEADER + "r1,u1,-1,2026-11-01 08:00:00")

    assert (row.source_id, row.user, str(row.day), row.quantity_milli) == ("r1", "u1", "2026-11-01", None)


def test_text_that_no_database_can_hold_never_leaves_the_reader():
    (row,) = read(HEADER + "r\x00,u\x00,-1,2026-11-01 08:00:00")

    assert (row.source_id, row.user) == (None, None)


@pytest.mark.parametrize(
    ("condition", "kept"),
    [
        ('equals = "bus"', {"1", "4"}),
        ('in = ["bus", "tram"]', {"1", "2", "4"}),
        ('not_in = ["bus"]', {"2", "3"}),
        ("not_empty = true", {"1", "2", "4"}),
        ('equals = ""', {"3"}),
    ],
)
def test_rows_outside_a_filter_are_kept_as_out_of_scope(condition: str, kept: set[str]):
    data = "id,user,km,at,kind\n" + "".join(
        f"{number},u,1,2026-11-01 08:00:00,{kind}\n"
        for number, kind in enumerate(("bus", "tram", "", " bus "), 1)
    )
    rows = read(data, rides(more=f"[[filter]]\ncolumn = 'kind'\n{condition}\n"))

    assert len(rows) == 4
    assert {row.source_id for row in rows if row.problem is None} == kept
    assert {row.problem for row in rows if row.source_id not in kept} == {("out_of_scope", "filtered")}


def test_a_record_id_may_be_made_of_several_columns_and_constants():
    profile = rides(
        ('columns = ["id"]', 'columns = ["city", "id", "user"]\nseparator = "/"'),
        more='[constants]\ncity = "023"\n',
    )

    (row,) = read(HEADER + GOOD, profile)
    assert row.source_id == "023/r1/u1"
    assert problem_of("r1/u,u1,1.5,2026-11-01 08:00:00", profile) == "invalid/record_id"
    assert problem_of(",u1,1.5,2026-11-01 08:00:00", profile) == "invalid/no_record_id"


def test_a_word_for_nothing_is_nothing():
    profile = rides(('format = "csv"', 'format = "csv"\nnull_values = ["NA"]'))

    assert problem_of("r1,NA,1.5,2026-11-01 08:00:00", profile) == "invalid/no_user"
    assert problem_of("r1,na,1.5,2026-11-01 08:00:00", profile) is None
    assert problem_of("r1,u1,NA,2026-11-01 08:00:00", profile) == "invalid/unfinished"


def test_a_unit_column_converts_and_an_unknown_unit_is_invalid():
    units = 'column = "km"\nunit_column = "user"\nunits = { km = 1, m = 0.001, mile = 1.609344 }'
    profile = rides(('column = "km"', units))

    def quantity(unit: str, text: str) -> int | None:
        return read(HEADER + f"r1,{unit},{text},2026-11-01 08:00:00", profile)[0].quantity_milli

    assert (quantity("km", "1.5"), quantity("m", "1500.9"), quantity("mile", "1")) == (1_500, 1_500, 1_609)
    assert problem_of("r1,furlong,1,2026-11-01 08:00:00", profile) == "invalid/unit"
    assert problem_of("r1,,1,2026-11-01 08:00:00", profile) == "invalid/unit"


@obligation("Q-38")
def test_a_difference_below_zero_is_an_honest_nothing_where_the_profile_says_so():
    profile = rides(('column = "km"', 'column = "km"\nnegative = "zero"'))

    assert problem_of("r1,u1,-3,2026-11-01 08:00:00", profile) == "zero/negative_quantity"
    assert problem_of("r1,u1,0,2026-11-01 08:00:00", profile) == "zero/zero_quantity"
    assert problem_of("r1,u1,3,2026-11-01 08:00:00", profile) is None


DURATION = (
    ('unit = "km"', 'unit = "minute"'),
    ('kind = "column"\ncolumn = "km"', 'kind = "duration"'),
)
UNTIL = '[time.end]\ncolumns = ["km"]\nformats = ["%Y-%m-%d %H:%M:%S"]\n'


@pytest.mark.parametrize(
    ("until", "expected"),
    [
        ("2026-11-01 08:00:00", "zero/zero_quantity"),
        ("2026-11-01 08:00:01", 16),
        ("2026-11-01 08:01:00", 1_000),
        ("2026-11-01 09:00:00", 60_000),
        ("2026-11-02 08:00:00", 1_440_000),
        ("2026-11-01 07:59:59", "invalid/negative"),
        ("", "invalid/unfinished"),
        ("later", "invalid/time"),
    ],
)
def test_a_duration_is_counted_in_thousandths_of_a_minute_downwards(until: str, expected: int | str):
    (row,) = read(HEADER + f"r1,u1,{until},2026-11-01 08:00:00", rides(*DURATION, more=UNTIL))

    assert (row.quantity_milli if row.problem is None else "/".join(row.problem)) == expected


def test_an_end_before_the_start_is_told():
    profile = rides(('column = "km"', 'column = "id"'), more=UNTIL)

    assert problem_of("1,u1,2026-11-01 08:00:00,2026-11-01 08:00:00", profile) is None
    assert problem_of("1,u1,2026-11-01 07:59:59,2026-11-01 08:00:00", profile) == "invalid/ended_before_start"
    assert problem_of("1,u1,,2026-11-01 08:00:00", profile) is None
    assert problem_of("1,u1,soon,2026-11-01 08:00:00", profile) == "invalid/time"


@pytest.mark.parametrize(
    ("points", "expected"),
    [
        ("0,0,0,0", "zero/zero_quantity"),
        ("0,0,0,1", 111_194),
        ("0,0,1,0", 111_194),
        ("90,0,-90,0", 20_015_086),
        ("29.56,106.55,29.56,106.56", 967),
        ("90.001,0,0,0", "invalid/quantity"),
        ("0,180.001,0,0", "invalid/quantity"),
        ("north,0,0,0", "invalid/quantity"),
        (",0,0,0", "invalid/unfinished"),
    ],
)
def test_a_distance_is_the_straight_way_in_whole_metres(points: str, expected: int | str):
    places = 'kind = "distance"\nfrom = ["a", "b"]\nto = ["c", "d"]'
    profile = rides(('kind = "column"\ncolumn = "km"', places))

    (row,) = read(f"id,user,at,a,b,c,d\nr1,u1,2026-11-01 08:00:00,{points}\n", profile)

    assert (row.quantity_milli if row.problem is None else "/".join(row.problem)) == expected


def test_a_constant_above_the_most_is_absurd_too():
    profile = rides(('kind = "column"\ncolumn = "km"', 'kind = "constant"\nvalue = 2.5'))

    assert problem_of(GOOD, profile, most=2_500) is None
    assert problem_of(GOOD, profile, most=2_499) == "invalid/absurd"


def test_the_canonical_profile_reads_the_rows_of_the_api():
    profile = profiles.canonical_profile(Unit.KWH)
    good = {"record_id": "c1", "user": "u1", "occurred_at": "2026-11-01T08:00:00+08:00", "quantity": 12.3456}

    rows = list(
        profiles.read_objects(
            [
                {**good, "unit": "kWh"},
                {**good, "unit": "Wh", "quantity": "12345"},
                {**good, "unit": "MWh", "quantity": 1e-05},
                {**good, "unit": "cal"},
                good,
                {**good, "unit": "kWh", "quantity": True},
                {**good, "unit": "kWh", "quantity": float("nan")},
                {**good, "unit": "kWh", "user": None},
                {**good, "unit": "kWh", "user": ["u1"]},
                {**good, "unit": "kWh", "user": "\ud800"},
                {**good, "unit": "kWh", "record_id": 7},
                {**good, "unit": "kWh", "occurred_at": "2026-11-01 08:00"},
            ],
            profile,
        )
    )

    assert [row.problem[1] if row.problem else row.quantity_milli for row in rows] == [
        12_345,
        12_345,
        10,
        "unit",
        "unit",
        "quantity",
        "quantity",
        "no_user",
        "user",
        "user",
        12_345,
        12_345,
    ]
    assert rows[10].source_id == "7"
    assert rows[0].occurred_at == rows[11].occurred_at


@pytest.mark.parametrize("unit", Unit)
@pytest.mark.parametrize("file_format", FileFormat)
def test_there_is_a_canonical_profile_for_every_unit_and_format(unit: Unit, file_format: FileFormat):
    profile = profiles.canonical_profile(unit, file_format)

    profiles.check_unit(profile, unit)
    assert profile.columns == ("record_id", "user", "quantity", "unit", "occurred_at")


def test_a_sample_shows_the_first_rows_as_they_would_be_read():
    data = (HEADER + GOOD + ",u1,1,2026-11-01 08:00:00\n" + GOOD * 50).encode()

    rows = profiles.sample(data, profiles.read_profile(RIDES), 3)

    assert [row.problem for row in rows] == [None, ("invalid", "no_record_id"), None]
    assert len(profiles.sample(data, profiles.read_profile(RIDES))) == 20
