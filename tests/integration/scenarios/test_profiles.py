"""Mapping profiles kept in versions, and tried on a sample."""

from datetime import UTC, datetime

import pytest

from app.kernel.errors import Forbidden
from scenarios import commands, queries
from scenarios.commands.profiles import try_profile
from scenarios.errors import NotThisHost, ProfileNameWrong, ProfileNotFound
from scenarios.profiles.errors import FileEncodingWrong, ProfileInvalid
from tests.builders import people
from tests.builders import scenarios as builders

NOW = datetime(2026, 6, 1, 4, 0, tzinfo=UTC)
TEXT = (builders.PROFILES / "mobike_shanghai.toml").read_text("utf-8")
SAMPLE = (builders.DATA / "mobike_shanghai" / "SAMPLE_SHANGHAI.CSV").read_bytes()[:5_000]


@pytest.fixture
def made(session):
    return builders.ready(session, at=NOW)


def save(session, made, text=TEXT, name="trips", **changes):
    facts = {"actor": made.host, "scenario_code": made.code, "name": name, "text": text, "at": NOW, **changes}
    return commands.save_profile(session, **facts)


def test_each_change_is_a_new_version_and_none_is_none(session, made):
    first = save(session, made)
    same = save(session, made)
    second = save(session, made, TEXT + "\n")

    assert (first.version, same.id, second.version) == (1, first.id, 2)
    assert queries.newest_profile(session, made.scenario.id, "trips").id == second.id
    assert [profile.version for profile in queries.profiles_of(session, made.scenario.id)] == [2, 1]


def test_a_profile_that_cannot_be_used_is_refused_with_every_fault(session, made):
    with pytest.raises(ProfileInvalid) as refusal:
        save(session, made, 'format = "csv"')

    assert {breach["path"] for breach in refusal.value.details["breaches"]} >= {"user", "record_id", "time"}


def test_the_unit_is_the_method_s(session, made):
    with pytest.raises(ProfileInvalid) as refusal:
        save(session, made, (builders.PROFILES / "ev_dundee.toml").read_text("utf-8"))

    assert refusal.value.details["breaches"][0]["path"] == "quantity.unit"


@pytest.mark.parametrize("name", ["", "x", "Trips", "1trips", "a" * 41, "../etc"])
def test_a_name_is_plain(session, made, name):
    with pytest.raises(ProfileNameWrong):
        save(session, made, name=name)


def test_profiles_are_the_host_s_own(session, made):
    with pytest.raises(NotThisHost):
        save(session, made, actor=people.host(session, at=NOW))
    with pytest.raises(Forbidden):
        save(session, made, actor=people.operator(session, at=NOW))
    with pytest.raises(ProfileNotFound):
        queries.newest_profile(session, made.scenario.id, "trips")


def test_a_sample_shows_the_rows_as_they_would_be_read(session, made):
    rows = try_profile(session, actor=made.host, scenario_code=made.code, text=TEXT, data=SAMPLE, rows=3)

    assert [row.row_no for row in rows] == [1, 2, 3]
    assert all(row.problem is None and row.quantity_milli == 1000 for row in rows)


def test_a_sample_in_another_encoding_is_refused(session, made):
    data = "orderid,userid,start_time,end_time\n1,重庆,2016/8/1 0:00,2016/8/1 0:10\n".encode("gbk")

    with pytest.raises(FileEncodingWrong):
        try_profile(session, actor=made.host, scenario_code=made.code, text=TEXT, data=data)
