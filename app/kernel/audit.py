"""Audit lines (审计记录): who did what, to what, when; append-only."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, Session

from app.kernel.actor import Actor
from app.kernel.base import Base, Id
from app.kernel.request import request_id


class AuditLine(Base):
    """One act or one read of sensitive data; never changed, never removed before ten years.

    Source: CQ-35.2, Q-47.
    """

    __tablename__ = "audit_line"
    __table_args__ = (
        CheckConstraint("event ~ '^[a-z_]+[.][a-z_]+[.][a-z_]+$'", name="event_has_three_words"),
        Index(None, "subject_kind", "subject_id"),
        Index(None, "at"),
    )

    id: Mapped[Id]
    at: Mapped[datetime]
    actor: Mapped[str]
    organisation_id: Mapped[int | None]
    event: Mapped[str]
    subject_kind: Mapped[str]
    subject_id: Mapped[str]
    request_id: Mapped[str | None]
    details: Mapped[dict[str, Any]]


def record(
    session: Session,
    *,
    actor: Actor,
    event: str,
    subject: tuple[str, object],
    at: datetime,
    **details: Any,
) -> None:
    """Write one audit line in the caller's transaction.

    Args:
        event: three words with dots, `points.account.freeze`.
        subject: kind and id of what was acted on, `("redemption", 12)`.
        details: plain JSON; no secrets, no personal data beyond ids.

    Source: CQ-35.2.
    """
    session.add(
        AuditLine(
            at=at,
            actor=actor.ref,
            organisation_id=actor.organisation_id,
            event=event,
            subject_kind=subject[0],
            subject_id=str(subject[1]),
            request_id=request_id(),
            details=details,
        )
    )
