"""Projects of the area (辖区项目): the list, each one's course, and notes on it."""

from typing import Any

from flask import render_template, request

from app.door.access import current_actor, requires
from app.journeys import area_notes
from app.kernel import clock
from app.kernel.permissions import Permission
from app.kernel.session import transaction
from app.reports import area_desk
from app.web.desk import registration
from app.web.desk.forms import kept, moved, refusal, shown_again, whole_or_none
from app.web.district_bureau.blueprint import blp, own_area
from app.web.presentation.language import gettext


@blp.get("/projects")
@requires(Permission.SUPERVISE_AREA)
def projects() -> str:
    """List the projects of the area, the newest first."""
    before, area = whole_or_none("before"), own_area()
    with transaction() as session:
        page = area_desk.projects(session, area=area, before=before)
    return render_template("district_bureau/projects.html", page=page, before=before)


@blp.get("/projects/<int:project_id>")
@requires(Permission.SUPERVISE_AREA)
def project(project_id: int) -> str:
    """Show a project of the area with its course and the notes on it."""
    with transaction() as session:
        found = area_desk.project_of(session, current_actor(), project_id)
        file = area_desk.project_file(session, found)
    return render_template(
        "district_bureau/project.html",
        file=file,
        actor_label=registration.actor_label,
        typed=kept(),
        refusal=refusal(),
    )


@blp.post("/projects/<int:project_id>/notes")
@requires(Permission.ANNOTATE_AREA)
@shown_again(project)
def annotate_project(project_id: int) -> Any:
    """Note something on a project of the area; Bureau and agency see it."""
    with transaction() as session:
        area_notes.annotate(
            session,
            actor=current_actor(),
            subject=area_desk.project_of(session, current_actor(), project_id),
            text=request.form.get("text", ""),
            at=clock.now(),
        )
    return moved("district_bureau.project", gettext("已添加批注，市局可以看到。"), project_id=project_id)
