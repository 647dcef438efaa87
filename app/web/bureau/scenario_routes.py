"""Scenarios before the Bureau (场景审批): the queue, each one's file, and the decision."""

from typing import Any

from flask import Response, render_template, request

from app.door.access import current_actor, requires
from app.kernel import clock
from app.kernel.days import day_in_china
from app.kernel.permissions import Permission
from app.kernel.session import transaction
from app.reports import area_desk, queues, scenario_files, scenario_lists
from app.web.bureau.blueprint import blp
from app.web.desk import files, registration
from app.web.desk.forms import kept, moved, refusal, shown_again, whole_or_none
from app.web.presentation.language import gettext
from scenarios import commands, queries


@blp.get("/scenarios")
@requires(Permission.SUPERVISE)
def scenarios() -> str:
    """List the scenarios that wait for a decision, or all."""
    at = clock.now()
    waits = request.args.get("view", "mine") == "mine"
    asked = scenario_lists.Asked.of(request.args)
    with transaction() as session:
        after = whole_or_none("after")
        waiting = queues.waiting_scenarios(session, queues.OF_BUREAU, at=at, after=after) if waits else []
        page = None if waits else scenario_lists.every(session, asked)
        counts = queues.counts(session)
    return render_template(
        "bureau/scenarios.html",
        waiting=waiting,
        after=after,
        full=queues.SHOWN,
        page=page,
        asked=asked,
        counts=counts,
    )


@blp.get("/scenarios/<code>")
@requires(Permission.SUPERVISE)
def scenario(code: str) -> str:
    """Show a scenario's file with its assessment and its agreement."""
    today = day_in_china(clock.now())
    with transaction() as session:
        file = scenario_files.scenario_file(session, code, today=today)
        notes = area_desk.notes_on(session, scenario_id=file.scenario.id)
    return render_template(
        "bureau/scenario.html",
        file=file,
        notes=notes,
        stations=registration.stations(file),
        acts=registration.acts(file),
        events=registration.events(file),
        actor_label=registration.actor_label,
        typed=kept(),
        refusal=refusal(),
    )


@blp.get("/scenarios/<code>/evidence/<int:document_id>")
@requires(Permission.SUPERVISE)
def scenario_evidence(code: str, document_id: int) -> Response:
    """Hand out a document of the application."""
    with transaction() as session:
        found = scenario_files.evidence_document(session, code, document_id)
    return files.handed_out(found)


@blp.post("/scenarios/<code>/approve")
@requires(Permission.APPROVE_SCENARIO)
@shown_again(scenario)
def approve_scenario(code: str) -> Any:
    """Approve the registration."""
    with transaction() as session:
        found = queries.scenario_by_code(session, code)
        commands.approve(session, actor=current_actor(), scenario_id=found.id, at=clock.now())
    return moved("bureau.scenario", gettext("已同意登记，由运营主体上架。"), code=code)


@blp.post("/scenarios/<code>/reject")
@requires(Permission.APPROVE_SCENARIO)
@shown_again(scenario)
def reject_scenario(code: str) -> Any:
    """Refuse the registration, with a reason."""
    with transaction() as session:
        found = queries.scenario_by_code(session, code)
        commands.reject(
            session,
            actor=current_actor(),
            scenario_id=found.id,
            reason=request.form.get("reason", ""),
            at=clock.now(),
        )
    return moved("bureau.scenario", gettext("已决定不予登记。"), code=code)
