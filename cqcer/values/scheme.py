"""Categories, periods, quantities, and the rulebook as data."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple


class Category(StrEnum):
    """The one category of a methodology, its projects and their units.

    Source: CQ-11.1, CQ-14.1.
    """

    ENGINEERING = "engineering"  # 工程类
    SINK = "sink"  # 生态碳汇类
    INCLUSION = "inclusion"  # 碳普惠类


class RulebookCode(StrEnum):
    """Under which rules a project runs."""

    CQCER = "CQCER"
    CCER = "CCER"


class Frequency(StrEnum):
    """What "once a year" means.

    Source: Q-07.
    """

    CALENDAR_YEAR = "calendar_year"
    ROLLING_12_MONTHS = "rolling_12_months"
    UNLIMITED = "unlimited"


class Period(NamedTuple):
    """Days from the first to the last, both counted."""

    first: date
    last: date


class Quantity(NamedTuple):
    """Whole tonnes of CO2 equivalent, and the grams that rounding down left behind."""

    tonnes: int
    rest_g: int


@dataclass(frozen=True, kw_only=True)
class Rulebook:
    """What differs between the Chongqing and the national rules, read from `rulebooks/*.toml`.

    Days and years that are None are not tested under that rulebook.
    """

    code: RulebookCode
    name_zh: str
    name_en: str
    in_force_from: date
    persons_may_own: bool
    project_date: str  # `operation` or `construction_start`
    project_after: date  # excluded
    reductions_after: date  # excluded
    reductions_within_chongqing: bool
    inclusiveness_for: frozenset[Category]
    report_before_notice: bool
    completeness_review: bool
    notice_working_days: int
    notice_opened_by: str  # `agency` or `project_owner`
    letter_needed: bool
    evaluation_needed: bool
    objections_gate: bool  # whether an unanswered objection holds the submission
    body_named_in_notice: bool
    responsibility: tuple[str, ...]
    batch_responsibility: tuple[str, ...]
    registration_working_days: int | None
    quantity_equals_verified: bool
    look_back_years: int
    whole_years: bool
    frequency: Frequency
    crediting_years: dict[Category, int]
    crediting_after: date | None  # excluded
    fraud_block_years: int
    failed_revision_block_years: int | None
    gift_by: frozenset[str]
    cancel_by: frozenset[str]
    purposes: tuple[str, ...]
    legacy_approved_before: date  # excluded
