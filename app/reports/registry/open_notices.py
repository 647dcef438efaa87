"""Public notices as anyone may read them (公示公开): what is on notice, how long still, what was said."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, case, func, select
from sqlalchemy.orm import Session, aliased

from app.kernel import calendar
from app.kernel.days import day_in_china, end_of_day
from app.kernel.sources import cites
from cqcer.errors import NoticeNotFound
from cqcer.models import Batch, Opinion, OpinionAnswer, PublicNotice, Recomputation, RegistryProject
from cqcer.values import Category, NoticeState, OpinionKind, Subject


@dataclass(frozen=True, kw_only=True)
class OpenNotice:
    """A notice as it stood at an instant, with its countdown."""

    id: int
    subject: Subject
    project_id: int
    batch_id: int | None
    title: str
    category: Category
    state: NoticeState
    opened_on: date
    last_day: date
    closes_at: datetime
    provisional: bool
    working_days: int
    working_days_left: int
    takes_opinions: bool
    objections: int
    comments: int
    unanswered_objections: int
    cleared_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Moved:
    """A deadline that an amendment of the calendar moved, with what the public was told."""

    from_day: date
    to_day: date
    public_note: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class OpenOpinion:
    """What somebody said, and what the owner answered; who said it is not public (Q-29)."""

    id: int
    number: int
    kind: OpinionKind
    body: str
    filed_at: datetime
    answer: str | None
    answered_at: datetime | None


@cites("CQ-17.6", "CQ-36.1", "Q-03")
def notices(
    session: Session,
    *,
    at: datetime,
    after: int | None,
    limit: int,
    state: str | None = None,
    subject: Subject | None = None,
    project_id: int | None = None,
    notice_id: int | None = None,
) -> list[OpenNotice]:
    """Return notices that had opened by an instant, as they stood then, by id.

    Source: CQ-17.6, CQ-36.1, Q-03.
    """
    stood = _state_at(at)
    batch, own = Batch, aliased(RegistryProject)
    wanted = (
        select(PublicNotice, own, stood, _last_day_at(at))
        .outerjoin(batch, batch.id == PublicNotice.batch_id)
        .join(own, own.id == func.coalesce(PublicNotice.project_id, batch.project_id))
        .where(PublicNotice.opened_at <= at)
        .order_by(PublicNotice.id)
        .limit(limit)
    )
    for column, value in ((PublicNotice.id, notice_id), (stood, state), (own.id, project_id)):
        if value is not None:
            wanted = wanted.where(column == value)
    if subject is not None:
        wanted = wanted.where(PublicNotice.batch_id.is_(None) == (subject is Subject.PROJECT))
    if after is not None:
        wanted = wanted.where(PublicNotice.id > after)
    rows: Sequence[Any] = session.execute(wanted).all()
    said = _counts(session, [row[0].id for row in rows], at)
    counted = _calendar(session, rows)
    return [_shown(row, said.get(row[0].id, (0, 0, 0)), counted, at) for row in rows]


@cites("CQ-17.6")
def notice(session: Session, notice_id: int, *, at: datetime) -> OpenNotice:
    """Return one notice that had opened by an instant.

    Raises:
        NoticeNotFound: there is none.

    Source: CQ-17.6.
    """
    found = notices(session, at=at, after=None, limit=1, notice_id=notice_id)
    if not found:
        raise NoticeNotFound(notice_id=notice_id)
    return found[0]


@cites("Q-03")
def moved(session: Session, notice_id: int, *, at: datetime) -> list[Moved]:
    """Return how an amended calendar moved the deadline of a notice.

    Source: Q-03.
    """
    rows = session.scalars(
        select(Recomputation)
        .where(Recomputation.notice_id == notice_id, Recomputation.at <= at)
        .order_by(Recomputation.id)
    )
    return [
        Moved(from_day=row.from_day, to_day=row.to_day, public_note=row.public_note, at=row.at)
        for row in rows
    ]


@cites("CQ-17.7", "CQ-17.8", "Q-29")
def opinions(
    session: Session, notice_id: int, *, at: datetime, after: int | None, limit: int
) -> list[OpenOpinion]:
    """Return what was said within a notice by its number, each with its public answer.

    Raises:
        NoticeNotFound: the notice had not opened.

    Source: CQ-17.7, CQ-17.8, Q-29.
    """
    notice(session, notice_id, at=at)
    wanted = (
        select(Opinion, OpinionAnswer)
        .outerjoin(
            OpinionAnswer,
            and_(OpinionAnswer.opinion_id == Opinion.id, OpinionAnswer.answered_at <= at),
        )
        .where(Opinion.notice_id == notice_id, Opinion.filed_at <= at, Opinion.number > (after or 0))
        .order_by(Opinion.number)
        .limit(limit)
    )
    rows: Sequence[Any] = session.execute(wanted).all()
    return [
        OpenOpinion(
            id=one.id,
            number=one.number,
            kind=OpinionKind(one.kind),
            body=one.body,
            filed_at=one.filed_at,
            answer=None if answer is None else answer.body,
            answered_at=None if answer is None else answer.answered_at,
        )
        for one, answer in rows
    ]


def _state_at(at: datetime) -> Any:
    return case(
        (PublicNotice.cleared_at <= at, NoticeState.CLEARED.value),
        (
            and_(PublicNotice.closed_at <= at, PublicNotice.state == NoticeState.ABORTED.value),
            NoticeState.ABORTED.value,
        ),
        (
            and_(PublicNotice.closed_at <= at, PublicNotice.state != NoticeState.ABORTED.value),
            NoticeState.CLOSED_PENDING_ANSWERS.value,
        ),
        else_=NoticeState.OPEN.value,
    )


def _last_day_at(at: datetime) -> Any:
    # the first amendment after the instant says which day stood before it
    later = (
        select(Recomputation.from_day)
        .where(Recomputation.notice_id == PublicNotice.id, Recomputation.at > at)
        .order_by(Recomputation.id)
        .limit(1)
        .scalar_subquery()
    )
    return func.coalesce(later, PublicNotice.last_day)


def _counts(session: Session, notice_ids: list[int], at: datetime) -> dict[int, tuple[int, int, int]]:
    objection = Opinion.kind == OpinionKind.OBJECTION.value
    rows = session.execute(
        select(
            Opinion.notice_id,
            func.count().filter(objection),
            func.count().filter(~objection),
            func.count().filter(objection, OpinionAnswer.opinion_id.is_(None)),
        )
        .outerjoin(
            OpinionAnswer,
            and_(OpinionAnswer.opinion_id == Opinion.id, OpinionAnswer.answered_at <= at),
        )
        .where(Opinion.notice_id.in_(notice_ids), Opinion.filed_at <= at)
        .group_by(Opinion.notice_id)
    )
    return {notice_id: (objections, comments, waiting) for notice_id, objections, comments, waiting in rows}


def _calendar(session: Session, rows: Sequence[Any]) -> dict[date, calendar.Day]:
    if not rows:
        return {}
    first, last = min(row[0].opened_on for row in rows), max(row[3] for row in rows)
    return {day.day: day for day in calendar.days(session, first, last)}


def _shown(
    row: Any, said: tuple[int, int, int], counted: dict[date, calendar.Day], at: datetime
) -> OpenNotice:
    found, project, stood, last_day = row
    state = NoticeState(stood)
    days = [day for on, day in counted.items() if found.opened_on < on <= last_day]
    today = day_in_china(at)
    running = state is NoticeState.OPEN and at < end_of_day(last_day)
    return OpenNotice(
        id=found.id,
        subject=Subject.PROJECT if found.batch_id is None else Subject.BATCH,
        project_id=project.id,
        batch_id=found.batch_id,
        title=project.title,
        category=Category(project.category),
        state=state,
        opened_on=found.opened_on,
        last_day=last_day,
        closes_at=end_of_day(last_day),
        provisional=any(day.provisional for day in days),
        working_days=found.working_days,
        working_days_left=sum(day.working for day in days if day.day >= today) if running else 0,
        takes_opinions=running,
        objections=said[0],
        comments=said[1],
        unanswered_objections=said[2],
        cleared_at=found.cleared_at if state is NoticeState.CLEARED else None,
    )
