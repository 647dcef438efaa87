"""Offers (权益): a merchant makes and shelves its own; the operator may block one."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.kernel import audit
from app.kernel.actor import Actor
from app.kernel.documents import document
from app.kernel.permissions import Permission
from app.kernel.sources import cites
from points import queries, rules, states
from points.errors import MerchantNotAdmitted, OfferNotFound
from points.models import Merchant, Offer
from points.values import MerchantState, OfferAct, OfferState, OfferTerms

FIELDS = (
    "title",
    "title_en",
    "description",
    "terms",
    "picture_id",
    "picture_name",
    "category",
    "area_code",
    "price",
    "stock",
    "per_person",
    "valid_from",
    "valid_until",
    "use_days",
)


@cites("CQ-34.5", "CQ-34.7", "Q-39")
def create_offer(session: Session, *, actor: Actor, terms: OfferTerms, at: datetime) -> Offer:
    """Make a draft of an offer, priced in points alone.

    Raises:
        MerchantNotFound: the actor's organisation is no merchant.
        MerchantNotAdmitted: it is not admitted.
        OfferInvalid: something is out of bounds.
        DocumentNotFound: the picture is unknown.

    Source: CQ-34.5, CQ-34.7, Q-39.
    """
    actor.require(Permission.MANAGE_OWN_OFFERS)
    merchant = _admitted(session, actor)
    _check(session, terms, taken=0)
    offer = Offer(
        merchant_id=merchant.id,
        state=OfferState.DRAFT,
        created_by=actor.ref,
        created_at=at,
        **{field: getattr(terms, field) for field in FIELDS},
    )
    session.add(offer)
    session.flush()
    _record(session, actor, offer, "create", at, price=offer.price, stock=offer.stock)
    return offer


@cites("CQ-34.5", "CQ-34.7", "CQ-34.10", "Q-39")
def change_offer(session: Session, *, actor: Actor, offer_id: int, terms: OfferTerms, at: datetime) -> Offer:
    """Change an offer for redemptions to come; those made keep their price and time.

    Raises:
        MerchantNotFound: the actor's organisation is no merchant.
        OfferNotFound: there is none, or it is another's.
        OfferInvalid: something is out of bounds, as a stock below what is taken.

    Source: CQ-34.5, CQ-34.7, CQ-34.10, Q-39.
    """
    actor.require(Permission.MANAGE_OWN_OFFERS)
    merchant = queries.merchant_of(session, actor.organisation_id)
    offer = queries.own_offer(session, merchant.id, offer_id, lock=True)
    _check(session, terms, taken=offer.stock_taken)
    changed = {
        field: [str(getattr(offer, field)), str(getattr(terms, field))]
        for field in FIELDS
        if getattr(offer, field) != getattr(terms, field)
    }
    for field in FIELDS:
        setattr(offer, field, getattr(terms, field))
    session.flush()
    _record(session, actor, offer, "change", at, changed=changed)
    return offer


@cites("CQ-33.1", "CQ-34.5")
def shelve_offer(session: Session, *, actor: Actor, offer_id: int, at: datetime) -> Offer:
    """Put the merchant's own offer on the shelf (上架).

    Raises:
        MerchantNotFound, MerchantNotAdmitted: the actor's organisation may not.
        OfferNotFound: there is none, or it is another's.
        ActOutOfTurn: it is on the shelf, or blocked.

    Source: CQ-33.1, CQ-34.5.
    """
    actor.require(Permission.MANAGE_OWN_OFFERS)
    merchant = _admitted(session, actor)
    offer = queries.own_offer(session, merchant.id, offer_id, lock=True)
    return _step(session, actor, offer, OfferAct.SHELVE, at)


@cites("CQ-33.1", "CQ-34.5")
def unshelve_offer(session: Session, *, actor: Actor, offer_id: int, at: datetime) -> Offer:
    """Take the merchant's own offer off the shelf (下架); vouchers already made stay good.

    Raises:
        MerchantNotFound: the actor's organisation is no merchant.
        OfferNotFound: there is none, or it is another's.
        ActOutOfTurn: it is not on the shelf.

    Source: CQ-33.1, CQ-34.5.
    """
    actor.require(Permission.MANAGE_OWN_OFFERS)
    merchant = queries.merchant_of(session, actor.organisation_id)
    offer = queries.own_offer(session, merchant.id, offer_id, lock=True)
    return _step(session, actor, offer, OfferAct.UNSHELVE, at)


@cites("CQ-31.1", "CQ-34.7")
def block_offer(session: Session, *, actor: Actor, offer_id: int, reason: str, at: datetime) -> Offer:
    """Block an offer with a reason, so that its merchant cannot shelve it; for the operator.

    Raises:
        OfferNotFound: there is none.
        ActOutOfTurn: it is blocked already.
        ReasonMissing: nothing is said why.

    Source: CQ-31.1, CQ-34.7.
    """
    actor.require(Permission.MANAGE_SHELF)
    said = rules.check_reason(reason)
    return _step(session, actor, _any(session, offer_id), OfferAct.BLOCK, at, reason=said)


@cites("CQ-31.1", "CQ-34.7")
def unblock_offer(session: Session, *, actor: Actor, offer_id: int, at: datetime) -> Offer:
    """Let a blocked offer's merchant shelve it again; for the operator.

    Raises:
        OfferNotFound: there is none.
        ActOutOfTurn: it is not blocked.

    Source: CQ-31.1, CQ-34.7.
    """
    actor.require(Permission.MANAGE_SHELF)
    return _step(session, actor, _any(session, offer_id), OfferAct.UNBLOCK, at)


def _admitted(session: Session, actor: Actor) -> Merchant:
    merchant = queries.merchant_of(session, actor.organisation_id)
    if merchant.state != MerchantState.ADMITTED:
        raise MerchantNotAdmitted(state=merchant.state)
    return merchant


def _any(session: Session, offer_id: int) -> Offer:
    found = session.scalars(
        select(Offer)
        .where(Offer.id == offer_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).first()
    if found is None:
        raise OfferNotFound(offer_id=offer_id)
    return found


def _check(session: Session, terms: OfferTerms, *, taken: int) -> None:
    rules.check_offer(terms, taken=taken, area_known=queries.district_known(session, terms.area_code))
    if terms.picture_id is not None:
        document(session, terms.picture_id)


def _step(
    session: Session,
    actor: Actor,
    offer: Offer,
    act: OfferAct,
    at: datetime,
    **details: object,
) -> Offer:
    offer.state = states.after(states.OFFER, OfferState(offer.state), act)
    session.flush()
    _record(session, actor, offer, act.value, at, **details)
    return offer


def _record(session: Session, actor: Actor, offer: Offer, act: str, at: datetime, **details: object) -> None:
    audit.record(
        session, actor=actor, event=f"points.offer.{act}", subject=("offer", offer.id), at=at, **details
    )
    session.flush()
