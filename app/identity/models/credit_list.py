"""Whether the list for credit institutions is switched on (信用名单开关); append-only."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.base import Base, Id


class CreditListSwitch(Base):
    """One turn of the switch by the Bureau; the last says what holds, and without any it is off.

    The database lets only the Bureau turn it, never twice the same way, and ends every consent
    to be listed when it is turned off.

    Source: CQ-40.1.
    """

    __tablename__ = "credit_list_switch"
    __table_args__ = (
        CheckConstraint("is_on = (recipients is not null)", name="on_names_recipients"),
        CheckConstraint("length(recipients) between 1 and 300", name="recipients_are_said"),
        CheckConstraint("length(reason) between 1 and 1000", name="says_why"),
    )

    id: Mapped[Id]
    is_on: Mapped[bool]
    recipients: Mapped[str | None]  # the institutions that get the list, as citizens read them
    reason: Mapped[str]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    set_by: Mapped[str]
    set_at: Mapped[datetime]
