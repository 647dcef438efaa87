"""Real files, from their bytes to points in accounts, with the figures that were counted by hand."""

import gzip
import json
from datetime import timedelta
from email.utils import parsedate_to_datetime

import pytest
from sqlalchemy import text

from app.kernel import documents
from tests.builders import scenarios as builders
from tests.journeys.intake.real_files import ACN, DUNDEE, DUNDEE_WHOLE, MIBICI, MOBIKE, SHENZHEN, Scene
from tests.obligations import obligation
from tests.unit.scenarios.real_files import needs_real_files, profile

pytestmark = needs_real_files


@pytest.fixture(autouse=True)
def folder(tmp_path):
    documents.use_folder(tmp_path / "documents")
    yield
    documents.use_folder(None)


def figures(session):
    return session.execute(
        text("""
            select count(*), sum(quantity_milli), sum(reduction_g) from behaviour
        """)
    ).one()


@obligation("CQ-31.3", "CQ-34.1", "CQ-34.4")
def test_a_year_of_trips_with_two_a_day_becomes_points(session):
    scene = Scene(session, MIBICI, cap_count=2)

    status = scene.load()

    assert status.outcomes == {"accepted": 363_009, "capped": 106_862}
    assert status.rows == 469_871
    count, quantity, grams = figures(session)
    assert (count, quantity, grams) == (363_009, 363_009_000, status.reduction_g)
    issued = session.execute(text("select count(*), sum(amount) from point_entry where kind = 'issue'")).one()
    assert tuple(issued) == (363_009, status.points)
    assert session.scalar(text("select sum(available) from account_balance")) == status.points
    assert session.scalar(text("select count(*) from intake_key")) == 469_871


@pytest.mark.slow
@pytest.mark.parametrize(("cap", "accepted"), [(1, 229_012), (3, 418_166), (None, 469_871)])
def test_a_year_of_trips_with_other_caps(session, cap, accepted):
    status = Scene(session, MIBICI, sandbox=True, cap_count=cap).load()

    assert status.outcomes.get("accepted") == accepted
    assert sum(status.outcomes.values()) == status.rows == 469_871


@pytest.mark.parametrize(
    ("cap", "expected"), [(None, {"accepted": 3_000}), (2, {"accepted": 2_912, "capped": 88})]
)
def test_a_morning_of_bike_orders(session, cap, expected):
    assert Scene(session, MOBIKE, cap_count=cap).load().outcomes == expected


@obligation("CQ-34.1", "Q-38")
def test_charging_sessions_and_why_some_do_not_count(session):
    scene = Scene(session, DUNDEE_WHOLE)

    status = scene.load()

    assert status.rows == 19_227
    assert status.reasons == {
        "accepted": {"whole": 18_390},
        "zero": {"zero_quantity": 733},
        "invalid": {"unfinished": 72, "no_user": 23, "negative": 8, "absurd": 1},
    }
    count, quantity, _ = figures(session)
    assert (count, quantity) == (18_390, 183_388_969)
    assert scene.load().outcomes == {"duplicate": 19_227}
    assert figures(session)[0] == 18_390


@obligation("Q-38")
def test_a_session_of_less_than_a_gram_earns_nothing(session):
    status = Scene(session, DUNDEE, sandbox=True).load()

    assert status.reasons["zero"] == {"zero_quantity": 733, "below_one_gram": 6}
    assert status.outcomes["accepted"] == 18_390 - 6


@obligation("Q-01", "Q-38")
def test_sessions_are_credited_on_the_shanghai_day_of_their_gmt_end(session):
    status = Scene(session, ACN).load()

    ends = {
        one["sessionID"]: parsedate_to_datetime(one["disconnectTime"])
        for one in json.loads(gzip.decompress(ACN.file.read_bytes()))
    }
    days = dict(session.execute(text("select source_id, day from behaviour")).all())
    assert status.reasons["invalid"] == {"no_user": 203}
    assert len(days) == status.outcomes["accepted"] > 1_800
    assert all((ends[one] + timedelta(hours=8)).date() == day for one, day in days.items())
    assert sum((ends[one].date() != day) for one, day in days.items()) > 100


@pytest.mark.parametrize("encoding", ["utf-8", "gbk"])
def test_the_one_duplicate_among_the_taps_is_found(session, encoding):
    scene = Scene(session, SHENZHEN)
    data, name = SHENZHEN.file.read_bytes(), scene.profile
    if encoding == "gbk":
        data = gzip.compress(gzip.decompress(data).decode("utf-8").encode("gbk"))
        name = builders.profile(
            session,
            scene.made,
            "gbk",
            at=scene.made.scenario.applied_at,
            body=(builders.PROFILES / "transit_shenzhen_gbk.toml").read_text("utf-8"),
        )

    status = scene.load(data, profile=name)

    assert profile("transit_shenzhen_gbk").encoding.value == "gbk"
    assert status.reasons == {
        "accepted": {"whole": 18_118},
        "duplicate": {"in_this_upload": 1},
        "out_of_scope": {"filtered": 18_881},
    }
