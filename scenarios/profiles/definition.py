"""A mapping profile read from its TOML text, with every fault told at once."""

import tomllib
from decimal import Decimal

from app.kernel.sources import cites
from scenarios.methods.sections import Section
from scenarios.methods.values import Unit
from scenarios.profiles.definition_parts import (
    read_csv,
    read_filters,
    read_numbers,
    read_quantity,
    read_times,
)
from scenarios.profiles.errors import ProfileInvalid
from scenarios.profiles.values import Encoding, FileFormat, Profile, QuantityKind

LONGEST_TEXT = 50_000
"""Characters of a profile, at most."""


@cites("CQ-34.2")
def read_profile(text: str) -> Profile:
    """Read a profile.

    Raises:
        ProfileInvalid: `breaches` lists each fault with its path, `path` being empty for the text itself.

    Source: CQ-34.2.
    """
    section = Section(_table(text))
    section.raw("description")  # for people
    file_format = section.choice("format", FileFormat, required=True) or FileFormat.CSV
    encoding = section.choice("encoding", Encoding, default=Encoding.UTF_8) or Encoding.UTF_8
    nulls = frozenset({"", *(text.strip() for text in section.texts("null_values"))})
    csv = read_csv(section.section("csv"))
    numbers = read_numbers(section.section("numbers"))
    constants = _constants(section.section("constants"))
    filters = read_filters(section.sections("filter"))
    record_id, separator = _record_id(section.section("record_id", required=True))
    user = _user(section.section("user", required=True))
    quantity = read_quantity(section.section("quantity", required=True))
    times = read_times(section.section("time", required=True))
    section.finish()

    if file_format is not FileFormat.CSV and section.has("csv"):
        section.breach("csv", "only for the format csv")
    if quantity and times and quantity.kind is QuantityKind.DURATION and not (times.start and times.end):
        section.breach("time", "a duration needs both start and end")
    if section.breaches or quantity is None or times is None:
        raise ProfileInvalid(breaches=section.breaches)

    profile = Profile(
        format=file_format,
        encoding=encoding,
        csv=csv,
        numbers=numbers,
        null_values=nulls,
        constants=constants,
        filters=filters,
        record_id=record_id,
        separator=separator,
        user=user,
        quantity=quantity,
        time=times,
    )
    _check_columns(profile)
    return profile


def _table(text: str) -> dict[str, object]:
    if len(text) > LONGEST_TEXT:
        raise ProfileInvalid(breaches=[{"path": "", "message": f"longer than {LONGEST_TEXT} characters"}])
    try:
        return tomllib.loads(text, parse_float=Decimal)
    except (ValueError, RecursionError, ArithmeticError) as fault:
        raise ProfileInvalid(breaches=[{"path": "", "message": f"not TOML: {fault}"}]) from None


def _constants(section: Section | None) -> tuple[tuple[str, str], ...]:
    if section is None:
        return ()
    return tuple((name, section.text(name, empty=True)) for name in section.table)


def _record_id(section: Section | None) -> tuple[tuple[str, ...], str]:
    if section is None:
        return (), ""
    columns = section.texts("columns", required=True)
    separator = section.text("separator", default="|")
    section.finish()
    if len(columns) != len(set(columns)):
        section.breach("columns", "names a column twice")
    return columns, separator


def _user(section: Section | None) -> str:
    if section is None:
        return ""
    column = section.text("column", required=True)
    section.finish()
    return column


def _check_columns(profile: Profile) -> None:
    """Refuse a mapped column that a file without a header does not have, or that is a constant as well."""
    constants, named = dict(profile.constants), profile.csv.columns
    breaches = [
        {"path": f"constants.{name}", "message": "also names a column of the file"}
        for name in constants
        if name in named
    ]
    if profile.format is FileFormat.CSV and not profile.csv.header:
        breaches += [
            {"path": "csv.columns", "message": f"lacks the mapped column {name}"}
            for name in profile.columns
            if name not in named
        ]
    if not profile.columns:
        breaches.append({"path": "", "message": "maps no column of the file"})
    if breaches:
        raise ProfileInvalid(breaches=breaches)


def check_unit(profile: Profile, unit: Unit) -> None:
    """Refuse a profile whose quantity is not in the unit of the scenario's method.

    Raises:
        ProfileInvalid: with the path `quantity.unit`.
    """
    if profile.quantity.unit is not unit:
        message = f"must be {unit}, the unit of the method, not {profile.quantity.unit}"
        raise ProfileInvalid(breaches=[{"path": "quantity.unit", "message": message}])
