"""Reads of units: who holds what, what is free, where a number came from."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from app.kernel.sources import cites
from cqcer.errors import UnitNotFound
from cqcer.models import Batch, BlockTally, BooksAudit, Holding, IssuedBlock, RegistryProject
from cqcer.serials import Serial
from cqcer.values import Category, HeldPart, Period, Range, RulebookCode, UnitState


class Unit(NamedTuple):
    """What there is to know about one number."""

    serial: Serial
    state: UnitState
    account_id: int
    since_movement_id: int


class Tally(NamedTuple):
    """How many units are in which state."""

    issued: int
    held: int
    reserved: int
    in_trading: int
    frozen: int
    cancelled: int


class Origin(NamedTuple):
    """Where a movement's units come from."""

    categories: frozenset[Category]
    project_ids: frozenset[int]
    rulebooks: frozenset[RulebookCode]


def free_ranges(
    session: Session, account_id: int, state: UnitState, *, block_id: int | None = None
) -> Iterator[Range]:
    """Return what an account holds in a state, the longest held first, then by number."""
    wanted = select(Holding.start_no, Holding.end_no).where(
        Holding.account_id == account_id, Holding.state == state.value
    )
    if block_id is not None:
        wanted = wanted.where(Holding.block_id == block_id)
    for first, last in session.execute(wanted.order_by(Holding.since, Holding.start_no)):
        yield Range(first, last)


def free_quantity(session: Session, account_id: int, state: UnitState, *, block_id: int | None = None) -> int:
    """Return how many units an account holds in a state."""
    wanted = select(func.coalesce(func.sum(Holding.end_no - Holding.start_no + 1), 0)).where(
        Holding.account_id == account_id, Holding.state == state.value
    )
    if block_id is not None:
        wanted = wanted.where(Holding.block_id == block_id)
    return int(session.scalar(wanted) or 0)


def holdings_of(session: Session, account_id: int) -> list[HeldPart]:
    """Return all parts that an account holds, by number; cancelled ones are those it cancelled."""
    rows = session.scalars(
        select(Holding)
        .where(Holding.account_id == account_id)
        .order_by(Holding.start_no)
        .execution_options(populate_existing=True)
    )
    return [
        HeldPart(
            Range(row.start_no, row.end_no), row.block_id, row.account_id, UnitState(row.state), row.since
        )
        for row in rows
    ]


_ORIGIN = text("""
    select distinct p.category, p.id, p.rulebook
      from unnest(cast(:first as bigint[]), cast(:last as bigint[])) as part(first_no, last_no)
      join issued_block b
        on int8range(b.start_no, b.end_no, '[]') && int8range(part.first_no, part.last_no, '[]')
      join registry_project p on p.id = b.project_id
""")


def origin_of(session: Session, ranges: Sequence[Range]) -> Origin:
    """Return the projects that numbers come from."""
    rows = session.execute(
        _ORIGIN, {"first": [one.first for one in ranges], "last": [one.last for one in ranges]}
    ).all()
    return Origin(
        frozenset(Category(row.category) for row in rows),
        frozenset(row.id for row in rows),
        frozenset(RulebookCode(row.rulebook) for row in rows),
    )


def held_by_another_owner(
    session: Session, project_ids: frozenset[int], *, organisation_id: int | None, person_id: int | None
) -> bool:
    """Tell whether one of the projects is not owned by this subject."""
    return any(
        (project.owner_organisation_id, project.owner_person_id) != (organisation_id, person_id)
        for project in session.scalars(select(RegistryProject).where(RegistryProject.id.in_(project_ids)))
    )


@cites("CQ-30.3", "CQ-6.5")
def unit(session: Session, number: int) -> Unit:
    """Return the one unit with this number: its series, and who holds it in which state.

    Raises:
        UnitNotFound: the number was never given.

    Source: CQ-30.3, CQ-6.5.
    """
    row = session.execute(
        select(Holding, IssuedBlock, Batch, RegistryProject)
        .join(IssuedBlock, IssuedBlock.id == Holding.block_id)
        .join(Batch, Batch.id == IssuedBlock.batch_id)
        .join(RegistryProject, RegistryProject.id == IssuedBlock.project_id)
        .where(
            func.int8range(Holding.start_no, Holding.end_no, "[]").op("&&")(
                func.int8range(number, number, "[]")
            )
        )
    ).one_or_none()
    if row is None:
        raise UnitNotFound(number=number)
    holding, block, batch, project = row
    return Unit(
        Serial(
            RulebookCode(project.rulebook),
            Category(block.category),
            project.id,
            Period(batch.first_day, batch.last_day),
            Range(number, number),
        ),
        UnitState(holding.state),
        holding.account_id,
        holding.since,
    )


@cites("CQ-30.3")
def tally(session: Session, *, project_id: int | None = None) -> Tally:
    """Return how many units are in which state, of one project or of all.

    Source: CQ-30.3.
    """
    columns = (
        BlockTally.issued,
        BlockTally.held,
        BlockTally.reserved,
        BlockTally.in_trading,
        BlockTally.frozen,
        BlockTally.cancelled,
    )
    wanted = select(*(func.coalesce(func.sum(column), 0) for column in columns))
    if project_id is not None:
        wanted = wanted.join(IssuedBlock, IssuedBlock.id == BlockTally.block_id).where(
            IssuedBlock.project_id == project_id
        )
    return Tally(*(int(number) for number in session.execute(wanted).one()))


def books_agree(session: Session) -> bool:
    """Tell whether the last second computation of the books agreed; before the first, they do."""
    last = session.scalar(select(BooksAudit.agrees).order_by(BooksAudit.id.desc()).limit(1))
    return last is not False
