"""Registration of a low-carbon scenario, from the application to delisting (低碳场景登记)."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.kernel import audit
from app.kernel.actor import Actor
from app.kernel.days import day_in_china
from app.kernel.errors import Forbidden
from app.kernel.permissions import Permission
from app.kernel.sources import cites
from scenarios import queries, rules
from scenarios.commands.steps import check_own, take_step, write_down
from scenarios.errors import AgreedAlready, ApplicationIncomplete, ScenarioCodeTaken
from scenarios.models import (
    Method,
    Scenario,
    ScenarioAssessment,
    ScenarioEvidence,
    ScenarioMethod,
)
from scenarios.states import Act, State, next_state
from scenarios.values import Application, Host, Side


@cites("CQ-32.1", "CQ-32.2", "CQ-2.1", "CQ-42.8")
def apply(session: Session, *, actor: Actor, host: Host, application: Application, at: datetime) -> Scenario:
    """Apply for the registration of a scenario that is already in operation (申请登记).

    Args:
        host: facts of the actor's own organisation, from the register of organisations.

    Raises:
        HostNotDomestic: only domestic organisations run scenarios.
        ApplicationIncomplete: with everything that is missing or wrong.
        ScenarioCodeTaken: another scenario has the code.

    Source: CQ-32.1, CQ-32.2, CQ-2.1, CQ-42.8.
    """
    actor.require(Permission.APPLY_FOR_SCENARIO)
    if actor.organisation_id != host.organisation_id:
        raise Forbidden(organisation_id=host.organisation_id)
    today = day_in_china(at)
    rules.check_host(host)
    rules.check_application(application, today=today)
    methods = methods_named(session, application.methods)

    scenario_id = session.scalar(
        insert(Scenario)
        .values(
            code=application.code,
            name=application.name.strip(),
            name_en=application.name_en,
            life_field=application.life_field,
            host_id=host.organisation_id,
            area_code=application.area_code,
            description=application.description.strip(),
            operating_since=application.operating_since,
            sector_department=application.sector_department,
            icon=application.icon,
            state=next_state(None, Act.APPLY).value,
            lateness_days=rules.usual_lateness_days(today),
            data_kinds=list(application.data_kinds),
            authorisation_text=application.authorisation_text.strip(),
            authorisation_version=application.authorisation_version.strip(),
            sandbox=application.sandbox,
            applied_by=actor.ref,
            applied_at=at,
        )
        .on_conflict_do_nothing(index_elements=["code"])
        .returning(Scenario.id)
    )
    if scenario_id is None:
        raise ScenarioCodeTaken(code=application.code)
    made = queries.scenario(session, scenario_id)
    session.add_all(ScenarioMethod(scenario_id=made.id, method_id=method.id) for method in methods)
    session.add_all(
        ScenarioEvidence(scenario_id=made.id, document_id=document_id, title=title.strip())
        for document_id, title in application.evidence
    )
    write_down(session, made, Act.APPLY, None, actor=actor, reason=None, at=at)
    return made


@cites("CQ-31.2")
def take_up(session: Session, *, actor: Actor, scenario_id: int, at: datetime) -> Scenario:
    """Take an application up for assessment (受理).

    Source: CQ-31.2.
    """
    actor.require(Permission.ASSESS_SCENARIO)
    scenario = queries.scenario(session, scenario_id, lock=True)
    return take_step(session, scenario, Act.TAKE_UP, actor=actor, reason=None, at=at)


@cites("CQ-31.2", "CQ-32.3")
def assess(
    session: Session,
    *,
    actor: Actor,
    scenario_id: int,
    scores: Mapping[str, int],
    remark: str | None = None,
    at: datetime,
) -> ScenarioAssessment:
    """Score a scenario against the norm in force; below the pass score it is rejected (评价).

    Raises:
        NormNotFound: no norm holds today.
        ScoresInvalid: the scores do not fit the norm.

    Source: CQ-31.2, CQ-32.3.
    """
    actor.require(Permission.ASSESS_SCENARIO)
    scenario = queries.scenario(session, scenario_id, lock=True)
    norm = queries.norm_in_force(session, day_in_china(at))
    result = rules.score(queries.items_of(norm), scores, pass_score=norm.pass_score)
    assessment = ScenarioAssessment(
        scenario_id=scenario_id,
        norm_id=norm.id,
        scores=dict(scores),
        total=result.total,
        passed=result.passed,
        remark=remark,
        assessed_by=actor.ref,
        assessed_at=at,
    )
    act = Act.PASS if result.passed else Act.FAIL
    reason = remark or f"{result.total}/{norm.pass_score}"
    take_step(
        session, scenario, act, actor=actor, reason=reason, at=at, norm=norm.version, total=result.total
    )
    session.add(assessment)
    session.flush()
    return assessment


@cites("CQ-32.4")
def agree(session: Session, *, actor: Actor, scenario_id: int, side: Side, at: datetime) -> Scenario:
    """Accept the agreement for one side; with the second side's the scenario is agreed (协商一致).

    Raises:
        AgreedAlready: this side has accepted before.
        NotThisHost: another host's scenario.

    Source: CQ-32.4.
    """
    by_host = side is Side.HOST
    actor.require(Permission.AGREE_AS_HOST if by_host else Permission.ASSESS_SCENARIO)
    scenario = queries.scenario(session, scenario_id, lock=True)
    if by_host:
        check_own(actor, scenario)
    mine, other = scenario.host_agreed_at, scenario.operator_agreed_at
    if not by_host:
        mine, other = other, mine
    act = Act.ACCEPT if other is None else Act.AGREE
    next_state(State(scenario.state), act)
    if mine is not None:
        raise AgreedAlready(side=side.value)
    if by_host:
        scenario.host_agreed_at, scenario.host_agreed_by = at, actor.ref
    else:
        scenario.operator_agreed_at, scenario.operator_agreed_by = at, actor.ref
    return take_step(session, scenario, act, actor=actor, reason=None, at=at, side=side.value)


@cites("CQ-32.4")
def approve(session: Session, *, actor: Actor, scenario_id: int, at: datetime) -> Scenario:
    """Approve the registration for the Bureau (同意登记).

    Source: CQ-32.4.
    """
    actor.require(Permission.APPROVE_SCENARIO)
    scenario = queries.scenario(session, scenario_id, lock=True)
    return take_step(session, scenario, Act.APPROVE, actor=actor, reason=None, at=at)


@cites("CQ-32.4")
def reject(session: Session, *, actor: Actor, scenario_id: int, reason: str, at: datetime) -> Scenario:
    """Refuse the registration for the Bureau, with a reason (不予登记).

    Source: CQ-32.4.
    """
    actor.require(Permission.APPROVE_SCENARIO)
    told = rules.check_reason(reason)
    scenario = queries.scenario(session, scenario_id, lock=True)
    return take_step(session, scenario, Act.REJECT, actor=actor, reason=told, at=at)


@cites("CQ-32.4")
def list_scenario(session: Session, *, actor: Actor, scenario_id: int, at: datetime) -> Scenario:
    """Put a scenario on the platform; from now on it may send behaviours (上架).

    Source: CQ-32.4.
    """
    actor.require(Permission.LIST_SCENARIO)
    scenario = queries.scenario(session, scenario_id, lock=True)
    return take_step(session, scenario, Act.LIST, actor=actor, reason=None, at=at)


@cites("CQ-34.2")
def suspend(session: Session, *, actor: Actor, scenario_id: int, reason: str, at: datetime) -> Scenario:
    """Take no data from a scenario for the time being (暂停).

    Source: CQ-34.2.
    """
    actor.require(Permission.LIST_SCENARIO)
    told = rules.check_reason(reason)
    scenario = queries.scenario(session, scenario_id, lock=True)
    return take_step(session, scenario, Act.SUSPEND, actor=actor, reason=told, at=at)


@cites("CQ-34.2")
def resume(session: Session, *, actor: Actor, scenario_id: int, reason: str, at: datetime) -> Scenario:
    """Take data from a suspended scenario again (恢复).

    Source: CQ-34.2.
    """
    actor.require(Permission.LIST_SCENARIO)
    told = rules.check_reason(reason)
    scenario = queries.scenario(session, scenario_id, lock=True)
    return take_step(session, scenario, Act.RESUME, actor=actor, reason=told, at=at)


@cites("CQ-32.4", "CQ-34.10")
def delist(session: Session, *, actor: Actor, scenario_id: int, reason: str, at: datetime) -> Scenario:
    """End the agreement on a scenario for good, by either side; points issued stay (下架).

    Raises:
        NotThisHost: the actor is a host, of another scenario.

    Source: CQ-32.4, CQ-34.10.
    """
    told = rules.check_reason(reason)
    scenario = queries.scenario(session, scenario_id, lock=True)
    if not actor.may(Permission.LIST_SCENARIO):
        actor.require(Permission.AGREE_AS_HOST)
        check_own(actor, scenario)
    return take_step(session, scenario, Act.DELIST, actor=actor, reason=told, at=at)


@cites("Q-31")
def change_lateness(
    session: Session, *, actor: Actor, scenario_id: int, days: int, reason: str, at: datetime
) -> Scenario:
    """Change after how many days a scenario's rows come too late, from now on (迟报期限).

    Raises:
        LatenessOutOfBounds: not from 0 to 3,650 days.
        ReasonMissing: without a reason.

    Source: Q-31.
    """
    actor.require(Permission.LIST_SCENARIO)
    told = rules.check_reason(reason)
    rules.check_lateness(days)
    scenario = queries.scenario(session, scenario_id, lock=True)
    before, scenario.lateness_days = scenario.lateness_days, days
    audit.record(
        session,
        actor=actor,
        event="scenarios.scenario.change_lateness",
        subject=("scenario", scenario.id),
        at=at,
        before=before,
        days=days,
        reason=told,
    )
    session.flush()
    return scenario


def methods_named(session: Session, codes: tuple[str, ...]) -> list[Method]:
    """Return published methods by their codes.

    Raises:
        ApplicationIncomplete: one of them is not published.

    Source: CQ-31.3.
    """
    found = list(session.scalars(select(Method).where(Method.code.in_(codes)).order_by(Method.code)))
    if missing := set(codes) - {method.code for method in found}:
        message = "not published: " + ", ".join(sorted(missing))
        raise ApplicationIncomplete(breaches=[{"path": "methods", "message": message}])
    return found
