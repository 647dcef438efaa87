"""Shapes of what owners, the agency, bodies and the Bureau do in a case."""

from typing import Any, Final

from marshmallow import ValidationError, fields, validate, validates_schema

from app.api.fields import Day, In, Text, Whole, nothing, one_of
from app.api.registry.case_schemas import TONNES
from cqcer.commands.cases import OF_OWNER, SIMPLE
from cqcer.queries.cases import UNIQUENESS
from cqcer.values import CaseAct, Category, Period, RulebookCode

RESPONSIBILITY: Final = ("authenticity", "completeness", "validity", "legality", "uniqueness")
DOCUMENT_KINDS: Final = (
    "design_document",
    "ownership_proof",
    "accounting_report",
    "monitoring_data",
    "uniqueness_commitment",
    "revision",
    "other",
)


class DeclarationsIn(In):
    """What the owner declares, point by point (CQ-17.9, CQ-42.10, CQ-15.6, CQ-15.7)."""

    uniqueness = fields.Dict(
        keys=one_of(*sorted(UNIQUENESS)),
        values=fields.Boolean(),
        load_default=dict,
        metadata={"description": "Of each point whether the project takes part; all must be said and false."},
    )
    responsibility = fields.List(
        one_of(*RESPONSIBILITY), load_default=list, validate=validate.Length(max=len(RESPONSIBILITY))
    )
    under_duty = fields.Boolean(load_default=nothing)
    in_allowance_management = fields.Boolean(load_default=nothing)
    within_chongqing = fields.Boolean(load_default=nothing)


class CreditingIn(In):
    """A crediting period, both days included (计入期)."""

    first = Day(required=True)
    last = Day(required=True)

    @validates_schema
    def check_order(self, sent: dict[str, Any], **_: Any) -> None:
        """Refuse a period that goes backwards."""
        if sent["first"] > sent["last"]:
            raise ValidationError("Must not be before the first day.", "last")


class SiteIn(In):
    """Where the project stands, in millionths of a degree."""

    latitude_e6 = Whole(least=-90_000_000, most=90_000_000, required=True)
    longitude_e6 = Whole(least=-180_000_000, most=180_000_000, required=True)


class ProjectIn(In):
    """The draft of a project."""

    title = Text(least=1, most=200, required=True)
    category = one_of(*(one.value for one in Category), required=True)
    rulebook = one_of(*(one.value for one in RulebookCode), load_default=RulebookCode.CQCER.value)
    methodology_version_id = Whole(required=True)
    project_date = Day(load_default=nothing)
    crediting = fields.Nested(CreditingIn, load_default=nothing)
    area_code = Text(least=6, most=6, pattern="[0-9]{6}", load_default=nothing)
    site = fields.Nested(SiteIn, load_default=nothing)
    equipment = fields.List(Text(least=1, most=100), load_default=list, validate=validate.Length(max=1000))
    declarations = fields.Nested(DeclarationsIn, load_default=dict)


class BatchIn(In):
    """The draft of a batch of a registered project."""

    period = fields.Nested(CreditingIn, required=True)
    claimed_t = Whole(least=1, most=10**12, required=True, metadata=TONNES)
    replayed_t = Whole(most=10**12, load_default=nothing, metadata=TONNES)
    inputs = fields.Dict(
        keys=Text(least=1, most=60, pattern="[a-z][a-z0-9_]*"),
        values=Whole(),
        load_default=dict,
        validate=validate.Length(max=200),
        metadata={"description": "Inputs of the methodology's formula, whole numbers in their units."},
    )
    declarations = fields.Nested(DeclarationsIn, load_default=dict)


class TiedBehavioursIn(In):
    """Which recorded behaviours back a batch: all of one's own scenario on some days (CQ-X.10)."""

    scenario = Text(least=3, most=40, pattern="[a-z][a-z0-9-]{2,39}", required=True)
    period = fields.Nested(CreditingIn, required=True)


class CaseDocumentIn(In):
    """A paper filed in a case, with its public version beside it (Q-43)."""

    kind = one_of(*DOCUMENT_KINDS, required=True)
    document_id = Whole(required=True)
    public_document_id = Whole(load_default=nothing)


class OwnStepIn(In):
    """A step that the owner takes."""

    act = one_of(*sorted(act.value for act in OF_OWNER), required=True)
    reason = Text(most=2000, lines=True, load_default=nothing)


class AgencyStepIn(In):
    """A step that the agency takes."""

    act = one_of(*sorted(act.value for act in SIMPLE - OF_OWNER), required=True)
    reason = Text(most=2000, lines=True, load_default=nothing)
    due_on = Day(load_default=nothing, metadata={"description": "With `ask_for_revision`, and only then."})

    @validates_schema
    def check_day(self, sent: dict[str, Any], **_: Any) -> None:
        """Ask for a day where a revision is asked for, and only there (Q-15)."""
        if (sent["act"] == CaseAct.ASK_FOR_REVISION.value) != (sent["due_on"] is not None):
            raise ValidationError("Stands with `ask_for_revision`, and only there.", "due_on")


class NoticeIn(In):
    """The completeness review passed."""

    likeness = Text(
        most=2000,
        lines=True,
        load_default=nothing,
        metadata={"description": "The agency's answer where the project resembles another (CQ-42.10)."},
    )


class LikenessIn(In):
    """Why a project is not one with those it resembles."""

    answer = Text(least=1, most=2000, lines=True, required=True)


class ReportIn(In):
    """A validation or verification report as it was signed."""

    document_id = Whole(required=True)
    positive = fields.Boolean(required=True)
    findings = fields.List(
        Text(least=1, most=60, pattern="[a-z_]+"), required=True, validate=validate.Length(max=20)
    )
    not_applicable = fields.List(
        Text(least=1, most=60, pattern="[a-z_]+"), load_default=list, validate=validate.Length(max=20)
    )
    commitment = fields.Boolean(required=True)
    interest = fields.Boolean(required=True)
    verified_t = Whole(most=10**12, load_default=nothing, metadata=TONNES)
    signed_on = Day(required=True)


class SupplementIn(In):
    """How public opinions were dealt with."""

    body = Text(least=1, most=20000, lines=True, required=True)


class LetterIn(In):
    """The Bureau's letter (登记函)."""

    number = Text(least=1, most=100, required=True)
    quantity_t = Whole(least=1, most=10**12, load_default=nothing, metadata=TONNES)
    supply_demand = Text(least=1, most=5000, lines=True, required=True)


class DryRunQuery(In):
    """Which act to try."""

    act = one_of(*(act.value for act in CaseAct), required=True)


def declared(sent: dict[str, Any]) -> dict[str, Any]:
    """Return what was declared; what was left out is not declared."""
    return {name: value for name, value in sent.items() if value is not None}


def period_of(sent: dict[str, Any] | None) -> Period | None:
    """Return the period that was sent."""
    return None if sent is None else Period(sent["first"], sent["last"])
