"""From the text of a number to an integer in thousandths, exactly, extra decimals dropped."""

import re
from collections.abc import Callable
from fractions import Fraction
from math import asin, cos, floor, radians, sin, sqrt
from typing import Final

from app.kernel.units import MILLI
from scenarios.profiles.values import NumberShape

MOST_MILLI: Final = 10**15
"""No quantity above this is ever taken for true."""

_MOST_TENS = 40
_EARTH_RADIUS_M = 6_371_000


def number_reader(shape: NumberShape) -> Callable[[str], tuple[int, int] | None]:
    """Return the function from a text to `(digits, tens)`, meaning digits × 10^tens, or `None`.

    Thousands separators must stand where they belong: with `,` for thousands, `1,234` is a number
    and `1,23` is none, because it was probably written with a decimal comma.
    """
    grouped = rf"\d{{1,3}}(?:{re.escape(shape.thousands)}\d{{3}}){{1,12}}|" if shape.thousands else ""
    pattern = re.compile(
        rf"([+-]?)({grouped}\d{{0,40}})(?:{re.escape(shape.decimal)}(\d{{0,40}}))?(?:[eE]([+-]?\d{{1,3}}))?",
        re.ASCII,
    )
    thousands = shape.thousands

    def read(text: str) -> tuple[int, int] | None:
        found = pattern.fullmatch(text)
        if found is None:
            return None
        sign, whole, decimals, tens = found.groups()
        if thousands:
            whole = whole.replace(thousands, "")
        decimals = decimals or ""
        digits = whole + decimals
        if not digits:
            return None
        exponent = int(tens or 0) - len(decimals)
        if abs(exponent) > _MOST_TENS * 2:
            return None
        return (-int(digits) if sign == "-" else int(digits)), exponent

    return read


def milli_reader(shape: NumberShape, factor: Fraction) -> Callable[[str], int | None]:
    """Return the function from a text to thousandths of the unit, rounded down, or `None`.

    Args:
        factor: units for each unit of the source, exact.
    """
    read = number_reader(shape)
    times, parts = factor.numerator * MILLI, factor.denominator

    def milli(text: str) -> int | None:
        number = read(text)
        if number is None:
            return None
        digits, tens = number
        more: int = 10 ** abs(tens)
        if tens >= 0:
            return digits * more * times // parts
        return digits * times // (parts * more)

    return milli


def metres_between(latitude: float, longitude: float, to_latitude: float, to_longitude: float) -> int:
    """Return the whole metres, rounded down, of the straight way over a round earth (haversine).

    A quantity, not an amount: a float serves, since positions themselves are known to metres at best.
    """
    north, to_north = radians(latitude), radians(to_latitude)
    half = sin((to_north - north) / 2) ** 2
    half += cos(north) * cos(to_north) * sin(radians(to_longitude - longitude) / 2) ** 2
    return floor(2 * _EARTH_RADIUS_M * asin(min(1.0, sqrt(half))))
