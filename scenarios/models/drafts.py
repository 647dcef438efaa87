"""Applications that are being written, step by step."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.base import Base, Id


class ApplicationDraft(Base):
    """What an organisation has written of its next application; one open at a time (申请草稿).

    Source: CQ-32.1.
    """

    __tablename__ = "application_draft"
    __table_args__ = (
        CheckConstraint("step between 1 and 4", name="known_step"),
        CheckConstraint("octet_length(content::text) <= 65536", name="small"),
        Index(
            "application_draft_open_ix",
            "organisation_id",
            unique=True,
            postgresql_where=text("ended_at is null"),
        ),
    )

    id: Mapped[Id]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    content: Mapped[dict[str, Any]]  # field → what was typed, as often as it was
    step: Mapped[int]  # where to go on
    document_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"))  # the evidence
    changed_by: Mapped[str]
    changed_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
