"""What a host may read of its own scenarios (场景方自有数据): its own references, nobody's identity."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.kernel.actor import Actor
from app.kernel.sources import cites
from scenarios import queries
from scenarios.commands.steps import check_own
from scenarios.models import Authorisation, MappingProfile


@cites("CQ-34.1", "T-46")
def linked_users(
    session: Session, *, actor: Actor, scenario_code: str, after: int | None, limit: int
) -> list[Authorisation]:
    """Return the authorisations in force for a scenario of the actor's organisation, with ids above `after`.

    Raises:
        ScenarioNotFound: there is none, or it is another host's.

    Source: CQ-34.1, T-46.
    """
    scenario = queries.scenario_by_code(session, scenario_code)
    check_own(actor, scenario)
    wanted = (
        select(Authorisation)
        .where(Authorisation.scenario_id == scenario.id, Authorisation.withdrawn_at.is_(None))
        .order_by(Authorisation.id)
        .limit(limit)
    )
    return list(session.scalars(wanted if after is None else wanted.where(Authorisation.id > after)))


@cites("T-44")
def profiles(session: Session, *, actor: Actor, scenario_code: str) -> Sequence[MappingProfile]:
    """Return every version of every mapping profile of a scenario of the actor's organisation.

    Raises:
        ScenarioNotFound: there is none, or it is another host's.

    Source: T-44.
    """
    scenario = queries.scenario_by_code(session, scenario_code)
    check_own(actor, scenario)
    return queries.profiles_of(session, scenario.id)
