"""Public notices, opinions, answers, and deadlines computed anew."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.base import Base, Id


class PublicNotice(Base):
    """Twenty working days in which anyone may read and object (公示).

    The database computes the last day when the notice opens; nobody shortens it.

    Source: CQ-17.6, Q-03, Q-04, Q-05.
    """

    __tablename__ = "public_notice"
    __table_args__ = (
        CheckConstraint("num_nonnulls(project_id, batch_id) = 1", name="one_case"),
        CheckConstraint(
            "state in ('scheduled', 'open', 'closed_pending_answers', 'cleared', 'aborted')",
            name="known_state",
        ),
        CheckConstraint("working_days >= 20", name="not_shortened"),
        CheckConstraint(
            "state in ('scheduled', 'aborted') or num_nonnulls(opened_on, last_day, edition_id) = 3",
            name="open_has_days",
        ),
        Index(
            "public_notice_one_project_ix",
            "project_id",
            unique=True,
            postgresql_where=text("state in ('scheduled', 'open', 'closed_pending_answers')"),
        ),
        Index(
            "public_notice_one_batch_ix",
            "batch_id",
            unique=True,
            postgresql_where=text("state in ('scheduled', 'open', 'closed_pending_answers')"),
        ),
    )

    id: Mapped[Id]
    project_id: Mapped[int | None] = mapped_column(ForeignKey("registry_project.id"))
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("batch.id"))
    state: Mapped[str] = mapped_column(server_default="scheduled")
    working_days: Mapped[int]
    opened_on: Mapped[date | None]  # day of publication, not counted
    opened_at: Mapped[datetime | None]
    opened_by: Mapped[str | None]
    last_day: Mapped[date | None]  # closes at its end
    edition_id: Mapped[int | None] = mapped_column(ForeignKey("calendar_edition.id"))
    opinions: Mapped[int] = mapped_column(server_default="0")
    closed_at: Mapped[datetime | None]
    cleared_at: Mapped[datetime | None]


class Opinion(Base):
    """What somebody says within a notice, numbered and unchangeable (意见).

    Source: CQ-17.7.
    """

    __tablename__ = "opinion"
    __table_args__ = (
        UniqueConstraint("notice_id", "number"),
        CheckConstraint("kind in ('objection', 'comment')", name="known_kind"),
        CheckConstraint("length(trim(body)) between 1 and 5000", name="says_something"),
    )

    id: Mapped[Id]
    notice_id: Mapped[int] = mapped_column(ForeignKey("public_notice.id"))
    number: Mapped[int]
    kind: Mapped[str]
    body: Mapped[str]
    signed: Mapped[str | None]
    filed_by: Mapped[str]
    filed_at: Mapped[datetime]


class OpinionAnswer(Base):
    """The owner's public answer to an opinion (公开答复).

    Source: CQ-17.8.
    """

    __tablename__ = "opinion_answer"
    __table_args__ = (CheckConstraint("length(trim(body)) between 1 and 20000", name="says_something"),)

    opinion_id: Mapped[int] = mapped_column(ForeignKey("opinion.id"), primary_key=True)
    body: Mapped[str]
    answered_by: Mapped[str]
    answered_at: Mapped[datetime]


class Recomputation(Base):
    """A deadline computed anew after an amendment of the calendar, by two people, never earlier.

    Source: Q-03.
    """

    __tablename__ = "notice_recomputation"
    __table_args__ = (
        UniqueConstraint("notice_id", "edition_id"),
        CheckConstraint("proposed_by <> confirmed_by", name="two_people"),
        CheckConstraint("to_day >= from_day", name="never_earlier"),
        CheckConstraint("public_note <> ''", name="told_in_public"),
    )

    id: Mapped[Id]
    notice_id: Mapped[int] = mapped_column(ForeignKey("public_notice.id"))
    edition_id: Mapped[int] = mapped_column(ForeignKey("calendar_edition.id"))
    from_day: Mapped[date]
    to_day: Mapped[date]
    public_note: Mapped[str]
    proposed_by: Mapped[str]
    confirmed_by: Mapped[str]
    at: Mapped[datetime]
