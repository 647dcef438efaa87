"""Corrections as their holder sees them (更正): the behaviour in question and the lot it lies in."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from points.errors import CorrectionNotFound
from points.models import Correction, PointEntry, PointLot
from scenarios.models import Behaviour, Scenario


@dataclass(frozen=True, kw_only=True)
class HolderCorrection:
    """A correction with the behaviour that it is about."""

    correction: Correction
    scenario: str
    scenario_en: str | None
    behaviour_day: date
    acct_seq: int | None
    lot_last_valid_on: date
    lot_available: int


def one(session: Session, correction_id: int, *, account_id: int) -> HolderCorrection:
    """Return one correction that the account's holder was told of.

    Raises:
        CorrectionNotFound: there is none, it is another's, or its holder was not told yet.
    """
    row = session.execute(
        select(Correction, Scenario, PointEntry.acct_seq, PointLot)
        .join(
            Behaviour,
            (Behaviour.account_id == Correction.account_id)
            & (Behaviour.day == Correction.behaviour_day)
            & (Behaviour.id == Correction.behaviour_id),
        )
        .join(Scenario, Scenario.id == Behaviour.scenario_id)
        .join(PointLot, PointLot.id == Correction.lot_id)
        .outerjoin(
            PointEntry,
            (PointEntry.account_id == Correction.account_id)
            & (PointEntry.behaviour_id == Correction.behaviour_id),
        )
        .where(
            Correction.id == correction_id,
            Correction.account_id == account_id,
            Correction.noticed_at.is_not(None),
        )
    ).first()
    if row is None:
        raise CorrectionNotFound(correction_id=correction_id)
    correction, scenario, acct_seq, lot = row
    return HolderCorrection(
        correction=correction,
        scenario=scenario.name,
        scenario_en=scenario.name_en,
        behaviour_day=correction.behaviour_day,
        acct_seq=acct_seq,
        lot_last_valid_on=lot.last_valid_on,
        lot_available=lot.available,
    )
