"""Projects and batches on their way: drafts, documents, upload, reviews, evaluation (项目与批次办理)."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.kernel import audit
from app.kernel.actor import Actor
from app.kernel.days import day_in_china
from app.kernel.permissions import Permission
from app.kernel.sources import cites
from cqcer import states
from cqcer.checks import Report, refuse_if_failed, run
from cqcer.checks.batches import BATCH_CHECKS, DAYS_CHECKS
from cqcer.checks.facts import BatchFacts, ProjectFacts
from cqcer.checks.projects import PROJECT_CHECKS
from cqcer.commands.blocks import block_after_failed_revision
from cqcer.errors import AreaUnknown, CaseNotFound, MethodologyNotFound, ReasonMissing
from cqcer.models import Batch, CaseDocument, CaseStep, MethodologyVersion, RegistryProject
from cqcer.queries import cases, methodologies
from cqcer.queries.cases import Case
from cqcer.values import CaseAct, CaseState, Category, Period, RulebookCode, Subject

_DISTRICT: Final = text("select true from district where code = :code")
OF_OWNER: Final = frozenset(
    {CaseAct.UPLOAD, CaseAct.CHANGE_DOCUMENTS, CaseAct.SUBMIT, CaseAct.TAKE_REVISION, CaseAct.WITHDRAW}
)
_NEEDS_REASON: Final = frozenset(
    {
        CaseAct.RETURN_INCOMPLETE,
        CaseAct.CHANGE_DOCUMENTS,
        CaseAct.RETURN_AFTER_REVIEW,
        CaseAct.ASK_FOR_REVISION,
        CaseAct.FAIL_EVALUATION,
    }
)
SIMPLE: Final = OF_OWNER | {
    CaseAct.RETURN_INCOMPLETE,
    CaseAct.RETURN_AFTER_REVIEW,
    CaseAct.PASS_REVIEW,
    CaseAct.ASK_FOR_REVISION,
    CaseAct.PASS_EVALUATION,
    CaseAct.FAIL_EVALUATION,
}
"""Acts that need nothing but the step; notices, letters and registration have commands of their own."""


@cites("CQ-17.1", "CQ-42.9", "CQ-14.1", "CQ-42.10")
def begin_project(
    session: Session,
    *,
    actor: Actor,
    title: str,
    category: Category,
    methodology_version_id: int,
    project_date: date | None,
    crediting: Period | None,
    area_code: str | None,
    declarations: Mapping[str, Any],
    site_e6: tuple[int, int] | None = None,
    equipment: tuple[str, ...] = (),
    code: RulebookCode = RulebookCode.CQCER,
    at: datetime,
) -> RegistryProject:
    """Begin the draft of a project of the actor's own organisation, or of the actor in person.

    Raises:
        MethodologyNotFound: there is no such version.
        AreaUnknown: the district is none of Chongqing.

    Source: CQ-17.1, CQ-42.9, CQ-14.1, CQ-42.10, CQ-2.1.
    """
    actor.require(Permission.APPLY_TO_REGISTRY)
    if session.get(MethodologyVersion, methodology_version_id) is None:
        raise MethodologyNotFound(methodology_version_id=methodology_version_id)
    if area_code is not None and not session.scalar(_DISTRICT, {"code": area_code}):
        raise AreaUnknown(area_code=area_code)
    project = RegistryProject(
        rulebook=code.value,
        category=category.value,
        title=title.strip(),
        owner_organisation_id=actor.organisation_id,
        owner_person_id=actor.person_id if actor.organisation_id is None else None,
        methodology_version_id=methodology_version_id,
        area_code=area_code,
        latitude_e6=site_e6 and site_e6[0],
        longitude_e6=site_e6 and site_e6[1],
        equipment=list(equipment),
        project_date=project_date,
        crediting_first=crediting and crediting.first,
        crediting_last=crediting and crediting.last,
        declarations=dict(declarations),
        created_by=actor.ref,
        created_at=at,
    )
    session.add(project)
    session.flush()
    session.refresh(project)
    _record(session, actor, "registry.project.begin", project, at)
    return project


@cites("CQ-16.1", "CQ-17.10", "CQ-17.12", "CQ-42.10", "CQ-42.12")
def begin_batch(
    session: Session,
    *,
    actor: Actor,
    project_id: int,
    period: Period,
    claimed_t: int,
    replayed_t: int | None,
    replay: Mapping[str, Any],
    declarations: Mapping[str, Any],
    at: datetime,
) -> Batch:
    """Begin the draft of a batch of the actor's registered project.

    Args:
        replayed_t: what the owner's own calculation gives; the registry computes for itself and keeps
            this beside it.
        replay: what was monitored, under `inputs`.

    Raises:
        CaseNotFound: the project is not the actor's.
        ChecksFailed: its days cannot be those of a batch, or the project is not registered.
        InputsMalformed: the methodology's formula cannot be computed for the inputs.

    Source: CQ-16.1, CQ-17.10, CQ-17.12, CQ-42.10, CQ-42.12.
    """
    actor.require(Permission.APPLY_TO_REGISTRY)
    project = cases.project_of(session, owned(session, actor, Subject.PROJECT, project_id))
    refuse_if_failed(
        run(
            DAYS_CHECKS, cases.days_of_batch(session, project, period, on=day_in_china(at)), at=CaseAct.UPLOAD
        )
    )
    computed = methodologies.replay_of(session, project, replay.get("inputs", {}))
    kept = {**replay, "claimed_by_owner_t": replayed_t}
    if computed is not None:
        kept["result"] = {"steps": computed.steps, "remainder_g": computed.remainder_g}
    batch = Batch(
        project_id=project.id,
        rulebook=project.rulebook,
        first_day=period.first,
        last_day=period.last,
        claimed_t=claimed_t,
        replayed_t=None if computed is None else computed.tonnes,
        replay=kept,
        declarations=dict(declarations),
        created_by=actor.ref,
        created_at=at,
    )
    session.add(batch)
    session.flush()
    session.refresh(batch)
    _record(session, actor, "registry.batch.begin", batch, at)
    return batch


@cites("CQ-17.1", "CQ-17.4", "Q-43")
def file_document(
    session: Session,
    *,
    actor: Actor,
    subject: Subject,
    case_id: int,
    kind: str,
    document_id: int,
    public_document_id: int | None,
    at: datetime,
) -> CaseDocument:
    """File a document of the actor's own case; a later one of the same kind takes its place.

    Raises:
        CaseNotFound: it is not the actor's.

    Source: CQ-17.1, CQ-17.4, Q-43.
    """
    actor.require(Permission.APPLY_TO_REGISTRY)
    of = owned(session, actor, subject, case_id)
    filed = CaseDocument(
        **key_of(of),
        kind=kind,
        document_id=document_id,
        public_document_id=public_document_id,
        filed_by=actor.ref,
        filed_at=at,
    )
    session.add(filed)
    session.flush()
    return filed


@cites("CQ-17.5", "CQ-17.8", "CQ-17.9", "CQ-20.1", "CQ-20.2", "CQ-20.3")
def take_step(
    session: Session,
    *,
    actor: Actor,
    subject: Subject,
    case_id: int,
    act: CaseAct,
    at: datetime,
    reason: str | None = None,
    due_on: date | None = None,
) -> Case:
    """Take one step of a case that needs nothing beside it: the owner's own, or the agency's.

    Args:
        due_on: until when a revision is to be filed; with `ask_for_revision` alone (Q-15).

    Raises:
        CaseNotFound: there is none, or it is another owner's.
        ReasonMissing: it needs a ground in words.
        ChecksFailed: numbered checks stand against it.
        ActOutOfTurn: the case stands elsewhere.
        ValueError: the act has a command of its own.

    Source: CQ-17.5, CQ-17.8, CQ-17.9, CQ-20.1, CQ-20.2, CQ-20.3.
    """
    if act not in SIMPLE:
        raise ValueError(f"{act.value} has a command of its own")
    if act in OF_OWNER:
        actor.require(Permission.APPLY_TO_REGISTRY)
        of = owned(session, actor, subject, case_id, lock=True)
    else:
        actor.require(Permission.REVIEW_REGISTRY_CASES)
        of = cases.case(session, subject, case_id, lock=True)
    if act in _NEEDS_REASON and not (reason or "").strip():
        raise ReasonMissing
    report = checked(session, of, act, at=at)
    refuse_if_failed(report)
    write_step(session, of, act, actor=actor, at=at, report=report, reason=reason, due_on=due_on)
    if act is CaseAct.FAIL_EVALUATION:
        block_after_failed_revision(session, actor=actor, of=of, at=at)
    return of


@cites("CQ-20.5", "CQ-30.3")
def dry_run_case(session: Session, *, subject: Subject, case_id: int, act: CaseAct, at: datetime) -> Report:
    """Return what all checks of an act would find now; nothing is written.

    Raises:
        CaseNotFound: there is none with this id.

    Source: CQ-20.5, CQ-30.3.
    """
    return checked(session, cases.case(session, subject, case_id), act, at=at)


@cites("CQ-20.5")
def checked(session: Session, of: Case, act: CaseAct, *, at: datetime) -> Report:
    """Ask every numbered check of an act on a case.

    Source: CQ-20.5.
    """
    facts = cases.facts_of(session, of, on=day_in_china(at))
    # nationally one review is enough, and it is that of registration (CCER-15.1)
    once = act is CaseAct.REGISTER and not facts.rulebook.evaluation_needed
    acts = (CaseAct.PASS_REVIEW, act) if once else (act,)
    if isinstance(facts, ProjectFacts):
        return run(PROJECT_CHECKS, facts, at=acts)
    if isinstance(facts, BatchFacts):
        return run(BATCH_CHECKS, facts, at=acts)
    raise TypeError(type(facts).__name__)


@cites("CQ-6.3", "CQ-30.3")
def write_step(
    session: Session,
    of: Case,
    act: CaseAct,
    *,
    actor: Actor,
    at: datetime,
    report: Report | None = None,
    reason: str | None = None,
    due_on: date | None = None,
    proposal_id: int | None = None,
) -> Case:
    """Write one step of a locked case; its state follows.

    Raises:
        ActOutOfTurn: the case stands elsewhere.

    Source: CQ-6.3, CQ-30.3.
    """
    subject = Subject.PROJECT if isinstance(of, RegistryProject) else Subject.BATCH
    life = states.life_of_case(RulebookCode(of.rulebook), subject)
    present = CaseState(of.state)
    following = states.after(life, present, act)
    session.add(
        CaseStep(
            **key_of(of),
            number=of.steps + 1,
            act=act.value,
            from_state=present.value,
            to_state=following.value,
            actor=actor.ref,
            at=at,
            reason=reason,
            due_on=due_on,
            proposal_id=proposal_id,
            checks=[] if report is None else report.plain(),
        )
    )
    _record(session, actor, f"registry.case.{act.value}", of, at)
    session.flush()
    session.refresh(of)
    return of


def owned(session: Session, actor: Actor, subject: Subject, case_id: int, *, lock: bool = False) -> Case:
    """Return a case of the actor's own subject.

    Raises:
        CaseNotFound: there is none, or it is another's.

    Source: CQ-6.2.
    """
    of = cases.case(session, subject, case_id, lock=lock)
    project = cases.project_of(session, of)
    own = (actor.organisation_id, actor.person_id if actor.organisation_id is None else None)
    if (project.owner_organisation_id, project.owner_person_id) != own:
        raise CaseNotFound(subject=subject.value, id=case_id)
    return of


def key_of(of: Case) -> dict[str, int]:
    """Return by which column a row names its case.

    Source: CQ-6.3.
    """
    return {"batch_id": of.id} if isinstance(of, Batch) else {"project_id": of.id}


def _record(session: Session, actor: Actor, event: str, of: Case, at: datetime) -> None:
    kind = "batch" if isinstance(of, Batch) else "project"
    audit.record(session, actor=actor, event=event, subject=(kind, of.id), at=at, state=of.state)
