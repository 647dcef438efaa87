"""The days and years of crediting, on both sides of every boundary."""

import csv
import gzip
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cqcer import crediting
from cqcer.values import Frequency, Period
from tests.obligations import obligation

VERRA = Path(__file__).parents[4] / "shared" / "data" / "projects_verra" / "verra_projects.csv.gz"
DAYS = st.dates(min_value=date(2014, 6, 20), max_value=date(2060, 12, 31))


@obligation("CQ-17.12", "CQ-20.8", "CQ-20.9", "CQ-20.10", "Q-22")
@pytest.mark.parametrize(
    ("first", "years", "last"),
    [
        (date(2021, 9, 15), 5, date(2026, 9, 14)),
        (date(2022, 1, 1), 10, date(2031, 12, 31)),
        (date(2022, 1, 1), 40, date(2061, 12, 31)),
        (date(2024, 2, 29), 1, date(2025, 2, 28)),
        (date(2024, 2, 29), 4, date(2028, 2, 28)),
        (date(2023, 3, 1), 1, date(2024, 2, 29)),
        (date(2023, 2, 28), 1, date(2024, 2, 27)),
    ],
)
def test_a_period_ends_on_the_day_before_the_same_date(first, years, last):
    assert crediting.last_day(first, years) == last
    assert crediting.is_within_years(Period(first, last), years)
    assert not crediting.is_within_years(Period(first, last + timedelta(days=1)), years)
    assert crediting.whole_years(Period(first, last)) == years


@obligation("CQ-17.12", "Q-48")
@pytest.mark.parametrize(
    "period",
    [
        Period(date(2022, 1, 1), date(2022, 12, 30)),
        Period(date(2022, 1, 1), date(2023, 1, 1)),
        Period(date(2022, 1, 1), date(2023, 6, 30)),
        Period(date(2022, 1, 1), date(2022, 1, 1)),
        Period(date(2022, 1, 1), date(2021, 12, 31)),
        Period(date(2020, 2, 29), date(2027, 2, 27)),
    ],
)
def test_a_cycle_that_is_not_whole_years_is_none(period):
    assert crediting.whole_years(period) is None


@obligation("CQ-17.12", "Q-22")
@given(DAYS, st.integers(1, 40))
def test_whole_years_is_the_inverse_of_last_day(first, years):
    last = crediting.last_day(first, years)

    assert crediting.whole_years(Period(first, last)) == years
    assert crediting.whole_years(Period(first, last - timedelta(days=1))) is None
    assert crediting.whole_years(Period(first, last + timedelta(days=1))) in (None, years)


@obligation("CQ-17.12", "Q-22")
def test_the_periods_of_the_verra_list_are_whole_years_but_one():
    if not VERRA.exists():
        pytest.skip("the folder of shared data is not here")
    with gzip.open(VERRA, "rt", encoding="utf-8") as lines:
        periods = {
            row["ID"]: Period(
                date.fromisoformat(row["Crediting Period Start Date"]),
                date.fromisoformat(row["Crediting Period End Date"]),
            )
            for row in csv.DictReader(lines)
            if row["Crediting Period Start Date"] and row["Crediting Period End Date"]
        }

    different = {id_: period for id_, period in periods.items() if crediting.whole_years(period) is None}

    assert len(periods) == 3556
    assert different == {"2754": Period(date(2020, 2, 29), date(2027, 2, 27))}
    assert crediting.last_day(date(2020, 2, 29), 7) == date(2027, 2, 28)


@obligation("CQ-16.5", "Q-02")
def test_the_day_after_the_named_day_is_the_first_that_counts():
    assert not crediting.is_after(date(2021, 9, 14), date(2021, 9, 14))
    assert crediting.is_after(date(2021, 9, 15), date(2021, 9, 14))


@obligation("CQ-15.4")
def test_operation_from_2014_06_20_is_new_enough():
    assert not crediting.is_after(date(2014, 6, 19), date(2014, 6, 19))
    assert crediting.is_after(date(2014, 6, 20), date(2014, 6, 19))


@obligation("CQ-17.11", "Q-06", "Q-22")
@pytest.mark.parametrize(
    ("first", "last_safe"),
    [
        (date(2021, 9, 15), date(2026, 9, 15)),
        (date(2024, 2, 29), date(2029, 2, 28)),
        (date(2023, 3, 1), date(2028, 3, 1)),
        (date(2023, 2, 28), date(2028, 2, 28)),
    ],
)
def test_five_years_to_the_day_are_young_enough_and_a_day_more_is_not(first, last_safe):
    assert crediting.last_safe_day(first, 5) == last_safe
    assert crediting.is_young_enough(first, last_safe, 5)
    assert not crediting.is_young_enough(first, last_safe + timedelta(days=1), 5)


@obligation("CQ-17.10")
def test_a_batch_lies_inside_the_crediting_period_to_its_last_day():
    outer = Period(date(2022, 1, 1), date(2026, 12, 31))

    assert crediting.contains(outer, outer)
    assert not crediting.contains(outer, Period(date(2021, 12, 31), date(2022, 12, 30)))
    assert not crediting.contains(outer, Period(date(2026, 1, 2), date(2027, 1, 1)))


@obligation("CQ-17.10", "Q-48")
def test_batches_may_touch_but_not_share_a_day():
    one = Period(date(2022, 1, 1), date(2022, 12, 31))

    assert not crediting.overlap(one, Period(date(2023, 1, 1), date(2023, 12, 31)))
    assert crediting.overlap(one, Period(date(2022, 12, 31), date(2023, 12, 30)))
    assert crediting.overlap(Period(date(2021, 1, 1), date(2025, 12, 31)), one)


@obligation("CQ-20.7", "Q-07", "Q-08")
def test_once_a_calendar_year_is_not_once_in_twelve_months():
    on_new_years_eve = [date(2025, 12, 31)]

    assert crediting.may_register_again([], date(2025, 1, 1), Frequency.CALENDAR_YEAR)
    assert not crediting.may_register_again(on_new_years_eve, date(2025, 12, 31), Frequency.CALENDAR_YEAR)
    assert crediting.may_register_again(on_new_years_eve, date(2026, 1, 1), Frequency.CALENDAR_YEAR)
    assert not crediting.may_register_again(on_new_years_eve, date(2026, 12, 30), Frequency.ROLLING_12_MONTHS)
    assert crediting.may_register_again(on_new_years_eve, date(2026, 12, 31), Frequency.ROLLING_12_MONTHS)
    assert crediting.may_register_again(on_new_years_eve, date(2025, 12, 31), Frequency.UNLIMITED)


@obligation("CQ-39.4", "CQ-39.6", "Q-11")
@pytest.mark.parametrize(
    ("decided", "years", "last"),
    [(date(2025, 3, 10), 3, date(2028, 3, 10)), (date(2024, 2, 29), 2, date(2026, 2, 28))],
)
def test_a_block_runs_from_the_day_after_the_decision_to_the_same_date(decided, years, last):
    assert not crediting.is_blocked(decided, years, decided)
    assert crediting.is_blocked(decided, years, decided + timedelta(days=1))
    assert crediting.is_blocked(decided, years, last)
    assert not crediting.is_blocked(decided, years, last + timedelta(days=1))


@obligation("CQ-17.13", "Q-22")
@pytest.mark.parametrize(
    ("registered", "deletable"),
    [(date(2025, 5, 5), date(2035, 5, 6)), (date(2024, 2, 29), date(2034, 3, 1))],
)
def test_records_are_kept_through_the_tenth_anniversary(registered, deletable):
    assert crediting.first_deletable_day(registered, 10) == deletable


@obligation("Q-28", "CQ-42.12")
@pytest.mark.parametrize(
    ("grams", "tonnes", "rest"),
    [(0, 0, 0), (999_999, 0, 999_999), (1_000_000, 1, 0), (2_500_001, 2, 500_001)],
)
def test_tonnes_are_whole_and_rounded_down(grams, tonnes, rest):
    assert crediting.whole_tonnes(grams) == (tonnes, rest)


@pytest.mark.parametrize(
    "wrong", [lambda: crediting.whole_tonnes(-1), lambda: crediting.last_day(date(2024, 1, 1), 0)]
)
def test_what_cannot_be_is_said_so(wrong):
    with pytest.raises(ValueError, match=r"."):
        wrong()
