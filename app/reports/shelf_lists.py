"""Offers of all merchants for the operator (商城货架), searched, filtered, page by page."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.reports.sorting import UNSORTED, Order
from points.models import Merchant, Offer
from points.values import OfferState

SHOWN: Final = 50
COLUMNS: Final = {
    "offer": Offer.title,
    "merchant": Merchant.name,
    "price": Offer.price,
    "stock": Offer.stock - Offer.stock_taken,
    "until": Offer.valid_until,
    "state": Offer.state,
}


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What is looked for."""

    words: str = ""
    state: str | None = None
    before: int | None = None
    order: Order = UNSORTED

    @classmethod
    def of(cls, given: Mapping[str, str]) -> "Asked":
        """Read the wishes from the parts of an address; what cannot be read is no wish."""
        state, before = given.get("state"), given.get("before", "")
        return cls(
            words=given.get("q", "").replace("\0", "").strip()[:60],
            state=state if state in set(OfferState) else None,
            before=int(before) if before.isascii() and before.isdigit() and len(before) <= 18 else None,
            order=Order.of(given, COLUMNS),
        )


@dataclass(frozen=True, kw_only=True)
class Lines:
    """One page of offers with their merchants; `before` is where the next begins."""

    lines: tuple[tuple[Offer, Merchant], ...]
    before: int | None
    start: int | None = None


def offers(session: Session, asked: Asked, *, limit: int = SHOWN) -> Lines:
    """Return offers that were ever put forward, drafts left out, the newest first."""
    wanted = (
        select(Offer, Merchant)
        .join(Merchant, Merchant.id == Offer.merchant_id)
        .where(Offer.state != OfferState.DRAFT)
        .order_by(Offer.id.desc())
    )
    if asked.words:
        texts = (Offer.title, Offer.title_en, Merchant.name)
        wanted = wanted.where(or_(*(each.icontains(asked.words, autoescape=True) for each in texts)))
    if asked.state is not None:
        wanted = wanted.where(Offer.state == asked.state)
    if asked.before is not None:
        wanted = wanted.where(Offer.id < asked.before)
    ordered = asked.order.applied(wanted, COLUMNS, Offer.id)
    rows = session.execute(ordered.limit(limit + 1)).all()
    shown = tuple((row[0], row[1]) for row in rows[:limit])
    more = len(rows) > limit
    if asked.order.column is not None:
        return Lines(lines=shown, before=None, start=asked.order.start + limit if more else None)
    return Lines(lines=shown, before=shown[-1][0].id if more else None)
