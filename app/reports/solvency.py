"""Outstanding points against what they can be spent on (积分兑付能力), and when they would expire."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.kernel.days import day_in_china
from app.kernel.sources import cites
from app.reports import operations
from app.reports.monthly_figures import months_up_to
from app.reports.operations import Pool

PACE_DAYS: Final = 90
"""Days whose redemptions and issues tell the pace."""


@dataclass(frozen=True, kw_only=True)
class Category:
    """What is left on the shelf in one category: benefits, pieces, and their price in hundredths."""

    category: str
    offers: int
    pieces: int
    worth: int
    cheapest: int


@dataclass(frozen=True, kw_only=True)
class Picture:
    """The whole: the pool, the shelf by category, the pace, and what would expire month by month.

    Attributes:
        issued, redeemed: hundredths in the last ninety days.
        expiring: (first day of a month, hundredths that end in it unless they are spent).
        reachable: accounts whose balance covers the cheapest benefit on the shelf.
        holders: accounts with anything available.
    """

    pool: Pool
    categories: tuple[Category, ...]
    issued: int
    redeemed: int
    expiring: tuple[tuple[date, int], ...]
    reachable: int
    holders: int

    @property
    def months_of_stock(self) -> int | None:
        """For how many whole months the shelf lasts at the present pace; None where nothing is redeemed."""
        if not self.redeemed:
            return None
        return self.pool.stock * PACE_DAYS // (self.redeemed * 30)

    @property
    def years(self) -> tuple[tuple[int, int], ...]:
        """What would expire in each calendar year."""
        sums: dict[int, int] = {}
        for first, amount in self.expiring:
            sums[first.year] = sums.get(first.year, 0) + amount
        return tuple(sums.items())


_SHELF: Final = text("""
    select o.category, count(*) as offers, sum(o.stock - o.stock_taken) as pieces,
           sum((o.stock - o.stock_taken) * o.price) as worth, min(o.price) as cheapest
      from offer o join merchant m on m.id = o.merchant_id
     where o.state = 'on_shelf' and m.state = 'admitted' and o.valid_until >= :today
       and o.stock > o.stock_taken
     group by o.category order by worth desc, o.category
""")
_PACE: Final = text("""
    select coalesce(sum(amount) filter (where kind = 'issue'), 0) as issued,
           coalesce(sum(amount) filter (where kind = 'cancel'), 0) as redeemed
      from point_entry where day > :since and day <= :today
""")
_EXPIRING: Final = text("""
    select date_trunc('month', last_valid_on)::date as month, sum(available) as amount
      from point_lot where is_open and last_valid_on >= :today
     group by 1 order by 1
""")
_HOLDERS: Final = text("""
    select count(*) as holders,
           count(*) filter (where available >= cast(:cheapest as bigint)) as reachable
      from account_balance where available > 0
""")


@cites("CQ-6.10", "CQ-34.9", "CQ-34.10")
def picture(session: Session, *, at: datetime) -> Picture:
    """Return how far the shelf covers what people hold, and when points would expire unspent.

    Source: CQ-6.10, CQ-34.9, CQ-34.10.
    """
    today = day_in_china(at)
    categories = tuple(
        Category(
            category=row.category,
            offers=int(row.offers),
            pieces=int(row.pieces),
            worth=int(row.worth),
            cheapest=int(row.cheapest),
        )
        for row in session.execute(_SHELF, {"today": today})
    )
    pace = session.execute(_PACE, {"since": today - timedelta(days=PACE_DAYS), "today": today}).one()
    cheapest = min((each.cheapest for each in categories), default=None)
    holders = session.execute(_HOLDERS, {"cheapest": cheapest}).one()
    return Picture(
        pool=operations.pool(session, at=at),
        categories=categories,
        issued=int(pace.issued),
        redeemed=int(pace.redeemed),
        expiring=_by_month(session, today),
        reachable=int(holders.reachable),
        holders=int(holders.holders),
    )


def _by_month(session: Session, today: date) -> tuple[tuple[date, int], ...]:
    """Return every month from the present one to the last in which anything ends, empty ones too."""
    found = {row.month: int(row.amount) for row in session.execute(_EXPIRING, {"today": today})}
    if not found:
        return ()
    last = max(found)
    count = (last.year - today.year) * 12 + last.month - today.month + 1
    return tuple((first, found.get(first, 0)) for first in months_up_to(last, count))
