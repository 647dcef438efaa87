"""Compliance offset: who is under allowance management, the ratios of a year, applications."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.base import Base, Id

_BP = "overall_bp, engineering_bp, sink_bp, inclusion_bp, purchased_bp"


class AllowanceUnit(Base):
    """An emitter of the Chongqing market, as the Bureau lists it (配额管理单位).

    Source: CQ-26.1.
    """

    __tablename__ = "allowance_unit"
    __table_args__ = (
        CheckConstraint(
            "ended_on >= listed_from and (ended_on is null) = (ended_by is null)", name="ends_after_listing"
        ),
        Index(
            "allowance_unit_current_ix",
            "organisation_id",
            unique=True,
            postgresql_where=text("ended_on is null"),
        ),
    )

    id: Mapped[Id]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"))
    listed_from: Mapped[date]
    listed_by: Mapped[str]
    listed_at: Mapped[datetime]
    ended_on: Mapped[date | None]  # the first day on which it is not listed
    ended_by: Mapped[str | None]


class OffsetRule(Base):
    """The ratios of one compliance year, in hundredths of a percent; the latest entered holds (抵销比例).

    Source: CQ-24.2, CQ-26.3, CQ-28.1, Q-16, Q-44.
    """

    __tablename__ = "offset_rule"
    __table_args__ = (
        CheckConstraint("base in ('verified_emissions', 'surrender_duty')", name="known_base"),
        CheckConstraint(f"least({_BP}) >= 0 and greatest({_BP}) <= 10000", name="ratios_are_shares"),
        CheckConstraint("opens_on <= closes_on", name="window_in_order"),
        CheckConstraint("rule_text <> ''", name="names_its_rule"),
        Index("offset_rule_compliance_year_ix", "compliance_year", "id"),
    )

    id: Mapped[Id]
    compliance_year: Mapped[int]
    base: Mapped[str]
    overall_bp: Mapped[int]
    engineering_bp: Mapped[int]
    sink_bp: Mapped[int]
    inclusion_bp: Mapped[int]
    purchased_bp: Mapped[int]
    opens_on: Mapped[date]
    closes_on: Mapped[date]
    rule_text: Mapped[str]  # which rule and version the numbers come from
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"))
    entered_by: Mapped[str]
    entered_at: Mapped[datetime]


class OffsetApplication(Base):
    """An application to offset emissions of one year; its state follows its steps alone (履约抵销申请).

    Source: CQ-26.1, CQ-26.2, CQ-26.3, CQ-42.3.
    """

    __tablename__ = "offset_application"
    __table_args__ = (
        CheckConstraint(
            "state in ('draft', 'submitted', 'returned', 'confirmed', 'completed', 'refused', 'withdrawn')",
            name="known_state",
        ),
        CheckConstraint(
            "quantity >= 1 and emissions_t >= 1 and base_t between 1 and emissions_t and quantity <= base_t",
            name="quantities",
        ),
        CheckConstraint("state = 'draft' or engineering_t + sink_t + inclusion_t = quantity", name="adds_up"),
        CheckConstraint("purchased_t between 0 and quantity", name="purchased_is_part"),
        Index("offset_application_organisation_id_ix", "organisation_id", "compliance_year"),
    )

    id: Mapped[Id]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("holding_account.id"))
    compliance_year: Mapped[int]
    emissions_t: Mapped[int]  # verified, of that year
    base_t: Mapped[int]  # to which the ratios apply
    quantity: Mapped[int]
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"))
    created_by: Mapped[str]
    created_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(server_default="draft")
    steps: Mapped[int] = mapped_column(server_default="0")
    rule_id: Mapped[int | None] = mapped_column(ForeignKey("offset_rule.id"))
    engineering_t: Mapped[int] = mapped_column(server_default="0")
    sink_t: Mapped[int] = mapped_column(server_default="0")
    inclusion_t: Mapped[int] = mapped_column(server_default="0")
    purchased_t: Mapped[int] = mapped_column(server_default="0")


class OffsetStep(Base):
    """One step of an application's life."""

    __tablename__ = "offset_step"
    __table_args__ = (
        CheckConstraint(
            "act not in ('return', 'refuse') or coalesce(reason, '') <> ''", name="reason_where_turned_down"
        ),
    )

    application_id: Mapped[int] = mapped_column(ForeignKey("offset_application.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    act: Mapped[str]
    state: Mapped[str]
    actor: Mapped[str]
    at: Mapped[datetime]
    reason: Mapped[str | None]
    document_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"))
    checks: Mapped[list[Any]]
