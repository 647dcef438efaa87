"""Blocks on applications (不再受理): three years for fraud, two after a revision that failed."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.kernel import audit
from app.kernel.actor import Actor
from app.kernel.days import add_years, day_in_china
from app.kernel.permissions import Permission
from app.kernel.sources import cites
from cqcer import states
from cqcer.errors import BlockNotFound, ReasonMissing
from cqcer.models import ApplicationBlock, CaseStep, Investigation, RegistryProject
from cqcer.queries import cases
from cqcer.queries.cases import Case
from cqcer.rulebooks import rulebook
from cqcer.values import BlockingAct, BlockingState, CaseAct, RulebookCode


@cites("CQ-39.4", "Q-10", "Q-11")
def block_owner(
    session: Session,
    *,
    actor: Actor,
    project: RegistryProject,
    investigation: Investigation,
    at: datetime,
) -> ApplicationBlock:
    """Refuse every application of a project's owner for three years from the day of the decision.

    Source: CQ-39.4, Q-10, Q-11.
    """
    today = day_in_china(at)
    years = rulebook(RulebookCode(project.rulebook)).fraud_block_years
    made = ApplicationBlock(
        organisation_id=project.owner_organisation_id,
        person_id=project.owner_person_id,
        ground="fraud",
        of_project_id=project.id,
        investigation_id=investigation.id,
        decided_on=today,
        last_day=add_years(today, years),
        decided_by=actor.ref,
        decided_at=at,
        state=states.after(states.BLOCKING, None, BlockingAct.BEGIN).value,
    )
    return _made(session, actor, made, at)


@cites("CQ-39.6", "Q-09", "Q-11")
def block_after_failed_revision(
    session: Session, *, actor: Actor, of: Case, at: datetime
) -> ApplicationBlock | None:
    """Refuse applications for a project for two years, where its revision was late and failed again.

    Both are needed: the narrow reading for a sanction (Q-09). A revision never filed counts as late.

    Source: CQ-39.6, Q-09, Q-11.
    """
    project = cases.project_of(session, of)
    years = rulebook(RulebookCode(project.rulebook)).failed_revision_block_years
    steps = cases.steps_of_case(session, of)
    asked = [one for one in steps if one.act == CaseAct.ASK_FOR_REVISION]
    filed = [one for one in steps if one.act == CaseAct.TAKE_REVISION]
    if years is None or not asked or not filed or not _was_late(asked[-1], filed[-1]):
        return None
    today = day_in_china(at)
    made = ApplicationBlock(
        project_id=project.id,
        ground="failed_revision",
        of_project_id=project.id,
        decided_on=today,
        last_day=add_years(today, years),
        decided_by=actor.ref,
        decided_at=at,
        state=states.after(states.BLOCKING, None, BlockingAct.BEGIN).value,
    )
    return _made(session, actor, made, at)


@cites("Q-10")
def end_block(
    session: Session, *, actor: Actor, block_id: int, reason: str, at: datetime
) -> ApplicationBlock:
    """End a block early: the Bureau decides otherwise, and says why.

    Raises:
        BlockNotFound: there is none with this id.
        ReasonMissing: nothing is said why.
        ActOutOfTurn: it has ended.

    Source: Q-10.
    """
    actor.require(Permission.ORDER_CANCELLATION)
    if not reason.strip():
        raise ReasonMissing
    found = session.scalars(
        select(ApplicationBlock).where(ApplicationBlock.id == block_id).with_for_update()
    ).one_or_none()
    if found is None:
        raise BlockNotFound(block_id=block_id)
    found.state = states.after(states.BLOCKING, BlockingState(found.state), BlockingAct.END).value
    found.ended_by, found.ended_at, found.end_reason = actor.ref, at, reason.strip()
    audit.record(
        session, actor=actor, event="registry.block.end", subject=("application_block", block_id), at=at
    )
    session.flush()
    return found


def _was_late(asked: CaseStep, filed: CaseStep) -> bool:
    return asked.due_on is not None and day_in_china(filed.at) > asked.due_on


def _made(session: Session, actor: Actor, made: ApplicationBlock, at: datetime) -> ApplicationBlock:
    session.add(made)
    session.flush()
    audit.record(
        session,
        actor=actor,
        event="registry.block.begin",
        subject=("application_block", made.id),
        at=at,
        ground=made.ground,
        last_day=made.last_day.isoformat(),
    )
    return made
