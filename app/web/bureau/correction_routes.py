"""Corrections reported to the Bureau (积分更正报告): each with its ground, its two people and its outcome."""

from flask import Response, render_template, request

from app.door.access import current_actor, requires
from app.kernel import audit, clock
from app.kernel.permissions import Permission
from app.kernel.session import transaction
from app.reports import correction_files, correction_lists
from app.reports.correction_lists import Asked
from app.web.bureau.blueprint import blp
from app.web.desk import correction_tables, files, registration
from app.web.desk.downloads import handed_out


@blp.get("/corrections")
@requires(Permission.SUPERVISE)
def corrections() -> str:
    """List the corrections of points, the latest first."""
    asked = Asked.of(request.args)
    with transaction() as session:
        page = correction_lists.lines(session, asked)
    return render_template(
        "bureau/corrections.html", page=page, asked=asked, actor_label=registration.actor_label
    )


@blp.get("/corrections/<int:correction_id>")
@requires(Permission.SUPERVISE)
def correction(correction_id: int) -> str:
    """Show one correction with its steps; nothing can be done to it from here."""
    with transaction() as session:
        file = correction_files.correction_file(session, correction_id)
    return render_template(
        "bureau/correction.html", file=file, at=clock.now(), actor_label=registration.actor_label
    )


@blp.get("/corrections/<int:correction_id>/evidence")
@requires(Permission.SUPERVISE)
def correction_evidence(correction_id: int) -> Response:
    """Hand out the document on which a correction rests; each look is written down."""
    with transaction() as session:
        found = correction_files.evidence(session, correction_id, actor=current_actor(), at=clock.now())
    return files.handed_out(found)


@blp.get("/corrections.<any(csv, xlsx):form>")
@requires(Permission.SUPERVISE)
def corrections_file(form: str) -> Response:
    """Hand the report out; that it was taken is written down."""
    asked = Asked.of(request.args)
    with transaction() as session:
        table = correction_tables.table_of(correction_lists.every(session, asked))
        audit.record(
            session,
            actor=current_actor(),
            event="supervision.corrections.export",
            subject=("correction", ""),
            at=clock.now(),
            form=form,
            asked=asked.wishes,
        )
    return handed_out(table, form)
