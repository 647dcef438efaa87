"""Reads of investigations, orders to cancel, and blocks on applications."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from app.kernel.sources import cites
from cqcer.errors import InvestigationNotFound, OrderNotFound
from cqcer.models import (
    ApplicationBlock,
    CancellationOrder,
    HoldingAccount,
    Investigation,
    RegistryProject,
)
from cqcer.values import BlockingState, OrderState

WITHOUT_END: Final = date(9999, 12, 31)
"""The last day of a block that a debt makes: it ends when the debt is met, Q-13."""


def investigation(session: Session, investigation_id: int) -> Investigation:
    """Return an investigation.

    Raises:
        InvestigationNotFound: there is none with this id.
    """
    found = session.get(Investigation, investigation_id)
    if found is None:
        raise InvestigationNotFound(investigation_id=investigation_id)
    return found


def cancellation_order(session: Session, order_id: int) -> CancellationOrder:
    """Return an order to cancel units, as it is now; who acts on it holds the lock of its account.

    Raises:
        OrderNotFound: there is none with this id.
    """
    found = session.scalars(
        select(CancellationOrder)
        .where(CancellationOrder.id == order_id)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if found is None:
        raise OrderNotFound(order_id=order_id)
    return found


@cites("CQ-39.4", "CQ-39.5", "Q-13")
def owner_blocked_until(session: Session, project: RegistryProject, *, on: date) -> date | None:
    """Return the last day on which applications of a project's owner are refused, None where none are.

    A debt left by an order blocks as well, until it is met (Q-13).

    Source: CQ-39.4, CQ-39.5, Q-13.
    """
    if shortfalls_of(session, project):
        return WITHOUT_END
    whose = (
        ApplicationBlock.organisation_id == project.owner_organisation_id
        if project.owner_organisation_id is not None
        else ApplicationBlock.person_id == project.owner_person_id
    )
    return _last(session, whose, on)


@cites("CQ-39.6", "Q-09")
def project_blocked_until(session: Session, project_id: int, *, on: date) -> date | None:
    """Return the last day on which applications for a project are refused, None where none are.

    Source: CQ-39.6, Q-09.
    """
    return _last(session, ApplicationBlock.project_id == project_id, on)


@cites("Q-13")
def shortfalls_of(session: Session, project: RegistryProject) -> Sequence[CancellationOrder]:
    """Return the orders that a project's owner could not meet: open debts.

    Source: Q-13.
    """
    return session.scalars(
        select(CancellationOrder)
        .join(HoldingAccount, HoldingAccount.id == CancellationOrder.account_id)
        .where(
            CancellationOrder.state == OrderState.SHORTFALL.value,
            HoldingAccount.organisation_id == project.owner_organisation_id
            if project.owner_organisation_id is not None
            else HoldingAccount.person_id == project.owner_person_id,
        )
    ).all()


def _last(session: Session, whose: ColumnElement[bool], on: date) -> date | None:
    return session.scalar(
        select(func.max(ApplicationBlock.last_day)).where(
            whose, ApplicationBlock.state == BlockingState.RUNNING.value, ApplicationBlock.last_day >= on
        )
    )
