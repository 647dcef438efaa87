"""Reports of wrongdoing before the Bureau (举报处理): the queue, one report opened, and its handling.

Opening a report is noted in the audit, each time; the list shows no contents.
"""

from typing import Any

from flask import Response, render_template, request

from app.door.access import current_actor, requires, requires_fresh_factor
from app.kernel import clock
from app.kernel.documents import document, path_of
from app.kernel.permissions import Permission
from app.kernel.session import transaction
from app.oversight import commands, queries, sealing, states
from app.oversight.states import Act, State
from app.oversight.values import Finding
from app.reports.actor_names import actor_names
from app.web.bureau.blueprint import blp
from app.web.desk import registration
from app.web.desk.forms import Typed, kept, moved, refusal, shown_again, whole_or_none
from app.web.presentation.language import gettext
from app.web.public.report_words import FINDINGS, HELPERS


@blp.get("/reports")
@requires(Permission.HANDLE_WRONGDOING)
def reports() -> str:
    """List the reports, the latest first, without what they say."""
    state = request.args.get("state")
    wanted = state if state in set(State) else None
    with transaction() as session:
        found = queries.reports(session, state=wanted, before=whole_or_none("before"))
        counts = queries.counts(session)
    return render_template(
        "bureau/reports.html",
        reports=found,
        counts=counts,
        wanted=wanted,
        at=clock.now(),
        full=len(found) == queries.SHOWN,
        **HELPERS,
    )


@blp.get("/reports/<number>")
@requires(Permission.HANDLE_WRONGDOING)
@requires_fresh_factor
def report(number: str) -> str:
    """Open one report; that is noted."""
    with transaction() as session:
        found = commands.read_report(session, actor=current_actor(), number=number, at=clock.now())
        names = actor_names(session, [step.actor for step in found.steps])
    return render_template(
        "bureau/report.html",
        found=found,
        names=names,
        actor_label=registration.actor_label,
        acts={act.value for act in states.allowed(State(found.report.state))},
        findings=list(FINDINGS.items()),
        typed=kept(),
        refusal=refusal(),
        **HELPERS,
    )


@blp.get("/reports/<number>/attachments/<int:attachment_id>")
@requires(Permission.HANDLE_WRONGDOING)
@requires_fresh_factor
def report_attachment(number: str, attachment_id: int) -> Response:
    """Hand out a file of a report, unsealed; that is noted."""
    with transaction() as session:
        found = commands.read_attachment(
            session,
            actor=current_actor(),
            number=number,
            attachment_id=attachment_id,
            at=clock.now(),
        )
        held = document(session, found.document_id)
        plain = sealing.opened_file(path_of(held.sha256).read_bytes())
        name = f"{number}-{found.id}.{found.media_type.rsplit('/', 1)[-1]}"
        media_type = found.media_type
    answer = Response(plain, mimetype=media_type)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@blp.post("/reports/<number>/take")
@requires(Permission.HANDLE_WRONGDOING)
@requires_fresh_factor
@shown_again(report)
def take_report(number: str) -> Any:
    """Take a report up."""
    _handle(number, Act.TAKE)
    return moved("bureau.report", gettext("已开始处理。"), number=number)


@blp.post("/reports/<number>/note")
@requires(Permission.HANDLE_WRONGDOING)
@requires_fresh_factor
@shown_again(report)
def note_report(number: str) -> Any:
    """Add to the handling record, which the reporter does not see."""
    _handle(number, Act.NOTE, note=request.form.get("note", ""))
    return moved("bureau.report", gettext("已写入处理记录。"), number=number)


@blp.post("/reports/<number>/ask")
@requires(Permission.HANDLE_WRONGDOING)
@requires_fresh_factor
@shown_again(report)
def ask_reporter(number: str) -> Any:
    """Ask the reporter something; they read it by number and code."""
    _handle(number, Act.ASK, note=request.form.get("question", ""))
    return moved("bureau.report", gettext("已请举报人补充。"), number=number)


@blp.post("/reports/<number>/close")
@requires(Permission.HANDLE_WRONGDOING)
@requires_fresh_factor
@shown_again(report)
def close_report(number: str) -> Any:
    """Close a report with a finding and an answer."""
    typed = Typed(request.form)
    finding = typed.choice("finding", Finding)
    typed.check()
    _handle(number, Act.CLOSE, note=request.form.get("answer", ""), finding=finding)
    return moved("bureau.report", gettext("已办结，举报人可凭查询码看到答复。"), number=number)


def _handle(number: str, act: Act, *, note: str = "", finding: Finding | None = None) -> None:
    with transaction() as session:
        commands.handle_report(
            session,
            actor=current_actor(),
            number=number,
            act=act,
            note=note,
            finding=finding,
            at=clock.now(),
        )
