"""Files of behaviours (数据上传): sent, followed while they are worked through, refused rows taken away."""

from typing import Any, Final

from flask import Response, current_app, render_template, request

from app.door.access import current_actor, idempotency_key, requires, takes_uploads
from app.journeys import intake
from app.kernel import clock, documents
from app.kernel.permissions import Permission
from app.kernel.session import transaction
from app.reports import host_desk
from app.web.desk import files
from app.web.desk.forms import Typed, fresh_key, kept, moved, refusal, shown_again, whole_or_none
from app.web.presentation.language import gettext
from app.web.scenario_host.blueprint import blp
from app.web.scenario_host.own import host_id, own_scenario, own_scenarios
from scenarios import queries
from scenarios.commands.uploads import sending_scenario
from scenarios.profiles import FileFormat
from scenarios.states import State
from scenarios.values import Outcome

OWN_WORDS: Final = "-"
"""In place of a profile: the file is in the product's own words."""
FORMATS: Final = {
    ".csv": FileFormat.CSV,
    ".ndjson": FileFormat.NDJSON,
    ".jsonl": FileFormat.NDJSON,
    ".json": FileFormat.JSON,
}


@blp.get("/uploads")
@requires(Permission.READ_OWN_UPLOADS)
def uploads() -> str:
    """Show the form for a file, and what was sent before."""
    with transaction() as session:
        mine = own_scenarios(session)
        sending = [each for each in mine if each.state == State.LISTED]
        ways = host_desk.ways_to_read(session, [each.id for each in sending])
        page = host_desk.uploads_page(session, host_id(), before=whole_or_none("before"))
    return render_template(
        "scenario_host/uploads.html",
        scenarios=mine,
        sending=sending,
        ways=ways,
        page=page,
        key=fresh_key(),
        typed=kept({"way": request.args.get("way", "")}),
        refusal=refusal(),
    )


@blp.post("/uploads")
@requires(Permission.UPLOAD_BEHAVIOURS)
@takes_uploads
@shown_again(uploads)
def send_file() -> Any:
    """Put a file in the queue; a worker reads it."""
    typed = Typed(request.form)
    code, _, profile = typed.text("way", most=90).partition("/")
    found = files.given("file")
    if found is None:
        typed.breach("file", "missing")
    typed.check()
    assert found is not None
    actor = current_actor()
    with transaction() as session:
        own_scenario(session, code)
        sending_scenario(session, actor, code)  # before the whole file is stored
    most = min(intake.LARGEST_FILE, current_app.config["MAX_UPLOAD_BYTES"])
    received = documents.receive(files.chunks(found), limit=most)
    name = found.filename or "file"
    with transaction() as session:
        upload = intake.submit_file(
            session,
            actor=actor,
            scenario_code=code,
            received=received,
            filename=name,
            media_type=found.mimetype or "application/octet-stream",
            profile=None if profile == OWN_WORDS else profile,
            file_format=_format_of(name) if profile == OWN_WORDS else None,
            key=idempotency_key(),
            at=clock.now(),
        )
    return moved("scenario_host.upload", gettext("已收到，处理会继续，可以关闭本页。"), upload_id=upload.id)


@blp.get("/uploads/<int:upload_id>")
@requires(Permission.READ_OWN_UPLOADS)
def upload(upload_id: int) -> str:
    """Show how far an upload is and what became of its rows."""
    with transaction() as session:
        status = intake.upload_status(session, actor=current_actor(), upload_id=upload_id)
        scenario = queries.scenario_by_code(session, status.scenario_code)
    return render_template("scenario_host/upload.html", status=status, scenario=scenario)


@blp.get("/uploads/<int:upload_id>/progress")
@requires(Permission.READ_OWN_UPLOADS)
def upload_progress(upload_id: int) -> str:
    """Show the part of the page that changes while the upload is worked through."""
    with transaction() as session:
        status = intake.upload_status(session, actor=current_actor(), upload_id=upload_id)
    return render_template("scenario_host/upload_progress.html", status=status)


@blp.get("/uploads/<int:upload_id>/rows.csv")
@requires(Permission.READ_OWN_UPLOADS)
def refused_rows(upload_id: int) -> Response:
    """Hand out the rows that were not accepted, all or those of one outcome, as a file."""
    asked = request.args.get("outcome", "")
    outcome = Outcome(asked) if asked in set(Outcome) else None
    actor = current_actor()
    with transaction() as session:
        intake.upload_status(session, actor=actor, upload_id=upload_id)

    def lines() -> Any:
        with transaction() as session:
            yield from intake.refused_csv(session, actor=actor, upload_id=upload_id, outcome=outcome)

    name = f"upload-{upload_id}-{outcome or 'refused'}.csv"
    return Response(
        lines(),
        mimetype="text/csv",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _format_of(name: str) -> FileFormat:
    """Return the format that a file's name tells; CSV where it tells none."""
    plain = name.lower().removesuffix(".gz")
    return next((form for suffix, form in FORMATS.items() if plain.endswith(suffix)), FileFormat.CSV)
