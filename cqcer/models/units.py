"""Units: the number line, issued blocks, who holds which part, and the movements that made it so."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Sequence, text
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.base import Base, Id

STEP_ORDER = Sequence("movement_step_seq", metadata=Base.metadata)
_UNIT_STATES = "'held', 'reserved', 'in_trading', 'frozen_offset', 'frozen_order', 'cancelled'"


class LifeStep(Base):
    """One step of one life, as the database enforces and the public reads it (状态转换表)."""

    __tablename__ = "life_step"

    life: Mapped[str] = mapped_column(primary_key=True)
    from_state: Mapped[str] = mapped_column(primary_key=True)  # '' for nothing
    act: Mapped[str] = mapped_column(primary_key=True)
    to_state: Mapped[str]


class NumberLine(Base):
    """The one line of numbers of all units; it only grows, so no number is given twice."""

    __tablename__ = "number_line"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last_no: Mapped[int] = mapped_column(server_default="0")


class IssuedBlock(Base):
    """The numbers that a registered batch was issued under, for ever (签发区块).

    Source: CQ-20.5, CQ-30.3.
    """

    __tablename__ = "issued_block"
    __table_args__ = (
        CheckConstraint("1 <= start_no and start_no <= end_no", name="not_empty"),
        ExcludeConstraint(
            (text("int8range(start_no, end_no, '[]')"), "&&"),
            name="issued_block_no_number_twice",
            using="gist",
        ),
    )

    id: Mapped[Id]
    batch_id: Mapped[int] = mapped_column(ForeignKey("batch.id"), unique=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("registry_project.id"), index=True)
    category: Mapped[str]
    start_no: Mapped[int]
    end_no: Mapped[int]
    movement_id: Mapped[int] = mapped_column(ForeignKey("unit_movement.id"), unique=True)
    issued_at: Mapped[datetime]


class BlockTally(Base):
    """How many units of a block are in which state; nothing is lost, ever.

    Source: CQ-30.3.
    """

    __tablename__ = "block_tally"
    __table_args__ = (
        CheckConstraint("issued = held + reserved + in_trading + frozen + cancelled", name="nothing_lost"),
        CheckConstraint(
            "least(issued, held, reserved, in_trading, frozen, cancelled) >= 0", name="none_negative"
        ),
    )

    block_id: Mapped[int] = mapped_column(ForeignKey("issued_block.id"), primary_key=True)
    issued: Mapped[int]
    held: Mapped[int]
    reserved: Mapped[int] = mapped_column(server_default="0")
    in_trading: Mapped[int] = mapped_column(server_default="0")
    frozen: Mapped[int] = mapped_column(server_default="0")
    cancelled: Mapped[int] = mapped_column(server_default="0")


class Holding(Base):
    """Which part of a block an account holds now, in which state; written by the database alone.

    Source: CQ-6.5, CQ-30.3.
    """

    __tablename__ = "holding"
    __table_args__ = (
        CheckConstraint("start_no <= end_no", name="not_empty"),
        CheckConstraint(f"state in ({_UNIT_STATES})", name="known_state"),
        CheckConstraint("(state = 'reserved') = (reserved_for is not null)", name="reserved_names_movement"),
        ExcludeConstraint(
            (text("int8range(start_no, end_no, '[]')"), "&&"),
            name="holding_no_number_twice",
            using="gist",
        ),
        Index("holding_account_ix", "account_id", "state", "since", "start_no"),
        Index("holding_start_ix", "start_no"),
        Index("holding_end_ix", "end_no"),
        Index(None, "block_id"),
        Index("holding_reserved_ix", "reserved_for", postgresql_where=text("reserved_for is not null")),
    )

    id: Mapped[Id]
    block_id: Mapped[int] = mapped_column(ForeignKey("issued_block.id"))
    start_no: Mapped[int]
    end_no: Mapped[int]
    account_id: Mapped[int] = mapped_column(ForeignKey("holding_account.id"))
    state: Mapped[str]
    since: Mapped[int] = mapped_column(ForeignKey("unit_movement.id"))  # the last executed movement
    reserved_for: Mapped[int | None] = mapped_column(ForeignKey("unit_movement.id"))


class Movement(Base):
    """A movement of units: what is proposed never changes, its state follows its steps alone (业务).

    Source: CQ-30.3, Q-49.
    """

    __tablename__ = "unit_movement"
    __table_args__ = (
        CheckConstraint(
            "kind in ('issue', 'gift', 'succeed', 'deposit', 'withdraw', 'trade', 'freeze', 'unfreeze',"
            " 'hold_for_offset', 'release_from_offset', 'cancel')",
            name="known_kind",
        ),
        CheckConstraint(
            "state in ('proposed', 'confirmed', 'waiting', 'executed', 'refused', 'withdrawn', 'lapsed',"
            " 'failed_checks')",
            name="known_state",
        ),
        CheckConstraint("quantity >= 1", name="moves_something"),
        CheckConstraint(
            "(kind = 'issue') = (batch_id is not null) and (kind = 'issue') = (giving_account_id is null)"
            " and (kind = 'issue') = (from_state is null)",
            name="only_issue_comes_from_nothing",
        ),
        CheckConstraint(
            "(kind in ('issue', 'gift', 'succeed', 'trade')) = (taking_account_id is not null)",
            name="taker_where_there_is_one",
        ),
        CheckConstraint("giving_account_id <> taking_account_id", name="to_another"),
        CheckConstraint(
            "(kind = 'cancel') = (purpose is not null) and (purpose in ('compliance_offset',"
            " 'event_neutrality', 'own_operations', 'personal', 'judicial', 'public_benefit', 'ordered',"
            " 'forced', 'owner_lost')) is not false",
            name="cancelled_for_a_purpose",
        ),
        CheckConstraint(
            "kind <> 'cancel' or case purpose when 'compliance_offset' then from_state = 'frozen_offset'"
            " when 'ordered' then from_state in ('held', 'frozen_order')"
            " when 'forced' then from_state in ('held', 'frozen_order')"
            " else from_state = 'held' end",
            name="purpose_fits_the_state",
        ),
        CheckConstraint(
            "(kind in ('succeed', 'freeze', 'unfreeze') or purpose in ('ordered', 'forced', 'owner_lost'))"
            " is not true or ground_document_id is not null",
            name="agency_acts_on_a_ground",
        ),
        CheckConstraint(
            "(purpose in ('ordered', 'forced')) is not true or order_id is not null",
            name="ordered_names_its_order",
        ),
        CheckConstraint(
            "order_id is null or kind in ('freeze', 'unfreeze')"
            " or (purpose in ('ordered', 'forced')) is true",
            name="order_moves_to_its_end",
        ),
        CheckConstraint(
            "(kind in ('hold_for_offset', 'release_from_offset') or (purpose = 'compliance_offset') is true)"
            " = (offset_id is not null)",
            name="offset_names_its_application",
        ),
        CheckConstraint(
            "neutrality_id is null"
            " or (purpose in ('event_neutrality', 'own_operations', 'personal')) is true",
            name="neutrality_is_a_use",
        ),
        Index(
            "unit_movement_neutrality_id_ix",
            "neutrality_id",
            postgresql_where=text("neutrality_id is not null"),
        ),
        Index("unit_movement_offset_id_ix", "offset_id", postgresql_where=text("offset_id is not null")),
        Index("unit_movement_order_id_ix", "order_id", postgresql_where=text("order_id is not null")),
        Index(None, "giving_account_id"),
        Index(None, "taking_account_id"),
        Index(None, "batch_id"),
        Index(
            "unit_movement_open_ix",
            "state",
            postgresql_where=text("state in ('proposed', 'confirmed', 'waiting')"),
        ),
    )

    id: Mapped[Id]
    kind: Mapped[str]
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("batch.id"))
    giving_account_id: Mapped[int | None] = mapped_column(ForeignKey("holding_account.id"))
    taking_account_id: Mapped[int | None] = mapped_column(ForeignKey("holding_account.id"))
    from_state: Mapped[str | None]
    quantity: Mapped[int]
    purpose: Mapped[str | None]
    beneficiary_id: Mapped[int | None] = mapped_column(ForeignKey("beneficiary.id"))
    usage: Mapped[dict[str, Any]]  # emissions, method, event, period: what a certificate says
    ground_document_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"))
    order_id: Mapped[int | None] = mapped_column(ForeignKey("cancellation_order.id"))
    neutrality_id: Mapped[int | None] = mapped_column(ForeignKey("neutrality_record.id"))
    offset_id: Mapped[int | None] = mapped_column(ForeignKey("offset_application.id"))
    note: Mapped[str | None]
    proposed_by: Mapped[str]
    proposed_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(server_default="proposed")
    steps: Mapped[int] = mapped_column(server_default="0")
    waits_until: Mapped[datetime | None]


class MovementPart(Base):
    """A range of numbers that a movement moves; of an issue, the database writes it."""

    __tablename__ = "movement_part"
    __table_args__ = (
        CheckConstraint("1 <= start_no and start_no <= end_no", name="not_empty"),
        Index(
            "movement_part_range_ix",
            text("int8range(start_no, end_no, '[]')"),
            postgresql_using="gist",
        ),
    )

    movement_id: Mapped[int] = mapped_column(ForeignKey("unit_movement.id"), primary_key=True)
    start_no: Mapped[int] = mapped_column(primary_key=True)
    end_no: Mapped[int]


class MovementStep(Base):
    """One step of a movement's life; inserting it is what moves units.

    `seq` is drawn while the accounts are locked: read in its order, the steps can be done again.

    Source: Q-49.
    """

    __tablename__ = "movement_step"

    movement_id: Mapped[int] = mapped_column(ForeignKey("unit_movement.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(unique=True, server_default=STEP_ORDER.next_value())
    act: Mapped[str]
    state: Mapped[str]
    actor: Mapped[str]
    representative_id: Mapped[int | None] = mapped_column(ForeignKey("account_representative.id"))
    second_factor: Mapped[bool]
    at: Mapped[datetime]
    waits_until: Mapped[datetime | None]
    reason: Mapped[str | None]
    checks: Mapped[list[Any]]


class BooksAudit(Base):
    """A second computation of all holdings from movements alone; where it disagrees, movements stop."""

    __tablename__ = "books_audit"

    id: Mapped[Id]
    at: Mapped[datetime]
    agrees: Mapped[bool]
    movements: Mapped[int]
    units: Mapped[int]
    findings: Mapped[list[Any]]
    made_by: Mapped[str]
