"""Rows that wait for a person's look, with what the look needs (待复核数据)."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from scenarios import queries
from scenarios.methods import MethodVersion
from scenarios.models import HeldRow, PublishedMethod, Scenario

SHOWN: Final = 50


@dataclass(frozen=True, kw_only=True)
class HeldLine:
    """A row with its scenario and the version of the method under which it stood out."""

    row: HeldRow
    scenario: Scenario
    version: MethodVersion


@dataclass(frozen=True, kw_only=True)
class Lines:
    """One page; `after` is where the next begins."""

    lines: tuple[HeldLine, ...]
    after: int | None


def waiting(session: Session, *, after: int = 0, limit: int = SHOWN) -> Lines:
    """Return the rows that wait, the longest waiting first."""
    rows = queries.held_rows(session, after=after, limit=limit + 1)
    shown = rows[:limit]
    versions = {
        row.id: row.as_version
        for row in session.scalars(
            select(PublishedMethod).where(
                PublishedMethod.id.in_({row.method_version_id for row, _scenario in shown})
            )
        )
    }
    lines = tuple(
        HeldLine(row=row, scenario=scenario, version=versions[row.method_version_id])
        for row, scenario in shown
    )
    return Lines(lines=lines, after=lines[-1].row.id if len(rows) > limit else None)
