"""Words of disclosure."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

FEWEST_PEOPLE: Final = 10
"""No published figure, and no difference of two, describes fewer people than this (T-62)."""

LICENCE: Final = "CC-BY-4.0"
SCHEMA: Final = "tanhuitong.disclosure/1"


class Measure(StrEnum):
    """What is added up, day by day; each measure is divided in one way only, and into those cells."""

    OPENED = "opened"  # accounts of citizens, undivided
    CLOSED = "closed"  # accounts of citizens, undivided
    REDUCTION_G = "reduction_g"  # grams, by accounting method
    ISSUED = "issued"  # hundredths of a point, by accounting method
    REDEEMED = "redeemed"  # hundredths of a point, by category of the mall
    REDEMPTIONS = "redemptions"  # vouchers accepted, by category of the mall
    EXPIRED = "expired"  # hundredths of a point, undivided
    GIVEN_UP = "given_up"  # hundredths of a point that lapsed as accounts closed, undivided
    CORRECTED = "corrected"  # hundredths of a point, undivided


WHOLE: Final = ""
"""The one cell of a measure that is not divided."""


@dataclass(frozen=True, kw_only=True)
class Sum:
    """What one cell of one measure comes to."""

    measure: Measure
    cell: str
    amount: int
