"""The file of a scenario's registration (场景档案): what was applied for, shown, assessed and decided."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.identity.models import District, Organisation
from app.kernel.documents import Document, DocumentNotFound
from app.reports.actor_names import ActorName, actor_names
from scenarios import queries, rules
from scenarios.errors import ScenarioNotFound
from scenarios.models import EvaluationNorm, Scenario, ScenarioAssessment, ScenarioEvidence, ScenarioStep
from scenarios.values import NormItem


@dataclass(frozen=True, kw_only=True)
class Assessed:
    """An assessment with the norm under which it was made, line by line."""

    assessment: ScenarioAssessment
    norm: EvaluationNorm
    items: tuple[tuple[NormItem, int], ...]


@dataclass(frozen=True, kw_only=True)
class ScenarioFile:
    """Everything a decision on a scenario rests on.

    Attributes:
        names: who is behind the references in steps and assessments.
        bureau_approves: whether the Bureau decides before listing, on the day asked about.
    """

    scenario: Scenario
    host: Organisation
    area: District
    methods: tuple[str, ...]
    evidence: tuple[tuple[ScenarioEvidence, Document], ...]
    steps: tuple[ScenarioStep, ...]
    assessments: tuple[Assessed, ...]
    names: Mapping[str, ActorName]
    bureau_approves: bool


def scenario_file(session: Session, code: str, *, today: date, host_id: int | None = None) -> ScenarioFile:
    """Return the file of a scenario.

    Args:
        host_id: of one host only; another host's scenario is as if there were none.

    Raises:
        ScenarioNotFound: there is none with this code.
    """
    found = queries.scenario_by_code(session, code)
    if host_id is not None and found.host_id != host_id:
        raise ScenarioNotFound(scenario=code)
    steps = tuple(queries.history(session, found.id))
    assessments = tuple(_assessed(session, each) for each in queries.assessments(session, found.id))
    refs = [*(step.actor for step in steps), *(each.assessment.assessed_by for each in assessments)]
    return ScenarioFile(
        scenario=found,
        host=session.get_one(Organisation, found.host_id),
        area=session.get_one(District, found.area_code),
        methods=tuple(method.code for method in queries.methods_of(session, found.id)),
        evidence=tuple(_evidence(session, found.id)),
        steps=steps,
        assessments=assessments,
        names=actor_names(session, [*refs, found.host_agreed_by, found.operator_agreed_by]),
        bureau_approves=rules.bureau_approves(today),
    )


def evidence_document(
    session: Session, code: str, document_id: int, *, host_id: int | None = None
) -> Document:
    """Return a document that a scenario's application shows.

    Raises:
        ScenarioNotFound, DocumentNotFound: there is no such scenario, or it shows no such document.
    """
    found = queries.scenario_by_code(session, code)
    if host_id is not None and found.host_id != host_id:
        raise ScenarioNotFound(scenario=code)
    for _shown, document in _evidence(session, found.id):
        if document.id == document_id:
            return document
    raise DocumentNotFound(document_id=document_id)


def _evidence(session: Session, scenario_id: int) -> list[tuple[ScenarioEvidence, Document]]:
    rows: Any = session.execute(
        select(ScenarioEvidence, Document)
        .join(Document, Document.id == ScenarioEvidence.document_id)
        .where(ScenarioEvidence.scenario_id == scenario_id)
        .order_by(Document.id)
    )
    return [(evidence, document) for evidence, document in rows]


def _assessed(session: Session, assessment: ScenarioAssessment) -> Assessed:
    norm = session.get_one(EvaluationNorm, assessment.norm_id)
    return Assessed(
        assessment=assessment,
        norm=norm,
        items=tuple((item, int(assessment.scores.get(item.code, 0))) for item in queries.items_of(norm)),
    )
