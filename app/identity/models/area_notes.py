"""What a district's bureau notes on what lies in its area (辖区批注); append-only."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.base import Base, Id


class AreaNote(Base):
    """A note of a district's bureau on one scenario or project of its own area.

    The database refuses a note on anything that lies elsewhere, or of anybody else.

    Source: CQ-4.3.
    """

    __tablename__ = "area_note"
    __table_args__ = (
        CheckConstraint("num_nonnulls(scenario_id, project_id) = 1", name="one_subject"),
        CheckConstraint("length(text) between 1 and 2000", name="says_something"),
        Index(None, "scenario_id"),
        Index(None, "project_id"),
        Index(None, "area_code", "id"),
    )

    id: Mapped[Id]
    area_code: Mapped[str] = mapped_column(ForeignKey("district.code"))
    scenario_id: Mapped[int | None] = mapped_column(ForeignKey("scenario.id"))
    project_id: Mapped[int | None] = mapped_column(ForeignKey("registry_project.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    text: Mapped[str]
    written_by: Mapped[str]
    written_at: Mapped[datetime]
