"""Corrections for the operator (积分更正), with what their steps rest on; the holder stays unnamed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.kernel import audit
from app.kernel.actor import Actor
from app.kernel.documents import Document
from app.reports.actor_names import ActorName, actor_names
from points import queries
from points.errors import EntryNotFound
from points.models import CarbonAccount, Correction, PointEntry, PointLot


@dataclass(frozen=True, kw_only=True)
class CorrectionFile:
    """A correction with its account, its lot and its evidence."""

    correction: Correction
    account_number: str
    lot: PointLot
    evidence: Document
    names: Mapping[str, ActorName]


@dataclass(frozen=True, kw_only=True)
class IssueEntry:
    """What one behaviour earned: whose account, on which day it was done, how much."""

    account_id: int
    behaviour_day: date
    amount: int


def correction_file(session: Session, correction_id: int) -> CorrectionFile:
    """Return one correction.

    Raises:
        CorrectionNotFound: there is none with this id.
    """
    found = queries.correction(session, correction_id)
    return CorrectionFile(
        correction=found,
        account_number=session.get_one(CarbonAccount, found.account_id).number,
        lot=session.get_one(PointLot, found.lot_id),
        evidence=session.get_one(Document, found.evidence_id),
        names=actor_names(session, [found.proposed_by, found.confirmed_by, found.answered_by]),
    )


def evidence(session: Session, correction_id: int, *, actor: Actor, at: datetime) -> Document:
    """Return the document on which a correction rests, and write down who looked at it.

    Raises:
        CorrectionNotFound: there is none with this id.
    """
    found = queries.correction(session, correction_id)
    audit.record(
        session,
        actor=actor,
        event="points.correction.read_evidence",
        subject=("correction", found.id),
        at=at,
        document=found.evidence_id,
    )
    return session.get_one(Document, found.evidence_id)


def issue_entry(session: Session, *, account_number: str, behaviour_id: int) -> IssueEntry:
    """Return what a behaviour earned in the account with this number.

    Raises:
        AccountNotFound: there is no such account.
        EntryNotFound: the behaviour earned nothing in it.
    """
    account = queries.account_by_number(session, account_number)
    row = session.execute(
        select(PointEntry.behaviour_day, PointEntry.amount).where(
            PointEntry.account_id == account.id,
            PointEntry.behaviour_id == behaviour_id,
            PointEntry.kind == "issue",
        )
    ).first()
    if row is None or row[0] is None:
        raise EntryNotFound(behaviour_id=behaviour_id)
    return IssueEntry(account_id=account.id, behaviour_day=row[0], amount=row[1])
