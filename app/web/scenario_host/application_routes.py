"""The application for a scenario (场景申请): written in four steps, kept at each, sent at the last.

The last step shows everything once more, so that what is sent is what was seen; a form that was
sent whole is shown whole again.
"""

from typing import Any, Final

from flask import render_template, request
from werkzeug.datastructures import MultiDict

from app.door.access import current_actor, requires, takes_uploads
from app.identity import queries as identity
from app.journeys.scenario_registration import apply_for_scenario
from app.kernel import clock
from app.kernel.documents import document
from app.kernel.permissions import Permission
from app.kernel.session import transaction
from app.reports import host_desk
from app.web.desk import files
from app.web.desk.forms import Typed, moved, refusal, shown_again
from app.web.presentation.language import gettext
from app.web.scenario_host.blueprint import blp
from app.web.scenario_host.own import host_id
from scenarios import commands, queries
from scenarios.commands.application_drafts import STEPS
from scenarios.methods import LifeField
from scenarios.values import Application, Evidence

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
FIELDS: Final = {
    1: ("name", "name_en", "code", "life_field", "area_code", "description", "icon"),
    2: ("operating_since", "evidence_title"),
    3: ("methods", "data_kinds", "authorisation_text", "authorisation_version"),
}
LONGEST: Final = 60_000
"""Bytes of everything that was typed."""
EVERYTHING: Final = STEPS
"""The step that shows all fields."""


@blp.get("/scenarios/apply")
@requires(Permission.APPLY_FOR_SCENARIO)
def apply() -> str:
    """Show a step of the application, with what was kept of it."""
    with transaction() as session:
        areas = identity.districts(session)
        methods = [(method.code, version) for method, version in host_desk.methods_to_choose(session)]
        place = identity.organisation(session, host_id()) if host_id() else None
        draft = queries.application_draft(session, host_id())
        paper = document(session, draft.document_id) if draft is not None and draft.document_id else None
    typed: MultiDict[str, Any] = MultiDict(
        {"authorisation_version": "1", "icon": "leaf", "area_code": place.area_code or "" if place else ""}
    )
    for source in (draft.content if draft is not None else {}, _typed_now()):
        for name, values in source.items():
            typed.setlist(name, values)
    return render_template(
        "scenario_host/apply.html",
        areas=areas,
        methods=methods,
        data_kinds=DATA_KINDS,
        icons=ICONS,
        draft=draft,
        paper=paper,
        step=_step(draft.step if draft is not None else 1),
        everything=EVERYTHING,
        typed=typed,
        refusal=refusal(),
    )


@blp.post("/scenarios/apply/keep")
@requires(Permission.APPLY_FOR_SCENARIO)
@takes_uploads
@shown_again(apply)
def keep_application() -> Any:
    """Keep a step, and go on, back, or away; going on needs the step to be whole."""
    typed = Typed(request.form)
    go, step = request.form.get("go", ""), _step(1)
    paper = None
    if step in {2, EVERYTHING}:
        paper = files.take(typed, "evidence", most=files.MOST_EVIDENCE, types=files.PAPERS, required=False)
    if go == "next":
        _check_whole(typed, step)
    names = FIELDS.get(step) or [name for part in FIELDS.values() for name in part]
    fields = {name: request.form.getlist(name) for name in names}
    if sum(len(value.encode()) for values in fields.values() for value in values) > LONGEST:
        typed.breach("description", "longer than 4000")
    typed.check()
    at, actor = clock.now(), current_actor()
    target = {"next": step + 1, "back": step - 1}.get(go, step)
    with transaction() as session:
        kept = commands.keep_application(
            session,
            actor=actor,
            fields=fields,
            step=target,
            document_id=paper.record(session, created_by=actor.ref, at=at).id if paper else None,
            at=at,
        )
    if go in {"next", "back"}:
        return moved("scenario_host.apply", step=kept.step)
    return moved("scenario_host.scenarios", gettext("已保存，随时可以接着填。"))


@blp.post("/scenarios/apply/drop")
@requires(Permission.APPLY_FOR_SCENARIO)
def drop_application() -> Any:
    """Give up what was kept of an application."""
    with transaction() as session:
        commands.end_application_draft(session, actor=current_actor(), at=clock.now())
    return moved("scenario_host.scenarios", gettext("草稿已放弃。"))


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
    at, actor = clock.now(), current_actor()
    with transaction() as session:
        held = queries.application_draft(session, host_id())
    kept_id = held.document_id if held is not None else None
    paper = files.take(
        typed, "evidence", most=files.MOST_EVIDENCE, types=files.PAPERS, required=kept_id is None
    )
    typed.check()
    with transaction() as session:
        document_id = paper.record(session, created_by=actor.ref, at=at).id if paper else kept_id
        assert document_id is not None
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
                evidence=(Evidence(document_id, title),),
                icon=chosen if chosen in ICONS else "leaf",
            ),
            at=at,
        )
        commands.end_application_draft(session, actor=actor, at=at)
    return moved("scenario_host.scenario", gettext("已提交申请，等待运营主体受理。"), code=made.code)


def _typed_now() -> dict[str, list[str]]:
    """Return what was typed where the form is shown again."""
    return dict(request.form.lists()) if refusal() is not None else {}


def _step(usual: int) -> int:
    """Return the step that is asked for; all at once where a whole form was sent."""
    if request.endpoint == "scenario_host.send_application":
        return EVERYTHING
    asked = request.values.get("step", "")
    return int(asked) if asked in {"1", "2", "3", "4"} else usual


def _check_whole(typed: Typed, step: int) -> None:
    """Note what a step lacks."""
    if step == 1:
        typed.text("name", most=80)
        typed.text("code", most=40)
        typed.choice("life_field", LifeField)
        typed.text("area_code", most=12)
        typed.text("description", most=4_000)
    elif step == 2:
        typed.day("operating_since")
        typed.text("evidence_title", most=120)
    elif step == 3:
        for name in ("methods", "data_kinds"):
            if not typed.several(name):
                typed.breach(name, "choice")
        typed.text("authorisation_text", most=8_000)
        typed.text("authorisation_version", most=20)
