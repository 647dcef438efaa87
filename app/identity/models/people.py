"""People: citizens, who sign in by phone, and staff, who sign in by password and second factor."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.base import Base, Id


class Person(Base):
    """A natural person (公众); phone, name and document are sealed and found by keyed hash.

    Source: CQ-8.1, Q-37.
    """

    __tablename__ = "person"
    __table_args__ = (
        UniqueConstraint("phone_hash"),
        UniqueConstraint("document_type", "document_hash"),
        CheckConstraint("(document_hash is null) = (document_type is null)", name="document_is_whole"),
        CheckConstraint("guardian_id <> id", name="nobody_guards_themselves"),
        CheckConstraint("locale in ('zh', 'en')", name="known_locale"),
    )

    id: Mapped[Id]
    phone_hash: Mapped[bytes]
    phone_sealed: Mapped[bytes]
    phone_tail: Mapped[str]
    nickname: Mapped[str | None]
    locale: Mapped[str] = mapped_column(server_default="zh")
    name_sealed: Mapped[bytes | None]
    document_type: Mapped[str | None]
    document_hash: Mapped[bytes | None]
    document_sealed: Mapped[bytes | None]
    born_on: Mapped[date | None]
    guardian_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    guardian_consented_at: Mapped[datetime | None]
    area_code: Mapped[str | None] = mapped_column(ForeignKey("district.code"))
    privacy_version: Mapped[str | None]
    privacy_accepted_at: Mapped[datetime | None]
    registered_at: Mapped[datetime]


class StaffUser(Base):
    """One natural person who works for an organisation; sign-ins are not shared (工作人员)."""

    __tablename__ = "staff_user"
    __table_args__ = (
        UniqueConstraint("login"),
        CheckConstraint("login = lower(login)", name="login_is_lower_case"),
        CheckConstraint("locale in ('zh', 'en')", name="known_locale"),
    )

    id: Mapped[Id]
    login: Mapped[str]
    display_name: Mapped[str]
    locale: Mapped[str] = mapped_column(server_default="zh")
    password_hash: Mapped[str]
    password_changed_at: Mapped[datetime]
    totp_sealed: Mapped[bytes | None]
    totp_confirmed_at: Mapped[datetime | None]
    totp_last_step: Mapped[int] = mapped_column(server_default="0")
    failed_sign_ins: Mapped[int] = mapped_column(server_default="0")
    locked_until: Mapped[datetime | None]
    disabled_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
