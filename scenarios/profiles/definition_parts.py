"""The tables inside a mapping profile: file, numbers, filters, quantity, times."""

from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

from app.kernel.units import MILLI
from scenarios.methods.sections import Section
from scenarios.methods.values import Unit
from scenarios.profiles.times import format_fault
from scenarios.profiles.values import (
    CsvShape,
    NegativeQuantity,
    NumberShape,
    Quantity,
    QuantityKind,
    RowFilter,
    TimeColumns,
    TimeField,
    Times,
)

_QUANTITY_UNITS = {QuantityKind.DURATION: Unit.MINUTE, QuantityKind.DISTANCE: Unit.KM}
_MOST_YEARS = 10_000


def read_csv(section: Section | None) -> CsvShape:
    """Read how the CSV file is written; every key has a usual value."""
    if section is None:
        return CsvShape()
    delimiter = _sign(section, "delimiter", ",")
    quote = _sign(section, "quote", '"', empty=True)
    header = section.flag("header", default=True)
    columns = section.texts("columns")
    section.finish()
    if quote == delimiter:
        section.breach("quote", "must differ from the delimiter")
    if header and columns:
        section.breach("columns", "only for a file without a header")
    if not header and not columns:
        section.breach("columns", "required for a file without a header")
    if len(columns) != len(set(columns)):
        section.breach("columns", "names a column twice")
    return CsvShape(delimiter, quote, header, columns)


def read_numbers(section: Section | None) -> NumberShape:
    """Read how numbers are written."""
    if section is None:
        return NumberShape()
    decimal = _sign(section, "decimal", ".")
    thousands = _sign(section, "thousands", "", empty=True)
    section.finish()
    if decimal not in {".", ","}:
        section.breach("decimal", "must be . or ,")
    if thousands and (thousands == decimal or thousands not in ".,' \u00a0\u202f"):
        section.breach("thousands", "must be . , ' or a space, and not the decimal sign")
    return NumberShape(decimal, thousands)


def _sign(section: Section, key: str, usual: str, *, empty: bool = False) -> str:
    text = section.text(key, default=usual, empty=True)
    if len(text) > 1 or (not text and not empty) or text in {"\n", "\r", "\0", "\ufeff"}:
        section.breach(key, "must be one character")
        return usual
    return text


def read_filters(sections: list[Section]) -> tuple[RowFilter, ...]:
    """Read the row filters; a row must pass each of them."""
    return tuple(_filter(section) for section in sections)


def _filter(section: Section) -> RowFilter:
    column = section.text("column", required=True)
    given = [key for key in ("equals", "in", "not_in", "not_empty") if section.has(key)]
    if len(given) != 1:
        section.breach("", "must hold exactly one of equals, in, not_in, not_empty")
    equals = section.text("equals", empty=True) if "equals" in given else ""
    within, without = section.texts("in"), section.texts("not_in")
    if "not_empty" in given and not section.flag("not_empty", default=True):
        section.breach("not_empty", "can only be true")
    section.finish()
    if "equals" in given:
        return RowFilter(column, within=frozenset({equals.strip()}))
    if within:
        return RowFilter(column, within=frozenset(text.strip() for text in within))
    if without:
        return RowFilter(column, without=frozenset(text.strip() for text in without))
    return RowFilter(column)


def read_quantity(section: Section | None) -> Quantity | None:
    """Read where the quantity comes from; `None` when that cannot be told."""
    if section is None:
        return None
    unit = section.choice("unit", Unit, required=True) or Unit.RIDE
    kind = section.choice("kind", QuantityKind, required=True)
    negative = section.choice("negative", NegativeQuantity, default=NegativeQuantity.INVALID)
    column, unit_column, factor, constant_milli = "", "", Fraction(1), 0
    units: tuple[tuple[str, Fraction], ...] = ()
    points: tuple[str, ...] = ()
    if kind is QuantityKind.COLUMN:
        column = section.text("column", required=True)
        factor = _factor(section, "factor")
        unit_column = section.text("unit_column", required=section.has("units"))
        units = _unit_factors(section.section("units", required=bool(unit_column)))
    elif kind is QuantityKind.CONSTANT:
        constant_milli = _constant(section)
    elif kind is QuantityKind.DISTANCE:
        points = section.texts("from", required=True) + section.texts("to", required=True)
        if len(points) != 4:
            section.breach("from", "and `to` must each name latitude and longitude")
    section.finish()
    if kind is None:
        return None
    if _QUANTITY_UNITS.get(kind, unit) is not unit:
        section.breach("unit", f"must be {_QUANTITY_UNITS[kind]} for the kind {kind}")
    return Quantity(
        kind=kind,
        unit=unit,
        column=column,
        factor=factor,
        unit_column=unit_column,
        unit_factors=units,
        constant_milli=constant_milli,
        points=points,
        negative=negative or NegativeQuantity.INVALID,
    )


def _factor(section: Section, key: str) -> Fraction:
    factor = section.decimal(key)
    if factor is None:
        return Fraction(1)
    if factor <= 0:
        section.breach(key, "must be above zero")
    return Fraction(factor)


def _unit_factors(section: Section | None) -> tuple[tuple[str, Fraction], ...]:
    if section is None:
        return ()
    if not section.table:
        section.breach("", "must not be empty")
    return tuple((name.strip(), _factor(section, name)) for name in section.table)


def _constant(section: Section) -> int:
    value = section.decimal("value", required=True)
    milli = (Decimal(0) if value is None else value) * MILLI
    if value is not None and (milli <= 0 or milli != int(milli)):
        section.breach("value", "must be above zero, with three decimals at most")
        return 0
    return int(milli)


def read_times(section: Section | None) -> Times | None:
    """Read the times of a row; `None` when zone or counted time cannot be told."""
    if section is None:
        return None
    zone = _zone(section)
    counts = section.choice("counts", TimeField, required=True)
    add_years = section.whole("add_years", least=-_MOST_YEARS, most=_MOST_YEARS) or 0
    start = _time_columns(section.section("start"))
    end = _time_columns(section.section("end"))
    section.finish()
    if counts and not section.has(counts.value):
        section.breach(counts.value, "required, because it is the time that counts")
        return None
    if zone is None or counts is None:
        return None
    return Times(zone, counts, add_years, start, end)


def _zone(section: Section) -> ZoneInfo | None:
    name = section.text("zone", required=True)
    if not name:
        return None
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, LookupError):  # a path, a folder, an unknown name
        section.breach("zone", "must be the name of a time zone, such as Asia/Shanghai")
        return None


def _time_columns(section: Section | None) -> TimeColumns | None:
    if section is None:
        return None
    columns = section.texts("columns", required=True)
    formats = section.texts("formats", required=True)
    section.finish()
    for number, text in enumerate(formats):
        if fault := format_fault(text):
            section.breach(f"formats[{number}]", fault)
    if not columns or not formats:
        return None
    return TimeColumns(columns, formats)
