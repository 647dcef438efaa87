"""Builders of the registry's parties: staff, holders, bodies, methodologies, the calendar."""

from dataclasses import dataclass
from datetime import date, datetime
from itertools import count
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.identity.models import Organisation
from app.kernel.actor import Actor, ActorKind
from app.kernel.calendar import CalendarEdition, DayKind, import_edition
from app.kernel.days import CHINA
from app.kernel.documents import Received, record_document
from app.kernel.permissions import ANYONE, Permission
from cqcer import commands
from cqcer.checks.commissions import DECLARED
from cqcer.models import (
    Assignment,
    Batch,
    Commission,
    Expert,
    ExpertOpinion,
    HoldingAccount,
    Methodology,
    MethodologyVersion,
    Recognition,
    RecognitionScope,
    RegistryProject,
    VvbPerson,
)
from cqcer.queries.methodologies import PRINCIPLES
from cqcer.values import Category, RepresentativeRole
from tests.builders import people

P = Permission
FORMULA: Final = {
    "gases": ["CO2"],
    "parameters": [{"name": "heat_kwh", "unit": "kWh", "kind": "monitored", "min": "0"}],
    "steps": [{"name": "reduction_t", "expression": "heat_kwh * 1000000"}],
    "result": "reduction_t",
    "unit": "t",
    "vectors": [{"inputs": {"heat_kwh": "0.000001"}, "tonnes": 1}],
}
NOON: Final = datetime(2025, 7, 1, 12, tzinfo=CHINA)
_numbers = count(1)
AGENCY: Final = ANYONE | {
    P.REVIEW_REGISTRY_CASES,
    P.PROPOSE_REGISTRY_ACT,
    P.CONFIRM_REGISTRY_ACT,
    P.OPEN_HOLDING_ACCOUNT,
}
HOLDER: Final = ANYONE | {P.APPLY_TO_REGISTRY, P.MOVE_OWN_UNITS}


@dataclass
class Holder:
    """An organisation with an open account and the two people who act for it."""

    organisation: Organisation
    account: HoldingAccount
    initiator: Actor
    confirmer: Actor


def staff(session: Session, organisation_id: int, permissions: frozenset[Permission], at: datetime) -> Actor:
    """Make somebody of an organisation with these permissions."""
    from app.identity import commands as identity
    from app.kernel.actor import SYSTEM

    user = identity.create_staff(
        session,
        actor=SYSTEM,
        login=f"registry-{next(_numbers)}-{people.credit_code()[-6:].lower()}",
        display_name="工作人员",
        password=people.PASSWORD,
        totp_secret=None,
        at=at,
    )
    return Actor(
        kind=ActorKind.STAFF,
        staff_id=user.id,
        organisation_id=organisation_id,
        name="工作人员",
        permissions=permissions,
    )


def paper(session: Session, at: datetime = NOON) -> int:
    """Record a document whose bytes are nobody's business here."""
    number = next(_numbers)
    received = Received(number.to_bytes(32, "big"), 10)
    return record_document(
        session, received, media_type="application/pdf", filename=f"{number}.pdf", created_by="test", at=at
    ).id


def holder(session: Session, agency: Actor, at: datetime = NOON) -> Holder:
    """Open the account of a new organisation."""
    organisation = people.organisation(session, at=at, name=f"某某能源有限公司{next(_numbers)}")
    initiator = staff(session, organisation.id, HOLDER, at)
    confirmer = staff(session, organisation.id, HOLDER, at)
    account = commands.apply_for_account(
        session, actor=initiator, papers={"licence": paper(session, at)}, at=at
    )
    for actor, role in (
        (initiator, RepresentativeRole.INITIATING),
        (confirmer, RepresentativeRole.CONFIRMING),
    ):
        commands.appoint_representative(
            session, actor=initiator, account_id=account.id, staff_id=actor.staff_id or 0, role=role, at=at
        )
    commands.open_account(session, actor=agency, account_id=account.id, at=at)
    return Holder(organisation, account, initiator, confirmer)


def calendar(session: Session, *, years: Any = range(2014, 2030), at: datetime = NOON) -> CalendarEdition:
    """Settle years with no holidays but weekends."""
    named: list[tuple[date, DayKind, str | None]] = []
    return import_edition(
        session,
        named=named,
        years=years,
        source="test",
        notice_number=None,
        imported_by="test",
        at=at,
    )


def body(session: Session, *, at: datetime = NOON, categories: tuple[str, ...] = tuple(Category)) -> int:
    """Recognise a body for everything in these categories."""
    organisation = people.organisation(session, at=at, name=f"审定核查有限公司{next(_numbers)}")
    recognised = Recognition(
        organisation_id=organisation.id,
        valid_from=date(2014, 1, 1),
        valid_to=date(2039, 12, 31),
        decided_by="staff:1",
        decided_at=at,
    )
    session.add(recognised)
    session.flush()
    session.add_all(
        RecognitionScope(recognition_id=recognised.id, activity=activity, category=category)
        for activity in ("validation", "verification")
        for category in categories
    )
    session.flush()
    return organisation.id


def signer(session: Session, organisation_id: int, *, at: datetime = NOON) -> Actor:
    """Make somebody whom a body has named to sign its reports."""
    actor = staff(session, organisation_id, ANYONE | {P.FILE_VV_REPORT}, at)
    session.add(
        VvbPerson(
            organisation_id=organisation_id,
            staff_user_id=actor.staff_id,
            name="周审核",
            qualification="注册审核员",
            named_on=date(2014, 1, 1),
            named_by=actor.ref,
            named_at=at,
        )
    )
    session.flush()
    return actor


def commissioned(
    session: Session, case: RegistryProject | Batch, organisation_id: int, *, at: datetime = NOON
) -> int:
    """Commission a body for a case, as the tables have it; return the naming of somebody who signs."""
    of = {"batch_id": case.id} if isinstance(case, Batch) else {"project_id": case.id}
    for former in session.scalars(
        select(Commission).filter_by(**of).where(Commission.state.in_(("proposed", "in_force")))
    ):
        former.state = "ended"
    session.flush()
    agreed = Commission(
        **of,
        organisation_id=organisation_id,
        agreed_on=at.date(),
        document_id=paper(session, at),
        owner_declares=True,
        proposed_by="staff:1",
        proposed_at=at,
    )
    session.add(agreed)
    session.flush()
    agreed.state, agreed.decided_by, agreed.decided_at = "in_force", "staff:2", at
    agreed.body_declares = dict.fromkeys(DECLARED, False)
    session.flush()
    signs = signer(session, organisation_id, at=at)
    return session.scalars(select(VvbPerson.id).where(VvbPerson.staff_user_id == signs.staff_id)).one()


def opinion_of_expert(
    session: Session, at: datetime, findings: dict[str, Any] | None = None, **subject: int
) -> None:
    """Have an invited expert, assigned to one thing, file an opinion, as the tables have it."""
    place = people.organisation(session, at=at, name=f"大学{next(_numbers)}")
    somebody = staff(session, place.id, ANYONE | {P.FILE_EXPERT_OPINION}, at)
    invited = Expert(
        staff_user_id=somebody.staff_id, name="李教授", field="energy", invited_by="staff:1", invited_at=at
    )
    session.add(invited)
    session.flush()
    asked = Assignment(
        expert_id=invited.id, due_on=at.date(), assigned_by="staff:1", assigned_at=at, **subject
    )
    session.add(asked)
    session.flush()
    session.add(
        ExpertOpinion(
            assignment_id=asked.id,
            number=1,
            positive=True,
            findings=findings or {},
            body="同意",
            filed_by=somebody.ref,
            filed_at=at,
        )
    )
    session.flush()


def methodology(
    session: Session,
    category: Category,
    at: datetime = NOON,
    *,
    code: str = "CQCER",
    more: tuple[str, ...] = (),
) -> MethodologyVersion:
    """Issue a methodology of a category."""
    number = next(_numbers)
    named = Methodology(
        code=f"CQM-{number:03d}",
        category=category.value,
        title="方法学",
        title_en="Methodology",
        field="energy",
    )
    session.add(named)
    session.flush()
    version = MethodologyVersion(
        methodology_id=named.id,
        rulebook=code,
        version="V01",
        state="proposed",
        parts=dict.fromkeys(("baseline", "additionality", "calculation", "monitoring_plan", *more), "x"),
        principles=dict.fromkeys(PRINCIPLES, "x"),
        formula=FORMULA,
        sector_departments=["市经济信息委"],
        issued_on=date(2024, 9, 1),
        written_by="staff:1",
        written_at=at,
    )
    session.add(version)
    session.flush()
    opinion_of_expert(session, at, dict.fromkeys(PRINCIPLES, True), version_id=version.id)
    for state in ("drafting", "under_review", "issued"):
        version.state = state
        session.flush()
    return version
