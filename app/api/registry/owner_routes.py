"""What a project owner does in the registry (项目业主): papers, drafts, steps, dry runs."""

from typing import Any

from flask import request
from werkzeug.exceptions import UnsupportedMediaType

from app.api.files import FILE, MULTIPART, name_of, received_body
from app.api.operations import Operations
from app.api.paging import dumped, page
from app.api.registry.act_schemas import (
    BatchIn,
    CaseDocumentIn,
    DryRunQuery,
    OwnStepIn,
    ProjectIn,
    TiedBehavioursIn,
    declared,
    period_of,
)
from app.api.registry.file_schemas import (
    CaseFileOut,
    CaseOut,
    CasePage,
    DryRunOut,
    FiledDocumentOut,
    NoticeOpenedOut,
    OwnCasesQuery,
    PaperOut,
    TieOut,
    shown_case,
    shown_file,
    shown_report,
)
from app.api.registry.repeating import once
from app.door.access import current_actor, requires, takes_uploads
from app.journeys import provenance
from app.kernel import clock, papers
from app.kernel.permissions import Permission
from app.kernel.session import transaction
from app.reports.registry import files_of_cases
from cqcer import commands
from cqcer.commands.cases import owned
from cqcer.queries import cases
from cqcer.values import CaseAct, Category, Period, RulebookCode, Subject

blp = Operations("registry-owner", __name__, description="What project owners do in the registry.")
SUBJECT = "<any(project, batch):subject>"
PAPER_BODIES = {
    "application/pdf": FILE,
    "image/png": FILE,
    "image/jpeg": FILE,
    MULTIPART: {"type": "object", "properties": {"file": FILE}, "required": ["file"]},
}


@blp.post("/registry/papers")
@blp.response(201, PaperOut)
@blp.takes_body(PAPER_BODIES)
@takes_uploads
@requires(Permission.BRING_PAPERS)
def bring_paper() -> dict[str, Any]:
    """Bring a PDF, a PNG or a JPEG; only the own party can then hand it in. Again is no other than once."""
    if request.mimetype not in PAPER_BODIES:
        raise UnsupportedMediaType
    received = received_body(request, limit=papers.LARGEST)
    with transaction() as session:
        kept = papers.bring(
            session, received, actor=current_actor(), filename=name_of(request, None), at=clock.now()
        )
        return dumped(
            PaperOut,
            {"id": kept.id, "sha256": kept.sha256.hex(), "size": kept.size, "media_type": kept.media_type},
        )


@blp.post("/registry/me/projects")
@blp.arguments(ProjectIn)
@blp.response(201, CaseOut)
@blp.repeatable
@requires(Permission.APPLY_TO_REGISTRY)
def begin_project(sent: dict[str, Any]) -> dict[str, Any]:
    """Begin the draft of a project."""
    site = sent["site"]

    def begin() -> dict[str, Any]:
        made = commands.begin_project(
            session,
            actor=current_actor(),
            title=sent["title"],
            category=Category(sent["category"]),
            methodology_version_id=sent["methodology_version_id"],
            project_date=sent["project_date"],
            crediting=period_of(sent["crediting"]),
            area_code=sent["area_code"],
            declarations=declared(sent["declarations"]),
            site_e6=None if site is None else (site["latitude_e6"], site["longitude_e6"]),
            equipment=tuple(sent["equipment"]),
            code=RulebookCode(sent["rulebook"]),
            at=clock.now(),
        )
        return dumped(CaseOut, shown_case(made, made.title))

    with transaction() as session:
        return once(session, "project.begin", sent, begin)


@blp.post("/registry/me/projects/<int:project_id>/batches")
@blp.arguments(BatchIn)
@blp.response(201, CaseOut)
@blp.repeatable
@requires(Permission.APPLY_TO_REGISTRY)
def begin_batch(sent: dict[str, Any], project_id: int) -> dict[str, Any]:
    """Begin the draft of a batch of the own registered project."""

    def begin() -> dict[str, Any]:
        made = commands.begin_batch(
            session,
            actor=current_actor(),
            project_id=project_id,
            period=Period(sent["period"]["first"], sent["period"]["last"]),
            claimed_t=sent["claimed_t"],
            replayed_t=sent["replayed_t"],
            replay={"inputs": sent["inputs"]},
            declarations=declared(sent["declarations"]),
            at=clock.now(),
        )
        return dumped(CaseOut, shown_case(made, cases.project_of(session, made).title))

    with transaction() as session:
        return once(session, f"batch.begin:{project_id}", sent, begin)


@blp.post("/registry/me/batches/<int:batch_id>/behaviours")
@blp.arguments(TiedBehavioursIn)
@blp.response(201, TieOut)
@blp.repeatable
@requires(Permission.APPLY_TO_REGISTRY)
def tie_behaviours(sent: dict[str, Any], batch_id: int) -> dict[str, Any]:
    """Tie all behaviours of the own scenario on some days to the own draft batch, and to no other."""
    with transaction() as session:
        return once(
            session,
            f"batch.behaviours:{batch_id}",
            sent,
            lambda: dumped(
                TieOut,
                provenance.tie_behaviours(
                    session,
                    actor=current_actor(),
                    batch_id=batch_id,
                    scenario_code=sent["scenario"],
                    period=Period(sent["period"]["first"], sent["period"]["last"]),
                    at=clock.now(),
                ),
            ),
        )


@blp.get(f"/registry/me/cases/{SUBJECT}")
@blp.arguments(OwnCasesQuery, location="query")
@blp.response(200, CasePage)
@requires(Permission.APPLY_TO_REGISTRY)
def list_own_cases(query: dict[str, Any], subject: str) -> dict[str, Any]:
    """List the own projects or batches, drafts included."""
    limit = query.pop("limit")
    with transaction() as session:
        found = files_of_cases.cases_in(
            session, Subject(subject), limit=limit + 1, owner=current_actor(), **query
        )
        return page(
            CasePage,
            found,
            name="registry_own_cases",
            limit=limit,
            place=lambda row: row.id,
            show=lambda row: shown_case(row, cases.project_of(session, row).title),
        )


@blp.get(f"/registry/me/cases/{SUBJECT}/<int:case_id>")
@blp.response(200, CaseFileOut)
@requires(Permission.APPLY_TO_REGISTRY)
def get_own_case(subject: str, case_id: int) -> dict[str, Any]:
    """Return the file of one of the own cases, with what every check found at every step."""
    with transaction() as session:
        found = files_of_cases.own_file(session, Subject(subject), case_id, actor=current_actor())
        return dumped(CaseFileOut, shown_file(found))


@blp.get(f"/registry/me/cases/{SUBJECT}/<int:case_id>/dry-run")
@blp.arguments(DryRunQuery, location="query")
@blp.response(200, DryRunOut)
@requires(Permission.APPLY_TO_REGISTRY)
def try_own_step(query: dict[str, Any], subject: str, case_id: int) -> dict[str, Any]:
    """Return what every numbered check of an act finds now; nothing is written."""
    with transaction() as session:
        owned(session, current_actor(), Subject(subject), case_id)
        report = commands.dry_run_case(
            session, subject=Subject(subject), case_id=case_id, act=CaseAct(query["act"]), at=clock.now()
        )
        return dumped(DryRunOut, shown_report(report))


@blp.post(f"/registry/me/cases/{SUBJECT}/<int:case_id>/documents")
@blp.arguments(CaseDocumentIn)
@blp.response(201, FiledDocumentOut)
@blp.repeatable
@requires(Permission.APPLY_TO_REGISTRY)
def file_case_document(sent: dict[str, Any], subject: str, case_id: int) -> dict[str, Any]:
    """File a paper in the own case; a later one of the same kind takes its place."""

    def file() -> dict[str, Any]:
        papers.check_brought(
            session, actor=current_actor(), document_ids=(sent["document_id"], sent["public_document_id"])
        )
        filed = commands.file_document(
            session,
            actor=current_actor(),
            subject=Subject(subject),
            case_id=case_id,
            at=clock.now(),
            **sent,
        )
        return dumped(FiledDocumentOut, filed)

    with transaction() as session:
        return once(session, f"case.document:{subject}:{case_id}", sent, file)


@blp.post(f"/registry/me/cases/{SUBJECT}/<int:case_id>/notice")
@blp.response(201, NoticeOpenedOut)
@blp.repeatable
@requires(Permission.APPLY_TO_REGISTRY)
def open_own_notice(subject: str, case_id: int) -> dict[str, Any]:
    """Open the public notice of the own case, where the rulebook leaves that to the owner (CCER-12.1)."""
    with transaction() as session:
        return once(
            session,
            f"case.notice:{subject}:{case_id}",
            {},
            lambda: dumped(
                NoticeOpenedOut,
                commands.open_notice(
                    session, actor=current_actor(), subject=Subject(subject), case_id=case_id, at=clock.now()
                ),
            ),
        )


@blp.post(f"/registry/me/cases/{SUBJECT}/<int:case_id>/steps")
@blp.arguments(OwnStepIn)
@blp.response(200, CaseOut)
@blp.repeatable
@requires(Permission.APPLY_TO_REGISTRY)
def take_own_step(sent: dict[str, Any], subject: str, case_id: int) -> dict[str, Any]:
    """Upload, change, submit, revise or withdraw the own case; refused with every check against it."""

    def take() -> dict[str, Any]:
        of = commands.take_step(
            session,
            actor=current_actor(),
            subject=Subject(subject),
            case_id=case_id,
            act=CaseAct(sent["act"]),
            reason=sent["reason"],
            at=clock.now(),
        )
        return dumped(CaseOut, shown_case(of, cases.project_of(session, of).title))

    with transaction() as session:
        return once(session, f"case.step:{subject}:{case_id}", sent, take)
