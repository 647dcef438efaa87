"""Reads of what units are used for: the parts of a movement, lists, certificates, cancellations."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, func, select, text
from sqlalchemy.orm import Session

from app.kernel.sources import cites
from cqcer.certificates import certificate_number_is_valid, typed_number
from cqcer.errors import BeneficiaryNotFound, CertificateNotFound
from cqcer.models import (
    Beneficiary,
    CancellationCertificate,
    JudicialListing,
    Movement,
    MovementStep,
    SigningKey,
)
from cqcer.serials import Serial, write
from cqcer.values import Category, MovementKind, MovementState, Period, Purpose, Range, RulebookCode


class MovedPart(NamedTuple):
    """A range that a movement moved, with where it comes from."""

    serial: Serial
    project_id: int
    project_number: str | None
    project_title: str
    project_title_en: str | None
    batch_id: int

    @property
    def text(self) -> str:
        """Return the serial text of the whole range."""
        return write(self.serial)


class Cancellation(NamedTuple):
    """One executed cancellation, as the public reads it."""

    movement_id: int
    cancelled_at: datetime
    quantity: int
    purpose: Purpose
    beneficiary: str | None
    beneficiary_kind: str | None
    certificate: str | None


class Checked(NamedTuple):
    """A certificate with the key that signed it."""

    certificate: CancellationCertificate
    key: SigningKey


_PARTS = text("""
    select greatest(p.start_no, b.start_no) as first_no, least(p.end_no, b.end_no) as last_no,
           o.rulebook, o.category, o.id as project_id, o.number, o.title, o.title_en,
           c.id as batch_id, c.first_day, c.last_day
      from movement_part p
      join issued_block b on int8range(b.start_no, b.end_no, '[]') && int8range(p.start_no, p.end_no, '[]')
      join registry_project o on o.id = b.project_id
      join batch c on c.id = b.batch_id
     where p.movement_id = :movement_id
     order by 1
""")


@cites("CQ-30.3")
def parts_of(session: Session, movement_id: int) -> list[MovedPart]:
    """Return the ranges of a movement, cut where one block ends and another begins.

    Source: CQ-30.3.
    """
    return [
        MovedPart(
            Serial(
                RulebookCode(row.rulebook),
                Category(row.category),
                row.project_id,
                Period(row.first_day, row.last_day),
                Range(row.first_no, row.last_no),
            ),
            row.project_id,
            row.number,
            row.title,
            row.title_en,
            row.batch_id,
        )
        for row in session.execute(_PARTS, {"movement_id": movement_id})
    ]


def all_listed(session: Session, project_ids: Iterable[int]) -> bool:
    """Tell whether every one of the projects is on the list for judicial subscription now."""
    wanted = set(project_ids)
    found = session.scalar(
        select(func.count()).where(
            JudicialListing.project_id.in_(wanted), JudicialListing.delisted_at.is_(None)
        )
    )
    return bool(wanted) and found == len(wanted)


def listings(session: Session) -> Sequence[JudicialListing]:
    """Return the list for judicial subscription, those that ended included."""
    return session.scalars(select(JudicialListing).order_by(JudicialListing.id)).all()


def beneficiary(session: Session, beneficiary_id: int) -> Beneficiary:
    """Return an entry of the list of beneficiaries.

    Raises:
        BeneficiaryNotFound: there is none with this id.
    """
    found = session.get(Beneficiary, beneficiary_id)
    if found is None:
        raise BeneficiaryNotFound(beneficiary_id=beneficiary_id)
    return found


@cites("CQ-29.3")
def certificate(session: Session, number: str) -> Checked:
    """Return a certificate by its number, however it was typed.

    Raises:
        CertificateNotFound: none has this number.

    Source: CQ-29.3.
    """
    meant = typed_number(number)
    found = (
        session.execute(
            select(CancellationCertificate, SigningKey)
            .join(SigningKey, SigningKey.id == CancellationCertificate.key_id)
            .where(CancellationCertificate.number == meant)
        ).one_or_none()
        if certificate_number_is_valid(meant)
        else None
    )
    if found is None:
        raise CertificateNotFound(number=number[:40])
    return Checked(*found)


def certificate_of(session: Session, movement_id: int) -> CancellationCertificate | None:
    """Return the certificate of a cancellation, None where it has none."""
    return session.get(CancellationCertificate, movement_id)


@cites("CQ-22.4", "CQ-29.3")
def cancellations(
    session: Session,
    *,
    purpose: Purpose | None = None,
    year: int | None = None,
    first: int = 0,
    limit: int = 50,
) -> list[Cancellation]:
    """Return executed cancellations, the latest first.

    Source: CQ-22.4, CQ-29.3.
    """
    rows = session.execute(
        select(
            Movement.id,
            MovementStep.at,
            Movement.quantity,
            Movement.purpose,
            Beneficiary.name,
            Beneficiary.kind,
            CancellationCertificate.number,
        )
        .select_from(Movement)
        .join(MovementStep, MovementStep.movement_id == Movement.id)
        .outerjoin(Beneficiary, Beneficiary.id == Movement.beneficiary_id)
        .outerjoin(CancellationCertificate, CancellationCertificate.movement_id == Movement.id)
        .where(*_cancelled(purpose, year))
        .order_by(MovementStep.seq.desc())
        .offset(first)
        .limit(limit)
    )
    return [
        Cancellation(
            movement_id=movement_id,
            cancelled_at=at,
            quantity=quantity,
            purpose=Purpose(why or ""),
            beneficiary=name,
            beneficiary_kind=kind,
            certificate=number,
        )
        for movement_id, at, quantity, why, name, kind, number in rows
    ]


def count_cancellations(
    session: Session, *, purpose: Purpose | None = None, year: int | None = None
) -> tuple[int, int]:
    """Return how many cancellations there are, and how many units were cancelled by them."""
    found = session.execute(
        select(func.count(), func.coalesce(func.sum(Movement.quantity), 0))
        .select_from(Movement)
        .join(MovementStep, MovementStep.movement_id == Movement.id)
        .where(*_cancelled(purpose, year))
    ).one()
    return int(found[0]), int(found[1])


def _cancelled(purpose: Purpose | None, year: int | None) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [
        MovementStep.act == "execute",
        Movement.kind == MovementKind.CANCEL.value,
        Movement.state == MovementState.EXECUTED.value,
    ]
    if purpose is not None:
        conditions.append(Movement.purpose == purpose.value)
    if year is not None:
        day = func.date(func.timezone("Asia/Shanghai", MovementStep.at))
        conditions.append(day.between(date(year, 1, 1), date(year, 12, 31)))
    return conditions
