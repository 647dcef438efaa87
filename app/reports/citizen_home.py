"""What a citizen sees first: balance, reductions, the last seven days, what expires next."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from points.models import AccountBalance, PointEntry, PointLot
from scenarios.models import Behaviour, Scenario

DAYS_SHOWN = 7


@dataclass(frozen=True, kw_only=True)
class DayFigure:
    """Grams of one day in China."""

    day: date
    reduction_g: int


@dataclass(frozen=True, kw_only=True)
class ScenarioShare:
    """Grams of one scenario since the account was opened."""

    code: str
    name: str
    name_en: str | None
    icon: str
    reduction_g: int
    behaviours: int


@dataclass(frozen=True, kw_only=True)
class RecentBehaviour:
    """One behaviour with what it earned."""

    behaviour_id: int
    occurred_at: datetime
    scenario: str
    scenario_en: str | None
    icon: str
    reduction_g: int
    points: int
    acct_seq: int | None


@dataclass(frozen=True, kw_only=True)
class Home:
    """The figures of the first page; points in hundredths, grams of CO2e."""

    available: int
    reserved: int
    issued: int
    cancelled: int
    reduction_g: int
    trend: tuple[DayFigure, ...]
    recent: tuple[RecentBehaviour, ...]
    next_expiry_on: date | None
    next_expiry_points: int


def home(session: Session, *, account_id: int, today: date, recent: int = 5) -> Home:
    """Return the first page's figures of one account.

    Args:
        today: the day in China; points of lots past their last day are not counted as available.
    """
    balance = session.get_one(AccountBalance, account_id)
    available = session.scalar(
        select(func.coalesce(func.sum(PointLot.available), 0)).where(
            PointLot.account_id == account_id, PointLot.is_open, PointLot.last_valid_on >= today
        )
    )
    expiring = session.execute(
        select(PointLot.last_valid_on, func.sum(PointLot.available))
        .where(PointLot.account_id == account_id, PointLot.is_open, PointLot.last_valid_on >= today)
        .group_by(PointLot.last_valid_on)
        .order_by(PointLot.last_valid_on)
        .limit(1)
    ).first()
    return Home(
        available=int(available or 0),
        reserved=balance.reserved,
        issued=balance.issued,
        cancelled=balance.cancelled,
        reduction_g=balance.reduction_g,
        trend=trend(session, account_id=account_id, last=today),
        recent=recent_behaviours(session, account_id=account_id, today=today, limit=recent),
        next_expiry_on=expiring[0] if expiring else None,
        next_expiry_points=int(expiring[1]) if expiring else 0,
    )


def trend(session: Session, *, account_id: int, last: date, days: int = DAYS_SHOWN) -> tuple[DayFigure, ...]:
    """Return grams by day for `days` days up to `last`, both included; empty days are 0."""
    first = last - timedelta(days=days - 1)
    found: dict[date, int] = {
        day: int(grams)
        for day, grams in session.execute(
            select(Behaviour.day, func.sum(Behaviour.reduction_g))
            .where(Behaviour.account_id == account_id, Behaviour.day.between(first, last))
            .group_by(Behaviour.day)
        )
    }
    shown = (first + timedelta(days=place) for place in range(days))
    return tuple(DayFigure(day=day, reduction_g=found.get(day, 0)) for day in shown)


def shares(session: Session, *, account_id: int) -> tuple[ScenarioShare, ...]:
    """Return grams and behaviours by scenario, the largest first."""
    rows = session.execute(
        select(
            Scenario.code,
            Scenario.name,
            Scenario.name_en,
            Scenario.icon,
            func.sum(Behaviour.reduction_g).label("grams"),
            func.count().label("behaviours"),
        )
        .join(Scenario, Scenario.id == Behaviour.scenario_id)
        .where(Behaviour.account_id == account_id)
        .group_by(Scenario.id)
        .order_by(func.sum(Behaviour.reduction_g).desc())
    )
    return tuple(
        ScenarioShare(
            code=row.code,
            name=row.name,
            name_en=row.name_en,
            icon=row.icon,
            reduction_g=int(row.grams),
            behaviours=row.behaviours,
        )
        for row in rows
    )


def recent_behaviours(
    session: Session, *, account_id: int, today: date, limit: int
) -> tuple[RecentBehaviour, ...]:
    """Return the latest behaviours of the last 92 days with the points each earned."""
    since = today - timedelta(days=92)
    rows = session.execute(
        select(Behaviour, Scenario, PointEntry.amount, PointEntry.acct_seq)
        .join(Scenario, Scenario.id == Behaviour.scenario_id)
        .outerjoin(
            PointEntry,
            (PointEntry.account_id == Behaviour.account_id)
            & (PointEntry.behaviour_id == Behaviour.id)
            & (PointEntry.day >= Behaviour.day),
        )
        .where(Behaviour.account_id == account_id, Behaviour.day.between(since, today))
        .order_by(Behaviour.occurred_at.desc(), Behaviour.id.desc())
        .limit(limit)
    )
    return tuple(
        RecentBehaviour(
            behaviour_id=behaviour.id,
            occurred_at=behaviour.occurred_at,
            scenario=scenario.name,
            scenario_en=scenario.name_en,
            icon=scenario.icon,
            reduction_g=behaviour.reduction_g,
            points=amount or 0,
            acct_seq=acct_seq,
        )
        for behaviour, scenario, amount, acct_seq in rows
    )
