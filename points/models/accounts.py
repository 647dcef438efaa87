"""Carbon accounts (碳账户) and their balances."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.base import Base, Id


class CarbonAccount(Base):
    """An account of one person or one organisation, opened on the holder's own application.

    Only persons' accounts hold points.

    Source: CQ-8.1, Q-26, Q-36.
    """

    __tablename__ = "carbon_account"
    __table_args__ = (
        UniqueConstraint("number"),
        UniqueConstraint("person_id"),
        UniqueConstraint("organisation_id"),
        CheckConstraint("num_nonnulls(person_id, organisation_id) = 1", name="one_holder"),
        CheckConstraint(
            "state in ('applied', 'active', 'restricted', 'frozen', 'closed')", name="known_state"
        ),
        CheckConstraint("(state = 'closed') = (closed_at is not null)", name="closed_is_dated"),
        CheckConstraint("octet_length(pseudonym) = 16", name="pseudonym_is_whole"),
    )

    id: Mapped[Id]
    number: Mapped[str]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    state: Mapped[str]
    pseudonym: Mapped[bytes]  # random, stands for the account in sealed entries
    applied_at: Mapped[datetime]
    opened_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]


class AccountStep(Base):
    """One transition of an account; append-only.

    Source: CQ-8.1, Q-26.
    """

    __tablename__ = "account_step"

    id: Mapped[Id]
    account_id: Mapped[int] = mapped_column(ForeignKey("carbon_account.id"), index=True)
    act: Mapped[str]
    from_state: Mapped[str | None]
    to_state: Mapped[str]
    actor: Mapped[str]
    reason: Mapped[str | None]
    at: Mapped[datetime]


class AccountBalance(Base):
    """The sums of an account's lots and the head of its chain; kept by the database alone.

    Source: CQ-34.10.
    """

    __tablename__ = "account_balance"
    __table_args__ = (
        CheckConstraint(
            "issued = available + reserved + cancelled + expired + closed + corrected",
            name="nothing_lost",
        ),
        CheckConstraint(
            "least(issued, available, reserved, cancelled, expired, closed, corrected,"
            " reduction_g, last_seq) >= 0",
            name="none_negative",
        ),
    )

    account_id: Mapped[int] = mapped_column(ForeignKey("carbon_account.id"), primary_key=True)
    issued: Mapped[int] = mapped_column(server_default="0")  # hundredths, like those below
    available: Mapped[int] = mapped_column(server_default="0")  # expired lots included until swept
    reserved: Mapped[int] = mapped_column(server_default="0")
    cancelled: Mapped[int] = mapped_column(server_default="0")
    expired: Mapped[int] = mapped_column(server_default="0")
    closed: Mapped[int] = mapped_column(server_default="0")
    corrected: Mapped[int] = mapped_column(server_default="0")
    reduction_g: Mapped[int] = mapped_column(server_default="0")
    last_seq: Mapped[int] = mapped_column(server_default="0")
    head: Mapped[bytes] = mapped_column(server_default=text("''::bytea"))


class AccountClosing(Base):
    """The holder's own confirmed request to close an account, with what was said beforehand.

    Source: Q-26.
    """

    __tablename__ = "account_closing"

    account_id: Mapped[int] = mapped_column(ForeignKey("carbon_account.id"), primary_key=True)
    requested_by: Mapped[str]
    warned_of: Mapped[int]  # hundredths that lapse, as told to the holder
    confirmed_at: Mapped[datetime]
