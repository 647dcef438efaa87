"""Carbon neutrality: what was computed of an event or of operations, and what was cancelled against it."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.base import Base, Id


class NeutralityRecord(Base):
    """Emissions of a subject in a period by a methodology; neutral once as many units are cancelled (碳中和).

    Source: CQ-27.1, CQ-29.1, CQ-42.4.
    """

    __tablename__ = "neutrality_record"
    __table_args__ = (
        UniqueConstraint("movement_id"),
        CheckConstraint("state in ('declared', 'neutral')", name="known_state"),
        CheckConstraint(
            "(state = 'neutral') = (movement_id is not null)"
            " and (state <> 'neutral' or cancelled_t >= emissions_t)",
            name="neutral_is_covered",
        ),
        CheckConstraint(
            "emissions_g >= 1 and emissions_t = (emissions_g + 999999) / 1000000", name="rounded_up"
        ),
        CheckConstraint("first_day <= last_day", name="days_in_order"),
        CheckConstraint("subject <> '' and methodology <> ''", name="says_what"),
    )

    id: Mapped[Id]
    account_id: Mapped[int] = mapped_column(ForeignKey("holding_account.id"), index=True)
    beneficiary_id: Mapped[int] = mapped_column(ForeignKey("beneficiary.id"))
    subject: Mapped[str]  # the event, or whose operations
    first_day: Mapped[date]
    last_day: Mapped[date]
    methodology: Mapped[str]  # by which it was computed, with its version
    activities: Mapped[list[Any]]  # each with quantity, factor and the factor's source
    emissions_g: Mapped[int]
    emissions_t: Mapped[int]  # rounded up: less would not be neutral
    document_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"))
    declared_by: Mapped[str]
    declared_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(server_default="declared")
    cancelled_t: Mapped[int] = mapped_column(server_default="0")
    movement_id: Mapped[int | None] = mapped_column(ForeignKey("unit_movement.id", use_alter=True))
