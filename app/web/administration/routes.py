"""How the machine is doing (运行状况), and the log of its timed jobs (任务日志); all of it is read only."""

from datetime import datetime
from typing import Final

from flask import Blueprint, render_template, request

from app.door.access import requires
from app.door.readiness import expected_revision
from app.kernel import clock
from app.kernel.permissions import Permission
from app.kernel.session import transaction
from app.reports import machine
from app.web.desk import frame
from app.web.presentation.language import lazy_gettext
from app.web.presentation.navigation import Place, Section

blp = Blueprint("administration", __name__, url_prefix="/administration")

SECTIONS: Final = (
    Section(
        lazy_gettext("系统运行"),
        (
            Place(lazy_gettext("运行状况"), "activity", "administration.home"),
            Place(lazy_gettext("任务日志"), "list-checks", "administration.runs"),
        ),
    ),
)


@blp.get("")
@requires(Permission.RUN_THE_MACHINE)
def home() -> str:
    """Show jobs, queue, messages and database at a glance."""
    at = clock.now()
    with transaction() as session:
        found = machine.state(session, at=at)
    return render_template(
        "administration/home.html", at=at, found=found, is_current=found.schema == expected_revision()
    )


@blp.get("/runs")
@requires(Permission.RUN_THE_MACHINE)
def runs() -> str:
    """Show the log of the timed jobs, the latest run first."""
    job, failed = request.args.get("job", "")[:40], request.args.get("failed") == "1"
    before = _instant(request.args.get("before"))
    with transaction() as session:
        page = machine.runs(session, job=job or None, failed=failed, before=before)
        known = [each.job for each in machine.state(session, at=clock.now()).jobs]
    return render_template(
        "administration/runs.html", page=page, job=job, failed=failed, before=before, known=known
    )


def _instant(given: str | None) -> datetime | None:
    try:
        found = datetime.fromisoformat(given or "")
    except ValueError:
        return None
    return found if found.tzinfo is not None else None


frame.install(blp, "administration", SECTIONS)
