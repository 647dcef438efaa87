"""Bodies at work: steps of their recognition, their people, interests, commissions, flagged reports."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.base import Base, Id


class RecognitionStep(Base):
    """One decision of the Bureau on a recognition, from a day on; the state follows it.

    Source: CQ-21.1, CQ-38.1.
    """

    __tablename__ = "vvb_step"
    __table_args__ = (
        UniqueConstraint("recognition_id", "number"),
        CheckConstraint("length(btrim(ground)) > 0", name="has_a_ground"),
    )

    id: Mapped[Id]
    recognition_id: Mapped[int] = mapped_column(ForeignKey("vvb_recognition.id"))
    number: Mapped[int]  # 1, 2, 3 … within the recognition
    act: Mapped[str]
    from_state: Mapped[str]
    to_state: Mapped[str]
    on_day: Mapped[date]  # the first day on which it holds, never before the step before it
    ground: Mapped[str]
    document_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"))
    actor: Mapped[str]
    at: Mapped[datetime]


class VvbPerson(Base):
    """Somebody of a body who may sign its reports (责任人员).

    Source: CQ-18.5, CQ-21.1.
    """

    __tablename__ = "vvb_person"
    __table_args__ = (
        CheckConstraint("ended_on >= named_on", name="ends_after_naming"),
        Index(
            "vvb_person_current_ix",
            "staff_user_id",
            unique=True,
            postgresql_where=text("ended_on is null"),
        ),
        Index(None, "organisation_id"),
    )

    id: Mapped[Id]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    staff_user_id: Mapped[int] = mapped_column(ForeignKey("staff_user.id"))
    name: Mapped[str]
    qualification: Mapped[str]
    named_on: Mapped[date]  # included
    ended_on: Mapped[date | None]  # first day on which they sign no more
    named_by: Mapped[str]
    named_at: Mapped[datetime]


class KnownInterest(Base):
    """A relation that binds a body or an expert to an owner, declared or found (利益关系).

    Source: CQ-7.2, CQ-21.3.
    """

    __tablename__ = "known_interest"
    __table_args__ = (
        CheckConstraint("num_nonnulls(body_id, expert_staff_id) = 1", name="of_a_body_or_an_expert"),
        CheckConstraint("num_nonnulls(party_organisation_id, party_person_id) = 1", name="in_one_party"),
        CheckConstraint(
            "kind in ('assets', 'management', 'funding', 'consulting', 'authorship', 'employment', 'other')",
            name="known_kind",
        ),
        CheckConstraint("ended_on >= since", name="ends_after_it_began"),
        CheckConstraint("body_id <> party_organisation_id", name="in_another"),
        Index(None, "body_id"),
        Index(None, "expert_staff_id"),
    )

    id: Mapped[Id]
    body_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    expert_staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff_user.id"))
    party_organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    party_person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[str]
    note: Mapped[str]
    since: Mapped[date]  # included
    ended_on: Mapped[date | None]  # first day on which it binds no more
    recorded_by: Mapped[str]
    recorded_at: Mapped[datetime]


class Commission(Base):
    """An owner's commission of a body for one project or batch; both declare no interest (委托).

    Source: CQ-17.2, CQ-17.3, CQ-21.3.
    """

    __tablename__ = "vvb_commission"
    __table_args__ = (
        CheckConstraint("num_nonnulls(project_id, batch_id) = 1", name="one_case"),
        CheckConstraint("state in ('proposed', 'in_force', 'declined', 'ended')", name="known_state"),
        CheckConstraint("owner_declares", name="owner_declares_no_interest"),
        CheckConstraint(
            "state <> 'in_force' or body_declares is not null and body_declares ?& array['interest',"
            " 'funding', 'consulting', 'authorship']",
            name="body_declares_each",
        ),
        Index(
            "vvb_commission_of_project_ix",
            "project_id",
            unique=True,
            postgresql_where=text("state in ('proposed', 'in_force')"),
        ),
        Index(
            "vvb_commission_of_batch_ix",
            "batch_id",
            unique=True,
            postgresql_where=text("state in ('proposed', 'in_force')"),
        ),
        Index(None, "organisation_id"),
    )

    id: Mapped[Id]
    project_id: Mapped[int | None] = mapped_column(ForeignKey("registry_project.id"))
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("batch.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    state: Mapped[str] = mapped_column(server_default="proposed")
    agreed_on: Mapped[date]
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"))  # the contract
    owner_declares: Mapped[bool]  # that there is no interest relation
    body_declares: Mapped[dict[str, Any] | None]  # what it has none of, one by one
    proposed_by: Mapped[str]
    proposed_at: Mapped[datetime]
    decided_by: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    ended_by: Mapped[str | None]
    ended_at: Mapped[datetime | None]
    reason: Mapped[str | None]


class ReportFinding(Base):
    """That a report is false or seriously at odds with fact (虚假报告或严重失实).

    Source: CQ-38.1.
    """

    __tablename__ = "vv_report_finding"
    __table_args__ = (CheckConstraint("kind in ('false', 'at_odds_with_fact')", name="known_kind"),)

    id: Mapped[Id]
    report_id: Mapped[int] = mapped_column(ForeignKey("vv_report.id"), index=True)
    kind: Mapped[str]
    body: Mapped[str]
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"))
    recorded_by: Mapped[str]
    recorded_at: Mapped[datetime]


class ReportFlag(Base):
    """A report that is to be reviewed because its body was suspended, ended or found false (复核标记).

    Source: CQ-38.1.
    """

    __tablename__ = "vv_report_flag"
    __table_args__ = (
        CheckConstraint("num_nonnulls(step_id, finding_id) = 1", name="one_cause"),
        UniqueConstraint("report_id", "step_id"),
        UniqueConstraint("report_id", "finding_id"),
        CheckConstraint("outcome in ('stands', 'does_not_stand')", name="known_outcome"),
        CheckConstraint(
            "num_nonnulls(outcome, reviewed_by, reviewed_at, remark) in (0, 4)", name="reviewed_whole"
        ),
    )

    id: Mapped[Id]
    report_id: Mapped[int] = mapped_column(ForeignKey("vv_report.id"))
    step_id: Mapped[int | None] = mapped_column(ForeignKey("vvb_step.id"))
    finding_id: Mapped[int | None] = mapped_column(ForeignKey("vv_report_finding.id"))
    flagged_at: Mapped[datetime]
    outcome: Mapped[str | None]
    remark: Mapped[str | None]
    reviewed_by: Mapped[str | None]
    reviewed_at: Mapped[datetime | None]
