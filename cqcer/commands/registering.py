"""Reports, letters and registration: what the bodies file, the Bureau lets, the agency carries out (登记)."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.kernel.actor import Actor
from app.kernel.days import day_in_china
from app.kernel.permissions import Permission
from app.kernel.sources import cites
from cqcer import queries
from cqcer.checks import refuse_if_failed, run
from cqcer.checks.commissions import COMMISSION_CHECKS
from cqcer.commands.cases import checked, key_of, write_step
from cqcer.commands.confirming import confirm_movement
from cqcer.commands.moving import propose_movement
from cqcer.errors import CaseNotFound, HoldingAccountNotFound, NoticeNotFound, ReasonMissing, SamePerson
from cqcer.models import Batch, CaseProposal, Movement, RegistrationLetter, ReportSupplement, VvReport
from cqcer.queries import bodies, cases
from cqcer.queries.cases import Case
from cqcer.values import CaseAct, CommissionAct, MovementKind, MovementOrder, Subject


@cites("CQ-18.1", "CQ-18.2", "CQ-18.4", "CQ-19.1", "CQ-19.2", "CQ-19.5", "CQ-21.1", "CQ-21.3")
def file_report(
    session: Session,
    *,
    actor: Actor,
    subject: Subject,
    case_id: int,
    organisation_id: int,
    document_id: int,
    positive: bool,
    findings: frozenset[str],
    not_applicable: frozenset[str] = frozenset(),
    commitment: bool,
    interest: bool,
    verified_t: int | None,
    signed_on: date,
    at: datetime,
) -> VvReport:
    """File one's own body's report on a project or a batch, as it was signed; the last one filed counts.

    Raises:
        CaseNotFound: there is no such case.
        ChecksFailed: on the day of signature the body was not recognised, out of scope, bound to the
            owner, the project's validator, not commissioned, or the actor not named to sign.

    Source: CQ-18.1, CQ-18.2, CQ-18.4, CQ-19.1, CQ-19.2, CQ-19.5, CQ-21.1, CQ-21.3.
    """
    actor.require(Permission.FILE_VV_REPORT)
    of = cases.case(session, subject, case_id, lock=True)
    facts = bodies.commission_facts(
        session,
        of,
        organisation_id,
        own=actor.organisation_id == organisation_id,
        signer_staff_id=actor.staff_id,
        on=signed_on,
    )
    refuse_if_failed(run(COMMISSION_CHECKS, facts, at=CommissionAct.SIGN))
    signed_by = bodies.signer(session, organisation_id, actor.staff_id, on=signed_on)
    report = VvReport(
        **key_of(of),
        organisation_id=organisation_id,
        document_id=document_id,
        positive=positive,
        findings=sorted(findings),
        not_applicable=sorted(not_applicable),
        commitment=commitment,
        interest=interest,
        verified_t=verified_t,
        signed_by=None if signed_by is None else signed_by.id,
        signed_on=signed_on,
        filed_by=actor.ref,
        filed_at=at,
    )
    session.add(report)
    session.flush()
    return report


@cites("CQ-18.3", "CQ-19.4")
def supplement_report(
    session: Session, *, actor: Actor, subject: Subject, case_id: int, body: str, at: datetime
) -> ReportSupplement:
    """Say how public opinions were dealt with, also where none came.

    Raises:
        NoticeNotFound: the case has no notice, or no report of the actor's own body.
        ReasonMissing: nothing is said.

    Source: CQ-18.3, CQ-19.4.
    """
    actor.require(Permission.FILE_VV_REPORT)
    of = cases.case(session, subject, case_id)
    notice, report = cases.latest_notice(session, of), cases.latest_report(session, of)
    if notice is None or report is None or report.organisation_id != actor.organisation_id:
        raise NoticeNotFound(case_id=case_id)
    if not body.strip():
        raise ReasonMissing
    supplement = ReportSupplement(
        report_id=report.id, notice_id=notice.id, body=body.strip(), filed_by=actor.ref, filed_at=at
    )
    session.add(supplement)
    session.flush()
    return supplement


@cites("CQ-20.4", "CQ-4.1")
def issue_letter(
    session: Session,
    *,
    actor: Actor,
    subject: Subject,
    case_id: int,
    number: str,
    quantity: int | None,
    supply_demand: str,
    at: datetime,
) -> RegistrationLetter:
    """Issue the Bureau's letter on a case whose evaluation passed, weighed on supply and demand.

    Raises:
        CaseNotFound: there is no such case.
        ReasonMissing: it does not say on what it was weighed.
        ActOutOfTurn: the case does not wait for a letter.

    Source: CQ-20.4, CQ-4.1.
    """
    actor.require(Permission.ISSUE_REGISTRATION_LETTER)
    of = cases.case(session, subject, case_id, lock=True)
    if not supply_demand.strip():
        raise ReasonMissing
    letter = RegistrationLetter(
        **key_of(of),
        number=number,
        quantity=quantity,
        supply_demand=supply_demand.strip(),
        issued_by=actor.ref,
        issued_on=day_in_china(at),
        issued_at=at,
    )
    session.add(letter)
    session.flush()
    write_step(session, of, CaseAct.ISSUE_LETTER, actor=actor, at=at)
    return letter


@cites("CQ-20.5", "CQ-20.6")
def propose_registration(
    session: Session, *, actor: Actor, subject: Subject, case_id: int, at: datetime
) -> CaseProposal:
    """Propose to register a case on its letter; of a batch, to issue its units to the owner.

    Raises:
        CaseNotFound: there is no such case.
        HoldingAccountNotFound: the owner has no account to issue to.
        ChecksFailed: numbered checks stand against it.

    Source: CQ-20.5, CQ-20.6.
    """
    actor.require(Permission.PROPOSE_REGISTRY_ACT)
    of = cases.case(session, subject, case_id, lock=True)
    refuse_if_failed(checked(session, of, CaseAct.REGISTER, at=at))
    proposal = CaseProposal(**key_of(of), act=CaseAct.REGISTER.value, proposed_by=actor.ref, proposed_at=at)
    session.add(proposal)
    session.flush()
    if isinstance(of, Batch):
        _propose_issue(session, actor, of, key=f"proposal:{proposal.id}", at=at)
    return proposal


@cites("CQ-20.5", "CQ-20.6", "CQ-20.7")
def confirm_registration(session: Session, *, actor: Actor, proposal_id: int, at: datetime) -> Case:
    """Register what another person proposed; a batch is registered by issuing its units.

    Raises:
        CaseNotFound: there is no such proposal.
        SamePerson: the actor proposed it.
        ChecksFailed: what stood for it then does no longer.

    Source: CQ-20.5, CQ-20.6, CQ-20.7.
    """
    actor.require(Permission.CONFIRM_REGISTRY_ACT)
    proposal = session.get(CaseProposal, proposal_id)
    if proposal is None:
        raise CaseNotFound(proposal_id=proposal_id)
    if proposal.proposed_by == actor.ref:
        raise SamePerson
    subject = Subject.PROJECT if proposal.batch_id is None else Subject.BATCH
    of = cases.case(session, subject, proposal.batch_id or proposal.project_id or 0, lock=True)
    report = checked(session, of, CaseAct.REGISTER, at=at)
    refuse_if_failed(report)
    write_step(session, of, CaseAct.REGISTER, actor=actor, at=at, report=report, proposal_id=proposal.id)
    if isinstance(of, Batch):
        waiting = session.scalars(
            select(Movement.id)
            .where(Movement.batch_id == of.id, Movement.state == "proposed")
            .order_by(Movement.id.desc())
        ).first()
        if waiting is None:
            raise CaseNotFound(proposal_id=proposal_id)
        confirm_movement(session, actor=actor, movement_id=waiting, at=at)
    return of


def _propose_issue(session: Session, actor: Actor, batch: Batch, *, key: str, at: datetime) -> Movement:
    project = cases.project_of(session, batch)
    account = queries.account_of(
        session, organisation_id=project.owner_organisation_id, person_id=project.owner_person_id
    )
    if account is None:
        raise HoldingAccountNotFound(project_id=project.id)
    letter, report = cases.letter_of(session, batch), cases.latest_report(session, batch)
    quantity: Any = letter.quantity if letter is not None else report and report.verified_t
    order = MovementOrder(
        kind=MovementKind.ISSUE,
        quantity=int(quantity or 0),
        taking_account_id=account.id,
        batch_id=batch.id,
        from_state=None,
    )
    return propose_movement(session, actor=actor, order=order, key=key, at=at)
