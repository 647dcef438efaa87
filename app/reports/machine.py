"""How the machine is doing (运行状况): the timed jobs, the queue, what is to be sent, the database."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.kernel.job_runs import JobRun

SHOWN: Final = 50
RECENT: Final = timedelta(days=7)


@dataclass(frozen=True, kw_only=True)
class JobState:
    """One timed job: its last run, and how its runs of the last seven days ended."""

    job: str
    last: JobRun
    runs: int
    failures: int
    unfinished: int


@dataclass(frozen=True, kw_only=True)
class Sending:
    """Messages of one channel: how many wait, since when the oldest, how many were given up."""

    channel: str
    queued: int
    oldest: datetime | None
    dead: int


@dataclass(frozen=True, kw_only=True)
class State:
    """The machine at a glance; bytes, counts."""

    jobs: tuple[JobState, ...]
    uploads: Mapping[str, int]
    oldest_upload: datetime | None
    sending: tuple[Sending, ...]
    sessions: int
    locked: int
    database_size: int
    database_version: str
    schema: str


@dataclass(frozen=True, kw_only=True)
class Runs:
    """One page of the run log; `before` is where the next begins."""

    lines: tuple[JobRun, ...]
    before: datetime | None


_JOBS: Final = text("""
    select job, count(*) filter (where started_at >= :since) as runs,
           count(*) filter (where started_at >= :since and error is not null) as failures,
           count(*) filter (where started_at >= :since and finished_at is null) as unfinished,
           max(scheduled_for) as last
      from job_run group by job order by job
""")
_UPLOADS: Final = text("""
    select state, count(*) as number, min(created_at) as oldest
      from upload where state not in ('done', 'failed') group by state
""")
_SENDING: Final = text("""
    select channel, count(*) filter (where state = 'queued') as queued,
           min(created_at) filter (where state = 'queued') as oldest,
           count(*) filter (where state = 'dead') as dead
      from outbox_message where state <> 'sent' group by channel order by channel
""")
_REST: Final = text("""
    select (select count(*) from web_session where principal_id is not null and revoked_at is null
              and expires_at > :at) as sessions,
           (select count(*) from staff_user where locked_until > :at) as locked,
           pg_database_size(current_database()) as size,
           current_setting('server_version') as version,
           (select version_num from alembic_version) as schema
""")


def state(session: Session, *, at: datetime) -> State:
    """Return how the machine is doing."""
    uploads = session.execute(_UPLOADS).all()
    rest = session.execute(_REST, {"at": at}).one()
    return State(
        jobs=tuple(_job(session, row) for row in session.execute(_JOBS, {"since": at - RECENT}).all()),
        uploads={row.state: int(row.number) for row in uploads},
        oldest_upload=min((row.oldest for row in uploads), default=None),
        sending=tuple(
            Sending(channel=row.channel, queued=int(row.queued), oldest=row.oldest, dead=int(row.dead))
            for row in session.execute(_SENDING)
        ),
        sessions=int(rest.sessions),
        locked=int(rest.locked),
        database_size=int(rest.size),
        database_version=rest.version,
        schema=rest.schema,
    )


def runs(
    session: Session, *, job: str | None, failed: bool, before: datetime | None, limit: int = SHOWN
) -> Runs:
    """Return one page of the run log, the latest first.

    Args:
        failed: only runs that ended with an error, or did not end.
    """
    wanted = select(JobRun).order_by(JobRun.started_at.desc(), JobRun.job)
    if job is not None:
        wanted = wanted.where(JobRun.job == job)
    if failed:
        wanted = wanted.where(JobRun.error.is_not(None) | JobRun.finished_at.is_(None))
    if before is not None:
        wanted = wanted.where(JobRun.started_at < before)
    found = session.scalars(wanted.limit(limit + 1)).all()
    shown = found[:limit]
    return Runs(lines=tuple(shown), before=shown[-1].started_at if len(found) > limit else None)


def _job(session: Session, row: Any) -> JobState:
    return JobState(
        job=row.job,
        last=session.get_one(JobRun, (row.job, row.last)),
        runs=int(row.runs),
        failures=int(row.failures),
        unfinished=int(row.unfinished),
    )
