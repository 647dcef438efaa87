"""Tables of disclosure: days added up, what each brought to the public, and the monthly snapshots."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.base import Base


class DisclosureDay(Base):
    """A day whose entries are added up (汇总日); one after the other, each once, append-only.

    Source: Q-30, T-62.
    """

    __tablename__ = "disclosure_day"
    __table_args__ = (
        CheckConstraint(
            "closed_at >= (day + 1)::timestamp at time zone 'Asia/Shanghai' + interval '30 minutes'",
            name="after_it_ended",
        ),
    )

    day: Mapped[date] = mapped_column(primary_key=True)
    closed_at: Mapped[datetime]


class DisclosureStep(Base):
    """By how much a public figure grew up to a day, and how many people stand behind it (公开增量).

    Every published figure is a sum of whole steps. As each step tells of ten people at least, so
    does every difference of two published figures. Append-only.

    Source: T-62, CQ-36.4, CQ-36.5.
    """

    __tablename__ = "disclosure_step"
    __table_args__ = (
        CheckConstraint("people >= 10", name="ten_people"),
        CheckConstraint("amount >= 0", name="amount_not_negative"),
        CheckConstraint(
            "measure in ('opened', 'closed', 'reduction_g', 'issued', 'redeemed', 'redemptions', 'expired',"
            " 'given_up', 'corrected')",
            name="known_measure",
        ),
    )

    measure: Mapped[str] = mapped_column(primary_key=True)
    cell: Mapped[str] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(ForeignKey("disclosure_day.day"), primary_key=True)
    amount: Mapped[int]
    people: Mapped[int]


class DisclosureWaiting(Base):
    """What fewer than ten people brought since the last step of a cell; nobody is shown this.

    Source: T-62.
    """

    __tablename__ = "disclosure_waiting"

    measure: Mapped[str] = mapped_column(primary_key=True)
    cell: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    amount: Mapped[int]


class DisclosureSnapshot(Base):
    """What was public about one month, word for word (公开快照); append-only and chained.

    `body` is the published JSON itself. Its hash covers the hash of the snapshot before, so that
    none can be changed, left out or put in between without the last hash changing. A correction is
    a later edition of the same month that names the one it corrects.

    Source: CQ-36.4, CQ-36.5, Q-30.
    """

    __tablename__ = "disclosure_snapshot"
    __table_args__ = (
        UniqueConstraint("number"),
        UniqueConstraint("month", "edition"),
        UniqueConstraint("corrects_id"),
        CheckConstraint("extract(day from month) = 1", name="month_begins"),
        CheckConstraint(
            "(edition = 1) = (corrects_id is null) and (edition = 1) = (reason is null)",
            name="correction_is_explained",
        ),
        CheckConstraint(
            "number = 'D-' || extract(year from month) || lpad(extract(month from month)::text, 2, '0')"
            " || '-' || edition",
            name="number_tells_month_and_edition",
        ),
        CheckConstraint("octet_length(prev_hash) = 32", name="prev_hash_is_whole"),
        CheckConstraint("hash = sha256(prev_hash || convert_to(body, 'UTF8'))", name="hash_is_of_the_body"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  # 1, 2, 3 … without gaps
    number: Mapped[str]
    month: Mapped[date]  # its first day
    edition: Mapped[int]
    corrects_id: Mapped[int | None] = mapped_column(ForeignKey("disclosure_snapshot.id"))
    reason: Mapped[str | None]
    body: Mapped[str]
    prev_hash: Mapped[bytes]
    hash: Mapped[bytes]
    made_by: Mapped[str]
    made_at: Mapped[datetime]
