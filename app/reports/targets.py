"""Yearly targets against figures (年度目标任务与实际): what the year was to bring, what it has brought."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from app.identity import queries
from app.identity.models import YearlyTarget
from app.identity.values import Measure
from app.kernel.days import start_of_day
from app.kernel.sources import cites
from points.models import CarbonAccount, PointEntry
from scenarios.models import Scenario


@dataclass(frozen=True, kw_only=True)
class Progress:
    """One measure of a year, in its smallest unit: accounts, scenarios, grams, hundredths of a point.

    Attributes:
        target: the goal in its latest version, None where none is set.
    """

    measure: Measure
    reached: int
    target: YearlyTarget | None


@cites("CQ-6.9")
def progress(session: Session, *, year: int) -> list[Progress]:
    """Return every measure of a calendar year.

    Source: CQ-6.9.
    """
    goals = queries.targets_of(session, year)
    reached = {
        Measure.ACCOUNTS: _accounts(session, year),
        Measure.SCENARIOS: _scenarios(session, year),
        Measure.REDUCTION_G: _entries(session, year, "issue", func.sum(PointEntry.reduction_g)),
        Measure.POINTS_REDEEMED: _entries(session, year, "cancel", func.sum(PointEntry.amount)),
    }
    return [
        Progress(measure=measure, reached=reached[measure], target=goals.get(measure.value))
        for measure in Measure
    ]


def _accounts(session: Session, year: int) -> int:
    opened = (
        select(func.count())
        .select_from(CarbonAccount)
        .where(
            CarbonAccount.person_id.is_not(None),
            CarbonAccount.opened_at >= start_of_day(date(year, 1, 1)),
            CarbonAccount.opened_at < start_of_day(date(year + 1, 1, 1)),
        )
    )
    return int(session.scalar(opened) or 0)


def _scenarios(session: Session, year: int) -> int:
    listed = (
        select(func.count())
        .select_from(Scenario)
        .where(
            Scenario.sandbox.is_(False),
            Scenario.listed_at >= start_of_day(date(year, 1, 1)),
            Scenario.listed_at < start_of_day(date(year + 1, 1, 1)),
        )
    )
    return int(session.scalar(listed) or 0)


def _entries(session: Session, year: int, kind: str, summed: "ColumnElement[Any]") -> int:
    found = session.scalar(
        select(func.coalesce(summed, 0)).where(
            PointEntry.kind == kind, PointEntry.day >= date(year, 1, 1), PointEntry.day < date(year + 1, 1, 1)
        )
    )
    return int(found or 0)
