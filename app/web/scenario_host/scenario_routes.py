"""Registration before the host (场景登记): applying, following the application, agreeing, ending it."""

from typing import Any

from flask import Response, render_template, request

from app.door.access import current_actor, requires
from app.kernel import clock
from app.kernel.days import day_in_china
from app.kernel.permissions import Permission
from app.kernel.session import transaction
from app.reports import host_desk, host_quality, scenario_files, scenario_lists
from app.web.desk import files, registration
from app.web.desk.forms import kept, moved, refusal, shown_again
from app.web.presentation.language import gettext
from app.web.scenario_host.blueprint import blp
from app.web.scenario_host.own import host_id, own_scenario
from scenarios import commands
from scenarios.values import Side


@blp.get("/scenarios")
@requires(Permission.READ_OWN_UPLOADS)
def scenarios() -> str:
    """List the organisation's scenarios with their state."""
    with transaction() as session:
        lines = scenario_lists.of_host(session, host_id())
    return render_template("scenario_host/scenarios.html", lines=lines)


@blp.get("/scenarios/<code>")
@requires(Permission.READ_OWN_UPLOADS)
def scenario(code: str) -> str:
    """Show how far the application has come and what the scenario brings in."""
    at = clock.now()
    with transaction() as session:
        file = scenario_files.scenario_file(session, code, today=day_in_china(at), host_id=host_id())
        authorised = host_desk.authorised(session, file.scenario.id)
        received = host_quality.last_days(session, [file.scenario], today=day_in_china(at))
        uploads = host_desk.last_uploads(session, host_id(), limit=5, scenario_id=file.scenario.id)
    return render_template(
        "scenario_host/sandbox.html" if file.scenario.sandbox else "scenario_host/scenario.html",
        file=file,
        authorised=authorised,
        quality=received.whole,
        uploads=uploads,
        today=day_in_china(at),
        stations=registration.stations(file),
        acts=registration.acts(file),
        events=registration.events(file),
        actor_label=registration.actor_label,
        typed=kept(),
        refusal=refusal(),
    )


@blp.get("/scenarios/<code>/evidence/<int:document_id>")
@requires(Permission.READ_OWN_UPLOADS)
def scenario_evidence(code: str, document_id: int) -> Response:
    """Hand out a document of the application."""
    with transaction() as session:
        found = scenario_files.evidence_document(session, code, document_id, host_id=host_id())
    return files.handed_out(found)


@blp.post("/scenarios/<code>/agree")
@requires(Permission.AGREE_AS_HOST)
@shown_again(scenario)
def agree_scenario(code: str) -> Any:
    """Accept the agreement for the host."""
    with transaction() as session:
        found = own_scenario(session, code)
        commands.agree(session, actor=current_actor(), scenario_id=found.id, side=Side.HOST, at=clock.now())
    return moved("scenario_host.scenario", gettext("已确认协商一致。"), code=code)


@blp.post("/scenarios/<code>/delist")
@requires(Permission.AGREE_AS_HOST)
@shown_again(scenario)
def delist_scenario(code: str) -> Any:
    """End the agreement on a scenario for good, with a reason."""
    with transaction() as session:
        found = own_scenario(session, code)
        commands.delist(
            session,
            actor=current_actor(),
            scenario_id=found.id,
            reason=request.form.get("reason", ""),
            at=clock.now(),
        )
    return moved("scenario_host.scenario", gettext("已下架，已发放的积分不受影响。"), code=code)
