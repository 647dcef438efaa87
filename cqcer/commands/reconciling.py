"""Comparing what the exchange holds to be in trading with what the registry does (对账)."""

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.kernel import audit
from app.kernel.actor import Actor
from app.kernel.errors import ActOutOfTurn, Forbidden
from app.kernel.permissions import Permission
from app.kernel.sources import cites
from cqcer import queries
from cqcer.errors import ReasonMissing, TradingAccountNotFound
from cqcer.models import Discrepancy, ExchangeReconciliation, TradingAccount


@cites("CQ-6.5", "CQ-30.1", "CQ-30.2", "Q-53")
def reconcile(
    session: Session, *, actor: Actor, day: date, positions: Mapping[str, int], at: datetime
) -> ExchangeReconciliation:
    """Compare the exchange's positions with the registry's, account by account.

    Where they differ the registry's figure holds, and the account trades no more until both have
    settled it. A difference that is known already is not noted twice.

    Args:
        positions: units in trading by number of the trading account; one left out has none.

    Raises:
        TradingAccountNotFound: a number is of no trading account.

    Source: CQ-6.5, CQ-30.1, CQ-30.2, Q-53.
    """
    actor.require(Permission.RUN_THE_EXCHANGE)
    theirs: dict[int, int] = {}
    for number in positions:
        account = queries.trading_account(session, number)
        if account is None:
            raise TradingAccountNotFound(number=number[:40])
        theirs[account.account_id] = theirs.get(account.account_id, 0) + positions[number]
    for account_id in session.scalars(select(TradingAccount.account_id).order_by(TradingAccount.account_id)):
        queries.account(session, account_id, lock=True)
    ours = queries.in_trading(session)
    different = {
        account_id: (ours.get(account_id, 0), theirs.get(account_id, 0))
        for account_id in sorted({*ours, *theirs})
        if ours.get(account_id, 0) != theirs.get(account_id, 0)
    }
    made = ExchangeReconciliation(
        day=day,
        agrees=not different,
        accounts=len({*ours, *theirs}),
        units=sum(ours.values()),
        made_by=actor.ref,
        made_at=at,
    )
    session.add(made)
    session.flush()
    known = {one.account_id: (one.registry_t, one.exchange_t) for one in queries.open_discrepancies(session)}
    session.add_all(
        Discrepancy(
            reconciliation_id=made.id, account_id=account_id, registry_t=figures[0], exchange_t=figures[1]
        )
        for account_id, figures in different.items()
        if known.get(account_id) != figures
    )
    session.flush()
    audit.record(
        session,
        actor=actor,
        event="trade.exchange.reconcile",
        subject=("exchange_reconciliation", made.id),
        at=at,
        agrees=made.agrees,
    )
    return made


@cites("Q-53")
def settle_discrepancy(
    session: Session, *, actor: Actor, discrepancy_id: int, note: str, at: datetime
) -> Discrepancy:
    """Settle a difference, as the exchange or as the agency; it is settled when both have.

    Args:
        note: what it was; the second one's stands beside the first's.

    Raises:
        DiscrepancyNotFound: there is none with this id.
        ReasonMissing: nothing is said.
        Forbidden: the actor is of neither.
        ActOutOfTurn: this side has settled it.

    Source: Q-53.
    """
    found = queries.discrepancy(session, discrepancy_id)
    if not note.strip():
        raise ReasonMissing
    if actor.may(Permission.RUN_THE_EXCHANGE) and found.settled_by_exchange is None:
        found.settled_by_exchange = actor.ref
    elif actor.may(Permission.CONFIRM_REGISTRY_ACT) and found.settled_by_agency is None:
        found.settled_by_agency = actor.ref
    elif actor.may(Permission.RUN_THE_EXCHANGE) or actor.may(Permission.CONFIRM_REGISTRY_ACT):
        raise ActOutOfTurn(settled_by_exchange=found.settled_by_exchange)
    else:
        raise Forbidden(permission=Permission.RUN_THE_EXCHANGE.value)
    found.note = "\n".join(filter(None, (found.note, note.strip())))
    if found.settled_by_exchange and found.settled_by_agency:
        found.settled_at = at
    session.flush()
    audit.record(
        session, actor=actor, event="trade.discrepancy.settle", subject=("discrepancy", found.id), at=at
    )
    return found
