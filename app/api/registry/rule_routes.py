"""The registry's own rules as anyone may read them (规则公开), and whether its books agree."""

from typing import Any

from flask import Response

from app.api.operations import Operations
from app.api.paging import dumped, page, whole
from app.api.registry.past import CSV, csv_answer, instant
from app.api.registry.rule_schemas import (
    AuditPage,
    AuditsQuery,
    CheckPage,
    LifeStepPage,
    MethodologiesFileQuery,
    MethodologiesQuery,
    MethodologyPage,
    RulebookOut,
    RulebookQuery,
    shown_methodology,
)
from app.door.access import requires
from app.kernel.permissions import Permission
from app.kernel.session import transaction
from app.reports.registry import open_rules
from cqcer.values import RulebookCode

blp = Operations(
    "registry-rules",
    __name__,
    description="Methodologies, states, numbered checks and rulebooks of the registry.",
)
METHODOLOGY_COLUMNS = (
    "id",
    "code",
    "version",
    "rulebook",
    "category",
    "title",
    "title_en",
    "field",
    "state",
    "issued_on",
    "ended_on",
    "crediting_years",
    "sector_departments",
)


@blp.get("/registry/methodologies")
@blp.arguments(MethodologiesQuery, location="query")
@blp.response(200, MethodologyPage)
@requires(Permission.READ_PUBLIC)
def list_methodologies(query: dict[str, Any]) -> dict[str, Any]:
    """List the versions of methodologies that the Bureau issued."""
    limit, at = query.pop("limit"), instant(query.pop("as_of"))
    with transaction() as session:
        found = open_rules.methodologies(session, at=at, limit=limit + 1, **query)
        return page(
            MethodologyPage,
            found,
            name="registry_methodologies",
            limit=limit,
            place=lambda row: row.version.id,
            show=shown_methodology,
        )


@blp.get("/registry/methodologies.csv")
@blp.arguments(MethodologiesFileQuery, location="query")
@blp.response(200, CSV, content_type="text/csv")
@requires(Permission.READ_PUBLIC)
def get_methodologies_file(query: dict[str, Any]) -> Response:
    """Return the same versions as CSV, without their texts and formulae."""
    at = instant(query.pop("as_of"))
    return csv_answer(
        "methodologies",
        METHODOLOGY_COLUMNS,
        lambda session, after, limit: open_rules.methodologies(
            session, at=at, after=after, limit=limit, **query
        ),
        place=lambda row: row.version.id,
        cells=lambda row: [shown_methodology(row)[name] for name in METHODOLOGY_COLUMNS],
    )


@blp.get("/registry/lives")
@blp.response(200, LifeStepPage)
@requires(Permission.READ_PUBLIC)
def list_lives() -> dict[str, Any]:
    """List every step that a project, a batch, a notice, a movement … can take; no other can be written."""
    with transaction() as session:
        return whole(LifeStepPage, open_rules.lives(session))


@blp.get("/registry/checks")
@blp.response(200, CheckPage)
@requires(Permission.READ_PUBLIC)
def list_checks() -> dict[str, Any]:
    """List the numbered checks, each with its question, its source and the acts before which it is asked."""
    return whole(CheckPage, open_rules.checks())


@blp.get("/registry/rulebook")
@blp.arguments(RulebookQuery, location="query")
@blp.response(200, RulebookOut)
@requires(Permission.READ_PUBLIC)
def get_rulebook(query: dict[str, Any]) -> dict[str, Any]:
    """Return a rulebook value by value, each with the provision behind it."""
    code = RulebookCode(query["code"])
    values = [
        {"name": name, "value": value, "source": source}
        for name, value, source in open_rules.rulebook_values(code)
    ]
    return dumped(RulebookOut, {"code": code, "values": values})


@blp.get("/registry/audits")
@blp.arguments(AuditsQuery, location="query")
@blp.response(200, AuditPage)
@requires(Permission.READ_PUBLIC)
def list_audits(query: dict[str, Any]) -> dict[str, Any]:
    """List the second computations of the books, the latest first, failures included."""
    limit = query["limit"]
    with transaction() as session:
        found = open_rules.audits(session, after=query["after"], limit=limit + 1)
        return page(
            AuditPage,
            found,
            name="registry_audits",
            limit=limit,
            place=lambda row: row.id,
            show=lambda row: {
                **{name: getattr(row, name) for name in ("id", "at", "agrees", "movements", "units")},
                "findings": [finding["code"] for finding in row.findings],
            },
        )
