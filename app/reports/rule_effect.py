"""What another conversion rule would have made of last month (规则影响测算): computed, not sampled."""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.kernel.sources import cites


@dataclass(frozen=True, kw_only=True)
class EffectOnMethod:
    """One method's behaviours of the month: hundredths that were issued, and that would have been."""

    method: str
    behaviours: int
    reduction_g: int
    issued: int
    would_be: int


@dataclass(frozen=True, kw_only=True)
class Effect:
    """The whole of a month under its own rules and under another.

    Attributes:
        emptied: behaviours that earned something and would earn nothing.
        filled: behaviours that earned nothing and would earn something.
        lesser: accounts that would have been issued less in sum.
        greater: accounts that would have been issued more in sum.
    """

    first: date
    last: date
    behaviours: int
    accounts: int
    reduction_g: int
    issued: int
    would_be: int
    emptied: int
    filled: int
    lesser: int
    greater: int
    methods: tuple[EffectOnMethod, ...]


def last_month(today: date) -> tuple[date, date]:
    """Return the first and the last day of the month before that of `today`."""
    last = today.replace(day=1) - timedelta(days=1)
    return last.replace(day=1), last


# each behaviour's grams become points once, rounded down, as the rule itself does
_IN_ALL = text("""
    with issued as (
        select account_id, count(*) as behaviours, sum(reduction_g) as grams, sum(amount) as amount,
               sum(greatest(reduction_g, 0) * 100 / :grams_per_point) as would_be,
               count(*) filter (where amount > 0
                                  and greatest(reduction_g, 0) * 100 / :grams_per_point = 0) as emptied,
               count(*) filter (where amount = 0
                                  and greatest(reduction_g, 0) * 100 / :grams_per_point > 0) as filled
          from point_entry
         where kind = 'issue' and day between :first and :last
         group by account_id)
    select coalesce(sum(behaviours), 0) as behaviours, count(*) as accounts,
           coalesce(sum(grams), 0) as grams, coalesce(sum(amount), 0) as amount,
           coalesce(sum(would_be), 0) as would_be, coalesce(sum(emptied), 0) as emptied,
           coalesce(sum(filled), 0) as filled,
           count(*) filter (where would_be < amount) as lesser,
           count(*) filter (where would_be > amount) as greater
      from issued
""")

_BY_METHOD = text("""
    select m.code, count(*) as behaviours, sum(e.reduction_g) as grams, sum(e.amount) as amount,
           sum(greatest(e.reduction_g, 0) * 100 / :grams_per_point) as would_be
      from point_entry e
      join method_version v on v.id = e.method_version_id
      join method m on m.id = v.method_id
     where e.kind = 'issue' and e.day between :first and :last
     group by m.code
     order by sum(e.amount) desc, m.code
""")


@cites("CQ-31.4", "CQ-42.14", "Q-50")
def effect(session: Session, *, grams_per_point: int, today: date) -> Effect:
    """Return what every behaviour of last month would have earned at another factor.

    Source: CQ-31.4, CQ-42.14, Q-50.
    """
    first, last = last_month(today)
    asked = {"grams_per_point": grams_per_point, "first": first, "last": last}
    whole = session.execute(_IN_ALL, asked).one()
    return Effect(
        first=first,
        last=last,
        behaviours=int(whole.behaviours),
        accounts=int(whole.accounts),
        reduction_g=int(whole.grams),
        issued=int(whole.amount),
        would_be=int(whole.would_be),
        emptied=int(whole.emptied),
        filled=int(whole.filled),
        lesser=int(whole.lesser),
        greater=int(whole.greater),
        methods=tuple(
            EffectOnMethod(
                method=row.code,
                behaviours=int(row.behaviours),
                reduction_g=int(row.grams),
                issued=int(row.amount),
                would_be=int(row.would_be),
            )
            for row in session.execute(_BY_METHOD, asked)
        ),
    )
