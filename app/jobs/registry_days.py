"""Close notices, take up late revisions, note overdue orders when their day is over (登记期限任务)."""

from datetime import datetime

from app.kernel.actor import SYSTEM
from app.kernel.calendar import ProvisionalDay
from app.kernel.session import transaction
from cqcer import commands
from cqcer.errors import NoticeClosed, NoticeStillOpen


def run(at: datetime) -> str:
    """Close every notice that is due and take up every late revision, each in a transaction of its own.

    A notice whose days lie in a year without a published calendar stays open, and so does one that a
    newer calendar moves until two people have said so: both are counted, and tried again next time.
    """
    closed = waiting = 0
    with transaction() as session:
        due = commands.notices_due(session, at=at)
    for notice_id in due:
        try:
            with transaction() as session:
                commands.close_notice(session, actor=SYSTEM, notice_id=notice_id, at=at)
            closed += 1
        except (NoticeStillOpen, NoticeClosed, ProvisionalDay):
            waiting += 1
    late, overdue = _revisions(at), _orders(at)
    return f"{closed} notices closed, {waiting} wait, {late} revisions late, {overdue} orders overdue"


def _orders(at: datetime) -> int:
    with transaction() as session:
        due = commands.orders_due(session, at=at)
    for order_id in due:
        with transaction() as session:
            commands.pass_due_date(session, actor=SYSTEM, order_id=order_id, at=at)
    return len(due)


def _revisions(at: datetime) -> int:
    late = 0
    with transaction() as session:
        due = commands.revisions_due(session, at=at)
    for subject, case_id in due:
        with transaction() as session:
            taken = commands.pass_revision_day(session, actor=SYSTEM, subject=subject, case_id=case_id, at=at)
            late += taken is not None
    return late
