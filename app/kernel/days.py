"""Days in China (中国日): the days that the law counts, in Asia/Shanghai."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from app.kernel.sources import cites

CHINA = ZoneInfo("Asia/Shanghai")


@cites("Q-01")
def day_in_china(at: datetime) -> date:
    """Return the day in Asia/Shanghai in which the aware instant `at` falls (自然日).

    Raises:
        ValueError: `at` is naive.

    Source: Q-01.
    """
    if at.tzinfo is None:
        raise ValueError("an instant without a zone has no day in China")
    return at.astimezone(CHINA).date()


@cites("Q-01")
def start_of_day(day: date) -> datetime:
    """Return the first instant of `day` in Asia/Shanghai, as UTC.

    Source: Q-01.
    """
    return datetime.combine(day, time(), CHINA).astimezone(UTC)


@cites("Q-01")
def end_of_day(day: date) -> datetime:
    """Return the first instant after `day` in Asia/Shanghai, as UTC (excluded bound).

    Source: Q-01.
    """
    return start_of_day(day + timedelta(days=1))


@cites("Q-22")
def add_years(day: date, years: int) -> date:
    """Return the same date `years` later; 29 February becomes 28 February (闰日).

    Source: Q-22.
    """
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)
