"""Monthly snapshots: one a month, from data alone, chained; corrections stand beside what they correct."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest

from app.disclosure import chain, queries
from app.disclosure.errors import (
    AlreadyCorrected,
    CorrectionUnexplained,
    MonthNotOver,
    SnapshotNotFound,
)
from app.jobs import disclosure
from app.journeys import disclosing
from app.kernel.actor import SYSTEM
from scenarios import commands as scenarios
from tests.builders import city
from tests.obligations import obligation

NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
BEFORE = NOON - timedelta(hours=2)
MONTH = date(2026, 11, 1)
AFTER = datetime(2026, 12, 2, 18, 0, tzinfo=UTC)
REASON = "十一月漏列了一家权益提供单位，现予补充。"


@pytest.fixture
def month(session):
    """A month in which eleven citizens took the bus, added up and published by the job."""
    streets = city.city(session, at=NOON)
    for number in range(11):
        who = city.resident(session, at=BEFORE, phone=f"+86137000000{number:02d}")
        city.join(session, streets, who, ("bus",), at=BEFORE)
        city.behave(session, streets, who, "bus", "1", at=NOON)
    session.flush()
    return streets


@pytest.fixture
def quiet(session):
    """A month in which one citizen opened an account, added up and published by the job."""
    city.resident(session, at=BEFORE)
    disclosure.run(AFTER)


def links(session):
    return [chain.Link(s.number, s.body, s.prev_hash, s.hash) for s in reversed(queries.snapshots(session))]


@obligation("CQ-36.4", "CQ-36.5", "Q-30")
def test_the_job_publishes_each_month_once_with_the_lists_of_its_end(session, month):
    scenarios.suspend(
        session,
        actor=SYSTEM,
        scenario_id=month.scenarios["bus"].id,
        reason="数据核查",
        at=AFTER - timedelta(days=1),
    )

    first = disclosure.run(AFTER)
    second = disclosure.run(AFTER)

    assert (first, second) == ("32 days, 1 months", "0 days, 0 months")
    body = json.loads(queries.snapshot(session, "D-202611-1").body)
    assert (body["registered_users"], body["first_day"], body["last_day"]) == (
        11,
        "2026-11-01",
        "2026-11-30",
    )
    assert {
        "measure": "reduction_g",
        "cell": "bus.ride",
        "in_month": 11 * 120,
        "to_date": 11 * 120,
    } in body["figures"]
    assert {each["code"] for each in body["scenarios"]} == {scene.code for scene in city.SCENES}
    assert {each["state"] for each in body["scenarios"]} == {"listed"}
    assert len(body["merchants"]) == 3
    assert [rule["grams_per_point"] for rule in body["conversion_rules"]] == [100]
    assert "bus.ride" in {method["code"] for method in body["methods"]}


@obligation("CQ-36.5", "Q-30")
def test_a_correction_is_a_new_edition_that_names_the_old(session, quiet):
    old = queries.snapshot(session, "D-202611-1").body

    made = disclosing.correct_snapshot(session, actor=SYSTEM, number="D-202611-1", reason=REASON, at=AFTER)

    body = json.loads(made.body)
    assert (made.number, body["corrects"], body["reason"]) == ("D-202611-2", "D-202611-1", REASON)
    assert queries.snapshot(session, "D-202611-1").body == old
    assert chain.broken_at(links(session)) is None
    with pytest.raises(AlreadyCorrected):
        disclosing.correct_snapshot(session, actor=SYSTEM, number="D-202611-1", reason=REASON, at=AFTER)
    with pytest.raises(AlreadyCorrected):
        disclosing.publish_month(session, month=MONTH, at=AFTER)


@pytest.mark.parametrize(("reason", "told"), [("九个字的一句理由呀", False), ("十个字的一句理由足够", True)])
def test_a_correction_tells_its_reason(session, quiet, reason, told):
    if told:
        disclosing.correct_snapshot(session, actor=SYSTEM, number="D-202611-1", reason=reason, at=AFTER)
    else:
        with pytest.raises(CorrectionUnexplained):
            disclosing.correct_snapshot(session, actor=SYSTEM, number="D-202611-1", reason=reason, at=AFTER)


def test_a_month_that_is_not_over_is_not_published(session):
    city.resident(session, at=BEFORE)
    disclosure.run(NOON)

    assert disclosing.months_due(session) == []
    with pytest.raises(MonthNotOver):
        disclosing.publish_month(session, month=MONTH, at=NOON)
    with pytest.raises(SnapshotNotFound):
        queries.snapshot(session, "D-202611-1")


def test_a_changed_word_breaks_the_chain(session, quiet):
    disclosing.correct_snapshot(session, actor=SYSTEM, number="D-202611-1", reason=REASON, at=AFTER)
    whole = links(session)
    forged = whole[0]._replace(body=whole[0].body.replace('"edition": 1', '"edition":  1'))
    rehashed = forged._replace(hash=chain.hash_of(forged.body, chain.START))

    assert chain.broken_at(whole) is None
    assert chain.broken_at([forged, whole[1]]) == "D-202611-1"
    assert chain.broken_at([rehashed, whole[1]]) == "D-202611-2"
    assert chain.broken_at(whole[1:]) == "D-202611-2"
