"""Reads of reports: the desk's list without contents, one report opened, and what its reporter sees."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.kernel.secrets import same
from app.oversight.errors import ReportNotFound
from app.oversight.models import ReportAttachment, ReportStep, WrongdoingReport
from app.oversight.sealing import opened, receipt_hash
from app.oversight.states import FOR_THE_REPORTER, Act

SHOWN = 50


@dataclass(frozen=True, kw_only=True)
class OpenStep:
    """A step with its words in clear."""

    act: str
    to_state: str
    actor: str
    note: str
    finding: str | None
    at: datetime


@dataclass(frozen=True, kw_only=True)
class OpenReport:
    """A report in clear, for those who may read it."""

    report: WrongdoingReport
    whom: str
    content: str
    contact: str
    steps: tuple[OpenStep, ...]
    attachments: tuple[tuple[int, str], ...]


def reports(
    session: Session, *, state: str | None = None, before: int | None = None, limit: int = SHOWN
) -> Sequence[WrongdoingReport]:
    """Return reports for the desk's list, the latest first; their contents stay sealed."""
    wanted = select(WrongdoingReport).order_by(WrongdoingReport.id.desc()).limit(limit)
    if state is not None:
        wanted = wanted.where(WrongdoingReport.state == state)
    if before is not None:
        wanted = wanted.where(WrongdoingReport.id < before)
    return session.scalars(wanted).all()


def counts(session: Session) -> dict[str, int]:
    """Return how many reports stand in each state."""
    rows = session.execute(select(WrongdoingReport.state, func.count()).group_by(WrongdoingReport.state))
    return {state: int(count) for state, count in rows}


def by_number(session: Session, number: str, *, lock: bool = False) -> WrongdoingReport:
    """Return the report with this number.

    Raises:
        ReportNotFound: there is none.
    """
    wanted = select(WrongdoingReport).where(WrongdoingReport.number == number)
    found = session.scalars(wanted.with_for_update() if lock else wanted).one_or_none()
    if found is None:
        raise ReportNotFound
    return found


def by_receipt(session: Session, number: str, receipt: str, *, lock: bool = False) -> WrongdoingReport:
    """Return a report to whoever has its number and its code.

    Raises:
        ReportNotFound: there is none with both; which of the two is wrong is not told.
    """
    found = by_number(session, number.strip().upper(), lock=lock)
    if not same(found.receipt_hash, receipt_hash(receipt)):
        raise ReportNotFound
    return found


def in_clear(session: Session, report: WrongdoingReport) -> OpenReport:
    """Open a report; whoever calls this notes who read it."""
    attachments = session.scalars(
        select(ReportAttachment).where(ReportAttachment.report_id == report.id).order_by(ReportAttachment.id)
    )
    return OpenReport(
        report=report,
        whom=opened(report.whom_sealed),
        content=opened(report.content_sealed),
        contact=opened(report.contact_sealed),
        steps=_steps(session, report),
        attachments=tuple((each.id, opened(each.filename_sealed)) for each in attachments),
    )


def for_the_reporter(session: Session, report: WrongdoingReport) -> tuple[OpenStep, ...]:
    """Return the steps that the reporter may read, the first first."""
    return tuple(step for step in _steps(session, report) if Act(step.act) in FOR_THE_REPORTER)


def attachment(session: Session, number: str, attachment_id: int) -> ReportAttachment:
    """Return a file of a report.

    Raises:
        ReportNotFound: the report has none with this id.
    """
    report = by_number(session, number)
    found = session.get(ReportAttachment, attachment_id)
    if found is None or found.report_id != report.id:
        raise ReportNotFound
    return found


def _steps(session: Session, report: WrongdoingReport) -> tuple[OpenStep, ...]:
    rows = session.scalars(
        select(ReportStep).where(ReportStep.report_id == report.id).order_by(ReportStep.id)
    )
    return tuple(
        OpenStep(
            act=step.act,
            to_state=step.to_state,
            actor=step.actor,
            note=opened(step.note_sealed),
            finding=step.finding,
            at=step.at,
        )
        for step in rows
    )
