"""Shapes of cases for those who work on them: what stands in the file, what was done."""

from typing import Any

from marshmallow import fields

from app.api.fields import Out
from app.api.paging import page_of, page_query
from app.api.registry.case_schemas import TONNES, state_field
from app.reports.registry.files_of_cases import CaseFile, as_plain
from cqcer.checks import Report
from cqcer.models import Batch
from cqcer.queries.cases import Case
from cqcer.values import Subject


class PaperOut(Out):
    """A paper that the caller brought."""

    id = fields.Integer()
    sha256 = fields.String()
    size = fields.Integer()
    media_type = fields.String()


class CaseOut(Out):
    """A case as it stands."""

    subject = fields.String()
    id = fields.Integer()
    project_id = fields.Integer()
    number = fields.String(allow_none=True)
    rulebook = fields.String()
    title = fields.String()
    state = fields.String()
    submitted_on = fields.Date(allow_none=True)
    registered_on = fields.Date(allow_none=True)


class StepTakenOut(Out):
    """A step with what its checks found."""

    number = fields.Integer()
    act = fields.String()
    from_state = fields.String()
    to_state = fields.String()
    actor = fields.String()
    at = fields.DateTime()
    reason = fields.String(allow_none=True)
    due_on = fields.Date(allow_none=True)
    checks = fields.List(fields.Dict(keys=fields.String()))


class FiledDocumentOut(Out):
    """A paper of a case."""

    id = fields.Integer()
    kind = fields.String()
    document_id = fields.Integer()
    public_document_id = fields.Integer(allow_none=True)
    filed_at = fields.DateTime()


class CaseProposalOut(Out):
    """What one person proposed and another confirms."""

    id = fields.Integer()
    act = fields.String()
    proposed_by = fields.String()
    proposed_at = fields.DateTime()


class TieOut(Out):
    """Behaviours of one scenario on some days, which back this batch and no other (CQ-X.10)."""

    scenario_id = fields.Integer()
    first_day = fields.Date()
    last_day = fields.Date(metadata={"description": "Included."})
    behaviours = fields.Integer()
    reduction_g = fields.Integer(metadata={"description": "Grams of CO2e, counted by the database."})
    tied_at = fields.DateTime()


class CaseFileOut(CaseOut):
    """A case with its whole file."""

    notice_id = fields.Integer(allow_none=True)
    due_on = fields.Date(allow_none=True, metadata={"description": "Until when a revision is to be filed."})
    registration_due = fields.Date(
        allow_none=True,
        metadata={"description": "Until when it is to be registered, where the rules say so."},
    )
    acts = fields.List(fields.String(), metadata={"description": "What can be done now, by whoever may."})
    steps = fields.List(fields.Nested(StepTakenOut))
    documents = fields.List(fields.Nested(FiledDocumentOut))
    proposals = fields.List(fields.Nested(CaseProposalOut))
    backed_by = fields.List(fields.Nested(TieOut))


class OutcomeOut(Out):
    """What one numbered check finds."""

    code = fields.Integer()
    verdict = fields.String()
    severity = fields.String()
    source = fields.String()
    zh = fields.String()
    en = fields.String()
    details = fields.Dict(keys=fields.String())


class DryRunOut(Out):
    """What all checks of an act find; nothing was written."""

    would_refuse = fields.Boolean()
    outcomes = fields.List(fields.Nested(OutcomeOut))


class FiledReportOut(Out):
    """A filed report."""

    id = fields.Integer()
    signed_on = fields.Date()
    positive = fields.Boolean()
    verified_t = fields.Integer(allow_none=True, metadata=TONNES)


class SupplementOut(Out):
    """A filed supplement."""

    id = fields.Integer()
    report_id = fields.Integer()
    notice_id = fields.Integer()


class LetterOut(Out):
    """An issued letter."""

    id = fields.Integer()
    number = fields.String()
    quantity_t = fields.Integer(attribute="quantity", allow_none=True, metadata=TONNES)
    issued_on = fields.Date()


class NoticeOpenedOut(Out):
    """A notice that has opened."""

    id = fields.Integer()
    opened_on = fields.Date()
    last_day = fields.Date()


class LikenessOut(Out):
    """The agency's answer to the likeness of two projects, which stays."""

    other_id = fields.Integer(metadata={"description": "The project it resembles."})
    signs = fields.List(fields.String(), metadata={"description": "What the two have in common."})
    answer = fields.String()
    answered_at = fields.DateTime()


class LikenessesOut(Out):
    """All answers about one project."""

    answers = fields.List(fields.Nested(LikenessOut))


CasePage = page_of(CaseOut, "RegistryCase")
OwnCasesQuery = page_query("registry_own_cases", state=state_field())
AllCasesQuery = page_query("registry_all_cases", state=state_field())


def shown_case(of: Case, title: str) -> dict[str, Any]:
    """Return what `CaseOut` shows of a case."""
    if isinstance(of, Batch):
        own: dict[str, Any] = {"subject": Subject.BATCH, "project_id": of.project_id, "number": None}
    else:
        own = {"subject": Subject.PROJECT, "project_id": of.id, "number": of.number}
    return {
        **own,
        "title": title,
        **{name: getattr(of, name) for name in ("id", "rulebook", "state", "submitted_on", "registered_on")},
    }


def shown_file(found: CaseFile) -> dict[str, Any]:
    """Return what `CaseFileOut` shows of a case."""
    return {
        **shown_case(found.of, found.project.title),
        "notice_id": found.notice_id,
        "due_on": found.due_on,
        "registration_due": found.registration_due,
        "acts": found.acts,
        "steps": [as_plain(step) for step in found.steps],
        "documents": found.documents,
        "proposals": found.proposals,
        "backed_by": found.backed_by,
    }


def shown_report(report: Report) -> dict[str, Any]:
    """Return what `DryRunOut` shows of a report of checks."""
    return {
        "would_refuse": bool(report.refusals),
        "outcomes": [one._asdict() for one in report.outcomes],
    }
