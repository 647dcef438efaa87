"""Reads of bodies: recognitions, people, interests, commissions, flagged reports and what rests on them."""

from collections.abc import Sequence
from datetime import date
from typing import Final, NamedTuple

from sqlalchemy import func, or_, select, text
from sqlalchemy.orm import Session

from app.kernel.sources import cites
from cqcer.checks.facts import CommissionFacts
from cqcer.errors.parties import CommissionNotFound, RecognitionNotFound
from cqcer.models import (
    Batch,
    Commission,
    IssuedBlock,
    KnownInterest,
    Methodology,
    MethodologyVersion,
    Recognition,
    RecognitionScope,
    RecognitionStep,
    RegistryProject,
    ReportFlag,
    VvbPerson,
    VvReport,
)
from cqcer.values import Activity, CommissionState

_MAY_ACT: Final = text(
    "select recognised, in_scope from body_may_act(:body, :day, :activity, :category, :field)"
)
_BOUND: Final = text("select bound_to_owner(:body, :expert, :project, :day)")
STANDS: Final = "stands"


class Standing(NamedTuple):
    """Whether a body is recognised on a day, and for this kind of work."""

    recognised: bool
    in_scope: bool


class Affected(NamedTuple):
    """A flagged report, and the units that were issued on it."""

    flag: ReportFlag
    report: VvReport
    project: RegistryProject
    units: int


def recognition(session: Session, recognition_id: int, *, lock: bool = False) -> Recognition:
    """Return a recognition.

    Raises:
        RecognitionNotFound: there is none with this id.
    """
    found = session.get(Recognition, recognition_id, populate_existing=lock)
    if found is None:
        raise RecognitionNotFound(recognition_id=recognition_id)
    return found


def recognitions_of(session: Session, organisation_id: int) -> Sequence[Recognition]:
    """Return every recognition of a body, the latest first."""
    return session.scalars(
        select(Recognition)
        .where(Recognition.organisation_id == organisation_id)
        .order_by(Recognition.valid_from.desc(), Recognition.id.desc())
    ).all()


def scopes_of(session: Session, recognition_id: int) -> Sequence[RecognitionScope]:
    """Return what a recognition allows (业务范围)."""
    return session.scalars(
        select(RecognitionScope)
        .where(RecognitionScope.recognition_id == recognition_id)
        .order_by(RecognitionScope.category, RecognitionScope.activity, RecognitionScope.field)
    ).all()


def steps_of_recognition(session: Session, recognition_id: int) -> Sequence[RecognitionStep]:
    """Return the Bureau's decisions on a recognition in their order."""
    return session.scalars(
        select(RecognitionStep)
        .where(RecognitionStep.recognition_id == recognition_id)
        .order_by(RecognitionStep.number)
    ).all()


def people_of_body(session: Session, organisation_id: int) -> Sequence[VvbPerson]:
    """Return whom a body has named to sign, those who left too."""
    return session.scalars(
        select(VvbPerson).where(VvbPerson.organisation_id == organisation_id).order_by(VvbPerson.id)
    ).all()


def interests_of(
    session: Session, *, body_id: int | None = None, expert_staff_id: int | None = None
) -> Sequence[KnownInterest]:
    """Return the recorded interests of a body or an expert."""
    return session.scalars(
        select(KnownInterest)
        .where(
            KnownInterest.body_id == body_id
            if body_id is not None
            else KnownInterest.expert_staff_id == expert_staff_id
        )
        .order_by(KnownInterest.id)
    ).all()


def commission(session: Session, commission_id: int, *, lock: bool = False) -> Commission:
    """Return a commission.

    Raises:
        CommissionNotFound: there is none with this id.
    """
    found = session.get(
        Commission,
        commission_id,
        with_for_update={"key_share": True} if lock else None,
        populate_existing=lock,
    )
    if found is None:
        raise CommissionNotFound(commission_id=commission_id)
    return found


def current_commission(session: Session, of: RegistryProject | Batch) -> Commission | None:
    """Return the commission of a case that is proposed or in force."""
    column = Commission.batch_id if isinstance(of, Batch) else Commission.project_id
    return session.scalars(
        select(Commission).where(
            column == of.id,
            Commission.state.in_((CommissionState.PROPOSED.value, CommissionState.IN_FORCE.value)),
        )
    ).one_or_none()


def commissions_of_body(session: Session, organisation_id: int) -> Sequence[Commission]:
    """Return every commission of a body, the latest first."""
    return session.scalars(
        select(Commission).where(Commission.organisation_id == organisation_id).order_by(Commission.id.desc())
    ).all()


@cites("CQ-21.1", "CQ-21.2")
def standing_of(
    session: Session, organisation_id: int, project: RegistryProject, activity: Activity, *, on: date
) -> Standing:
    """Tell whether a body is recognised on a day, and for this activity in the project's kind.

    Source: CQ-21.1, CQ-21.2.
    """
    field = session.scalar(
        select(Methodology.field)
        .join(MethodologyVersion, MethodologyVersion.methodology_id == Methodology.id)
        .where(MethodologyVersion.id == project.methodology_version_id)
    )
    row = session.execute(
        _MAY_ACT,
        {
            "body": organisation_id,
            "day": on,
            "activity": activity.value,
            "category": project.category,
            "field": field,
        },
    ).one()
    return Standing(row.recognised, row.in_scope)


@cites("CQ-21.3", "CQ-7.2")
def is_bound(
    session: Session,
    project: RegistryProject,
    *,
    body_id: int | None = None,
    expert_staff_id: int | None = None,
    on: date,
) -> bool:
    """Tell whether a body or an expert is bound to the project's owner on a day, or is the owner.

    Source: CQ-21.3, CQ-7.2.
    """
    return bool(
        session.scalar(_BOUND, {"body": body_id, "expert": expert_staff_id, "project": project.id, "day": on})
    )


@cites("CQ-17.2", "CQ-17.3", "CQ-21.1", "CQ-21.2", "CQ-21.3")
def commission_facts(
    session: Session,
    of: RegistryProject | Batch,
    organisation_id: int,
    *,
    own: bool,
    declared: frozenset[str] = frozenset(),
    signer_staff_id: int | None = None,
    on: date,
) -> CommissionFacts:
    """Gather what the checks of a commission, or of a signature under it, ask for.

    Source: CQ-17.2, CQ-17.3, CQ-21.1, CQ-21.2, CQ-21.3.
    """
    verifies = isinstance(of, Batch)
    project = session.get_one(RegistryProject, of.project_id) if isinstance(of, Batch) else of
    activity = Activity.VERIFICATION if verifies else Activity.VALIDATION
    standing = standing_of(session, organisation_id, project, activity, on=on)
    current = current_commission(session, of)
    validated = verifies and session.scalar(
        select(VvReport.id)
        .where(VvReport.project_id == project.id, VvReport.organisation_id == organisation_id)
        .limit(1)
    )
    return CommissionFacts(
        own=own,
        recognised=standing.recognised,
        in_scope=standing.in_scope,
        bound_to_owner=is_bound(session, project, body_id=organisation_id, on=on),
        declared=declared,
        validated_it=bool(validated),
        in_force=current is not None
        and current.state == CommissionState.IN_FORCE
        and current.organisation_id == organisation_id,
        signer_named=signer(session, organisation_id, signer_staff_id, on=on) is not None,
    )


def signer(session: Session, organisation_id: int, staff_id: int | None, *, on: date) -> VvbPerson | None:
    """Return the naming under which a staff user signs for a body on a day."""
    return session.scalars(
        select(VvbPerson)
        .where(
            VvbPerson.organisation_id == organisation_id,
            VvbPerson.staff_user_id == staff_id,
            VvbPerson.named_on <= on,
            or_(VvbPerson.ended_on.is_(None), VvbPerson.ended_on > on),
        )
        .order_by(VvbPerson.id.desc())
        .limit(1)
    ).one_or_none()


def awaits_review(session: Session, report_id: int) -> bool:
    """Tell whether a report is flagged and not found to stand (复核)."""
    return (
        session.scalar(
            select(ReportFlag.id)
            .where(
                ReportFlag.report_id == report_id,
                or_(ReportFlag.outcome.is_(None), ReportFlag.outcome != STANDS),
            )
            .limit(1)
        )
        is not None
    )


@cites("CQ-38.1")
def flagged_reports(session: Session, organisation_id: int) -> list[Affected]:
    """Return the flagged reports of a body, with the units issued on each that are to be looked into.

    Source: CQ-38.1.
    """
    units = (
        select(func.coalesce(func.sum(IssuedBlock.end_no - IssuedBlock.start_no + 1), 0))
        .where(
            or_(
                IssuedBlock.batch_id == VvReport.batch_id,
                IssuedBlock.batch_id.in_(select(Batch.id).where(Batch.project_id == VvReport.project_id)),
            )
        )
        .correlate(VvReport)
        .scalar_subquery()
    )
    rows = session.execute(
        select(ReportFlag, VvReport, RegistryProject, units)
        .join(VvReport, VvReport.id == ReportFlag.report_id)
        .outerjoin(Batch, Batch.id == VvReport.batch_id)
        .join(RegistryProject, RegistryProject.id == func.coalesce(VvReport.project_id, Batch.project_id))
        .where(VvReport.organisation_id == organisation_id)
        .order_by(ReportFlag.id)
    )
    return [Affected(flag, report, project, int(issued)) for flag, report, project, issued in rows]
