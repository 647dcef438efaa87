"""What the agency, the bodies and the Bureau do in a case (办理): reviews, reports, letters, registration."""

from typing import Any

from app.api.operations import Operations
from app.api.paging import dumped, page
from app.api.registry.act_schemas import (
    AgencyStepIn,
    DryRunQuery,
    LetterIn,
    LikenessIn,
    NoticeIn,
    ReportIn,
    SupplementIn,
)
from app.api.registry.file_schemas import (
    AllCasesQuery,
    CaseFileOut,
    CaseOut,
    CasePage,
    CaseProposalOut,
    DryRunOut,
    FiledReportOut,
    LetterOut,
    LikenessesOut,
    NoticeOpenedOut,
    SupplementOut,
    shown_case,
    shown_file,
    shown_report,
)
from app.api.registry.owner_routes import SUBJECT
from app.api.registry.repeating import once
from app.door.access import current_actor, requires, requires_fresh_factor
from app.kernel import clock, papers
from app.kernel.permissions import Permission
from app.kernel.session import transaction
from app.reports.registry import files_of_cases
from cqcer import commands
from cqcer.queries import cases, likeness
from cqcer.values import CaseAct, Subject

blp = Operations(
    "registry-office", __name__, description="What the agency, the bodies and the Bureau do in a case."
)
CASE = f"/registry/cases/{SUBJECT}/<int:case_id>"


@blp.get(f"/registry/cases/{SUBJECT}")
@blp.arguments(AllCasesQuery, location="query")
@blp.response(200, CasePage)
@requires(Permission.REVIEW_REGISTRY_CASES)
def list_cases(query: dict[str, Any], subject: str) -> dict[str, Any]:
    """List all projects or batches, for the agency."""
    limit = query.pop("limit")
    with transaction() as session:
        found = files_of_cases.cases_in(session, Subject(subject), limit=limit + 1, **query)
        return page(
            CasePage,
            found,
            name="registry_all_cases",
            limit=limit,
            place=lambda row: row.id,
            show=lambda row: shown_case(row, cases.project_of(session, row).title),
        )


@blp.get(CASE)
@blp.response(200, CaseFileOut)
@requires(Permission.REVIEW_REGISTRY_CASES)
def get_case(subject: str, case_id: int) -> dict[str, Any]:
    """Return the file of a case, with what every check found at every step."""
    with transaction() as session:
        return dumped(CaseFileOut, shown_file(files_of_cases.any_file(session, Subject(subject), case_id)))


@blp.get(f"{CASE}/dry-run")
@blp.arguments(DryRunQuery, location="query")
@blp.response(200, DryRunOut)
@requires(Permission.REVIEW_REGISTRY_CASES)
def try_step(query: dict[str, Any], subject: str, case_id: int) -> dict[str, Any]:
    """Return what every numbered check of an act finds now; nothing is written."""
    with transaction() as session:
        report = commands.dry_run_case(
            session, subject=Subject(subject), case_id=case_id, act=CaseAct(query["act"]), at=clock.now()
        )
        return dumped(DryRunOut, shown_report(report))


@blp.post(f"{CASE}/steps")
@blp.arguments(AgencyStepIn)
@blp.response(200, CaseOut)
@blp.repeatable
@requires(Permission.REVIEW_REGISTRY_CASES)
def take_agency_step(sent: dict[str, Any], subject: str, case_id: int) -> dict[str, Any]:
    """Return, review or evaluate a case; refused with every check that stands against it."""

    def take() -> dict[str, Any]:
        of = commands.take_step(
            session,
            actor=current_actor(),
            subject=Subject(subject),
            case_id=case_id,
            act=CaseAct(sent["act"]),
            reason=sent["reason"],
            due_on=sent["due_on"],
            at=clock.now(),
        )
        return dumped(CaseOut, shown_case(of, cases.project_of(session, of).title))

    with transaction() as session:
        return once(session, f"case.step:{subject}:{case_id}", sent, take)


@blp.post(f"{CASE}/notice")
@blp.arguments(NoticeIn)
@blp.response(201, NoticeOpenedOut)
@blp.repeatable
@requires(Permission.REVIEW_REGISTRY_CASES)
def open_notice(sent: dict[str, Any], subject: str, case_id: int) -> dict[str, Any]:
    """Pass the completeness review and open the public notice; its last day is fixed at once."""
    with transaction() as session:
        return once(
            session,
            f"case.notice:{subject}:{case_id}",
            sent,
            lambda: dumped(
                NoticeOpenedOut,
                commands.open_notice(
                    session,
                    actor=current_actor(),
                    subject=Subject(subject),
                    case_id=case_id,
                    likeness=sent["likeness"],
                    at=clock.now(),
                ),
            ),
        )


@blp.post("/registry/cases/project/<int:case_id>/likeness")
@blp.arguments(LikenessIn)
@blp.response(201, LikenessesOut)
@blp.repeatable
@requires(Permission.REVIEW_REGISTRY_CASES)
def answer_likeness(sent: dict[str, Any], case_id: int) -> dict[str, Any]:
    """Say why a project is not one with those it resembles; what was answered before stays (CQ-42.10)."""

    def answer() -> dict[str, Any]:
        commands.answer_likeness(
            session, actor=current_actor(), project_id=case_id, answer=sent["answer"], at=clock.now()
        )
        return dumped(LikenessesOut, {"answers": likeness.answers_of(session, case_id)})

    with transaction() as session:
        return once(session, f"case.likeness:project:{case_id}", sent, answer)


@blp.post(f"{CASE}/reports")
@blp.arguments(ReportIn)
@blp.response(201, FiledReportOut)
@blp.repeatable
@requires(Permission.FILE_VV_REPORT)
def file_report(sent: dict[str, Any], subject: str, case_id: int) -> dict[str, Any]:
    """File the own body's report on a project or a batch; the last one filed counts."""

    def file() -> dict[str, Any]:
        papers.check_brought(session, actor=current_actor(), document_ids=(sent["document_id"],))
        filed = commands.file_report(
            session,
            actor=current_actor(),
            subject=Subject(subject),
            case_id=case_id,
            organisation_id=current_actor().organisation_id or 0,
            document_id=sent["document_id"],
            positive=sent["positive"],
            findings=frozenset(sent["findings"]),
            not_applicable=frozenset(sent["not_applicable"]),
            commitment=sent["commitment"],
            interest=sent["interest"],
            verified_t=sent["verified_t"],
            signed_on=sent["signed_on"],
            at=clock.now(),
        )
        return dumped(FiledReportOut, filed)

    with transaction() as session:
        return once(session, f"case.report:{subject}:{case_id}", sent, file)


@blp.post(f"{CASE}/supplement")
@blp.arguments(SupplementIn)
@blp.response(201, SupplementOut)
@blp.repeatable
@requires(Permission.FILE_VV_REPORT)
def supplement_report(sent: dict[str, Any], subject: str, case_id: int) -> dict[str, Any]:
    """Say how public opinions were dealt with, also where none came."""
    with transaction() as session:
        return once(
            session,
            f"case.supplement:{subject}:{case_id}",
            sent,
            lambda: dumped(
                SupplementOut,
                commands.supplement_report(
                    session,
                    actor=current_actor(),
                    subject=Subject(subject),
                    case_id=case_id,
                    body=sent["body"],
                    at=clock.now(),
                ),
            ),
        )


@blp.post(f"{CASE}/letter")
@blp.arguments(LetterIn)
@blp.response(201, LetterOut)
@blp.repeatable
@requires_fresh_factor
@requires(Permission.ISSUE_REGISTRATION_LETTER)
def issue_letter(sent: dict[str, Any], subject: str, case_id: int) -> dict[str, Any]:
    """Issue the Bureau's letter on a case whose evaluation passed, weighed on supply and demand."""
    with transaction() as session:
        return once(
            session,
            f"case.letter:{subject}:{case_id}",
            sent,
            lambda: dumped(
                LetterOut,
                commands.issue_letter(
                    session,
                    actor=current_actor(),
                    subject=Subject(subject),
                    case_id=case_id,
                    number=sent["number"],
                    quantity=sent["quantity_t"],
                    supply_demand=sent["supply_demand"],
                    at=clock.now(),
                ),
            ),
        )


@blp.post(f"{CASE}/registration")
@blp.response(201, CaseProposalOut)
@blp.repeatable
@requires(Permission.PROPOSE_REGISTRY_ACT)
def propose_registration(subject: str, case_id: int) -> dict[str, Any]:
    """Propose to register a case on its letter; of a batch, to issue its units to the owner."""
    with transaction() as session:
        return once(
            session,
            f"case.registration:{subject}:{case_id}",
            {},
            lambda: dumped(
                CaseProposalOut,
                commands.propose_registration(
                    session, actor=current_actor(), subject=Subject(subject), case_id=case_id, at=clock.now()
                ),
            ),
        )


@blp.post("/registry/proposals/<int:proposal_id>/confirmation")
@blp.response(200, CaseOut)
@blp.repeatable
@requires_fresh_factor
@requires(Permission.CONFIRM_REGISTRY_ACT)
def confirm_registration(proposal_id: int) -> dict[str, Any]:
    """Register what another person proposed; a batch is registered by issuing its units."""

    def confirm() -> dict[str, Any]:
        of = commands.confirm_registration(
            session, actor=current_actor(), proposal_id=proposal_id, at=clock.now()
        )
        return dumped(CaseOut, shown_case(of, cases.project_of(session, of).title))

    with transaction() as session:
        return once(session, f"proposal.confirm:{proposal_id}", {}, confirm)
