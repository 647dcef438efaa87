"""Methodologies and their versions."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
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
