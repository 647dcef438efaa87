"""Experts (专家): invited by the Bureau, assigned to one thing each time, answering for what they file."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.kernel import audit
from app.kernel.actor import Actor
from app.kernel.days import day_in_china
from app.kernel.permissions import Permission
from app.kernel.sources import cites
from cqcer.errors import ReasonMissing
from cqcer.errors.parties import AssignmentNotFound, ExpertBound, ExpertInvited, ExpertNotFound
from cqcer.models import Assignment, Batch, Expert, ExpertOpinion, RegistryProject
from cqcer.queries import bodies, cases, methodologies
from cqcer.values import Subject


class On(NamedTuple):
    """What an expert is asked about; exactly one of them is named."""

    version_id: int | None = None
    project_id: int | None = None
    batch_id: int | None = None


@cites("CQ-7.1")
def invite_expert(
    session: Session, *, actor: Actor, staff_id: int, name: str, field: str, at: datetime
) -> Expert:
    """Invite an expert of a field (邀请专家).

    Raises:
        ReasonMissing: name or field is left out.
        ExpertInvited: the invitation holds already.

    Source: CQ-7.1.
    """
    actor.require(Permission.INVITE_EXPERTS)
    if not name.strip() or not field.strip():
        raise ReasonMissing
    if _current(session, staff_id) is not None:
        raise ExpertInvited(staff_id=staff_id)
    invited = Expert(
        staff_user_id=staff_id,
        name=name.strip(),
        field=field.strip(),
        invited_by=actor.ref,
        invited_at=at,
    )
    session.add(invited)
    session.flush()
    _record(session, actor, "registry.expert.invite", invited.id, at)
    return invited


@cites("CQ-7.1")
def end_invitation(session: Session, *, actor: Actor, expert_id: int, at: datetime) -> Expert:
    """End an invitation; what the expert filed stays.

    Raises:
        ExpertNotFound: there is no such invitation that still holds.

    Source: CQ-7.1.
    """
    actor.require(Permission.INVITE_EXPERTS)
    expert = session.get(Expert, expert_id, with_for_update=True)
    if expert is None or expert.ended_at is not None:
        raise ExpertNotFound(expert_id=expert_id)
    expert.ended_at = at
    _record(session, actor, "registry.expert.end", expert.id, at)
    session.flush()
    return expert


@cites("CQ-7.1", "CQ-7.2", "CQ-20.2")
def assign_expert(
    session: Session, *, actor: Actor, expert_id: int, on: On, due_on: date, at: datetime
) -> Assignment:
    """Assign an expert to a methodology's version, a project or a batch.

    The Bureau assigns to anything, the agency to what it has evaluated.

    Raises:
        ExpertNotFound: there is no such invitation that still holds.
        MethodologyNotFound, CaseNotFound: there is no such thing.
        ExpertBound: the expert has a recorded interest in the owner.

    Source: CQ-7.1, CQ-7.2, CQ-20.2.
    """
    if on.version_id is not None or not actor.may(Permission.ASSIGN_EXPERTS):
        actor.require(Permission.INVITE_EXPERTS)
    expert = session.get(Expert, expert_id)
    if expert is None or expert.ended_at is not None:
        raise ExpertNotFound(expert_id=expert_id)
    if on.version_id is not None:
        methodologies.version(session, on.version_id)
    else:
        project = _project(session, on)
        if bodies.is_bound(session, project, expert_staff_id=expert.staff_user_id, on=day_in_china(at)):
            raise ExpertBound(expert_id=expert_id)
    made = Assignment(
        expert_id=expert.id, **on._asdict(), due_on=due_on, assigned_by=actor.ref, assigned_at=at
    )
    session.add(made)
    session.flush()
    _record(session, actor, "registry.expert.assign", expert.id, at, assignment_id=made.id)
    return made


@cites("CQ-7.1", "CQ-7.2", "CQ-11.2")
def file_expert_opinion(
    session: Session,
    *,
    actor: Actor,
    assignment_id: int,
    positive: bool,
    body: str,
    principles: Mapping[str, bool] | None = None,
    document_id: int | None = None,
    at: datetime,
) -> ExpertOpinion:
    """File the opinion of the assigned expert, who is the actor; a correction is another opinion.

    Args:
        principles: of a methodology, whether each of the four principles is met.

    Raises:
        AssignmentNotFound: the actor has no such assignment that still holds.
        ReasonMissing: nothing is said.

    Source: CQ-7.1, CQ-7.2, CQ-11.2.
    """
    actor.require(Permission.FILE_EXPERT_OPINION)
    assignment = session.get(Assignment, assignment_id, with_for_update=True)
    expert = None if assignment is None else session.get_one(Expert, assignment.expert_id)
    if (
        assignment is None
        or expert is None
        or assignment.ended_at is not None
        or expert.ended_at is not None
        or expert.staff_user_id != actor.staff_id
    ):
        raise AssignmentNotFound(assignment_id=assignment_id)
    if not body.strip():
        raise ReasonMissing
    filed = ExpertOpinion(
        assignment_id=assignment.id,
        number=1
        + (session.scalar(select(func.count()).where(ExpertOpinion.assignment_id == assignment.id)) or 0),
        positive=positive,
        findings=dict(principles or {}),
        body=body.strip(),
        document_id=document_id,
        filed_by=actor.ref,
        filed_at=at,
    )
    session.add(filed)
    session.flush()
    _record(session, actor, "registry.expert.opinion", expert.id, at, assignment_id=assignment.id)
    return filed


def _current(session: Session, staff_id: int) -> Expert | None:
    return session.scalars(
        select(Expert).where(Expert.staff_user_id == staff_id, Expert.ended_at.is_(None))
    ).one_or_none()


def _project(session: Session, on: On) -> RegistryProject:
    of: RegistryProject | Batch
    if on.batch_id is not None:
        of = cases.case(session, Subject.BATCH, on.batch_id)
    else:
        of = cases.case(session, Subject.PROJECT, on.project_id or 0)
    return cases.project_of(session, of)


def _record(
    session: Session, actor: Actor, event: str, expert_id: int, at: datetime, **details: object
) -> None:
    audit.record(session, actor=actor, event=event, subject=("expert", expert_id), at=at, **details)
