"""Claims about behaviour that did not arrive (补登申诉), and the steps of each."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.base import Base, Id


class Claim(Base):
    """A citizen's word that behaviour of a day is missing; it ends with the host's data or with a reason.

    Nothing can be issued from a claim: `behaviour_id` names a behaviour that came in by the intake.

    Source: Q-71, CQ-34.4, CQ-42.14.
    """

    __tablename__ = "missing_claim"
    __table_args__ = (
        CheckConstraint(
            "state in ('filed', 'with_host', 'resolved', 'refused', 'appealed', 'upheld', 'withdrawn')",
            name="known_state",
        ),
        CheckConstraint("day <= (filed_at at time zone 'Asia/Shanghai')::date", name="not_ahead"),
        CheckConstraint("due_on > (filed_at at time zone 'Asia/Shanghai')::date", name="due_after_filing"),
        CheckConstraint("length(trim(said)) between 1 and 1000", name="says_what"),
        CheckConstraint("(state = 'resolved') = (behaviour_id is not null)", name="resolved_by_data"),
        CheckConstraint(
            "state not in ('refused', 'appealed', 'upheld') or refused_by is not null",
            name="refused_by_somebody",
        ),
        CheckConstraint("upheld_by <> refused_by", name="two_people"),
        CheckConstraint("(state = 'upheld') = (upheld_by is not null)", name="upheld_by_somebody"),
        Index(
            "missing_claim_open_ix",
            "account_id",
            "scenario_id",
            "day",
            unique=True,
            postgresql_where=text("state in ('filed', 'with_host', 'appealed')"),
        ),
        Index(None, "account_id", "id"),
        Index(None, "state", "due_on"),
    )

    id: Mapped[Id]
    account_id: Mapped[int] = mapped_column(ForeignKey("carbon_account.id"))
    scenario_id: Mapped[int] = mapped_column(ForeignKey("scenario.id"))
    authorisation_id: Mapped[int] = mapped_column(ForeignKey("authorisation.id"))
    day: Mapped[date]  # in China, of the behaviour that is missing
    said: Mapped[str]
    reference: Mapped[str | None]  # order or ticket number at the host
    state: Mapped[str]
    filed_at: Mapped[datetime]
    due_on: Mapped[date]  # the promised day of the answer
    refused_by: Mapped[str | None]
    upheld_by: Mapped[str | None]
    behaviour_id: Mapped[int | None]


class ClaimStep(Base):
    """What was done with a claim, by whom, when, why; append-only.

    Source: Q-71, CQ-35.2.
    """

    __tablename__ = "missing_claim_step"
    __table_args__ = (Index(None, "claim_id"),)

    id: Mapped[Id]
    claim_id: Mapped[int] = mapped_column(ForeignKey("missing_claim.id"))
    act: Mapped[str]
    from_state: Mapped[str | None]
    to_state: Mapped[str]
    actor: Mapped[str]
    reason: Mapped[str | None]
    at: Mapped[datetime]
