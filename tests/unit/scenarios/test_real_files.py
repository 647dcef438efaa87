"""Real files through their profiles give exactly the figures that were counted without this software."""

import gzip
from collections import Counter
from datetime import UTC, date, datetime
from io import BytesIO

import pytest

from scenarios import profiles
from scenarios.profiles import ReadRow
from tests.obligations import obligation
from tests.unit.scenarios.real_files import PROFILES, needs_real_files, profile, real_file

pytestmark = needs_real_files

MIBICI = "mibici/mibici_2015.csv.gz"
MOBIKE = "mobike_shanghai/SAMPLE_SHANGHAI.CSV"
DUNDEE = "ev_dundee/charge-sessions-june-sept.csv.gz"
SHENZHEN = "transit_shenzhen/14_14.csv.gz"


def rows_of(name: str, path: str, *, most: int | None = None) -> list[ReadRow]:
    return list(profiles.read_rows(real_file(path), profile(name), max_quantity_milli=most))


def problems(rows: list[ReadRow]) -> dict[str, int]:
    counted = Counter("ok" if row.problem is None else "/".join(row.problem) for row in rows)
    return dict(counted)


def quantity_milli(rows: list[ReadRow]) -> int:
    return sum(row.quantity_milli or 0 for row in rows if row.problem is None)


def left_by_a_cap(rows: list[ReadRow], most: int) -> int:
    by_user_and_day = Counter((row.user, row.day) for row in rows)
    return sum(min(count, most) for count in by_user_and_day.values())


def test_every_profile_of_the_tests_can_be_read():
    for path in PROFILES.glob("*.toml"):
        profiles.read_profile(path.read_text("utf-8"))


@obligation("CQ-34.2")
def test_mibici_gives_every_trip_of_2015():
    rows = rows_of("mibici_2015", MIBICI)

    assert problems(rows) == {"ok": 469_871}
    assert [row.row_no for row in rows] == list(range(1, 469_872))
    assert len({row.user for row in rows}) == 5_191
    assert len({profiles.key_of(row) for row in rows}) == 469_871
    caps = {most: left_by_a_cap(rows, most) for most in (1, 2, 3, 4, 5, 10)}
    assert caps == {1: 229_012, 2: 363_009, 3: 418_166, 4: 445_248, 5: 457_333, 10: 468_759}
    assert rows[0] == ReadRow(
        row_no=1,
        source_id="42034",
        user="17636",
        occurred_at=datetime(2014, 12, 31, 16, 3, 6, tzinfo=UTC),
        day=date(2015, 1, 1),
        quantity_milli=1_000,
        content=b"17636\x1f2014-12-31T16:03:06+00:00\x1f1000",
        problem=None,
    )


def test_mibici_is_surveyed_without_reading_a_row():
    found = profiles.survey(real_file(MIBICI), profile("mibici_2015"))

    assert found == (469_871, 31_747_776)


def test_mibici_goes_on_after_any_row():
    rows = list(profiles.read_rows(real_file(MIBICI), profile("mibici_2015"), after_row=469_868))

    assert [(row.row_no, row.source_id) for row in rows] == [
        (469_869, rows[0].source_id),
        (469_870, rows[1].source_id),
        (469_871, rows[2].source_id),
    ]


def test_mibici_by_duration_counts_minutes_rounded_down_to_thousandths():
    rows = rows_of("mibici_2015_duration", MIBICI)

    assert problems(rows) == {"ok": 469_871}
    exact = 286_328_720 * 1000 // 60
    assert exact - len(rows) < quantity_milli(rows) <= exact
    whole = sum(seconds for seconds in (-(-(row.quantity_milli or 0) * 60 // 1000) for row in rows))
    assert whole == 286_328_720


def test_mobike_gives_every_order_and_the_cap_of_two():
    rows = rows_of("mobike_shanghai", MOBIKE)

    assert problems(rows) == {"ok": 3_000}
    assert left_by_a_cap(rows, 2) == 2_912
    assert {row.day for row in rows} == {date(2016, 8, 1)}
    assert rows[0].occurred_at == datetime(2016, 7, 31, 16, 0, tzinfo=UTC)


def test_mobike_by_distance_is_the_straight_way_between_the_ends():
    rows = rows_of("mobike_shanghai_distance", MOBIKE)

    assert sum(problems(rows).values()) == 3_000
    assert rows[0].quantity_milli == 4_944


@obligation("CQ-34.2", "Q-38")
def test_dundee_tells_each_session_that_does_not_count_and_why():
    rows = rows_of("ev_dundee", DUNDEE, most=500_000)

    assert problems(rows) == {
        "ok": 18_390,
        "zero/zero_quantity": 733,
        "invalid/unfinished": 72,
        "invalid/no_user": 23,
        "invalid/negative": 8,
        "invalid/absurd": 1,
    }
    assert quantity_milli(rows) == 183_388_969


def test_dundee_without_a_most_keeps_the_absurd_session():
    rows = rows_of("ev_dundee", DUNDEE)

    assert problems(rows)["ok"] == 18_391
    assert quantity_milli(rows) == 183_388_969 + 1_430_170


def test_dundee_is_dated_by_the_end_in_london():
    rows = rows_of("ev_dundee", DUNDEE)

    assert (rows[0].source_id, rows[0].occurred_at) == ("7751157", datetime(2018, 9, 7, 6, 3, tzinfo=UTC))
    assert rows[0].day == date(2018, 9, 7)


@obligation("Q-01")
def test_acn_falls_on_the_shanghai_day_of_its_gmt_end():
    rows = rows_of("ev_acn", "ev_acn/acndata_sessions.json.gz")

    assert problems(rows) == {"ok": 1_911, "invalid/no_user": 203}
    assert rows[0].occurred_at == datetime(2021, 5, 1, 21, 32, 12, tzinfo=UTC)
    assert rows[0].day == date(2021, 5, 2)
    assert (rows[0].user, rows[0].quantity_milli) == ("000000915", 30_936)


def test_acn_keeps_sixteen_decimals_until_they_are_dropped():
    rows = rows_of("ev_acn", "ev_acn/acndata_sessions.json.gz")

    everything = sum(row.quantity_milli or 0 for row in rows)

    assert 26_217_094 - 2_114 < everything <= 26_217_094


def test_shenzhen_counts_bus_taps_only():
    rows = rows_of("transit_shenzhen", SHENZHEN)

    assert problems(rows) == {"ok": 18_119, "out_of_scope/filtered": 9_620 + 9_261}


def test_shenzhen_shows_its_one_duplicate_by_an_equal_key():
    rows = rows_of("transit_shenzhen", SHENZHEN)

    keys = Counter(profiles.key_of(row) for row in rows)
    twice = [row for row in rows if keys[profiles.key_of(row)] > 1]

    assert len(twice) == 2
    assert {row.user for row in twice} == {"DIBHICCCI"}
    assert {row.occurred_at for row in twice} == {datetime(2018, 9, 1, 1, 42, 31, tzinfo=UTC)}
    assert len({profiles.content_hash(row.content) for row in twice}) == 1


@pytest.mark.parametrize("encoding", ["gbk", "gb18030"])
def test_shenzhen_reads_the_same_from_gbk(encoding: str):
    plain = gzip.decompress(real_file(SHENZHEN).read_bytes()).decode("utf-8")
    written = plain.encode(encoding)

    rows = list(profiles.read_rows(BytesIO(written), profile("transit_shenzhen_gbk")))

    assert len(written) == 3_706_246 + 37_001  # each line ends with CR LF
    assert rows == rows_of("transit_shenzhen", SHENZHEN)


def test_workplace_years_are_mended():
    rows = rows_of("ev_workplace", "ev_workplace/station_data_dataverse.csv")

    assert problems(rows) == {"ok": 3_340, "zero/zero_quantity": 55}
    assert quantity_milli(rows) == 19_723_690
    assert {row.day.year for row in rows if row.day} == {2014, 2015}


def test_perth_days_and_months_are_swapped_back():
    rows = rows_of("ev_perth", "ev_perth/EV_ChargeStation_Use_Sept_2016_to_Aug_2017.csv.gz")

    assert problems(rows) == {
        "ok": 13_170,
        "zero/zero_quantity": 468,
        "invalid/unfinished": 37,
        "invalid/ended_before_start": 1,
    }
    assert quantity_milli(rows) == 139_116_812
    assert len({profiles.key_of(row) for row in rows}) == 13_676


def test_louisville_miles_become_kilometres():
    rows = rows_of("scooter_louisville", "scooter_louisville/DocklessOpenData-Sample-Aug2019-Louisville.csv")

    assert problems(rows) == {"ok": 636, "zero/zero_quantity": 364}
    exact = 831_037 * 1_609_344 // 1_000_000
    assert exact - 636 < quantity_milli(rows) <= exact
    assert {row.user for row in rows} == {"unknown"}
