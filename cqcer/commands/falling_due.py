"""What happens to cases because a day has passed, and not because somebody acts (到期处理)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.kernel.actor import Actor
from app.kernel.days import day_in_china
from app.kernel.permissions import Permission
from app.kernel.sources import cites
from cqcer.commands.cases import write_step
from cqcer.models import Batch, CaseStep, PublicNotice, RegistryProject
from cqcer.queries import cases
from cqcer.queries.cases import Case
from cqcer.values import CaseAct, CaseState, NoticeState, Subject

REVISION_LATE: Final = "逾期未提交修改 (no revision was filed by its day)"


@cites("CQ-17.6")
def notices_due(session: Session, *, at: datetime) -> Sequence[int]:
    """Return open notices whose last day is over, the oldest first.

    Source: CQ-17.6.
    """
    return session.scalars(
        select(PublicNotice.id)
        .where(
            PublicNotice.state == NoticeState.OPEN.value,
            PublicNotice.last_day < day_in_china(at),
        )
        .order_by(PublicNotice.id)
    ).all()


@cites("CQ-20.3", "Q-09")
def revisions_due(session: Session, *, at: datetime) -> Sequence[tuple[Subject, int]]:
    """Return cases whose revision was to be filed by a day that is over.

    Source: CQ-20.3, Q-09.
    """
    found: list[tuple[Subject, int]] = []
    for subject, model, key in (
        (Subject.PROJECT, RegistryProject, CaseStep.project_id),
        (Subject.BATCH, Batch, CaseStep.batch_id),
    ):
        late = session.scalars(
            select(model.id)
            .join(CaseStep, (key == model.id) & (CaseStep.number == model.steps))
            .where(
                model.state == CaseState.REVISION_DUE.value,
                CaseStep.act == CaseAct.ASK_FOR_REVISION.value,
                CaseStep.due_on < day_in_china(at),
            )
            .order_by(model.id)
        )
        found += [(subject, case_id) for case_id in late]
    return found


@cites("CQ-20.3", "CQ-39.6", "Q-09")
def pass_revision_day(
    session: Session, *, actor: Actor, subject: Subject, case_id: int, at: datetime
) -> Case | None:
    """Send a case whose revision was not filed in time to its second evaluation; the step says it was late.

    Returns:
        The case; None where the revision has come meanwhile, or its day is not over.

    Raises:
        CaseNotFound: there is none with this id.

    Source: CQ-20.3, CQ-39.6, Q-09.
    """
    actor.require(Permission.RUN_THE_MACHINE)
    of = cases.case(session, subject, case_id, lock=True)
    if (subject, case_id) not in revisions_due(session, at=at):
        return None
    return write_step(session, of, CaseAct.TAKE_REVISION, actor=actor, at=at, reason=REVISION_LATE)
