"""False reports (虚假报告): recorded against a body, its reports flagged, each flag reviewed once."""

from datetime import datetime
from typing import Literal

from sqlalchemy.orm import Session

from app.kernel import audit
from app.kernel.actor import Actor
from app.kernel.errors import ActOutOfTurn
from app.kernel.permissions import Permission
from app.kernel.sources import cites
from cqcer.errors import ReasonMissing
from cqcer.errors.parties import FlagNotFound, ReportNotFound
from cqcer.models import ReportFinding, ReportFlag, VvReport


@cites("CQ-38.1")
def record_finding(
    session: Session,
    *,
    actor: Actor,
    report_id: int,
    kind: Literal["false", "at_odds_with_fact"],
    body: str,
    document_id: int,
    at: datetime,
) -> ReportFinding:
    """Record that a report is false or seriously at odds with fact; all reports of its body are flagged.

    Raises:
        ReportNotFound: there is none with this id.
        ReasonMissing: it says not what was found.

    Source: CQ-38.1.
    """
    actor.require(Permission.RECOGNISE_BODIES)
    if session.get(VvReport, report_id) is None:
        raise ReportNotFound(report_id=report_id)
    if not body.strip():
        raise ReasonMissing
    found = ReportFinding(
        report_id=report_id,
        kind=kind,
        body=body.strip(),
        document_id=document_id,
        recorded_by=actor.ref,
        recorded_at=at,
    )
    session.add(found)
    session.flush()
    audit.record(
        session,
        actor=actor,
        event="registry.report.finding",
        subject=("report", report_id),
        at=at,
        kind=kind,
    )
    return found


@cites("CQ-38.1")
def review_flag(
    session: Session, *, actor: Actor, flag_id: int, stands: bool, remark: str, at: datetime
) -> ReportFlag:
    """Say whether a flagged report stands; until then nothing more rests on it (复核).

    Raises:
        FlagNotFound: there is none with this id.
        ReasonMissing: it says not why.
        ActOutOfTurn: it was reviewed before.

    Source: CQ-38.1.
    """
    actor.require(Permission.REVIEW_REGISTRY_CASES)
    flag = session.get(ReportFlag, flag_id, with_for_update=True, populate_existing=True)
    if flag is None:
        raise FlagNotFound(flag_id=flag_id)
    if flag.outcome is not None:
        raise ActOutOfTurn(state=flag.outcome, act="review")
    if not remark.strip():
        raise ReasonMissing
    flag.outcome = "stands" if stands else "does_not_stand"
    flag.remark, flag.reviewed_by, flag.reviewed_at = remark.strip(), actor.ref, at
    audit.record(
        session,
        actor=actor,
        event="registry.report.review",
        subject=("report", flag.report_id),
        at=at,
        outcome=flag.outcome,
    )
    session.flush()
    return flag
