"""The leader (领导者): of all jobs processes one, by an advisory lock, runs the timetable."""

import threading
from collections.abc import Sequence
from typing import Final

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.cron import CronTrigger
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from app.jobs.schedule import TIMETABLE, Timed, run_due
from app.kernel.days import CHINA
from app.kernel.logs import log
from app.kernel.session import engine

LOCK: Final = 0x7468746A  # key of the advisory lock
BEAT_SECONDS: Final = 1.0
LATE_SECONDS: Final = 3_600
"""How long after its time a job is still started."""

_log = log("jobs.leader")


def lead(stop: threading.Event, timetable: Sequence[Timed] = TIMETABLE) -> None:
    """Try to become the leader, and lead, until it is to stop.

    Losing the connection is losing the lock, so it ends the leading at once.
    """
    while not stop.is_set():
        try:
            with engine().connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                _lead_once(connection, stop, timetable)
        except DBAPIError:
            _log.warning("the leader's connection is lost")
        stop.wait(BEAT_SECONDS)


def _lead_once(connection: Connection, stop: threading.Event, timetable: Sequence[Timed]) -> None:
    if not connection.scalar(text("select pg_try_advisory_lock(:key)"), {"key": LOCK}):
        return
    _log.info("this process leads")
    scheduler = _scheduler(timetable)
    scheduler.start()
    try:
        while not stop.wait(BEAT_SECONDS):
            connection.execute(text("select 1"))
    finally:
        scheduler.shutdown(wait=stop.is_set())  # a job in hand is finished, unless another leads by now
        connection.invalidate()


def _scheduler(timetable: Sequence[Timed]) -> BackgroundScheduler:
    scheduler = BackgroundScheduler(timezone=CHINA, executors={"default": ThreadPoolExecutor(2)})
    for job in timetable:
        options = {"coalesce": True, "max_instances": 1, "misfire_grace_time": LATE_SECONDS}
        scheduler.add_job(run_due, CronTrigger(**job.cron, timezone=CHINA), [job], name=job.name, **options)
        scheduler.add_job(run_due, args=[job], name=f"{job.name}, made up for", **options)  # at once
    return scheduler
