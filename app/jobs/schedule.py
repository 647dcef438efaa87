"""The timetable (时间表): which job is due when, by the clock of Asia/Shanghai.

A job is a function of the instant it runs for. Each may run twice without harm; the run log lets
only one process have a time, and correctness never waits for any of them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert

from app.jobs import (
    books,
    disclosure,
    expiry,
    lapse,
    notices,
    partitions,
    ranking,
    registry_days,
    registry_movements,
    upkeep,
)
from app.kernel import clock
from app.kernel.days import CHINA
from app.kernel.job_runs import JobRun
from app.kernel.logs import log
from app.kernel.request import new_request_id, serving
from app.kernel.session import transaction

Job = Callable[[datetime], object]

_log = log("jobs.schedule")


@dataclass(frozen=True, kw_only=True)
class Timed:
    """A job and when it is due.

    Args:
        hour: of the day; None for every hour.
        minute: of the hour; with `every`, the first one.
        every: minutes between two runs within the hour, 0 for one run.
    """

    name: str
    run: Job
    minute: int = 0
    hour: int | None = None
    every: int = 0

    @property
    def cron(self) -> dict[str, str]:
        """The fields of a cron trigger."""
        minute = f"{self.minute}-59/{self.every}" if self.every else str(self.minute)
        return {"hour": "*" if self.hour is None else str(self.hour), "minute": minute}

    def last_due(self, at: datetime) -> datetime:
        """Return the latest time, up to `at`, for which the job was due."""
        local = at.astimezone(CHINA).replace(second=0, microsecond=0)
        if self.every:
            past = (local.minute - self.minute) % self.every
            return local - timedelta(minutes=past)
        step = timedelta(hours=1) if self.hour is None else timedelta(days=1)
        due = local.replace(minute=self.minute)
        if self.hour is not None:
            due = due.replace(hour=self.hour)
        return due if due <= local else due - step


TIMETABLE: Final = (
    Timed(name="lapse", run=lapse.run, minute=2, every=5),
    Timed(name="expiry", run=expiry.run, hour=0, minute=10),
    Timed(name="disclosure", run=disclosure.run, hour=1, minute=30),
    Timed(name="notices", run=notices.run, hour=9, minute=0),
    Timed(name="partitions", run=partitions.run, hour=3, minute=10),
    Timed(name="ranking", run=ranking.run, hour=5, minute=20),
    Timed(name="upkeep", run=upkeep.run, minute=40),
    Timed(name="registry-days", run=registry_days.run, minute=1),
    Timed(name="registry-movements", run=registry_movements.run, minute=3, every=5),
    Timed(name="books", run=books.run, hour=2, minute=30),
)


def run_due(job: Timed) -> bool:
    """Run a job for the time that it was due last, unless that was done; return whether it ran."""
    now = clock.now()
    due = job.last_due(now)
    with transaction() as session:
        mine = session.scalar(
            insert(JobRun)
            .values(job=job.name, scheduled_for=due, started_at=now)
            .on_conflict_do_nothing()
            .returning(JobRun.job)
        )
    if mine is None:
        return False
    result = error = None
    with serving(new_request_id()):
        try:
            result = str(job.run(now))
            _log.info("job done", job=job.name, result=result)
        except Exception as trouble:  # noqa: BLE001  the log keeps it, the next time tries again
            error = f"{type(trouble).__name__}: {trouble}"[:1000]
            _log.exception("job failed", job=job.name)
    with transaction() as session:
        session.execute(
            update(JobRun)
            .where(JobRun.job == job.name, JobRun.scheduled_for == due)
            .values(finished_at=clock.now(), result=result, error=error)
        )
    return True
