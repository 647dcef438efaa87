"""Units as anyone may read them (减排量公开): any one number, what was issued, what was cancelled."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.kernel.days import day_in_china
from app.kernel.sources import cites
from cqcer import serials
from cqcer.errors import UnitNotFound
from cqcer.serials import Serial
from cqcer.values import Category, MovementKind, Period, Range, RulebookCode, UnitState


class Quantities(NamedTuple):
    """How many tonnes were issued, and how many of them were cancelled, up to an instant."""

    issued_t: int
    cancelled_t: int


@dataclass(frozen=True, kw_only=True)
class OpenBlock:
    """What a registered batch was issued under."""

    id: int
    serial: str
    project_id: int
    project_number: str
    batch_id: int
    category: Category
    first_no: int
    last_no: int
    issued_on: date
    cancelled_t: int

    @property
    def quantity_t(self) -> int:
        """Return the tonnes, of which each has its number."""
        return self.last_no - self.first_no + 1


@dataclass(frozen=True, kw_only=True)
class Passage:
    """One executed movement of a number; between whom is not public."""

    movement_id: int
    kind: MovementKind
    purpose: str | None
    on: date


@dataclass(frozen=True, kw_only=True)
class OpenUnit:
    """One number: its series, its state at an instant, and what had happened to it."""

    number: int
    serial: str
    project_id: int
    project_number: str
    batch_id: int
    state: UnitState
    passages: tuple[Passage, ...]


@dataclass(frozen=True, kw_only=True)
class OpenCancellation:
    """An executed cancellation (注销公开): date, quantity, purpose, beneficiary, the very numbers."""

    id: int
    on: date
    purpose: str
    beneficiary: str | None
    quantity_t: int
    serials: tuple[str, ...]


_QUANTITIES: Final = text("""
    select b.project_id,
           sum(b.end_no - b.start_no + 1) as issued,
           coalesce(sum(gone.quantity), 0) as cancelled
      from issued_block b
      left join lateral (
           select sum(h.end_no - h.start_no + 1) as quantity
             from holding h
             join movement_step s on s.movement_id = h.since and s.act = 'execute' and s.at <= :at
            where h.block_id = b.id and h.state = 'cancelled') gone on true
     where b.issued_at <= :at and b.project_id = any(cast(:projects as bigint[]))
     group by b.project_id
""")


@cites("CQ-30.3", "CQ-36.1")
def quantities_of(session: Session, project_ids: Sequence[int], *, at: datetime) -> dict[int, Quantities]:
    """Return what had been issued and cancelled of projects by an instant.

    A cancelled unit never moves again, so the movement that cancelled it dates it for ever.

    Source: CQ-30.3, CQ-36.1.
    """
    rows = session.execute(_QUANTITIES, {"projects": list(project_ids), "at": at})
    return {row.project_id: Quantities(int(row.issued), int(row.cancelled)) for row in rows}


_BLOCKS: Final = text("""
    select b.id, b.project_id, b.batch_id, b.category, b.start_no, b.end_no, b.issued_at,
           p.rulebook, p.number, a.first_day, a.last_day, coalesce(gone.quantity, 0) as cancelled
      from issued_block b
      join registry_project p on p.id = b.project_id
      join batch a on a.id = b.batch_id
      left join lateral (
           select sum(h.end_no - h.start_no + 1) as quantity
             from holding h
             join movement_step s on s.movement_id = h.since and s.act = 'execute' and s.at <= :at
            where h.block_id = b.id and h.state = 'cancelled') gone on true
     where b.issued_at <= :at and b.id > :after
       and (cast(:project as bigint) is null or b.project_id = :project)
     order by b.id limit :limit
""")


@cites("CQ-36.1", "CQ-20.5")
def blocks(
    session: Session, *, at: datetime, after: int | None, limit: int, project_id: int | None = None
) -> list[OpenBlock]:
    """Return what had been issued by an instant, batch by batch.

    Source: CQ-36.1, CQ-20.5.
    """
    rows = session.execute(_BLOCKS, {"at": at, "after": after or 0, "limit": limit, "project": project_id})
    return [
        OpenBlock(
            id=row.id,
            serial=_serial(row, row.start_no, row.end_no),
            project_id=row.project_id,
            project_number=row.number,
            batch_id=row.batch_id,
            category=Category(row.category),
            first_no=row.start_no,
            last_no=row.end_no,
            issued_on=day_in_china(row.issued_at),
            cancelled_t=int(row.cancelled),
        )
        for row in rows
    ]


_ORIGIN: Final = text("""
    select b.project_id, b.batch_id, b.category, p.rulebook, p.number, a.first_day, a.last_day
      from issued_block b
      join registry_project p on p.id = b.project_id
      join batch a on a.id = b.batch_id
     where int8range(b.start_no, b.end_no, '[]') && int8range(:number, :number, '[]') and b.issued_at <= :at
""")
_PASSAGES: Final = text("""
    select s.act, s.at, m.id, m.kind, m.purpose, m.from_state
      from movement_part part
      join unit_movement m on m.id = part.movement_id
      join movement_step s on s.movement_id = m.id
     where int8range(part.start_no, part.end_no, '[]') && int8range(:number, :number, '[]')
       and s.act in ('propose', 'execute', 'refuse', 'withdraw', 'lapse', 'fail_checks')
       and s.at <= :at
     order by s.seq
""")
_BECOMES: Final = {
    MovementKind.DEPOSIT: UnitState.IN_TRADING,
    MovementKind.FREEZE: UnitState.FROZEN_ORDER,
    MovementKind.HOLD_FOR_OFFSET: UnitState.FROZEN_OFFSET,
    MovementKind.CANCEL: UnitState.CANCELLED,
}


@cites("CQ-30.3", "CQ-29.3", "CQ-6.5")
def unit(session: Session, number: int, *, at: datetime) -> OpenUnit:
    """Return one number as it was at an instant, and every movement that had touched it.

    Raises:
        UnitNotFound: the number had not been given.

    Source: CQ-30.3, CQ-29.3, CQ-6.5.
    """
    origin = session.execute(_ORIGIN, {"number": number, "at": at}).one_or_none()
    if origin is None:
        raise UnitNotFound(number=number)
    state, passages = UnitState.HELD, []
    for row in session.execute(_PASSAGES, {"number": number, "at": at}):
        kind = MovementKind(row.kind)
        if row.act == "execute":
            state = _BECOMES.get(kind, UnitState.HELD)
            passages.append(
                Passage(movement_id=row.id, kind=kind, purpose=row.purpose, on=day_in_china(row.at))
            )
        elif row.act == "propose":
            state = UnitState.RESERVED
        else:
            state = UnitState(row.from_state)
    return OpenUnit(
        number=number,
        serial=_serial(origin, number, number),
        project_id=origin.project_id,
        project_number=origin.number,
        batch_id=origin.batch_id,
        state=state,
        passages=tuple(passages),
    )


@cites("CQ-30.3")
def unit_of_serial(session: Session, serial: Serial, *, at: datetime) -> OpenUnit:
    """Return the first number of a serial, whose series must be the one that the number is of.

    Raises:
        UnitNotFound: no such number had been given in that series.

    Source: CQ-30.3.
    """
    found = unit(session, serial.units.first, at=at)
    given = serials.read(found.serial)
    if serial._replace(units=given.units) != given:
        raise UnitNotFound(number=serial.units.first)
    return found


_CANCELLED: Final = text("""
    select m.id, s.at, m.purpose, m.quantity,
           case f.kind when 'person' then null else f.name end as beneficiary
      from unit_movement m
      join movement_step s on s.movement_id = m.id and s.act = 'execute' and s.at <= :at
      left join beneficiary f on f.id = m.beneficiary_id
     where m.kind = 'cancel' and m.id > :after and (cast(:purpose as text) is null or m.purpose = :purpose)
     order by m.id limit :limit
""")
_NUMBERS: Final = text("""
    select part.movement_id, greatest(part.start_no, b.start_no) as first_no,
           least(part.end_no, b.end_no) as last_no,
           b.project_id, b.category, p.rulebook, a.first_day, a.last_day
      from movement_part part
      join issued_block b
        on int8range(b.start_no, b.end_no, '[]') && int8range(part.start_no, part.end_no, '[]')
      join registry_project p on p.id = b.project_id
      join batch a on a.id = b.batch_id
     where part.movement_id = any(cast(:movements as bigint[]))
     order by part.movement_id, first_no
""")


@cites("CQ-29.3", "CQ-22.4", "CQ-29.1")
def cancellations(
    session: Session, *, at: datetime, after: int | None, limit: int, purpose: str | None = None
) -> list[OpenCancellation]:
    """Return executed cancellations by the order in which they were proposed; natural persons unnamed.

    Source: CQ-29.3, CQ-22.4, CQ-29.1.
    """
    rows = session.execute(
        _CANCELLED, {"at": at, "after": after or 0, "limit": limit, "purpose": purpose}
    ).all()
    texts: dict[int, list[str]] = {}
    for part in session.execute(_NUMBERS, {"movements": [row.id for row in rows]}):
        texts.setdefault(part.movement_id, []).append(_serial(part, part.first_no, part.last_no))
    return [
        OpenCancellation(
            id=row.id,
            on=day_in_china(row.at),
            purpose=row.purpose,
            beneficiary=row.beneficiary,
            quantity_t=row.quantity,
            serials=tuple(texts.get(row.id, ())),
        )
        for row in rows
    ]


def _serial(row: Any, first: int, last: int) -> str:
    return serials.write(
        Serial(
            RulebookCode(row.rulebook),
            Category(row.category),
            row.project_id,
            Period(row.first_day, row.last_day),
            Range(first, last),
        )
    )
