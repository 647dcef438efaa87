"""Methodologies and their versions."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.base import Base, Id


class Methodology(Base):
    """A methodology (方法学) of one category.

    Source: CQ-11.1, CQ-12.1.
    """

    __tablename__ = "methodology"
    __table_args__ = (
        UniqueConstraint("code"),
        CheckConstraint("category in ('engineering', 'sink', 'inclusion')", name="known_category"),
    )

    id: Mapped[Id]
    code: Mapped[str]
    category: Mapped[str]
    title: Mapped[str]
    title_en: Mapped[str]
    field: Mapped[str]  # sector that bodies are recognised for


class MethodologyVersion(Base):
    """One version; after issue nothing of its content changes.

    Source: CQ-11.2, CQ-12.1, CQ-13.1, CQ-42.5.
    """

    __tablename__ = "methodology_version"
    __table_args__ = (
        UniqueConstraint("methodology_id", "version"),
        CheckConstraint(
            "state in ('proposed', 'drafting', 'under_review', 'issued', 'superseded', 'abolished')",
            name="known_state",
        ),
        CheckConstraint(
            "state not in ('issued', 'superseded', 'abolished') or (issued_on is not null"
            " and sector_departments is not null and parts ?& array['baseline', 'additionality',"
            " 'calculation', 'monitoring_plan'] and principles ?& array['scientific_soundness',"
            " 'inclusiveness', 'additionality', 'applicability'])",
            name="whole_when_issued",
        ),
        CheckConstraint("rulebook in ('CQCER', 'CCER')", name="known_rulebook"),
        CheckConstraint("ended_on >= issued_on", name="ends_after_issue"),
        Index(
            "methodology_version_one_issued_ix",
            "methodology_id",
            "rulebook",
            unique=True,
            postgresql_where=text("state = 'issued'"),
        ),
    )

    id: Mapped[Id]
    methodology_id: Mapped[int] = mapped_column(ForeignKey("methodology.id"))
    rulebook: Mapped[str]
    version: Mapped[str]
    state: Mapped[str]
    parts: Mapped[dict[str, Any]]
    principles: Mapped[dict[str, Any]]
    formula: Mapped[dict[str, Any] | None]  # as data, with its test vectors
    crediting_years: Mapped[int | None]  # at most the category's
    sector_departments: Mapped[list[Any] | None]
    document_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"))
    issued_on: Mapped[date | None]
    ended_on: Mapped[date | None]  # first day on which it can no longer be chosen
    written_by: Mapped[str]
    written_at: Mapped[datetime]


class MethodologyProposal(Base):
    """Anybody's proposal of a methodology or of its revision; by itself it changes nothing (建议).

    Source: CQ-13.2.
    """

    __tablename__ = "methodology_proposal"
    __table_args__ = (
        CheckConstraint("state in ('received', 'taken_up', 'declined')", name="known_state"),
        CheckConstraint(
            "(state = 'received') = (answered_by is null)"
            " and num_nonnulls(answer, answered_by, answered_at) in (0, 3)",
            name="answered_whole",
        ),
    )

    id: Mapped[Id]
    methodology_id: Mapped[int | None] = mapped_column(ForeignKey("methodology.id"))
    title: Mapped[str]
    body: Mapped[str]
    document_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"))
    state: Mapped[str] = mapped_column(server_default="received")
    proposed_by: Mapped[str]
    proposed_at: Mapped[datetime]
    answer: Mapped[str | None]
    answered_by: Mapped[str | None]
    answered_at: Mapped[datetime | None]
    version_id: Mapped[int | None] = mapped_column(ForeignKey("methodology_version.id"))


class MethodologyStep(Base):
    """One step of a version's life, and whose it was.

    Source: CQ-12.1, CQ-13.1.
    """

    __tablename__ = "methodology_step"

    id: Mapped[Id]
    version_id: Mapped[int] = mapped_column(ForeignKey("methodology_version.id"), index=True)
    act: Mapped[str]
    from_state: Mapped[str]
    to_state: Mapped[str]
    reason: Mapped[str | None]
    actor: Mapped[str]
    at: Mapped[datetime]
