"""Projects and batches as anyone may read them (项目与减排量公开)."""

from collections.abc import Iterable
from typing import Any

from flask import Response

from app.api.operations import Operations
from app.api.paging import dumped, page
from app.api.registry.case_schemas import (
    AsOfQuery,
    BatchDossierOut,
    BatchesFileQuery,
    BatchesQuery,
    BatchPage,
    OpenBatchOut,
    OpenProjectOut,
    ProjectDossierOut,
    ProjectPage,
    ProjectsFileQuery,
    ProjectsQuery,
    shown_batch,
    shown_project,
    with_dossier,
)
from app.api.registry.past import CSV, csv_answer, instant
from app.door.access import requires
from app.kernel.permissions import Permission
from app.kernel.session import transaction
from app.reports.registry import open_cases
from app.reports.registry.open_cases import OpenBatch, OpenProject
from cqcer.values import Subject

blp = Operations(
    "registry-cases", __name__, description="Projects and batches of the registry, now and at any past day."
)


@blp.get("/registry/projects")
@blp.arguments(ProjectsQuery, location="query")
@blp.response(200, ProjectPage)
@requires(Permission.READ_PUBLIC)
def list_projects(query: dict[str, Any]) -> dict[str, Any]:
    """List the projects that were ever on notice or registered."""
    limit, at, area = query.pop("limit"), instant(query.pop("as_of")), query.pop("area_code")
    with transaction() as session:
        found = open_cases.projects(session, at=at, limit=limit + 1, area=area, **query)
        return page(
            ProjectPage,
            found,
            name="registry_projects",
            limit=limit,
            place=lambda row: row.project.id,
            show=shown_project,
        )


@blp.get("/registry/projects.csv")
@blp.arguments(ProjectsFileQuery, location="query")
@blp.response(200, CSV, content_type="text/csv")
@requires(Permission.READ_PUBLIC)
def get_projects_file(query: dict[str, Any]) -> Response:
    """Return the same projects as CSV."""
    at, area, header = instant(query.pop("as_of")), query.pop("area_code"), list(OpenProjectOut().fields)

    def cells(row: OpenProject) -> Iterable[Any]:
        shown = shown_project(row)
        return [shown[name] for name in header]

    return csv_answer(
        "projects",
        header,
        lambda session, after, limit: open_cases.projects(
            session, at=at, after=after, limit=limit, area=area, **query
        ),
        place=lambda row: row.project.id,
        cells=cells,
    )


@blp.get("/registry/projects/<int:project_id>")
@blp.arguments(AsOfQuery, location="query")
@blp.response(200, ProjectDossierOut)
@requires(Permission.READ_PUBLIC)
def get_project(query: dict[str, Any], project_id: int) -> dict[str, Any]:
    """Return one project with its steps, reports, public documents and notices."""
    at = instant(query["as_of"])
    with transaction() as session:
        found = open_cases.project(session, project_id, at=at)
        dossier = open_cases.dossier(session, Subject.PROJECT, project_id, at=at)
        return dumped(ProjectDossierOut, with_dossier(shown_project(found), dossier))


@blp.get("/registry/batches")
@blp.arguments(BatchesQuery, location="query")
@blp.response(200, BatchPage)
@requires(Permission.READ_PUBLIC)
def list_batches(query: dict[str, Any]) -> dict[str, Any]:
    """List the batches of reductions that were ever on notice or registered."""
    limit, at = query.pop("limit"), instant(query.pop("as_of"))
    with transaction() as session:
        found = open_cases.batches(session, at=at, limit=limit + 1, **query)
        return page(
            BatchPage,
            found,
            name="registry_batches",
            limit=limit,
            place=lambda row: row.batch.id,
            show=shown_batch,
        )


@blp.get("/registry/batches.csv")
@blp.arguments(BatchesFileQuery, location="query")
@blp.response(200, CSV, content_type="text/csv")
@requires(Permission.READ_PUBLIC)
def get_batches_file(query: dict[str, Any]) -> Response:
    """Return the same batches as CSV."""
    at, header = instant(query.pop("as_of")), list(OpenBatchOut().fields)

    def cells(row: OpenBatch) -> Iterable[Any]:
        shown = shown_batch(row)
        return [shown[name] for name in header]

    return csv_answer(
        "batches",
        header,
        lambda session, after, limit: open_cases.batches(session, at=at, after=after, limit=limit, **query),
        place=lambda row: row.batch.id,
        cells=cells,
    )


@blp.get("/registry/batches/<int:batch_id>")
@blp.arguments(AsOfQuery, location="query")
@blp.response(200, BatchDossierOut)
@requires(Permission.READ_PUBLIC)
def get_batch(query: dict[str, Any], batch_id: int) -> dict[str, Any]:
    """Return one batch with its steps, reports, public documents and notices."""
    at = instant(query["as_of"])
    with transaction() as session:
        found = open_cases.batch(session, batch_id, at=at)
        dossier = open_cases.dossier(session, Subject.BATCH, batch_id, at=at)
        return dumped(BatchDossierOut, with_dossier(shown_batch(found), dossier))
