"""Reads of methodologies, of what experts say of them, and the replay of a batch's calculation."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.kernel.sources import cites
from cqcer import formulas
from cqcer.errors import MethodologyNotFound
from cqcer.errors.parties import FormulaMalformed, InputsMalformed, ProposalNotFound
from cqcer.formulas import Replay
from cqcer.models import (
    Assignment,
    Batch,
    Expert,
    ExpertOpinion,
    MethodologyProposal,
    MethodologyStep,
    MethodologyVersion,
    RegistryProject,
)

PARTS: Final = ("baseline", "additionality", "calculation", "monitoring_plan")
PRINCIPLES: Final = ("scientific_soundness", "inclusiveness", "additionality", "applicability")


def version(session: Session, version_id: int, *, lock: bool = False) -> MethodologyVersion:
    """Return a version of a methodology.

    Raises:
        MethodologyNotFound: there is none with this id.
    """
    found = session.get(
        MethodologyVersion,
        version_id,
        with_for_update={"key_share": True} if lock else None,
        populate_existing=lock,
    )
    if found is None:
        raise MethodologyNotFound(version_id=version_id)
    return found


def versions_of(session: Session, methodology_id: int) -> Sequence[MethodologyVersion]:
    """Return every version of a methodology, the first one first."""
    return session.scalars(
        select(MethodologyVersion)
        .where(MethodologyVersion.methodology_id == methodology_id)
        .order_by(MethodologyVersion.id)
    ).all()


def steps_of_version(session: Session, version_id: int) -> Sequence[MethodologyStep]:
    """Return the life of a version."""
    return session.scalars(
        select(MethodologyStep).where(MethodologyStep.version_id == version_id).order_by(MethodologyStep.id)
    ).all()


def proposal(session: Session, proposal_id: int, *, lock: bool = False) -> MethodologyProposal:
    """Return a proposal.

    Raises:
        ProposalNotFound: there is none with this id.
    """
    found = session.get(
        MethodologyProposal, proposal_id, with_for_update=True if lock else None, populate_existing=lock
    )
    if found is None:
        raise ProposalNotFound(proposal_id=proposal_id)
    return found


@cites("CQ-13.1", "CQ-12.2", "Q-14")
def is_in_force(found: MethodologyVersion, on: date) -> bool:
    """Tell whether a version can be chosen on a day: issued by then, not superseded or abolished by then.

    Source: CQ-13.1, CQ-12.2, Q-14.
    """
    return (
        found.state in {"issued", "superseded", "abolished"}
        and found.issued_on is not None
        and found.issued_on <= on
        and (found.ended_on is None or on < found.ended_on)
    )


def opinions_on(
    session: Session,
    *,
    version_id: int | None = None,
    project_id: int | None = None,
    batch_id: int | None = None,
) -> list[tuple[Expert, ExpertOpinion]]:
    """Return the opinions of assigned experts on one thing, corrections after what they correct."""
    rows = session.execute(
        select(Expert, ExpertOpinion)
        .join(Assignment, Assignment.expert_id == Expert.id)
        .join(ExpertOpinion, ExpertOpinion.assignment_id == Assignment.id)
        .where(
            Assignment.version_id == version_id
            if version_id is not None
            else Assignment.project_id == project_id
            if project_id is not None
            else Assignment.batch_id == batch_id
        )
        .order_by(ExpertOpinion.id)
    )
    return [(expert, opinion) for expert, opinion in rows]


def assignments_of(session: Session, staff_id: int) -> Sequence[Assignment]:
    """Return what an expert is or was assigned to, the latest first."""
    return session.scalars(
        select(Assignment)
        .join(Expert, Expert.id == Assignment.expert_id)
        .where(Expert.staff_user_id == staff_id)
        .order_by(Assignment.id.desc())
    ).all()


@cites("CQ-11.2", "CQ-7.2")
def principles_met(session: Session, version_id: int) -> dict[str, list[int]]:
    """Return which opinions find each principle met; of each expert the last one counts.

    Source: CQ-11.2, CQ-7.2.
    """
    last = (
        select(ExpertOpinion.assignment_id, func.max(ExpertOpinion.number).label("number"))
        .group_by(ExpertOpinion.assignment_id)
        .subquery()
    )
    found: dict[str, list[int]] = {}
    for opinion in session.scalars(
        select(ExpertOpinion)
        .join(Assignment, Assignment.id == ExpertOpinion.assignment_id)
        .join(
            last,
            (last.c.assignment_id == ExpertOpinion.assignment_id) & (last.c.number == ExpertOpinion.number),
        )
        .where(Assignment.version_id == version_id)
        .order_by(ExpertOpinion.id)
    ):
        for principle in PRINCIPLES:
            if opinion.findings.get(principle) is True:
                found.setdefault(principle, []).append(opinion.id)
    return found


@cites("CQ-16.2", "CQ-42.12")
def replay_of(session: Session, project: RegistryProject, inputs: Mapping[str, Any]) -> Replay | None:
    """Compute what the methodology of a project gives for monitored inputs; None where there are none.

    Raises:
        InputsMalformed: an input is missing, unknown or out of its bounds.

    Source: CQ-16.2, CQ-42.12.
    """
    found = version(session, project.methodology_version_id)
    if found.formula is None or not inputs:
        return None
    return formulas.compute(formulas.read(found.formula), inputs)


@cites("CQ-16.2", "CQ-42.12")
def replay_agrees(session: Session, batch: Batch, project: RegistryProject) -> bool:
    """Tell whether what is written of a batch's calculation is what its inputs give now.

    Source: CQ-16.2, CQ-42.12.
    """
    try:
        replay = replay_of(session, project, batch.replay.get("inputs", {}))
    except (InputsMalformed, FormulaMalformed):
        return False
    return replay is not None and replay.tonnes == batch.replayed_t
