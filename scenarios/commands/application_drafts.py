"""An application in the writing (申请草稿): kept at every step, taken up again, ended when it is sent."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.kernel.actor import Actor
from app.kernel.errors import Forbidden
from app.kernel.permissions import Permission
from app.kernel.sources import cites
from scenarios import queries
from scenarios.models import ApplicationDraft

STEPS: Final = 4


@cites("CQ-32.1")
def keep_application(
    session: Session,
    *,
    actor: Actor,
    fields: Mapping[str, list[str]],
    step: int,
    document_id: int | None = None,
    at: datetime,
) -> ApplicationDraft:
    """Keep what was typed of an application, beside what was kept before; nothing is checked (保存草稿).

    Args:
        fields: what was typed, by field; other fields stay as they are.
        step: where to go on, from 1.
        document_id: new evidence; without it the former stays.

    Source: CQ-32.1.
    """
    actor.require(Permission.APPLY_FOR_SCENARIO)
    if actor.organisation_id is None:
        raise Forbidden(permission=Permission.APPLY_FOR_SCENARIO.value)
    session.execute(
        insert(ApplicationDraft)
        .values(
            organisation_id=actor.organisation_id, content={}, step=1, changed_by=actor.ref, changed_at=at
        )
        .on_conflict_do_nothing(
            index_elements=["organisation_id"], index_where=ApplicationDraft.ended_at.is_(None)
        )
    )
    draft = queries.application_draft(session, actor.organisation_id, lock=True)
    assert draft is not None, "made a moment ago, or there before"
    content: dict[str, Any] = {**draft.content, **fields}
    draft.content, draft.step = content, min(max(step, 1), STEPS)
    draft.document_id = document_id or draft.document_id
    draft.changed_by, draft.changed_at = actor.ref, at
    session.flush()
    return draft


@cites("CQ-32.1")
def end_application_draft(session: Session, *, actor: Actor, at: datetime) -> None:
    """End the draft of the actor's organisation, sent or given up; without one nothing happens.

    Source: CQ-32.1.
    """
    actor.require(Permission.APPLY_FOR_SCENARIO)
    draft = queries.application_draft(session, actor.organisation_id, lock=True)
    if draft is not None:
        draft.ended_at = at
        session.flush()
