"""How an upload gets on: taken up by a worker, read, decided bucket by bucket, done or failed."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.kernel import outbox
from app.kernel.actor import SYSTEM
from app.kernel.days import day_in_china
from app.kernel.events import Event, publish
from app.kernel.sources import cites
from scenarios import profiles, queries, rules
from scenarios.commands.deciding import Bucket, Counts
from scenarios.commands.profiles import highest_quantity
from scenarios.commands.staging import Judge, Staged
from scenarios.commands.uploads import record_upload
from scenarios.models import Method, Scenario, Upload
from scenarios.values import Door, UploadState

MOST_ATTEMPTS: Final = 5
"""How often an upload is taken up without getting on."""
_LOCK_CLASS: Final = 0x7570  # of the advisory locks by which workers keep off each other's uploads


@dataclass(frozen=True, kw_only=True)
class Reading:
    """How the rows of an upload are read."""

    profile: profiles.Profile
    judge: Judge
    max_quantity_milli: int | None


@dataclass(frozen=True, kw_only=True)
class Work:
    """An upload that was taken up."""

    upload_id: int
    document_id: int | None
    reading: Reading
    buckets: int  # 0 before the file was read whole
    sandbox: bool


def keep_for_me(session: Session, upload_id: int) -> bool:
    """Keep other workers off an upload for as long as this connection lives; False when one has it.

    Source: CQ-35.1.
    """
    taken = session.execute(
        text("select pg_try_advisory_lock(:class, :upload)"),
        {"class": _LOCK_CLASS, "upload": upload_id % 2**31},
    )
    return bool(taken.scalar_one())


def take_up(session: Session, *, upload_id: int, at: datetime) -> Work | None:
    """Begin or go on with an upload; None when it is finished.

    An upload that was taken up five times without getting on is given up.

    Source: CQ-35.1.
    """
    upload = queries.upload(session, upload_id, lock=True)
    if upload.state in {UploadState.DONE, UploadState.FAILED}:
        return None
    if upload.attempts >= MOST_ATTEMPTS:
        fail(
            session, upload_id=upload_id, code="upload.gave_up", details={"attempts": upload.attempts}, at=at
        )
        return None
    upload.attempts += 1
    upload.started_at = upload.started_at or at
    upload.heartbeat_at = at
    if upload.state == UploadState.QUEUED:
        upload.state = UploadState.READING.value
    session.flush()
    scenario = queries.scenario(session, upload.scenario_id)
    return Work(
        upload_id=upload.id,
        document_id=upload.document_id,
        reading=reading_of(session, upload, scenario),
        buckets=upload.buckets,
        sandbox=scenario.sandbox,
    )


def reading_of(session: Session, upload: Upload, scenario: Scenario) -> Reading:
    """Return how the rows of an upload are read, by its profile or in the product's own words.

    Source: CQ-35.1.
    """
    assert upload.method_id is not None
    versions = queries.published_versions(session, upload.method_id)
    if upload.profile_id is not None:
        profile = profiles.read_profile(queries.mapping_profile(session, upload.profile_id).text)
    else:
        written = profiles.FileFormat(upload.file_format or profiles.FileFormat.JSON)
        method = session.get_one(Method, upload.method_id)
        profile = profiles.canonical_profile(
            queries.unit_of(versions, method.code),
            written,
            negative_is_zero=rules.is_a_difference(versions[-1].version.formula) if versions else False,
        )
    judge = Judge(
        received_at=upload.created_at, lateness_days=scenario.lateness_days, versions=tuple(versions)
    )
    return Reading(profile=profile, judge=judge, max_quantity_milli=highest_quantity(versions))


def note_reading(session: Session, *, upload_id: int, rows: int, at: datetime) -> None:
    """Tell how many rows were read so far.

    Source: CQ-35.1.
    """
    upload = queries.upload(session, upload_id, lock=True)
    upload.heartbeat_at = at
    if upload.state == UploadState.READING:
        upload.rows = rows
    session.flush()


def begin_deciding(session: Session, *, upload_id: int, staged: Staged, at: datetime) -> int:
    """Note that the whole file lies in the stage; return the first bucket that is still to be decided.

    Source: CQ-35.1.
    """
    upload = queries.upload(session, upload_id, lock=True)
    upload.heartbeat_at = at
    if upload.state == UploadState.READING:
        upload.state = UploadState.DECIDING.value
        upload.rows, upload.buckets = staged.rows, staged.buckets
    session.flush()
    return upload.buckets_done


def bucket_of(upload: Upload, scenario: Scenario, number: int, *, review: bool = False) -> Bucket:
    """Return one bucket of an upload, for the decision.

    Source: CQ-35.1.
    """
    return Bucket(
        upload_id=upload.id,
        scenario_id=scenario.id,
        number=number,
        received_at=upload.created_at,
        received_on=day_in_china(upload.created_at),
        data_kinds=tuple(scenario.data_kinds),
        review=review,
    )


def bucket_done(session: Session, upload: Upload, counts: Counts, *, points: int, at: datetime) -> None:
    """Add what a bucket came to, in the transaction that decided it.

    Source: CQ-35.1.
    """
    merged: dict[str, dict[str, int]] = {
        outcome: dict(reasons) for outcome, reasons in upload.outcomes.items()
    }
    for outcome, reasons in counts.outcomes.items():
        told = merged.setdefault(outcome, {})
        for reason, count in reasons.items():
            told[reason] = told.get(reason, 0) + count
    upload.outcomes = merged
    upload.decided += counts.rows
    upload.reduction_g += counts.reduction_g
    upload.points += points
    upload.buckets_done += 1
    upload.attempts = 0
    upload.heartbeat_at = at
    session.flush()


@cites("CQ-35.1")
def finish(session: Session, *, upload_id: int, at: datetime) -> Upload:
    """Close an upload whose every row has its outcome, and tell the host.

    Source: CQ-35.1.
    """
    upload = queries.upload(session, upload_id, lock=True)
    if upload.state == UploadState.DONE:
        return upload
    upload.state = UploadState.DONE.value
    _end(session, upload, at)
    return upload


def fail(session: Session, *, upload_id: int, code: str, details: dict[str, Any], at: datetime) -> Upload:
    """Close an upload that cannot be processed, with the code of the refusal, and tell the host.

    Source: CQ-35.1.
    """
    upload = queries.upload(session, upload_id, lock=True)
    if upload.state in {UploadState.DONE, UploadState.FAILED}:
        return upload
    upload.state = UploadState.FAILED.value
    upload.error_code, upload.error_details = code, details
    _end(session, upload, at)
    return upload


def _end(session: Session, upload: Upload, at: datetime) -> None:
    upload.finished_at = upload.heartbeat_at = at
    session.flush()
    record_upload(session, SYSTEM, "finish", upload, at, state=upload.state, error=upload.error_code)
    if upload.door == Door.REVIEW:
        return
    scenario = queries.scenario(session, upload.scenario_id)
    told = {
        "upload": upload.id,
        "scenario": scenario.code,
        "state": upload.state,
        "rows": upload.rows,
        "outcomes": {outcome: sum(reasons.values()) for outcome, reasons in upload.outcomes.items()},
        "error": upload.error_code,
    }
    publish(
        session,
        organisation_id=scenario.host_id,
        event=Event.UPLOAD_FINISHED,
        about=f"upload:{upload.id}",
        data=told,
        at=at,
    )
    if upload.document_id is not None:
        outbox.enqueue(
            session,
            channel=outbox.Channel.IN_APP,
            recipient=f"organisation:{scenario.host_id}",
            template="upload.finished",
            payload=told,
            at=at,
            key=f"upload:{upload.id}:finished",
        )
    session.flush()
