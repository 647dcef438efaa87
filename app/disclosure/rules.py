"""What may be published, and when."""

from datetime import date, datetime, timedelta
from typing import Final

from app.disclosure.errors import CorrectionUnexplained, DayOutOfTurn, MonthNotOver
from app.disclosure.serials import last_of_month
from app.kernel.days import end_of_day
from app.kernel.sources import cites

SETTLES: Final = timedelta(minutes=30)
"""How long after midnight a day's last entries have surely been written."""
LEAST_REASON: Final = 10
MOST_REASON: Final = 500


@cites("T-62", "Q-30")
def check_day(day: date, *, last: date | None, at: datetime) -> None:
    """Allow a day to be added up: the one after the last, half an hour after it has ended.

    Raises:
        DayOutOfTurn: it is another, or too early.

    Source: T-62, Q-30.
    """
    if last is not None and day != last + timedelta(days=1):
        raise DayOutOfTurn(day=day.isoformat(), last=last.isoformat())
    if at < end_of_day(day) + SETTLES:
        raise DayOutOfTurn(day=day.isoformat())


@cites("Q-30")
def check_month(month: date, *, last_day: date | None) -> None:
    """Allow a snapshot of a month whose every day is added up.

    Args:
        month: its first day.
        last_day: the last day that is added up.

    Raises:
        MonthNotOver: days are missing.

    Source: Q-30.
    """
    if last_day is None or last_day < last_of_month(month):
        raise MonthNotOver(month=f"{month:%Y-%m}")


@cites("CQ-36.5")
def check_reason(reason: str) -> str:
    """Return the reason of a correction without blanks around it.

    Raises:
        CorrectionUnexplained: it has fewer than 10 or more than 500 characters.

    Source: CQ-36.5.
    """
    told = reason.strip()
    if not LEAST_REASON <= len(told) <= MOST_REASON:
        raise CorrectionUnexplained(least=LEAST_REASON, most=MOST_REASON)
    return told
