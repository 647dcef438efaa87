"""One step of a scenario's registration, with everything that goes with each."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.kernel import audit, outbox
from app.kernel.actor import Actor
from app.kernel.days import day_in_china
from app.kernel.events import Event, publish
from scenarios import rules
from scenarios.errors import NotThisHost
from scenarios.models import Scenario, ScenarioStep
from scenarios.states import Act, State, next_state


def check_own(actor: Actor, scenario: Scenario) -> None:
    """Refuse an actor who does not act for the scenario's host, or whose key is for another scenario.

    Raises:
        NotThisHost: the scenario belongs to another host.

    Source: CQ-32.4.
    """
    if actor.organisation_id != scenario.host_id or actor.scenario_id not in {None, scenario.id}:
        raise NotThisHost(scenario=scenario.code)


def take_step(
    session: Session,
    scenario: Scenario,
    act: Act,
    *,
    actor: Actor,
    reason: str | None,
    at: datetime,
    **details: Any,
) -> Scenario:
    """Look the step up, take it and write it down; the scenario is locked.

    Source: CQ-32.4.
    """
    before = State(scenario.state)
    scenario.state = next_state(before, act, bureau_approves=rules.bureau_approves(day_in_china(at))).value
    if act is Act.LIST:
        scenario.listed_at = at
    write_down(session, scenario, act, before, actor=actor, reason=reason, at=at, **details)
    return scenario


def write_down(
    session: Session,
    scenario: Scenario,
    act: Act,
    before: State | None,
    *,
    actor: Actor,
    reason: str | None,
    at: datetime,
    **details: Any,
) -> None:
    """Add the line of history and of audit, and tell the host.

    Source: CQ-32.4.
    """
    step = ScenarioStep(
        scenario_id=scenario.id,
        act=act.value,
        from_state=before.value if before else None,
        to_state=scenario.state,
        actor=actor.ref,
        reason=reason,
        at=at,
    )
    session.add(step)
    session.flush()
    told = {"scenario": scenario.code, "act": act.value, "state": scenario.state, **details}
    audit.record(
        session,
        actor=actor,
        event=f"scenarios.scenario.{act.value}",
        subject=("scenario", scenario.id),
        at=at,
        reason=reason,
        **told,
    )
    outbox.enqueue(
        session,
        channel=outbox.Channel.IN_APP,
        recipient=f"organisation:{scenario.host_id}",
        template=f"scenario.{act.value}",
        payload={**told, "scenario_id": scenario.id, "name": scenario.name, "reason": reason},
        at=at,
        key=f"scenario:{scenario.id}:step:{step.id}",
    )
    publish(
        session,
        organisation_id=scenario.host_id,
        event=Event.SCENARIO_STATE,
        about=f"scenario:{scenario.id}:step:{step.id}",
        data=told,
        at=at,
    )
    session.flush()
