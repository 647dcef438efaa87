"""Reads of applications that are being written."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from scenarios.models import ApplicationDraft


def application_draft(
    session: Session, organisation_id: int | None, *, lock: bool = False
) -> ApplicationDraft | None:
    """Return the open draft of an organisation, None where there is none."""
    wanted = select(ApplicationDraft).where(
        ApplicationDraft.organisation_id == (organisation_id or 0), ApplicationDraft.ended_at.is_(None)
    )
    if lock:
        wanted = wanted.with_for_update().execution_options(populate_existing=True)
    return session.scalar(wanted)
