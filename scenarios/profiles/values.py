"""What a mapping profile says, and what a row is once it has been read."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from fractions import Fraction
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from scenarios.methods.values import Unit

Problem = tuple[str, str]
"""Outcome and reason of a row that cannot be a behaviour."""


class FileFormat(StrEnum):
    """How records follow one another in a file."""

    CSV = "csv"
    NDJSON = "ndjson"
    JSON = "json"  # one array


class Encoding(StrEnum):
    """How characters are written as bytes."""

    UTF_8 = "utf-8"
    GBK = "gbk"
    GB18030 = "gb18030"
    UTF_16 = "utf-16"


class QuantityKind(StrEnum):
    """Where the quantity of a row comes from."""

    COLUMN = "column"
    CONSTANT = "constant"
    DURATION = "duration"  # minutes from start to end
    DISTANCE = "distance"  # kilometres between two points on the ground


class NegativeQuantity(StrEnum):
    """What a quantity below zero means: a fault, or an honest nothing (Q-38)."""

    INVALID = "invalid"
    ZERO = "zero"


class TimeField(StrEnum):
    """Which time of a behaviour."""

    START = "start"
    END = "end"


FILTERED: Final[Problem] = ("out_of_scope", "filtered")
COLUMNS: Final[Problem] = ("invalid", "columns")  # more or fewer cells than the header
BAD_CSV: Final[Problem] = ("invalid", "csv")
BAD_JSON: Final[Problem] = ("invalid", "json")
NOT_AN_OBJECT: Final[Problem] = ("invalid", "not_an_object")
UNFINISHED: Final[Problem] = ("invalid", "unfinished")  # no quantity, or not the time that counts
BAD_QUANTITY: Final[Problem] = ("invalid", "quantity")
BAD_UNIT: Final[Problem] = ("invalid", "unit")
NEGATIVE: Final[Problem] = ("invalid", "negative")
ZERO: Final[Problem] = ("zero", "zero_quantity")
BELOW_ZERO: Final[Problem] = ("zero", "negative_quantity")  # where the profile says so
ABSURD: Final[Problem] = ("invalid", "absurd")
NO_USER: Final[Problem] = ("invalid", "no_user")
BAD_USER: Final[Problem] = ("invalid", "user")
BAD_TIME: Final[Problem] = ("invalid", "time")
ENDED_BEFORE_START: Final[Problem] = ("invalid", "ended_before_start")
NO_RECORD_ID: Final[Problem] = ("invalid", "no_record_id")
BAD_RECORD_ID: Final[Problem] = ("invalid", "record_id")


class ReadRow(NamedTuple):
    """One record of a file, as the profile reads it. Whatever text it holds, PostgreSQL can store.

    `row_no` counts records from 1, the header not among them. On a row with a `problem` the other
    fields hold what could be read nevertheless. `content` tells one content from another:
    hash it with `content_hash`, and name the row with `key_of`.
    """

    row_no: int
    source_id: str | None
    user: str | None
    occurred_at: datetime | None  # UTC
    day: date | None  # in China
    quantity_milli: int | None
    content: bytes
    problem: Problem | None


class Fault(NamedTuple):
    """A record that could not be taken apart."""

    problem: Problem
    text: str


@dataclass(frozen=True)
class Limits:
    """What a file may demand of the machine.

    `max_ratio` is plain bytes per compressed byte; it counts from `ratio_from_bytes` on, because small
    files of equal rows compress very well.
    """

    max_plain_bytes: int = 2 * 1024**3
    max_ratio: int = 200
    ratio_from_bytes: int = 16 * 1024**2
    max_record_chars: int = 1024**2


@dataclass(frozen=True)
class CsvShape:
    """How a CSV file is written. `columns` names them in order where there is no header."""

    delimiter: str = ","
    quote: str = '"'  # empty for none
    header: bool = True
    columns: tuple[str, ...] = ()


@dataclass(frozen=True)
class NumberShape:
    """How numbers are written."""

    decimal: str = "."
    thousands: str = ""  # empty for none


@dataclass(frozen=True)
class RowFilter:
    """A condition that a row must meet to be in scope: a value in, or not in, a set, or just not empty."""

    column: str
    within: frozenset[str] | None = None
    without: frozenset[str] | None = None


@dataclass(frozen=True)
class Quantity:
    """Where the quantity comes from and how it becomes thousandths of `unit`."""

    kind: QuantityKind
    unit: Unit
    column: str = ""
    factor: Fraction = Fraction(1)
    unit_column: str = ""
    unit_factors: tuple[tuple[str, Fraction], ...] = ()
    constant_milli: int = 0
    points: tuple[str, ...] = ()  # latitude and longitude of the start, then of the end
    negative: NegativeQuantity = NegativeQuantity.INVALID


@dataclass(frozen=True)
class TimeColumns:
    """The columns that make one time, joined by one space, and the formats tried in order."""

    columns: tuple[str, ...]
    formats: tuple[str, ...]


@dataclass(frozen=True)
class Times:
    """The times of a row, the zone of those that name none, and which of them counts."""

    zone: ZoneInfo
    counts: TimeField
    add_years: int = 0
    start: TimeColumns | None = None
    end: TimeColumns | None = None

    @property
    def counted(self) -> TimeColumns:
        """The time that decides the day."""
        found = self.start if self.counts is TimeField.START else self.end
        assert found is not None, "a profile without the time that counts is refused"
        return found


@dataclass(frozen=True)
class Profile:
    """A host's description of its own file (映射配置).

    Source: CQ-34.2.
    """

    format: FileFormat
    encoding: Encoding
    csv: CsvShape
    numbers: NumberShape
    null_values: frozenset[str]  # the empty text is always among them
    constants: tuple[tuple[str, str], ...]
    filters: tuple[RowFilter, ...]
    record_id: tuple[str, ...]
    separator: str
    user: str
    quantity: Quantity
    time: Times

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column the profile reads, once each, in a fixed order, constants not among them."""
        quantity, time = self.quantity, self.time
        named = [
            *(item.column for item in self.filters),
            *self.record_id,
            self.user,
            quantity.column,
            quantity.unit_column,
            *quantity.points,
            *(time.start.columns if time.start else ()),
            *(time.end.columns if time.end else ()),
        ]
        constant: Mapping[str, str] = dict(self.constants)
        return tuple(dict.fromkeys(name for name in named if name and name not in constant))
