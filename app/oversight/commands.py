"""Acts on reports of wrongdoing: filing, adding, reading, handling."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.kernel import audit
from app.kernel.actor import ANONYMOUS, Actor
from app.kernel.days import day_in_china
from app.kernel.permissions import Permission
from app.kernel.sources import cites
from app.oversight import queries, rules, sealing, states
from app.oversight.models import ReportAttachment, ReportStep, WrongdoingReport
from app.oversight.states import Act, State
from app.oversight.values import Attached, Finding, Told

_NEXT_NUMBER = text("select nextval('wrongdoing_report_number_seq')")


@cites("CQ-41.1", "Q-29")
def file_report(
    session: Session, *, told: Told, attached: Sequence[Attached], key: str, at: datetime
) -> tuple[WrongdoingReport, str]:
    """Take a report and return it with the code that its reporter keeps (举报).

    There is no actor: whoever is signed in is not noted anywhere.

    Args:
        key: made with the form; the same form again is the same report with the same code.

    Raises:
        ReportIncomplete: it says too little or too much.

    Source: CQ-41.1, Q-29.
    """
    rules.check_report(told)
    hashed, receipt = sealing.key_hash(key), sealing.receipt_of(key)
    earlier = session.scalars(
        select(WrongdoingReport).where(WrongdoingReport.key_hash == hashed)
    ).one_or_none()
    if earlier is not None:
        return earlier, receipt
    place = session.scalar(_NEXT_NUMBER)
    made = WrongdoingReport(
        number=f"JB-{day_in_china(at):%Y}-{place:05d}",
        key_hash=hashed,
        receipt_hash=sealing.receipt_hash(receipt),
        about=told.about.value,
        whom_sealed=sealing.sealed(told.whom),
        content_sealed=sealing.sealed(told.content),
        contact_sealed=sealing.sealed(told.contact) if told.contact else None,
        state=State.RECEIVED.value,
        received_at=at,
    )
    session.add(made)
    session.flush()
    session.add(
        ReportStep(
            report_id=made.id,
            act=Act.FILE.value,
            from_state=None,
            to_state=State.RECEIVED.value,
            actor=ANONYMOUS.ref,
            at=at,
        )
    )
    session.add_all(
        ReportAttachment(
            report_id=made.id,
            document_id=each.document_id,
            filename_sealed=sealing.sealed(each.filename),
            media_type=each.media_type,
        )
        for each in attached
    )
    session.flush()
    return made, receipt


@cites("CQ-41.1", "Q-29")
def add_to_report(
    session: Session, *, number: str, receipt: str, note: str, at: datetime
) -> WrongdoingReport:
    """Let the reporter add something, by number and code.

    Raises:
        ReportNotFound: number and code do not belong together.
        ActOutOfTurn: the report is closed.
        NoteMissing: fewer than 5 or more than 2,000 characters.

    Source: CQ-41.1, Q-29.
    """
    report = queries.by_receipt(session, number, receipt, lock=True)
    _step(session, report, Act.ADD, actor=ANONYMOUS, note=note, at=at)
    return report


@cites("CQ-41.1", "T-65")
def read_report(session: Session, *, actor: Actor, number: str, at: datetime) -> queries.OpenReport:
    """Open a report for a handler, and note that they read it.

    Raises:
        Forbidden: the actor does not handle reports.
        ReportNotFound: there is none with this number.

    Source: CQ-41.1, T-65.
    """
    actor.require(Permission.HANDLE_WRONGDOING)
    report = queries.by_number(session, number)
    audit.record(
        session, actor=actor, event="oversight.report.read", subject=("wrongdoing_report", report.id), at=at
    )
    return queries.in_clear(session, report)


@cites("CQ-41.1", "T-65")
def read_attachment(
    session: Session, *, actor: Actor, number: str, attachment_id: int, at: datetime
) -> ReportAttachment:
    """Return a file of a report for a handler, and note that they read it.

    Raises:
        Forbidden: the actor does not handle reports.
        ReportNotFound: the report has no such file.

    Source: CQ-41.1, T-65.
    """
    actor.require(Permission.HANDLE_WRONGDOING)
    found = queries.attachment(session, number, attachment_id)
    audit.record(
        session,
        actor=actor,
        event="oversight.attachment.read",
        subject=("wrongdoing_report", found.report_id),
        at=at,
        attachment_id=found.id,
    )
    return found


@cites("CQ-41.1")
def handle_report(
    session: Session,
    *,
    actor: Actor,
    number: str,
    act: Act,
    note: str = "",
    finding: Finding | None = None,
    at: datetime,
) -> WrongdoingReport:
    """Take a report up, note something, ask the reporter, or close it with a finding and an answer.

    Raises:
        Forbidden: the actor does not handle reports.
        ReportNotFound: there is none with this number.
        ActOutOfTurn: its state does not allow the act.
        NoteMissing: a note, question or answer of fewer than 5 or more than 2,000 characters.

    Source: CQ-41.1.
    """
    actor.require(Permission.HANDLE_WRONGDOING)
    report = queries.by_number(session, number, lock=True)
    _step(session, report, act, actor=actor, note=note, finding=finding, at=at)
    audit.record(
        session,
        actor=actor,
        event=f"oversight.report.{act.value}",
        subject=("wrongdoing_report", report.id),
        at=at,
    )
    return report


def _step(
    session: Session,
    report: WrongdoingReport,
    act: Act,
    *,
    actor: Actor,
    note: str = "",
    finding: Finding | None = None,
    at: datetime,
) -> None:
    present = State(report.state)
    following = states.after(present, act)
    said = rules.check_note(note) if act is not Act.TAKE else None
    session.add(
        ReportStep(
            report_id=report.id,
            act=act.value,
            from_state=present.value,
            to_state=following.value,
            actor=actor.ref,
            note_sealed=sealing.sealed(said) if said else None,
            finding=finding.value if finding else None,
            at=at,
        )
    )
    session.flush()  # the database moves the report's state
    session.refresh(report)
