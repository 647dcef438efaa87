"""Files of behaviours (数据上传): sent, followed while they are worked through, refused rows taken away."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, Final

from flask import Response, current_app, render_template, request

from app.door.access import current_actor, idempotency_key, requires, takes_uploads
from app.journeys import intake
from app.kernel import clock, documents
from app.kernel.permissions import Permission
from app.kernel.session import transaction
from app.kernel.units import HUNDREDTHS
from app.reports import host_desk
from app.reports.host_desk import UploadsAsked
from app.web.desk import files, words
from app.web.desk.downloads import Cell, Table, handed_out
from app.web.desk.forms import Typed, fresh_key, kept, moved, refusal, shown_again
from app.web.presentation.language import gettext
from app.web.scenario_host.blueprint import blp
from app.web.scenario_host.own import host_id, own_scenario, own_scenarios
from scenarios import queries
from scenarios.commands.uploads import sending_scenario
from scenarios.profiles import FileFormat
from scenarios.rules import takes_data
from scenarios.values import Outcome, UploadStatus

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
    asked = UploadsAsked.of(request.args)
    with transaction() as session:
        mine = own_scenarios(session)
        sending = [each for each in mine if takes_data(each.state, sandbox=each.sandbox)]
        ways = host_desk.ways_to_read(session, [each.id for each in sending])
        page = host_desk.uploads_page(session, host_id(), asked)
    return render_template(
        "scenario_host/uploads.html",
        scenarios=mine,
        sending=sending,
        ways=ways,
        page=page,
        asked=asked,
        key=fresh_key(),
        typed=kept({"way": request.args.get("way", "")}),
        refusal=refusal(),
    )


@blp.get("/uploads.<any(csv, xlsx):form>")
@requires(Permission.READ_OWN_UPLOADS)
def uploads_file(form: str) -> Response:
    """Hand out the list of uploads, as it is filtered, as a file."""
    asked = UploadsAsked.of(request.args)
    table = Table(
        name="uploads",
        headings=[
            gettext("编号"),
            gettext("文件"),
            gettext("场景代码"),
            gettext("来路"),
            gettext("收到时间"),
            gettext("完成时间"),
            gettext("状态"),
            gettext("全部行数"),
            gettext("接收行数"),
            gettext("减排量（克）"),
            gettext("发放积分"),
        ],
        rows=_rows(
            host_desk.every_upload(transaction, host_id(), asked),
            {
                kind: {value: str(label) for value, label in words.wording(kind)}
                for kind in ("door", "upload")
            },
        ),
    )
    return handed_out(table, form)


def _rows(found: Iterator[UploadStatus], named: Mapping[str, Mapping[str, str]]) -> Iterator[list[Cell]]:
    for each in found:
        yield [
            each.id,
            each.filename,
            each.scenario_code,
            named["door"].get(each.door, each.door),
            each.created_at,
            each.finished_at,
            named["upload"].get(each.state.value, each.state.value),
            each.rows,
            each.outcomes.get("accepted", 0),
            each.reduction_g,
            Decimal(each.points) / HUNDREDTHS,
        ]


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
    return render_template(
        "scenario_host/upload.html", status=status, scenario=scenario, sandbox=scenario.sandbox
    )


@blp.get("/uploads/<int:upload_id>/progress")
@requires(Permission.READ_OWN_UPLOADS)
def upload_progress(upload_id: int) -> str:
    """Show the part of the page that changes while the upload is worked through."""
    with transaction() as session:
        status = intake.upload_status(session, actor=current_actor(), upload_id=upload_id)
        scenario = queries.scenario_by_code(session, status.scenario_code)
    return render_template("scenario_host/upload_progress.html", status=status, sandbox=scenario.sandbox)


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
