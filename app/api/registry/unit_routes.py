"""Units as anyone may read them (减排量公开): a number, a serial text, blocks, cancellations."""

from typing import Any

from flask import Response

from app.api.operations import Operations
from app.api.paging import dumped, page
from app.api.registry.case_schemas import AsOfQuery
from app.api.registry.past import CSV, csv_answer, instant
from app.api.registry.unit_schemas import (
    BlockOut,
    BlockPage,
    BlocksFileQuery,
    BlocksQuery,
    CancellationOut,
    CancellationPage,
    CancellationsFileQuery,
    CancellationsQuery,
    SerialQuery,
    UnitOut,
)
from app.door.access import requires
from app.kernel.permissions import Permission
from app.kernel.session import transaction
from app.reports.registry import open_units
from cqcer import serials

blp = Operations(
    "registry-units", __name__, description="Units of the registry: any number, any cancellation."
)


@blp.get("/registry/units/<int:number>")
@blp.arguments(AsOfQuery, location="query")
@blp.response(200, UnitOut)
@requires(Permission.READ_PUBLIC)
def get_unit(query: dict[str, Any], number: int) -> dict[str, Any]:
    """Return one number: its series, its state, what happened to it."""
    at = instant(query["as_of"])
    with transaction() as session:
        return dumped(UnitOut, open_units.unit(session, number, at=at))


@blp.get("/registry/serials")
@blp.arguments(SerialQuery, location="query")
@blp.response(200, UnitOut)
@requires(Permission.READ_PUBLIC)
def find_serial(query: dict[str, Any]) -> dict[str, Any]:
    """Return the first number of a serial text, whose check digits must be right."""
    at, serial = instant(query["as_of"]), serials.read(query["text"])
    with transaction() as session:
        return dumped(UnitOut, open_units.unit_of_serial(session, serial, at=at))


@blp.get("/registry/blocks")
@blp.arguments(BlocksQuery, location="query")
@blp.response(200, BlockPage)
@requires(Permission.READ_PUBLIC)
def list_blocks(query: dict[str, Any]) -> dict[str, Any]:
    """List what was issued, batch by batch."""
    limit, at = query.pop("limit"), instant(query.pop("as_of"))
    with transaction() as session:
        found = open_units.blocks(session, at=at, limit=limit + 1, **query)
        return page(BlockPage, found, name="registry_blocks", limit=limit, place=lambda row: row.id)


@blp.get("/registry/blocks.csv")
@blp.arguments(BlocksFileQuery, location="query")
@blp.response(200, CSV, content_type="text/csv")
@requires(Permission.READ_PUBLIC)
def get_blocks_file(query: dict[str, Any]) -> Response:
    """Return the same blocks as CSV."""
    at, header = instant(query.pop("as_of")), list(BlockOut().fields)
    return csv_answer(
        "blocks",
        header,
        lambda session, after, limit: open_units.blocks(session, at=at, after=after, limit=limit, **query),
        place=lambda row: row.id,
        cells=lambda row: [getattr(row, name) for name in header],
    )


@blp.get("/registry/cancellations")
@blp.arguments(CancellationsQuery, location="query")
@blp.response(200, CancellationPage)
@requires(Permission.READ_PUBLIC)
def list_cancellations(query: dict[str, Any]) -> dict[str, Any]:
    """List executed cancellations with purpose, beneficiary and the very numbers."""
    limit, at = query.pop("limit"), instant(query.pop("as_of"))
    with transaction() as session:
        found = open_units.cancellations(session, at=at, limit=limit + 1, **query)
        return page(
            CancellationPage, found, name="registry_cancellations", limit=limit, place=lambda row: row.id
        )


@blp.get("/registry/cancellations.csv")
@blp.arguments(CancellationsFileQuery, location="query")
@blp.response(200, CSV, content_type="text/csv")
@requires(Permission.READ_PUBLIC)
def get_cancellations_file(query: dict[str, Any]) -> Response:
    """Return the same cancellations as CSV."""
    at, header = instant(query.pop("as_of")), list(CancellationOut().fields)
    return csv_answer(
        "cancellations",
        header,
        lambda session, after, limit: open_units.cancellations(
            session, at=at, after=after, limit=limit, **query
        ),
        place=lambda row: row.id,
        cells=lambda row: [getattr(row, name) for name in header],
    )
