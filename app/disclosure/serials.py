"""Months, and the numbers of their snapshots (快照编号)."""

from datetime import date, timedelta


def first_of_month(day: date) -> date:
    """Return the first day of the month of `day`."""
    return day.replace(day=1)


def next_month(month: date) -> date:
    """Return the first day of the month after that of `month`."""
    return (month.replace(day=28) + timedelta(days=4)).replace(day=1)


def last_of_month(month: date) -> date:
    """Return the last day of the month of `month`."""
    return next_month(month) - timedelta(days=1)


def number_of(month: date, edition: int) -> str:
    """Return the number by which people name a snapshot: `D-202610-1`."""
    return f"D-{month:%Y%m}-{edition}"
