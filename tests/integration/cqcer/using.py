"""Builders of what units are used for: beneficiaries, cancellations, certificates."""

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from app.kernel.days import start_of_day
from app.kernel.permissions import ANYONE
from cqcer import commands
from cqcer.models import Batch, Investigation, Movement, ReportSupplement, VvReport
from cqcer.values import InvestigationKind, MovementKind, MovementOrder, Purpose
from tests.integration.cqcer import registry as build


def beneficiary(session: Session, world: build.Registry, kind: str, name: str) -> int:
    """Enter somebody for whom units may be cancelled."""
    organisation = world.owner.organisation.id if kind == "organisation" else None
    return commands.enter_beneficiary(
        session, actor=world.agency[0], kind=kind, name=name, organisation_id=organisation, at=world.at
    ).id


def cancel(
    session: Session,
    world: build.Registry,
    quantity: int,
    purpose: Purpose = Purpose.PUBLIC_BENEFIT,
    *,
    kind: str = "public",
    name: str = "公众",
    at: datetime | None = None,
    **more: Any,
) -> Movement:
    """Cancel units of the owner: proposed by one representative, confirmed by the other."""
    order = MovementOrder(
        kind=MovementKind.CANCEL,
        quantity=quantity,
        giving_account_id=world.owner.account.id,
        purpose=purpose,
        beneficiary_id=beneficiary(session, world, kind, name),
        **more,
    )
    when = at or world.at
    proposed = commands.propose_movement(
        session, actor=world.owner.initiator, order=order, key=f"cancel-{quantity}-{purpose}", at=when
    )
    return commands.confirm_movement(
        session, actor=world.owner.confirmer, movement_id=proposed.id, at=when, second_factor=True
    )


def batch_in_evaluation(session: Session, world: build.Registry) -> tuple[Batch, datetime]:
    """Bring a batch as far as its technical evaluation."""
    made = Batch(
        project_id=world.project.id,
        rulebook=world.project.rulebook,
        first_day=date(2021, 9, 15),
        last_day=date(2022, 9, 14),
        claimed_t=100,
        replayed_t=100,
        replay={},
        declarations={},
        created_by=world.owner.initiator.ref,
        created_at=world.at,
    )
    session.add(made)
    session.flush()
    session.refresh(made)
    verifier = build.body(session, at=world.at)
    report = VvReport(
        batch_id=made.id,
        organisation_id=verifier,
        signed_by=build.commissioned(session, made, verifier, at=world.at),
        document_id=build.paper(session),
        positive=True,
        findings=[],
        not_applicable=[],
        commitment=True,
        interest=False,
        verified_t=100,
        signed_on=world.at.date(),
        filed_by="staff:1",
        filed_at=world.at,
    )
    session.add(report)
    session.flush()
    notice = build.open_notice(session, made, world.at)
    assert notice.last_day is not None
    at = start_of_day(notice.last_day + timedelta(days=1))
    notice.state, notice.closed_at, notice.cleared_at = "cleared", at, at
    session.flush()
    build.step(session, made, "clear", "cleared", at)
    session.add(
        ReportSupplement(
            report_id=report.id, notice_id=notice.id, body="无公众意见", filed_by="staff:1", filed_at=at
        )
    )
    session.flush()
    build.step(session, made, "submit", "submitted", at)
    build.step(session, made, "pass_review", "in_evaluation", at)
    return made, at


def investigated(
    session: Session,
    world: build.Registry,
    kind: InvestigationKind = InvestigationKind.FRAUD,
    *,
    confirmed: bool = True,
    **more: Any,
) -> Investigation:
    """File an investigation of the owner, where one is lost, else of the project."""
    about = (
        {"account_id": world.owner.account.id}
        if kind is InvestigationKind.OWNER_LOST
        else {"project_id": world.project.id}
    )
    return commands.file_investigation(
        session,
        actor=build.staff(
            session, world.owner.organisation.id, ANYONE | {build.P.INSPECT_PROJECTS}, world.at
        ),
        kind=kind,
        confirmed=confirmed,
        finding="监测数据系伪造",
        document_id=build.paper(session),
        at=world.at,
        **about | more,
    )


def with_bureau(session: Session) -> build.Registry:
    """Make a registry with a thousand units, whose Bureau may order and decide."""
    made = build.registry(session)
    made.at = build.issued(session, made, 1000)
    powers = ANYONE | {build.P.ORDER_CANCELLATION, build.P.SET_OFFSET_RULES, build.P.DECIDE_OFFSETS}
    made.bureau = build.staff(session, made.owner.organisation.id, powers, made.at)
    return made
