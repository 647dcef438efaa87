"""Cases as those see them who work on them (办理档案): the owner's own, or all of them for the agency."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.kernel.actor import Actor
from app.kernel.calendar import working_days_after
from app.kernel.sources import cites
from cqcer import states
from cqcer.commands.cases import owned
from cqcer.models import Batch, BatchProvenance, CaseDocument, CaseProposal, CaseStep, RegistryProject
from cqcer.queries import cases
from cqcer.queries.cases import Case
from cqcer.queries.provenance import ties_of_batch
from cqcer.rulebooks import rulebook
from cqcer.values import CaseState, RulebookCode, Subject


@dataclass(frozen=True, kw_only=True)
class CaseFile:
    """A case with all its steps, papers and open proposals."""

    subject: Subject
    of: Case
    project: RegistryProject
    steps: tuple[CaseStep, ...]
    documents: tuple[CaseDocument, ...]
    proposals: tuple[CaseProposal, ...]
    backed_by: tuple[BatchProvenance, ...]
    notice_id: int | None
    acts: tuple[str, ...]
    registration_due: date | None  # nationally fifteen working days from submission, CCER-15.2

    @property
    def due_on(self) -> date | None:
        """Return until when a revision is to be filed, while it is."""
        if self.of.state != CaseState.REVISION_DUE or not self.steps:
            return None
        return self.steps[-1].due_on


@cites("CQ-6.2", "CQ-6.3")
def own_file(session: Session, subject: Subject, case_id: int, *, actor: Actor) -> CaseFile:
    """Return a case of the actor's own subject.

    Raises:
        CaseNotFound: there is none, or it is another's.

    Source: CQ-6.2, CQ-6.3.
    """
    return _file(session, subject, owned(session, actor, subject, case_id))


@cites("CQ-6.2", "CQ-6.3")
def any_file(session: Session, subject: Subject, case_id: int) -> CaseFile:
    """Return any case, for the agency.

    Raises:
        CaseNotFound: there is none.

    Source: CQ-6.2, CQ-6.3.
    """
    return _file(session, subject, cases.case(session, subject, case_id))


@cites("CQ-6.2")
def cases_in(
    session: Session,
    subject: Subject,
    *,
    after: int | None,
    limit: int,
    state: str | None = None,
    owner: Actor | None = None,
) -> Sequence[Case]:
    """Return cases by id, of one owner or of all.

    Source: CQ-6.2.
    """
    if subject is Subject.PROJECT:
        wanted: Any = select(RegistryProject)
    else:
        wanted = select(Batch).join(RegistryProject, RegistryProject.id == Batch.project_id)
    model = RegistryProject if subject is Subject.PROJECT else Batch
    if owner is not None:
        wanted = wanted.where(
            RegistryProject.owner_organisation_id == owner.organisation_id
            if owner.organisation_id is not None
            else RegistryProject.owner_person_id == owner.person_id
        )
    if state is not None:
        wanted = wanted.where(model.state == state)
    if after is not None:
        wanted = wanted.where(model.id > after)
    found: Sequence[Case] = session.scalars(wanted.order_by(model.id).limit(limit)).all()
    return found


@cites("CQ-30.3")
def as_plain(step: CaseStep) -> dict[str, Any]:
    """Return a step with what its checks found.

    Source: CQ-30.3.
    """
    names = ("number", "act", "from_state", "to_state", "actor", "reason", "due_on", "checks")
    at: datetime = step.at
    return {**{name: getattr(step, name) for name in names}, "at": at}


def _file(session: Session, subject: Subject, of: Case) -> CaseFile:
    documents = session.scalars(
        select(CaseDocument).where(_of(CaseDocument, of)).order_by(CaseDocument.id)
    ).all()
    steps = cases.steps_of_case(session, of)
    used = {one.proposal_id for one in steps}
    proposals = session.scalars(
        select(CaseProposal).where(_of(CaseProposal, of)).order_by(CaseProposal.id)
    ).all()
    notice = cases.latest_notice(session, of)
    code = RulebookCode(of.rulebook)
    days = rulebook(code).registration_working_days
    life = states.life_of_case(code, subject)
    return CaseFile(
        subject=subject,
        of=of,
        project=cases.project_of(session, of),
        steps=tuple(steps),
        documents=tuple(documents),
        proposals=tuple(one for one in proposals if one.id not in used),
        backed_by=tuple(ties_of_batch(session, of.id)) if isinstance(of, Batch) else (),
        notice_id=None if notice is None else notice.id,
        acts=tuple(sorted(act.value for act in states.allowed(life, CaseState(of.state)))),
        registration_due=None
        if days is None or of.submitted_on is None
        else working_days_after(session, of.submitted_on, days).last_day,
    )


def _of(model: type[CaseDocument] | type[CaseProposal], of: Case) -> Any:
    return model.batch_id == of.id if isinstance(of, Batch) else model.project_id == of.id
