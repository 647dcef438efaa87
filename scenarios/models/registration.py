"""The registration of a low-carbon scenario (低碳场景) and its history."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.base import Base, Id


class EvaluationNorm(Base):
    """A dated version of the scenario evaluation norm (低碳场景评价规范), a scored checklist.

    Source: CQ-31.2, CQ-32.3.
    """

    __tablename__ = "evaluation_norm"
    __table_args__ = (UniqueConstraint("version"), UniqueConstraint("valid_from"))

    id: Mapped[Id]
    version: Mapped[str]
    valid_from: Mapped[date]
    items: Mapped[list[Any]]  # {code, zh, en, most, required}
    pass_score: Mapped[int]
    published_by: Mapped[str]
    published_at: Mapped[datetime]


class Scenario(Base):
    """A setting in which behaviour earns points, from application to delisting.

    Source: CQ-2.1, CQ-32.1 to CQ-32.4, CQ-42.8.
    """

    __tablename__ = "scenario"
    __table_args__ = (
        UniqueConstraint("code"),
        CheckConstraint("code ~ '^[a-z][a-z0-9-]{2,39}$'", name="code_is_readable"),
        CheckConstraint(
            "life_field in ('clothing', 'food', 'housing', 'transport', 'daily_use')",
            name="known_life_field",
        ),
        CheckConstraint(
            "state in ('applied', 'under_assessment', 'assessed', 'agreed', 'approved', 'listed',"
            " 'suspended', 'delisted', 'rejected')",
            name="known_state",
        ),
        CheckConstraint("lateness_days between 0 and 3650", name="lateness_in_bounds"),
        CheckConstraint(
            "state not in ('agreed', 'approved', 'listed')"
            " or (host_agreed_at is not null and operator_agreed_at is not null)",
            name="agreed_by_both",
        ),
        Index(None, "state"),
    )

    id: Mapped[Id]
    code: Mapped[str]
    name: Mapped[str]
    name_en: Mapped[str | None]
    life_field: Mapped[str]
    host_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    area_code: Mapped[str] = mapped_column(ForeignKey("district.code"))
    description: Mapped[str]
    operating_since: Mapped[date]
    sector_department: Mapped[str | None]
    icon: Mapped[str] = mapped_column(server_default="leaf")
    state: Mapped[str]
    lateness_days: Mapped[int] = mapped_column(server_default="30")
    data_kinds: Mapped[list[Any]]  # what an authorisation names, `trip_time`, `distance`
    authorisation_text: Mapped[str]
    authorisation_version: Mapped[str]
    sandbox: Mapped[bool] = mapped_column(server_default="false")
    applied_by: Mapped[str]
    applied_at: Mapped[datetime]
    host_agreed_at: Mapped[datetime | None]
    host_agreed_by: Mapped[str | None]
    operator_agreed_at: Mapped[datetime | None]
    operator_agreed_by: Mapped[str | None]
    listed_at: Mapped[datetime | None]


class ScenarioMethod(Base):
    """An accounting method that a scenario may use."""

    __tablename__ = "scenario_method"

    scenario_id: Mapped[int] = mapped_column(ForeignKey("scenario.id"), primary_key=True)
    method_id: Mapped[int] = mapped_column(ForeignKey("method.id"), primary_key=True)


class ScenarioEvidence(Base):
    """A document that shows the scenario in operation.

    Source: CQ-32.2.
    """

    __tablename__ = "scenario_evidence"

    scenario_id: Mapped[int] = mapped_column(ForeignKey("scenario.id"), primary_key=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"), primary_key=True)
    title: Mapped[str]


class ScenarioStep(Base):
    """One transition of a scenario; append-only."""

    __tablename__ = "scenario_step"

    id: Mapped[Id]
    scenario_id: Mapped[int] = mapped_column(ForeignKey("scenario.id"), index=True)
    act: Mapped[str]
    from_state: Mapped[str | None]
    to_state: Mapped[str]
    actor: Mapped[str]
    reason: Mapped[str | None]
    at: Mapped[datetime]


class ScenarioAssessment(Base):
    """The operator's assessment against one version of the norm; append-only.

    Source: CQ-31.2, CQ-32.3.
    """

    __tablename__ = "scenario_assessment"

    id: Mapped[Id]
    scenario_id: Mapped[int] = mapped_column(ForeignKey("scenario.id"), index=True)
    norm_id: Mapped[int] = mapped_column(ForeignKey("evaluation_norm.id"))
    scores: Mapped[dict[str, Any]]
    total: Mapped[int]
    passed: Mapped[bool]
    remark: Mapped[str | None]
    assessed_by: Mapped[str]
    assessed_at: Mapped[datetime]
