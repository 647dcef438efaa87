"""How a redemption ends: its points are cancelled, or go back to the very lots they came from."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.kernel import audit
from app.kernel.actor import Actor
from app.kernel.days import day_in_china
from app.kernel.events import Event, publish
from app.kernel.outbox import Channel, enqueue
from app.kernel.sources import cites
from points import queries
from points.commands.books import post
from points.models import Merchant, Offer, Redemption
from points.values import Book, Change, Kind, Part, RedemptionState

ENDS = {
    RedemptionState.FULFILLED: ("accept", Event.REDEMPTION_FULFILLED),
    RedemptionState.REFUSED: ("refuse", Event.REDEMPTION_REFUSED),
    RedemptionState.TIMED_OUT: ("lapse", Event.REDEMPTION_TIMED_OUT),
    RedemptionState.WITHDRAWN: ("withdraw", Event.REDEMPTION_WITHDRAWN),
}


@cites("CQ-34.6", "CQ-34.8", "CQ-X.8", "Q-58")
def cancel_points(
    session: Session, *, actor: Actor, redemption: Redemption, book: Book, at: datetime
) -> None:
    """Fulfil a redemption: exactly its points go out of existence, and are credited to nobody.

    The account is locked by whoever calls.

    Source: CQ-34.6, CQ-34.8, CQ-X.8, Q-58.
    """
    _end(session, redemption, RedemptionState.FULFILLED, actor, None, at)
    parts = queries.open_parts(session, [redemption.id])[redemption.id]
    changes = [Change.of(Kind.CANCEL, part, redemption_id=redemption.id) for part in parts]
    post(session, {book.account_id: book}, {book.account_id: changes}, at=at)
    _tell(session, actor, redemption, book, at)


@cites("Q-23", "CQ-34.9")
def give_back(
    session: Session,
    *,
    actor: Actor,
    redemption: Redemption,
    book: Book,
    state: RedemptionState,
    reason: str | None,
    at: datetime,
) -> None:
    """Release a reservation to the very lots; what is past its last day expires at once.

    The account is locked by whoever calls.

    Source: Q-23, CQ-34.9.
    """
    _end(session, redemption, state, actor, reason, at)
    today = day_in_china(at)
    parts = queries.open_parts(session, [redemption.id])[redemption.id]
    changes = [Change.of(Kind.RELEASE, part, redemption_id=redemption.id) for part in parts]
    # the whole of the lot: what the sweep had not come to yet goes with it, in one entry
    over = [
        Part(part.lot, part.lot.available + part.amount) for part in parts if part.lot.last_valid_on < today
    ]
    changes += [Change.of(Kind.EXPIRE, part) for part in over]
    post(session, {book.account_id: book}, {book.account_id: changes}, at=at)
    lost = sum(part.amount for part in parts if part.lot.last_valid_on < today)
    _tell(session, actor, redemption, book, at, expired=lost)


def _end(
    session: Session,
    redemption: Redemption,
    state: RedemptionState,
    actor: Actor,
    reason: str | None,
    at: datetime,
) -> None:
    redemption.state = state
    redemption.settled_at = at
    redemption.settled_by = actor.ref
    redemption.reason = reason
    session.flush()


def _tell(
    session: Session,
    actor: Actor,
    redemption: Redemption,
    book: Book,
    at: datetime,
    *,
    expired: int = 0,
) -> None:
    """Leave an audit line, tell the merchant's machines, and the holder unless it was their own act."""
    state = RedemptionState(redemption.state)
    verb, event = ENDS[state]
    audit.record(
        session,
        actor=actor,
        event=f"points.redemption.{verb}",
        subject=("redemption", redemption.id),
        at=at,
        **({"reason": redemption.reason} if redemption.reason else {}),
        **({"expired": expired} if expired else {}),
    )
    title, title_en, organisation_id = session.execute(
        select(Offer.title, Offer.title_en, Merchant.organisation_id)
        .join(Merchant, Merchant.id == Offer.merchant_id)
        .where(Offer.id == redemption.offer_id)
    ).one()
    publish(
        session,
        organisation_id=organisation_id,
        event=event,
        about=f"redemption:{redemption.id}",
        data={"redemption_id": redemption.id, "offer_id": redemption.offer_id, "state": state.value},
        at=at,
    )
    if actor.person_id != book.person_id or expired:
        enqueue(
            session,
            channel=Channel.IN_APP,
            recipient=f"person:{book.person_id}",
            template=f"redemption.{state.value}",
            payload={
                "redemption_id": redemption.id,
                "offer": title,
                "offer_en": title_en,
                "points": redemption.price,
                "expired": expired,
                "reason": redemption.reason,
            },
            at=at,
            key=f"redemption:{redemption.id}:{state.value}",
        )
    session.flush()
