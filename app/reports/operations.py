"""How the operation stands (运营情况): points outstanding against stock, what came in day by day."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from app.kernel.days import day_in_china
from points.models import AccountBalance, Merchant, Offer, PointLot

DAYS_SHOWN: Final = 30
SOON: Final = timedelta(days=30)


@dataclass(frozen=True, kw_only=True)
class Pool:
    """Points that can still be spent, and the benefits they can be spent on; hundredths of a point.

    Attributes:
        stock: price of everything that is left on the shelf.
        expiring: what ends within thirty days unless it is spent.
    """

    available: int
    reserved: int
    cancelled: int
    expired: int
    stock: int
    expiring: int

    @property
    def outstanding(self) -> int:
        """Points that are in accounts, reserved ones included."""
        return self.available + self.reserved


@dataclass(frozen=True, kw_only=True)
class DayIn:
    """What came in on one day in China, by all doors."""

    day: date
    rows: int
    accepted: int
    reduction_g: int


def pool(session: Session, *, at: datetime) -> Pool:
    """Return what is outstanding and what stands against it."""
    today = day_in_china(at)
    available, reserved, cancelled, expired = session.execute(
        select(
            func.coalesce(func.sum(AccountBalance.available), 0),
            func.coalesce(func.sum(AccountBalance.reserved), 0),
            func.coalesce(func.sum(AccountBalance.cancelled), 0),
            func.coalesce(func.sum(AccountBalance.expired), 0),
        )
    ).one()
    stock = session.scalar(
        select(func.coalesce(func.sum((Offer.stock - Offer.stock_taken) * Offer.price), 0))
        .join(Merchant, Merchant.id == Offer.merchant_id)
        .where(Offer.state == "on_shelf", Merchant.state == "admitted", Offer.valid_until >= today)
    )
    expiring = session.scalar(
        select(func.coalesce(func.sum(PointLot.available), 0)).where(
            PointLot.is_open, PointLot.last_valid_on.between(today, today + SOON)
        )
    )
    return Pool(
        available=int(available),
        reserved=int(reserved),
        cancelled=int(cancelled),
        expired=int(expired),
        stock=int(stock or 0),
        expiring=int(expiring or 0),
    )


_DAYS = text("""
    select (u.created_at at time zone 'Asia/Shanghai')::date as day, sum(u.decided) as rows,
           sum(coalesce((select sum(reason.value::bigint)
                           from jsonb_each_text(u.outcomes -> 'accepted') as reason), 0)) as accepted,
           sum(u.reduction_g) as reduction_g
      from upload u
      join scenario s on s.id = u.scenario_id and not s.sandbox
     where u.created_at >= (cast(:first as date))::timestamp at time zone 'Asia/Shanghai'
       and (cast(:host as bigint) is null or s.host_id = :host)
     group by 1
""")


def last_days(
    session: Session, *, at: datetime, days: int = DAYS_SHOWN, host_id: int | None = None
) -> list[DayIn]:
    """Return what came in on each of the last days, today included; empty days are 0.

    Args:
        host_id: of one host's scenarios only.
    """
    today = day_in_china(at)
    first = today - timedelta(days=days - 1)
    found: dict[date, Any] = {
        row.day: row for row in session.execute(_DAYS, {"first": first, "host": host_id})
    }
    shown = (first + timedelta(days=place) for place in range(days))
    return [
        DayIn(
            day=day,
            rows=int(found[day].rows) if day in found else 0,
            accepted=int(found[day].accepted) if day in found else 0,
            reduction_g=int(found[day].reduction_g) if day in found else 0,
        )
        for day in shown
    ]
