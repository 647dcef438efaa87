"""Sandboxes (沙箱场景): a host rehearses with users it makes up; grams are told, points never issued."""

from datetime import datetime
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.kernel import audit
from app.kernel.actor import Actor
from app.kernel.days import day_in_china
from app.kernel.errors import Forbidden
from app.kernel.permissions import Permission
from app.kernel.sources import cites
from scenarios import queries, rules
from scenarios.commands.registration import methods_named
from scenarios.errors import SandboxesEnough, ScenarioCodeTaken
from scenarios.methods import LifeField, catalogue
from scenarios.models import Scenario, ScenarioMethod
from scenarios.states import State
from scenarios.values import Host

MOST: Final = 5
"""Sandboxes of one host."""


@cites("CQ-32.1", "CQ-34.1")
def open_sandbox(
    session: Session,
    *,
    actor: Actor,
    host: Host,
    code: str,
    name: str,
    methods: tuple[str, ...],
    area_code: str,
    at: datetime,
) -> Scenario:
    """Open a sandbox in the name of the actor's organisation; it takes data at once (开设沙箱).

    It is no registration: it never goes beyond its first state, stands in no queue and on no public
    page, and nobody can authorise it. The database issues no point for what happens in it.

    Args:
        methods: codes of those that are rehearsed.

    Raises:
        HostNotDomestic: only domestic organisations run scenarios.
        ApplicationIncomplete: with everything that is missing or wrong.
        ScenarioCodeTaken: another scenario has the code.
        SandboxesEnough: the host has five.

    Source: CQ-32.1, CQ-34.1.
    """
    actor.require(Permission.MANAGE_PROFILES)
    if actor.organisation_id != host.organisation_id:
        raise Forbidden(organisation_id=host.organisation_id)
    rules.check_host(host)
    rules.check_sandbox(code=code, name=name, methods=methods)
    known = methods_named(session, methods)
    ours = select(func.count()).where(Scenario.host_id == host.organisation_id, Scenario.sandbox)
    if (session.scalar(ours) or 0) >= MOST:
        raise SandboxesEnough(most=MOST)
    today = day_in_china(at)
    seeded = catalogue.seeded().get(known[0].code)
    life_field = seeded.life_field if seeded is not None else next(iter(LifeField))
    scenario_id = session.scalar(
        insert(Scenario)
        .values(
            code=code,
            name=name.strip(),
            life_field=life_field.value,
            host_id=host.organisation_id,
            area_code=area_code,
            description="",
            operating_since=today,
            icon="flask-conical",
            state=State.APPLIED.value,
            lateness_days=rules.usual_lateness_days(today),
            data_kinds=[],
            authorisation_text="",
            authorisation_version="",
            sandbox=True,
            applied_by=actor.ref,
            applied_at=at,
        )
        .on_conflict_do_nothing(index_elements=["code"])
        .returning(Scenario.id)
    )
    if scenario_id is None:
        raise ScenarioCodeTaken(code=code)
    session.add_all(ScenarioMethod(scenario_id=scenario_id, method_id=method.id) for method in known)
    session.flush()
    audit.record(
        session,
        actor=actor,
        event="scenarios.sandbox.open",
        subject=("scenario", scenario_id),
        at=at,
        scenario=code,
    )
    return queries.scenario(session, scenario_id)
