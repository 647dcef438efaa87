"""The mall as people see it (碳普惠商城): what can be had, by whom, and why something cannot."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from app.identity.models import District
from app.kernel.documents import Document, DocumentNotFound
from points.errors import OfferNotFound
from points.models import Merchant, Offer, Redemption
from points.values import OfferCategory

SHOWN = 24
COUNTED = ("reserved", "fulfilled")
"""States of a redemption that count towards the limit of a person."""


class Standing(StrEnum):
    """Whether an offer can be had, and what stands in the way (兑换情况)."""

    OPEN = "open"
    SOLD_OUT = "sold_out"
    LIMIT_REACHED = "limit_reached"
    TOO_DEAR = "too_dear"
    NOT_YET = "not_yet"
    ENDED = "ended"
    OFF_SHELF = "off_shelf"


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What is looked for in the mall."""

    words: str = ""
    category: str | None = None
    after: int | None = None

    @classmethod
    def of(cls, given: Mapping[str, str]) -> "Asked":
        """Read the wishes from the parts of an address; what cannot be read is no wish."""
        category, after = given.get("category"), given.get("after", "")
        return cls(
            words=given.get("q", "").replace("\0", "").strip()[:60],
            category=category if category in set(OfferCategory) else None,
            after=int(after) if after.isascii() and after.isdigit() and len(after) <= 18 else None,
        )


@dataclass(frozen=True, kw_only=True)
class ShownOffer:
    """An offer with its merchant and how it stands for one reader.

    Attributes:
        left: items of the stock that can still be had.
        taken: how many the reader has had, 0 for a reader without an account.
    """

    offer: Offer
    merchant: Merchant
    area: str | None
    area_en: str | None
    left: int
    taken: int
    standing: Standing

    @property
    def gone(self) -> bool:
        """Tell whether nobody can have it now."""
        return self.standing in {Standing.SOLD_OUT, Standing.ENDED, Standing.OFF_SHELF}


@dataclass(frozen=True, kw_only=True)
class Shelf:
    """One page of the mall; `next_after` is where the next begins."""

    offers: tuple[ShownOffer, ...]
    next_after: int | None
    total: int


def shelf(
    session: Session,
    asked: Asked,
    *,
    today: date,
    account_id: int | None = None,
    available: int | None = None,
    limit: int = SHOWN,
) -> Shelf:
    """Return the offers on the shelf today, those sold out included, the newest first.

    Args:
        account_id: whose earlier redemptions count.
        available: hundredths the reader can spend; None says nothing of the price.
    """
    conditions = _on_shelf(asked, today)
    wanted = _offers(account_id).where(*conditions)
    if asked.after is not None:
        wanted = wanted.where(Offer.id < asked.after)
    rows = session.execute(wanted.order_by(Offer.id.desc()).limit(limit + 1)).all()
    total = session.scalar(
        select(func.count())
        .select_from(Offer)
        .join(Merchant, Merchant.id == Offer.merchant_id)
        .where(*conditions)
    )
    shown = tuple(_shown(row, today=today, available=available) for row in rows[:limit])
    return Shelf(
        offers=shown, next_after=shown[-1].offer.id if len(rows) > limit else None, total=int(total or 0)
    )


def categories(session: Session, *, today: date) -> list[str]:
    """Return the categories that have something on the shelf, in the order of the mall."""
    found = set(
        session.scalars(
            select(Offer.category)
            .join(Merchant, Merchant.id == Offer.merchant_id)
            .where(*_on_shelf(Asked(), today))
            .distinct()
        )
    )
    return [category.value for category in OfferCategory if category.value in found]


def one(
    session: Session,
    offer_id: int,
    *,
    today: date,
    account_id: int | None = None,
    available: int | None = None,
) -> ShownOffer:
    """Return one offer that is or was on the shelf.

    Raises:
        OfferNotFound: there is none, or it has never been shown.
    """
    row = session.execute(_offers(account_id).where(Offer.id == offer_id, Offer.state != "draft")).first()
    if row is None:
        raise OfferNotFound(offer_id=offer_id)
    return _shown(row, today=today, available=available)


def picture(session: Session, offer_id: int) -> Document:
    """Return the picture that a merchant gave to an offer.

    Raises:
        DocumentNotFound: there is none, or the offer has never been shown.
    """
    found = session.scalar(
        select(Document)
        .join(Offer, Offer.picture_id == Document.id)
        .where(Offer.id == offer_id, Offer.state != "draft", Document.media_type.like("image/%"))
    )
    if found is None:
        raise DocumentNotFound(offer_id=offer_id)
    return found


def _on_shelf(asked: Asked, today: date) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [
        Offer.state == "on_shelf",
        Merchant.state == "admitted",
        Offer.valid_until >= today,
    ]
    if asked.category is not None:
        conditions.append(Offer.category == asked.category)
    if asked.words:
        texts = (Offer.title, Offer.title_en, Offer.description, Merchant.name, Merchant.name_en)
        conditions.append(or_(*(text.icontains(asked.words, autoescape=True) for text in texts)))
    return conditions


def _offers(account_id: int | None) -> Any:
    taken = (
        select(func.count())
        .select_from(Redemption)
        .where(
            Redemption.offer_id == Offer.id,
            Redemption.account_id == account_id,
            Redemption.state.in_(COUNTED),
        )
        .scalar_subquery()
    )
    return (
        select(Offer, Merchant, District, taken)
        .join(Merchant, Merchant.id == Offer.merchant_id)
        .outerjoin(District, District.code == Offer.area_code)
    )


def _shown(row: Any, *, today: date, available: int | None) -> ShownOffer:
    offer, merchant, area, taken = row
    left = offer.stock - offer.stock_taken
    if offer.state != "on_shelf" or merchant.state != "admitted":
        standing = Standing.OFF_SHELF
    elif offer.valid_until < today:
        standing = Standing.ENDED
    elif left <= 0:
        standing = Standing.SOLD_OUT
    elif offer.valid_from > today:
        standing = Standing.NOT_YET
    elif taken >= offer.per_person:
        standing = Standing.LIMIT_REACHED
    elif available is not None and available < offer.price:
        standing = Standing.TOO_DEAR
    else:
        standing = Standing.OPEN
    return ShownOffer(
        offer=offer,
        merchant=merchant,
        area=area.name if area else None,
        area_en=area.name_en if area else None,
        left=left,
        taken=taken,
        standing=standing,
    )
