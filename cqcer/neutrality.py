"""Computing the emissions of an event or of operations (碳中和核算): whole numbers, always rounded up."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from app.kernel.sources import cites

GRAMS_PER_TONNE = 1_000_000
MILLI_TIMES_MILLI = 1_000_000
"""Thousandths of a unit times milligrams, in a gram."""


@dataclass(frozen=True, kw_only=True)
class Activity:
    """One thing that emitted: how much of it there was, and what one of it emits.

    Attributes:
        quantity_milli: thousandths of the unit.
        factor_mg: milligrams of CO2e for one unit.
        source: where the factor comes from.
    """

    name: str
    quantity_milli: int
    unit: str
    factor_mg: int
    source: str

    @property
    def grams(self) -> int:
        """Return the grams it emitted, rounded up."""
        return -(-self.quantity_milli * self.factor_mg // MILLI_TIMES_MILLI)

    def plain(self) -> dict[str, Any]:
        """Return it as plain JSON, to be stored."""
        return dict(vars(self))


class Emissions(NamedTuple):
    """What activities emitted: in grams, and the tonnes that cover them."""

    grams: int
    tonnes: int


@cites("CQ-42.4")
def emissions_of(activities: Iterable[Activity]) -> Emissions:
    """Return what activities emitted; each is rounded up to grams, the sum to whole tonnes.

    Rounded down, the units cancelled would cover less than was emitted, and that is not neutral.

    Source: CQ-42.4.
    """
    grams = sum(activity.grams for activity in activities)
    return Emissions(grams, -(-grams // GRAMS_PER_TONNE))
