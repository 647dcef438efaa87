"""The ledger: conversion rules, lots, entries and their salts."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Sequence, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.base import Base, Id

ENTRY_IDS = Sequence("point_entry_id_seq", metadata=Base.metadata)


class ConversionRule(Base):
    """A dated version of the one global rule from grams to points (碳积分转换规则).

    Published before it holds, the same for every scenario, never changed afterwards.

    Source: CQ-31.4, CQ-34.9, CQ-42.14, Q-50.
    """

    __tablename__ = "conversion_rule"
    __table_args__ = (
        UniqueConstraint("version"),
        UniqueConstraint("valid_from"),
        CheckConstraint("grams_per_point > 0", name="grams_positive"),
        CheckConstraint("validity_months between 1 and 60", name="five_years_at_most"),
        CheckConstraint(
            "(published_at at time zone 'Asia/Shanghai')::date < valid_from",
            name="published_before_it_holds",
        ),
    )

    id: Mapped[Id]
    version: Mapped[str]
    grams_per_point: Mapped[int]
    validity_months: Mapped[int]
    valid_from: Mapped[date]  # included; holds until the next version's valid_from
    text_zh: Mapped[str]
    text_en: Mapped[str]
    published_by: Mapped[str]
    published_at: Mapped[datetime]


class PointLot(Base):
    """Points issued to one account on one day with one last valid day (积分批).

    What was issued is at every moment available, reserved, cancelled, expired, closed
    or corrected away; the database refuses anything else, and only entries change a lot.

    Source: CQ-34.9, Q-20.
    """

    __tablename__ = "point_lot"
    __table_args__ = (
        UniqueConstraint("account_id", "issued_on", "last_valid_on"),
        CheckConstraint(
            "issued = available + reserved + cancelled + expired + closed + corrected",
            name="nothing_lost",
        ),
        CheckConstraint(
            "least(issued, available, reserved, cancelled, expired, closed, corrected) >= 0",
            name="none_negative",
        ),
        CheckConstraint("(last_valid_on - interval '5 years')::date < issued_on", name="five_years_at_most"),
        Index(
            "point_lot_open_ix",
            "account_id",
            "last_valid_on",
            "issued_on",
            "id",
            postgresql_where=text("is_open"),
        ),
        Index("point_lot_expiry_ix", "last_valid_on", postgresql_where=text("is_open")),
    )

    id: Mapped[Id]
    account_id: Mapped[int] = mapped_column(ForeignKey("carbon_account.id"))
    issued_on: Mapped[date]  # day in China
    last_valid_on: Mapped[date]  # spendable up to the end of this day
    issued: Mapped[int] = mapped_column(server_default="0")  # hundredths, like those below
    available: Mapped[int] = mapped_column(server_default="0")
    reserved: Mapped[int] = mapped_column(server_default="0")
    cancelled: Mapped[int] = mapped_column(server_default="0")
    expired: Mapped[int] = mapped_column(server_default="0")
    closed: Mapped[int] = mapped_column(server_default="0")
    corrected: Mapped[int] = mapped_column(server_default="0")
    is_open: Mapped[bool] = mapped_column(server_default="true")  # false when nothing is available


class PointEntry(Base):
    """One change of one lot of one account; append-only, by month, chained per account.

    An entry names one account only: points cannot be transferred because there is nothing
    to write it with.

    Source: CQ-34.8, CQ-34.10.
    """

    __tablename__ = "point_entry"
    __table_args__ = (
        CheckConstraint(
            "kind in ('issue', 'reserve', 'release', 'cancel', 'expire', 'close', 'correct')",
            name="known_kind",
        ),
        CheckConstraint("amount > 0 or (kind = 'issue' and amount = 0)", name="amount_positive"),
        CheckConstraint("(kind = 'issue') = (behaviour_id is not null)", name="issue_has_behaviour"),
        CheckConstraint(
            "(kind = 'issue') = (num_nonnulls(behaviour_day, method_version_id, rule_id, reduction_g) = 4)",
            name="issue_names_its_versions",
        ),
        CheckConstraint(
            "(kind in ('reserve', 'release', 'cancel')) = (redemption_id is not null)",
            name="redemption_is_named",
        ),
        CheckConstraint("(kind = 'correct') = (correction_id is not null)", name="correction_is_named"),
        CheckConstraint("day = (at at time zone 'Asia/Shanghai')::date", name="day_in_china"),
        CheckConstraint("octet_length(commitment) = 32", name="commitment_is_whole"),
        CheckConstraint(
            "octet_length(prev_commitment) = case acct_seq when 1 then 0 else 32 end",
            name="chain_is_whole",
        ),
        {"postgresql_partition_by": "RANGE (day)"},
    )

    account_id: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)  # day in China of `at`
    id: Mapped[int] = mapped_column(
        primary_key=True, autoincrement=False, server_default=ENTRY_IDS.next_value()
    )
    acct_seq: Mapped[int]  # 1, 2, 3 … within the account, without gaps
    lot_id: Mapped[int]
    kind: Mapped[str]
    amount: Mapped[int]  # hundredths, 0 or more; the kind says the direction
    balance_after: Mapped[int]  # available hundredths of the account after this entry
    at: Mapped[datetime]
    behaviour_id: Mapped[int | None]
    behaviour_day: Mapped[date | None]
    method_version_id: Mapped[int | None]
    rule_id: Mapped[int | None]
    reduction_g: Mapped[int | None]
    redemption_id: Mapped[int | None]
    correction_id: Mapped[int | None]
    prev_commitment: Mapped[bytes]
    commitment: Mapped[bytes]


class EntrySalt(Base):
    """The random salt of one entry's commitment; deleting it makes the entry unprovable."""

    __tablename__ = "entry_salt"
    __table_args__ = (CheckConstraint("octet_length(salt) = 32", name="salt_is_whole"),)

    account_id: Mapped[int] = mapped_column(primary_key=True)
    acct_seq: Mapped[int] = mapped_column(primary_key=True)
    salt: Mapped[bytes]


class BehaviourIssue(Base):
    """That a behaviour has earned points: once, for ever. Written by the database alone."""

    __tablename__ = "behaviour_issue"

    behaviour_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    account_id: Mapped[int]
    entry_day: Mapped[date]
