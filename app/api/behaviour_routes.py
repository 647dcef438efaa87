"""Behaviours of a host's scenario (低碳行为数据): sent at once in a request, or as a file."""

from collections.abc import Iterator
from typing import Any

from flask import Response, current_app, request, url_for
from sqlalchemy.orm import Session

from app.api.behaviour_schemas import (
    BatchOut,
    BehavioursIn,
    RowsQuery,
    UploadOut,
    UploadPage,
    UploadQuery,
    UploadsQuery,
    shown_batch,
)
from app.api.files import FILE_BODIES, format_of, name_of, received_file
from app.api.operations import Operations
from app.api.paging import dumped, page
from app.door.access import current_actor, idempotency_key, requires, takes_uploads
from app.journeys import intake
from app.kernel import clock
from app.kernel.actor import Actor
from app.kernel.permissions import Permission
from app.kernel.session import transaction
from scenarios.commands.uploads import sending_scenario
from scenarios.errors import UploadNotFound
from scenarios.values import Outcome, UploadStatus

blp = Operations("behaviours", __name__, description="Behaviours that scenario hosts send.")
CSV_FILE = {"type": "string", "contentMediaType": "text/csv"}


@blp.post("/scenarios/<code:code>/behaviours")
@blp.arguments(BehavioursIn)
@blp.response(200, BatchOut)
@blp.repeatable
@requires(Permission.UPLOAD_BEHAVIOURS)
def send_behaviours(sent: dict[str, Any], code: str) -> dict[str, Any]:
    """Send up to 1,000 behaviours; each has its outcome in the answer, and its points in the account."""
    with transaction() as session:
        result = intake.accept_rows(
            session, actor=current_actor(), scenario_code=code, key=idempotency_key(), at=clock.now(), **sent
        )
        return dumped(BatchOut, shown_batch(result))


@blp.post("/scenarios/<code:code>/uploads")
@blp.arguments(UploadQuery, location="query")
@blp.response(202, UploadOut, headers={"Location": {"schema": {"type": "string", "format": "uri-reference"}}})
@blp.takes_body(FILE_BODIES)
@blp.repeatable
@takes_uploads
@requires(Permission.UPLOAD_BEHAVIOURS)
def send_file(query: dict[str, Any], code: str) -> tuple[dict[str, Any], dict[str, str]]:
    """Send a file of behaviours, packed with gzip or not; it is read later, in turn."""
    actor, key = current_actor(), idempotency_key()
    with transaction() as session:
        sending_scenario(session, actor, code)  # before hundreds of megabytes come in
    received = received_file(request, limit=min(intake.LARGEST_FILE, current_app.config["MAX_UPLOAD_BYTES"]))
    with transaction() as session:
        upload = intake.submit_file(
            session,
            actor=actor,
            scenario_code=code,
            received=received,
            filename=name_of(request, query["filename"]),
            media_type=request.mimetype,
            profile=query["profile"],
            method=query["method"],
            file_format=format_of(request, query["format"]),
            key=key,
            at=clock.now(),
        )
        shown = dumped(UploadOut, intake.upload_status(session, actor=actor, upload_id=upload.id))
    place = url_for("api-behaviours.get_upload", code=code, upload_id=upload.id)
    return shown, {"Location": place}


@blp.get("/scenarios/<code:code>/uploads")
@blp.arguments(UploadsQuery, location="query")
@blp.response(200, UploadPage)
@requires(Permission.READ_OWN_UPLOADS)
def list_uploads(query: dict[str, Any], code: str) -> dict[str, Any]:
    """List the uploads of a scenario, the latest first."""
    limit = query["limit"]
    with transaction() as session:
        found = intake.uploads_of(
            session, actor=current_actor(), scenario_code=code, before=query["after"], limit=limit + 1
        )
        return page(UploadPage, found, name="uploads", limit=limit, place=lambda row: row.id)


@blp.get("/scenarios/<code:code>/uploads/<int:upload_id>")
@blp.response(200, UploadOut)
@requires(Permission.READ_OWN_UPLOADS)
def get_upload(code: str, upload_id: int) -> dict[str, Any]:
    """Return how far an upload is and what became of its rows."""
    with transaction() as session:
        return dumped(UploadOut, _upload(session, current_actor(), code, upload_id))


@blp.get("/scenarios/<code:code>/uploads/<int:upload_id>/rows")
@blp.arguments(RowsQuery, location="query")
@blp.response(200, CSV_FILE, content_type="text/csv")
@requires(Permission.READ_OWN_UPLOADS)
def get_refused_rows(query: dict[str, Any], code: str, upload_id: int) -> Response:
    """Return the rows that were not accepted as CSV, each with outcome and reason."""
    actor = current_actor()
    with transaction() as session:
        _upload(session, actor, code, upload_id)
    outcome = Outcome(query["outcome"]) if query["outcome"] else None
    answer = Response(_rows(actor, upload_id, outcome), content_type="text/csv; charset=utf-8")
    answer.headers.set("Content-Disposition", "attachment", filename=f"upload-{upload_id}-rows.csv")
    return answer


def _rows(actor: Actor, upload_id: int, outcome: Outcome | None) -> Iterator[str]:
    with transaction() as session:
        yield from intake.refused_csv(session, actor=actor, upload_id=upload_id, outcome=outcome)


def _upload(session: Session, actor: Actor, code: str, upload_id: int) -> UploadStatus:
    """Return an upload; under another scenario's path it is not found."""
    status = intake.upload_status(session, actor=actor, upload_id=upload_id)
    if status.scenario_code != code:
        raise UploadNotFound(upload=upload_id)
    return status
