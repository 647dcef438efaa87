"""Corrections: the operator's queue, the holder's own, the list for the Bureau."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.kernel.days import end_of_day, start_of_day
from app.kernel.sources import cites
from points.errors import CorrectionNotFound, EntryNotFound
from points.models import ConversionRule, Correction, PointEntry
from points.queries.pages import Page, bounded, page_of
from points.values import CorrectionState, Kind


@dataclass(frozen=True, kw_only=True)
class IssueOf:
    """What one behaviour earned, where it lies, and the published text it rests on."""

    lot_id: int
    amount: int
    rule_version: str
    rule_text: str


def correction(session: Session, correction_id: int) -> Correction:
    """Return one correction as it is now.

    Raises:
        CorrectionNotFound: there is none with this id.
    """
    found = session.scalars(
        select(Correction).where(Correction.id == correction_id).execution_options(populate_existing=True)
    ).first()
    if found is None:
        raise CorrectionNotFound(correction_id=correction_id)
    return found


def corrections_of(session: Session, account_id: int) -> list[Correction]:
    """Return the corrections that an account's holder was told of, the latest first."""
    return list(
        session.scalars(
            select(Correction)
            .where(Correction.account_id == account_id, Correction.noticed_at.is_not(None))
            .order_by(Correction.id.desc())
        )
    )


@cites("Q-25")
def corrections(
    session: Session,
    *,
    states: Collection[CorrectionState] | None = None,
    proposed_since: date | None = None,
    proposed_until: date | None = None,
    after: int | None = None,
    limit: int = 50,
) -> Page[Correction, int]:
    """Return corrections for the operator's queue and the Bureau's report, the latest first.

    Source: Q-25.
    """
    limit = bounded(limit)
    asked = select(Correction)
    if states is not None:
        asked = asked.where(Correction.state.in_([state.value for state in states]))
    if proposed_since is not None:
        asked = asked.where(Correction.proposed_at >= start_of_day(proposed_since))
    if proposed_until is not None:
        asked = asked.where(Correction.proposed_at < end_of_day(proposed_until))
    if after is not None:
        asked = asked.where(Correction.id < after)
    rows = session.scalars(asked.order_by(Correction.id.desc()).limit(limit + 1)).all()
    return page_of(rows, limit=limit, key=lambda found: found.id)


def corrections_due(session: Session, at: datetime) -> list[Correction]:
    """Return corrections that may be executed: time to object over, every objection answered."""
    return list(
        session.scalars(
            select(Correction)
            .where(
                Correction.state.in_([CorrectionState.CONFIRMED.value, CorrectionState.ANSWERED.value]),
                Correction.object_until <= at,
            )
            .order_by(Correction.object_until)
        )
    )


def issue_of(session: Session, account_id: int, behaviour_id: int) -> IssueOf:
    """Return what an account's behaviour earned.

    Raises:
        EntryNotFound: it earned nothing in this account.
    """
    row = session.execute(
        select(PointEntry.lot_id, PointEntry.amount, ConversionRule.version, ConversionRule.text_zh)
        .join(ConversionRule, ConversionRule.id == PointEntry.rule_id)
        .where(
            PointEntry.account_id == account_id,
            PointEntry.behaviour_id == behaviour_id,
            PointEntry.kind == Kind.ISSUE,
        )
    ).first()
    if row is None:
        raise EntryNotFound(behaviour_id=behaviour_id)
    return IssueOf(lot_id=row[0], amount=row[1], rule_version=row[2], rule_text=row[3])


def correction_open(session: Session, behaviour_id: int) -> bool:
    """Tell whether a behaviour has a correction that was not withdrawn."""
    found = session.scalars(
        select(Correction.id).where(
            Correction.behaviour_id == behaviour_id, Correction.state != CorrectionState.WITHDRAWN
        )
    ).first()
    return found is not None
