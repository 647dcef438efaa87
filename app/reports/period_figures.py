"""Operating figures of any period (任意期间运营数据): what was begun, earned, spent and ended in it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.kernel.days import end_of_day, start_of_day
from app.kernel.sources import cites

FIRST_DAY: Final = date(2021, 1, 1)
LONGEST: Final = timedelta(days=366 * 10)


@dataclass(frozen=True, kw_only=True)
class Period:
    """Days in China, both included."""

    first: date
    last: date

    @classmethod
    def of(cls, given: Mapping[str, str], *, today: date) -> "Period":
        """Read a period from the parts of an address; by default the present month to this day.

        Days that cannot be read, lie before all data or in the wrong order give the nearest period.
        """
        last = max(FIRST_DAY, min(_day(given.get("last")) or today, today))
        first = _day(given.get("first")) or last.replace(day=1)
        return cls(first=max(FIRST_DAY, last - LONGEST, min(first, last)), last=last)

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1


@dataclass(frozen=True, kw_only=True)
class Sums:
    """What happened within the period, and how it stood at its end; points in hundredths.

    Attributes:
        outstanding: points in accounts at the end of the last day, reserved ones included.
        projects, batches: cases by the state they were in at the end of the last day.
        units_now: certified reductions by state, in tonnes, at this moment.
    """

    accounts_opened: int
    accounts_closed: int
    accounts: int
    scenarios_applied: int
    scenarios_listed: int
    scenarios: int
    merchants_admitted: int
    merchants: int
    behaviours: int
    people: int
    reduction_g: int
    issued: int
    redeemed: int
    expired: int
    closed: int
    corrected: int
    outstanding: int
    redemptions: int
    fulfilled: int
    projects: Mapping[str, int]
    batches: Mapping[str, int]
    units_issued: int
    units_cancelled: int
    units_now: Mapping[str, int]


@dataclass(frozen=True, kw_only=True)
class Month:
    """Sums of the part of a calendar month that lies in the period."""

    first: date
    behaviours: int
    reduction_g: int
    issued: int
    redeemed: int
    expired: int
    corrected: int


@dataclass(frozen=True, kw_only=True)
class OfScenario:
    """What came in through one scenario, by the day on which it came."""

    code: str
    name: str
    name_en: str | None
    area: str
    area_en: str
    rows: int
    accepted: int
    reduction_g: int
    points: int


_ENTRIES: Final = text("""
    select date_trunc('month', day)::date as month, kind, count(*) as number,
           sum(amount) as amount, coalesce(sum(reduction_g), 0) as grams
      from point_entry where day between :first and :last and kind not in ('reserve', 'release')
     group by 1, 2
""")
_PEOPLE: Final = text("""
    select count(distinct account_id) from point_entry
     where kind = 'issue' and day between :first and :last
""")
# from what stands now, what changed after the last day is taken back
_OUTSTANDING: Final = text("""
    select (select coalesce(sum(available + reserved), 0) from account_balance)
         - (select coalesce(sum(case kind when 'issue' then amount
                                          when 'reserve' then 0 when 'release' then 0 else -amount end), 0)
              from point_entry where day > :last)
""")
_COUNTS: Final = text("""
    select
      (select count(*) from carbon_account
        where person_id is not null and opened_at >= :since and opened_at < :until) as accounts_opened,
      (select count(*) from carbon_account
        where person_id is not null and closed_at >= :since and closed_at < :until) as accounts_closed,
      (select count(*) from carbon_account
        where person_id is not null and opened_at < :until
          and (closed_at is null or closed_at >= :until)) as accounts,
      (select count(*) from scenario
        where not sandbox and applied_at >= :since and applied_at < :until) as scenarios_applied,
      (select count(*) from scenario
        where not sandbox and listed_at >= :since and listed_at < :until) as scenarios_listed,
      (select count(*) from (
         select distinct on (t.scenario_id) t.to_state from scenario_step t
           join scenario s on s.id = t.scenario_id and not s.sandbox
          where t.at < :until order by t.scenario_id, t.id desc) now
        where to_state = 'listed') as scenarios,
      (select count(*) from merchant_step
        where act = 'admit' and at >= :since and at < :until) as merchants_admitted,
      (select count(*) from (
         select distinct on (merchant_id) to_state from merchant_step
          where at < :until order by merchant_id, id desc) now
        where to_state = 'admitted') as merchants,
      (select count(*) from redemption where created_at >= :since and created_at < :until) as redemptions,
      (select count(*) from redemption
        where state = 'fulfilled' and settled_at >= :since and settled_at < :until) as fulfilled,
      (select coalesce(sum(end_no - start_no + 1), 0) from issued_block
        where issued_at >= :since and issued_at < :until) as units_issued,
      (select coalesce(sum(m.quantity), 0) from unit_movement m
         join movement_step t on t.movement_id = m.id and t.state = 'executed'
        where m.kind = 'cancel' and t.at >= :since and t.at < :until) as units_cancelled
""")
_CASES: Final = text("""
    select what, to_state as state, count(*) as number
      from (select distinct on (project_id, batch_id)
                   case when batch_id is null then 'projects' else 'batches' end as what, to_state
              from case_step where at < :until
             order by project_id, batch_id, number desc) now
     group by what, to_state order by what, to_state
""")
_UNITS: Final = text("""
    select coalesce(sum(held), 0) as held, coalesce(sum(reserved), 0) as reserved,
           coalesce(sum(in_trading), 0) as in_trading, coalesce(sum(frozen), 0) as frozen,
           coalesce(sum(cancelled), 0) as cancelled
      from block_tally
""")
_SCENARIOS: Final = text("""
    select s.code, s.name, s.name_en, d.name as area, d.name_en as area_en,
           coalesce(sum(u.decided), 0) as rows,
           coalesce(sum((select sum(reason.value::bigint)
                           from jsonb_each_text(u.outcomes -> 'accepted') as reason)), 0) as accepted,
           coalesce(sum(u.reduction_g), 0) as grams, coalesce(sum(u.points), 0) as points
      from scenario s
      join district d on d.code = s.area_code
      join upload u on u.scenario_id = s.id and u.created_at >= :since and u.created_at < :until
     where not s.sandbox and (cast(:area as text) is null or s.area_code = :area)
     group by s.id, d.code
     order by sum(u.reduction_g) desc, s.id
""")


@cites("CQ-4.2")
def sums(session: Session, period: Period) -> Sums:
    """Return the figures of a period.

    Source: CQ-4.2.
    """
    return _sums(session, period, by_month(session, period))


@cites("CQ-4.2")
def by_month(session: Session, period: Period) -> list[Month]:
    """Return the sums of each calendar month of a period, the earliest first, empty ones too.

    Source: CQ-4.2.
    """
    found: dict[tuple[date, str], Any] = {
        (row.month, row.kind): row for row in session.execute(_ENTRIES, _days(period))
    }

    def told(first: date, kind: str, what: str) -> int:
        row = found.get((first, kind))
        return int(getattr(row, what)) if row is not None else 0

    return [
        Month(
            first=first,
            behaviours=told(first, "issue", "number"),
            reduction_g=told(first, "issue", "grams"),
            issued=told(first, "issue", "amount"),
            redeemed=told(first, "cancel", "amount"),
            expired=told(first, "expire", "amount"),
            corrected=told(first, "correct", "amount"),
        )
        for first in _months(period)
    ]


@cites("CQ-4.2", "CQ-4.3")
def by_scenario(session: Session, period: Period, *, area: str | None = None) -> list[OfScenario]:
    """Return what came in through each scenario within a period, the most grams first.

    Args:
        area: of one district only.

    Source: CQ-4.2, CQ-4.3.
    """
    return [
        OfScenario(
            code=row.code,
            name=row.name,
            name_en=row.name_en,
            area=row.area,
            area_en=row.area_en,
            rows=int(row.rows),
            accepted=int(row.accepted),
            reduction_g=int(row.grams),
            points=int(row.points),
        )
        for row in session.execute(_SCENARIOS, {**_instants(period), "area": area})
    ]


def _sums(session: Session, period: Period, months: list[Month]) -> Sums:
    counts = session.execute(_COUNTS, _instants(period)).mappings().one()
    cases: dict[str, dict[str, int]] = {"projects": {}, "batches": {}}
    for row in session.execute(_CASES, {"until": end_of_day(period.last)}):
        cases[row.what][row.state] = int(row.number)
    closed = session.scalar(
        text(
            "select coalesce(sum(amount), 0) from point_entry"
            " where kind = 'close' and day between :first and :last"
        ),
        _days(period),
    )
    units = session.execute(_UNITS).mappings().one()
    return Sums(
        **{name: int(value) for name, value in counts.items()},
        behaviours=sum(month.behaviours for month in months),
        people=int(session.scalar(_PEOPLE, _days(period)) or 0),
        reduction_g=sum(month.reduction_g for month in months),
        issued=sum(month.issued for month in months),
        redeemed=sum(month.redeemed for month in months),
        expired=sum(month.expired for month in months),
        closed=int(closed or 0),
        corrected=sum(month.corrected for month in months),
        outstanding=int(session.scalar(_OUTSTANDING, {"last": period.last}) or 0),
        projects=cases["projects"],
        batches=cases["batches"],
        units_now={name: int(value) for name, value in units.items() if value},
    )


def _days(period: Period) -> dict[str, Any]:
    return {"first": period.first, "last": period.last}


def _instants(period: Period) -> dict[str, Any]:
    return {"since": start_of_day(period.first), "until": end_of_day(period.last)}


def _months(period: Period) -> list[date]:
    found = [period.first.replace(day=1)]
    while (following := (found[-1] + timedelta(days=32)).replace(day=1)) <= period.last:
        found.append(following)
    return found


def _day(given: str | None) -> date | None:
    try:
        return date.fromisoformat(given or "")
    except ValueError:
        return None
