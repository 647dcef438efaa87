"""The profile of the API's own rows, and of files written in the same words."""

from collections.abc import Mapping
from fractions import Fraction
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo

from scenarios.methods.values import Unit
from scenarios.profiles.times import ISO_8601
from scenarios.profiles.values import (
    CsvShape,
    Encoding,
    FileFormat,
    NegativeQuantity,
    NumberShape,
    Profile,
    Quantity,
    QuantityKind,
    TimeColumns,
    TimeField,
    Times,
)

ACCEPTED_UNITS: Final[Mapping[Unit, Mapping[str, Fraction]]] = {
    Unit.KM: {"m": Fraction(1, 1000)},
    Unit.MINUTE: {"s": Fraction(1, 60), "second": Fraction(1, 60), "min": Fraction(1), "h": Fraction(60)},
    Unit.KWH: {"Wh": Fraction(1, 1000), "MWh": Fraction(1000)},
    Unit.KG: {"g": Fraction(1, 1000), "t": Fraction(1000)},
    Unit.CUBIC_METRE: {"L": Fraction(1, 1000)},
}
"""Words for other units that a row may carry beside the method's own, with their size in it."""


@cache
def canonical_profile(
    unit: Unit, file_format: FileFormat = FileFormat.JSON, *, negative_is_zero: bool = False
) -> Profile:
    """Return the profile of rows `record_id, user, occurred_at, quantity, unit`.

    `occurred_at` is ISO 8601; without an offset it is a wall time in Asia/Shanghai. `unit` must be given
    and be the method's own unit or one of `ACCEPTED_UNITS`.

    Args:
        unit: of the scenario's method.
        negative_is_zero: for quantities that are differences, such as electricity saved (Q-38).
    """
    factors = {unit.value: Fraction(1), **ACCEPTED_UNITS.get(unit, {})}
    return Profile(
        format=file_format,
        encoding=Encoding.UTF_8,
        csv=CsvShape(),
        numbers=NumberShape(),
        null_values=frozenset({""}),
        constants=(),
        filters=(),
        record_id=("record_id",),
        separator="|",
        user="user",
        quantity=Quantity(
            kind=QuantityKind.COLUMN,
            unit=unit,
            column="quantity",
            unit_column="unit",
            unit_factors=tuple(factors.items()),
            negative=NegativeQuantity.ZERO if negative_is_zero else NegativeQuantity.INVALID,
        ),
        time=Times(
            zone=ZoneInfo("Asia/Shanghai"),
            counts=TimeField.START,
            start=TimeColumns(("occurred_at",), (ISO_8601,)),
        ),
    )
