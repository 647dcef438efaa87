"""Words and small values of the accounting methods."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Final


class LifeField(StrEnum):
    """Field of life that a scenario serves (衣、食、住、行、用).

    Source: CQ-42.8.
    """

    CLOTHING = "clothing"
    FOOD = "food"
    HOUSING = "housing"
    TRANSPORT = "transport"
    DAILY_USE = "daily_use"


class Unit(StrEnum):
    """Unit in which the quantity of a behaviour is counted; quantities are integers in thousandths of it."""

    RIDE = "ride"
    KM = "km"
    MINUTE = "minute"
    STEP = "step"
    KWH = "kWh"
    PIECE = "piece"
    ORDER = "order"
    MEAL = "meal"
    KG = "kg"
    CUBIC_METRE = "m3"


UNIT_NAMES: Final[Mapping[Unit, tuple[str, str]]] = {
    Unit.RIDE: ("次", "rides"),
    Unit.KM: ("千米", "km"),
    Unit.MINUTE: ("分钟", "minutes"),
    Unit.STEP: ("步", "steps"),
    Unit.KWH: ("千瓦时", "kWh"),
    Unit.PIECE: ("件", "pieces"),
    Unit.ORDER: ("单", "orders"),
    Unit.MEAL: ("餐", "meals"),
    Unit.KG: ("千克", "kg"),
    Unit.CUBIC_METRE: ("立方米", "m³"),
}
"""Name of each unit in Chinese and in English."""


class EvidenceClass(StrEnum):
    """How well a behaviour and its effect are proved (证据等级), from A, metered, to D, barely shown."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"


class Certainty(StrEnum):
    """How well the published value itself is founded."""

    FIRM = "firm"
    REPORTED = "reported"
    DERIVED = "derived"
    ASSUMED = "assumed"
    DISPUTED = "disputed"
    UNCERTAIN = "uncertain"


@dataclass(frozen=True)
class Parameter:
    """One number of a method with where it comes from (参数)."""

    name: str
    zh: str
    en: str
    value: Decimal
    unit: str
    source: str
    certainty: Certainty
    valid_from: date


@dataclass(frozen=True)
class Line:
    """The whole of a formula: grams for each unit of the quantity, counted up to a limit.

    Exact; nothing is rounded here. `up_to` is in whole units, `None` when every unit counts.
    """

    grams_per_unit: Fraction
    up_to: Fraction | None = None

    def at(self, quantity: Fraction) -> Fraction:
        """Return the exact grams of `quantity` units, 0 where nothing was reduced."""
        counted = quantity if self.up_to is None else min(quantity, self.up_to)
        return max(Fraction(0), counted * self.grams_per_unit)
