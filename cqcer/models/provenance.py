"""Which recorded behaviours back a batch of the inclusion category."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.base import Base, Id


class BatchProvenance(Base):
    """All behaviours of one scenario on some days back one batch, and no other batch (减排量来源).

    The set is named, not listed: a city's year is billions of behaviours, and two sets that share a
    scenario and a day cannot both be written. The database itself counts what it holds.

    Source: CQ-X.10, Q-27.
    """

    __tablename__ = "batch_provenance"
    __table_args__ = (
        CheckConstraint("first_day <= last_day", name="in_order"),
        CheckConstraint("behaviours >= 1 and reduction_g >= 1", name="backs_something"),
        ExcludeConstraint(
            (text("int8range(scenario_id, scenario_id, '[]')"), "&&"),
            (text("daterange(first_day, last_day, '[]')"), "&&"),
            name="batch_provenance_no_behaviour_twice",
            using="gist",
            where=text("released_at is null"),
        ),
        Index(None, "batch_id"),
    )

    id: Mapped[Id]
    batch_id: Mapped[int] = mapped_column(ForeignKey("batch.id"))
    scenario_id: Mapped[int] = mapped_column(ForeignKey("scenario.id"))
    first_day: Mapped[date]
    last_day: Mapped[date]  # included
    behaviours: Mapped[int] = mapped_column(server_default="0")  # counted by the database
    reduction_g: Mapped[int] = mapped_column(server_default="0")
    tied_by: Mapped[str]
    tied_at: Mapped[datetime]
    released_at: Mapped[datetime | None]  # the batch ended unregistered
