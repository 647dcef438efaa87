"""Acts of disclosure: closing a day, and keeping a snapshot."""

import json
from datetime import date, datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.disclosure import chain, queries, rules, serials
from app.disclosure.errors import AlreadyCorrected
from app.disclosure.models import DisclosureDay, DisclosureSnapshot
from app.kernel import audit
from app.kernel.actor import Actor
from app.kernel.sources import cites

_ONE_AT_A_TIME = text("select pg_advisory_xact_lock(hashtext(:what))")


@cites("Q-30", "T-62")
def open_day(session: Session, *, day: date, at: datetime) -> DisclosureDay:
    """Note a day as added up; its steps follow in the same transaction.

    Raises:
        DayOutOfTurn: it is not the next day, or has not ended.

    Source: Q-30, T-62.
    """
    session.execute(_ONE_AT_A_TIME, {"what": "disclosure_day"})
    rules.check_day(day, last=queries.last_day(session), at=at)
    made = DisclosureDay(day=day, closed_at=at)
    session.add(made)
    session.flush()
    return made


@cites("CQ-36.4", "CQ-36.5", "Q-30")
def keep_snapshot(
    session: Session,
    *,
    actor: Actor,
    month: date,
    body: dict[str, Any],
    at: datetime,
    corrects: DisclosureSnapshot | None = None,
    reason: str | None = None,
) -> DisclosureSnapshot:
    """Put a month's snapshot at the end of the chain, word for word.

    Args:
        body: what is published; number, edition and reason are written in front of it.
        corrects: the edition that this one replaces; with it a reason.

    Raises:
        MonthNotOver: days of the month are missing.
        CorrectionUnexplained: a correction without a reason that a reader understands.
        AlreadyCorrected: the corrected edition is not the latest.

    Source: CQ-36.4, CQ-36.5, Q-30.
    """
    session.execute(_ONE_AT_A_TIME, {"what": "disclosure_snapshot"})
    rules.check_month(month, last_day=queries.last_day(session))
    editions = queries.editions(session, month)
    if (editions[-1].id if editions else None) != (corrects.id if corrects else None):
        raise AlreadyCorrected(month=f"{month:%Y-%m}")
    told = rules.check_reason(reason or "") if corrects is not None else None
    before = queries.last_snapshot(session)
    edition = len(editions) + 1
    number = serials.number_of(month, edition)
    head = {
        "number": number,
        "month": f"{month:%Y-%m}",
        "edition": edition,
        "corrects": corrects.number if corrects else None,
        "reason": told,
    }
    written = json.dumps({**head, **body}, ensure_ascii=False, indent=1)
    prev_hash = before.hash if before else chain.START
    made = DisclosureSnapshot(
        id=before.id + 1 if before else 1,
        number=number,
        month=month,
        edition=edition,
        corrects_id=corrects.id if corrects else None,
        reason=told,
        body=written,
        prev_hash=prev_hash,
        hash=chain.hash_of(written, prev_hash),
        made_by=actor.ref,
        made_at=at,
    )
    session.add(made)
    session.flush()
    audit.record(
        session,
        actor=actor,
        event="disclosure.snapshot.correct" if corrects else "disclosure.snapshot.publish",
        subject=("disclosure_snapshot", made.id),
        at=at,
        number=number,
        hash=made.hash.hex(),
    )
    return made
