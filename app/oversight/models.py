"""Tables of reports of wrongdoing: sealed contents, and the steps of their handling."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.base import Base, Id


class WrongdoingReport(Base):
    """A report of wrongdoing (举报), sealed: the database holds nothing of it in clear but its kind.

    Nothing tells who wrote it, unless the reporter left a contact, which is sealed. Only steps
    change its state.

    Source: CQ-41.1, Q-29.
    """

    __tablename__ = "wrongdoing_report"
    __table_args__ = (
        UniqueConstraint("number"),
        UniqueConstraint("key_hash"),
        CheckConstraint("state in ('received', 'in_handling', 'closed')", name="known_state"),
        CheckConstraint(
            "about in ('project', 'trading', 'verification', 'scenario', 'points', 'merchant',"
            " 'personal_data', 'staff', 'other')",
            name="known_about",
        ),
        CheckConstraint("octet_length(key_hash) = 32", name="key_hash_is_whole"),
        CheckConstraint("octet_length(receipt_hash) = 32", name="receipt_hash_is_whole"),
        Index(None, "state", "id"),
    )

    id: Mapped[Id]
    number: Mapped[str]
    key_hash: Mapped[bytes]  # keyed hash of the form's key: the same form again is the same report
    receipt_hash: Mapped[bytes]  # keyed hash of the code that the reporter keeps
    about: Mapped[str]
    whom_sealed: Mapped[bytes]
    content_sealed: Mapped[bytes]
    contact_sealed: Mapped[bytes | None]
    state: Mapped[str]
    received_at: Mapped[datetime]


class ReportStep(Base):
    """One step in the life of a report; append-only, and the only thing that changes its state.

    Source: CQ-41.1.
    """

    __tablename__ = "report_step"
    __table_args__ = (
        CheckConstraint(
            "(act = 'close') = (finding is not null)"
            " and finding in ('confirmed', 'partly', 'not_confirmed', 'not_ours')",
            name="closed_with_a_finding",
        ),
        CheckConstraint("act in ('file', 'take') or note_sealed is not null", name="told_in_words"),
    )

    id: Mapped[Id]
    report_id: Mapped[int] = mapped_column(ForeignKey("wrongdoing_report.id"), index=True)
    act: Mapped[str]
    from_state: Mapped[str | None]
    to_state: Mapped[str]
    actor: Mapped[str]  # `anonymous:0` for the reporter, whoever they are
    note_sealed: Mapped[bytes | None]
    finding: Mapped[str | None]
    at: Mapped[datetime]


class ReportAttachment(Base):
    """A sealed file of a report.

    Source: CQ-41.1.
    """

    __tablename__ = "report_attachment"

    id: Mapped[Id]
    report_id: Mapped[int] = mapped_column(ForeignKey("wrongdoing_report.id"), index=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"))
    filename_sealed: Mapped[bytes]
    media_type: Mapped[str]
