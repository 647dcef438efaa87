"""Whoever runs the machine sees its jobs, its queue and its health, and moves nothing (系统运行)."""

from datetime import timedelta

import pytest

from app.kernel.job_runs import JobRun
from app.kernel.outbox import Channel, enqueue
from app.kernel.permissions import Permission
from app.reports import machine
from tests.builders import people
from tests.fixtures.desks import NOON
from tests.obligations import obligation


@pytest.fixture
def desk(browser_of, session, noon):
    """The browser of an administrator."""
    return browser_of(people.administrator(session, at=NOON))


def ran(session, job, *, minutes, error=None, finished=True):
    """Write a run of a job down, so many minutes before noon."""
    at = NOON - timedelta(minutes=minutes)
    session.add(
        JobRun(
            job=job,
            scheduled_for=at,
            started_at=at,
            finished_at=at if finished else None,
            result=None if error else "3 lots",
            error=error,
        )
    )
    session.flush()


def test_the_last_run_of_each_job_and_its_failures_are_told(desk, session):
    ran(session, "expiry", minutes=50, error="OperationalError: gone")
    ran(session, "expiry", minutes=10)
    ran(session, "lapse", minutes=5, finished=False)
    ran(session, "lapse", minutes=60 * 24 * 8, error="old")

    found = machine.state(session, at=NOON)

    assert [(each.job, each.runs, each.failures, each.unfinished) for each in found.jobs] == [
        ("expiry", 2, 1, 0),
        ("lapse", 1, 0, 1),
    ]
    page = desk.get("/administration")
    assert "7 天内 1 次失败" in page.text
    assert "未结束" in page.text


def test_the_log_is_filtered_and_paged(desk, session):
    for minutes in range(60):
        ran(session, "lapse", minutes=minutes)
    ran(session, "expiry", minutes=10, error="OperationalError: gone")

    failed = desk.get("/administration/runs?failed=1")
    first = desk.get("/administration/runs?job=lapse")
    following = first.text.split('rel="next" href="', 1)[1].split('"', 1)[0].replace("&amp;", "&")

    assert "OperationalError: gone" in failed.text
    assert failed.text.count("3 lots") == 0
    assert (first.text.count("3 lots"), desk.get(following).text.count("3 lots")) == (50, 10)


def test_messages_that_wait_are_counted(session, noon):
    enqueue(
        session, channel=Channel.SMS, recipient="person:1", template="code", payload={}, at=NOON, key="test:1"
    )

    found = machine.state(session, at=NOON)

    assert [(each.channel, each.queued, each.dead) for each in found.sending] == [("sms", 1, 0)]


@obligation("CQ-34.10")
def test_an_administrator_has_no_act_on_points(session, noon):
    allowed = people.administrator(session, at=NOON).permissions

    assert (
        allowed
        & {
            Permission.PROPOSE_CORRECTION,
            Permission.CONFIRM_CORRECTION,
            Permission.REDEEM_OWN_POINTS,
            Permission.SETTLE_REDEMPTIONS,
            Permission.RESTRICT_ACCOUNT,
            Permission.PUBLISH_RULES,
            Permission.REVIEW_HELD_ROWS,
        }
        == frozenset()
    )


def test_the_pages_are_there_in_english(desk):
    desk.set_cookie("language", "en")
    for path in ("", "/runs"):
        page = desk.get(f"/administration{path}")
        assert (page.status_code, 'lang="en"' in page.text) == (200, True)
