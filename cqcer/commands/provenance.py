"""Tying recorded behaviours to the batch that they back (减排量来源)."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.kernel import audit
from app.kernel.actor import Actor
from app.kernel.permissions import Permission
from app.kernel.sources import cites
from cqcer import crediting
from cqcer.commands.cases import owned
from cqcer.errors import BehavioursTied, MethodologyCountsNone, PeriodOutside
from cqcer.models import Batch, BatchProvenance, MethodologyVersion
from cqcer.queries import cases, provenance
from cqcer.values import CaseState, Category, Period, Subject

PART = "behaviours"
"""The part of a methodology that says how recorded behaviours count (Q-27)."""


@cites("CQ-X.10", "Q-27", "CQ-42.10")
def tie_behaviours(
    session: Session, *, actor: Actor, batch_id: int, scenario_id: int, period: Period, at: datetime
) -> BatchProvenance:
    """Tie all behaviours of a scenario on some days to a draft batch of the actor's; to no other ever after.

    The same again is no other than once.

    Raises:
        CaseNotFound: the batch is not the actor's.
        MethodologyCountsNone: the project is not of the inclusion category, or its methodology does not
            let recorded behaviours count.
        PeriodOutside: a day lies outside the batch, or the batch is no longer with its owner.
        BehavioursTied: a day of this scenario backs another batch.

    Source: CQ-X.10, Q-27, CQ-42.10.
    """
    actor.require(Permission.APPLY_TO_REGISTRY)
    batch = owned(session, actor, Subject.BATCH, batch_id, lock=True)
    project = cases.project_of(session, batch)
    version = session.get_one(MethodologyVersion, project.methodology_version_id)
    if project.category != Category.INCLUSION or PART not in version.parts:
        raise MethodologyCountsNone
    if not isinstance(batch, Batch) or batch.state not in {CaseState.DRAFT, CaseState.RETURNED_INCOMPLETE}:
        raise PeriodOutside(state=batch.state)
    if not crediting.contains(Period(batch.first_day, batch.last_day), period):
        raise PeriodOutside(first=batch.first_day.isoformat(), last=batch.last_day.isoformat())
    others = provenance.ties_of_scenario(session, scenario_id, period)
    for one in others:
        if one.batch_id == batch.id and (one.first_day, one.last_day) == period:
            return one
    if others:
        raise BehavioursTied(days=[[one.first_day.isoformat(), one.last_day.isoformat()] for one in others])
    tied = BatchProvenance(
        batch_id=batch.id,
        scenario_id=scenario_id,
        first_day=period.first,
        last_day=period.last,
        tied_by=actor.ref,
        tied_at=at,
    )
    session.add(tied)
    session.flush()
    session.refresh(tied)  # the database counted
    audit.record(
        session,
        actor=actor,
        event="registry.behaviours.tie",
        subject=("batch", batch.id),
        at=at,
        scenario_id=scenario_id,
        behaviours=tied.behaviours,
        reduction_g=tied.reduction_g,
    )
    return tied
