"""Settling a voucher: the merchant accepts or refuses, the holder withdraws, or its time runs out."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.kernel.actor import Actor
from app.kernel.idempotency import claim
from app.kernel.permissions import Permission
from app.kernel.sources import cites
from points import queries, rules, serials, states
from points.commands.books import lock_accounts, lock_own_account
from points.commands.ending import cancel_points, give_back
from points.errors import AlreadySettled, DisplayCodeUsed, RedemptionNotFound
from points.models import DisplayCode, Offer, Redemption
from points.values import Book, RedemptionAct, RedemptionState

LEFT = "权益提供单位已退出"


@cites("CQ-34.6", "CQ-33.1", "Q-58", "T-15")
def accept_voucher(session: Session, *, actor: Actor, voucher: str, key: str, at: datetime) -> Redemption:
    """Accept a voucher (核销): the benefit is given and its points are cancelled, in one transaction.

    Only somebody of the very merchant can; the points go out of existence and to nobody.

    Args:
        voucher: what was typed or scanned.
        key: makes the act repeatable for this actor.

    Raises:
        MerchantNotFound: the actor's organisation is no merchant.
        VoucherMistyped, VoucherNotFound: no voucher of this merchant has the code.
        DisplayCodeExpired, DisplayCodeUsed: the scanned code is too old, or was used.
        AlreadySettled, VoucherLapsed: the voucher has ended.
        KeyMissing, KeyReused: the key is empty, or stands for another voucher.

    Source: CQ-34.6, CQ-33.1, Q-58, T-15.
    """
    actor.require(Permission.SETTLE_REDEMPTIONS)
    redemption, repeated = _found(session, actor, voucher, "redemption.accept", key, at)
    if repeated:
        return redemption
    book = _locked(session, redemption)
    _check_open(redemption, RedemptionAct.ACCEPT)
    rules.check_in_time(at=at, until=redemption.reserved_until)
    if serials.looks_shown(voucher):
        _use_once(session, voucher, redemption, at)
    cancel_points(session, actor=actor, redemption=redemption, book=book, at=at)
    return redemption


@cites("CQ-33.1", "Q-23")
def refuse_voucher(
    session: Session, *, actor: Actor, voucher: str, reason: str, key: str, at: datetime
) -> Redemption:
    """Refuse a voucher with a reason: the points go back to their very lots, the item to the stock.

    Args:
        voucher: what was typed or scanned.
        reason: what the holder is told.

    Raises:
        ReasonMissing: nothing is said why.
        MerchantNotFound, VoucherMistyped, VoucherNotFound, DisplayCodeExpired: no voucher is found.
        AlreadySettled, VoucherLapsed: the voucher has ended.
        KeyMissing, KeyReused: the key is empty, or stands for another voucher.

    Source: CQ-33.1, Q-23.
    """
    actor.require(Permission.SETTLE_REDEMPTIONS)
    said = rules.check_reason(reason)
    redemption, repeated = _found(session, actor, voucher, "redemption.refuse", key, at)
    if repeated:
        return redemption
    book = _locked(session, redemption)
    _check_open(redemption, RedemptionAct.REFUSE)
    rules.check_in_time(at=at, until=redemption.reserved_until)
    give_back(
        session,
        actor=actor,
        redemption=redemption,
        book=book,
        state=RedemptionState.REFUSED,
        reason=said,
        at=at,
    )
    return redemption


@cites("CQ-34.10", "Q-23")
def withdraw_redemption(session: Session, *, actor: Actor, redemption_id: int, at: datetime) -> Redemption:
    """Withdraw the actor's own voucher before it is used; again is no other than once.

    Raises:
        AccountNotFound: the actor has no account.
        RedemptionNotFound: there is none, or it is another's.
        AlreadySettled: the merchant accepted or refused it.

    Source: CQ-34.10, Q-23.
    """
    actor.require(Permission.REDEEM_OWN_POINTS)
    book = lock_own_account(session, actor)
    redemption = queries.redemption(session, redemption_id)
    if redemption.account_id != book.account_id:
        raise RedemptionNotFound(redemption_id=redemption_id)
    if redemption.state in {RedemptionState.WITHDRAWN, RedemptionState.TIMED_OUT}:
        return redemption
    _check_open(redemption, RedemptionAct.WITHDRAW)
    late = at >= redemption.reserved_until
    give_back(
        session,
        actor=actor,
        redemption=redemption,
        book=book,
        state=RedemptionState.TIMED_OUT if late else RedemptionState.WITHDRAWN,
        reason=None,
        at=at,
    )
    return redemption


@cites("Q-23", "CQ-33.1")
def lapse_due(session: Session, *, actor: Actor, at: datetime, limit: int = 100) -> int:
    """Give back what nobody used in time, and what waits at merchants that have left.

    Returns:
        How many reservations were ended; call again until it is 0.

    Source: Q-23, CQ-33.1.
    """
    due = queries.lapsed(session, at, limit=limit)
    due += queries.deserted(session, at, limit=limit - len(due))
    if not due:
        return 0
    waiting = session.execute(
        select(Redemption.account_id, Redemption.offer_id).where(Redemption.id.in_(due))
    ).all()
    books = lock_accounts(session, {account_id for account_id, _offer in waiting})
    session.execute(
        select(Offer.id)
        .where(Offer.id.in_({offer_id for _account, offer_id in waiting}))
        .order_by(Offer.id)
        .with_for_update(key_share=True)
    )
    for redemption_id in sorted(due):
        redemption = queries.redemption(session, redemption_id)
        if redemption.state != RedemptionState.RESERVED:
            continue  # settled while we waited for the lock
        late = at >= redemption.reserved_until
        give_back(
            session,
            actor=actor,
            redemption=redemption,
            book=books[redemption.account_id],
            state=RedemptionState.TIMED_OUT if late else RedemptionState.REFUSED,
            reason=None if late else LEFT,
            at=at,
        )
    return len(due)


def _found(
    session: Session, actor: Actor, voucher: str, act: str, key: str, at: datetime
) -> tuple[Redemption, bool]:
    """Find the voucher of the actor's merchant and take the key; tell whether it was taken before."""
    merchant = queries.merchant_of(session, actor.organisation_id)
    redemption = queries.voucher(session, merchant.id, voucher).redemption
    content = {"redemption": redemption.id}
    earlier = claim(session, actor=actor, act=act, key=key, content=content, at=at)
    if earlier is not None:
        return queries.redemption(session, redemption.id), True
    queries.voucher(session, merchant.id, voucher, at)  # a repeat may come late, a first use may not
    return redemption, False


def _locked(session: Session, redemption: Redemption) -> Book:
    """Lock the account behind a redemption and read the redemption again."""
    book = lock_accounts(session, [redemption.account_id])[redemption.account_id]
    queries.redemption(session, redemption.id)
    return book


def _check_open(redemption: Redemption, act: RedemptionAct) -> None:
    state = RedemptionState(redemption.state)
    if act not in states.allowed(states.REDEMPTION, state):
        raise AlreadySettled(state=state.value)


def _use_once(session: Session, text: str, redemption: Redemption, at: datetime) -> None:
    taken = session.execute(
        insert(DisplayCode)
        .values(digest=queries.digest_of(text), redemption_id=redemption.id, used_at=at)
        .on_conflict_do_nothing()
        .returning(DisplayCode.redemption_id)
    ).first()
    if taken is None:
        raise DisplayCodeUsed
