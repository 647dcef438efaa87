"""The mall (碳普惠商城): merchants, offers, redemptions."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.base import Base, Id


class Merchant(Base):
    """A business that accepts points and never holds any (权益提供单位).

    Source: CQ-33.1, CQ-34.6, CQ-X.8.
    """

    __tablename__ = "merchant"
    __table_args__ = (
        UniqueConstraint("organisation_id"),
        CheckConstraint(
            "state in ('applied', 'admitted', 'suspended', 'left', 'rejected')", name="known_state"
        ),
    )

    id: Mapped[Id]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    name: Mapped[str]
    name_en: Mapped[str | None]
    category: Mapped[str]  # `transit`, `food`, `groceries`, `culture`, `services`, `public_benefit`
    area_code: Mapped[str] = mapped_column(ForeignKey("district.code"))
    address: Mapped[str]
    state: Mapped[str]
    applied_by: Mapped[str]
    applied_at: Mapped[datetime]
    admitted_at: Mapped[datetime | None]


class MerchantStep(Base):
    """One transition of a merchant; append-only."""

    __tablename__ = "merchant_step"

    id: Mapped[Id]
    merchant_id: Mapped[int] = mapped_column(ForeignKey("merchant.id"), index=True)
    act: Mapped[str]
    from_state: Mapped[str | None]
    to_state: Mapped[str]
    actor: Mapped[str]
    reason: Mapped[str | None]
    at: Mapped[datetime]


class Offer(Base):
    """A benefit with its price in points alone and its stock (权益).

    Source: CQ-34.5, CQ-34.7, Q-39.
    """

    __tablename__ = "offer"
    __table_args__ = (
        CheckConstraint("price > 0", name="price_positive"),
        CheckConstraint("stock_taken between 0 and stock", name="never_oversold"),
        CheckConstraint("per_person > 0", name="per_person_positive"),
        CheckConstraint("valid_until >= valid_from", name="valid_for_a_day"),
        CheckConstraint("use_days between 1 and 7", name="reserved_seven_days_at_most"),
        CheckConstraint("state in ('draft', 'on_shelf', 'off_shelf', 'blocked')", name="known_state"),
        Index(None, "state", "id"),
        Index(None, "merchant_id"),
    )

    id: Mapped[Id]
    merchant_id: Mapped[int] = mapped_column(ForeignKey("merchant.id"))
    title: Mapped[str]
    title_en: Mapped[str | None]
    description: Mapped[str]
    terms: Mapped[str]
    picture_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"))
    picture_name: Mapped[str | None]  # a made picture of the static folder, `bus-coupon`
    category: Mapped[str]
    area_code: Mapped[str | None] = mapped_column(ForeignKey("district.code"))
    price: Mapped[int]  # hundredths of a point
    stock: Mapped[int]
    stock_taken: Mapped[int] = mapped_column(server_default="0")  # counted by the database alone
    per_person: Mapped[int]
    valid_from: Mapped[date]  # redeemable from the start of this day
    valid_until: Mapped[date]  # to the end of this day
    use_days: Mapped[int]  # how long a voucher waits for the merchant
    state: Mapped[str]
    created_by: Mapped[str]
    created_at: Mapped[datetime]


class Redemption(Base):
    """One benefit chosen by a holder; points reserved until the merchant accepts (兑换).

    Source: CQ-34.5, CQ-34.6, Q-23, Q-58.
    """

    __tablename__ = "redemption"
    __table_args__ = (
        UniqueConstraint("account_id", "key"),
        UniqueConstraint("code"),
        CheckConstraint("price > 0", name="price_positive"),
        CheckConstraint(
            "state in ('reserved', 'fulfilled', 'refused', 'timed_out', 'withdrawn')",
            name="known_state",
        ),
        CheckConstraint("(state = 'reserved') = (settled_at is null)", name="settled_is_dated"),
        CheckConstraint(
            "reserved_until > created_at and reserved_until <= created_at + interval '7 days'",
            name="reserved_seven_days_at_most",
        ),
        Index("redemption_waiting_ix", "reserved_until", postgresql_where=text("state = 'reserved'")),
        Index(
            "redemption_settled_ix",
            "merchant_id",
            "settled_at",
            "id",
            postgresql_where=text("settled_at is not null"),
        ),
        Index(None, "account_id", "id"),
        Index(None, "merchant_id", "id"),
        Index(None, "offer_id", "account_id"),
    )

    id: Mapped[Id]
    account_id: Mapped[int] = mapped_column(ForeignKey("carbon_account.id"))
    offer_id: Mapped[int] = mapped_column(ForeignKey("offer.id"))
    merchant_id: Mapped[int] = mapped_column(ForeignKey("merchant.id"))
    key: Mapped[str]
    price: Mapped[int]
    code: Mapped[str]  # typed code, Crockford with a check sign
    state: Mapped[str]
    created_at: Mapped[datetime]
    reserved_until: Mapped[datetime]  # excluded
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[str | None]
    reason: Mapped[str | None]


class RedemptionPart(Base):
    """What a redemption took from one lot, and how it ended. Written by the database alone."""

    __tablename__ = "redemption_part"
    __table_args__ = (
        CheckConstraint("amount > 0", name="amount_positive"),
        CheckConstraint("settlement in ('released', 'cancelled')", name="known_settlement"),
    )

    redemption_id: Mapped[int] = mapped_column(ForeignKey("redemption.id"), primary_key=True)
    lot_id: Mapped[int] = mapped_column(ForeignKey("point_lot.id"), primary_key=True)
    amount: Mapped[int]
    settlement: Mapped[str | None]


class DisplayCode(Base):
    """A short-lived code of a voucher's QR that was used; the row outlives the code."""

    __tablename__ = "display_code"

    digest: Mapped[bytes] = mapped_column(primary_key=True)
    redemption_id: Mapped[int] = mapped_column(ForeignKey("redemption.id"))
    used_at: Mapped[datetime]
