"""Months and days in addresses (期间): `2026-11`, `2026-11-20`."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from app.kernel.errors import NotFound


class PeriodUnknown(NotFound):
    """The address names no month and no day that can be shown."""

    code = "period.unknown"
    title = "没有这个期间"


@dataclass(frozen=True, kw_only=True)
class Period:
    """A month, or one day, in China; both ends are included."""

    since: date
    until: date

    @property
    def is_day(self) -> bool:
        """Tell whether it is one day."""
        return self.since == self.until

    @property
    def name(self) -> str:
        """Return how it stands in an address."""
        return self.since.isoformat() if self.is_day else f"{self.since:%Y-%m}"

    @property
    def before(self) -> "Period":
        """Return the month or day before."""
        last = self.since - timedelta(days=1)
        return day_of(last) if self.is_day else month_of(last)

    @property
    def after(self) -> "Period":
        """Return the month or day after."""
        first = self.until + timedelta(days=1)
        return day_of(first) if self.is_day else month_of(first)


def month_of(day: date) -> Period:
    """Return the month in which a day falls."""
    return Period(since=day.replace(day=1), until=day.replace(day=monthrange(day.year, day.month)[1]))


def day_of(day: date) -> Period:
    """Return a day as a period."""
    return Period(since=day, until=day)


def period_named(name: str, *, today: date, days: bool = True) -> Period:
    """Return the month or day that an address names.

    Args:
        days: a day may be named too.

    Raises:
        PeriodUnknown: it names neither, or lies in the time to come.
    """
    try:
        found = (
            month_of(date.fromisoformat(f"{name}-01")) if len(name) == 7 else day_of(date.fromisoformat(name))
        )
    except ValueError:
        raise PeriodUnknown(period=name) from None
    if found.name != name or found.since > today or (found.is_day and not days) or found.since.year < 2000:
        raise PeriodUnknown(period=name)
    return found
