"""Scenarios of the area (辖区场景): the list, each one's file, and notes on it."""

from typing import Any

from flask import Response, render_template, request

from app.door.access import current_actor, requires
from app.journeys import area_notes
from app.kernel import audit, clock
from app.kernel.days import day_in_china
from app.kernel.permissions import Permission
from app.kernel.session import transaction
from app.reports import area_desk, scenario_files, scenario_lists
from app.web.desk import files, registration, words
from app.web.desk.downloads import Table, handed_out
from app.web.desk.forms import kept, moved, refusal, shown_again
from app.web.district_bureau.blueprint import blp, own_area
from app.web.presentation.language import gettext


@blp.get("/scenarios")
@requires(Permission.SUPERVISE_AREA)
def scenarios() -> str:
    """List the scenarios of the area."""
    asked, area = scenario_lists.Asked.of(request.args), own_area()
    with transaction() as session:
        page = area_desk.scenarios(session, asked, area=area)
    return render_template("district_bureau/scenarios.html", page=page, asked=asked)


@blp.get("/scenarios.<any(csv, xlsx):form>")
@requires(Permission.SUPERVISE_AREA)
def scenarios_file(form: str) -> Response:
    """Hand the list out; that it was taken is written down."""
    asked, area = scenario_lists.Asked.of(request.args), own_area()
    with transaction() as session:
        rows = [
            (
                each.scenario.code,
                each.scenario.name,
                each.host.name,
                words.word("scenario", each.scenario.state).label,
                each.scenario.applied_at,
                each.scenario.listed_at,
            )
            for each in area_desk.every_scenario(session, asked, area=area)
        ]
        audit.record(
            session,
            actor=current_actor(),
            event="supervision.area.export",
            subject=("district", area),
            at=clock.now(),
            list="scenarios",
            form=form,
        )
    headings = [
        gettext("代码"),
        gettext("场景"),
        gettext("场景方"),
        gettext("状态"),
        gettext("申请时间"),
        gettext("上架时间"),
    ]
    return handed_out(Table(name=f"scenarios-{area}", headings=headings, rows=rows), form)


@blp.get("/scenarios/<code>")
@requires(Permission.SUPERVISE_AREA)
def scenario(code: str) -> str:
    """Show the file of a scenario of the area, with the notes on it."""
    with transaction() as session:
        found = area_desk.scenario_of(session, current_actor(), code)
        file = scenario_files.scenario_file(session, code, today=day_in_china(clock.now()))
        notes = area_desk.notes_on(session, scenario_id=found.id)
    return render_template(
        "district_bureau/scenario.html",
        file=file,
        notes=notes,
        stations=registration.stations(file),
        events=registration.events(file),
        actor_label=registration.actor_label,
        typed=kept(),
        refusal=refusal(),
    )


@blp.get("/scenarios/<code>/evidence/<int:document_id>")
@requires(Permission.SUPERVISE_AREA)
def scenario_evidence(code: str, document_id: int) -> Response:
    """Hand out a document of the application."""
    with transaction() as session:
        area_desk.scenario_of(session, current_actor(), code)
        found = scenario_files.evidence_document(session, code, document_id)
    return files.handed_out(found)


@blp.post("/scenarios/<code>/notes")
@requires(Permission.ANNOTATE_AREA)
@shown_again(scenario)
def annotate_scenario(code: str) -> Any:
    """Note something on a scenario of the area; Bureau and operator see it."""
    with transaction() as session:
        area_notes.annotate(
            session,
            actor=current_actor(),
            subject=area_desk.scenario_of(session, current_actor(), code),
            text=request.form.get("text", ""),
            at=clock.now(),
        )
    return moved("district_bureau.scenario", gettext("已添加批注，市局和运营主体可以看到。"), code=code)
