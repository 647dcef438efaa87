"""Reporting wrongdoing (举报): anyone, without an account, and looking up what came of it by a code.

Neither page asks who is there: a session is not read, nothing of it is kept with the report.
"""

from hashlib import sha256
from typing import Any, Final

from flask import Response, render_template, request

from app.door.access import keeps_nobody, requires, takes_attachments
from app.door.addresses import caller
from app.kernel import clock
from app.kernel.actor import ANONYMOUS
from app.kernel.documents import DocumentTooLarge, receive, record_document
from app.kernel.limits import Limit, hit
from app.kernel.permissions import Permission
from app.kernel.secrets import keyring
from app.kernel.session import transaction
from app.oversight import commands, queries, sealing
from app.oversight.errors import ReportNotFound
from app.oversight.rules import MOST_FILES
from app.oversight.values import About, Attached, Told
from app.web.desk import files
from app.web.desk.forms import Typed, fresh_key, kept, refusal, shown_again
from app.web.presentation.language import gettext
from app.web.public.blueprint import blp
from app.web.public.report_words import ABOUT, HELPERS

REPORTS: Final = (Limit(5, 3_600), Limit(20, 86_400))
LOOK_UPS: Final = (Limit(10, 600), Limit(60, 86_400))
MOST_FILE: Final = 5 * files.MEBIBYTE


@blp.get("/report")
@requires(Permission.READ_PUBLIC)
@keeps_nobody
def report() -> str:
    """Say who reads a report and what happens to it, and show the form."""
    return render_template(
        "public/report.html",
        kinds=list(ABOUT.items()),
        typed=kept(),
        refusal=refusal(),
        key=fresh_key(),
        most_files=MOST_FILES,
    )


@blp.post("/report")
@requires(Permission.REPORT_WRONGDOING)
@keeps_nobody
@takes_attachments
@shown_again(report)
def file_report() -> Any:
    """Take a report; its number and code are shown once, on the page that answers."""
    _count("wrongdoing:file", REPORTS)
    typed = Typed(request.form)
    told = Told(
        about=typed.choice("about", About),
        whom=typed.text("whom", required=False),
        content=typed.text("content", most=5_000),
        contact=typed.text("contact", required=False),
    )
    key = typed.text("idempotency_key", most=200)
    taken = _files(typed)
    typed.check()
    at = clock.now()
    with transaction() as session:
        attached = [
            Attached(
                document_id=record_document(
                    session,
                    received,
                    media_type="application/octet-stream",
                    filename="sealed",
                    created_by=ANONYMOUS.ref,
                    at=at,
                ).id,
                filename=name,
                media_type=media_type,
            )
            for received, media_type, name in taken
        ]
        made, receipt = commands.file_report(session, told=told, attached=attached, key=key, at=at)
        page = render_template("public/report_receipt.html", number=made.number, receipt=receipt)
    return Response(page, 201, mimetype="text/html", headers={"Cache-Control": "no-store"})


@blp.get("/report/status")
@requires(Permission.READ_PUBLIC)
@keeps_nobody
def report_status() -> str:
    """Ask for number and code."""
    return render_template("public/report_status.html", typed=kept(), refusal=refusal(), report=None)


@blp.post("/report/status")
@requires(Permission.REPORT_WRONGDOING)
@keeps_nobody
@shown_again(report_status, also=(ReportNotFound,))
def look_up_report() -> Any:
    """Show the state of a report and what its handlers told; by POST, so that no address holds the code."""
    _count("wrongdoing:look", LOOK_UPS)
    with transaction() as session:
        found = queries.by_receipt(session, request.form.get("number", ""), request.form.get("receipt", ""))
        steps = queries.for_the_reporter(session, found)
    return _status_page(found, steps)


@blp.post("/report/add")
@requires(Permission.REPORT_WRONGDOING)
@keeps_nobody
@shown_again(report_status, also=(ReportNotFound,))
def add_to_report() -> Any:
    """Let the reporter add something."""
    _count("wrongdoing:look", LOOK_UPS)
    with transaction() as session:
        found = commands.add_to_report(
            session,
            number=request.form.get("number", ""),
            receipt=request.form.get("receipt", ""),
            note=request.form.get("note", ""),
            at=clock.now(),
        )
        steps = queries.for_the_reporter(session, found)
    return _status_page(found, steps, told=gettext("已补充。"))


def _status_page(found: Any, steps: Any, told: str = "") -> Response:
    page = render_template(
        "public/report_status.html",
        typed=request.form,
        refusal=None,
        report=found,
        steps=steps,
        told=told,
        **HELPERS,
    )
    return Response(page, mimetype="text/html", headers={"Cache-Control": "no-store"})


def _files(typed: Typed) -> list[tuple[Any, str, str]]:
    """Store the files of the form, sealed; note a breach where one cannot be taken."""
    taken: list[tuple[Any, str, str]] = []
    given = [each for each in request.files.getlist("evidence") if each.filename]
    if len(given) > MOST_FILES:
        typed.breach("evidence", "file too large")
        return taken
    for each in given:
        media_type = files.type_of(each)
        if media_type is None or media_type not in files.PAPERS:
            typed.breach("evidence", "file type")
            continue
        plain = each.stream.read(MOST_FILE + 1)
        if len(plain) > MOST_FILE:
            typed.breach("evidence", "file too large")
            continue
        sealed = sealing.sealed_file(iter((plain,)))
        try:
            received = receive(iter((sealed,)), limit=2 * MOST_FILE)
        except DocumentTooLarge:
            typed.breach("evidence", "file too large")
            continue
        taken.append((received, media_type, each.filename or "evidence"))
    return taken


def _count(act: str, limits: tuple[Limit, ...]) -> None:
    """Count by a keyed hash of the address, which is forgotten within days and kept with no report."""
    address, _network = caller()
    bucket = keyring().keyed_hash(address, purpose="wrongdoing.limit")
    with transaction() as session:
        hit(session, bucket=f"{act}:{sha256(bucket).hexdigest()[:16]}", limits=limits, at=clock.now())
