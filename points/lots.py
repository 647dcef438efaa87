"""Lots (积分批): their last valid day, the order in which they are spent, partial use."""

from calendar import monthrange
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Final

from app.kernel.sources import cites
from points.errors import InsufficientPoints
from points.values import Lot, Part

FIVE_YEARS: Final = 60
"""Months; no lot lives longer (CQ-34.9)."""


@cites("CQ-34.9", "Q-20", "Q-22")
def last_valid_day(issued_on: date, months: int) -> date:
    """Return the last day on which points issued on `issued_on` can be spent.

    It is the day before the same date `months` later; where that month has no such date, the
    whole month is usable: 2025-03-10 + 60 → 2030-03-09, 2024-02-29 + 60 → 2029-02-28.

    Args:
        issued_on: day in China.
        months: 1 to 60.

    Source: CQ-34.9, Q-20, Q-22.
    """
    year, month = divmod(issued_on.year * 12 + issued_on.month - 1 + months, 12)
    month += 1
    days = monthrange(year, month)[1]
    if issued_on.day > days:
        return date(year, month, days)
    return date(year, month, issued_on.day) - timedelta(days=1)


@cites("CQ-34.9", "Q-22", "Q-23")
def five_year_limit(issued_on: date) -> date:
    """Return the last day on which anything of the lot may be outstanding, reserved or not.

    Source: CQ-34.9, Q-22, Q-23.
    """
    return last_valid_day(issued_on, FIVE_YEARS)


def spending_order(lot: Lot) -> tuple[date, date, int]:
    """Return the key by which lots are spent: last day, day of issue, id."""
    return lot.last_valid_on, lot.issued_on, lot.id


@cites("Q-21", "CQ-34.5")
def choose(lots: Iterable[Lot], cost: int) -> list[Part]:
    """Take `cost` from lots: the earliest to expire first, then the earliest issued, then the lowest id.

    Args:
        lots: spendable on the day, in that order; only as many are drawn as are needed.
        cost: hundredths of a point, 1 or more.

    Raises:
        InsufficientPoints: all of the lots together do not cover the cost.
        ValueError: the lots come in another order.

    Source: Q-21, CQ-34.5.
    """
    parts: list[Part] = []
    missing = cost
    last: Lot | None = None
    for lot in lots:
        if last is not None and spending_order(lot) <= spending_order(last):
            raise ValueError("lots are spent in the order in which they expire")
        last = lot
        amount = min(lot.available, missing)
        if amount > 0:
            parts.append(Part(lot, amount))
            missing -= amount
        if not missing:
            return parts
    raise InsufficientPoints(balance=cost - missing, cost=cost)


@cites("Q-23", "CQ-34.9")
def reservation_limit(parts: Iterable[Part]) -> date:
    """Return the last day to which a reservation of these parts may reach: none passes five years.

    Source: Q-23, CQ-34.9.
    """
    return min(five_year_limit(part.lot.issued_on) for part in parts)


def is_past(lot_last_valid_on: date, today: date) -> bool:
    """Tell whether a lot's last day is over on `today`."""
    return lot_last_valid_on < today
