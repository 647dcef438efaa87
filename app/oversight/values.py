"""Words of reports of wrongdoing."""

from dataclasses import dataclass
from enum import StrEnum


class About(StrEnum):
    """What a report is about."""

    PROJECT = "project"
    TRADING = "trading"
    VERIFICATION = "verification"
    SCENARIO = "scenario"
    POINTS = "points"
    MERCHANT = "merchant"
    PERSONAL_DATA = "personal_data"
    STAFF = "staff"
    OTHER = "other"


class Finding(StrEnum):
    """What the handling of a report came to."""

    CONFIRMED = "confirmed"
    PARTLY = "partly"
    NOT_CONFIRMED = "not_confirmed"
    NOT_OURS = "not_ours"


@dataclass(frozen=True, kw_only=True)
class Told:
    """What somebody reports, in clear.

    Attributes:
        whom: who or what is meant, as the reporter names it; may be empty.
        contact: how to reach the reporter; empty for an anonymous report.
    """

    about: About
    whom: str
    content: str
    contact: str


@dataclass(frozen=True, kw_only=True)
class Attached:
    """A file that comes with a report: its sealed bytes are stored, its name is sealed too."""

    document_id: int
    filename: str
    media_type: str
