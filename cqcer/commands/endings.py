"""The end of projects (项目注销与撤销): investigated, wished by the owner, or revoked for fraud."""

from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from app.kernel import audit
from app.kernel.actor import Actor
from app.kernel.permissions import Permission
from app.kernel.sources import cites
from cqcer import queries, states
from cqcer.commands.blocks import block_owner
from cqcer.commands.cases import owned, write_step
from cqcer.errors import (
    CaseNotFound,
    InvestigationUnfit,
    ReasonMissing,
    SamePerson,
)
from cqcer.models import CaseProposal, Investigation, RegistryProject
from cqcer.queries import cases
from cqcer.queries.cases import Case
from cqcer.values import CaseAct, CaseState, InvestigationKind, Subject

OWNERS_WISH: Final = "owner_wish"


@cites("CQ-22.1", "CQ-22.2", "CQ-39.1", "Q-12")
def file_investigation(
    session: Session,
    *,
    actor: Actor,
    kind: InvestigationKind,
    confirmed: bool,
    finding: str,
    document_id: int,
    project_id: int | None = None,
    account_id: int | None = None,
    successor_account_id: int | None = None,
    at: datetime,
) -> Investigation:
    """File what an investigation found; it is never changed, a later one stands beside it.

    Args:
        account_id: whose holder is lost; with `owner_lost`.
        successor_account_id: of the legal successor, which keeps the units (Q-12).

    Raises:
        ReasonMissing: it says nothing of what was found.
        InvestigationUnfit: it does not name what it is about.

    Source: CQ-22.1, CQ-22.2, CQ-39.1, Q-12.
    """
    actor.require(Permission.INSPECT_PROJECTS)
    if not finding.strip():
        raise ReasonMissing
    about = account_id if kind is InvestigationKind.OWNER_LOST else project_id
    if about is None or (successor_account_id is not None and kind is not InvestigationKind.OWNER_LOST):
        raise InvestigationUnfit(kind=kind.value)
    filed = Investigation(
        kind=kind.value,
        project_id=project_id,
        account_id=account_id,
        successor_account_id=successor_account_id,
        confirmed=confirmed,
        finding=finding.strip(),
        document_id=document_id,
        filed_by=actor.ref,
        filed_at=at,
    )
    session.add(filed)
    session.flush()
    audit.record(
        session,
        actor=actor,
        event="registry.investigation.file",
        subject=("investigation", filed.id),
        at=at,
        kind=kind.value,
        confirmed=confirmed,
    )
    return filed


@cites("CQ-22.3")
def ask_to_cancel_project(
    session: Session, *, actor: Actor, project_id: int, document_id: int, at: datetime
) -> CaseProposal:
    """Apply, as its owner, to cancel a registered project; its units stay as they are (Q-12).

    Raises:
        CaseNotFound: it is not the actor's.
        ActOutOfTurn: it is not registered.

    Source: CQ-22.3.
    """
    actor.require(Permission.APPLY_TO_REGISTRY)
    project = owned(session, actor, Subject.PROJECT, project_id, lock=True)
    return _proposed(session, actor, project, CaseAct.CANCEL, OWNERS_WISH, document_id, None, at)


@cites("CQ-22.1", "CQ-22.5")
def propose_ending(
    session: Session, *, actor: Actor, project_id: int, investigation_id: int, at: datetime
) -> CaseProposal:
    """Propose to cancel a project whose owner is lost, or which is no more, as an investigation confirmed.

    Raises:
        CaseNotFound: there is no such project.
        InvestigationUnfit: the investigation did not confirm it, or is about something else.
        ActOutOfTurn: the project is not registered.

    Source: CQ-22.1, CQ-22.5.
    """
    actor.require(Permission.PROPOSE_REGISTRY_ACT)
    project = _project(session, project_id)
    found = queries.investigation(session, investigation_id)
    if found.kind == InvestigationKind.FRAUD or not _confirms(session, found, project):
        raise InvestigationUnfit(investigation_id=investigation_id)
    return _proposed(session, actor, project, CaseAct.CANCEL, found.kind, found.document_id, found.id, at)


@cites("CQ-39.1", "CQ-39.4", "Q-10", "Q-54")
def decide_revocation(
    session: Session, *, actor: Actor, project_id: int, investigation_id: int, at: datetime
) -> CaseProposal:
    """Decide, as the Bureau, to revoke a project for fraud; its owner is blocked from this day on.

    The agency carries it out (`confirm_ending`); orders to cancel units are issued apart.

    Raises:
        CaseNotFound: there is no such project.
        InvestigationUnfit: no fraud was confirmed in this project.
        ActOutOfTurn: the project is not registered.

    Source: CQ-39.1, CQ-39.4, Q-10, Q-54.
    """
    actor.require(Permission.ORDER_CANCELLATION)
    project = _project(session, project_id)
    found = _fraud(session, investigation_id, project)
    proposal = _proposed(session, actor, project, CaseAct.REVOKE, found.kind, found.document_id, found.id, at)
    block_owner(session, actor=actor, project=project, investigation=found, at=at)
    return proposal


@cites("CQ-22.1", "CQ-22.3", "CQ-39.1")
def confirm_ending(session: Session, *, actor: Actor, proposal_id: int, at: datetime) -> RegistryProject:
    """Cancel or revoke a project that another person proposed, or the Bureau decided, to end.

    Raises:
        CaseNotFound: there is no such proposal.
        SamePerson: the actor proposed it.
        ActOutOfTurn: the project has ended already.

    Source: CQ-22.1, CQ-22.3, CQ-39.1.
    """
    actor.require(Permission.CONFIRM_REGISTRY_ACT)
    proposal = session.get(CaseProposal, proposal_id)
    if proposal is None or proposal.project_id is None or proposal.act == CaseAct.REGISTER:
        raise CaseNotFound(proposal_id=proposal_id)
    if proposal.proposed_by == actor.ref:
        raise SamePerson
    project = _project(session, proposal.project_id)
    write_step(
        session,
        project,
        CaseAct(proposal.act),
        actor=actor,
        at=at,
        reason=proposal.ground,
        proposal_id=proposal.id,
    )
    return project


@cites("Q-56", "CQ-39.1", "CQ-39.4")
def refuse_for_fraud(
    session: Session,
    *,
    actor: Actor,
    subject: Subject,
    case_id: int,
    investigation_id: int,
    at: datetime,
) -> Case:
    """Refuse for good an application in which fraud was found before registration; block its owner.

    Raises:
        CaseNotFound: there is no such case.
        InvestigationUnfit: no fraud was confirmed in its project.
        ActOutOfTurn: it is registered, or has ended.

    Source: Q-56, CQ-39.1, CQ-39.4.
    """
    actor.require(Permission.ORDER_CANCELLATION)
    of = cases.case(session, subject, case_id, lock=True)
    project = cases.project_of(session, of)
    found = _fraud(session, investigation_id, project)
    write_step(session, of, CaseAct.REFUSE_FOR_FRAUD, actor=actor, at=at, reason=found.finding)
    block_owner(session, actor=actor, project=project, investigation=found, at=at)
    return of


def _project(session: Session, project_id: int) -> RegistryProject:
    return cases.project_of(session, cases.case(session, Subject.PROJECT, project_id, lock=True))


def _fraud(session: Session, investigation_id: int, project: RegistryProject) -> Investigation:
    found = queries.investigation(session, investigation_id)
    if found.kind != InvestigationKind.FRAUD or not _confirms(session, found, project):
        raise InvestigationUnfit(investigation_id=investigation_id)
    return found


def _confirms(session: Session, found: Investigation, project: RegistryProject) -> bool:
    if not found.confirmed:
        return False
    if found.account_id is None:
        return found.project_id == project.id
    account = queries.account(session, found.account_id)
    whose = (project.owner_organisation_id, project.owner_person_id)
    return (account.organisation_id, account.person_id) == whose


def _proposed(
    session: Session,
    actor: Actor,
    project: Case,
    act: CaseAct,
    ground: str,
    document_id: int,
    investigation_id: int | None,
    at: datetime,
) -> CaseProposal:
    states.after(states.PROJECT, CaseState(project.state), act)
    made = CaseProposal(
        project_id=project.id,
        act=act.value,
        ground=ground,
        investigation_id=investigation_id,
        ground_document_id=document_id,
        proposed_by=actor.ref,
        proposed_at=at,
    )
    session.add(made)
    session.flush()
    audit.record(
        session,
        actor=actor,
        event=f"registry.project.propose_{act.value}",
        subject=("project", project.id),
        at=at,
        ground=ground,
    )
    return made
