"""What a person wants and consents to: separate consents, kinds of messages, quiet hours, ranks."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.base import Base, Id


class PersonConsent(Base):
    """A separate consent to one purpose, from `given_at` until `withdrawn_at` (单独同意).

    Source: T-63, Q-72.
    """

    __tablename__ = "person_consent"
    __table_args__ = (
        CheckConstraint("purpose in ('identity', 'ranking', 'credit_list')", name="known_purpose"),
        CheckConstraint("withdrawn_at >= given_at", name="withdrawn_after_given"),
        Index(
            "person_consent_in_force_ix",
            "person_id",
            "purpose",
            unique=True,
            postgresql_where=text("withdrawn_at is null"),
        ),
        Index(
            "person_consent_purpose_ix",
            "purpose",
            "person_id",
            postgresql_where=text("withdrawn_at is null and purpose = 'credit_list'"),
        ),
    )

    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    purpose: Mapped[str]
    text_version: Mapped[str]
    given_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]


class MessagePreference(Base):
    """Whether a person wants one kind of message by one channel; without a row, the usual holds (消息偏好).

    Source: Q-73.
    """

    __tablename__ = "message_preference"
    __table_args__ = (
        CheckConstraint("kind in ('expiry', 'redemption', 'claim')", name="known_kind"),
        CheckConstraint("channel in ('sms', 'email')", name="known_channel"),
    )

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(primary_key=True)
    wanted: Mapped[bool]
    changed_at: Mapped[datetime]


class QuietHours(Base):
    """Hours of the day in China in which a person is sent nothing that can wait (免打扰时段).

    Source: Q-73.
    """

    __tablename__ = "quiet_hours"
    __table_args__ = (
        CheckConstraint("from_hour between 0 and 23", name="from_is_an_hour"),
        CheckConstraint("until_hour between 0 and 23", name="until_is_an_hour"),
    )

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    from_hour: Mapped[int]
    until_hour: Mapped[int]  # excluded; equal to `from_hour` where there are none
    changed_at: Mapped[datetime]


class DistrictRank(Base):
    """The grams of one month of a person who consented to be ranked, in the district they named (区县排行).

    Made anew each night from the behaviours; shown only while the consent is in force.

    Source: T-62, T-63, Q-72.
    """

    __tablename__ = "district_rank"
    __table_args__ = (
        CheckConstraint("reduction_g > 0", name="has_something"),
        CheckConstraint("place between 1 and people", name="place_among_people"),
        CheckConstraint("extract(day from month) = 1", name="month_by_its_first_day"),
        Index(None, "month", "area_code", "place"),
    )

    month: Mapped[date] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    area_code: Mapped[str] = mapped_column(ForeignKey("district.code"))
    reduction_g: Mapped[int]
    place: Mapped[int]  # from 1; equal grams share a place
    people: Mapped[int]  # who took part in the district that month
    made_at: Mapped[datetime]
