"""One year of a citizen (年度回顾): what was saved, on how many days, where; points and vouchers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.kernel.days import end_of_day, start_of_day
from points.models import PointEntry, Redemption
from points.values import Kind, RedemptionState
from scenarios.models import Behaviour, Scenario

MONTHS = 12


@dataclass(frozen=True, kw_only=True)
class ScenarioYear:
    """Grams of one scenario in the year."""

    name: str
    name_en: str | None
    icon: str
    code: str
    reduction_g: int
    behaviours: int


@dataclass(frozen=True, kw_only=True)
class YearReview:
    """A year's figures; points in hundredths, grams of CO2e, days in China.

    Attributes:
        months: grams of January to December.
        best_day: the day with most grams, None in a year without behaviour.
    """

    year: int
    reduction_g: int
    behaviours: int
    days: int
    points: int
    vouchers: int
    months: Sequence[int]
    scenarios: Sequence[ScenarioYear]
    best_day: date | None
    best_day_g: int


def of_year(session: Session, *, account_id: int, year: int) -> YearReview:
    """Return the figures of one account in one year."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    mine = (Behaviour.account_id == account_id) & Behaviour.day.between(first, last)
    by_day = session.execute(
        select(Behaviour.day, func.sum(Behaviour.reduction_g), func.count())
        .where(mine)
        .group_by(Behaviour.day)
        .order_by(func.sum(Behaviour.reduction_g).desc(), Behaviour.day)
    ).all()
    months = [0] * MONTHS
    for day, grams, _ in by_day:
        months[day.month - 1] += int(grams)
    rows = session.execute(
        select(Scenario, func.sum(Behaviour.reduction_g), func.count())
        .join(Scenario, Scenario.id == Behaviour.scenario_id)
        .where(mine)
        .group_by(Scenario.id)
        .order_by(func.sum(Behaviour.reduction_g).desc(), Scenario.id)
    )
    points = session.scalar(
        select(func.coalesce(func.sum(PointEntry.amount), 0)).where(
            PointEntry.account_id == account_id,
            PointEntry.kind == Kind.ISSUE,
            PointEntry.day.between(first, last),
        )
    )
    vouchers = session.scalar(
        select(func.count())
        .select_from(Redemption)
        .where(
            Redemption.account_id == account_id,
            Redemption.state == RedemptionState.FULFILLED,
            Redemption.settled_at >= start_of_day(first),
            Redemption.settled_at < end_of_day(last),
        )
    )
    return YearReview(
        year=year,
        reduction_g=sum(months),
        behaviours=sum(int(count) for _, _, count in by_day),
        days=len(by_day),
        points=int(points or 0),
        vouchers=int(vouchers or 0),
        months=months,
        scenarios=[
            ScenarioYear(
                name=scenario.name,
                name_en=scenario.name_en,
                icon=scenario.icon,
                code=scenario.code,
                reduction_g=int(grams),
                behaviours=int(count),
            )
            for scenario, grams, count in rows
        ],
        best_day=by_day[0][0] if by_day else None,
        best_day_g=int(by_day[0][1]) if by_day else 0,
    )
