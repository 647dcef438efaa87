"""Reads of uploads, outcomes and held rows."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.kernel.days import day_in_china
from app.kernel.documents import Document
from scenarios.errors import HeldRowNotFound, UploadNotFound
from scenarios.models import HeldRow, IntakeOutcome, MappingProfile, Scenario, Upload
from scenarios.values import RefusedRow, UploadState, UploadStatus

ENDED = (UploadState.DONE.value, UploadState.FAILED.value)
ROWS_AT_ONCE = 5_000


def upload(session: Session, upload_id: int, *, lock: bool = False) -> Upload:
    """Return an upload.

    Raises:
        UploadNotFound: there is none with this id.
    """
    query = select(Upload).where(Upload.id == upload_id)
    if lock:
        query = query.with_for_update(key_share=True).execution_options(populate_existing=True)
    found = session.scalars(query).one_or_none()
    if found is None:
        raise UploadNotFound(upload=upload_id)
    return found


def waiting_uploads(session: Session, *, limit: int = 20) -> list[int]:
    """Return the uploads that nobody has finished, the longest waiting first; rows in hand are skipped."""
    return list(
        session.scalars(
            select(Upload.id)
            .where(Upload.state.not_in(ENDED), Upload.document_id.is_not(None))
            .order_by(Upload.id)
            .limit(limit)
            .with_for_update(skip_locked=True, key_share=True)
        )
    )


def upload_status(session: Session, upload_id: int) -> UploadStatus:
    """Return where an upload stands.

    Raises:
        UploadNotFound: there is none with this id.
    """
    found = _statuses(session, Upload.id == upload_id, limit=1)
    if not found:
        raise UploadNotFound(upload=upload_id)
    return found[0]


def uploads_of(
    session: Session, scenario_id: int, *, before: int | None = None, limit: int = 50
) -> Sequence[UploadStatus]:
    """Return the uploads of a scenario, the newest first.

    Args:
        before: only uploads with a lower id.
    """
    condition = Upload.scenario_id == scenario_id
    if before is not None:
        condition = condition & (Upload.id < before)
    return _statuses(session, condition, limit=limit)


def _statuses(session: Session, condition: Any, *, limit: int) -> list[UploadStatus]:
    rows = session.execute(
        select(Upload, Scenario.code, MappingProfile, Document.sha256, Document.size)
        .join(Scenario, Scenario.id == Upload.scenario_id)
        .outerjoin(MappingProfile, MappingProfile.id == Upload.profile_id)
        .outerjoin(Document, Document.id == Upload.document_id)
        .where(condition)
        .order_by(Upload.id.desc())
        .limit(limit)
        .execution_options(populate_existing=True)
    )
    return [_status(session, *row) for row in rows]


def _status(
    session: Session,
    found: Upload,
    scenario_code: str,
    profile: MappingProfile | None,
    sha256: bytes | None,
    size: int | None,
) -> UploadStatus:
    reasons = {outcome: dict(counts) for outcome, counts in found.outcomes.items()}
    waiting = 0
    if found.state == UploadState.QUEUED:
        waiting = (
            session.scalar(
                select(func.count())
                .select_from(Upload)
                .where(Upload.state.not_in(ENDED), Upload.id < found.id, Upload.document_id.is_not(None))
            )
            or 0
        )
    return UploadStatus(
        id=found.id,
        scenario_code=scenario_code,
        door=found.door,
        profile=f"{profile.name}/{profile.version}" if profile else None,
        filename=found.filename,
        sha256=sha256.hex() if sha256 else None,
        size=size,
        state=UploadState(found.state),
        created_by=found.created_by,
        created_at=found.created_at,
        finished_at=found.finished_at,
        rows=found.rows,
        decided=found.decided,
        outcomes={outcome: sum(counts.values()) for outcome, counts in reasons.items()},
        reasons=reasons,
        reduction_g=found.reduction_g,
        points=found.points,
        error_code=found.error_code,
        error_details=found.error_details,
        waiting_before=waiting,
    )


def refused_rows(session: Session, found: Upload, outcome: str | None = None) -> Iterator[RefusedRow]:
    """Yield the rows of an upload that were not accepted, by row number, without holding them all.

    Args:
        outcome: only these; without it all.
    """
    query = (
        select(IntakeOutcome.row_no, IntakeOutcome.source_id, IntakeOutcome.outcome, IntakeOutcome.reason)
        .where(
            IntakeOutcome.received_on == day_in_china(found.created_at), IntakeOutcome.upload_id == found.id
        )
        .order_by(IntakeOutcome.row_no)
        .execution_options(yield_per=ROWS_AT_ONCE)
    )
    if outcome is not None:
        query = query.where(IntakeOutcome.outcome == outcome)
    for row in session.execute(query):
        yield RefusedRow(*row)


def held_rows(
    session: Session, *, scenario_id: int | None = None, after: int = 0, limit: int = 50
) -> Sequence[tuple[HeldRow, Scenario]]:
    """Return the rows that wait for a person's look, the longest waiting first.

    Args:
        after: only rows with a higher id.
    """
    query = (
        select(HeldRow, Scenario)
        .join(Scenario, Scenario.id == HeldRow.scenario_id)
        .where(HeldRow.decided_at.is_(None), HeldRow.id > after)
        .order_by(HeldRow.id)
        .limit(limit)
    )
    if scenario_id is not None:
        query = query.where(HeldRow.scenario_id == scenario_id)
    return [(row, scenario) for row, scenario in session.execute(query)]


def held_rows_by_id(session: Session, row_ids: Sequence[int]) -> Sequence[HeldRow]:
    """Return held rows, locked in the order of ids.

    Raises:
        HeldRowNotFound: one of the ids is unknown.
    """
    found = session.scalars(
        select(HeldRow)
        .where(HeldRow.id.in_(row_ids))
        .order_by(HeldRow.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).all()
    if missing := set(row_ids) - {row.id for row in found}:
        raise HeldRowNotFound(held_rows=sorted(missing))
    return found
