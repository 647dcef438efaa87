"""Investigations, orders to cancel units, and blocks on applications."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.base import Base, Id


class Investigation(Base):
    """What the agency found out (调查): an owner lost, a project gone, a fraud; confirmed or not.

    Source: CQ-22.1, CQ-22.2, CQ-39.1, Q-12.
    """

    __tablename__ = "investigation"
    __table_args__ = (
        UniqueConstraint("document_id"),
        CheckConstraint("kind in ('owner_lost', 'project_gone', 'fraud')", name="known_kind"),
        CheckConstraint(
            "case kind when 'owner_lost' then account_id is not null else project_id is not null end",
            name="of_something",
        ),
        CheckConstraint(
            "successor_account_id is null or (kind = 'owner_lost' and successor_account_id <> account_id)",
            name="successor_of_the_lost",
        ),
        CheckConstraint("finding <> ''", name="says_something"),
    )

    id: Mapped[Id]
    kind: Mapped[str]
    project_id: Mapped[int | None] = mapped_column(ForeignKey("registry_project.id"), index=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("holding_account.id"), index=True)
    successor_account_id: Mapped[int | None] = mapped_column(ForeignKey("holding_account.id"))
    confirmed: Mapped[bool]
    finding: Mapped[str]
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"))
    filed_by: Mapped[str]
    filed_at: Mapped[datetime]


class ApplicationBlock(Base):
    """No application is accepted of this owner, or for this project, up to the end of a day (不再受理).

    Source: CQ-39.4, CQ-39.5, CQ-39.6, Q-09, Q-11.
    """

    __tablename__ = "application_block"
    __table_args__ = (
        CheckConstraint("num_nonnulls(organisation_id, person_id, project_id) = 1", name="one_subject"),
        CheckConstraint(
            "case ground when 'fraud' then project_id is null and investigation_id is not null"
            " when 'failed_revision' then project_id is not null else false end",
            name="owner_for_fraud",
        ),
        CheckConstraint(
            "last_day > decided_on and last_day <= (decided_on + case ground when 'fraud' then interval"
            " '3 years' else interval '2 years' end)::date",
            name="not_longer_than_the_measure",
        ),
        CheckConstraint(
            "(state = 'ended') = (num_nonnulls(ended_at, ended_by, end_reason) = 3)"
            " and coalesce(end_reason, '?') <> ''",
            name="ended_with_reason",
        ),
        CheckConstraint("state in ('running', 'ended')", name="known_state"),
    )

    id: Mapped[Id]
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    project_id: Mapped[int | None] = mapped_column(ForeignKey("registry_project.id"), index=True)
    ground: Mapped[str]
    of_project_id: Mapped[int] = mapped_column(ForeignKey("registry_project.id"))
    investigation_id: Mapped[int | None] = mapped_column(ForeignKey("investigation.id"))
    decided_on: Mapped[date]
    last_day: Mapped[date]  # blocked to its end
    decided_by: Mapped[str]
    decided_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(server_default="running")
    ended_by: Mapped[str | None]
    ended_at: Mapped[datetime | None]
    end_reason: Mapped[str | None]


class CancellationOrder(Base):
    """An order to cancel units by a day (责令注销); its state follows its steps and its movements alone.

    Source: CQ-39.2, CQ-39.3, Q-13.
    """

    __tablename__ = "cancellation_order"
    __table_args__ = (
        UniqueConstraint("number"),
        CheckConstraint("quantity >= 1", name="quantity_positive"),
        CheckConstraint("cancelled between 0 and quantity", name="never_beyond"),
        CheckConstraint("(state in ('met', 'forced')) = (cancelled = quantity)", name="met_is_whole"),
        CheckConstraint("state in ('issued', 'met', 'overdue', 'forced', 'shortfall')", name="known_state"),
    )

    id: Mapped[Id]
    number: Mapped[str]
    account_id: Mapped[int] = mapped_column(ForeignKey("holding_account.id"), index=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("registry_project.id"))
    investigation_id: Mapped[int] = mapped_column(ForeignKey("investigation.id"))
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"))
    quantity: Mapped[int]  # tonnes, as many as were false
    due_on: Mapped[date]  # to be met by the end of this day
    ordered_by: Mapped[str]
    ordered_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(server_default="issued")
    steps: Mapped[int] = mapped_column(server_default="0")
    cancelled: Mapped[int] = mapped_column(server_default="0")

    @property
    def outstanding(self) -> int:
        """Return how many tonnes are still to be cancelled."""
        return self.quantity - self.cancelled


class OrderStep(Base):
    """One step of an order's life."""

    __tablename__ = "order_step"

    order_id: Mapped[int] = mapped_column(ForeignKey("cancellation_order.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    act: Mapped[str]
    state: Mapped[str]
    actor: Mapped[str]
    at: Mapped[datetime]
    movement_id: Mapped[int | None] = mapped_column(ForeignKey("unit_movement.id"))
