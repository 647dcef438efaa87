"""Where a person is written to by e-mail, once they have shown that it is theirs."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.base import Base


class PersonEmail(Base):
    """A person's own address for letters (邮箱), sealed; nothing but a code goes there until it is confirmed.

    Source: Q-73, T-50.
    """

    __tablename__ = "person_email"
    __table_args__ = (
        CheckConstraint("(verified_at is null) = (code_hash is not null)", name="confirmed_or_asked"),
        CheckConstraint("(code_hash is null) = (code_until is null)", name="code_has_an_end"),
        CheckConstraint("tries between 0 and 5", name="five_tries"),
    )

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, autoincrement=False)
    address_sealed: Mapped[bytes]
    code_hash: Mapped[bytes | None]
    code_until: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(server_default="0")
    verified_at: Mapped[datetime | None]
    failed_at: Mapped[datetime | None]  # when the server said that the address will never do
    changed_at: Mapped[datetime]
