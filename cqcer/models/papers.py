"""Removed papers, and approvals that projects had before the measure."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.base import Base


class DocumentRemoval(Base):
    """That the bytes of a paper were removed once nothing had to be kept any more; its row stays.

    Source: CQ-17.13, Q-22, Q-47.
    """

    __tablename__ = "document_removal"
    __table_args__ = (CheckConstraint("length(btrim(reason)) > 0", name="has_a_reason"),)

    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"), primary_key=True)
    kept_until: Mapped[date]  # the last day on which it had to be kept
    reason: Mapped[str]
    removed_by: Mapped[str]
    removed_at: Mapped[datetime]


class LegacyApproval(Base):
    """How a project was approved before the measure (历史备案); it registers again before any batch.

    Source: CQ-43.1, Q-17.
    """

    __tablename__ = "legacy_approval"
    __table_args__ = (
        UniqueConstraint("source", "number"),
        CheckConstraint("approved_on < '2024-09-01'", name="before_the_measure"),
        CheckConstraint("awaits_bureau = (approved_on >= '2024-01-20')", name="later_ones_wait"),
    )

    project_id: Mapped[int] = mapped_column(ForeignKey("registry_project.id"), primary_key=True)
    number: Mapped[str]  # under which it was approved
    approved_on: Mapped[date]
    source: Mapped[str]  # list it was brought over from
    awaits_bureau: Mapped[bool]  # approved when the measure was out and not in force: the Bureau decides
    facts: Mapped[dict[str, Any]]  # what else the list says, as it says it
    brought_by: Mapped[str]
    brought_at: Mapped[datetime]
