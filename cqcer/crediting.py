"""Crediting (计入期、核算周期): the days and years that decide whether reductions count."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Final

from app.kernel.days import add_years
from app.kernel.sources import cites
from cqcer.values import Frequency, Period, Quantity

GRAMS_PER_TONNE: Final = 1_000_000
_ONE_DAY: Final = timedelta(days=1)


@cites("CQ-17.12", "CQ-20.8", "Q-22")
def last_day(first: date, years: int) -> date:
    """Return the last day of `years` whole years that begin on `first`; both days are counted.

    It is the day before the same date; a period that begins on 29 February ends on 28 February.

    Args:
        years: 1 or more.

    Source: CQ-17.12, CQ-20.8, Q-22.
    """
    if years < 1:
        raise ValueError("a period has at least one year")
    try:
        return first.replace(year=first.year + years) - _ONE_DAY
    except ValueError:
        return date(first.year + years, 2, 28)


@cites("CQ-17.12", "Q-22", "Q-48")
def whole_years(period: Period) -> int | None:
    """Return how many whole years a period is, None where it is not whole.

    Source: CQ-17.12, Q-22, Q-48.
    """
    years = period.last.year - period.first.year
    for count in (years, years + 1):
        if count >= 1 and last_day(period.first, count) == period.last:
            return count
    return None


@cites("CQ-20.8", "CQ-20.9", "CQ-20.10")
def is_within_years(period: Period, years: int) -> bool:
    """Tell whether a period is not longer than `years`: the last day of that many is allowed.

    Source: CQ-20.8, CQ-20.9, CQ-20.10.
    """
    return period.first <= period.last <= last_day(period.first, years)


@cites("CQ-17.10")
def contains(outer: Period, inner: Period) -> bool:
    """Tell whether every day of `inner` lies in `outer`.

    Source: CQ-17.10.
    """
    return outer.first <= inner.first <= inner.last <= outer.last


@cites("CQ-17.10")
def overlap(one: Period, other: Period) -> bool:
    """Tell whether two periods share a day.

    Source: CQ-17.10.
    """
    return one.first <= other.last and other.first <= one.last


@cites("CQ-16.5", "CQ-15.4", "Q-02")
def is_after(day: date, excluded: date) -> bool:
    """Tell whether a day is after the one a rule names, which itself does not count (之后).

    Source: CQ-16.5, CQ-15.4, Q-02.
    """
    return day > excluded


@cites("CQ-17.11", "Q-06", "Q-22")
def last_safe_day(first: date, years: int) -> date:
    """Return the last day of application on which a batch that begins on `first` is young enough.

    Counted forward: reductions of 2021-09-15 can be applied for up to 2026-09-15.

    Source: CQ-17.11, Q-06, Q-22.
    """
    return add_years(first, years)


@cites("CQ-17.11", "Q-06", "Q-22")
def is_young_enough(first: date, applied_on: date, years: int) -> bool:
    """Tell whether all of a batch was generated within `years` before its application.

    Source: CQ-17.11, Q-06, Q-22.
    """
    return applied_on <= last_safe_day(first, years)


@cites("CQ-20.7", "Q-07", "Q-08")
def may_register_again(earlier: Iterable[date], on: date, frequency: Frequency) -> bool:
    """Tell whether another batch of a project may be registered on a day.

    Args:
        earlier: days of the project's completed batch registrations.

    Source: CQ-20.7, Q-07, Q-08.
    """
    if frequency is Frequency.UNLIMITED:
        return True
    if frequency is Frequency.CALENDAR_YEAR:
        return all(day.year != on.year for day in earlier)
    return all(add_years(day, 1) <= on for day in earlier)


@cites("Q-11", "CQ-39.4", "CQ-39.6")
def last_blocked_day(decided_on: date, years: int) -> date:
    """Return the last day on which applications are refused; the day of the decision is not counted.

    Source: Q-11, CQ-39.4, CQ-39.6.
    """
    return add_years(decided_on, years)


@cites("Q-11", "CQ-39.4", "CQ-39.6")
def is_blocked(decided_on: date, years: int, on: date) -> bool:
    """Tell whether an application on a day falls into a block.

    Source: Q-11, CQ-39.4, CQ-39.6.
    """
    return decided_on < on <= last_blocked_day(decided_on, years)


@cites("CQ-17.13", "Q-22")
def first_deletable_day(last_registered_on: date, years: int) -> date:
    """Return the first day on which the records of a project may be deleted.

    Source: CQ-17.13, Q-22.
    """
    return add_years(last_registered_on, years) + _ONE_DAY


@cites("Q-28", "CQ-42.12")
def whole_tonnes(reduction_g: int) -> Quantity:
    """Round a reduction down to whole tonnes; what is left is shown and not carried over.

    Args:
        reduction_g: grams CO2e, 0 or more.

    Source: Q-28, CQ-42.12.
    """
    if reduction_g < 0:
        raise ValueError("a reduction is not negative")
    return Quantity(*divmod(reduction_g, GRAMS_PER_TONNE))
