"""Behaviours that back a batch (减排量来源): the scenarios' records and the registry's batches meet."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.kernel.actor import Actor
from app.kernel.sources import cites
from cqcer import commands
from cqcer.models import BatchProvenance
from cqcer.values import Period
from scenarios import queries as scenarios
from scenarios.errors import ScenarioNotFound


@cites("CQ-X.10", "Q-27")
def tie_behaviours(
    session: Session, *, actor: Actor, batch_id: int, scenario_code: str, period: Period, at: datetime
) -> BatchProvenance:
    """Tie all behaviours of the actor's own scenario on some days to the actor's own batch.

    Raises:
        ScenarioNotFound: there is none, it is a sandbox, or another host's.
        CaseNotFound, MethodologyCountsNone, PeriodOutside, BehavioursTied: see
            `cqcer.commands.tie_behaviours`.

    Source: CQ-X.10, Q-27.
    """
    scenario = scenarios.scenario_by_code(session, scenario_code)
    if scenario.host_id != actor.organisation_id or scenario.sandbox:
        raise ScenarioNotFound(scenario=scenario_code)
    return commands.tie_behaviours(
        session, actor=actor, batch_id=batch_id, scenario_id=scenario.id, period=period, at=at
    )
