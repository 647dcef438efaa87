"""The life of a claim about missing behaviour, and the rules around it."""

from datetime import date
from itertools import product

import pytest

from app.kernel.errors import ActOutOfTurn
from scenarios import rules
from scenarios.errors import AnotherPersonNeeded, ClaimDayWrong, ClaimSaysNothing
from scenarios.states import NEXT_OF_CLAIM, ClaimAct, ClaimState, next_of_claim
from tests.obligations import obligation

TODAY = date(2026, 11, 20)


@obligation("Q-71")
@pytest.mark.parametrize(("state", "act"), [*product([None, *ClaimState], ClaimAct)])
def test_every_step_is_in_the_table_or_out_of_turn(state, act):
    if (state, act) in NEXT_OF_CLAIM:
        assert next_of_claim(state, act) is NEXT_OF_CLAIM[state, act]
    else:
        with pytest.raises(ActOutOfTurn):
            next_of_claim(state, act)


def test_what_was_answered_for_good_stays_so():
    ended = {ClaimState.RESOLVED, ClaimState.UPHELD, ClaimState.WITHDRAWN}

    assert [step for step in NEXT_OF_CLAIM if step[0] in ended] == []


@obligation("Q-71")
@pytest.mark.parametrize(
    ("day", "allowed"),
    [
        (date(2026, 10, 20), False),
        (date(2026, 10, 21), True),
        (TODAY, True),
        (date(2026, 11, 21), False),
    ],
)
def test_a_claim_is_about_a_day_that_the_host_may_still_send(day, allowed):
    if allowed:
        rules.check_claim_day(day, today=TODAY, lateness_days=30)
    else:
        with pytest.raises(ClaimDayWrong):
            rules.check_claim_day(day, today=TODAY, lateness_days=30)


@pytest.mark.parametrize("said", ["", "  \n", "字" * 1_001])
def test_a_claim_says_something(said):
    with pytest.raises(ClaimSaysNothing):
        rules.check_claim_text(said)


def test_a_claim_may_fill_its_thousand_characters():
    assert rules.check_claim_text(" " + "字" * 1_000) == "字" * 1_000


def test_who_refused_does_not_decide_the_appeal():
    rules.check_another_person(refused_by="staff:1", actor="staff:2")
    with pytest.raises(AnotherPersonNeeded):
        rules.check_another_person(refused_by="staff:1", actor="staff:1")
