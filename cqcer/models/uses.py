"""What units are used for: the list for judicial subscription, and certificates of cancellation."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.base import Base, Id


class JudicialListing(Base):
    """A sink project whose units may be subscribed judicially, as the Bureau lists it (司法认购名单).

    Source: CQ-24.3, CQ-24.4, CQ-27.2.
    """

    __tablename__ = "judicial_listing"
    __table_args__ = (
        CheckConstraint(
            "delisted_at >= listed_at and (delisted_at is null) = (delisted_by is null)",
            name="ends_after_listing",
        ),
        Index(
            "judicial_listing_current_ix",
            "project_id",
            unique=True,
            postgresql_where=text("delisted_at is null"),
        ),
    )

    id: Mapped[Id]
    project_id: Mapped[int] = mapped_column(ForeignKey("registry_project.id"))
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"))
    listed_by: Mapped[str]
    listed_at: Mapped[datetime]
    delisted_by: Mapped[str | None]
    delisted_at: Mapped[datetime | None]


class SigningKey(Base):
    """A public key with which certificates were signed; an old one goes on proving what it signed."""

    __tablename__ = "signing_key"
    __table_args__ = (
        UniqueConstraint("public_key"),
        CheckConstraint("algorithm = 'Ed25519' and octet_length(public_key) = 32", name="whole"),
    )

    id: Mapped[Id]
    algorithm: Mapped[str]
    public_key: Mapped[bytes]
    first_used_at: Mapped[datetime]


class CancellationCertificate(Base):
    """What was cancelled, for whom and what for, signed byte by byte (注销证明).

    Source: CQ-27.1, CQ-29.1, CQ-29.3.
    """

    __tablename__ = "cancellation_certificate"
    __table_args__ = (
        UniqueConstraint("number"),
        CheckConstraint("octet_length(signature) = 64", name="signature_is_whole"),
    )

    movement_id: Mapped[int] = mapped_column(ForeignKey("unit_movement.id"), primary_key=True)
    number: Mapped[str]
    content: Mapped[str]  # canonical JSON; exactly these bytes are signed
    signature: Mapped[bytes]
    key_id: Mapped[int] = mapped_column(ForeignKey("signing_key.id"))
    issued_at: Mapped[datetime]
