"""Shapes of projects and batches as anyone may read them."""

from typing import Any

from marshmallow import fields

from app.api.fields import In, Out, Text, Whole, nothing, one_of
from app.api.paging import page_of, page_query
from app.api.registry.past import as_of_field
from app.reports.registry.open_cases import Dossier, OpenBatch, OpenProject
from cqcer.values import CaseState, Category, RulebookCode

TONNES = {"description": "Whole tonnes of CO2e."}
DEGREES_E6 = {"description": "Millionths of a degree."}


def state_field() -> fields.String:
    """Return the field that asks for cases in one state."""
    return one_of(*(state.value for state in CaseState), load_default=nothing)


class OpenProjectOut(Out):
    """A project (项目) as it stood."""

    id = fields.Integer()
    number = fields.String(allow_none=True, metadata={"description": "Registration number, once registered."})
    rulebook = fields.String()
    category = fields.String()
    title = fields.String()
    title_en = fields.String(allow_none=True)
    owner = fields.String(allow_none=True, metadata={"description": "Null where the owner is an individual."})
    methodology = fields.String()
    area_code = fields.String(allow_none=True)
    project_date = fields.Date(allow_none=True)
    crediting_first = fields.Date(allow_none=True)
    crediting_last = fields.Date(allow_none=True, metadata={"description": "Included."})
    state = fields.String()
    registered_on = fields.Date(allow_none=True)
    ended_on = fields.Date(allow_none=True)
    issued_t = fields.Integer(metadata=TONNES)
    cancelled_t = fields.Integer(metadata=TONNES)


class StepOut(Out):
    """One step of a case."""

    number = fields.Integer()
    act = fields.String()
    state = fields.String()
    on = fields.Date()


class ReportOut(Out):
    """A validation or verification report (审定报告、核查报告)."""

    body = fields.String()
    signed_on = fields.Date()
    positive = fields.Boolean()
    verified_t = fields.Integer(allow_none=True, metadata=TONNES)


class OpenDocumentOut(Out):
    """The public version of a document."""

    id = fields.Integer()
    kind = fields.String()
    filed_on = fields.Date()
    media_type = fields.String()
    size = fields.Integer()
    sha256 = fields.String()


class DossierOut(Out):
    """What else is public of a case."""

    steps = fields.List(fields.Nested(StepOut))
    reports = fields.List(fields.Nested(ReportOut))
    documents = fields.List(fields.Nested(OpenDocumentOut))
    notice_ids = fields.List(fields.Integer())


class ProjectDossierOut(OpenProjectOut):
    """A project with its public dossier."""

    dossier = fields.Nested(DossierOut)


class OpenBatchOut(Out):
    """A batch of reductions (减排量批次) as it stood."""

    id = fields.Integer()
    project_id = fields.Integer()
    project_title = fields.String()
    rulebook = fields.String()
    category = fields.String()
    first_day = fields.Date()
    last_day = fields.Date(metadata={"description": "Included."})
    state = fields.String()
    claimed_t = fields.Integer(metadata=TONNES)
    verified_t = fields.Integer(allow_none=True, metadata=TONNES)
    letter_t = fields.Integer(allow_none=True, metadata=TONNES)
    registered_on = fields.Date(allow_none=True)
    ended_on = fields.Date(allow_none=True)


class BatchDossierOut(OpenBatchOut):
    """A batch with its public dossier."""

    dossier = fields.Nested(DossierOut)


ProjectPage = page_of(OpenProjectOut, "RegistryProject")
BatchPage = page_of(OpenBatchOut, "RegistryBatch")


class AsOfQuery(In):
    """One thing as of a past day."""

    as_of = as_of_field()


def project_filters() -> dict[str, fields.Field[Any]]:
    """Return what a list of projects can be narrowed by."""
    return {
        "as_of": as_of_field(),
        "state": state_field(),
        "category": one_of(*(one.value for one in Category), load_default=nothing),
        "rulebook": one_of(*(one.value for one in RulebookCode), load_default=nothing),
        "area_code": Text(least=6, most=6, pattern="[0-9]{6}", load_default=nothing),
    }


def batch_filters() -> dict[str, fields.Field[Any]]:
    """Return what a list of batches can be narrowed by."""
    return {
        "as_of": as_of_field(),
        "state": state_field(),
        "project_id": Whole(digits=True, load_default=nothing),
    }


ProjectsQuery = page_query("registry_projects", **project_filters())
ProjectsFileQuery = In.from_dict(project_filters(), name="RegistryProjectsFileQuery")
BatchesQuery = page_query("registry_batches", **batch_filters())
BatchesFileQuery = In.from_dict(batch_filters(), name="RegistryBatchesFileQuery")


def shown_project(found: OpenProject) -> dict[str, Any]:
    """Return what `OpenProjectOut` shows of a project."""
    of = found.project
    names = (
        "id",
        "rulebook",
        "category",
        "title",
        "title_en",
        "area_code",
        "project_date",
        "crediting_first",
        "crediting_last",
    )
    return {
        **{name: getattr(of, name) for name in names},
        **{
            name: getattr(found, name)
            for name in ("number", "owner", "methodology", "state", "registered_on", "ended_on")
        },
        **found.quantities._asdict(),
    }


def shown_batch(found: OpenBatch) -> dict[str, Any]:
    """Return what `OpenBatchOut` shows of a batch."""
    of = found.batch
    return {
        **{
            name: getattr(of, name)
            for name in ("id", "project_id", "rulebook", "first_day", "last_day", "claimed_t")
        },
        **{
            name: getattr(found, name)
            for name in ("state", "verified_t", "letter_t", "registered_on", "ended_on")
        },
        "project_title": found.project.title,
        "category": found.project.category,
    }


def with_dossier(shown: dict[str, Any], dossier: Dossier) -> dict[str, Any]:
    """Return a case with its dossier."""
    return {**shown, "dossier": dossier}
