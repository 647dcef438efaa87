"""What waits for a decision, since when and until when (待办)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import Subquery, func, select, tuple_
from sqlalchemy.orm import Session

from app.identity.models import District, Organisation
from app.kernel import calendar
from app.kernel.days import day_in_china, start_of_day
from app.kernel.sources import cites
from points.models import Correction, Merchant, MerchantStep
from scenarios.models import HeldRow, Scenario, ScenarioStep

WORKING_DAYS: Final = 15
"""Target for a decision; shown only, nothing lapses by it (Q-15)."""

SHOWN: Final = 50
OF_OPERATOR: Final = ("applied", "under_assessment", "assessed", "approved")
OF_BUREAU: Final = ("agreed",)
OF_HOST: Final = ("assessed",)


@dataclass(frozen=True, kw_only=True)
class Term:
    """How long something has waited and how long it should at most, in working days.

    Attributes:
        due_on: last day of the target; provisional where a year's notice is not out.
        left: working days from today to `due_on`, negative when it is past.
    """

    since: datetime
    waited: int
    due_on: date
    left: int


@dataclass(frozen=True, kw_only=True)
class WaitingScenario:
    """A scenario that waits for somebody's act."""

    scenario: Scenario
    host: Organisation
    area: District
    term: Term


@dataclass(frozen=True, kw_only=True)
class WaitingMerchant:
    """A merchant that waits to be admitted."""

    merchant: Merchant
    area: District
    term: Term


@dataclass(frozen=True, kw_only=True)
class Counts:
    """How many of each wait."""

    scenarios: Mapping[str, int]
    merchants: int
    held_rows: int
    corrections: Mapping[str, int]


@cites("Q-15", "Q-03")
def waiting_scenarios(
    session: Session, states: Collection[str], *, at: datetime, after: int | None = None, limit: int = SHOWN
) -> list[WaitingScenario]:
    """Return the scenarios in these states, those waiting longest first.

    Args:
        after: the id of the last one of the page before.

    Source: Q-15, Q-03.
    """
    entered = _entered()
    wanted = (
        select(Scenario, Organisation, District, entered.c.at)
        .join(Organisation, Organisation.id == Scenario.host_id)
        .join(District, District.code == Scenario.area_code)
        .join(entered, entered.c.scenario_id == Scenario.id)
        .where(Scenario.state.in_(states), Scenario.sandbox.is_(False))
        .order_by(entered.c.at, Scenario.id)
        .limit(limit)
    )
    if after is not None:
        last = session.execute(select(entered.c.at).where(entered.c.scenario_id == after)).scalar()
        wanted = wanted.where(tuple_(entered.c.at, Scenario.id) > (last, after))
    rows = session.execute(wanted).all()
    terms = _terms(session, [row[3] for row in rows], at)
    return [
        WaitingScenario(scenario=scenario, host=host, area=area, term=terms[since])
        for scenario, host, area, since in rows
    ]


@cites("Q-15", "Q-03")
def overdue_scenarios(session: Session, states: Collection[str], *, at: datetime) -> int:
    """Return how many scenarios in these states have waited beyond the target.

    Source: Q-15, Q-03.
    """
    today = day_in_china(at)
    known = calendar.days(session, today - timedelta(days=WORKING_DAYS * 2 + 40), today)
    over = [day.day for day in known if day.working and day.day < today]
    entered = _entered()
    counted = (
        select(func.count())
        .select_from(Scenario)
        .join(entered, entered.c.scenario_id == Scenario.id)
        .where(Scenario.state.in_(states), entered.c.at < start_of_day(over[-WORKING_DAYS]))
    )
    return int(session.scalar(counted) or 0)


def waiting_merchants(
    session: Session, *, at: datetime, after: int | None = None, limit: int = SHOWN
) -> list[WaitingMerchant]:
    """Return the merchants that applied and are not decided on, those waiting longest first.

    Args:
        after: the id of the last one of the page before.
    """
    entered = (
        select(MerchantStep.merchant_id, func.max(MerchantStep.at).label("at"))
        .group_by(MerchantStep.merchant_id)
        .subquery()
    )
    since = func.coalesce(entered.c.at, Merchant.applied_at)
    wanted = (
        select(Merchant, District, since)
        .join(District, District.code == Merchant.area_code)
        .outerjoin(entered, entered.c.merchant_id == Merchant.id)
        .where(Merchant.state == "applied")
        .order_by(since, Merchant.id)
        .limit(limit)
    )
    if after is not None:
        last = session.execute(
            select(since)
            .select_from(Merchant)
            .outerjoin(entered, entered.c.merchant_id == Merchant.id)
            .where(Merchant.id == after)
        ).scalar()
        wanted = wanted.where(tuple_(since, Merchant.id) > (last, after))
    rows = session.execute(wanted).all()
    terms = _terms(session, [row[2] for row in rows], at)
    return [
        WaitingMerchant(merchant=merchant, area=area, term=terms[applied_at])
        for merchant, area, applied_at in rows
    ]


def counts(session: Session, *, host_id: int | None = None) -> Counts:
    """Return how many of each wait, of one host only if it is named."""
    by_state = (
        select(Scenario.state, func.count()).where(Scenario.sandbox.is_(False)).group_by(Scenario.state)
    )
    if host_id is not None:
        by_state = by_state.where(Scenario.host_id == host_id)
    return Counts(
        scenarios={state: int(number) for state, number in session.execute(by_state)},
        merchants=_number(session, Merchant, Merchant.state == "applied"),
        held_rows=_number(session, HeldRow, HeldRow.decided_at.is_(None)),
        corrections={
            state: int(number)
            for state, number in session.execute(
                select(Correction.state, func.count()).group_by(Correction.state)
            )
        },
    )


def _entered() -> Subquery:
    """Return when each scenario entered the state it is in."""
    return (
        select(ScenarioStep.scenario_id, func.max(ScenarioStep.at).label("at"))
        .group_by(ScenarioStep.scenario_id)
        .subquery()
    )


def _number(session: Session, table: type, condition: object) -> int:
    counted = select(func.count()).select_from(table).where(condition)  # type: ignore[arg-type]
    return int(session.scalar(counted) or 0)


def _terms(session: Session, instants: Collection[datetime], at: datetime) -> dict[datetime, Term]:
    """Return the term of each instant, by one look into the calendar."""
    if not instants:
        return {}
    today = day_in_china(at)
    first = min(day_in_china(each) for each in instants)
    known = calendar.days(session, first, today + timedelta(days=WORKING_DAYS * 2 + 20))
    working = [day.day for day in known if day.working]
    return {each: _term(each, working, today) for each in set(instants)}


def _term(since: datetime, working: list[date], today: date) -> Term:
    start = day_in_china(since)
    after = [day for day in working if day > start]
    due_on = after[WORKING_DAYS - 1]
    left = sum(today < day <= due_on for day in working) - sum(due_on < day <= today for day in working)
    return Term(since=since, waited=sum(day <= today for day in after), due_on=due_on, left=left)
