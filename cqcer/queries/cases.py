"""Reads of projects and batches, and the facts that their checks ask for."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from sqlalchemy import ColumnElement, func, select, text
from sqlalchemy.orm import Session

from app.kernel.sources import cites
from cqcer.checks.facts import BatchFacts, CaseFacts, ProjectFacts, ReportFacts
from cqcer.errors import CaseNotFound
from cqcer.likeness import BARS
from cqcer.models import (
    Assignment,
    Batch,
    CaseDocument,
    CaseStep,
    ExpertOpinion,
    Methodology,
    MethodologyVersion,
    PublicNotice,
    RegistrationLetter,
    RegistryProject,
    ReportSupplement,
    VvReport,
)
from cqcer.queries.bodies import awaits_review, current_commission, is_bound, standing_of
from cqcer.queries.likeness import answers_of, like
from cqcer.queries.methodologies import is_in_force, replay_agrees
from cqcer.queries.orders import owner_blocked_until, project_blocked_until
from cqcer.rulebooks import rulebook
from cqcer.values import (
    Activity,
    CaseAct,
    Category,
    CommissionState,
    NoticeState,
    Period,
    RulebookCode,
    Subject,
)

Case = RegistryProject | Batch

UNIQUENESS: Final = frozenset(
    {"other_mechanism", "green_power", "green_certificate", "other_rights", "counted_twice"}
)
"""What an owner declares, one by one, that the project does not take part in (CQ-42.10)."""
UNDER_WAY: Final = frozenset(
    {
        "submitted",
        "normativity_returned",
        "in_evaluation",
        "revision_due",
        "second_evaluation",
        "awaiting_letter",
        "letter_issued",
    }
)

_OBJECTIONS = text("select open_objections(:notice_id)")


def case(session: Session, subject: Subject, case_id: int, *, lock: bool = False) -> Case:
    """Return a project or a batch.

    Raises:
        CaseNotFound: there is none with this id.
    """
    held = {"key_share": True} if lock else None
    found: Case | None
    if subject is Subject.PROJECT:
        found = session.get(RegistryProject, case_id, with_for_update=held, populate_existing=lock)
    else:
        found = session.get(Batch, case_id, with_for_update=held, populate_existing=lock)
    if found is None:
        raise CaseNotFound(subject=subject.value, id=case_id)
    return found


def project_of(session: Session, of: Case) -> RegistryProject:
    """Return the project of a batch, or the project itself."""
    return of if isinstance(of, RegistryProject) else session.get_one(RegistryProject, of.project_id)


def latest_notice(session: Session, of: Case) -> PublicNotice | None:
    """Return the last public notice of a case."""
    return session.scalars(
        select(PublicNotice).where(_of(PublicNotice, of)).order_by(PublicNotice.id.desc()).limit(1)
    ).one_or_none()


def latest_report(session: Session, of: Case) -> VvReport | None:
    """Return the last filed report of a case: the one that counts."""
    return session.scalars(
        select(VvReport).where(_of(VvReport, of)).order_by(VvReport.id.desc()).limit(1)
    ).one_or_none()


def letter_of(session: Session, of: Case) -> RegistrationLetter | None:
    """Return the registration letter that names a case."""
    return session.scalars(select(RegistrationLetter).where(_of(RegistrationLetter, of))).one_or_none()


def steps_of_case(session: Session, of: Case) -> Sequence[CaseStep]:
    """Return the history of a case."""
    return session.scalars(select(CaseStep).where(_of(CaseStep, of)).order_by(CaseStep.number)).all()


def open_objections(session: Session, notice_id: int) -> int:
    """Return how many objections of a notice have no public answer."""
    return int(session.scalar(_OBJECTIONS, {"notice_id": notice_id}) or 0)


@cites("CQ-15.1", "CQ-17.1", "CQ-18.1", "CQ-20.8", "CQ-42.10")
def project_facts(session: Session, project: RegistryProject, *, on: date) -> ProjectFacts:
    """Gather what the checks of a project ask for.

    Source: CQ-15.1, CQ-17.1, CQ-18.1, CQ-20.8, CQ-42.10.
    """
    version = session.get_one(MethodologyVersion, project.methodology_version_id)
    methodology = session.get_one(Methodology, version.methodology_id)
    found = like(session, project)
    answered = {one.other_id for one in answers_of(session, project.id)}
    gone = [one for one in found if one.state == "cancelled" and one.signs & BARS]
    others = [one for one in found if one not in gone and one.was_before]
    told = project.declarations
    common = _common(session, project, project, on)
    return ProjectFacts(
        **common,
        owner_is_person=project.owner_person_id is not None,
        ownership_proved="ownership_proof" in common["documents"],
        area_code=project.area_code,
        project_date=project.project_date,
        crediting=_crediting(project),
        methodology_category=Category(methodology.category),
        # the version is fixed at submission, Q-14
        methodology_in_force=is_in_force(version, project.submitted_on or on),
        under_duty=told.get("under_duty") is not False,
        in_allowance_management=told.get("in_allowance_management") is not False,
        like_cancelled=tuple(one.name for one in gone),
        like_others=tuple(one.name for one in others),
        likeness_answered=all(one.project_id in answered for one in others),
    )


@cites("CQ-16.1", "CQ-17.10", "CQ-17.11", "CQ-17.12", "CQ-19.2", "CQ-20.7")
def batch_facts(session: Session, batch: Batch, *, on: date) -> BatchFacts:
    """Gather what the checks of a batch ask for.

    Source: CQ-16.1, CQ-17.10, CQ-17.11, CQ-17.12, CQ-19.2, CQ-20.7.
    """
    project = session.get_one(RegistryProject, batch.project_id)
    others = session.scalars(
        select(Batch).where(
            Batch.project_id == batch.project_id,
            Batch.id != batch.id,
            Batch.state.not_in(("withdrawn", "refused", "evaluation_failed")),
        )
    ).all()
    verifier = latest_report(session, batch)
    validators = session.scalars(
        select(VvReport.organisation_id).where(VvReport.project_id == project.id)
    ).all()
    crediting = _crediting(project)
    if crediting is None:
        raise CaseNotFound(subject=Subject.PROJECT.value, id=project.id)
    return BatchFacts(
        **_common(session, batch, project, on),
        project_registered=project.state == "registered",
        crediting=crediting,
        period=Period(batch.first_day, batch.last_day),
        other_periods=tuple(Period(other.first_day, other.last_day) for other in others),
        other_case_running=any(other.state in UNDER_WAY for other in others),
        registered_on=tuple(other.registered_on for other in others if other.registered_on is not None),
        claimed_t=batch.claimed_t,
        replayed_t=batch.replayed_t,
        evidence_linked=bool(batch.replay.get("inputs")),
        within_chongqing=batch.declarations.get("within_chongqing") is True,
        replay_agrees=replay_agrees(session, batch, project),
        verified_by_validator=verifier is not None and verifier.organisation_id in validators,
    )


@cites("CQ-17.10", "CQ-17.12", "CQ-16.5")
def days_of_batch(session: Session, project: RegistryProject, period: Period, *, on: date) -> BatchFacts:
    """Gather what is known of a batch that is not begun yet: its project and its days.

    Source: CQ-17.10, CQ-17.12, CQ-16.5.
    """
    others = session.execute(
        select(Batch.first_day, Batch.last_day).where(
            Batch.project_id == project.id, Batch.state.not_in(("withdrawn", "refused", "evaluation_failed"))
        )
    )
    return BatchFacts(
        rulebook=rulebook(RulebookCode(project.rulebook)),
        on=on,
        category=Category(project.category),
        documents=frozenset(),
        declared=frozenset(),
        uniqueness_declared=False,
        missing_conditions=(),
        owner_blocked_until=None,
        case_blocked_until=None,
        notice_cleared=False,
        notice_over=False,
        body_named=False,
        open_objections=0,
        report=ReportFacts(),
        letter=False,
        project_registered=project.state == "registered",
        crediting=_crediting(project) or period,
        period=period,
        other_periods=tuple(Period(first, last) for first, last in others),
        other_case_running=False,
        registered_on=(),
        claimed_t=0,
        replayed_t=None,
        evidence_linked=False,
        within_chongqing=False,
        verified_by_validator=False,
    )


def facts_of(session: Session, of: Case, *, on: date) -> CaseFacts:
    """Gather what the checks of a project or a batch ask for."""
    if isinstance(of, RegistryProject):
        return project_facts(session, of, on=on)
    return batch_facts(session, of, on=on)


_Part = (
    type[Assignment]
    | type[CaseDocument]
    | type[CaseStep]
    | type[PublicNotice]
    | type[VvReport]
    | type[RegistrationLetter]
)


def _of(model: _Part, of: Case) -> ColumnElement[bool]:
    return model.batch_id == of.id if isinstance(of, Batch) else model.project_id == of.id


def _crediting(project: RegistryProject) -> Period | None:
    if project.crediting_first is None or project.crediting_last is None:
        return None
    return Period(project.crediting_first, project.crediting_last)


def _common(session: Session, of: Case, project: RegistryProject, on: date) -> dict[str, Any]:
    notice = latest_notice(session, of)
    report = latest_report(session, of)
    letter, commission = letter_of(session, of), current_commission(session, of)
    documents = set(session.scalars(select(CaseDocument.kind).where(_of(CaseDocument, of))))
    if report is not None:
        documents.add("validation_report" if of is project else "verification_report")
    unique = of.declarations.get("uniqueness", {})
    return {
        "rulebook": rulebook(RulebookCode(of.rulebook)),
        "on": on,
        "category": Category(project.category),
        "documents": frozenset(documents),
        "declared": frozenset(of.declarations.get("responsibility", ())),
        "uniqueness_declared": all(unique.get(point) is False for point in UNIQUENESS),
        "missing_conditions": (),
        "owner_blocked_until": owner_blocked_until(session, project, on=on),
        "case_blocked_until": project_blocked_until(session, project.id, on=on),
        "notice_cleared": notice is not None and notice.state == NoticeState.CLEARED,
        "notice_over": notice is not None
        and notice.state in {NoticeState.CLEARED, NoticeState.CLOSED_PENDING_ANSWERS},
        "body_named": commission is not None and commission.state == CommissionState.IN_FORCE,
        "open_objections": 0 if notice is None else open_objections(session, notice.id),
        "report": _report(session, report, notice, project, validates=of is project),
        "letter": letter is not None,
        "letter_tonnes": None if letter is None else letter.quantity,
        "expert_opinions": _expert_opinions(session, of),
    }


def _expert_opinions(session: Session, of: Case) -> int:
    round_began = (
        select(func.max(CaseStep.at))
        .where(
            _of(CaseStep, of),
            CaseStep.act.in_((CaseAct.PASS_REVIEW.value, CaseAct.TAKE_REVISION.value)),
        )
        .scalar_subquery()
    )
    return (
        session.scalar(
            select(func.count())
            .select_from(ExpertOpinion)
            .join(Assignment, Assignment.id == ExpertOpinion.assignment_id)
            .where(_of(Assignment, of), ExpertOpinion.filed_at >= round_began)
        )
        or 0
    )


def _report(
    session: Session,
    report: VvReport | None,
    notice: PublicNotice | None,
    project: RegistryProject,
    *,
    validates: bool,
) -> ReportFacts:
    if report is None:
        return ReportFacts()
    of: Case = project if report.batch_id is None else session.get_one(Batch, report.batch_id)
    commission = current_commission(session, of)
    standing = standing_of(
        session,
        report.organisation_id,
        project,
        Activity.VALIDATION if validates else Activity.VERIFICATION,
        on=report.signed_on,
    )
    supplemented = notice is not None and session.scalar(
        select(ReportSupplement.id).where(
            ReportSupplement.report_id == report.id, ReportSupplement.notice_id == notice.id
        )
    )
    return ReportFacts(
        filed=True,
        positive=report.positive,
        findings=frozenset(report.findings),
        not_applicable=frozenset(report.not_applicable),
        commitment=report.commitment,
        signed_on=report.signed_on,
        supplemented=bool(supplemented),
        body_recognised=standing.recognised,
        body_in_scope=standing.in_scope,
        interest_in_owner=report.interest
        or is_bound(session, project, body_id=report.organisation_id, on=report.signed_on),
        commissioned=commission is not None
        and commission.state == CommissionState.IN_FORCE
        and commission.organisation_id == report.organisation_id,
        awaits_review=awaits_review(session, report.id),
        verified_t=report.verified_t,
    )
