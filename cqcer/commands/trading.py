"""The exchange's port (交易系统接口): trading accounts, and results of trades, all of a posting or none."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.kernel import audit
from app.kernel.actor import SYSTEM, Actor
from app.kernel.days import day_in_china
from app.kernel.idempotency import IdempotencyKey, claim
from app.kernel.permissions import Permission
from app.kernel.sources import cites
from cqcer import queries, ranges
from cqcer.checks import refuse_if_failed, run
from cqcer.checks.trades import TRADE_CHECKS, TradeAct, TradeFacts
from cqcer.commands.confirming import conclude_movement
from cqcer.commands.moving import place_movement
from cqcer.errors import (
    HoldingAccountNotFound,
    NothingPosted,
    TradePosted,
    TradingAccountExists,
    TradingAccountUnfit,
)
from cqcer.models import HoldingAccount, TradableProduct, TradeResult, TradingAccount, TradingRule
from cqcer.values import (
    AccountState,
    MovementKind,
    MovementOrder,
    Participant,
    PostedTrade,
    UnitState,
)

ACT: Final = "trade.post"


@cites("CQ-8.2", "CQ-25.1")
def open_trading_account(
    session: Session,
    *,
    actor: Actor,
    number: str,
    account_number: str,
    participant: Participant,
    at: datetime,
) -> TradingAccount:
    """Note that the exchange opened an account for a holder; the account here comes first.

    Args:
        number: the exchange's.
        account_number: of the holding account.

    Raises:
        HoldingAccountNotFound: no open holding account has this number.
        TradingAccountExists: the holder has one, or the number is taken.
        TradingAccountUnfit: an individual is an individual, an organisation is not.

    Source: CQ-8.2, CQ-25.1.
    """
    actor.require(Permission.RUN_THE_EXCHANGE)
    account = session.scalars(
        select(HoldingAccount)
        .where(
            HoldingAccount.number == account_number,
            HoldingAccount.state == AccountState.ACTIVE.value,
        )
        .with_for_update(key_share=True)
    ).one_or_none()
    if account is None:
        raise HoldingAccountNotFound
    taken = session.scalar(
        select(TradingAccount.id).where(
            (TradingAccount.number == number)
            | ((TradingAccount.account_id == account.id) & (TradingAccount.state != "closed"))
        )
    )
    if taken is not None:
        raise TradingAccountExists(number=number)
    if (account.person_id is not None) != (participant is Participant.INDIVIDUAL):
        raise TradingAccountUnfit(participant=participant.value)
    made = TradingAccount(
        number=number,
        account_id=account.id,
        participant=participant.value,
        state="active",
        opened_by=actor.ref,
        opened_at=at,
    )
    session.add(made)
    session.flush()
    _record(session, actor, "trade.account.open", made, at)
    return made


@cites("CQ-8.2", "CQ-25.3")
def set_trading_account(
    session: Session, *, actor: Actor, number: str, state: str, at: datetime
) -> TradingAccount:
    """Restrict a trading account, allow it again, or close it for good; its units stay where they are.

    Args:
        state: `active`, `restricted` or `closed`.

    Raises:
        TradingAccountNotFound: there is none with this number.
        TradingAccountUnfit: it is closed, or there is no such state.

    Source: CQ-8.2, CQ-25.3.
    """
    actor.require(Permission.RUN_THE_EXCHANGE)
    found = queries.require_trading_account(session, number)
    if found.state == "closed" or state not in {"active", "restricted", "closed"}:
        raise TradingAccountUnfit(state=found.state)
    found.state, found.closed_at = state, at if state == "closed" else None
    session.flush()
    _record(session, actor, "trade.account.change", found, at)
    return found


@cites("CQ-6.6", "CQ-8.2", "CQ-23.1", "CQ-25.1", "CQ-25.2", "CQ-30.1", "Q-33")
def post_trades(
    session: Session, *, actor: Actor, trades: Sequence[PostedTrade], key: str, at: datetime
) -> Sequence[TradeResult]:
    """Deliver trades of the exchange, in their order; where one is refused, none is delivered.

    Args:
        key: makes the posting repeatable: the same trades again return the earlier results.

    Raises:
        NothingPosted: there is no trade in it.
        TradePosted: a reference was posted before, or stands twice in it.
        ChecksFailed: numbered checks stand against one; `reference` says which.
        KeyMissing, KeyReused: the key is empty, or stands for other trades.

    Source: CQ-6.6, CQ-8.2, CQ-23.1, CQ-25.1, CQ-25.2, CQ-30.1, Q-33.
    """
    actor.require(Permission.RUN_THE_EXCHANGE)
    content = [trade.content() for trade in trades]
    if earlier := claim(session, actor=actor, act=ACT, key=key, content=content, at=at):
        return queries.trades_of(session, (earlier.result or {})["references"])
    references = [trade.reference for trade in trades]
    if not references:
        raise NothingPosted
    posted = {one.reference for one in queries.trades_of(session, references)}
    if posted or len(set(references)) < len(references):
        raise TradePosted(references=sorted(posted or set(references)))
    _lock(session, trades)
    made = [
        _deliver(session, actor, trade, key=f"{key}:{place}", at=at) for place, trade in enumerate(trades)
    ]
    claimed = session.get_one(IdempotencyKey, (actor.ref, ACT, key))
    claimed.result = {"references": references}
    session.flush()
    return made


@cites("CQ-23.1")
def list_product(
    session: Session, *, actor: Actor, code: str, document_id: int, at: datetime
) -> TradableProduct:
    """Let a product be traded; only the Bureau does, and points never can be.

    Source: CQ-23.1.
    """
    actor.require(Permission.KEEP_LISTS_OF_UNITS)
    made = TradableProduct(code=code, document_id=document_id, listed_by=actor.ref, listed_at=at)
    session.add(made)
    session.flush()
    audit.record(
        session, actor=actor, event="trade.product.list", subject=("tradable_product", made.id), at=at
    )
    return made


@cites("CQ-25.2", "CQ-28.1")
def enter_trading_rule(
    session: Session,
    *,
    actor: Actor,
    methods: Sequence[str],
    rule_text: str,
    valid_from: date,
    document_id: int,
    at: datetime,
) -> TradingRule:
    """Enter by which methods units are traded from a day on, and which rule says so.

    Source: CQ-25.2, CQ-28.1.
    """
    actor.require(Permission.KEEP_LISTS_OF_UNITS)
    made = TradingRule(
        methods=list(methods),
        rule_text=rule_text.strip(),
        valid_from=valid_from,
        document_id=document_id,
        entered_by=actor.ref,
        entered_at=at,
    )
    session.add(made)
    session.flush()
    audit.record(session, actor=actor, event="trade.rule.enter", subject=("trading_rule", made.id), at=at)
    return made


def _lock(session: Session, trades: Sequence[PostedTrade]) -> None:
    numbers = {number for trade in trades for number in (trade.seller, trade.buyer)}
    accounts = session.scalars(
        select(TradingAccount.account_id).where(TradingAccount.number.in_(numbers))
    ).all()
    for account_id in sorted(set(accounts)):
        queries.account(session, account_id, lock=True)


def _deliver(session: Session, actor: Actor, trade: PostedTrade, *, key: str, at: datetime) -> TradeResult:
    seller = queries.trading_account(session, trade.seller)
    buyer = queries.trading_account(session, trade.buyer)
    rule = queries.trading_rule(session, day_in_china(trade.traded_at))
    there = [] if seller is None else queries.ranges_in_trading(session, seller.account_id, trade.product)
    both = [one.account_id for one in (seller, buyer) if one is not None]
    facts = TradeFacts(
        product=trade.product,
        products=queries.products(session),
        method=trade.method,
        methods=frozenset(rule.methods),
        seller_known=seller is not None,
        buyer_known=buyer is not None,
        seller_state=None if seller is None else seller.state,
        buyer_state=None if buyer is None else buyer.state,
        same=seller is not None and seller is buyer,
        quantity=trade.quantity,
        price_fen=trade.price_fen,
        available=ranges.total(there),
        in_future=trade.traded_at > at,
        differs=bool(both) and queries.differs(session, *both),
    )
    report = run(TRADE_CHECKS, facts, at=TradeAct.POST)
    refuse_if_failed(report, reference=trade.reference)
    if seller is None or buyer is None:
        raise TypeError("the checks let nobody through")
    movement = place_movement(
        session,
        actor=actor,
        order=MovementOrder(
            kind=MovementKind.TRADE,
            quantity=trade.quantity,
            giving_account_id=seller.account_id,
            taking_account_id=buyer.account_id,
            from_state=UnitState.IN_TRADING,
            parts=tuple(ranges.take(there, trade.quantity)),
            price_fen=trade.price_fen,
        ),
        key=key,
        at=at,
    )
    made = TradeResult(
        reference=trade.reference,
        product=trade.product,
        method=trade.method,
        rule_id=rule.id,
        seller_id=seller.id,
        buyer_id=buyer.id,
        quantity=trade.quantity,
        price_fen=trade.price_fen,
        traded_at=trade.traded_at,
        movement_id=movement.id,
        posted_by=actor.ref,
        posted_at=at,
    )
    session.add(made)
    session.flush()
    # the exchange says what was traded, the registry itself carries it out
    conclude_movement(session, actor=SYSTEM, movement=movement, at=at)
    return made


def _record(session: Session, actor: Actor, event: str, of: TradingAccount, at: datetime) -> None:
    details: dict[str, Any] = {"state": of.state}
    audit.record(session, actor=actor, event=event, subject=("trading_account", of.id), at=at, **details)
