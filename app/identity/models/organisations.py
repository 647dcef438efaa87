"""Organisations, who works for them in which role, and the operator's appointment."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.base import Base, Id


class District(Base):
    """A district or county of Chongqing (区县（自治县）).

    Source: CQ-2.1, CQ-4.3.
    """

    __tablename__ = "district"

    code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    name_en: Mapped[str]
    position: Mapped[int]


class Organisation(Base):
    """An organisation, domestic by its unified social credit code, foreign by its own number.

    Source: CQ-5.1, CQ-8.1.
    """

    __tablename__ = "organisation"
    __table_args__ = (
        UniqueConstraint("credit_code"),
        UniqueConstraint("country", "foreign_number"),
        CheckConstraint("(country = 'CN') = (credit_code is not null)", name="domestic_has_code"),
        CheckConstraint("(country <> 'CN') = (foreign_number is not null)", name="foreign_has_number"),
        CheckConstraint("country ~ '^[A-Z]{2}$'", name="country_is_two_letters"),
        CheckConstraint("authority in ('bureau', 'district_bureau')", name="known_authority"),
        CheckConstraint(
            "kind in ('enterprise', 'public_institution', 'social_group', 'association',"
            " 'government', 'other')",
            name="known_kind",
        ),
        Index(
            "organisation_one_bureau_ix",
            "authority",
            unique=True,
            postgresql_where=text("authority = 'bureau'"),
        ),
    )

    id: Mapped[Id]
    name: Mapped[str]
    name_en: Mapped[str | None]
    kind: Mapped[str]
    country: Mapped[str] = mapped_column(server_default="CN")
    credit_code: Mapped[str | None]
    foreign_number: Mapped[str | None]
    area_code: Mapped[str | None] = mapped_column(ForeignKey("district.code"))
    authority: Mapped[str | None]
    sector_department: Mapped[str | None]
    registered_at: Mapped[datetime]


class Membership(Base):
    """A staff user's role within an organisation, from `granted_at` until `ended_at`."""

    __tablename__ = "membership"
    __table_args__ = (
        Index(
            "membership_current_ix",
            "staff_user_id",
            "organisation_id",
            "role",
            unique=True,
            postgresql_where=text("ended_at is null"),
        ),
        CheckConstraint("ended_at >= granted_at", name="ends_after_grant"),
    )

    id: Mapped[Id]
    staff_user_id: Mapped[int] = mapped_column(ForeignKey("staff_user.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    role: Mapped[str]
    granted_at: Mapped[datetime]
    granted_by: Mapped[str]
    ended_at: Mapped[datetime | None]


class OperatorAppointment(Base):
    """The operator's appointment after open selection (运营主体); at most one on any day.

    Source: CQ-6.8, Q-42.
    """

    __tablename__ = "operator_appointment"
    __table_args__ = (
        CheckConstraint("ends_on >= starts_on", name="ends_after_start"),
        ExcludeConstraint(
            (text("daterange(starts_on, ends_on, '[]')"), "&&"),
            name="operator_appointment_one_at_a_time",
            using="gist",
        ),
    )

    id: Mapped[Id]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    selection_reference: Mapped[str]
    starts_on: Mapped[date]  # included
    ends_on: Mapped[date]  # included
    recorded_by: Mapped[str]
    recorded_at: Mapped[datetime]


class Mandate(Base):
    """What entrusts an organisation with the registry or with trading; one of each on any day (委托).

    Source: CQ-6.2, CQ-6.6.
    """

    __tablename__ = "mandate"
    __table_args__ = (
        CheckConstraint("ends_on >= starts_on", name="ends_after_start"),
        CheckConstraint("institution in ('agency', 'exchange')", name="known_institution"),
        ExcludeConstraint(
            (text("daterange(starts_on, ends_on, '[]')"), "&&"),
            name="mandate_one_agency_at_a_time",
            using="gist",
            where=text("institution = 'agency'"),
        ),
        ExcludeConstraint(
            (text("daterange(starts_on, ends_on, '[]')"), "&&"),
            name="mandate_one_exchange_at_a_time",
            using="gist",
            where=text("institution = 'exchange'"),
        ),
    )

    id: Mapped[Id]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    institution: Mapped[str]
    ground: Mapped[str]  # the Bureau's document that entrusts it
    starts_on: Mapped[date]  # included
    ends_on: Mapped[date]  # included; the Bureau may bring it forward, never into the past
    recorded_by: Mapped[str]
    recorded_at: Mapped[datetime]


class YearlyTarget(Base):
    """A yearly target task that the Bureau sets for the platform (年度目标任务).

    Source: CQ-6.9.
    """

    __tablename__ = "yearly_target"
    __table_args__ = (UniqueConstraint("year", "measure", "version"),)

    id: Mapped[Id]
    year: Mapped[int]
    measure: Mapped[str]  # `accounts`, `scenarios`, `reduction_g`, `points_redeemed`
    version: Mapped[int]
    goal: Mapped[int]
    note: Mapped[str | None]
    details: Mapped[dict[str, Any] | None]
    set_by: Mapped[str]
    set_at: Mapped[datetime]
