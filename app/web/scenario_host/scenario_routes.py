"""Registration before the host (场景登记): applying, following the application, agreeing, ending it."""

from typing import Any, Final

from flask import Response, render_template, request

from app.door.access import current_actor, requires, takes_uploads
from app.identity import queries as identity
from app.journeys.scenario_registration import apply_for_scenario
from app.kernel import clock
from app.kernel.days import day_in_china
from app.kernel.permissions import Permission
from app.kernel.session import transaction
from app.reports import host_desk, host_quality, scenario_files, scenario_lists
from app.web.desk import files, registration
from app.web.desk.forms import Typed, kept, moved, refusal, shown_again
from app.web.presentation.language import gettext
from app.web.scenario_host.blueprint import blp
from app.web.scenario_host.own import host_id, own_scenario
from scenarios import commands
from scenarios.methods import LifeField
from scenarios.values import Application, Evidence, Side

DATA_KINDS: Final = (
    "trip_time",
    "trip_count",
    "distance",
    "place",
    "duration",
    "order_time",
    "order_count",
    "session_time",
    "energy",
    "drop_time",
    "item_count",
    "weight",
    "steps",
    "meter_reading",
)
ICONS: Final = (
    "train-front",
    "bus-front",
    "bike",
    "footprints",
    "plug-zap",
    "car",
    "recycle",
    "package-open",
    "utensils",
    "shirt",
    "smartphone",
    "lightbulb",
    "droplets",
    "leaf",
)


@blp.get("/scenarios")
@requires(Permission.READ_OWN_UPLOADS)
def scenarios() -> str:
    """List the organisation's scenarios with their state."""
    with transaction() as session:
        lines = scenario_lists.of_host(session, host_id())
    return render_template("scenario_host/scenarios.html", lines=lines)


@blp.get("/scenarios/apply")
@requires(Permission.APPLY_FOR_SCENARIO)
def apply() -> str:
    """Show the application for a scenario."""
    with transaction() as session:
        areas = identity.districts(session)
        methods = [(method.code, version) for method, version in host_desk.methods_to_choose(session)]
        place = identity.organisation(session, host_id()) if host_id() else None
    defaults = {"authorisation_version": "1", "icon": "leaf", "area_code": place.area_code if place else ""}
    return render_template(
        "scenario_host/apply.html",
        areas=areas,
        methods=methods,
        data_kinds=DATA_KINDS,
        icons=ICONS,
        typed=kept(defaults),
        refusal=refusal(),
    )


@blp.post("/scenarios/apply")
@requires(Permission.APPLY_FOR_SCENARIO)
@takes_uploads
@shown_again(apply)
def send_application() -> Any:
    """Apply for the registration of a scenario that is in operation."""
    typed = Typed(request.form)
    code, name = typed.text("code", most=40), typed.text("name", most=80)
    name_en = typed.text("name_en", most=120, required=False)
    life_field = typed.choice("life_field", LifeField)
    area_code = typed.text("area_code", most=12)
    description = typed.text("description", most=4_000)
    operating_since = typed.day("operating_since")
    text = typed.text("authorisation_text", most=8_000)
    version = typed.text("authorisation_version", most=20)
    title = typed.text("evidence_title", most=120)
    chosen = typed.text("icon", most=40)
    kinds, methods = typed.several("data_kinds"), typed.several("methods")
    if not kinds:
        typed.breach("data_kinds", "at least one word each once, such as trip_time")
    if not methods:
        typed.breach("methods", "at least one accounting method")
    typed.ticked("confirmed")
    paper = files.take(typed, "evidence", most=files.MOST_EVIDENCE, types=files.PAPERS)
    typed.check()
    assert paper is not None
    at, actor = clock.now(), current_actor()
    with transaction() as session:
        document = paper.record(session, created_by=actor.ref, at=at)
        made = apply_for_scenario(
            session,
            actor=actor,
            application=Application(
                code=code,
                name=name,
                name_en=name_en or None,
                life_field=life_field.value,
                area_code=area_code,
                description=description,
                operating_since=operating_since,
                data_kinds=kinds,
                authorisation_text=text,
                authorisation_version=version,
                methods=methods,
                evidence=(Evidence(document.id, title),),
                icon=chosen if chosen in ICONS else "leaf",
            ),
            at=at,
        )
    return moved("scenario_host.scenario", gettext("已提交申请，等待运营主体受理。"), code=made.code)


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
