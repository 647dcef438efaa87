"""Holding accounts, who represents them, whom they trust, and who may benefit."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.base import Base, Id


class HoldingAccount(Base):
    """Where one subject holds units (持有账户); the subject never changes, a closed account stays closed.

    Source: CQ-6.5, CQ-8.2.
    """

    __tablename__ = "holding_account"
    __table_args__ = (
        UniqueConstraint("number"),
        UniqueConstraint("organisation_id"),
        UniqueConstraint("person_id"),
        CheckConstraint("num_nonnulls(organisation_id, person_id) = 1", name="one_holder"),
        CheckConstraint(
            "state in ('applied', 'incomplete_legacy', 'active', 'restricted', 'closed')", name="known_state"
        ),
        CheckConstraint("(state = 'closed') = (closed_at is not null)", name="closed_is_dated"),
        CheckConstraint("decided_by <> applied_by", name="checked_by_another"),
    )

    id: Mapped[Id]
    number: Mapped[str]
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    state: Mapped[str]
    applied_by: Mapped[str]
    applied_at: Mapped[datetime]
    decided_by: Mapped[str | None]
    opened_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]


class AccountPaper(Base):
    """A document that an application for an account rests on."""

    __tablename__ = "holding_account_paper"

    account_id: Mapped[int] = mapped_column(ForeignKey("holding_account.id"), primary_key=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"), primary_key=True)
    kind: Mapped[str]


class Representative(Base):
    """A natural person who initiates or confirms for an account, never both and never for two.

    An individual's account is represented by the individual alone, in both parts (Q-49).

    Source: Q-49.
    """

    __tablename__ = "account_representative"
    __table_args__ = (
        CheckConstraint("role in ('initiating', 'confirming')", name="known_role"),
        CheckConstraint("num_nonnulls(staff_user_id, person_id) = 1", name="one_person"),
        CheckConstraint("ended_at >= appointed_at", name="ends_after_appointment"),
        Index(
            "account_representative_staff_ix",
            "staff_user_id",
            unique=True,
            postgresql_where=text("ended_at is null"),
        ),
        Index(
            "account_representative_person_ix",
            "person_id",
            "role",
            unique=True,
            postgresql_where=text("ended_at is null"),
        ),
        Index(None, "account_id"),
    )

    id: Mapped[Id]
    account_id: Mapped[int] = mapped_column(ForeignKey("holding_account.id"))
    staff_user_id: Mapped[int | None] = mapped_column(ForeignKey("staff_user.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    role: Mapped[str]
    appointed_by: Mapped[str]
    appointed_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class TrustedParty(Base):
    """An account to which another gives without waiting, from four working days after it is named."""

    __tablename__ = "trusted_party"
    __table_args__ = (
        Index(
            "trusted_party_current_ix",
            "account_id",
            "party_id",
            unique=True,
            postgresql_where=text("ended_at is null"),
        ),
        CheckConstraint("account_id <> party_id", name="another"),
        CheckConstraint("named_by <> confirmed_by", name="two_people"),
    )

    id: Mapped[Id]
    account_id: Mapped[int] = mapped_column(ForeignKey("holding_account.id"))
    party_id: Mapped[int] = mapped_column(ForeignKey("holding_account.id"))
    named_by: Mapped[str]
    confirmed_by: Mapped[str]
    named_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class Beneficiary(Base):
    """One for whom units may be cancelled: from a list, never free text (受益人名录).

    Source: CQ-29.3.
    """

    __tablename__ = "beneficiary"
    __table_args__ = (
        UniqueConstraint("organisation_id"),
        UniqueConstraint("name"),
        CheckConstraint(
            "organisation_id is not null or kind <> 'organisation'", name="organisation_is_known"
        ),
        CheckConstraint("kind in ('organisation', 'event', 'person', 'public')", name="known_kind"),
    )

    id: Mapped[Id]
    kind: Mapped[str]
    name: Mapped[str]
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    entered_by: Mapped[str]
    entered_at: Mapped[datetime]
