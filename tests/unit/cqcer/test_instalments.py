"""What several articles do together to a project's instalments (CQ-X.1 to CQ-X.5): days on each side."""

from datetime import date, timedelta

import pytest

from cqcer import crediting
from cqcer.rulebooks import rulebook
from cqcer.values import Category, Frequency, Period, RulebookCode
from tests.obligations import obligation

RULES = rulebook(RulebookCode.CQCER)
FIRST = date(2021, 9, 15)
DAY = timedelta(days=1)


def years(first, count):
    return Period(first, crediting.last_day(first, count))


@obligation("CQ-X.1", "CQ-17.11", "CQ-17.12")
@pytest.mark.parametrize(("count", "possible"), [(4, True), (5, False)])
def test_a_batch_of_five_years_is_too_old_on_the_day_that_its_notice_can_be_over(count, possible):
    period = years(FIRST, count)
    soonest = period.last + DAY + timedelta(days=28)  # twenty working days and no holiday in them

    assert crediting.whole_years(period) == count
    assert crediting.is_young_enough(period.first, soonest, RULES.look_back_years) is possible


@obligation("CQ-X.2", "CQ-17.12")
def test_a_late_owner_cannot_cut_off_a_few_weeks():
    late = date(2026, 10, 1)
    assert not crediting.is_young_enough(FIRST, late, RULES.look_back_years)
    youngest = date(2021, 10, 1)
    assert crediting.is_young_enough(youngest, late, RULES.look_back_years)

    assert crediting.whole_years(Period(youngest, years(FIRST, 4).last)) is None
    assert crediting.whole_years(years(youngest, 4)) == 4


@obligation("CQ-X.3", "CQ-20.7")
def test_one_batch_may_hold_several_years_and_several_batches_may_not_share_one():
    assert crediting.whole_years(years(FIRST, 3)) == 3
    assert not crediting.may_register_again([date(2025, 1, 2)], date(2025, 12, 31), RULES.frequency)
    assert crediting.may_register_again([date(2025, 12, 31)], date(2026, 1, 1), RULES.frequency)
    assert crediting.may_register_again([date(2025, 1, 2)], date(2025, 1, 2), Frequency.UNLIMITED)


@obligation("CQ-X.4", "CQ-16.5", "CQ-17.11")
@pytest.mark.parametrize(
    ("first", "applied", "usable"),
    [
        (date(2021, 9, 14), date(2025, 1, 1), False),
        (date(2021, 9, 15), date(2026, 9, 15), True),
        (date(2021, 9, 15), date(2026, 9, 16), False),
        (date(2021, 9, 16), date(2026, 9, 16), True),
    ],
)
def test_from_2026_09_16_the_look_back_alone_is_the_tighter_limit(first, applied, usable):
    late_enough = crediting.is_after(first, RULES.reductions_after)

    assert (late_enough and crediting.is_young_enough(first, applied, RULES.look_back_years)) is usable


@obligation("CQ-X.5", "CQ-20.8", "CQ-17.10")
def test_an_early_crediting_period_loses_what_lies_before_the_first_usable_day():
    whole = years(date(2020, 1, 1), RULES.crediting_years[Category.ENGINEERING])
    usable = [count for count in range(1, 6) if crediting.contains(whole, years(FIRST, count))]

    assert whole.last == date(2024, 12, 31)
    assert usable == [1, 2, 3]


@obligation("Q-22", "CQ-20.8", "CQ-20.9", "CQ-20.10")
@pytest.mark.parametrize(
    ("first", "count", "last"),
    [
        (date(2024, 2, 29), 5, date(2029, 2, 28)),
        (date(2024, 2, 29), 4, date(2028, 2, 28)),
        (date(2023, 3, 1), 5, date(2028, 2, 29)),
        (date(2022, 1, 1), 10, date(2031, 12, 31)),
        (date(2022, 1, 1), 40, date(2061, 12, 31)),
    ],
)
def test_the_last_day_is_in_and_the_next_is_out(first, count, last):
    assert crediting.is_within_years(Period(first, last), count)
    assert not crediting.is_within_years(Period(first, last + DAY), count)


@obligation("CQ-39.4", "CQ-39.6", "Q-11")
@pytest.mark.parametrize(("count", "last"), [(2, date(2026, 2, 28)), (3, date(2027, 2, 28))])
def test_a_block_that_begins_on_a_leap_day_ends_on_28_february(count, last):
    decided = date(2024, 2, 29)

    assert not crediting.is_blocked(decided, count, decided)
    assert crediting.is_blocked(decided, count, decided + DAY)
    assert crediting.is_blocked(decided, count, last)
    assert not crediting.is_blocked(decided, count, last + DAY)
