"""The figures that anyone may read (公开数字), from what was added up night by night.

They are sums of steps, each of ten people at least (`app/disclosure`), so a reader costs the
same whether the city has a hundred accounts or thirty million. They tell up to the end of a day,
and that day is shown beside them.
"""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.disclosure import queries
from app.disclosure.values import Measure
from app.kernel.sources import cites
from app.reports.monthly_figures import Month, months_up_to
from points.models import Merchant, Offer
from scenarios.models import Scenario

MONTHS_SHOWN = 12


@dataclass(frozen=True, kw_only=True)
class Published:
    """Sums up to the end of `up_to`; None while fewer than ten people stand behind one."""

    up_to: date | None
    scenarios: int
    merchants: int
    offers: int
    accounts: int | None
    reduction_g: int | None
    points_issued: int | None
    points_redeemed: int | None
    points_expired: int | None
    redemptions: int | None


@cites("CQ-36.4", "CQ-36.5", "T-62")
def figures(session: Session) -> Published:
    """Return what has been published in sum, and the live counts of places.

    Source: CQ-36.4, CQ-36.5, T-62.
    """
    told: dict[Measure, int] = {}
    for each in queries.sums(session):
        told[each.measure] = told.get(each.measure, 0) + each.amount
    opened = told.get(Measure.OPENED)
    return Published(
        up_to=queries.last_day(session),
        scenarios=_count(session, Scenario, Scenario.state == "listed", Scenario.sandbox.is_(False)),
        merchants=_count(session, Merchant, Merchant.state == "admitted"),
        offers=_count(session, Offer, Offer.state == "on_shelf"),
        accounts=None if opened is None else opened - told.get(Measure.CLOSED, 0),
        reduction_g=told.get(Measure.REDUCTION_G),
        points_issued=told.get(Measure.ISSUED),
        points_redeemed=told.get(Measure.REDEEMED),
        points_expired=told.get(Measure.EXPIRED),
        redemptions=told.get(Measure.REDEMPTIONS),
    )


@cites("CQ-36.5", "T-62")
def by_month(session: Session, *, last: date, months: int = MONTHS_SHOWN) -> list[Month]:
    """Return what the last months brought, up to that of `last`, the earliest first.

    Source: CQ-36.5, T-62.
    """
    firsts = months_up_to(last, months)
    told = queries.by_month(session, first=firsts[0], last=last)
    return [
        Month(
            first=first,
            reduction_g=told.get((first, Measure.REDUCTION_G)),
            issued=told.get((first, Measure.ISSUED)),
            redeemed=told.get((first, Measure.REDEEMED)),
            expired=told.get((first, Measure.EXPIRED)),
        )
        for first in firsts
    ]


def _count(session: Session, table: type, *conditions: object) -> int:
    counted = select(func.count()).select_from(table).where(*conditions)  # type: ignore[arg-type]
    return int(session.scalar(counted) or 0)
