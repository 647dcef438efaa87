"""The mall (碳普惠商城): merchants with their history, offers on the shelf and behind it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import bindparam, column, exists, func, select, table
from sqlalchemy.orm import Session

from points.errors import MerchantNotFound, OfferNotFound
from points.models import Merchant, MerchantStep, Offer, Redemption
from points.queries.pages import Page, bounded, page_of
from points.values import MerchantState, OfferState, RedemptionState

_DISTRICT = table("district", column("code"))
HAD = (RedemptionState.RESERVED.value, RedemptionState.FULFILLED.value)

# asked at each redemption, so written once
_TO_REDEEM = (
    select(
        Offer.merchant_id,
        Offer.title,
        Offer.price,
        Offer.per_person,
        Offer.state,
        Offer.valid_from,
        Offer.valid_until,
        Offer.use_days,
        Merchant.state.label("merchant_state"),
        Merchant.organisation_id,
        select(func.count())
        .where(
            Redemption.offer_id == Offer.id,
            Redemption.account_id == bindparam("account_id"),
            Redemption.state.in_(HAD),
        )
        .scalar_subquery()
        .label("had"),
    )
    .join(Merchant, Merchant.id == Offer.merchant_id)
    .where(Offer.id == bindparam("offer_id"))
)
_STOCK = (
    select(Offer.stock, Offer.stock_taken, Offer.price, Offer.state)
    .where(Offer.id == bindparam("offer_id"))
    .with_for_update(key_share=True)
)


@dataclass(frozen=True, kw_only=True)
class OnShelf:
    """An offer as a citizen sees it; the price in hundredths of a point."""

    offer: Offer
    merchant: Merchant
    left: int

    @property
    def sold_out(self) -> bool:
        """Tell whether nothing is left."""
        return self.left <= 0


def district_known(session: Session, code: str | None) -> bool:
    """Tell whether a district's code is one of Chongqing."""
    return code is not None and bool(
        session.scalar(select(exists().select_from(_DISTRICT).where(_DISTRICT.c.code == code)))
    )


def merchant(session: Session, merchant_id: int) -> Merchant:
    """Return one merchant.

    Raises:
        MerchantNotFound: there is none with this id.
    """
    found = session.get(Merchant, merchant_id)
    if found is None:
        raise MerchantNotFound(merchant_id=merchant_id)
    return found


def find_merchant(session: Session, organisation_id: int | None) -> Merchant | None:
    """Return the merchant that an organisation is, if it ever applied."""
    if organisation_id is None:
        return None
    return session.scalars(select(Merchant).where(Merchant.organisation_id == organisation_id)).first()


def merchant_of(session: Session, organisation_id: int | None) -> Merchant:
    """Return the merchant that an organisation is.

    Raises:
        MerchantNotFound: it never applied.
    """
    found = find_merchant(session, organisation_id)
    if found is None:
        raise MerchantNotFound
    return found


def merchants(session: Session, states: Collection[MerchantState] | None = None) -> list[Merchant]:
    """Return merchants, those waiting longest first."""
    asked = select(Merchant).order_by(Merchant.applied_at, Merchant.id)
    if states is not None:
        asked = asked.where(Merchant.state.in_([state.value for state in states]))
    return list(session.scalars(asked))


def merchant_history(session: Session, merchant_id: int) -> list[MerchantStep]:
    """Return every step of a merchant, the first first."""
    return list(
        session.scalars(
            select(MerchantStep).where(MerchantStep.merchant_id == merchant_id).order_by(MerchantStep.id)
        )
    )


def left_from(session: Session, merchant_id: int) -> MerchantState | None:
    """Return the state from which a merchant last left, None if it never did."""
    found = session.scalars(
        select(MerchantStep.from_state)
        .where(MerchantStep.merchant_id == merchant_id, MerchantStep.to_state == MerchantState.LEFT)
        .order_by(MerchantStep.id.desc())
        .limit(1)
    ).first()
    return MerchantState(found) if found else None


def shelf(
    session: Session,
    today: date,
    *,
    category: str | None = None,
    area_code: str | None = None,
    merchant_id: int | None = None,
    words: str | None = None,
    at_most: int | None = None,
    with_sold_out: bool = True,
    after: int | None = None,
    limit: int = 50,
) -> Page[OnShelf, int]:
    """Return offers that can be had on `today`, the newest first.

    Args:
        area_code: of a district; offers for the whole city are shown with each.
        words: part of the title or of the merchant's name.
        at_most: hundredths of a point, what the holder can spend.
        after: id of the last offer of the page before.
    """
    limit = bounded(limit)
    asked: Any = (
        select(Offer, Merchant)
        .join(Merchant, Merchant.id == Offer.merchant_id)
        .where(
            Offer.state == OfferState.ON_SHELF,
            Merchant.state == MerchantState.ADMITTED,
            Offer.valid_from <= today,
            Offer.valid_until >= today,
        )
    )
    if category is not None:
        asked = asked.where(Offer.category == category)
    if area_code is not None:
        asked = asked.where((Offer.area_code == area_code) | Offer.area_code.is_(None))
    if merchant_id is not None:
        asked = asked.where(Offer.merchant_id == merchant_id)
    if words:
        asked = asked.where(
            Offer.title.icontains(words, autoescape=True)
            | Offer.title_en.icontains(words, autoescape=True)
            | Merchant.name.icontains(words, autoescape=True)
        )
    if at_most is not None:
        asked = asked.where(Offer.price <= at_most)
    if not with_sold_out:
        asked = asked.where(Offer.stock_taken < Offer.stock)
    if after is not None:
        asked = asked.where(Offer.id < after)
    rows = session.execute(
        asked.order_by(Offer.id.desc()).limit(limit + 1).execution_options(populate_existing=True)
    )
    found = [
        OnShelf(offer=offer, merchant=seller, left=offer.stock - offer.stock_taken) for offer, seller in rows
    ]
    return page_of(found, limit=limit, key=lambda shown: shown.offer.id)


def offer(session: Session, offer_id: int) -> OnShelf:
    """Return one offer with its merchant, on the shelf or not.

    Raises:
        OfferNotFound: there is none with this id.
    """
    row = session.execute(
        select(Offer, Merchant)
        .join(Merchant, Merchant.id == Offer.merchant_id)
        .where(Offer.id == offer_id)
        .execution_options(populate_existing=True)
    ).first()
    if row is None:
        raise OfferNotFound(offer_id=offer_id)
    return OnShelf(offer=row[0], merchant=row[1], left=row[0].stock - row[0].stock_taken)


def own_offer(session: Session, merchant_id: int, offer_id: int, *, lock: bool = False) -> Offer:
    """Return one of a merchant's own offers.

    Raises:
        OfferNotFound: there is none, or it is another's.
    """
    asked = select(Offer).where(Offer.id == offer_id, Offer.merchant_id == merchant_id)
    if lock:
        asked = asked.with_for_update(key_share=True)
    found = session.scalars(asked.execution_options(populate_existing=True)).first()
    if found is None:
        raise OfferNotFound(offer_id=offer_id)
    return found


def offers_of(session: Session, merchant_id: int) -> list[Offer]:
    """Return all offers of a merchant, the newest first."""
    return list(
        session.scalars(
            select(Offer)
            .where(Offer.merchant_id == merchant_id)
            .order_by(Offer.id.desc())
            .execution_options(populate_existing=True)
        )
    )


def offer_to_redeem(session: Session, offer_id: int, account_id: int) -> Any:
    """Return what deciding on a redemption needs: the offer, its merchant, how many the account had.

    Raises:
        OfferNotFound: there is none with this id.
    """
    row = session.execute(_TO_REDEEM, {"offer_id": offer_id, "account_id": account_id}).first()
    if row is None:
        raise OfferNotFound(offer_id=offer_id)
    return row


def lock_stock(session: Session, offer_id: int) -> Any:
    """Lock an offer and return its stock, what is taken, its price and state as they are now."""
    return session.execute(_STOCK, {"offer_id": offer_id}).one()
