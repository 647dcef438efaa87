"""Experts, what they were assigned to, and what they said."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.base import Base, Id


class Expert(Base):
    """Somebody whom the Bureau has invited (专家).

    Source: CQ-7.1.
    """

    __tablename__ = "expert"
    __table_args__ = (
        CheckConstraint("ended_at >= invited_at", name="ends_after_invitation"),
        Index("expert_current_ix", "staff_user_id", unique=True, postgresql_where=text("ended_at is null")),
    )

    id: Mapped[Id]
    staff_user_id: Mapped[int] = mapped_column(ForeignKey("staff_user.id"))
    name: Mapped[str]
    field: Mapped[str]
    invited_by: Mapped[str]
    invited_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class Assignment(Base):
    """What an expert is asked about: a version of a methodology, a project or a batch.

    Source: CQ-7.1, CQ-20.2.
    """

    __tablename__ = "expert_assignment"
    __table_args__ = (
        CheckConstraint("num_nonnulls(version_id, project_id, batch_id) = 1", name="one_subject"),
        CheckConstraint("ended_at >= assigned_at", name="ends_after_assignment"),
        Index(None, "batch_id"),
        Index(None, "expert_id"),
        Index(None, "project_id"),
        Index(None, "version_id"),
    )

    id: Mapped[Id]
    expert_id: Mapped[int] = mapped_column(ForeignKey("expert.id"))
    version_id: Mapped[int | None] = mapped_column(ForeignKey("methodology_version.id"))
    project_id: Mapped[int | None] = mapped_column(ForeignKey("registry_project.id"))
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("batch.id"))
    due_on: Mapped[date]
    assigned_by: Mapped[str]
    assigned_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class ExpertOpinion(Base):
    """What one named expert answers for; a correction is another opinion (专家意见).

    Source: CQ-7.2.
    """

    __tablename__ = "expert_opinion"
    __table_args__ = (
        UniqueConstraint("assignment_id", "number"),
        CheckConstraint("length(btrim(body)) > 0", name="says_something"),
    )

    id: Mapped[Id]
    assignment_id: Mapped[int] = mapped_column(ForeignKey("expert_assignment.id"))
    number: Mapped[int]  # 1, 2, 3 … of one expert on one subject
    positive: Mapped[bool]
    findings: Mapped[dict[str, Any]]  # of a methodology, whether each principle is met
    body: Mapped[str]
    document_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"))
    filed_by: Mapped[str]
    filed_at: Mapped[datetime]
