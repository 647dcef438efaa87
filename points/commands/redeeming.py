"""Redeeming (兑换): points are reserved and one item leaves the stock, in one transaction."""

import secrets
from datetime import datetime

from sqlalchemy.orm import Session

from app.kernel import audit
from app.kernel.actor import Actor
from app.kernel.days import day_in_china
from app.kernel.events import Event, publish
from app.kernel.idempotency import LONGEST_KEY, KeyMissing, KeyReused
from app.kernel.permissions import Permission
from app.kernel.sources import cites
from points import lots, queries, rules, serials
from points.commands.books import lock_own_account, post
from points.models import Redemption
from points.values import Change, Kind, MerchantState, OfferState, RedemptionState


@cites("CQ-34.5", "CQ-34.6", "CQ-34.10", "Q-21", "Q-23", "Q-58")
def redeem(
    session: Session,
    *,
    actor: Actor,
    offer_id: int,
    key: str,
    price: int | None = None,
    at: datetime,
) -> Redemption:
    """Reserve points and stock for one benefit (积分兑换).

    The key makes the act repeatable: asking again with the same key returns the redemption
    already made.

    Args:
        key: made by the holder's device, unique within the account.
        price: what the holder saw and confirmed, in hundredths of a point.

    Raises:
        AccountNotFound, AccountNotOpen: the actor has no account to spend from.
        KeyMissing, KeyReused: the key is empty, or stands for another offer or price.
        OfferNotFound, OfferClosed, MerchantNotAdmitted: the offer cannot be had.
        OfferChanged: its price is not the one confirmed.
        SoldOut, LimitReached: nothing is left, in all or for this person.
        InsufficientPoints: the spendable lots do not cover the price.

    Source: CQ-34.5, CQ-34.6, CQ-34.10, Q-21, Q-23, Q-58.
    """
    actor.require(Permission.REDEEM_OWN_POINTS)
    if not key or len(key) > LONGEST_KEY:
        raise KeyMissing
    book = lock_own_account(session, actor)
    if earlier := queries.redemption_by_key(session, book.account_id, key):
        if earlier.offer_id != offer_id or price not in {None, earlier.price}:
            raise KeyReused(key=key)
        return earlier

    today = day_in_china(at)
    rules.check_may_spend(book.state)
    wanted = queries.offer_to_redeem(session, offer_id, book.account_id)
    rules.check_on_sale(
        state=OfferState(wanted.state),
        merchant_state=MerchantState(wanted.merchant_state),
        valid_from=wanted.valid_from,
        valid_until=wanted.valid_until,
        today=today,
    )
    rules.check_price(confirmed=price, price=wanted.price)
    rules.check_limit(per_person=wanted.per_person, had=wanted.had)
    parts = lots.choose(queries.spendable_lots(session, book.account_id, today), wanted.price)

    # last, so that a popular offer is held as shortly as can be; it may have changed since the look
    stock = queries.lock_stock(session, offer_id)
    rules.check_on_sale(
        state=OfferState(stock.state),
        merchant_state=MerchantState(wanted.merchant_state),
        valid_from=wanted.valid_from,
        valid_until=wanted.valid_until,
        today=today,
    )
    rules.check_price(confirmed=wanted.price, price=stock.price)
    rules.check_stock(stock=stock.stock, taken=stock.stock_taken)

    redemption = Redemption(
        account_id=book.account_id,
        offer_id=offer_id,
        merchant_id=wanted.merchant_id,
        key=key,
        price=wanted.price,
        code=serials.typed_code(secrets.randbelow),
        state=RedemptionState.RESERVED,
        created_at=at,
        reserved_until=rules.reserved_until(
            at=at, use_days=wanted.use_days, last_day=lots.reservation_limit(parts)
        ),
    )
    session.add(redemption)
    session.flush()
    post(
        session,
        {book.account_id: book},
        {book.account_id: [Change.of(Kind.RESERVE, part, redemption_id=redemption.id) for part in parts]},
        at=at,
    )
    audit.record(
        session,
        actor=actor,
        event="points.redemption.reserve",
        subject=("redemption", redemption.id),
        at=at,
        offer_id=offer_id,
        price=redemption.price,
    )
    told = {"redemption_id": redemption.id, "offer_id": offer_id, "state": redemption.state}
    publish(
        session,
        organisation_id=wanted.organisation_id,
        event=Event.REDEMPTION_RESERVED,
        about=f"redemption:{redemption.id}",
        data=told,
        at=at,
    )
    if stock.stock_taken + 1 == stock.stock:
        publish(
            session,
            organisation_id=wanted.organisation_id,
            event=Event.OFFER_SOLD_OUT,
            about=f"offer:{offer_id}:redemption:{redemption.id}",
            data={"offer_id": offer_id, "stock": stock.stock},
            at=at,
        )
    session.flush()
    return redemption
