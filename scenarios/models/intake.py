"""Intake (数据接入): profiles, uploads, the verdict on each row, behaviours, held rows."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Sequence, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.base import Base, Id

BEHAVIOUR_IDS = Sequence("behaviour_id_seq", metadata=Base.metadata)


class MappingProfile(Base):
    """A host's description of its own file, as versioned TOML (映射配置); append-only."""

    __tablename__ = "mapping_profile"
    __table_args__ = (UniqueConstraint("scenario_id", "name", "version"),)

    id: Mapped[Id]
    scenario_id: Mapped[int] = mapped_column(ForeignKey("scenario.id"))
    name: Mapped[str]
    version: Mapped[int]
    method_id: Mapped[int] = mapped_column(ForeignKey("method.id"))
    text: Mapped[str]
    created_by: Mapped[str]
    created_at: Mapped[datetime]


class Upload(Base):
    """One file or API batch of behaviours and how far its processing is.

    Source: CQ-34.2, CQ-35.1.
    """

    __tablename__ = "upload"
    __table_args__ = (
        CheckConstraint("state in ('queued', 'reading', 'deciding', 'done', 'failed')", name="known_state"),
        CheckConstraint("door in ('file', 'api', 'cli', 'review')", name="known_door"),
        CheckConstraint("file_format in ('csv', 'ndjson', 'json')", name="known_format"),
        CheckConstraint("decided = outcome_total(outcomes)", name="every_row_has_one_outcome"),
        CheckConstraint("state <> 'done' or rows = decided", name="done_when_all_are_decided"),
        CheckConstraint("(state = 'failed') = (error_code is not null)", name="failed_has_code"),
        CheckConstraint("state <> 'failed' or decided = 0 or buckets_done > 0", name="nothing_half_done"),
        Index("upload_waiting_ix", "id", postgresql_where=text("state <> 'done' and state <> 'failed'")),
        Index(None, "scenario_id", "id"),
        Index(None, "scenario_id", "created_at"),
    )

    id: Mapped[Id]
    scenario_id: Mapped[int] = mapped_column(ForeignKey("scenario.id"))
    profile_id: Mapped[int | None] = mapped_column(ForeignKey("mapping_profile.id"))
    method_id: Mapped[int | None] = mapped_column(ForeignKey("method.id"))
    file_format: Mapped[str | None]  # where no profile names it
    document_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"))
    door: Mapped[str]
    filename: Mapped[str | None]
    state: Mapped[str]
    created_by: Mapped[str]
    created_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    heartbeat_at: Mapped[datetime | None]
    rows: Mapped[int] = mapped_column(server_default="0")  # read so far
    decided: Mapped[int] = mapped_column(server_default="0")  # with an outcome so far
    buckets: Mapped[int] = mapped_column(server_default="0")  # parts the work is split into
    buckets_done: Mapped[int] = mapped_column(server_default="0")
    attempts: Mapped[int] = mapped_column(server_default="0")  # taken up since it last went on
    outcomes: Mapped[dict[str, Any]] = mapped_column(server_default="{}")  # outcome → reason → rows
    reduction_g: Mapped[int] = mapped_column(server_default="0")
    points: Mapped[int] = mapped_column(server_default="0")  # hundredths
    error_code: Mapped[str | None]
    error_details: Mapped[dict[str, Any] | None]


class IntakeKey(Base):
    """The verdict on one record of one scenario, for ever; refusals stay refused.

    Source: CQ-34.1, CQ-34.4.
    """

    __tablename__ = "intake_key"
    __table_args__ = (
        CheckConstraint("octet_length(key_hash) = 16", name="key_is_whole"),
        CheckConstraint("(verdict = 'accepted') = (behaviour_id is not null)", name="accepted_is_kept"),
    )

    scenario_id: Mapped[int] = mapped_column(primary_key=True)
    key_hash: Mapped[bytes] = mapped_column(primary_key=True)
    content_hash: Mapped[bytes]
    behaviour_id: Mapped[int | None]
    day: Mapped[date | None]
    verdict: Mapped[str]


class Behaviour(Base):
    """One authorised low-carbon act and its reduction (低碳行为数据); append-only, by month.

    Source: CQ-34.1, CQ-34.4, CQ-31.3.
    """

    __tablename__ = "behaviour"
    __table_args__ = (
        CheckConstraint("day = (occurred_at at time zone 'Asia/Shanghai')::date", name="day_in_china"),
        CheckConstraint("reduction_g > 0 and reduction_g <= computed_g", name="reduction_in_bounds"),
        CheckConstraint("quantity_milli > 0", name="quantity_positive"),
        {"postgresql_partition_by": "RANGE (day)"},
    )

    account_id: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)  # in China, of occurred_at
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  # from behaviour_id_seq
    scenario_id: Mapped[int]
    upload_id: Mapped[int]
    row_no: Mapped[int]
    authorisation_id: Mapped[int]
    method_version_id: Mapped[int]
    source_id: Mapped[str]
    occurred_at: Mapped[datetime]
    received_at: Mapped[datetime]
    quantity_milli: Mapped[int]
    computed_g: Mapped[int]  # before the cap
    reduction_g: Mapped[int]  # after the cap
    cap: Mapped[str | None]  # `grams` when the day's cap cut it


class IntakeOutcome(Base):
    """The outcome of one row that was not accepted; append-only, by month of receipt."""

    __tablename__ = "intake_outcome"
    __table_args__ = ({"postgresql_partition_by": "RANGE (received_on)"},)

    received_on: Mapped[date] = mapped_column(primary_key=True)
    upload_id: Mapped[int] = mapped_column(primary_key=True)
    row_no: Mapped[int] = mapped_column(primary_key=True)
    outcome: Mapped[str]
    reason: Mapped[str]
    source_id: Mapped[str | None]


class HeldRow(Base):
    """A row that waits for a person's look (待复核); decided once.

    Source: CQ-34.3.
    """

    __tablename__ = "held_row"
    __table_args__ = (
        CheckConstraint("decision in ('released', 'rejected')", name="known_decision"),
        Index("held_row_open_ix", "id", postgresql_where=text("decided_at is null")),
    )

    id: Mapped[Id]
    scenario_id: Mapped[int] = mapped_column(ForeignKey("scenario.id"), index=True)
    upload_id: Mapped[int] = mapped_column(ForeignKey("upload.id"))
    row_no: Mapped[int]
    key_hash: Mapped[bytes]
    content_hash: Mapped[bytes]
    source_id: Mapped[str]
    host_user: Mapped[str]
    occurred_at: Mapped[datetime]
    quantity_milli: Mapped[int]
    computed_g: Mapped[int]
    method_version_id: Mapped[int]
    reason: Mapped[str]
    held_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str | None]
    decision: Mapped[str | None]
    remark: Mapped[str | None]
    outcome: Mapped[str | None]  # what the row ended in after release
    review_id: Mapped[int | None] = mapped_column(ForeignKey("upload.id"))  # the batch of its release
