"""Projects and batches, their documents, steps, proposals and registration letters."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.base import Base, Id

_STATES = (
    "'draft', 'uploaded', 'returned_incomplete', 'on_notice', 'answering_objections', 'cleared',"
    " 'submitted', 'normativity_returned', 'in_evaluation', 'revision_due', 'second_evaluation',"
    " 'evaluation_failed', 'awaiting_letter', 'letter_issued', 'registered', 'withdrawn', 'refused'"
)


class RegistryProject(Base):
    """A project (项目) on its way to registration and after it; its state follows its steps alone.

    Source: CQ-6.3, CQ-14.1, CQ-20.8.
    """

    __tablename__ = "registry_project"
    __table_args__ = (
        UniqueConstraint("number"),
        CheckConstraint("rulebook in ('CQCER', 'CCER')", name="known_rulebook"),
        CheckConstraint("category in ('engineering', 'sink', 'inclusion')", name="known_category"),
        CheckConstraint("num_nonnulls(owner_organisation_id, owner_person_id) = 1", name="one_owner"),
        CheckConstraint(
            f"state in ({_STATES}, 'legacy_approved', 'cancelled', 'revoked')", name="known_state"
        ),
        CheckConstraint(
            "rulebook <> 'CQCER' or crediting_first is null or crediting_last <= last_valid_day("
            "crediting_first, case category when 'engineering' then 60 when 'inclusion' then 120"
            " else 480 end)",
            name="crediting_not_longer_than_the_category",
        ),
        CheckConstraint("crediting_first <= crediting_last", name="crediting_in_order"),
        CheckConstraint(
            "state not in ('registered', 'cancelled', 'revoked') or (number is not null"
            " and crediting_last is not null and registered_on is not null)",
            name="registered_is_whole",
        ),
        CheckConstraint(
            "rulebook <> 'CQCER' or state in ('draft', 'legacy_approved', 'withdrawn', 'refused')"
            " or project_date > '2014-06-19'",
            name="operates_late_enough",
        ),
        Index(None, "owner_organisation_id"),
        Index(None, "owner_person_id"),
        Index(None, "methodology_version_id"),
    )

    id: Mapped[Id]
    number: Mapped[str | None]
    rulebook: Mapped[str]
    category: Mapped[str]
    title: Mapped[str]
    title_en: Mapped[str | None]
    owner_organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    owner_person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    methodology_version_id: Mapped[int] = mapped_column(ForeignKey("methodology_version.id"))
    area_code: Mapped[str | None] = mapped_column(ForeignKey("district.code"))
    latitude_e6: Mapped[int | None]  # millionths of a degree
    longitude_e6: Mapped[int | None]
    equipment: Mapped[list[Any]]  # identity numbers of what the project runs
    project_date: Mapped[date | None]
    crediting_first: Mapped[date | None]
    crediting_last: Mapped[date | None]
    declarations: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(server_default="draft")
    steps: Mapped[int] = mapped_column(server_default="0")
    created_by: Mapped[str]
    created_at: Mapped[datetime]
    submitted_on: Mapped[date | None]
    registered_on: Mapped[date | None]
    ended_on: Mapped[date | None]


class Batch(Base):
    """Reductions of whole years of a registered project, applied for together (批次).

    Source: CQ-17.10, CQ-17.12, CQ-20.7.
    """

    __tablename__ = "batch"
    __table_args__ = (
        CheckConstraint(f"state in ({_STATES})", name="known_state"),
        CheckConstraint("first_day <= last_day", name="in_order"),
        CheckConstraint("rulebook <> 'CQCER' or first_day > '2021-09-14'", name="late_enough"),
        CheckConstraint("claimed_t >= 1", name="claims_something"),
        CheckConstraint("replayed_t >= 0", name="replay_not_negative"),
        CheckConstraint(
            "registered_year = extract(year from registered_on)"
            " and (registered_on is null) = (registered_year is null)",
            name="year_is_that_of_the_day",
        ),
        ExcludeConstraint(
            (text("int8range(project_id, project_id, '[]')"), "&&"),
            (text("daterange(first_day, last_day, '[]')"), "&&"),
            name="batch_no_day_twice",
            using="gist",
            where=text("state not in ('withdrawn', 'refused', 'evaluation_failed')"),
        ),
        Index(
            "batch_once_a_year_ix",
            "project_id",
            "registered_year",
            unique=True,
            postgresql_where=text("rulebook = 'CQCER'"),
        ),
        Index(
            "batch_one_under_way_ix",
            "project_id",
            unique=True,
            postgresql_where=text(
                "rulebook = 'CQCER' and state in ('submitted', 'normativity_returned', 'in_evaluation',"
                " 'revision_due', 'second_evaluation', 'awaiting_letter', 'letter_issued')"
            ),
        ),
    )

    id: Mapped[Id]
    project_id: Mapped[int] = mapped_column(ForeignKey("registry_project.id"))
    rulebook: Mapped[str]
    first_day: Mapped[date]
    last_day: Mapped[date]
    claimed_t: Mapped[int]
    replayed_t: Mapped[int | None]
    replay: Mapped[dict[str, Any]]  # inputs and steps of the calculation, as data
    declarations: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(server_default="draft")
    steps: Mapped[int] = mapped_column(server_default="0")
    created_by: Mapped[str]
    created_at: Mapped[datetime]
    submitted_on: Mapped[date | None]
    registered_on: Mapped[date | None]
    registered_year: Mapped[int | None]
    ended_on: Mapped[date | None]


class CaseDocument(Base):
    """A document of a project or batch, with its public version beside it; a later one takes its place.

    Source: CQ-17.1, CQ-17.4, Q-43.
    """

    __tablename__ = "case_document"
    __table_args__ = (
        CheckConstraint("num_nonnulls(project_id, batch_id) = 1", name="one_case"),
        Index(None, "project_id"),
        Index(None, "batch_id"),
    )

    id: Mapped[Id]
    project_id: Mapped[int | None] = mapped_column(ForeignKey("registry_project.id"))
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("batch.id"))
    kind: Mapped[str]
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"))
    public_document_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"))
    filed_by: Mapped[str]
    filed_at: Mapped[datetime]


class CaseProposal(Base):
    """What one person proposes and another confirms: to register, to cancel, to revoke."""

    __tablename__ = "case_proposal"
    __table_args__ = (
        CheckConstraint("num_nonnulls(project_id, batch_id) = 1", name="one_case"),
        CheckConstraint("act in ('register', 'cancel', 'revoke')", name="known_act"),
        CheckConstraint(
            "case act when 'register' then ground is null when 'revoke' then ground is not distinct from"
            " 'fraud' else (ground in ('owner_wish', 'owner_lost', 'project_gone')) is true end",
            name="known_ground",
        ),
        CheckConstraint(
            "ground in ('owner_lost', 'project_gone', 'fraud') is not true or investigation_id is not null",
            name="rests_on_investigation",
        ),
        Index(None, "project_id"),
        Index(None, "batch_id"),
    )

    id: Mapped[Id]
    project_id: Mapped[int | None] = mapped_column(ForeignKey("registry_project.id"))
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("batch.id"))
    act: Mapped[str]
    ground: Mapped[str | None]
    investigation_id: Mapped[int | None] = mapped_column(ForeignKey("investigation.id"), index=True)
    ground_document_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"))
    proposed_by: Mapped[str]
    proposed_at: Mapped[datetime]


class CaseStep(Base):
    """One step of a project's or batch's life, with what the checks found; the state follows it.

    Source: CQ-6.3, CQ-30.3.
    """

    __tablename__ = "case_step"
    __table_args__ = (
        CheckConstraint("num_nonnulls(project_id, batch_id) = 1", name="one_case"),
        UniqueConstraint("project_id", "number"),
        UniqueConstraint("batch_id", "number"),
        CheckConstraint("(act = 'ask_for_revision') = (due_on is not null)", name="revision_has_a_day"),
    )

    id: Mapped[Id]
    project_id: Mapped[int | None] = mapped_column(ForeignKey("registry_project.id"))
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("batch.id"))
    number: Mapped[int]  # 1, 2, 3 … within the case
    act: Mapped[str]
    from_state: Mapped[str]
    to_state: Mapped[str]
    actor: Mapped[str]
    at: Mapped[datetime]
    reason: Mapped[str | None]
    due_on: Mapped[date | None]
    proposal_id: Mapped[int | None] = mapped_column(ForeignKey("case_proposal.id"))
    checks: Mapped[list[Any]]


class RegistrationLetter(Base):
    """The Bureau's letter that lets the agency register one project or batch (登记函).

    Source: CQ-20.4, CQ-20.5.
    """

    __tablename__ = "registration_letter"
    __table_args__ = (
        UniqueConstraint("number"),
        UniqueConstraint("project_id"),
        UniqueConstraint("batch_id"),
        CheckConstraint("num_nonnulls(project_id, batch_id) = 1", name="one_case"),
        CheckConstraint("(batch_id is null) = (quantity is null)", name="batch_has_quantity"),
        CheckConstraint("quantity >= 1", name="quantity_positive"),
        CheckConstraint("supply_demand <> ''", name="weighed"),
    )

    id: Mapped[Id]
    number: Mapped[str]
    project_id: Mapped[int | None] = mapped_column(ForeignKey("registry_project.id"))
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("batch.id"))
    quantity: Mapped[int | None]  # tonnes
    supply_demand: Mapped[str]  # the picture it was weighed on
    document_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"))
    issued_by: Mapped[str]
    issued_on: Mapped[date]
    issued_at: Mapped[datetime]


class LikenessAnswer(Base):
    """The agency's answer to a project's likeness with another; one pair is answered once (重复核实).

    Source: CQ-42.10.
    """

    __tablename__ = "likeness_answer"
    __table_args__ = (
        CheckConstraint("project_id <> other_id", name="another"),
        CheckConstraint("length(btrim(answer)) > 0", name="says_something"),
    )

    project_id: Mapped[int] = mapped_column(ForeignKey("registry_project.id"), primary_key=True)
    other_id: Mapped[int] = mapped_column(ForeignKey("registry_project.id"), primary_key=True)
    signs: Mapped[list[Any]]
    answer: Mapped[str]
    answered_by: Mapped[str]
    answered_at: Mapped[datetime]
