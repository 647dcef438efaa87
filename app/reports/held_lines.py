"""Rows that wait for a person's look, with what the look needs (待复核数据)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from scenarios import queries
from scenarios.errors import HeldRowNotFound
from scenarios.methods import MethodVersion
from scenarios.models import HeldRow, PublishedMethod, Scenario

SHOWN: Final = 50
MOST_AT_ONCE: Final = 500
"""Rows that one decision settles."""


@dataclass(frozen=True, kw_only=True)
class HeldLine:
    """A row with its scenario and the version of the method under which it stood out."""

    row: HeldRow
    scenario: Scenario
    version: MethodVersion


@dataclass(frozen=True, kw_only=True)
class Lines:
    """One page; `after` is where the next begins, `scenarios` where rows wait, with how many."""

    lines: tuple[HeldLine, ...]
    after: int | None
    scenarios: tuple[tuple[Scenario, int], ...]


@dataclass(frozen=True, kw_only=True)
class Neighbour:
    """What became of an earlier row of the same user in the same scenario."""

    source_id: str
    occurred_at: Any
    quantity_milli: int
    reduction_g: int


@dataclass(frozen=True, kw_only=True)
class HeldFile:
    """One row with what it can be compared with.

    Attributes:
        neighbours: the user's accepted behaviours of this scenario, the latest first.
        usual_milli: the middle of their quantities, None where there are none.
        others: rows of the same user that wait too.
    """

    line: HeldLine
    neighbours: tuple[Neighbour, ...]
    usual_milli: int | None
    others: int


def waiting(session: Session, *, after: int = 0, scenario: str | None = None, limit: int = SHOWN) -> Lines:
    """Return the rows that wait, the longest waiting first.

    Args:
        scenario: only rows of the scenario with this code.
    """
    scenarios = _scenarios(session)
    chosen = next((found.id for found, _ in scenarios if found.code == scenario), None)
    if scenario and chosen is None:
        return Lines(lines=(), after=None, scenarios=scenarios)
    rows = queries.held_rows(session, scenario_id=chosen, after=after, limit=limit + 1)
    lines = _with_versions(session, rows[:limit])
    return Lines(lines=lines, after=lines[-1].row.id if len(rows) > limit else None, scenarios=scenarios)


def waiting_ids(session: Session, *, scenario: str) -> list[int]:
    """Return the rows of one scenario that wait, those that one decision settles."""
    return list(
        session.scalars(
            select(HeldRow.id)
            .join(Scenario, Scenario.id == HeldRow.scenario_id)
            .where(HeldRow.decided_at.is_(None), Scenario.code == scenario)
            .order_by(HeldRow.id)
            .limit(MOST_AT_ONCE)
        )
    )


def held_file(session: Session, row_id: int) -> HeldFile:
    """Return one row, decided ones too.

    Raises:
        HeldRowNotFound: there is none with this id.
    """
    row = session.get(HeldRow, row_id)
    if row is None:
        raise HeldRowNotFound(held_rows=[row_id])
    scenario = session.get_one(Scenario, row.scenario_id)
    neighbours = tuple(
        Neighbour(
            source_id=found.source_id,
            occurred_at=found.occurred_at,
            quantity_milli=int(found.quantity_milli),
            reduction_g=int(found.reduction_g),
        )
        for found in session.execute(
            _NEIGHBOURS, {"scenario": scenario.id, "user": row.host_user, "version": row.method_version_id}
        )
    )
    others = select(func.count()).where(
        HeldRow.scenario_id == scenario.id,
        HeldRow.host_user == row.host_user,
        HeldRow.decided_at.is_(None),
        HeldRow.id != row.id,
    )
    quantities = sorted(each.quantity_milli for each in neighbours)
    return HeldFile(
        line=_with_versions(session, [(row, scenario)])[0],
        neighbours=neighbours,
        usual_milli=quantities[len(quantities) // 2] if quantities else None,
        others=int(session.scalar(others) or 0),
    )


_NEIGHBOURS: Final = text("""
    select b.source_id, b.occurred_at, b.quantity_milli, b.reduction_g
      from authorisation a
      join behaviour b on b.account_id = a.account_id and b.scenario_id = a.scenario_id
     where a.scenario_id = :scenario and a.host_user = :user
       and b.method_version_id = :version
     order by b.day desc, b.id desc
     limit 20
""")


def _scenarios(session: Session) -> tuple[tuple[Scenario, int], ...]:
    rows = session.execute(
        select(Scenario, func.count(HeldRow.id))
        .join(HeldRow, HeldRow.scenario_id == Scenario.id)
        .where(HeldRow.decided_at.is_(None))
        .group_by(Scenario.id)
        .order_by(func.count(HeldRow.id).desc(), Scenario.id)
    )
    return tuple((scenario, int(number)) for scenario, number in rows)


def _with_versions(session: Session, rows: Sequence[tuple[HeldRow, Scenario]]) -> tuple[HeldLine, ...]:
    versions = {
        found.id: found.as_version
        for found in session.scalars(
            select(PublishedMethod).where(
                PublishedMethod.id.in_({row.method_version_id for row, _scenario in rows})
            )
        )
    }
    return tuple(
        HeldLine(row=row, scenario=scenario, version=versions[row.method_version_id])
        for row, scenario in rows
    )
