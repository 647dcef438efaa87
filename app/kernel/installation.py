"""Facts about this installation that only its owner writes."""

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.base import Base


class Installation(Base):
    """One row: whether entries and authorisations must carry the database's own time.

    `real` in production: nothing can be dated more than ten minutes off the server's clock.
    `settable` in demonstrations and tests.
    """

    __tablename__ = "installation"
    __table_args__ = (
        CheckConstraint("id = 1", name="one_row"),
        CheckConstraint("clock in ('real', 'settable')", name="known_clock"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    clock: Mapped[str]
