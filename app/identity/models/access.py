"""Sessions, one-time codes, API keys and webhook endpoints."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.base import Base, Id


class WebSession(Base):
    """A browser's session, kept by the server under the hash of its token.

    Source: CQ-35.2.
    """

    __tablename__ = "web_session"
    __table_args__ = (
        CheckConstraint("octet_length(token_hash) = 32", name="hash_is_whole"),
        CheckConstraint("principal_kind in ('citizen', 'staff')", name="known_principal"),
        Index(None, "principal_kind", "principal_id"),
        Index(None, "expires_at"),
    )

    token_hash: Mapped[bytes] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True)
    principal_kind: Mapped[str | None]
    principal_id: Mapped[int | None]
    organisation_id: Mapped[int | None]
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    fresh_at: Mapped[datetime | None]  # when the last factor was given
    revoked_at: Mapped[datetime | None]
    user_agent: Mapped[str | None]
    address_prefix: Mapped[str | None]
    data: Mapped[dict[str, Any]]


class OneTimeCode(Base):
    """A code sent by SMS: five minutes, five tries, once, for one purpose and browser."""

    __tablename__ = "one_time_code"
    __table_args__ = (
        CheckConstraint("tries between 0 and 5", name="five_tries"),
        Index(None, "phone_hash", "purpose", "created_at"),
    )

    id: Mapped[Id]
    phone_hash: Mapped[bytes]
    purpose: Mapped[str]
    browser_hash: Mapped[bytes]
    code_hash: Mapped[bytes]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(server_default="0")
    used_at: Mapped[datetime | None]


class ApiKey(Base):
    """A machine's credential, shown once, stored hashed, scoped, revocable."""

    __tablename__ = "api_key"
    __table_args__ = (UniqueConstraint("prefix"),)

    id: Mapped[Id]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    scenario_id: Mapped[int | None] = mapped_column(ForeignKey("scenario.id"))
    name: Mapped[str]
    prefix: Mapped[str]
    secret_hash: Mapped[bytes]
    scopes: Mapped[list[Any]]
    created_by: Mapped[str]
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class WebhookEndpoint(Base):
    """Where an organisation wants events sent, signed with its secret (推送地址).

    Source: CQ-35.1.
    """

    __tablename__ = "webhook_endpoint"

    id: Mapped[Id]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    url: Mapped[str]
    secret_sealed: Mapped[bytes]
    events: Mapped[list[Any]]
    created_by: Mapped[str]
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]
