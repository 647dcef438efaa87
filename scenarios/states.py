"""The life of a scenario's registration, as a table (低碳场景登记的状态)."""

from enum import StrEnum
from typing import Final

from app.kernel.errors import ActOutOfTurn
from app.kernel.sources import cites


class State(StrEnum):
    """Where the registration of a scenario stands."""

    APPLIED = "applied"
    UNDER_ASSESSMENT = "under_assessment"
    ASSESSED = "assessed"
    AGREED = "agreed"
    APPROVED = "approved"
    LISTED = "listed"
    SUSPENDED = "suspended"
    DELISTED = "delisted"
    REJECTED = "rejected"


class Act(StrEnum):
    """What somebody does to it."""

    APPLY = "apply"
    TAKE_UP = "take_up"
    PASS = "pass"  # noqa: S105
    FAIL = "fail"
    ACCEPT = "accept"  # one side accepts the agreement, the other has not yet
    AGREE = "agree"  # the second side accepts
    APPROVE = "approve"
    REJECT = "reject"
    LIST = "list"
    SUSPEND = "suspend"
    RESUME = "resume"
    DELIST = "delist"


NEXT: Final = {
    (None, Act.APPLY): State.APPLIED,
    (State.APPLIED, Act.TAKE_UP): State.UNDER_ASSESSMENT,
    (State.UNDER_ASSESSMENT, Act.PASS): State.ASSESSED,
    (State.UNDER_ASSESSMENT, Act.FAIL): State.REJECTED,
    (State.ASSESSED, Act.ACCEPT): State.ASSESSED,
    (State.ASSESSED, Act.AGREE): State.AGREED,
    (State.AGREED, Act.APPROVE): State.APPROVED,
    (State.AGREED, Act.REJECT): State.REJECTED,
    (State.APPROVED, Act.LIST): State.LISTED,
    (State.LISTED, Act.SUSPEND): State.SUSPENDED,
    (State.SUSPENDED, Act.RESUME): State.LISTED,
    (State.LISTED, Act.DELIST): State.DELISTED,
    (State.SUSPENDED, Act.DELIST): State.DELISTED,
}

WITHOUT_BUREAU: Final = {
    **{step: state for step, state in NEXT.items() if step[1] not in {Act.APPROVE, Act.REJECT}},
    (State.AGREED, Act.LIST): State.LISTED,
}
"""The table where the switch `bureau_approves_scenarios` is off."""


@cites("CQ-31.2", "CQ-32.3", "CQ-32.4")
def next_state(state: State | None, act: Act, *, bureau_approves: bool = True) -> State:
    """Return the state that `act` leads to.

    Args:
        state: the present one, None before the application.
        bureau_approves: the switch `bureau_approves_scenarios`.

    Raises:
        ActOutOfTurn: the table has no such step.

    Source: CQ-31.2, CQ-32.3, CQ-32.4.
    """
    table = NEXT if bureau_approves else WITHOUT_BUREAU
    try:
        return table[state, act]
    except KeyError:
        raise ActOutOfTurn(state=state.value if state else None, act=act.value) from None
