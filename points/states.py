"""The lives of accounts, merchants, offers, redemptions and corrections, as tables."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final, TypeVar

from app.kernel.errors import ActOutOfTurn
from points.values import (
    AccountAct,
    AccountState,
    CorrectionAct,
    CorrectionState,
    MerchantAct,
    MerchantState,
    OfferAct,
    OfferState,
    RedemptionAct,
    RedemptionState,
)

S = TypeVar("S", bound=StrEnum)
A = TypeVar("A", bound=StrEnum)

_C, _M, _O, _R, _K = AccountState, MerchantState, OfferState, RedemptionState, CorrectionState

ACCOUNT: Final[Mapping[tuple[AccountState, AccountAct], AccountState]] = {
    (_C.APPLIED, AccountAct.ACTIVATE): _C.ACTIVE,
    (_C.APPLIED, AccountAct.CLOSE): _C.CLOSED,
    (_C.ACTIVE, AccountAct.RESTRICT): _C.RESTRICTED,
    (_C.ACTIVE, AccountAct.FREEZE): _C.FROZEN,
    (_C.ACTIVE, AccountAct.CLOSE): _C.CLOSED,
    (_C.RESTRICTED, AccountAct.UNRESTRICT): _C.ACTIVE,
    (_C.RESTRICTED, AccountAct.FREEZE): _C.FROZEN,
    (_C.RESTRICTED, AccountAct.CLOSE): _C.CLOSED,
    (_C.FROZEN, AccountAct.UNFREEZE): _C.ACTIVE,
}
"""Requirements §10.11, Q-26."""

MERCHANT: Final[Mapping[tuple[MerchantState, MerchantAct], MerchantState]] = {
    (_M.APPLIED, MerchantAct.ADMIT): _M.ADMITTED,
    (_M.APPLIED, MerchantAct.REJECT): _M.REJECTED,
    (_M.APPLIED, MerchantAct.LEAVE): _M.LEFT,
    (_M.ADMITTED, MerchantAct.SUSPEND): _M.SUSPENDED,
    (_M.ADMITTED, MerchantAct.LEAVE): _M.LEFT,
    (_M.SUSPENDED, MerchantAct.RESUME): _M.ADMITTED,
    (_M.SUSPENDED, MerchantAct.LEAVE): _M.LEFT,
    (_M.LEFT, MerchantAct.REJOIN): _M.ADMITTED,  # only one that left while admitted
    (_M.LEFT, MerchantAct.APPLY_AGAIN): _M.APPLIED,
    (_M.REJECTED, MerchantAct.APPLY_AGAIN): _M.APPLIED,
}
"""CQ-33.1: joining and leaving are the merchant's own acts."""

OFFER: Final[Mapping[tuple[OfferState, OfferAct], OfferState]] = {
    (_O.DRAFT, OfferAct.SHELVE): _O.ON_SHELF,
    (_O.OFF_SHELF, OfferAct.SHELVE): _O.ON_SHELF,
    (_O.ON_SHELF, OfferAct.UNSHELVE): _O.OFF_SHELF,
    (_O.DRAFT, OfferAct.BLOCK): _O.BLOCKED,
    (_O.ON_SHELF, OfferAct.BLOCK): _O.BLOCKED,
    (_O.OFF_SHELF, OfferAct.BLOCK): _O.BLOCKED,
    (_O.BLOCKED, OfferAct.UNBLOCK): _O.OFF_SHELF,
}

REDEMPTION: Final[Mapping[tuple[RedemptionState, RedemptionAct], RedemptionState]] = {
    (_R.RESERVED, RedemptionAct.ACCEPT): _R.FULFILLED,
    (_R.RESERVED, RedemptionAct.REFUSE): _R.REFUSED,
    (_R.RESERVED, RedemptionAct.LAPSE): _R.TIMED_OUT,
    (_R.RESERVED, RedemptionAct.WITHDRAW): _R.WITHDRAWN,
}
"""Requirements §10.8."""

CORRECTION: Final[Mapping[tuple[CorrectionState, CorrectionAct], CorrectionState]] = {
    (_K.PROPOSED, CorrectionAct.CONFIRM): _K.CONFIRMED,
    (_K.PROPOSED, CorrectionAct.WITHDRAW): _K.WITHDRAWN,
    (_K.CONFIRMED, CorrectionAct.OBJECT): _K.OBJECTED,
    (_K.CONFIRMED, CorrectionAct.EXECUTE): _K.EXECUTED,
    (_K.CONFIRMED, CorrectionAct.WITHDRAW): _K.WITHDRAWN,
    (_K.OBJECTED, CorrectionAct.ANSWER): _K.ANSWERED,
    (_K.OBJECTED, CorrectionAct.WITHDRAW): _K.WITHDRAWN,
    (_K.ANSWERED, CorrectionAct.EXECUTE): _K.EXECUTED,
    (_K.ANSWERED, CorrectionAct.WITHDRAW): _K.WITHDRAWN,
}
"""Q-25."""


def after(table: Mapping[tuple[S, A], S], state: S, act: A) -> S:
    """Return the state that `act` leads to.

    Raises:
        ActOutOfTurn: the table has no such step.
    """
    following = table.get((state, act))
    if following is None:
        raise ActOutOfTurn(state=state.value, act=act.value)
    return following


def allowed(table: Mapping[tuple[S, A], S], state: S) -> frozenset[A]:
    """Return the acts that `state` allows, for a page's buttons."""
    return frozenset(act for present, act in table if present == state)
