"""The two rulebooks say what the comparison of the two measures says."""

from datetime import date

import pytest

from app.kernel.sources import register
from cqcer.rulebooks import rulebook, sources
from cqcer.values import Category, Frequency, RulebookCode
from tests.obligations import obligation

FOUR = ("authenticity", "completeness", "validity", "legality")
CQCER, CCER = rulebook(RulebookCode.CQCER), rulebook(RulebookCode.CCER)


@obligation("CQ-44.1", "CQ-15.4", "CQ-16.5", "CQ-17.6", "CQ-20.7")
@pytest.mark.parametrize(
    ("name", "chongqing", "national"),
    [
        ("in_force_from", date(2024, 9, 1), date(2023, 10, 19)),
        ("persons_may_own", True, False),
        ("project_date", "operation", "construction_start"),
        ("project_after", date(2014, 6, 19), date(2012, 11, 8)),
        ("reductions_after", date(2021, 9, 14), date(2020, 9, 22)),
        ("reductions_within_chongqing", True, False),
        ("report_before_notice", True, False),
        ("notice_opened_by", "agency", "project_owner"),
        ("notice_working_days", 20, 20),
        ("letter_needed", True, False),
        ("evaluation_needed", True, False),
        ("completeness_review", True, False),
        ("objections_gate", True, False),
        ("body_named_in_notice", False, True),
        ("responsibility", FOUR, ("authenticity", "completeness", "validity", "uniqueness")),
        ("batch_responsibility", FOUR, ("authenticity", "completeness", "validity")),
        ("fraud_block_years", 3, 3),
        ("gift_by", frozenset({"project_owner"}), frozenset()),
        ("inclusiveness_for", frozenset({Category.INCLUSION}), frozenset()),
        ("crediting_after", None, date(2020, 9, 22)),
        ("registration_working_days", None, 15),
        ("quantity_equals_verified", False, True),
        ("look_back_years", 5, 5),
        ("whole_years", True, False),
        ("frequency", Frequency.CALENDAR_YEAR, Frequency.UNLIMITED),
        ("failed_revision_block_years", 2, None),
        ("legacy_approved_before", date(2024, 1, 20), date(2017, 3, 14)),
    ],
)
def test_a_value_is_that_of_the_comparison(name, chongqing, national):
    assert getattr(CQCER, name) == chongqing
    assert getattr(CCER, name) == national


@obligation("CQ-20.8", "CQ-20.9", "CQ-20.10")
def test_crediting_is_limited_by_category():
    assert CQCER.crediting_years == {Category.ENGINEERING: 5, Category.INCLUSION: 10, Category.SINK: 40}
    assert CCER.crediting_years == {}


@obligation("CQ-17.9")
def test_the_owner_answers_for_four_things():
    assert CQCER.responsibility == ("authenticity", "completeness", "validity", "legality")


@pytest.mark.parametrize("code", RulebookCode)
def test_every_value_names_its_source(code):
    assert set(sources(code).values()) <= set(register())
    assert len(sources(code)) >= 20


def test_what_is_national_alone_or_here_alone():
    assert "judicial" in CQCER.purposes
    assert "judicial" not in CCER.purposes
    assert CQCER.gift_by == {"project_owner"}
    assert CCER.gift_by == frozenset()
