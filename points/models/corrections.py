"""Corrections of wrongly issued points (更正): two people, notice, time to object."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.base import Base, Id


class Correction(Base):
    """A proposal to take back unspent points of one lot, wrongly issued for one behaviour.

    Source: CQ-34.10, Q-25.
    """

    __tablename__ = "correction"
    __table_args__ = (
        CheckConstraint(
            "state in ('proposed', 'confirmed', 'objected', 'answered', 'executed', 'withdrawn')",
            name="known_state",
        ),
        CheckConstraint("amount > 0", name="amount_positive"),
        CheckConstraint("confirmed_by <> proposed_by", name="two_people"),
        CheckConstraint(
            "state in ('proposed', 'withdrawn') or (confirmed_by is not null"
            " and noticed_at is not null and object_until is not null)",
            name="confirmed_and_noticed",
        ),
        CheckConstraint("object_until > noticed_at + interval '15 days'", name="fifteen_days"),
        CheckConstraint("executed_amount between 0 and amount", name="executed_in_bounds"),
        Index(
            "correction_open_ix",
            "behaviour_id",
            unique=True,
            postgresql_where=text("state <> 'withdrawn'"),
        ),
        Index(None, "account_id"),
    )

    id: Mapped[Id]
    account_id: Mapped[int] = mapped_column(ForeignKey("carbon_account.id"))
    lot_id: Mapped[int] = mapped_column(ForeignKey("point_lot.id"))
    behaviour_id: Mapped[int]
    behaviour_day: Mapped[date]
    amount: Mapped[int]  # hundredths asked for
    rule_clause: Mapped[str]  # the published clause it rests on
    reason: Mapped[str]
    evidence_id: Mapped[int] = mapped_column(ForeignKey("document.id"))
    state: Mapped[str]
    proposed_by: Mapped[str]
    proposed_at: Mapped[datetime]
    confirmed_by: Mapped[str | None]
    noticed_at: Mapped[datetime | None]
    object_until: Mapped[datetime | None]  # excluded
    objection: Mapped[str | None]
    objected_at: Mapped[datetime | None]
    answer: Mapped[str | None]
    answered_by: Mapped[str | None]
    executed_at: Mapped[datetime | None]
    executed_amount: Mapped[int | None]
