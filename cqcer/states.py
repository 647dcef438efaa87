"""The lives of the registry as tables: a step that is not listed is refused (状态转换表)."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final, TypeVar

from app.kernel.errors import ActOutOfTurn
from cqcer.values import (
    AccountAct,
    AccountState,
    BlockingAct,
    BlockingState,
    CaseAct,
    CaseState,
    CommissionAct,
    CommissionState,
    MethodologyAct,
    MethodologyState,
    MovementAct,
    MovementKind,
    MovementState,
    NoticeAct,
    NoticeState,
    OffsetAct,
    OffsetState,
    OrderAct,
    OrderState,
    ProposalAct,
    ProposalState,
    Purpose,
    RecognitionAct,
    RecognitionState,
    RulebookCode,
    Subject,
    UnitState,
)

S = TypeVar("S", bound=StrEnum)
A = TypeVar("A", bound=StrEnum)

Life = Mapping[tuple[S | None, A], S]
"""From a state, or from nothing, by an act, to a state."""

_M, _C, _N, _A, _O = MethodologyState, CaseState, NoticeState, AccountState, OffsetState
_V, _D, _U, _K = MovementState, OrderState, UnitState, MovementKind

METHODOLOGY: Final[Life[MethodologyState, MethodologyAct]] = {
    (None, MethodologyAct.PROPOSE): _M.PROPOSED,
    (_M.PROPOSED, MethodologyAct.TAKE_UP): _M.DRAFTING,
    (_M.DRAFTING, MethodologyAct.SEND_TO_REVIEW): _M.UNDER_REVIEW,
    (_M.UNDER_REVIEW, MethodologyAct.ASK_FOR_CHANGES): _M.DRAFTING,
    (_M.UNDER_REVIEW, MethodologyAct.ISSUE): _M.ISSUED,
    (_M.ISSUED, MethodologyAct.SUPERSEDE): _M.SUPERSEDED,
    (_M.ISSUED, MethodologyAct.ABOLISH): _M.ABOLISHED,
    (_M.SUPERSEDED, MethodologyAct.ABOLISH): _M.ABOLISHED,
}
"""Requirements §10.1."""

PROPOSAL: Final[Life[ProposalState, ProposalAct]] = {
    (None, ProposalAct.PROPOSE): ProposalState.RECEIVED,
    (ProposalState.RECEIVED, ProposalAct.TAKE_UP): ProposalState.TAKEN_UP,
    (ProposalState.RECEIVED, ProposalAct.DECLINE): ProposalState.DECLINED,
}
"""CQ-13.2; what is taken up becomes a version that goes its own way."""

BEFORE_REGISTRATION: Final = (
    _C.DRAFT,
    _C.UPLOADED,
    _C.RETURNED_INCOMPLETE,
    _C.ON_NOTICE,
    _C.ANSWERING_OBJECTIONS,
    _C.CLEARED,
    _C.SUBMITTED,
    _C.NORMATIVITY_RETURNED,
    _C.IN_EVALUATION,
    _C.REVISION_DUE,
    _C.SECOND_EVALUATION,
    _C.AWAITING_LETTER,
    _C.LETTER_ISSUED,
)
"""States from which the owner may withdraw; fraud found there refuses the case for good (Q-56)."""

BATCH: Final[Life[CaseState, CaseAct]] = {
    (None, CaseAct.BEGIN): _C.DRAFT,
    (_C.DRAFT, CaseAct.UPLOAD): _C.UPLOADED,
    (_C.UPLOADED, CaseAct.RETURN_INCOMPLETE): _C.RETURNED_INCOMPLETE,
    (_C.RETURNED_INCOMPLETE, CaseAct.UPLOAD): _C.UPLOADED,
    (_C.UPLOADED, CaseAct.OPEN_NOTICE): _C.ON_NOTICE,
    (_C.ON_NOTICE, CaseAct.CLOSE_NOTICE_WITH_OBJECTIONS): _C.ANSWERING_OBJECTIONS,
    (_C.ON_NOTICE, CaseAct.CLEAR): _C.CLEARED,
    (_C.ANSWERING_OBJECTIONS, CaseAct.CLEAR): _C.CLEARED,
    # a changed document is reviewed again and put on notice for the whole time again, Q-05
    (_C.ON_NOTICE, CaseAct.CHANGE_DOCUMENTS): _C.UPLOADED,
    (_C.ANSWERING_OBJECTIONS, CaseAct.CHANGE_DOCUMENTS): _C.UPLOADED,
    (_C.CLEARED, CaseAct.CHANGE_DOCUMENTS): _C.UPLOADED,
    (_C.CLEARED, CaseAct.SUBMIT): _C.SUBMITTED,
    (_C.SUBMITTED, CaseAct.RETURN_AFTER_REVIEW): _C.NORMATIVITY_RETURNED,
    (_C.NORMATIVITY_RETURNED, CaseAct.SUBMIT): _C.SUBMITTED,
    (_C.SUBMITTED, CaseAct.PASS_REVIEW): _C.IN_EVALUATION,
    (_C.IN_EVALUATION, CaseAct.ASK_FOR_REVISION): _C.REVISION_DUE,
    (_C.IN_EVALUATION, CaseAct.PASS_EVALUATION): _C.AWAITING_LETTER,
    (_C.REVISION_DUE, CaseAct.TAKE_REVISION): _C.SECOND_EVALUATION,
    (_C.SECOND_EVALUATION, CaseAct.PASS_EVALUATION): _C.AWAITING_LETTER,
    (_C.SECOND_EVALUATION, CaseAct.FAIL_EVALUATION): _C.EVALUATION_FAILED,
    (_C.AWAITING_LETTER, CaseAct.ISSUE_LETTER): _C.LETTER_ISSUED,
    (_C.LETTER_ISSUED, CaseAct.REGISTER): _C.REGISTERED,
    **{(state, CaseAct.WITHDRAW): _C.WITHDRAWN for state in BEFORE_REGISTRATION},
    **{(state, CaseAct.REFUSE_FOR_FRAUD): _C.REFUSED for state in BEFORE_REGISTRATION},
}
"""Requirements §10.3; that its units are partly or wholly cancelled is computed, never stored."""

PROJECT: Final[Life[CaseState, CaseAct]] = {
    **BATCH,
    (None, CaseAct.BRING_OVER): _C.LEGACY_APPROVED,
    (_C.LEGACY_APPROVED, CaseAct.BEGIN): _C.DRAFT,
    (_C.REGISTERED, CaseAct.CANCEL): _C.CANCELLED,
    (_C.REGISTERED, CaseAct.REVOKE): _C.REVOKED,
}
"""Requirements §10.2."""

_CHONGQING_ALONE: Final = frozenset(
    {
        CaseAct.RETURN_INCOMPLETE,  # no review comes before the notice, CCER-12.1
        CaseAct.PASS_REVIEW,  # the one review is that of registration, CCER-15.1
        CaseAct.ASK_FOR_REVISION,
        CaseAct.TAKE_REVISION,
        CaseAct.PASS_EVALUATION,
        CaseAct.FAIL_EVALUATION,
        CaseAct.ISSUE_LETTER,  # the registry itself decides, CCER-15.2
        CaseAct.REGISTER,
    }
)
_NATIONAL_STATES: Final = frozenset(
    {
        None,
        _C.LEGACY_APPROVED,
        _C.DRAFT,
        _C.UPLOADED,
        _C.ON_NOTICE,
        _C.ANSWERING_OBJECTIONS,
        _C.CLEARED,
        _C.SUBMITTED,
        _C.NORMATIVITY_RETURNED,
        _C.REGISTERED,
    }
)


def _national(life: Life[CaseState, CaseAct]) -> dict[tuple[CaseState | None, CaseAct], CaseState]:
    kept = {
        (state, act): to
        for (state, act), to in life.items()
        if state in _NATIONAL_STATES and act not in _CHONGQING_ALONE
    }
    return kept | {
        # an answer is not waited for: the report says how opinions were dealt with, CCER-14.1
        (_C.ANSWERING_OBJECTIONS, CaseAct.SUBMIT): _C.SUBMITTED,
        (_C.SUBMITTED, CaseAct.REGISTER): _C.REGISTERED,
    }


NATIONAL_BATCH: Final = _national(BATCH)
NATIONAL_PROJECT: Final = _national(PROJECT)
"""The same engine under the national rulebook: what the comparison of the two measures leaves of the way."""

NOTICE: Final[Life[NoticeState, NoticeAct]] = {
    (None, NoticeAct.SCHEDULE): _N.SCHEDULED,
    (_N.SCHEDULED, NoticeAct.OPEN): _N.OPEN,
    (_N.SCHEDULED, NoticeAct.ABORT): _N.ABORTED,
    (_N.OPEN, NoticeAct.CLEAR): _N.CLEARED,
    (_N.OPEN, NoticeAct.CLOSE_WITH_OBJECTIONS): _N.CLOSED_PENDING_ANSWERS,
    (_N.CLOSED_PENDING_ANSWERS, NoticeAct.CLEAR): _N.CLEARED,
    (_N.OPEN, NoticeAct.ABORT): _N.ABORTED,
    (_N.CLOSED_PENDING_ANSWERS, NoticeAct.ABORT): _N.ABORTED,
}
"""Requirements §10.4."""

OFFSET: Final[Life[OffsetState, OffsetAct]] = {
    (None, OffsetAct.BEGIN): _O.DRAFT,
    (_O.DRAFT, OffsetAct.SUBMIT): _O.SUBMITTED,
    (_O.RETURNED, OffsetAct.SUBMIT): _O.SUBMITTED,
    (_O.SUBMITTED, OffsetAct.RETURN): _O.RETURNED,
    (_O.SUBMITTED, OffsetAct.REFUSE): _O.REFUSED,
    (_O.SUBMITTED, OffsetAct.CONFIRM): _O.CONFIRMED,
    (_O.CONFIRMED, OffsetAct.COMPLETE): _O.COMPLETED,
    (_O.SUBMITTED, OffsetAct.WITHDRAW): _O.WITHDRAWN,
}
"""Requirements §10.10; nothing leads back from confirmed (CQ-29.2)."""

ACCOUNT: Final[Life[AccountState, AccountAct]] = {
    (None, AccountAct.APPLY): _A.APPLIED,
    (None, AccountAct.BRING_OVER): _A.INCOMPLETE_LEGACY,
    (_A.APPLIED, AccountAct.ACTIVATE): _A.ACTIVE,
    (_A.APPLIED, AccountAct.CLOSE): _A.CLOSED,
    (_A.INCOMPLETE_LEGACY, AccountAct.ACTIVATE): _A.ACTIVE,
    (_A.ACTIVE, AccountAct.RESTRICT): _A.RESTRICTED,
    (_A.RESTRICTED, AccountAct.UNRESTRICT): _A.ACTIVE,
    (_A.ACTIVE, AccountAct.CLOSE): _A.CLOSED,
}
"""Requirements §10.11."""

MOVEMENT: Final[Life[MovementState, MovementAct]] = {
    (None, MovementAct.PROPOSE): _V.PROPOSED,
    (_V.PROPOSED, MovementAct.CONFIRM): _V.CONFIRMED,
    (_V.PROPOSED, MovementAct.REFUSE): _V.REFUSED,
    (_V.PROPOSED, MovementAct.LAPSE): _V.LAPSED,
    (_V.CONFIRMED, MovementAct.WAIT): _V.WAITING,
    (_V.WAITING, MovementAct.EXECUTE): _V.EXECUTED,
    (_V.WAITING, MovementAct.FAIL_CHECKS): _V.FAILED_CHECKS,
    (_V.PROPOSED, MovementAct.WITHDRAW): _V.WITHDRAWN,
    (_V.CONFIRMED, MovementAct.WITHDRAW): _V.WITHDRAWN,
    (_V.WAITING, MovementAct.WITHDRAW): _V.WITHDRAWN,
}
"""Requirements §10.12."""

RECOGNITION: Final[Life[RecognitionState, RecognitionAct]] = {
    (None, RecognitionAct.RECOGNISE): RecognitionState.RECOGNISED,
    (RecognitionState.RECOGNISED, RecognitionAct.SUSPEND): RecognitionState.SUSPENDED,
    (RecognitionState.SUSPENDED, RecognitionAct.RESUME): RecognitionState.RECOGNISED,
    (RecognitionState.RECOGNISED, RecognitionAct.END): RecognitionState.ENDED,
    (RecognitionState.SUSPENDED, RecognitionAct.END): RecognitionState.ENDED,
}
COMMISSION: Final[Life[CommissionState, CommissionAct]] = {
    (None, CommissionAct.PROPOSE): CommissionState.PROPOSED,
    (CommissionState.PROPOSED, CommissionAct.ACCEPT): CommissionState.IN_FORCE,
    (CommissionState.PROPOSED, CommissionAct.DECLINE): CommissionState.DECLINED,
    (CommissionState.PROPOSED, CommissionAct.END): CommissionState.ENDED,
    (CommissionState.IN_FORCE, CommissionAct.END): CommissionState.ENDED,
}
"""CQ-17.2; both sides declare before it is in force (CQ-21.3)."""
ORDER: Final[Life[OrderState, OrderAct]] = {
    (None, OrderAct.ISSUE): _D.ISSUED,
    (_D.ISSUED, OrderAct.MEET): _D.MET,
    (_D.ISSUED, OrderAct.PASS_DUE_DATE): _D.OVERDUE,
    (_D.OVERDUE, OrderAct.FORCE): _D.FORCED,
    (_D.OVERDUE, OrderAct.FIND_SHORTFALL): _D.SHORTFALL,
    (_D.SHORTFALL, OrderAct.MEET): _D.MET,  # the debt is made good later, Q-13
}
BLOCKING: Final[Life[BlockingState, BlockingAct]] = {
    (None, BlockingAct.BEGIN): BlockingState.RUNNING,
    (BlockingState.RUNNING, BlockingAct.END): BlockingState.ENDED,
}
"""Requirements §10.13."""

UNITS: Final[Life[UnitState, MovementKind]] = {
    (None, _K.ISSUE): _U.HELD,
    (_U.HELD, _K.GIFT): _U.HELD,
    (_U.HELD, _K.SUCCEED): _U.HELD,
    (_U.HELD, _K.DEPOSIT): _U.IN_TRADING,
    (_U.IN_TRADING, _K.WITHDRAW): _U.HELD,
    (_U.IN_TRADING, _K.TRADE): _U.HELD,
    (_U.HELD, _K.FREEZE): _U.FROZEN_ORDER,
    (_U.IN_TRADING, _K.FREEZE): _U.FROZEN_ORDER,
    (_U.FROZEN_ORDER, _K.UNFREEZE): _U.HELD,
    (_U.HELD, _K.HOLD_FOR_OFFSET): _U.FROZEN_OFFSET,
    (_U.FROZEN_OFFSET, _K.RELEASE_FROM_OFFSET): _U.HELD,
    (_U.HELD, _K.CANCEL): _U.CANCELLED,
    (_U.FROZEN_OFFSET, _K.CANCEL): _U.CANCELLED,
    (_U.FROZEN_ORDER, _K.CANCEL): _U.CANCELLED,
}
"""Requirements §10.9: what an executed movement does. While it waits its units are reserved."""

CANCELLED_FROM: Final[Mapping[Purpose, frozenset[UnitState]]] = {
    **{purpose: frozenset({_U.HELD}) for purpose in Purpose},
    Purpose.COMPLIANCE_OFFSET: frozenset({_U.FROZEN_OFFSET}),  # only what the Bureau confirmed, CQ-26.2
    Purpose.ORDERED: frozenset({_U.HELD, _U.FROZEN_ORDER}),
    Purpose.FORCED: frozenset({_U.HELD, _U.FROZEN_ORDER}),
}
"""CQ-26.2, CQ-39.2, CQ-39.3."""

TO_ANOTHER_ACCOUNT: Final = frozenset({_K.GIFT, _K.SUCCEED, _K.TRADE})


def life_of_case(code: RulebookCode, subject: Subject) -> Life[CaseState, CaseAct]:
    """Return the life of a project or a batch under a rulebook."""
    if code is RulebookCode.CCER:
        return NATIONAL_PROJECT if subject is Subject.PROJECT else NATIONAL_BATCH
    return PROJECT if subject is Subject.PROJECT else BATCH


def after(life: Life[S, A], state: S | None, act: A) -> S:
    """Return the state that `act` leads to.

    Raises:
        ActOutOfTurn: the table has no such step.
    """
    following = life.get((state, act))
    if following is None:
        raise ActOutOfTurn(state=None if state is None else state.value, act=act.value)
    return following


def allowed(life: Life[S, A], state: S | None) -> frozenset[A]:
    """Return the acts that `state` allows."""
    return frozenset(act for present, act in life if present == state)


def terminal(life: Life[S, A]) -> frozenset[S]:
    """Return the states that nothing leads out of."""
    return frozenset(life.values()) - {state for state, _act in life if state is not None}
