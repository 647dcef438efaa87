"""Words and small values of scenarios and their intake."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final, NamedTuple


class Outcome(StrEnum):
    """What became of one row; every row ends in exactly one (行结果)."""

    ACCEPTED = "accepted"
    DUPLICATE = "duplicate"  # the same record again, refused ones included
    CONFLICT = "conflict"  # the same record id with other content
    UNAUTHORISED = "unauthorised"
    CAPPED = "capped"
    LATE = "late"
    FUTURE = "future"
    OUT_OF_SCOPE = "out_of_scope"
    NO_METHOD = "no_method"
    ZERO = "zero"
    INVALID = "invalid"
    HELD = "held"  # waits for a person's look


REHEARSAL_USER: Final = "test-"
"""How the users begin that a host makes up in a sandbox (沙箱测试用户)."""


class UploadState(StrEnum):
    """How far the processing of an upload is."""

    QUEUED = "queued"
    READING = "reading"
    DECIDING = "deciding"
    DONE = "done"
    FAILED = "failed"


class Door(StrEnum):
    """By which way rows came in."""

    FILE = "file"
    API = "api"
    CLI = "cli"
    REVIEW = "review"


class Decision(StrEnum):
    """What a person decided on a held row."""

    RELEASED = "released"
    REJECTED = "rejected"


class LinkDecision(StrEnum):
    """What the citizen answered to a proposed link."""

    CONFIRMED = "confirmed"
    DECLINED = "declined"


class Side(StrEnum):
    """The two parties to the agreement on a scenario."""

    HOST = "host"
    OPERATOR = "operator"


DOMESTIC: Final = "CN"

HOST_KINDS: Final = frozenset({"enterprise", "public_institution", "social_group", "association", "other"})
"""Kinds of organisation that may run a scenario (企事业单位、社会团体、协会和其他社会组织)."""


@dataclass(frozen=True, kw_only=True)
class Host:
    """What registration must know of the organisation that applies."""

    organisation_id: int
    kind: str
    country: str
    credit_code: str | None


class Evidence(NamedTuple):
    """A stored document with its title."""

    document_id: int
    title: str


@dataclass(frozen=True, kw_only=True)
class Application:
    """What a host says of its scenario when it applies (低碳场景登记申请).

    Source: CQ-2.1, CQ-32.1, CQ-32.2, CQ-42.8.
    """

    code: str
    name: str
    life_field: str
    area_code: str
    description: str
    operating_since: date
    data_kinds: tuple[str, ...]
    authorisation_text: str
    authorisation_version: str
    methods: tuple[str, ...]
    evidence: tuple[Evidence, ...]
    name_en: str | None = None
    sector_department: str | None = None
    icon: str = "leaf"
    sandbox: bool = False


@dataclass(frozen=True)
class NormItem:
    """One line of the evaluation checklist; scoring 0 on a required line fails the whole."""

    code: str
    zh: str
    en: str
    most: int
    required: bool = False


class Score(NamedTuple):
    """The result of an assessment."""

    total: int
    passed: bool


class Link(NamedTuple):
    """A host's statement that a user of its own has this telephone."""

    host_user: str
    phone_hash: bytes  # 32 bytes, keyed


class LinksProposed(NamedTuple):
    """What became of a host's bulk of proposed links."""

    proposed: int
    open_already: int  # waits for the citizen's answer
    linked_already: int  # an authorisation is in force


class RowOutcome(NamedTuple):
    """The outcome of one row of a request."""

    row_no: int
    source_id: str | None
    outcome: str
    reason: str
    reduction_g: int  # 0 unless accepted


class RefusedRow(NamedTuple):
    """One row that was not accepted, as its host may read it."""

    row_no: int
    source_id: str | None
    outcome: str
    reason: str


class MethodInForce(NamedTuple):
    """A published version as the intake uses it."""

    id: int
    version: str
    valid_from: date
    valid_until: date | None


@dataclass(frozen=True, kw_only=True)
class UploadStatus:
    """Where an upload stands.

    `outcomes` gives the count of each outcome, `reasons` the counts within each.
    """

    id: int
    scenario_code: str
    door: str
    profile: str | None  # name and version, `trips/2`; None for rows in the product's own words
    filename: str | None
    sha256: str | None
    size: int | None
    state: UploadState
    created_by: str
    created_at: datetime
    finished_at: datetime | None
    rows: int
    decided: int
    outcomes: dict[str, int]
    reasons: dict[str, dict[str, int]]
    reduction_g: int
    points: int  # hundredths
    error_code: str | None
    error_details: dict[str, object] | None
    waiting_before: int  # uploads that will be taken first
