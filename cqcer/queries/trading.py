"""Reads of trading: what may be traded and how, who takes part, what is in trading."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from app.kernel.sources import cites
from cqcer.errors import DiscrepancyNotFound, TradingAccountNotFound
from cqcer.models import (
    Discrepancy,
    Holding,
    IssuedBlock,
    RegistryProject,
    TradableProduct,
    TradeResult,
    TradingAccount,
    TradingRule,
)
from cqcer.values import Range, UnitState


@cites("CQ-23.1")
def products(session: Session) -> frozenset[str]:
    """Return what may be traded now.

    Source: CQ-23.1.
    """
    return frozenset(session.scalars(select(TradableProduct.code).where(TradableProduct.ended_at.is_(None))))


@cites("CQ-25.2", "CQ-28.1")
def trading_rule(session: Session, on: date) -> TradingRule:
    """Return the rule of trading in force on a day; the first one is the measure itself.

    Source: CQ-25.2, CQ-28.1.
    """
    return session.scalars(
        select(TradingRule)
        .where(TradingRule.valid_from <= on)
        .order_by(TradingRule.valid_from.desc(), TradingRule.id.desc())
        .limit(1)
    ).one()


def trading_account(session: Session, number: str) -> TradingAccount | None:
    """Return a trading account by the exchange's number, None where there is none."""
    return session.scalars(select(TradingAccount).where(TradingAccount.number == number)).one_or_none()


@cites("CQ-8.2")
def may_trade(session: Session, account_id: int) -> bool:
    """Tell whether the holder of an account has an active trading account.

    Source: CQ-8.2.
    """
    found = session.scalar(
        select(TradingAccount.id).where(
            TradingAccount.account_id == account_id, TradingAccount.state == "active"
        )
    )
    return found is not None


def require_trading_account(session: Session, number: str) -> TradingAccount:
    """Return a trading account by the exchange's number, locked.

    Raises:
        TradingAccountNotFound: there is none.
    """
    found = session.scalars(
        select(TradingAccount).where(TradingAccount.number == number).with_for_update()
    ).one_or_none()
    if found is None:
        raise TradingAccountNotFound(number=number[:40])
    return found


@cites("CQ-6.6", "CQ-30.2")
def ranges_in_trading(session: Session, account_id: int, product: str) -> list[Range]:
    """Return what an account has in trading of one product, the longest there first.

    Source: CQ-6.6, CQ-30.2.
    """
    rows = session.execute(
        select(Holding.start_no, Holding.end_no)
        .join(IssuedBlock, IssuedBlock.id == Holding.block_id)
        .join(RegistryProject, RegistryProject.id == IssuedBlock.project_id)
        .where(
            Holding.account_id == account_id,
            Holding.state == UnitState.IN_TRADING.value,
            RegistryProject.rulebook == product,
        )
        .order_by(Holding.since, Holding.start_no)
    )
    return [Range(first, last) for first, last in rows]


@cites("CQ-6.5", "CQ-30.2")
def in_trading(session: Session) -> dict[int, int]:
    """Return how many units each account has in trading, by the registry.

    Source: CQ-6.5, CQ-30.2.
    """
    rows = session.execute(
        select(Holding.account_id, func.sum(Holding.end_no - Holding.start_no + 1))
        .where(Holding.state == UnitState.IN_TRADING.value)
        .group_by(Holding.account_id)
    )
    return {account_id: int(units) for account_id, units in rows}


def trades_of(session: Session, references: Sequence[str]) -> Sequence[TradeResult]:
    """Return results by the exchange's references, in the order they were posted."""
    return session.scalars(
        select(TradeResult).where(TradeResult.reference.in_(references)).order_by(TradeResult.id)
    ).all()


@cites("Q-53")
def differs(session: Session, *account_ids: int) -> bool:
    """Tell whether registry and exchange differ on one of the accounts, and it is not settled.

    Source: Q-53.
    """
    return bool(
        session.scalar(
            select(func.count()).where(
                or_(*(Discrepancy.account_id == account_id for account_id in account_ids)),
                Discrepancy.settled_at.is_(None),
            )
        )
    )


def discrepancy(session: Session, discrepancy_id: int) -> Discrepancy:
    """Return a discrepancy, locked.

    Raises:
        DiscrepancyNotFound: there is none with this id.
    """
    found = session.scalars(
        select(Discrepancy).where(Discrepancy.id == discrepancy_id).with_for_update()
    ).one_or_none()
    if found is None:
        raise DiscrepancyNotFound(discrepancy_id=discrepancy_id)
    return found


def open_discrepancies(session: Session) -> Sequence[Discrepancy]:
    """Return what is not settled, the oldest first."""
    return session.scalars(
        select(Discrepancy).where(Discrepancy.settled_at.is_(None)).order_by(Discrepancy.id)
    ).all()
