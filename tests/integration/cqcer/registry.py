"""Builders of the registry's cases: a registered project, batches ready to be issued."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

from sqlalchemy.orm import Session

from app.kernel.actor import Actor
from app.kernel.days import CHINA, start_of_day
from app.kernel.permissions import ANYONE
from cqcer import commands
from cqcer.models import (
    Batch,
    CaseProposal,
    CaseStep,
    Movement,
    Opinion,
    PublicNotice,
    RegistrationLetter,
    RegistryProject,
    ReportSupplement,
    VvReport,
)
from cqcer.values import Category, MovementKind, MovementOrder
from tests.builders import people
from tests.integration.cqcer.parties import (
    AGENCY,
    HOLDER,
    NOON,
    Holder,
    P,
    body,
    calendar,
    commissioned,
    holder,
    methodology,
    opinion_of_expert,
    paper,
    signer,
    staff,
)

__all__ = [
    "AGENCY",
    "ANYONE",
    "HOLDER",
    "NOON",
    "Holder",
    "P",
    "Registry",
    "batch",
    "body",
    "calendar",
    "commissioned",
    "holder",
    "issue",
    "issued",
    "methodology",
    "open_notice",
    "opinion",
    "opinion_of_expert",
    "paper",
    "people",
    "project_on_notice",
    "register",
    "registry",
    "signer",
    "staff",
    "step",
    "to_letter",
]
_numbers = count(1)


@dataclass
class Registry:
    """What every test of units needs."""

    agency: tuple[Actor, Actor]
    bureau: Actor
    owner: Holder
    project: RegistryProject
    at: datetime


def step(
    session: Session, case: RegistryProject | Batch, act: str, to: str, at: datetime, **more: Any
) -> None:
    """Take one step of a case, as the tables have it."""
    subject = {"batch_id": case.id} if isinstance(case, Batch) else {"project_id": case.id}
    session.add(
        CaseStep(
            **subject,
            number=case.steps + 1,
            act=act,
            from_state=case.state,
            to_state=to,
            actor=more.pop("actor", "staff:1"),
            at=at,
            checks=[],
            **more,
        )
    )
    session.flush()
    session.refresh(case)


def project_on_notice(
    session: Session,
    owner: Holder,
    *,
    category: Category = Category.ENGINEERING,
    crediting: tuple[date, date] = (date(2021, 9, 15), date(2026, 9, 14)),
    at: datetime = NOON,
) -> tuple[RegistryProject, PublicNotice, VvReport]:
    """Bring a project as far as its public notice."""
    project = RegistryProject(
        rulebook="CQCER",
        category=category.value,
        title="余热利用项目",
        owner_organisation_id=owner.organisation.id,
        methodology_version_id=methodology(session, category, at).id,
        equipment=[],
        project_date=date(2020, 1, 1),
        crediting_first=crediting[0],
        crediting_last=crediting[1],
        declarations={},
        created_by=owner.initiator.ref,
        created_at=at,
    )
    session.add(project)
    session.flush()
    session.refresh(project)
    validator = body(session, at=at)
    report = VvReport(
        project_id=project.id,
        organisation_id=validator,
        signed_by=commissioned(session, project, validator, at=at),
        document_id=paper(session, at),
        positive=True,
        findings=[],
        not_applicable=[],
        commitment=True,
        interest=False,
        signed_on=at.date(),
        filed_by="staff:1",
        filed_at=at,
    )
    session.add(report)
    session.flush()
    return project, open_notice(session, project, at), report


def open_notice(session: Session, case: RegistryProject | Batch, at: datetime) -> PublicNotice:
    """Upload a case and open its notice."""
    if case.state != "uploaded":
        step(session, case, "upload", "uploaded", at)
    subject = {"batch_id": case.id} if isinstance(case, Batch) else {"project_id": case.id}
    notice = PublicNotice(**subject, working_days=20)
    session.add(notice)
    session.flush()
    step(session, case, "open_notice", "on_notice", at)
    notice.state, notice.opened_on, notice.opened_at = "open", at.astimezone(CHINA).date(), at
    notice.opened_by = "staff:1"
    session.flush()
    session.refresh(notice)
    return notice


def to_letter(
    session: Session,
    case: RegistryProject | Batch,
    notice: PublicNotice,
    report: VvReport,
    *,
    quantity: int | None = None,
) -> datetime:
    """Let the notice run out, submit, evaluate, and issue the letter; return when."""
    assert notice.last_day is not None
    at = start_of_day(notice.last_day + timedelta(days=1))
    notice.state, notice.closed_at, notice.cleared_at = "cleared", at, at
    session.flush()
    step(session, case, "clear", "cleared", at)
    session.add(
        ReportSupplement(
            report_id=report.id,
            notice_id=notice.id,
            body="无公众意见",
            filed_by="staff:1",
            filed_at=at,
        )
    )
    session.flush()
    step(session, case, "submit", "submitted", at)
    step(session, case, "pass_review", "in_evaluation", at)
    step(session, case, "pass_evaluation", "awaiting_letter", at)
    subject = {"batch_id": case.id} if isinstance(case, Batch) else {"project_id": case.id}
    session.add(
        RegistrationLetter(
            **subject,
            number=f"渝环登〔2025〕{next(_numbers)}号",
            quantity=quantity,
            supply_demand="供需平衡",
            issued_by="staff:1",
            issued_on=at.astimezone(CHINA).date(),
            issued_at=at,
        )
    )
    session.flush()
    step(session, case, "issue_letter", "letter_issued", at)
    return at


def register(session: Session, case: RegistryProject | Batch, at: datetime) -> None:
    """Register on two people's word."""
    subject = {"batch_id": case.id} if isinstance(case, Batch) else {"project_id": case.id}
    proposal = CaseProposal(**subject, act="register", proposed_by="staff:1", proposed_at=at)
    session.add(proposal)
    session.flush()
    step(session, case, "register", "registered", at, actor="staff:2", proposal_id=proposal.id)


def registry(
    session: Session, *, category: Category = Category.ENGINEERING, years: int = 5, at: datetime = NOON
) -> Registry:
    """Make an agency, an owner with an account, and a registered project."""
    calendar(session, at=at)
    place = people.organisation(session, at=at, name=f"管理服务机构{next(_numbers)}")
    agency = (staff(session, place.id, AGENCY, at), staff(session, place.id, AGENCY, at))
    bureau = staff(session, place.id, ANYONE | {P.ISSUE_REGISTRATION_LETTER}, at)
    owner = holder(session, agency[0], at)
    project, notice, report = project_on_notice(
        session, owner, category=category, crediting=(date(2021, 9, 15), date(2021 + years, 9, 14)), at=at
    )
    then = to_letter(session, project, notice, report)
    register(session, project, then)
    return Registry(agency, bureau, owner, project, then)


def batch(
    session: Session,
    registry: Registry,
    *,
    first: date = date(2021, 9, 15),
    last: date = date(2022, 9, 14),
    quantity: int = 1000,
    verified: int | None = None,
    replayed: int | None = None,
) -> tuple[Batch, datetime]:
    """Bring a batch as far as its letter."""
    at = registry.at
    made = Batch(
        project_id=registry.project.id,
        rulebook=registry.project.rulebook,
        first_day=first,
        last_day=last,
        claimed_t=quantity,
        replayed_t=replayed or quantity,
        replay={},
        declarations={},
        created_by=registry.owner.initiator.ref,
        created_at=at,
    )
    session.add(made)
    session.flush()
    session.refresh(made)
    verifier = body(session, at=at)
    report = VvReport(
        batch_id=made.id,
        organisation_id=verifier,
        signed_by=commissioned(session, made, verifier, at=at),
        document_id=paper(session, at),
        positive=True,
        findings=[],
        not_applicable=[],
        commitment=True,
        interest=False,
        verified_t=verified or quantity,
        signed_on=at.date(),
        filed_by="staff:1",
        filed_at=at,
    )
    session.add(report)
    session.flush()
    notice = open_notice(session, made, at)
    return made, to_letter(session, made, notice, report, quantity=quantity)


def issue(session: Session, registry: Registry, batch: Batch, quantity: int, at: datetime) -> Movement:
    """Issue the units of a batch: one of the agency proposes, another confirms."""
    order = MovementOrder(
        kind=MovementKind.ISSUE,
        quantity=quantity,
        taking_account_id=registry.owner.account.id,
        batch_id=batch.id,
        from_state=None,
    )
    proposed = commands.propose_movement(
        session, actor=registry.agency[0], order=order, key=f"issue-{batch.id}", at=at
    )
    register(session, batch, at)
    return commands.confirm_movement(session, actor=registry.agency[1], movement_id=proposed.id, at=at)


def issued(session: Session, registry: Registry, quantity: int = 1000, **more: Any) -> datetime:
    """Issue a batch of so many units to the owner; return when."""
    made, at = batch(session, registry, quantity=quantity, **more)
    issue(session, registry, made, quantity, at)
    return at


def opinion(session: Session, notice: PublicNotice, kind: str, at: datetime) -> Opinion:
    """Say something in a notice."""
    said = Opinion(
        notice_id=notice.id,
        number=0,
        kind=kind,
        body="不具备额外性",
        filed_by="anonymous:0",
        filed_at=at,
    )
    session.add(said)
    session.flush()
    session.refresh(said)
    return said
