"""Decisions of points, at each of their edges."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from points import rules
from points.errors import (
    AccountNotOpen,
    ClosingChanged,
    CorrectionInvalid,
    LimitReached,
    MerchantInvalid,
    MerchantNotAdmitted,
    ObjectionTimeOver,
    ObjectionTimeRuns,
    OfferChanged,
    OfferClosed,
    OfferInvalid,
    ReasonMissing,
    ReservationsOpen,
    RuleInvalid,
    RuleNotAhead,
    SecondPersonNeeded,
    SoldOut,
    VoucherLapsed,
)
from points.values import AccountState, MerchantAct, MerchantState, OfferCategory, OfferState, OfferTerms
from tests.obligations import obligation

TODAY = date(2026, 3, 10)
NOON = datetime(2026, 3, 10, 4, tzinfo=UTC)
RULE = {
    "grams_per_point": 100,
    "validity_months": 60,
    "valid_from": date(2026, 3, 11),
    "text_zh": "规则",
    "text_en": "Rule",
    "today": TODAY,
}


@obligation("Q-50", "CQ-42.14")
@pytest.mark.parametrize(
    ("grams", "factor", "points"),
    [
        (110, 100, 110),
        (1, 100, 1),
        (99, 10_000, 0),
        (100, 10_000, 1),
        (199, 10_000, 1),
        (0, 1, 0),
        (7, 3, 233),
    ],
)
def test_grams_become_hundredths_rounded_down_once(grams, factor, points):
    assert rules.points_of(grams, factor) == points


@obligation("Q-38")
@pytest.mark.parametrize("grams", [0, -1, -1_000_000])
def test_nothing_reduced_earns_nothing_and_takes_nothing(grams):
    assert rules.points_of(grams, 100) == 0


@obligation("T-07")
@given(st.integers(0, 10**12), st.integers(1, 10**6))
def test_points_are_never_more_than_the_grams_are_worth(grams, factor):
    points = rules.points_of(grams, factor)

    assert points * factor <= grams * 100 < (points + 1) * factor


@obligation("CQ-34.9")
@pytest.mark.parametrize("months", [1, 60])
def test_a_validity_up_to_five_years_is_allowed(months):
    rules.check_rule(**{**RULE, "validity_months": months})


@obligation("CQ-34.9")
@pytest.mark.parametrize("months", [0, 61, 72])
def test_a_validity_of_none_or_of_more_than_five_years_is_refused(months):
    with pytest.raises(RuleInvalid) as refusal:
        rules.check_rule(**{**RULE, "validity_months": months})

    assert refusal.value.details == {"breaches": {"validity_months": "1-60"}}


@obligation("CQ-31.4")
@pytest.mark.parametrize("valid_from", [TODAY, TODAY - timedelta(days=1)])
def test_a_rule_that_would_hold_today_or_earlier_is_refused(valid_from):
    with pytest.raises(RuleNotAhead):
        rules.check_rule(**{**RULE, "valid_from": valid_from})


@obligation("CQ-31.4")
def test_every_breach_of_a_rule_is_named_at_once():
    with pytest.raises(RuleInvalid) as refusal:
        rules.check_rule(
            **{**RULE, "grams_per_point": 0, "validity_months": 99, "text_zh": " ", "text_en": ""}
        )

    assert set(refusal.value.details["breaches"]) == {
        "grams_per_point",
        "validity_months",
        "text_zh",
        "text_en",
    }


@pytest.mark.parametrize("version", ["", " ", "中", "x" * 41, "a b", "-a", "a\n"])
def test_a_version_has_a_plain_name(version):
    with pytest.raises(RuleInvalid):
        rules.check_version(version)


@obligation("CQ-34.10", "Q-26")
@pytest.mark.parametrize("state", AccountState)
def test_open_and_restricted_accounts_spend_and_no_others(state):
    if state in {AccountState.ACTIVE, AccountState.RESTRICTED}:
        rules.check_may_spend(state)
    else:
        with pytest.raises(AccountNotOpen):
            rules.check_may_spend(state)


@obligation("Q-36")
def test_an_organisations_account_receives_nothing():
    assert not rules.may_receive(AccountState.ACTIVE, of_person=False)
    assert rules.may_receive(AccountState.ACTIVE, of_person=True)
    assert not rules.may_receive(AccountState.CLOSED, of_person=True)
    assert not rules.may_receive(AccountState.APPLIED, of_person=True)


@obligation("Q-26")
def test_closing_needs_the_right_figure_and_no_open_voucher():
    rules.check_closing(warned_of=5, lapses=5, open_redemptions=0)

    with pytest.raises(ClosingChanged):
        rules.check_closing(warned_of=5, lapses=6, open_redemptions=0)
    with pytest.raises(ReservationsOpen):
        rules.check_closing(warned_of=5, lapses=5, open_redemptions=1)


@pytest.mark.parametrize("reason", [None, "", "  \n ", "x" * 501])
def test_a_reason_says_something(reason):
    with pytest.raises(ReasonMissing):
        rules.check_reason(reason)


def terms(**changes) -> OfferTerms:
    said = {
        "title": "公交券",
        "description": "",
        "terms": "",
        "category": OfferCategory.TRANSIT,
        "price": 1,
        "stock": 0,
        "per_person": 1,
        "valid_from": TODAY,
        "valid_until": TODAY,
        "use_days": 7,
    }
    return OfferTerms(**{**said, **changes})


def test_an_offer_within_bounds_is_allowed():
    rules.check_offer(terms(), taken=0, area_known=False)
    rules.check_offer(terms(stock=3), taken=3, area_known=False)
    rules.check_offer(terms(area_code="500103"), taken=0, area_known=True)


@obligation("CQ-34.5", "Q-23", "Q-39")
@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"price": 0}, "price"),
        ({"price": 100_000_001}, "price"),
        ({"use_days": 0}, "use_days"),
        ({"use_days": 8}, "use_days"),
        ({"stock": 2}, "stock"),
        ({"per_person": 0}, "per_person"),
        ({"title": "  "}, "title"),
        ({"title": "x" * 81}, "title"),
        ({"description": "x" * 4001}, "description"),
        ({"valid_until": TODAY - timedelta(days=1)}, "valid_until"),
        ({"area_code": "999999"}, "area_code"),
        ({"category": "money"}, "category"),
    ],
)
def test_an_offer_out_of_bounds_is_refused_by_name(changes, field):
    with pytest.raises(OfferInvalid) as refusal:
        rules.check_offer(terms(**{"stock": 5, **changes}), taken=3, area_known=False)

    assert set(refusal.value.details["breaches"]) == {field}


def test_every_breach_of_a_merchant_is_named():
    with pytest.raises(MerchantInvalid) as refusal:
        rules.check_merchant(name=" ", category="bank", area_known=False, address="")

    assert set(refusal.value.details["breaches"]) == {"name", "category", "area_code", "address"}


@obligation("CQ-33.1")
def test_who_left_while_admitted_comes_back_at_once():
    assert rules.check_rejoin(MerchantState.ADMITTED) is MerchantAct.REJOIN
    assert rules.check_rejoin(MerchantState.SUSPENDED) is MerchantAct.APPLY_AGAIN
    assert rules.check_rejoin(MerchantState.APPLIED) is MerchantAct.APPLY_AGAIN
    assert rules.check_rejoin(None) is MerchantAct.APPLY_AGAIN


@obligation("CQ-34.5")
@pytest.mark.parametrize(("day", "on_sale"), [(9, False), (10, True), (20, True), (21, False)])
def test_an_offer_is_had_from_its_first_to_its_last_day(day, on_sale):
    facts = {
        "state": OfferState.ON_SHELF,
        "merchant_state": MerchantState.ADMITTED,
        "valid_from": TODAY,
        "valid_until": date(2026, 3, 20),
        "today": date(2026, 3, day),
    }

    if on_sale:
        rules.check_on_sale(**facts)
    else:
        with pytest.raises(OfferClosed):
            rules.check_on_sale(**facts)


@obligation("CQ-33.1")
@pytest.mark.parametrize("state", [state for state in MerchantState if state is not MerchantState.ADMITTED])
def test_nothing_is_had_from_a_merchant_that_is_not_admitted(state):
    with pytest.raises(MerchantNotAdmitted):
        rules.check_on_sale(
            state=OfferState.ON_SHELF,
            merchant_state=state,
            valid_from=TODAY,
            valid_until=TODAY,
            today=TODAY,
        )


def test_stock_and_limit_end_at_their_figures():
    rules.check_stock(stock=5, taken=4)
    rules.check_limit(per_person=2, had=1)

    with pytest.raises(SoldOut):
        rules.check_stock(stock=5, taken=5)
    with pytest.raises(LimitReached):
        rules.check_limit(per_person=2, had=2)


@obligation("CQ-34.10")
def test_only_the_confirmed_price_is_taken():
    rules.check_price(confirmed=None, price=5)
    rules.check_price(confirmed=5, price=5)

    with pytest.raises(OfferChanged):
        rules.check_price(confirmed=5, price=4)


@obligation("Q-23", "CQ-34.9")
def test_a_reservation_lasts_its_days_or_to_the_end_of_the_five_years():
    week = rules.reserved_until(at=NOON, use_days=7, last_day=date(2030, 1, 1))
    short = rules.reserved_until(at=NOON, use_days=7, last_day=TODAY)

    assert week == NOON + timedelta(days=7)
    assert short == datetime(2026, 3, 10, 16, tzinfo=UTC)  # midnight in China


@obligation("Q-23")
def test_a_voucher_is_settled_before_its_end_and_not_at_it():
    until = NOON + timedelta(days=7)

    rules.check_in_time(at=until - timedelta(microseconds=1), until=until)

    with pytest.raises(VoucherLapsed):
        rules.check_in_time(at=until, until=until)


@obligation("Q-25")
def test_fifteen_full_days_to_object():
    end = rules.objection_end(NOON)

    assert end == datetime(2026, 3, 25, 16, tzinfo=UTC)  # 26 March, 00:00 in China
    rules.check_objection_time(at=end - timedelta(seconds=1), until=end)
    rules.check_execution_time(at=end, until=end)
    with pytest.raises(ObjectionTimeOver):
        rules.check_objection_time(at=end, until=end)
    with pytest.raises(ObjectionTimeRuns):
        rules.check_execution_time(at=end - timedelta(seconds=1), until=end)


@obligation("Q-25")
def test_a_correction_quotes_the_published_rule():
    said = {"reason": "重复上报", "amount": 10, "issued": 10, "rule_text": "总则\n第六条 错误发放的更正"}

    rules.check_proposal(clause="第六条 错误发放的更正", **said)

    for clause in ("", "第", "第七条 随便", "   "):
        with pytest.raises(CorrectionInvalid) as refusal:
            rules.check_proposal(clause=clause, **said)
        assert set(refusal.value.details["breaches"]) == {"rule_clause"}
    with pytest.raises(CorrectionInvalid):
        rules.check_proposal(clause="第六条 错误发放的更正", **{**said, "amount": 11})


@obligation("Q-25")
def test_nobody_confirms_their_own_proposal():
    rules.check_second_person(first="staff:1", second="staff:2")

    with pytest.raises(SecondPersonNeeded):
        rules.check_second_person(first="staff:1", second="staff:1")


@obligation("Q-25")
@pytest.mark.parametrize(("asked", "available", "taken"), [(5, 9, 5), (9, 5, 5), (5, 0, 0), (5, -1, 0)])
def test_a_correction_takes_what_is_unspent_and_never_more(asked, available, taken):
    assert rules.amount_to_take(asked=asked, available=available) == taken
