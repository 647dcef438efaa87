"""The host's own scenarios (本单位场景): another host's is as if there were none."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from app.door.access import current_actor
from scenarios import queries
from scenarios.errors import ScenarioNotFound
from scenarios.models import Scenario
from scenarios.states import State


def host_id() -> int:
    """Return the organisation for which the actor acts; 0, which is nobody's, for none."""
    return current_actor().organisation_id or 0


def own_scenario(session: Session, code: str) -> Scenario:
    """Return a scenario of the actor's organisation.

    Raises:
        ScenarioNotFound: there is none with this code, or it is another host's.
    """
    found = queries.scenario_by_code(session, code)
    if found.host_id != host_id():
        raise ScenarioNotFound(scenario=code)
    return found


def own_scenarios(session: Session) -> Sequence[Scenario]:
    """Return every scenario of the actor's organisation, the newest first."""
    return queries.scenarios_in(session, list(State), host_id=host_id())
