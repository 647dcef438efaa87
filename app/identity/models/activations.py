"""Activations: how somebody new comes to a password of their own."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.base import Base, Id


class StaffActivation(Base):
    """A code, told once, by which a staff user sets a password; used once or taken back (激活码).

    Source: CQ-35.2, T-53.
    """

    __tablename__ = "staff_activation"
    __table_args__ = (
        UniqueConstraint("code_hash"),
        CheckConstraint("octet_length(code_hash) = 32", name="hash_is_whole"),
        CheckConstraint(
            "expires_at > created_at and expires_at <= created_at + interval '3 days'",
            name="three_days_at_most",
        ),
        CheckConstraint("used_at >= created_at and used_at < expires_at", name="used_in_time"),
        CheckConstraint("used_at is null or revoked_at is null", name="used_or_taken_back"),
        Index(
            "staff_activation_open_ix",
            "staff_user_id",
            unique=True,
            postgresql_where=text("used_at is null and revoked_at is null"),
        ),
    )

    id: Mapped[Id]
    staff_user_id: Mapped[int] = mapped_column(ForeignKey("staff_user.id"))
    code_hash: Mapped[bytes]
    created_by: Mapped[str]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
