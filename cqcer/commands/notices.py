"""Public notices: opened by the agency, open to everybody's opinions, closed by the calendar (公示)."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.kernel.actor import Actor
from app.kernel.calendar import CalendarEdition, Deadline, check_not_provisional, working_days_after
from app.kernel.days import day_in_china, end_of_day
from app.kernel.permissions import Permission
from app.kernel.sources import cites
from cqcer.checks import refuse_if_failed
from cqcer.commands.cases import checked, key_of, owned, write_step
from cqcer.commands.likeness import answer_likeness
from cqcer.errors import NoticeClosed, NoticeNotFound, NoticeStillOpen, OpinionNotFound, ReasonMissing
from cqcer.models import Opinion, OpinionAnswer, PublicNotice, Recomputation
from cqcer.queries import cases
from cqcer.rulebooks import rulebook
from cqcer.values import CaseAct, NoticeState, OpinionKind, RulebookCode, Subject


@cites("CQ-17.5", "CQ-17.6", "Q-04", "CQ-42.10")
def open_notice(
    session: Session,
    *,
    actor: Actor,
    subject: Subject,
    case_id: int,
    at: datetime,
    likeness: str | None = None,
) -> PublicNotice:
    """Pass the completeness review and open the public notice, whose last day is fixed at once.

    Under the national rules nobody reviews before, and the owner opens it (CCER-12.1).

    Args:
        likeness: the agency's answer where the project resembles others, kept for each of them; an
            owner's word is none.

    Raises:
        CaseNotFound: there is none with this id.
        ChecksFailed: the material is not complete.
        ActOutOfTurn: the case is not uploaded.

    Source: CQ-17.5, CQ-17.6, Q-04, CQ-42.10.
    """
    if (
        rulebook(RulebookCode(cases.case(session, subject, case_id).rulebook)).notice_opened_by
        == "project_owner"
    ):
        actor.require(Permission.APPLY_TO_REGISTRY)
        of = owned(session, actor, subject, case_id, lock=True)
    else:
        actor.require(Permission.REVIEW_REGISTRY_CASES)
        of = cases.case(session, subject, case_id, lock=True)
        if subject is Subject.PROJECT and (likeness or "").strip():
            answer_likeness(session, actor=actor, project_id=case_id, answer=likeness or "", at=at)
    report = checked(session, of, CaseAct.OPEN_NOTICE, at=at)
    refuse_if_failed(report)
    notice = PublicNotice(**key_of(of), working_days=rulebook(RulebookCode(of.rulebook)).notice_working_days)
    session.add(notice)
    session.flush()
    write_step(session, of, CaseAct.OPEN_NOTICE, actor=actor, at=at, report=report, reason=likeness)
    notice.state, notice.opened_on = NoticeState.OPEN.value, day_in_china(at)
    notice.opened_at, notice.opened_by = at, actor.ref
    session.flush()
    session.refresh(notice)  # the database computed the last day
    return notice


@cites("CQ-17.7", "Q-04")
def file_opinion(
    session: Session,
    *,
    actor: Actor,
    notice_id: int,
    kind: OpinionKind,
    body: str,
    signed: str | None,
    at: datetime,
) -> Opinion:
    """File anybody's opinion within an open notice; it gets the next number and never changes.

    Raises:
        NoticeNotFound: there is none with this id.
        NoticeClosed: the notice is not open at this instant.
        ReasonMissing: nothing is said.

    Source: CQ-17.7, Q-04.
    """
    notice = _notice(session, notice_id, lock=True)
    if not body.strip():
        raise ReasonMissing
    if (
        notice.state != NoticeState.OPEN
        or notice.last_day is None
        or notice.opened_at is None
        or not notice.opened_at <= at < end_of_day(notice.last_day)
    ):
        raise NoticeClosed(last_day=notice.last_day and notice.last_day.isoformat())
    opinion = Opinion(
        notice_id=notice.id,
        number=notice.opinions + 1,
        kind=kind.value,
        body=body.strip(),
        signed=signed,
        filed_by=actor.ref,
        filed_at=at,
    )
    session.add(opinion)
    session.flush()
    session.refresh(notice)
    return opinion


@cites("CQ-17.8")
def answer_opinion(
    session: Session, *, actor: Actor, opinion_id: int, body: str, at: datetime
) -> OpinionAnswer:
    """Answer an opinion in public; the last answer to an objection clears a notice that has closed.

    Raises:
        OpinionNotFound: there is none, or it is about another owner's case.
        ReasonMissing: nothing is said.

    Source: CQ-17.8.
    """
    actor.require(Permission.APPLY_TO_REGISTRY)
    opinion = session.get(Opinion, opinion_id)
    if opinion is None:
        raise OpinionNotFound(opinion_id=opinion_id)
    notice = _notice(session, opinion.notice_id, lock=False)
    subject, case_id = _subject(notice)
    of = owned(session, actor, subject, case_id, lock=True)
    notice = _notice(session, notice.id, lock=True)
    if not body.strip():
        raise ReasonMissing
    answer = OpinionAnswer(opinion_id=opinion.id, body=body.strip(), answered_by=actor.ref, answered_at=at)
    session.add(answer)
    session.flush()
    if notice.state == NoticeState.CLOSED_PENDING_ANSWERS and not cases.open_objections(session, notice.id):
        notice.state, notice.cleared_at = NoticeState.CLEARED.value, at
        session.flush()
        write_step(session, of, CaseAct.CLEAR, actor=actor, at=at)
    return answer


@cites("CQ-17.6", "CQ-17.8", "Q-03")
def close_notice(session: Session, *, actor: Actor, notice_id: int, at: datetime) -> PublicNotice:
    """Close a notice at the end of its last working day: cleared, or waiting for answers.

    Raises:
        NoticeNotFound: there is none with this id.
        NoticeClosed: it is not open.
        NoticeStillOpen: its last day is not over, or a newer calendar moves it.
        ProvisionalDay: a day of it lies in a year whose holidays are not published yet.

    Source: CQ-17.6, CQ-17.8, Q-03.
    """
    notice = _notice(session, notice_id, lock=False)
    subject, case_id = _subject(notice)
    of = cases.case(session, subject, case_id, lock=True)
    notice = _notice(session, notice_id, lock=True)
    if notice.state != NoticeState.OPEN or notice.last_day is None:
        raise NoticeClosed(state=notice.state)
    computed = _computed(session, notice)
    if at < end_of_day(notice.last_day) or (not computed.provisional and notice.last_day < computed.last_day):
        raise NoticeStillOpen(last_day=max(notice.last_day, computed.last_day).isoformat())
    check_not_provisional(computed)
    waiting = cases.open_objections(session, notice.id) > 0
    notice.closed_at = at
    if waiting:
        notice.state = NoticeState.CLOSED_PENDING_ANSWERS.value
    else:
        notice.state, notice.cleared_at = NoticeState.CLEARED.value, at
    session.flush()
    act = CaseAct.CLOSE_NOTICE_WITH_OBJECTIONS if waiting else CaseAct.CLEAR
    write_step(session, of, act, actor=actor, at=at)
    return notice


@cites("Q-03")
def recompute_notice(
    session: Session, *, actor: Actor, proposed_by: str, notice_id: int, public_note: str, at: datetime
) -> Recomputation:
    """Compute an open deadline anew after a published amendment of the calendar, never to an earlier day.

    Args:
        proposed_by: the other of the two people; the actor confirms.

    Raises:
        NoticeClosed: the notice is not open.
        ReasonMissing: the public is not told why.

    Source: Q-03.
    """
    actor.require(Permission.CONFIRM_REGISTRY_ACT)
    notice = _notice(session, notice_id, lock=True)
    if notice.state != NoticeState.OPEN or notice.last_day is None:
        raise NoticeClosed(state=notice.state)
    if not public_note.strip():
        raise ReasonMissing
    edition = session.scalars(select(CalendarEdition.id).order_by(CalendarEdition.id.desc()).limit(1)).one()
    made = Recomputation(
        notice_id=notice.id,
        edition_id=edition,
        from_day=notice.last_day,
        to_day=max(notice.last_day, _computed(session, notice).last_day),
        public_note=public_note.strip(),
        proposed_by=proposed_by,
        confirmed_by=actor.ref,
        at=at,
    )
    session.add(made)
    session.flush()
    session.refresh(notice)
    return made


def _notice(session: Session, notice_id: int, *, lock: bool) -> PublicNotice:
    found = session.get(
        PublicNotice, notice_id, with_for_update={"key_share": True} if lock else None, populate_existing=lock
    )
    if found is None:
        raise NoticeNotFound(notice_id=notice_id)
    return found


def _subject(notice: PublicNotice) -> tuple[Subject, int]:
    if notice.batch_id is not None:
        return Subject.BATCH, notice.batch_id
    return Subject.PROJECT, notice.project_id or 0


def _computed(session: Session, notice: PublicNotice) -> Deadline:
    if notice.opened_on is None:
        raise NoticeClosed(state=notice.state)
    return working_days_after(session, notice.opened_on, notice.working_days)
