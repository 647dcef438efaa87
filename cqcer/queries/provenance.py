"""Reads of what behaviours back which batch."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.kernel.sources import cites
from cqcer.models import BatchProvenance
from cqcer.values import Period


@cites("CQ-X.10")
def ties_of_scenario(session: Session, scenario_id: int, period: Period) -> Sequence[BatchProvenance]:
    """Return the ties of a scenario that share a day with a period.

    Source: CQ-X.10.
    """
    return session.scalars(
        select(BatchProvenance)
        .where(
            BatchProvenance.scenario_id == scenario_id,
            BatchProvenance.released_at.is_(None),
            BatchProvenance.first_day <= period.last,
            BatchProvenance.last_day >= period.first,
        )
        .order_by(BatchProvenance.first_day)
    ).all()


@cites("CQ-X.10", "Q-27")
def ties_of_batch(session: Session, batch_id: int) -> Sequence[BatchProvenance]:
    """Return what backs a batch, for whoever verifies it.

    Source: CQ-X.10, Q-27.
    """
    return session.scalars(
        select(BatchProvenance)
        .where(BatchProvenance.batch_id == batch_id, BatchProvenance.released_at.is_(None))
        .order_by(BatchProvenance.scenario_id, BatchProvenance.first_day)
    ).all()


@cites("Q-27")
def backed_batch(session: Session, scenario_id: int, day: date) -> int | None:
    """Return the batch that a behaviour of this scenario and day backs, None where it backs none.

    Source: Q-27.
    """
    found = ties_of_scenario(session, scenario_id, Period(day, day))
    return found[0].batch_id if found else None
