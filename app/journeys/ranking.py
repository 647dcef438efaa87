"""Ranks by district (区县排行): grams of those who consented, added up anew from their behaviours."""

from datetime import date, datetime, timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.kernel.days import day_in_china
from app.kernel.sources import cites

_FORGET = text("delete from district_rank")
_MAKE = text("""
    insert into district_rank (month, person_id, area_code, reduction_g, place, people, made_at)
    select :month, person_id, area_code, grams,
           rank() over (partition by area_code order by grams desc),
           count(*) over (partition by area_code), :at
      from (select p.id as person_id, p.area_code, sum(b.reduction_g) as grams
              from person_consent c
              join person p on p.id = c.person_id
              join carbon_account a on a.person_id = p.id
              join behaviour b on b.account_id = a.id and b.day >= :month and b.day < :next
              join scenario s on s.id = b.scenario_id and not s.sandbox
             where c.purpose = 'ranking' and c.withdrawn_at is null and p.area_code is not null
             group by p.id, p.area_code) earned
""")


@cites("Q-72", "T-63")
def make_anew(session: Session, *, at: datetime) -> int:
    """Rank this month and the month before anew, and forget what is older; return how many are ranked.

    Source: Q-72, T-63.
    """
    this = day_in_china(at).replace(day=1)
    before = (this - timedelta(days=1)).replace(day=1)
    session.execute(_FORGET)
    ranked = 0
    for month in (before, this):
        made = session.execute(_MAKE, {"month": month, "next": _next(month), "at": at})
        ranked += made.rowcount  # type: ignore[attr-defined]
    return ranked


def _next(month: date) -> date:
    return (month + timedelta(days=32)).replace(day=1)
