"""Amounts are integers in the smallest unit: grams CO2e, hundredths of a point, milli-units."""

from typing import Final

HUNDREDTHS: Final = 100
"""Hundredths of a point in one point (碳积分)."""

MILLI: Final = 1_000
"""Milli-units in one unit of a behaviour's quantity."""


def points_text(hundredths: int) -> str:
    """Write hundredths of a point with at most two decimals and no trailing zero: 110 → `1.1`."""
    sign = "-" if hundredths < 0 else ""
    whole, part = divmod(abs(hundredths), HUNDREDTHS)
    if not part:
        return f"{sign}{whole:,}"
    return f"{sign}{whole:,}.{part:02d}".rstrip("0")


def quantity_text(milli: int) -> str:
    """Write a quantity in milli-units with at most three decimals: 1500 → `1.5`."""
    sign = "-" if milli < 0 else ""
    whole, part = divmod(abs(milli), MILLI)
    if not part:
        return f"{sign}{whole:,}"
    return f"{sign}{whole:,}.{part:03d}".rstrip("0")
