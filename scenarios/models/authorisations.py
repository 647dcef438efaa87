"""A person's leave to use behaviour data of one scenario (授权)."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.base import Base, Id


class Authorisation(Base):
    """Leave for one scenario and named kinds of data, from `given_at` until `withdrawn_at`.

    `host_user` is the person's reference at the host; at most one account holds it at a time.

    Source: CQ-34.1, Q-40, Q-57.
    """

    __tablename__ = "authorisation"
    __table_args__ = (
        Index(
            "authorisation_in_force_ix",
            "scenario_id",
            "host_user",
            unique=True,
            postgresql_where=text("withdrawn_at is null"),
        ),
        Index(None, "account_id", "scenario_id"),
        Index(None, "scenario_id", "host_user"),  # also of those withdrawn
        CheckConstraint("withdrawn_at >= given_at", name="withdrawn_after_given"),
        CheckConstraint("jsonb_array_length(data_kinds) > 0", name="names_kinds_of_data"),
    )

    id: Mapped[Id]
    account_id: Mapped[int] = mapped_column(ForeignKey("carbon_account.id"))
    scenario_id: Mapped[int] = mapped_column(ForeignKey("scenario.id"))
    host_user: Mapped[str]
    data_kinds: Mapped[list[Any]]
    text_version: Mapped[str]
    given_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]


class LinkProposal(Base):
    """A host's proposal that a user of its own is a citizen; nothing until the citizen confirms."""

    __tablename__ = "link_proposal"
    __table_args__ = (
        Index(
            "link_proposal_open_ix",
            "scenario_id",
            "host_user",
            unique=True,
            postgresql_where=text("decided_at is null"),
        ),
        Index(None, "phone_hash"),
        CheckConstraint("decision in ('confirmed', 'declined')", name="known_decision"),
    )

    id: Mapped[Id]
    scenario_id: Mapped[int] = mapped_column(ForeignKey("scenario.id"))
    host_user: Mapped[str]
    phone_hash: Mapped[bytes]
    proposed_by: Mapped[str]
    proposed_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decision: Mapped[str | None]
