"""The audit of the books: a second computation, and a stop of all movements where it disagrees."""

from datetime import datetime
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.kernel import audit
from app.kernel.actor import Actor
from app.kernel.permissions import Permission
from app.kernel.sources import cites
from cqcer.models import BooksAudit
from cqcer.queries.second_opinion import second_opinion

_STILL: Final = text("select pg_advisory_xact_lock(1953002546)")  # every step takes it shared


@cites("CQ-30.3", "CQ-6.5")
def audit_books(session: Session, *, actor: Actor, at: datetime) -> BooksAudit:
    """Compute all holdings again from movements alone, and keep what was found, agreement or not.

    While it counts, no movement is half done: it waits for those under way, and they for it. On
    disagreement new movements are refused until a later audit agrees.

    Source: CQ-30.3, CQ-6.5.
    """
    actor.require(Permission.RUN_THE_MACHINE)
    session.execute(_STILL)
    opinion = second_opinion(session)
    made = BooksAudit(
        at=at,
        agrees=not opinion.findings,
        movements=opinion.movements,
        units=opinion.units,
        findings=opinion.findings,
        made_by=actor.ref,
    )
    session.add(made)
    session.flush()
    audit.record(
        session,
        actor=actor,
        event="registry.books.audit",
        subject=("books_audit", made.id),
        at=at,
        agrees=made.agrees,
    )
    return made
