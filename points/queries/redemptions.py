"""Redemptions and their vouchers, as the holder and as the merchant may see them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.kernel.days import end_of_day, start_of_day
from points import serials
from points.errors import RedemptionNotFound
from points.models import Merchant, Offer, PointLot, Redemption, RedemptionPart
from points.queries.pages import Page, bounded, page_of
from points.values import Lot, Part, RedemptionState


@dataclass(frozen=True, kw_only=True)
class Voucher:
    """A redemption with what it is for; the price in hundredths of a point."""

    redemption: Redemption
    offer: Offer
    merchant: Merchant

    @property
    def code(self) -> str:
        """The typed code in groups of four."""
        return serials.grouped(self.redemption.code)


@dataclass(frozen=True, kw_only=True)
class Settlements:
    """How many vouchers of a merchant ended how, and for how many hundredths of a point."""

    counts: dict[RedemptionState, int]
    points: dict[RedemptionState, int]


def redemption_by_key(session: Session, account_id: int, key: str) -> Redemption | None:
    """Return the redemption that an account made under this key, if it did."""
    return session.scalars(
        select(Redemption)
        .where(Redemption.account_id == account_id, Redemption.key == key)
        .execution_options(populate_existing=True)
    ).first()


def redemption(session: Session, redemption_id: int) -> Redemption:
    """Return one redemption as it is now.

    Raises:
        RedemptionNotFound: there is none with this id.
    """
    found = session.scalars(
        select(Redemption).where(Redemption.id == redemption_id).execution_options(populate_existing=True)
    ).first()
    if found is None:
        raise RedemptionNotFound(redemption_id=redemption_id)
    return found


def own_voucher(session: Session, account_id: int, redemption_id: int) -> Voucher:
    """Return one voucher of an account.

    Raises:
        RedemptionNotFound: there is none, or it is another's.
    """
    row = session.execute(
        vouchers().where(Redemption.id == redemption_id, Redemption.account_id == account_id)
    ).first()
    if row is None:
        raise RedemptionNotFound(redemption_id=redemption_id)
    return as_voucher(row)


def own_vouchers(
    session: Session,
    account_id: int,
    *,
    states: Collection[RedemptionState] | None = None,
    after: int | None = None,
    limit: int = 50,
) -> Page[Voucher, int]:
    """Return an account's vouchers, the latest first."""
    asked = vouchers().where(Redemption.account_id == account_id)
    return _page(session, asked, states=states, after=after, limit=limit)


def merchant_vouchers(
    session: Session,
    merchant_id: int,
    *,
    states: Collection[RedemptionState] | None = None,
    settled_since: date | None = None,
    settled_until: date | None = None,
    after: int | None = None,
    limit: int = 50,
) -> Page[Voucher, int]:
    """Return a merchant's vouchers, the latest first; days in China, both included."""
    asked = vouchers().where(Redemption.merchant_id == merchant_id)
    if settled_since is not None:
        asked = asked.where(Redemption.settled_at >= start_of_day(settled_since))
    if settled_until is not None:
        asked = asked.where(Redemption.settled_at < end_of_day(settled_until))
    return _page(session, asked, states=states, after=after, limit=limit)


def settlements(session: Session, merchant_id: int, *, since: date, until: date) -> Settlements:
    """Return how a merchant's vouchers ended from `since` to `until`, days in China, both included."""
    rows = session.execute(
        select(Redemption.state, func.count(), func.sum(Redemption.price))
        .where(
            Redemption.merchant_id == merchant_id,
            Redemption.settled_at >= start_of_day(since),
            Redemption.settled_at < end_of_day(until),
        )
        .group_by(Redemption.state)
    ).all()
    return Settlements(
        counts={RedemptionState(state): count for state, count, _points in rows},
        points={RedemptionState(state): int(points) for state, _count, points in rows},
    )


def open_parts(session: Session, redemption_ids: Collection[int]) -> dict[int, list[Part]]:
    """Return what redemptions hold reserved, lot by lot, with what else is available in each lot."""
    rows = session.execute(
        select(
            RedemptionPart.redemption_id,
            RedemptionPart.amount,
            PointLot.last_valid_on,
            PointLot.issued_on,
            PointLot.id,
            PointLot.available,
        )
        .join(PointLot, PointLot.id == RedemptionPart.lot_id)
        .where(RedemptionPart.redemption_id.in_(redemption_ids), RedemptionPart.settlement.is_(None))
        .order_by(RedemptionPart.redemption_id, PointLot.last_valid_on, PointLot.issued_on, PointLot.id)
    )
    found: dict[int, list[Part]] = {}
    for redemption_id, amount, last_valid_on, issued_on, lot_id, available in rows:
        lot = Lot(last_valid_on, issued_on, lot_id, available)
        found.setdefault(redemption_id, []).append(Part(lot, amount))
    return found


def open_redemptions(session: Session, account_id: int) -> list[Redemption]:
    """Return an account's reservations that wait for the merchant."""
    return list(
        session.scalars(
            select(Redemption)
            .where(Redemption.account_id == account_id, Redemption.state == RedemptionState.RESERVED)
            .order_by(Redemption.id)
            .execution_options(populate_existing=True)
        )
    )


def lapsed(session: Session, at: datetime, *, limit: int) -> list[int]:
    """Return reservations whose time is over, the oldest first."""
    return list(
        session.scalars(
            select(Redemption.id)
            .where(Redemption.state == RedemptionState.RESERVED, Redemption.reserved_until <= at)
            .order_by(Redemption.reserved_until)
            .limit(limit)
        )
    )


def deserted(session: Session, at: datetime, *, limit: int) -> list[int]:
    """Return reservations, not yet lapsed, at merchants that have left."""
    return list(
        session.scalars(
            select(Redemption.id)
            .join(Merchant, Merchant.id == Redemption.merchant_id)
            .where(
                Redemption.state == RedemptionState.RESERVED,
                Redemption.reserved_until > at,
                Merchant.state == "left",
            )
            .order_by(Redemption.id)
            .limit(limit)
        )
    )


def vouchers() -> Any:
    """Ask for redemptions with their offers and merchants, as they are now."""
    return (
        select(Redemption, Offer, Merchant)
        .join(Offer, Offer.id == Redemption.offer_id)
        .join(Merchant, Merchant.id == Redemption.merchant_id)
        .execution_options(populate_existing=True)
    )


def as_voucher(row: Any) -> Voucher:
    """Return one answer of `vouchers` as a voucher."""
    return Voucher(redemption=row[0], offer=row[1], merchant=row[2])


def _page(
    session: Session,
    asked: Any,
    *,
    states: Collection[RedemptionState] | None,
    after: int | None,
    limit: int,
) -> Page[Voucher, int]:
    limit = bounded(limit)
    if states is not None:
        asked = asked.where(Redemption.state.in_([state.value for state in states]))
    if after is not None:
        asked = asked.where(Redemption.id < after)
    rows = session.execute(asked.order_by(Redemption.id.desc()).limit(limit + 1))
    return page_of([as_voucher(row) for row in rows], limit=limit, key=lambda found: found.redemption.id)
