"""What the public pages of units tell (减排量公开页): sums, the last second opinion, one number's way."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.kernel.sources import cites
from app.reports.registry import open_units
from app.reports.registry.open_units import OpenUnit
from cqcer import queries
from cqcer.models import Batch, BooksAudit, CancellationCertificate, RegistryProject
from cqcer.queries.units import Tally
from cqcer.values import MovementKind


@dataclass(frozen=True, kw_only=True)
class AllUnits:
    """How many units are in which state, and what the last second computation found."""

    tally: Tally
    audit: BooksAudit | None


@dataclass(frozen=True, kw_only=True)
class OneUnit:
    """One number with its project and batch, and the certificate where it was cancelled."""

    unit: OpenUnit
    project: RegistryProject
    batch: Batch
    certificate: str | None


@cites("CQ-30.3", "CQ-36.1")
def all_units(session: Session) -> AllUnits:
    """Return the sums of all units, and the last second opinion on them.

    Source: CQ-30.3, CQ-36.1.
    """
    audit = session.scalars(select(BooksAudit).order_by(BooksAudit.id.desc()).limit(1)).one_or_none()
    return AllUnits(tally=queries.tally(session), audit=audit)


@cites("CQ-30.3", "CQ-29.3")
def one_unit(session: Session, number: int, *, at: datetime) -> OneUnit:
    """Return what anyone may know of one number.

    Raises:
        UnitNotFound: the number was never given.

    Source: CQ-30.3, CQ-29.3.
    """
    found = open_units.unit(session, number, at=at)
    last = found.passages[-1]
    certificate = None
    if last.kind is MovementKind.CANCEL:
        certificate = session.scalar(
            select(CancellationCertificate.number).where(
                CancellationCertificate.movement_id == last.movement_id
            )
        )
    return OneUnit(
        unit=found,
        project=session.get_one(RegistryProject, found.project_id),
        batch=session.get_one(Batch, found.batch_id),
        certificate=certificate,
    )
