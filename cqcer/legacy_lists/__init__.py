"""Lists of earlier projects (历史项目清单): read by a profile that says which column is what."""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import cache
from importlib import resources
from typing import Final, NamedTuple

from app.kernel.sources import cites
from cqcer.values import Period

LONGEST: Final = 500  # signs of a title


class Profile(NamedTuple):
    """Which column of a list is what."""

    source: str
    number: str
    title: str
    approved_on: str
    first_day: str
    last_day: str
    yearly_t: str


class Listed(NamedTuple):
    """One row of a list: what could be read of it, and what is wrong with it by column."""

    number: str
    title: str
    approved_on: date | None
    crediting: Period | None
    yearly_t: int | None
    facts: dict[str, str]  # the row as the list has it
    problems: dict[str, str]


@cache
def profile(name: str) -> Profile:
    """Return a profile by its name.

    Raises:
        FileNotFoundError: there is none of this name.
    """
    file = resources.files("cqcer.legacy_lists").joinpath(f"{name}.toml")
    return Profile(**tomllib.loads(file.read_text("utf-8")))


@cites("CQ-43.1")
def read(rows: Iterable[Mapping[str, str]], by: Profile) -> Iterator[Listed]:
    """Read rows of a list; a row that is in part unreadable is told, never left out.

    Source: CQ-43.1.
    """
    for row in rows:
        problems: dict[str, str] = {}
        title = " ".join(row.get(by.title, "").split())
        number = row.get(by.number, "").strip()
        if not number:
            problems[by.number] = "missing"
        if not 1 <= len(title) <= LONGEST:
            problems[by.title] = "malformed"
        first, last = _day(row, by.first_day, problems), _day(row, by.last_day, problems)
        crediting = None
        if first is not None and last is not None and first <= last:
            crediting = Period(first, last)
        elif first is not None or last is not None:
            problems.setdefault(by.last_day, "not_a_period")
        yield Listed(
            number,
            title,
            _day(row, by.approved_on, problems),
            crediting,
            _tonnes(row, by.yearly_t, problems),
            {name: value for name, value in row.items() if value},
            problems,
        )


def _day(row: Mapping[str, str], column: str, problems: dict[str, str]) -> date | None:
    text = row.get(column, "").strip()
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        problems[column] = "unreadable"
        return None


def _tonnes(row: Mapping[str, str], column: str, problems: dict[str, str]) -> int | None:
    text = row.get(column, "").strip()
    whole = text.replace(",", "")
    if not text:
        return None
    if not (whole.isascii() and whole.isdigit()):
        problems[column] = "unreadable"
        return None
    return int(whole)
