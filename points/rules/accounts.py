"""Who may spend, who may receive, what closing asks for."""

from app.kernel.sources import cites
from points.errors import AccountNotOpen, ClosingChanged, ReasonMissing, ReservationsOpen
from points.values import AccountState


@cites("CQ-34.5", "CQ-34.10", "Q-26")
def check_may_spend(state: AccountState) -> None:
    """Allow spending from an open account; a trading restriction does not touch points.

    Raises:
        AccountNotOpen: applied for, frozen after the holder's death, or closed.

    Source: CQ-34.5, CQ-34.10, Q-26.
    """
    if state not in {AccountState.ACTIVE, AccountState.RESTRICTED}:
        raise AccountNotOpen(state=state.value)


@cites("CQ-34.4", "Q-26", "Q-36")
def may_receive(state: AccountState, *, of_person: bool) -> bool:
    """Tell whether points may be issued to an account: a person's, opened and not closed.

    Source: CQ-34.4, Q-26, Q-36.
    """
    return of_person and state not in {AccountState.APPLIED, AccountState.CLOSED}


@cites("Q-26", "CQ-34.10")
def check_closing(*, warned_of: int, lapses: int, open_redemptions: int) -> None:
    """Allow closing when the holder confirmed exactly what lapses and no voucher is open.

    Args:
        warned_of: hundredths of a point that the holder was told will lapse.
        lapses: hundredths that lapse now.

    Raises:
        ReservationsOpen: vouchers wait to be settled or withdrawn.
        ClosingChanged: the holder was told another figure.

    Source: Q-26, CQ-34.10.
    """
    if open_redemptions:
        raise ReservationsOpen(open=open_redemptions)
    if warned_of != lapses:
        raise ClosingChanged(lapses=lapses, warned_of=warned_of)


@cites("CQ-34.10", "CQ-35.2")
def check_reason(reason: str | None) -> str:
    """Return a reason without the space around it.

    Raises:
        ReasonMissing: nothing is said, or more than 500 characters.

    Source: CQ-34.10, CQ-35.2.
    """
    said = (reason or "").strip()
    if not said or len(said) > 500:
        raise ReasonMissing(longest=500)
    return said
