"""The lives of a scenario's registration and of a claim, as tables (低碳场景登记、补登申诉的状态)."""

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


class ClaimState(StrEnum):
    """Where a claim about missing behaviour stands (补登申诉)."""

    FILED = "filed"
    WITH_HOST = "with_host"  # the host was asked to send again
    RESOLVED = "resolved"  # the host's data came in
    REFUSED = "refused"
    APPEALED = "appealed"
    UPHELD = "upheld"  # a second person held to the refusal
    WITHDRAWN = "withdrawn"


class ClaimAct(StrEnum):
    """What somebody does with a claim."""

    FILE = "file"
    FORWARD = "forward"
    RESOLVE = "resolve"
    REFUSE = "refuse"
    APPEAL = "appeal"
    UPHOLD = "uphold"
    WITHDRAW = "withdraw"


NEXT_OF_CLAIM: Final = {
    (None, ClaimAct.FILE): ClaimState.FILED,
    (ClaimState.FILED, ClaimAct.FORWARD): ClaimState.WITH_HOST,
    (ClaimState.FILED, ClaimAct.RESOLVE): ClaimState.RESOLVED,
    (ClaimState.FILED, ClaimAct.REFUSE): ClaimState.REFUSED,
    (ClaimState.FILED, ClaimAct.WITHDRAW): ClaimState.WITHDRAWN,
    (ClaimState.WITH_HOST, ClaimAct.RESOLVE): ClaimState.RESOLVED,
    (ClaimState.WITH_HOST, ClaimAct.REFUSE): ClaimState.REFUSED,
    (ClaimState.WITH_HOST, ClaimAct.WITHDRAW): ClaimState.WITHDRAWN,
    (ClaimState.REFUSED, ClaimAct.APPEAL): ClaimState.APPEALED,
    (ClaimState.APPEALED, ClaimAct.FORWARD): ClaimState.WITH_HOST,
    (ClaimState.APPEALED, ClaimAct.RESOLVE): ClaimState.RESOLVED,
    (ClaimState.APPEALED, ClaimAct.UPHOLD): ClaimState.UPHELD,
    (ClaimState.APPEALED, ClaimAct.WITHDRAW): ClaimState.WITHDRAWN,
}


@cites("Q-71")
def next_of_claim(state: ClaimState | None, act: ClaimAct) -> ClaimState:
    """Return the state of a claim that `act` leads to.

    Raises:
        ActOutOfTurn: the table has no such step.

    Source: Q-71.
    """
    try:
        return NEXT_OF_CLAIM[state, act]
    except KeyError:
        raise ActOutOfTurn(state=state.value if state else None, act=act.value) from None


def acts_on_claim(state: ClaimState) -> frozenset[ClaimAct]:
    """Return the acts that a claim's state allows, for a page's buttons."""
    return frozenset(act for present, act in NEXT_OF_CLAIM if present is state)
