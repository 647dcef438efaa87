"""The quantity of a row: an integer in thousandths of the unit, or the problem with it."""

from collections.abc import Callable
from fractions import Fraction

from scenarios.profiles.cells import Cells, Index, joined, text_of
from scenarios.profiles.numbers import MOST_MILLI, metres_between, milli_reader, number_reader
from scenarios.profiles.times import Moment
from scenarios.profiles.values import (
    ABSURD,
    BAD_QUANTITY,
    BAD_TIME,
    BAD_UNIT,
    BELOW_ZERO,
    NEGATIVE,
    UNFINISHED,
    ZERO,
    NegativeQuantity,
    Problem,
    Profile,
    QuantityKind,
    TimeColumns,
)

Reader = Callable[[Cells], int | Problem]

_MS_OF_A_MINUTE = 60_000_000


def quantity_reader(
    profile: Profile,
    index: Index,
    read_time: dict[TimeColumns, Callable[[str], Moment | None]],
    most: int | None,
) -> Reader:
    """Return the reader of the quantity; what it returns as a number is above zero and not absurd."""
    most = MOST_MILLI if most is None else min(most, MOST_MILLI)
    quantity = profile.quantity
    if quantity.kind is QuantityKind.CONSTANT:
        constant = quantity.constant_milli
        return lambda _: ABSURD if constant > most else constant
    if quantity.kind is QuantityKind.DURATION:
        measure = _duration(profile, index, read_time)
    elif quantity.kind is QuantityKind.DISTANCE:
        measure = _distance(profile, index)
    elif quantity.unit_column:
        measure = _column_with_unit(profile, index)
    else:
        measure = _column(profile, index)
    below_zero = BELOW_ZERO if quantity.negative is NegativeQuantity.ZERO else NEGATIVE

    def read(cells: Cells) -> int | Problem:
        milli = measure(cells)
        if not isinstance(milli, int) or 0 < milli <= most:
            return milli
        if milli > 0:
            return ABSURD
        return below_zero if milli else ZERO

    return read


def _column(profile: Profile, index: Index) -> Reader:
    quantity = profile.quantity
    text_in = text_of(quantity.column, index, profile.null_values)
    milli_of = milli_reader(profile.numbers, quantity.factor)

    def read(cells: Cells) -> int | Problem:
        text = text_in(cells)
        if not text:
            return UNFINISHED
        milli = milli_of(text)
        return BAD_QUANTITY if milli is None else milli

    return read


def _column_with_unit(profile: Profile, index: Index) -> Reader:
    quantity = profile.quantity
    text_in = text_of(quantity.column, index, profile.null_values)
    unit_in = text_of(quantity.unit_column, index, profile.null_values)
    by_unit = {
        unit: milli_reader(profile.numbers, factor * quantity.factor)
        for unit, factor in quantity.unit_factors
    }

    def read(cells: Cells) -> int | Problem:
        text = text_in(cells)
        if not text:
            return UNFINISHED
        milli_of = by_unit.get(unit_in(cells))
        if milli_of is None:
            return BAD_UNIT
        milli = milli_of(text)
        return BAD_QUANTITY if milli is None else milli

    return read


def _duration(
    profile: Profile, index: Index, read_time: dict[TimeColumns, Callable[[str], Moment | None]]
) -> Reader:
    start, end, nulls = profile.time.start, profile.time.end, profile.null_values
    assert start is not None
    assert end is not None
    start_in, end_in = joined(start.columns, " ", index, nulls), joined(end.columns, " ", index, nulls)
    start_of, end_of = read_time[start], read_time[end]

    def read(cells: Cells) -> int | Problem:
        start_text, end_text = start_in(cells), end_in(cells)
        if not start_text or not end_text:
            return UNFINISHED
        started, ended = start_of(start_text), end_of(end_text)
        if started is None or ended is None:
            return BAD_TIME
        lasted = ended[0] - started[0]
        micro = (lasted.days * 86_400 + lasted.seconds) * 1_000_000 + lasted.microseconds
        return micro * 1000 // _MS_OF_A_MINUTE

    return read


def _distance(profile: Profile, index: Index) -> Reader:
    read_number = number_reader(profile.numbers)
    columns = [text_of(column, index, profile.null_values) for column in profile.quantity.points]

    def read(cells: Cells) -> int | Problem:
        texts = [text_in(cells) for text_in in columns]
        if "" in texts:
            return UNFINISHED
        numbers = [read_number(text) for text in texts]
        degrees = [float(Fraction(digits) * Fraction(10) ** tens) for digits, tens in filter(None, numbers)]
        if len(degrees) < len(columns) or not _on_earth(degrees):
            return BAD_QUANTITY
        return metres_between(*degrees)

    return read


def _on_earth(degrees: list[float]) -> bool:
    latitude, longitude, to_latitude, to_longitude = map(abs, degrees)
    return latitude <= 90 and to_latitude <= 90 and longitude <= 180 and to_longitude <= 180
