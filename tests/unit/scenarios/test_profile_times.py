"""Times become instants in UTC and days in China, whatever way and zone they are written in."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kernel.days import CHINA, day_in_china
from scenarios.profiles.times import EPOCH_MS, EPOCH_S, ISO_8601, RFC_1123, time_reader
from tests.obligations import obligation
from tests.unit.scenarios.profile_texts import unhurried

LONDON, HOWE = ZoneInfo("Europe/London"), ZoneInfo("Australia/Lord_Howe")
PLAIN = "%Y-%m-%d %H:%M:%S"


def instant(text: str, *formats: str, zone: ZoneInfo = CHINA, add_years: int = 0) -> str | None:
    read = time_reader(formats, zone, add_years=add_years)
    found = read(text)
    assert found == read(text), "the second reading, from what was kept, is the same"
    return None if found is None else found[0].isoformat()


@pytest.mark.parametrize(
    ("text", "form", "expected"),
    [
        ("2026-11-01 08:00:00", PLAIN, "2026-11-01T00:00:00+00:00"),
        ("2016/8/1 0:05", "%Y/%m/%d %H:%M", "2016-07-31T16:05:00+00:00"),
        ("01/11/26 08:00", "%d/%m/%y %H:%M", "2026-11-01T00:00:00+00:00"),
        ("2018年09月01日 07:57", "%Y年%m月%d日 %H:%M", "2018-08-31T23:57:00+00:00"),
        ("06-Sep-2018 11:05 PM", "%d-%b-%Y %I:%M %p", "2018-09-06T15:05:00+00:00"),
        ("20261101", "%Y%m%d", "2026-10-31T16:00:00+00:00"),
        ("2026-11-01 08:00:00.25", PLAIN + ".%f", "2026-11-01T00:00:00.250000+00:00"),
        ("2026-11-01 08:00:00 -0500", PLAIN + " %z", "2026-11-01T13:00:00+00:00"),
        ("2026-11-01T08:00:00Z", "%Y-%m-%dT%H:%M:%SZ", "2026-11-01T00:00:00+00:00"),
        ("2026-11-01T08:00:00", ISO_8601, "2026-11-01T00:00:00+00:00"),
        ("2026-11-01 08:00", ISO_8601, "2026-11-01T00:00:00+00:00"),
        ("2026-11-01T08:00:00Z", ISO_8601, "2026-11-01T08:00:00+00:00"),
        ("2026-11-01T08:00:00.5+08:00", ISO_8601, "2026-11-01T00:00:00.500000+00:00"),
        ("2026-11-01", ISO_8601, "2026-10-31T16:00:00+00:00"),
        ("Sat, 01 May 2021 20:42:47 GMT", RFC_1123, "2021-05-01T20:42:47+00:00"),
        ("Sat, 01 May 2021 20:42:47 EST", RFC_1123, None),
        ("Sat, 31 Apr 2021 20:42:47 GMT", RFC_1123, None),
        ("1470009600", EPOCH_S, "2016-08-01T00:00:00+00:00"),
        ("1470009600.25", EPOCH_S, "2016-08-01T00:00:00.250000+00:00"),
        ("1470009600250", EPOCH_MS, "2016-08-01T00:00:00.250000+00:00"),
        ("-1", EPOCH_S, None),
        ("99999999999999999", EPOCH_S, None),
        ("1e9", EPOCH_S, None),
        ("2026-02-29 00:00:00", PLAIN, None),
        ("2028-02-29 00:00:00", PLAIN, "2028-02-28T16:00:00+00:00"),
        ("9999-12-31 23:59:59", PLAIN, "9999-12-31T15:59:59+00:00"),
        ("0001-01-01 00:00:00", PLAIN, None),
        ("", PLAIN, None),
        (":00:00", PLAIN, None),
        ("2026-11-01 08:60:00", PLAIN, None),
        ("2026-11-01 08:00:61", PLAIN, None),
        ("2026-11-01\x0008:00:00", PLAIN, None),
    ],
)
def test_a_time_is_read(text: str, form: str, expected: str | None):
    assert instant(text, form) == expected


def test_an_instant_whose_day_in_china_lies_after_the_last_year_is_no_time():
    assert instant("9999-12-31 16:00:00", PLAIN, zone=ZoneInfo("UTC")) is None
    assert instant("9999-12-31 15:59:59", PLAIN, zone=ZoneInfo("UTC")) is not None


def test_the_first_format_that_fits_counts():
    swapped = ("%Y/%d/%m %H:%M:%S", "%Y/%m/%d %H:%M:%S")

    assert instant("2016/05/09 00:00:00", *swapped, zone=LONDON) == "2016-09-04T23:00:00+00:00"
    assert instant("2016/09/25 00:00:00", *swapped, zone=LONDON) == "2016-09-24T23:00:00+00:00"
    assert instant("1470009600", ISO_8601, EPOCH_S) == "2016-08-01T00:00:00+00:00"


def test_years_may_be_mended():
    assert instant("0016-02-29 08:00:00", PLAIN, add_years=2000) == "2016-02-29T00:00:00+00:00"
    assert instant("0016-02-29 08:00:00", PLAIN, add_years=2001) is None
    assert instant("2016-01-01 08:00:00", PLAIN, add_years=9000) is None


def test_the_repeated_hour_means_its_first_time():
    assert instant("2018-10-28 00:59:59", PLAIN, zone=LONDON) == "2018-10-27T23:59:59+00:00"
    assert instant("2018-10-28 01:00:00", PLAIN, zone=LONDON) == "2018-10-28T00:00:00+00:00"
    assert instant("2018-10-28 01:59:59", PLAIN, zone=LONDON) == "2018-10-28T00:59:59+00:00"
    assert instant("2018-10-28 02:00:00", PLAIN, zone=LONDON) == "2018-10-28T02:00:00+00:00"


def test_the_skipped_hour_is_read_on_the_clock_before():
    assert instant("2018-03-25 00:59:59", PLAIN, zone=LONDON) == "2018-03-25T00:59:59+00:00"
    assert instant("2018-03-25 01:30:00", PLAIN, zone=LONDON) == "2018-03-25T01:30:00+00:00"
    assert instant("2018-03-25 02:30:00", PLAIN, zone=LONDON) == "2018-03-25T01:30:00+00:00"


def test_clocks_that_move_half_an_hour_are_followed_within_the_hour():
    read = time_reader((PLAIN,), HOWE)

    for minute in range(60):
        text = f"2025-10-05 02:{minute:02}:00"
        expected = datetime(2025, 10, 5, 2, minute, tzinfo=HOWE).astimezone(UTC)
        assert read(text) == (expected, day_in_china(expected))


@obligation("Q-01")
@pytest.mark.parametrize(
    ("text", "zone", "day"),
    [
        ("2018-09-01 23:59:59", "Asia/Shanghai", date(2018, 9, 1)),
        ("2018-09-02 00:00:00", "Asia/Shanghai", date(2018, 9, 2)),
        ("2018-09-01 16:59:59", "Europe/London", date(2018, 9, 1)),
        ("2018-09-01 17:00:00", "Europe/London", date(2018, 9, 2)),
        ("2018-09-01 21:29:59", "Asia/Kolkata", date(2018, 9, 1)),
        ("2018-09-01 21:30:00", "Asia/Kolkata", date(2018, 9, 2)),
        ("2024-02-29 15:59:59", "UTC", date(2024, 2, 29)),
        ("2024-02-29 16:00:00", "UTC", date(2024, 3, 1)),
    ],
)
def test_the_day_is_the_day_in_china(text: str, zone: str, day: date):
    read = time_reader((PLAIN,), ZoneInfo(zone))

    assert [found and found[1] for found in (read(text), read(text))] == [day, day]


ZONES = st.sampled_from([CHINA, LONDON, HOWE, ZoneInfo("Asia/Kathmandu"), ZoneInfo("America/St_Johns")])
WALL_TIMES = st.datetimes(*(datetime(year, 1, 1) for year in (1980, 2100))).map(  # noqa: DTZ001  wall times
    lambda at: at.replace(microsecond=0)
)


@unhurried
@given(st.lists(WALL_TIMES, min_size=1), ZONES)
def test_what_is_kept_by_the_hour_never_changes_what_is_read(walls: list[datetime], zone: ZoneInfo):
    read, read_iso = time_reader((PLAIN,), zone), time_reader((ISO_8601,), zone)

    for wall in (*walls, *(wall + timedelta(minutes=31) for wall in walls)):
        expected = wall.replace(tzinfo=zone).astimezone(UTC)
        assert read(wall.strftime(PLAIN)) == (expected, day_in_china(expected))
        assert read_iso(wall.isoformat()) == (expected, day_in_china(expected))
        assert read_iso(expected.strftime("%Y-%m-%dT%H:%M:%SZ")) == (expected, day_in_china(expected))


@unhurried
@given(st.text(), st.sampled_from([PLAIN, ISO_8601, RFC_1123, EPOCH_S, EPOCH_MS, "%d/%m/%y %I:%M %p"]))
def test_no_text_makes_the_reader_fail(text: str, form: str):
    assert time_reader((form,), CHINA)(text) is None or text
