"""An upload processed by a worker: read whole, then decided bucket by bucket.

The file is read into a temporary table of one connection, so a worker that dies leaves no trace of
the reading; whoever takes the upload up reads the file again and goes on with the first bucket
that was not committed. Nothing is decided before the file was read to its end.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.journeys.intake.buckets import UploadsCollide, settle_bucket
from app.journeys.intake.submitting import submit_file
from app.kernel import documents
from app.kernel.actor import Actor
from app.kernel.documents import Received
from app.kernel.errors import Refusal
from app.kernel.session import one_connection
from app.kernel.sources import cites
from scenarios import profiles, queries
from scenarios.commands import progress, staging
from scenarios.commands.uploads import check_still_listed
from scenarios.values import Door, UploadStatus

ROWS_OF_A_STEP: Final = 100_000
"""Rows read between two looks at whether to stop."""

Transaction = Callable[[], AbstractContextManager[Session]]


@cites("CQ-34.1", "CQ-34.2", "CQ-34.4")
def process(
    upload_id: int,
    *,
    now: Callable[[], datetime],
    stopping: Callable[[], bool] = lambda: False,
) -> bool:
    """Work on an upload until it is finished, another worker has it, or this one is to stop.

    Args:
        now: the clock of the job or command that calls.
        stopping: asked between buckets; what is committed stays.

    Returns:
        Whether the upload is finished, done or failed.

    Source: CQ-34.1, CQ-34.2, CQ-34.4.
    """
    with one_connection() as transaction:
        with transaction() as session:
            if not progress.keep_for_me(session, upload_id):
                return False
        return _work(transaction, upload_id, now, stopping)


@cites("CQ-34.1", "CQ-34.2", "CQ-34.4")
def process_at_once(
    *,
    actor: Actor,
    scenario_code: str,
    received: Received,
    filename: str,
    profile: str | None,
    method: str | None,
    file_format: profiles.FileFormat | None,
    door: Door,
    now: Callable[[], datetime],
) -> UploadStatus:
    """Submit a file and work on it here and now; no worker gets in between.

    Raises:
        NotThisHost, ScenarioNotListed, ProfileNotFound, MethodUnknown, UploadsWaiting: see `submit_file`.

    Source: CQ-34.1, CQ-34.2, CQ-34.4.
    """
    with one_connection() as transaction:
        with transaction() as session:
            upload_id = submit_file(
                session,
                actor=actor,
                scenario_code=scenario_code,
                received=received,
                filename=filename,
                media_type="application/octet-stream",
                profile=profile,
                method=method,
                file_format=file_format,
                door=door,
                at=now(),
            ).id
            progress.keep_for_me(session, upload_id)  # before any worker can see it
        _work(transaction, upload_id, now, lambda: False)
        with transaction() as session:
            return queries.upload_status(session, upload_id)


def _work(
    transaction: Transaction, upload_id: int, now: Callable[[], datetime], stopping: Callable[[], bool]
) -> bool:
    with transaction() as session:
        # plans that this connection made for a few rows are not for many thousands
        session.execute(text("discard plans"))
        work = progress.take_up(session, upload_id=upload_id, at=now())
    if work is None:
        return True
    try:
        staged = _read(transaction, work, now, stopping)
        if staged is None:
            return False
        with transaction() as session:
            first = progress.begin_deciding(session, upload_id=upload_id, staged=staged, at=now())
        for number in range(first, staged.buckets):
            if stopping():
                return False
            _decide(transaction, work, number, now())
    except UploadsCollide:
        raise  # a later try finds them out of the way
    except Refusal as refused:
        with transaction() as session:
            progress.fail(session, upload_id=upload_id, code=refused.code, details=refused.details, at=now())
        return True
    with transaction() as session:
        progress.finish(session, upload_id=upload_id, at=now())
    return True


def _read(
    transaction: Transaction,
    work: progress.Work,
    now: Callable[[], datetime],
    stopping: Callable[[], bool],
) -> staging.Staged | None:
    """Read the whole file into the stage; None when it is to stop before the end."""
    with transaction() as session:
        assert work.document_id is not None
        path = documents.path_of(documents.document(session, work.document_id).sha256)
        staging.open_stage(session, lasting=True)
    reading = work.reading
    rows = profiles.read_rows(path, reading.profile, max_quantity_milli=reading.max_quantity_milli)
    lines = reading.judge.lines(rows)
    loaded = 0
    while True:
        with transaction() as session:
            more = staging.copy_lines(session, lines, at_most=ROWS_OF_A_STEP)
            loaded += more
            progress.note_reading(session, upload_id=work.upload_id, rows=loaded, at=now())
        if more < ROWS_OF_A_STEP:
            break
        if stopping():
            return None
    with transaction() as session:
        return staging.close_stage(session, rows=loaded, buckets=work.buckets)


def _decide(transaction: Transaction, work: progress.Work, number: int, at: datetime) -> None:
    with transaction() as session:
        upload = queries.upload(session, work.upload_id, lock=True)
        if upload.buckets_done != number:
            return  # another worker, whose connection we took for dead, was first
        scenario = check_still_listed(session, upload.scenario_id)
        bucket = progress.bucket_of(upload, scenario, number)
        counts, points = settle_bucket(session, bucket, sandbox=work.sandbox, at=at)
        progress.bucket_done(session, upload, counts, points=points, at=at)
