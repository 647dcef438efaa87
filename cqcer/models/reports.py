"""Bodies of validation and verification: recognition, scope, reports, supplements."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.base import Base, Id


class Recognition(Base):
    """The Bureau's recognition of a body, on days from `valid_from` to `valid_to` (认可).

    Source: CQ-21.1, CQ-38.1.
    """

    __tablename__ = "vvb_recognition"
    __table_args__ = (
        CheckConstraint("state in ('recognised', 'suspended', 'ended')", name="known_state"),
        CheckConstraint("valid_from <= valid_to", name="in_order"),
        Index(
            "vvb_recognition_current_ix",
            "organisation_id",
            unique=True,
            postgresql_where=text("state <> 'ended'"),
        ),
    )

    id: Mapped[Id]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    state: Mapped[str] = mapped_column(server_default="recognised")
    valid_from: Mapped[date]  # included
    valid_to: Mapped[date]  # included
    suspended_on: Mapped[date | None]
    ended_on: Mapped[date | None]  # reports signed before it stand, Q-45
    decided_by: Mapped[str]
    decided_at: Mapped[datetime]


class RecognitionScope(Base):
    """What a recognised body may do, in which category and field; `any` is every field (业务范围).

    Source: CQ-21.2.
    """

    __tablename__ = "vvb_scope"
    __table_args__ = (
        CheckConstraint("activity in ('validation', 'verification')", name="known_activity"),
        CheckConstraint("category in ('engineering', 'sink', 'inclusion')", name="known_category"),
    )

    recognition_id: Mapped[int] = mapped_column(ForeignKey("vvb_recognition.id"), primary_key=True)
    activity: Mapped[str] = mapped_column(primary_key=True)
    category: Mapped[str] = mapped_column(primary_key=True)
    field: Mapped[str] = mapped_column(primary_key=True, server_default="any")  # of the methodology


class VvReport(Base):
    """A validation report of a project or a verification report of a batch; the last filed counts.

    Source: CQ-18.1, CQ-18.2, CQ-19.1, CQ-19.2.
    """

    __tablename__ = "vv_report"
    __table_args__ = (
        CheckConstraint("num_nonnulls(project_id, batch_id) = 1", name="one_case"),
        CheckConstraint("(batch_id is null) = (verified_t is null)", name="verified_quantity"),
        CheckConstraint("verified_t >= 0", name="verified_not_negative"),
        Index(None, "project_id"),
        Index(None, "batch_id"),
    )

    id: Mapped[Id]
    project_id: Mapped[int | None] = mapped_column(ForeignKey("registry_project.id"))
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("batch.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"))
    positive: Mapped[bool]
    findings: Mapped[list[Any]]
    not_applicable: Mapped[list[Any]]
    commitment: Mapped[bool]
    interest: Mapped[bool]  # an interest in the owner was declared or is known, CQ-21.3
    verified_t: Mapped[int | None]
    signed_by: Mapped[int | None] = mapped_column(ForeignKey("vvb_person.id"))
    signed_on: Mapped[date]
    filed_by: Mapped[str]
    filed_at: Mapped[datetime]


class ReportSupplement(Base):
    """How public opinions were dealt with, filed after the notice, also where none came.

    Source: CQ-18.3, CQ-19.4.
    """

    __tablename__ = "vv_supplement"
    __table_args__ = (UniqueConstraint("report_id", "notice_id"),)

    id: Mapped[Id]
    report_id: Mapped[int] = mapped_column(ForeignKey("vv_report.id"))
    notice_id: Mapped[int] = mapped_column(ForeignKey("public_notice.id"))
    body: Mapped[str]
    document_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"))
    filed_by: Mapped[str]
    filed_at: Mapped[datetime]
