"""The one place where grams are rounded."""

from collections.abc import Callable
from fractions import Fraction
from math import ceil

from app.kernel.sources import cites
from app.kernel.units import MILLI
from scenarios.methods.values import Line


@cites("CQ-31.3", "CQ-42.12", "Q-38")
def rounded_down(line: Line, weight: Fraction) -> Callable[[int], int]:
    """Return the function from a quantity in thousandths to whole grams, rounded DOWN once (向下取整).

    The factor is kept as one exact quotient, so that the only inexact step is the last division.
    A quantity of zero or less earns nothing and takes nothing, and so does a factor below zero.

    Source: CQ-31.3, CQ-42.12, Q-38.
    """
    factor = line.grams_per_unit * weight / MILLI
    numerator, denominator = factor.numerator, factor.denominator
    if numerator <= 0:
        return _nothing

    if line.up_to is None:

        def grams(quantity_milli: int) -> int:
            return quantity_milli * numerator // denominator if quantity_milli > 0 else 0

        return grams

    most_milli = ceil(line.up_to * MILLI)
    most_grams = int(line.up_to * MILLI * factor)  # downwards too, as both are above zero

    def grams_up_to(quantity_milli: int) -> int:
        if quantity_milli >= most_milli:
            return most_grams
        return quantity_milli * numerator // denominator if quantity_milli > 0 else 0

    return grams_up_to


def _nothing(quantity_milli: int) -> int:  # noqa: ARG001  the shape of every calculator
    return 0
