"""Reads of disclosure: the figures that may be told, and the snapshots."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.disclosure.errors import SnapshotNotFound
from app.disclosure.models import DisclosureDay, DisclosureSnapshot, DisclosureStep, DisclosureWaiting
from app.disclosure.values import Measure, Sum


def last_day(session: Session) -> date | None:
    """Return the last day that is added up: up to its end every public figure tells."""
    return session.scalar(select(func.max(DisclosureDay.day)))


def first_day(session: Session) -> date | None:
    """Return the first day that was added up."""
    return session.scalar(select(func.min(DisclosureDay.day)))


def sums(session: Session, *, first: date | None = None, last: date | None = None) -> list[Sum]:
    """Return what each cell of each measure comes to over some days, both included."""
    wanted = select(DisclosureStep.measure, DisclosureStep.cell, func.sum(DisclosureStep.amount))
    if first is not None:
        wanted = wanted.where(DisclosureStep.day >= first)
    if last is not None:
        wanted = wanted.where(DisclosureStep.day <= last)
    rows = session.execute(
        wanted.group_by(DisclosureStep.measure, DisclosureStep.cell).order_by(
            DisclosureStep.measure, DisclosureStep.cell
        )
    )
    return [Sum(measure=Measure(measure), cell=cell, amount=int(amount)) for measure, cell, amount in rows]


def by_month(session: Session, *, first: date, last: date) -> dict[tuple[date, Measure], int]:
    """Return what each measure comes to in each month between two days; absent where nothing is told."""
    month = func.date_trunc("month", DisclosureStep.day)
    rows = session.execute(
        select(month, DisclosureStep.measure, func.sum(DisclosureStep.amount))
        .where(DisclosureStep.day >= first, DisclosureStep.day <= last)
        .group_by(month, DisclosureStep.measure)
    )
    return {(began.date(), Measure(measure)): int(amount) for began, measure, amount in rows}


def cells_by_month(session: Session) -> list[tuple[date, Sum]]:
    """Return what each cell came to in each month, the earliest first."""
    month = func.date_trunc("month", DisclosureStep.day).label("month")
    rows = session.execute(
        select(month, DisclosureStep.measure, DisclosureStep.cell, func.sum(DisclosureStep.amount))
        .group_by(month, DisclosureStep.measure, DisclosureStep.cell)
        .order_by(month, DisclosureStep.measure, DisclosureStep.cell)
    )
    return [
        (began.date(), Sum(measure=Measure(measure), cell=cell, amount=int(amount)))
        for began, measure, cell, amount in rows
    ]


def waiting_cells(session: Session) -> dict[Measure, int]:
    """Return how many cells of each measure wait for their tenth person."""
    rows = session.execute(
        select(DisclosureWaiting.measure, func.count(func.distinct(DisclosureWaiting.cell))).group_by(
            DisclosureWaiting.measure
        )
    )
    return {Measure(measure): int(cells) for measure, cells in rows}


def snapshots(session: Session) -> list[DisclosureSnapshot]:
    """Return every snapshot, the latest first."""
    return list(session.scalars(select(DisclosureSnapshot).order_by(DisclosureSnapshot.id.desc())))


def snapshot(session: Session, number: str) -> DisclosureSnapshot:
    """Return the snapshot with this number.

    Raises:
        SnapshotNotFound: there is none.
    """
    found = session.scalars(
        select(DisclosureSnapshot).where(DisclosureSnapshot.number == number)
    ).one_or_none()
    if found is None:
        raise SnapshotNotFound(number=number)
    return found


def editions(session: Session, month: date) -> Sequence[DisclosureSnapshot]:
    """Return the editions of a month's snapshot, the first first."""
    return session.scalars(
        select(DisclosureSnapshot)
        .where(DisclosureSnapshot.month == month)
        .order_by(DisclosureSnapshot.edition)
    ).all()


def last_snapshot(session: Session) -> DisclosureSnapshot | None:
    """Return the end of the chain."""
    return session.scalars(select(DisclosureSnapshot).order_by(DisclosureSnapshot.id.desc()).limit(1)).first()


def months_told(session: Session) -> set[date]:
    """Return the months that have a snapshot."""
    return set(session.scalars(select(DisclosureSnapshot.month)))
