"""From the text of a time to an instant in UTC and its day in China.

A time without an offset is a wall time in the profile's zone. In the hour that the clocks repeat it means
the first of the two; in the hour that they skip it is taken as if they had not been moved yet, which gives
the instant one hour further on the new clock. Both follow PEP 495 with fold 0, so the same file
is always read the same way.
"""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from app.kernel.days import day_in_china

Moment = tuple[datetime, date]
"""An instant in UTC and its day in China."""

ISO_8601: Final = "iso8601"
RFC_1123: Final = "rfc1123"
EPOCH_S: Final = "epoch_s"
EPOCH_MS: Final = "epoch_ms"
NAMED_FORMATS: Final = (ISO_8601, RFC_1123, EPOCH_S, EPOCH_MS)

_DIRECTIVES = frozenset("YmdHMSfyBbpIzj%")
_CLOCK_AT_END = re.compile(r"%H:%M(:%S)?([^%]*)")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DIGITS = re.compile(r"\d{1,17}(?:\.\d{1,9})?", re.ASCII)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_RFC_1123 = re.compile(
    rf"(?:[A-Z][a-z]{{2}}, )?(\d{{1,2}}) ({'|'.join(_MONTHS)}) (\d{{4}}) (\d\d):(\d\d):(\d\d) (?:GMT|UTC)",
    re.ASCII,
)
_MOST_HOURS_KEPT = 100_000


class _Tail(NamedTuple):
    """How texts of one format end: `:MM:SS` and what always follows."""

    seconds: bool
    literal: str


def format_fault(text: str) -> str | None:
    """Say what is wrong with a time format, or nothing."""
    if text in NAMED_FORMATS:
        return None
    used: list[str] = re.findall(r"%(.?)", text, re.DOTALL)
    unknown = [directive for directive in used if directive not in _DIRECTIVES or not directive]
    if unknown:
        return "unknown directive %" + unknown[0]
    kinds = set(used)
    whole_date = kinds & {"Y", "y"} and (("d" in kinds and kinds & {"m", "b", "B"}) or "j" in kinds)
    if not whole_date:
        return "must hold year, month and day, or be one of " + ", ".join(NAMED_FORMATS)
    if any(used.count(directive) > 1 for directive in kinds - {"%"}):
        return "must not hold a directive twice"
    return None


def time_reader(
    formats: tuple[str, ...], zone: ZoneInfo, *, add_years: int = 0
) -> Callable[[str], Moment | None]:
    """Return the function from a text to the moment it names, `None` where no format fits.

    Args:
        formats: tried in order; the first that fits counts.
        zone: of texts that name no offset themselves.
        add_years: for files that write 0014 for 2014.
    """
    readers = [_one_format(text, zone, add_years) for text in formats]

    def read(text: str) -> Moment | None:
        for reader in readers:
            try:
                at = reader(text)
            except (ValueError, OverflowError):
                continue
            return at, day_in_china(at)
        return None

    def read_safely(text: str) -> Moment | None:
        try:
            return read(text)
        except (ValueError, OverflowError):  # the day in China would lie beyond the year 9999
            return None

    tails = {tail for text in formats for tail in _tails(text)}
    if len(tails) > len(_tails(formats[0])) or not all(_tails(text) for text in formats):
        return read_safely
    reader: Callable[[str], Moment | None] = read_safely
    for tail in sorted(tails):
        reader = _by_the_hour(reader, tail)
    return reader


def _tails(text: str) -> tuple[_Tail, ...]:
    """Return the endings for which the hours of a format can be kept."""
    if text == ISO_8601:
        return _Tail(seconds=True, literal=""), _Tail(seconds=True, literal="Z")
    if text == RFC_1123:
        return (_Tail(seconds=True, literal=" GMT"),)
    clock = _CLOCK_AT_END.search(text)
    if clock is None or clock.end() != len(text):
        return ()
    return (_Tail(seconds=bool(clock[1]), literal=clock[2]),)


@lru_cache(maxsize=16)
def _steps(tail: _Tail) -> dict[str, timedelta]:
    """Return how far each minute and second lies behind the full hour, by its text."""
    steps: dict[str, timedelta] = {}
    for second in range(3600):
        minutes, seconds = divmod(second, 60)
        if tail.seconds:
            steps[f":{minutes:02}:{seconds:02}{tail.literal}"] = timedelta(seconds=second)
        elif seconds == 0:
            steps[f":{minutes:02}{tail.literal}"] = timedelta(seconds=second)
    return steps


def _by_the_hour(slow: Callable[[str], Moment | None], tail: _Tail) -> Callable[[str], Moment | None]:
    """Keep the first moment of every hour met, so that most texts cost two look-ups.

    An hour is kept only when its first and its last second lie on one day in China and as far apart
    as they should: not when the clocks are moved inside it.
    """
    steps = _steps(tail)
    first_text, last_text = next(iter(steps)), next(reversed(steps))
    length, whole = -len(first_text), steps[last_text]
    hours: dict[str, Moment] = {}

    def read(text: str) -> Moment | None:
        hour = hours.get(text[:length])
        step = steps.get(text[length:])
        if step is None:
            return slow(text)
        if hour is not None:
            return hour[0] + step, hour[1]
        first, last = slow(text[:length] + first_text), slow(text[:length] + last_text)
        if first is None or last is None or last[1] != first[1] or last[0] - first[0] != whole:
            return slow(text)
        if len(hours) >= _MOST_HOURS_KEPT:
            hours.clear()
        hours[text[:length]] = first
        return first[0] + step, first[1]

    return read


def _one_format(text: str, zone: ZoneInfo, add_years: int) -> Callable[[str], datetime]:
    """Return the function from a text to its instant in UTC; it raises ValueError or OverflowError."""
    if text == EPOCH_S:
        return _epoch_reader(1)
    if text == EPOCH_MS:
        return _epoch_reader(1000)
    if text == RFC_1123:
        return _rfc_1123
    if text == ISO_8601:
        return lambda written: _in_utc(_iso_8601(written), zone, add_years)
    return lambda written: _in_utc(datetime.strptime(written, text), zone, add_years)  # noqa: DTZ007


def _iso_8601(written: str) -> datetime:
    if "\0" in written:  # Python 3.11 reads no further than a null byte after `Z`
        raise ValueError("a null byte is no part of a time")
    return datetime.fromisoformat(written)


def _in_utc(at: datetime, zone: ZoneInfo, add_years: int) -> datetime:
    if add_years:
        at = at.replace(year=at.year + add_years)
    if at.tzinfo is None:
        at = at.replace(tzinfo=zone)
    return at.astimezone(UTC)


def _rfc_1123(text: str) -> datetime:
    found = _RFC_1123.fullmatch(text)
    if found is None:
        raise ValueError(text)
    day, month, year, hour, minute, second = found.groups()
    return datetime(
        int(year), _MONTHS.index(month) + 1, int(day), int(hour), int(minute), int(second), tzinfo=UTC
    )


def _epoch_reader(parts: int) -> Callable[[str], datetime]:
    def read(text: str) -> datetime:
        if not _DIGITS.fullmatch(text):
            raise ValueError(text)
        whole, _, decimals = text.partition(".")
        micro = int(whole + decimals.ljust(9, "0")) // (1000 * parts)
        return _EPOCH + timedelta(microseconds=micro)

    return read
