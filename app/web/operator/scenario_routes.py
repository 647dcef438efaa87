"""Scenarios before the operator (低碳场景): the queue, each one's file, and what the operator does to it."""

from collections.abc import Callable
from datetime import date
from typing import Any

from flask import Response, render_template, request
from sqlalchemy.orm import Session

from app.door.access import current_actor, requires
from app.kernel import clock
from app.kernel.days import day_in_china
from app.kernel.permissions import Permission
from app.kernel.session import transaction
from app.reports import area_desk, queues, scenario_files, scenario_lists
from app.reports.scenario_files import ScenarioFile
from app.web.desk import files, registration
from app.web.desk.forms import Typed, kept, moved, refusal, shown_again, whole_or_none
from app.web.operator.blueprint import blp
from app.web.presentation.language import gettext
from scenarios import commands, queries
from scenarios.models import EvaluationNorm, Scenario
from scenarios.states import State
from scenarios.values import Side


@blp.get("/scenarios")
@requires(Permission.ASSESS_SCENARIO)
def scenarios() -> str:
    """List the scenarios: those that wait for the operator, those that wait for others, all."""
    at = clock.now()
    view = request.args.get("view", "mine")
    states = {"mine": queues.OF_OPERATOR, "others": queues.OF_BUREAU}.get(view)
    asked = scenario_lists.Asked.of(request.args)
    with transaction() as session:
        after = whole_or_none("after")
        waiting = queues.waiting_scenarios(session, states, at=at, after=after) if states else []
        page = None if states else scenario_lists.every(session, asked)
        counts = queues.counts(session)
    return render_template(
        "operator/scenarios.html",
        view=view,
        waiting=waiting,
        after=after,
        full=queues.SHOWN,
        page=page,
        asked=asked,
        counts=counts,
    )


@blp.get("/scenarios/<code>")
@requires(Permission.ASSESS_SCENARIO)
def scenario(code: str) -> str:
    """Show a scenario's file with what its state asks of the operator."""
    today = day_in_china(clock.now())
    with transaction() as session:
        file = scenario_files.scenario_file(session, code, today=today)
        notes = area_desk.notes_on(session, scenario_id=file.scenario.id)
        norm = _norm(session, file, today)
    return render_template(
        "operator/scenario.html",
        file=file,
        notes=notes,
        norm=norm,
        items=queries.items_of(norm) if norm else [],
        stations=registration.stations(file),
        acts=registration.acts(file),
        events=registration.events(file),
        actor_label=registration.actor_label,
        typed=kept(),
        refusal=refusal(),
    )


@blp.get("/scenarios/<code>/evidence/<int:document_id>")
@requires(Permission.ASSESS_SCENARIO)
def scenario_evidence(code: str, document_id: int) -> Response:
    """Hand out a document of the application."""
    with transaction() as session:
        found = scenario_files.evidence_document(session, code, document_id)
    return files.handed_out(found)


@blp.post("/scenarios/<code>/take-up")
@requires(Permission.ASSESS_SCENARIO)
@shown_again(scenario)
def take_up_scenario(code: str) -> Any:
    """Take an application up."""
    with transaction() as session:
        found = queries.scenario_by_code(session, code)
        commands.take_up(session, actor=current_actor(), scenario_id=found.id, at=clock.now())
    return moved("operator.scenario", gettext("已受理，请按评价规范评估。"), code=code)


@blp.post("/scenarios/<code>/assess")
@requires(Permission.ASSESS_SCENARIO)
@shown_again(scenario)
def assess_scenario(code: str) -> Any:
    """Score a scenario against the norm in force."""
    at = clock.now()
    with transaction() as session:
        found = queries.scenario_by_code(session, code)
        norm = queries.norm_in_force(session, day_in_china(at))
        typed = Typed(request.form)
        scores = {item.code: typed.whole(f"score_{item.code}") for item in queries.items_of(norm)}
        remark = typed.text("remark", most=2_000, required=False)
        typed.check()
        assessment = commands.assess(
            session,
            actor=current_actor(),
            scenario_id=found.id,
            scores=scores,
            remark=remark or None,
            at=at,
        )
    told = gettext("评估通过。") if assessment.passed else gettext("评估未通过，申请已终止。")
    return moved("operator.scenario", told, code=code)


@blp.post("/scenarios/<code>/agree")
@requires(Permission.ASSESS_SCENARIO)
@shown_again(scenario)
def agree_scenario(code: str) -> Any:
    """Accept the agreement for the operator."""
    with transaction() as session:
        found = queries.scenario_by_code(session, code)
        agreed = commands.agree(
            session, actor=current_actor(), scenario_id=found.id, side=Side.OPERATOR, at=clock.now()
        )
    told = (
        gettext("双方已协商一致。") if agreed.state == State.AGREED else gettext("已确认，等待场景方确认。")
    )
    return moved("operator.scenario", told, code=code)


@blp.post("/scenarios/<code>/list")
@requires(Permission.LIST_SCENARIO)
@shown_again(scenario)
def list_scenario(code: str) -> Any:
    """Put a scenario on the platform."""
    with transaction() as session:
        found = queries.scenario_by_code(session, code)
        commands.list_scenario(session, actor=current_actor(), scenario_id=found.id, at=clock.now())
    return moved("operator.scenario", gettext("已上架，公众可以授权，场景方可以传送数据。"), code=code)


@blp.post("/scenarios/<code>/suspend")
@requires(Permission.LIST_SCENARIO)
@shown_again(scenario)
def suspend_scenario(code: str) -> Any:
    """Take no data from a scenario for the time being, with a reason."""
    return _change_listing(commands.suspend, code, gettext("已暂停，暂不接收数据。"))


@blp.post("/scenarios/<code>/resume")
@requires(Permission.LIST_SCENARIO)
@shown_again(scenario)
def resume_scenario(code: str) -> Any:
    """Take data from a suspended scenario again, with a reason."""
    return _change_listing(commands.resume, code, gettext("已恢复运行。"))


@blp.post("/scenarios/<code>/delist")
@requires(Permission.LIST_SCENARIO)
@shown_again(scenario)
def delist_scenario(code: str) -> Any:
    """End the agreement on a scenario for good, with a reason."""
    return _change_listing(commands.delist, code, gettext("已下架，已发放的积分不受影响。"))


@blp.post("/scenarios/<code>/lateness")
@requires(Permission.LIST_SCENARIO)
@shown_again(scenario)
def change_lateness(code: str) -> Any:
    """Change after how many days a scenario's rows come too late, with a reason."""
    typed = Typed(request.form)
    days = typed.whole("days", least=0, most=3_650)
    reason = typed.text("lateness_reason", most=500)
    typed.check()
    with transaction() as session:
        found = queries.scenario_by_code(session, code)
        commands.change_lateness(
            session, actor=current_actor(), scenario_id=found.id, days=days, reason=reason, at=clock.now()
        )
    return moved("operator.scenario", gettext("已更改迟报期限，对今后收到的数据适用。"), code=code)


def _change_listing(command: Callable[..., Scenario], code: str, told: str) -> Any:
    with transaction() as session:
        found = queries.scenario_by_code(session, code)
        command(
            session,
            actor=current_actor(),
            scenario_id=found.id,
            reason=request.form.get("reason", ""),
            at=clock.now(),
        )
    return moved("operator.scenario", told, code=code)


def _norm(session: Session, file: ScenarioFile, today: date) -> EvaluationNorm | None:
    if file.scenario.state != State.UNDER_ASSESSMENT:
        return None
    return next((norm for norm in queries.norms(session) if norm.valid_from <= today), None)
