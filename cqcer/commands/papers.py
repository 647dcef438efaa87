"""Papers of cases (材料): read by whom they concern and on record, kept as long as due."""

from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.kernel import audit
from app.kernel.actor import Actor
from app.kernel.days import day_in_china
from app.kernel.documents import Document, DocumentNotFound, document, path_of
from app.kernel.permissions import Permission
from app.kernel.sources import cites
from cqcer.errors import ReasonMissing
from cqcer.errors.parties import PaperKept
from cqcer.models import (
    Assignment,
    Batch,
    CaseDocument,
    Commission,
    DocumentRemoval,
    Expert,
    RegistryProject,
)
from cqcer.queries import cases
from cqcer.values import CommissionState, Subject


class Readable(NamedTuple):
    """What somebody may read of a paper: the whole of it, or its public version."""

    document: Document
    whole: bool


@cites("CQ-37.2", "CQ-38.2", "Q-43")
def read_paper(session: Session, *, actor: Actor, case_document_id: int, at: datetime) -> Readable:
    """Return the whole paper to whom it concerns, its public version to everybody else.

    The whole is for the owner, the agency, the Bureau, a body commissioned for the very case and an
    expert assigned to it; each of their readings is on record, and none after the commission ended.

    Raises:
        DocumentNotFound: there is no such paper, or none that the actor may read.

    Source: CQ-37.2, CQ-38.2, Q-43.
    """
    filed = session.get(CaseDocument, case_document_id)
    if filed is None:
        raise DocumentNotFound(document_id=case_document_id)
    subject = Subject.PROJECT if filed.batch_id is None else Subject.BATCH
    of = cases.case(session, subject, filed.batch_id or filed.project_id or 0)
    if _concerns(session, actor, of):
        audit.record(
            session,
            actor=actor,
            event="registry.paper.read",
            subject=("case_document", filed.id),
            at=at,
            kind=filed.kind,
        )
        return Readable(document(session, filed.document_id), whole=True)
    if filed.public_document_id is None or of.state in {"draft", "uploaded", "returned_incomplete"}:
        raise DocumentNotFound(document_id=case_document_id)
    return Readable(document(session, filed.public_document_id), whole=False)


@cites("CQ-17.13", "Q-22", "Q-47")
def kept_until(session: Session, document_id: int) -> date | None:
    """Return the last day on which a paper is kept, None where a project that rests on it goes on.

    Source: CQ-17.13, Q-22, Q-47.
    """
    found: date | None = session.scalar(
        text("select nullif(document_kept_until(:document), 'infinity'::date)"), {"document": document_id}
    )
    return found


@cites("CQ-17.13", "Q-22", "Q-47")
def remove_paper(
    session: Session, *, actor: Actor, document_id: int, reason: str, at: datetime
) -> DocumentRemoval:
    """Remove the bytes of a paper that need not be kept any more; that it was there stays on record.

    Raises:
        DocumentNotFound: there is no such paper.
        ReasonMissing: it says not why.
        PaperKept: ten years after the last batch of a project that rests on it are not over.

    Source: CQ-17.13, Q-22, Q-47.
    """
    actor.require(Permission.RUN_THE_MACHINE)
    paper = document(session, document_id)
    if not reason.strip():
        raise ReasonMissing
    last_day = kept_until(session, document_id)
    if last_day is None or day_in_china(at) <= last_day:
        raise PaperKept(document_id=document_id, kept_until=last_day and last_day.isoformat())
    earlier = session.get(DocumentRemoval, document_id)
    if earlier is not None:
        return earlier
    removed = DocumentRemoval(
        document_id=document_id,
        kept_until=last_day,
        reason=reason.strip(),
        removed_by=actor.ref,
        removed_at=at,
    )
    session.add(removed)
    session.flush()
    audit.record(
        session, actor=actor, event="registry.paper.remove", subject=("document", document_id), at=at
    )
    path_of(paper.sha256).unlink(missing_ok=True)
    return removed


def _concerns(session: Session, actor: Actor, of: RegistryProject | Batch) -> bool:
    if actor.may(Permission.REVIEW_REGISTRY_CASES) or actor.may(Permission.ISSUE_REGISTRATION_LETTER):
        return True
    project = cases.project_of(session, of)
    if actor.organisation_id is not None and actor.organisation_id == project.owner_organisation_id:
        return actor.may(Permission.APPLY_TO_REGISTRY)
    if actor.person_id is not None and actor.person_id == project.owner_person_id:
        return actor.may(Permission.APPLY_TO_REGISTRY)
    if actor.may(Permission.FILE_VV_REPORT):
        # who verifies a batch needs the papers of its project too
        return _commissioned(session, actor, of, project)
    if actor.may(Permission.FILE_EXPERT_OPINION):
        return _assigned(session, actor, of)
    return False


def _commissioned(
    session: Session, actor: Actor, of: RegistryProject | Batch, project: RegistryProject
) -> bool:
    own = (
        Commission.batch_id == of.id
        if isinstance(of, Batch)
        else (Commission.project_id == of.id)
        | Commission.batch_id.in_(select(Batch.id).where(Batch.project_id == project.id))
    )
    found = session.scalar(
        select(Commission.id)
        .where(
            own,
            Commission.organisation_id == actor.organisation_id,
            Commission.state == CommissionState.IN_FORCE.value,
        )
        .limit(1)
    )
    return found is not None


def _assigned(session: Session, actor: Actor, of: RegistryProject | Batch) -> bool:
    column = Assignment.batch_id if isinstance(of, Batch) else Assignment.project_id
    found = session.scalar(
        select(Assignment.id)
        .join(Expert, Expert.id == Assignment.expert_id)
        .where(
            column == of.id,
            Expert.staff_user_id == actor.staff_id,
            Assignment.ended_at.is_(None),
            Expert.ended_at.is_(None),
        )
        .limit(1)
    )
    return found is not None
