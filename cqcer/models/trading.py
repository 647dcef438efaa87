"""What the exchange posts to the registry: trading accounts, results of trades, what it holds to be true."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.base import Base, Id


class TradableProduct(Base):
    """A product that may be traded; only the Bureau adds one (交易产品).

    Source: CQ-23.1.
    """

    __tablename__ = "tradable_product"
    __table_args__ = (
        CheckConstraint("code in ('CQCER', 'CCER')", name="of_a_rulebook"),
        CheckConstraint(
            "ended_at >= listed_at and (ended_at is null) = (ended_by is null)", name="ends_after_listing"
        ),
        Index("tradable_product_current_ix", "code", unique=True, postgresql_where=text("ended_at is null")),
    )

    id: Mapped[Id]
    code: Mapped[str]
    document_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"))
    listed_by: Mapped[str]
    listed_at: Mapped[datetime]
    ended_by: Mapped[str | None]
    ended_at: Mapped[datetime | None]


class TradingRule(Base):
    """By which methods units are traded, and which rule and version says so (交易规则).

    Source: CQ-25.2, CQ-28.1.
    """

    __tablename__ = "trading_rule"
    __table_args__ = (
        CheckConstraint("jsonb_typeof(methods) = 'array' and methods <> '[]'", name="names_methods"),
        CheckConstraint("rule_text <> ''", name="names_its_rule"),
        Index("trading_rule_valid_from_ix", "valid_from", "id"),
    )

    id: Mapped[Id]
    methods: Mapped[list[Any]]
    rule_text: Mapped[str]
    valid_from: Mapped[date]
    document_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"))
    entered_by: Mapped[str]
    entered_at: Mapped[datetime]


class TradingAccount(Base):
    """An account at the exchange, opened under its rules for the holder of an account here (交易账户).

    Source: CQ-8.2, CQ-25.1.
    """

    __tablename__ = "trading_account"
    __table_args__ = (
        UniqueConstraint("number"),
        CheckConstraint("state in ('active', 'restricted', 'closed')", name="known_state"),
        CheckConstraint(
            "participant in ('government', 'enterprise', 'social_group', 'other_organisation', 'individual')",
            name="known_participant",
        ),
        CheckConstraint("(state = 'closed') = (closed_at is not null)", name="closed_is_dated"),
        Index(
            "trading_account_open_ix",
            "account_id",
            unique=True,
            postgresql_where=text("state <> 'closed'"),
        ),
    )

    id: Mapped[Id]
    number: Mapped[str]  # the exchange's
    account_id: Mapped[int] = mapped_column(ForeignKey("holding_account.id"))
    participant: Mapped[str]
    state: Mapped[str]
    opened_by: Mapped[str]
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]


class TradeResult(Base):
    """One trade as the exchange posted it, delivered by one movement (成交结果).

    Source: CQ-6.6, CQ-25.2, Q-33.
    """

    __tablename__ = "trade_result"
    __table_args__ = (
        UniqueConstraint("reference"),
        UniqueConstraint("movement_id"),
        CheckConstraint("seller_id <> buyer_id", name="between_two"),
        CheckConstraint("quantity >= 1 and price_fen >= 0", name="for_a_price"),
    )

    id: Mapped[Id]
    reference: Mapped[str]  # the exchange's, unique for ever
    product: Mapped[str]
    method: Mapped[str]
    rule_id: Mapped[int] = mapped_column(ForeignKey("trading_rule.id"))
    seller_id: Mapped[int] = mapped_column(ForeignKey("trading_account.id"))
    buyer_id: Mapped[int] = mapped_column(ForeignKey("trading_account.id"))
    quantity: Mapped[int]
    price_fen: Mapped[int]  # of one unit
    traded_at: Mapped[datetime]
    movement_id: Mapped[int] = mapped_column(ForeignKey("unit_movement.id"))
    posted_by: Mapped[str]
    posted_at: Mapped[datetime]


class ExchangeReconciliation(Base):
    """One comparison of what the exchange holds to be in trading with what the registry does (对账).

    Source: CQ-30.1, CQ-30.2, Q-53.
    """

    __tablename__ = "exchange_reconciliation"

    id: Mapped[Id]
    day: Mapped[date]
    agrees: Mapped[bool]
    accounts: Mapped[int]
    units: Mapped[int]  # in trading, by the registry
    made_by: Mapped[str]
    made_at: Mapped[datetime]


class Discrepancy(Base):
    """An account of which the two differ; the registry's figure holds, and nothing is traded until settled.

    Source: CQ-6.5, Q-53.
    """

    __tablename__ = "discrepancy"
    __table_args__ = (
        CheckConstraint("registry_t <> exchange_t", name="differs"),
        CheckConstraint(
            "(settled_at is not null) = (num_nonnulls(settled_by_exchange, settled_by_agency, note) = 3)"
            " and coalesce(note, '?') <> '' and (settled_by_exchange <> settled_by_agency) is not false",
            name="settled_by_both",
        ),
        Index("discrepancy_open_ix", "account_id", postgresql_where=text("settled_at is null")),
    )

    id: Mapped[Id]
    reconciliation_id: Mapped[int] = mapped_column(ForeignKey("exchange_reconciliation.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("holding_account.id"))
    registry_t: Mapped[int]
    exchange_t: Mapped[int]
    note: Mapped[str | None]
    settled_by_exchange: Mapped[str | None]
    settled_by_agency: Mapped[str | None]
    settled_at: Mapped[datetime | None]
