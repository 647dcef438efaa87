"""The lives of accounts, merchants, offers, redemptions, corrections: every pair is a step or a refusal."""

import pytest

from app.kernel.errors import ActOutOfTurn
from points import states
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

LIVES = {
    "account": (states.ACCOUNT, AccountState, AccountAct),
    "merchant": (states.MERCHANT, MerchantState, MerchantAct),
    "offer": (states.OFFER, OfferState, OfferAct),
    "redemption": (states.REDEMPTION, RedemptionState, RedemptionAct),
    "correction": (states.CORRECTION, CorrectionState, CorrectionAct),
}
PAIRS = [
    pytest.param(table, state, act, id=f"{name}-{state}-{act}")
    for name, (table, all_states, all_acts) in LIVES.items()
    for state in all_states
    for act in all_acts
]
LAST = {
    AccountState.CLOSED,
    RedemptionState.FULFILLED,
    RedemptionState.REFUSED,
    RedemptionState.TIMED_OUT,
    RedemptionState.WITHDRAWN,
    CorrectionState.EXECUTED,
    CorrectionState.WITHDRAWN,
}


@pytest.mark.parametrize(("table", "state", "act"), PAIRS)
def test_each_pair_leads_to_a_state_or_is_refused(table, state, act):
    if (state, act) in table:
        assert states.after(table, state, act) is table[state, act]
        assert act in states.allowed(table, state)
    else:
        with pytest.raises(ActOutOfTurn) as refusal:
            states.after(table, state, act)
        assert refusal.value.details == {"state": state.value, "act": act.value}


def test_what_has_ended_has_no_further_step():
    ends = {
        state
        for table, all_states, _acts in LIVES.values()
        for state in all_states
        if not states.allowed(table, state)
    }

    assert ends == LAST
