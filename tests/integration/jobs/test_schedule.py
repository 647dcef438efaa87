"""The timetable and its run log: each job once for each time that it was due."""

import threading
import time
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, text

from app.jobs import leader, partitions, upkeep
from app.jobs.leader import lead
from app.jobs.schedule import TIMETABLE, Timed, run_due
from app.kernel import clock
from app.kernel.job_runs import JobRun
from app.kernel.session import engine, transaction

NOON = datetime(2026, 6, 1, 4, 7, 30, tzinfo=UTC)  # 12:07:30 in Shanghai


def shanghai(day, hour, minute):
    return datetime(2026, 6, day, hour, minute, tzinfo=UTC) - timedelta(hours=8)


@pytest.mark.parametrize(
    ("job", "due"),
    [
        ({"hour": 3, "minute": 10}, shanghai(1, 3, 10)),
        ({"hour": 12, "minute": 7}, shanghai(1, 12, 7)),
        ({"hour": 12, "minute": 8}, shanghai(1, 12, 8) - timedelta(days=1)),
        ({"hour": 0, "minute": 5}, shanghai(1, 0, 5)),
        ({"minute": 7}, shanghai(1, 12, 7)),
        ({"minute": 40}, shanghai(1, 11, 40)),
        ({"every": 5}, shanghai(1, 12, 5)),
        ({"minute": 3, "every": 10}, shanghai(1, 12, 3)),
        ({"minute": 8, "every": 15}, shanghai(1, 11, 53)),
    ],
)
def test_the_time_that_was_due_last(job, due):
    assert Timed(name="x", run=lambda _: None, **job).last_due(NOON) == due


def test_a_job_runs_once_for_each_time(session):
    ran: list[datetime] = []

    def count(at):
        ran.append(at)
        return len(ran)

    job = Timed(name="count", run=count, every=5)

    with clock.frozen(NOON):
        assert [run_due(job), run_due(job)] == [True, False]
    with clock.frozen(NOON + timedelta(minutes=5)):
        assert run_due(job)

    assert ran == [NOON, NOON + timedelta(minutes=5)]
    runs = session.scalars(select(JobRun).order_by(JobRun.scheduled_for)).all()
    assert [(run.job, run.scheduled_for, run.result, run.error) for run in runs] == [
        ("count", shanghai(1, 12, 5), "1", None),
        ("count", shanghai(1, 12, 10), "2", None),
    ]


def test_a_job_that_fails_says_so_in_the_log_and_the_next_time_comes(session):
    job = Timed(name="broken", run=lambda _: 1 / 0, every=5)

    with clock.frozen(NOON):
        assert run_due(job)
    with clock.frozen(NOON + timedelta(minutes=5)):
        assert run_due(job)

    runs = session.scalars(select(JobRun)).all()
    assert [run.error for run in runs] == ["ZeroDivisionError: division by zero"] * 2
    assert all(run.finished_at for run in runs)


def test_names_in_the_timetable_are_unique_and_times_exist():
    names = [job.name for job in TIMETABLE]

    assert len(set(names)) == len(names)
    for job in TIMETABLE:
        assert leader._scheduler([job]).get_jobs()


def test_the_months_ahead_are_made(committed):
    assert partitions.run(datetime(2030, 1, 15, tzinfo=UTC)) == "39 partitions"
    assert partitions.run(datetime(2030, 1, 15, tzinfo=UTC)) == "0 partitions"
    with transaction() as session:
        made = session.scalar(text("select to_regclass('behaviour_p203101') is not null"))
    assert made is True


def test_old_counters_are_forgotten(session):
    session.execute(
        text("insert into rate_counter values ('old', :old, 1), ('new', :new, 1)"),
        {"old": NOON - timedelta(days=3), "new": NOON - timedelta(days=1)},
    )

    assert upkeep.run(NOON).startswith("1 counters")
    assert session.scalar(text("select bucket from rate_counter")) == "new"


def test_of_two_processes_one_leads_and_the_other_takes_over(committed):
    led: list[str] = []
    job = Timed(name="led", run=lambda _: led.append("ran"), every=1)
    first, second = threading.Event(), threading.Event()
    threads = [threading.Thread(target=lead, args=(stop, [job])) for stop in (first, second)]

    with clock.frozen(NOON):
        threads[0].start()
        wait_for(lambda: led == ["ran"])
        threads[1].start()
        time.sleep(1.5)
        assert leaders() == 1
        first.set()
        threads[0].join(30)
        wait_for(lambda: leaders() == 1)
        second.set()
        threads[1].join(30)

    assert led == ["ran"]  # both had the same time


def leaders():
    with engine().connect() as connection:
        return connection.scalar(
            text(
                "select count(*) from pg_locks where locktype = 'advisory' and objid = :key and granted"
                " and database = (select oid from pg_database where datname = current_database())"
            ),
            {"key": leader.LOCK},
        )


def wait_for(condition):
    for _ in range(200):
        if condition():
            return
        time.sleep(0.05)
    raise AssertionError("it did not come to that")
