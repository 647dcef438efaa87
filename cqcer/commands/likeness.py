"""The agency's answer where a project resembles others (重复核实)."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from app.kernel import audit
from app.kernel.actor import Actor
from app.kernel.permissions import Permission
from app.kernel.sources import cites
from cqcer.errors import CaseNotFound, ReasonMissing
from cqcer.models import LikenessAnswer, RegistryProject
from cqcer.queries import cases
from cqcer.queries import likeness as likenesses
from cqcer.values import Subject


@cites("CQ-42.10")
def answer_likeness(
    session: Session, *, actor: Actor, project_id: int, answer: str, at: datetime
) -> Sequence[LikenessAnswer]:
    """Say why a project is not one with those it resembles; each pair is answered once, and it stays.

    Raises:
        CaseNotFound: there is no project with this id.
        ReasonMissing: nothing is said.

    Source: CQ-42.10.
    """
    actor.require(Permission.REVIEW_REGISTRY_CASES)
    project = cases.case(session, Subject.PROJECT, project_id, lock=True)
    if not isinstance(project, RegistryProject):
        raise CaseNotFound(subject=Subject.PROJECT.value, id=project_id)
    if not answer.strip():
        raise ReasonMissing
    answered = {one.other_id for one in likenesses.answers_of(session, project.id)}
    made = [
        LikenessAnswer(
            project_id=project.id,
            other_id=other.project_id,
            signs=sorted(sign.value for sign in other.signs),
            answer=answer.strip(),
            answered_by=actor.ref,
            answered_at=at,
        )
        for other in likenesses.like(session, project)
        if other.project_id not in answered
    ]
    session.add_all(made)
    if made:
        audit.record(
            session,
            actor=actor,
            event="registry.case.answer_likeness",
            subject=("project", project.id),
            at=at,
            others=[one.other_id for one in made],
        )
    session.flush()
    return made
