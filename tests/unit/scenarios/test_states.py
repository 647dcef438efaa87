"""The life of a scenario's registration: every state with every act."""

from itertools import product

import pytest

from app.kernel.errors import ActOutOfTurn
from scenarios.states import NEXT, Act, State, next_state
from tests.obligations import obligation

EXPECTED = {
    (None, "apply"): "applied",
    ("applied", "take_up"): "under_assessment",
    ("under_assessment", "pass"): "assessed",
    ("under_assessment", "fail"): "rejected",
    ("assessed", "accept"): "assessed",
    ("assessed", "agree"): "agreed",
    ("agreed", "approve"): "approved",
    ("agreed", "reject"): "rejected",
    ("approved", "list"): "listed",
    ("listed", "suspend"): "suspended",
    ("suspended", "resume"): "listed",
    ("listed", "delist"): "delisted",
    ("suspended", "delist"): "delisted",
}
PAIRS = list(product([None, *State], Act))


@obligation("CQ-31.2", "CQ-32.3", "CQ-32.4")
@pytest.mark.parametrize(("state", "act"), PAIRS)
def test_each_act_leads_on_or_is_out_of_turn(state, act):
    expected = EXPECTED.get((state.value if state else None, act.value))

    if expected is None:
        with pytest.raises(ActOutOfTurn) as refusal:
            next_state(state, act)
        assert refusal.value.details == {"state": state.value if state else None, "act": act.value}
    else:
        assert next_state(state, act) == State(expected)


@pytest.mark.parametrize(("state", "act"), PAIRS)
def test_without_the_bureau_an_agreed_scenario_is_listed_and_nothing_else_changes(state, act):
    expected = {**EXPECTED, ("agreed", "list"): "listed"}
    for bureau in ("approve", "reject"):
        expected.pop(("agreed", bureau))
    wanted = expected.get((state.value if state else None, act.value))

    if wanted is None:
        with pytest.raises(ActOutOfTurn):
            next_state(state, act, bureau_approves=False)
    else:
        assert next_state(state, act, bureau_approves=False) == State(wanted)


def test_the_table_is_the_published_one():
    assert {
        (state.value if state else None, act.value): to.value for (state, act), to in NEXT.items()
    } == EXPECTED
