"""Reads of the registration of scenarios."""

from collections.abc import Collection, Sequence
from dataclasses import fields
from datetime import date

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from scenarios.errors import NormNotFound, ScenarioNotFound
from scenarios.models import (
    EvaluationNorm,
    Method,
    Scenario,
    ScenarioAssessment,
    ScenarioEvidence,
    ScenarioMethod,
    ScenarioStep,
)
from scenarios.states import State
from scenarios.values import NormItem


def scenario_by_code(session: Session, code: str, *, lock: bool = False) -> Scenario:
    """Return a scenario.

    Raises:
        ScenarioNotFound: there is none with this code.
    """
    return _one(session, select(Scenario).where(Scenario.code == code), lock, code)


def scenario(session: Session, scenario_id: int, *, lock: bool = False) -> Scenario:
    """Return a scenario.

    Raises:
        ScenarioNotFound: there is none with this id.
    """
    return _one(session, select(Scenario).where(Scenario.id == scenario_id), lock, scenario_id)


def _one(session: Session, query: Select[Scenario], lock: bool, wanted: int | str) -> Scenario:
    if lock:
        query = query.with_for_update(key_share=True).execution_options(populate_existing=True)
    found = session.scalars(query).one_or_none()
    if found is None:
        raise ScenarioNotFound(scenario=wanted)
    return found


def scenarios_in(
    session: Session, states: Collection[State], *, host_id: int | None = None
) -> Sequence[Scenario]:
    """Return the scenarios in these states, those of one host only if it is named, newest first."""
    query = select(Scenario).where(Scenario.state.in_([state.value for state in states]))
    if host_id is not None:
        query = query.where(Scenario.host_id == host_id)
    return session.scalars(query.order_by(Scenario.id.desc())).all()


def history(session: Session, scenario_id: int) -> Sequence[ScenarioStep]:
    """Return what was done to a scenario, first things first."""
    return session.scalars(
        select(ScenarioStep).where(ScenarioStep.scenario_id == scenario_id).order_by(ScenarioStep.id)
    ).all()


def assessments(session: Session, scenario_id: int) -> Sequence[ScenarioAssessment]:
    """Return the assessments of a scenario, first things first."""
    return session.scalars(
        select(ScenarioAssessment)
        .where(ScenarioAssessment.scenario_id == scenario_id)
        .order_by(ScenarioAssessment.id)
    ).all()


def evidence(session: Session, scenario_id: int) -> Sequence[ScenarioEvidence]:
    """Return the documents that show a scenario in operation."""
    return session.scalars(
        select(ScenarioEvidence)
        .where(ScenarioEvidence.scenario_id == scenario_id)
        .order_by(ScenarioEvidence.document_id)
    ).all()


def methods_of(session: Session, scenario_id: int) -> Sequence[Method]:
    """Return the accounting methods that a scenario may use, by code."""
    return session.scalars(
        select(Method)
        .join(ScenarioMethod, ScenarioMethod.method_id == Method.id)
        .where(ScenarioMethod.scenario_id == scenario_id)
        .order_by(Method.code)
    ).all()


def norm_in_force(session: Session, day: date) -> EvaluationNorm:
    """Return the evaluation norm that holds on `day`.

    Raises:
        NormNotFound: none holds yet.
    """
    found = session.scalars(
        select(EvaluationNorm)
        .where(EvaluationNorm.valid_from <= day)
        .order_by(EvaluationNorm.valid_from.desc())
        .limit(1)
    ).one_or_none()
    if found is None:
        raise NormNotFound(day=day.isoformat())
    return found


def norms(session: Session) -> Sequence[EvaluationNorm]:
    """Return every published norm, the latest first."""
    return session.scalars(select(EvaluationNorm).order_by(EvaluationNorm.valid_from.desc())).all()


def items_of(norm: EvaluationNorm) -> list[NormItem]:
    """Return the lines of a norm's checklist."""
    known = [field.name for field in fields(NormItem)]
    return [NormItem(**{name: item[name] for name in known if name in item}) for item in norm.items]
