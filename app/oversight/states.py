"""The life of a report, as a table (举报的状态)."""

from enum import StrEnum
from typing import Final

from app.kernel.errors import ActOutOfTurn
from app.kernel.sources import cites


class State(StrEnum):
    """Where a report stands."""

    RECEIVED = "received"
    IN_HANDLING = "in_handling"
    CLOSED = "closed"


class Act(StrEnum):
    """What somebody does to it."""

    FILE = "file"
    ADD = "add"  # the reporter adds something, by number and code
    TAKE = "take"
    NOTE = "note"  # for the handling record alone
    ASK = "ask"  # the reporter reads it
    CLOSE = "close"


NEXT: Final = {
    (State.RECEIVED, Act.ADD): State.RECEIVED,
    (State.RECEIVED, Act.TAKE): State.IN_HANDLING,
    (State.IN_HANDLING, Act.ADD): State.IN_HANDLING,
    (State.IN_HANDLING, Act.NOTE): State.IN_HANDLING,
    (State.IN_HANDLING, Act.ASK): State.IN_HANDLING,
    (State.IN_HANDLING, Act.CLOSE): State.CLOSED,
}

FOR_THE_REPORTER: Final = frozenset({Act.FILE, Act.ADD, Act.TAKE, Act.ASK, Act.CLOSE})
"""Acts that the reporter sees; notes of the handling record stay inside."""


@cites("CQ-41.1")
def after(state: State, act: Act) -> State:
    """Return the state after an act.

    Raises:
        ActOutOfTurn: the present state does not allow it.

    Source: CQ-41.1.
    """
    try:
        return NEXT[state, act]
    except KeyError:
        raise ActOutOfTurn(state=state.value, act=act.value) from None


def allowed(state: State) -> frozenset[Act]:
    """Return the acts that a state allows."""
    return frozenset(act for present, act in NEXT if present is state)
