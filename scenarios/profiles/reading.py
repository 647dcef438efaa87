"""From a file to its rows: streaming, in constant memory, one row for every record."""

from collections.abc import Iterable, Iterator, Mapping
from io import BytesIO
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from scenarios.profiles.csv_records import csv_records
from scenarios.profiles.json_records import cells_of, json_records, ndjson_records
from scenarios.profiles.mapping import fault_row, mapper
from scenarios.profiles.text import decoded, lines_of
from scenarios.profiles.unpacking import plain_blocks
from scenarios.profiles.values import Fault, FileFormat, Limits, Profile, ReadRow

Source = Path | BinaryIO

_USUAL: Limits = Limits()


class Survey(NamedTuple):
    """What a look through the whole file found."""

    rows: int
    plain_bytes: int


def read_rows(
    source: Source,
    profile: Profile,
    *,
    limits: Limits = _USUAL,
    max_quantity_milli: int | None = None,
    after_row: int = 0,
) -> Iterator[ReadRow]:
    """Yield one row for every record of the file, in its order.

    A file that `survey` has passed raises nothing here; without it a refusal may come after rows.

    Args:
        max_quantity_milli: a quantity above it makes the row `invalid`, `absurd`.
        after_row: rows up to this number are skipped, quickly, to go on where a run was cut off.

    Raises:
        FileRefused: the file as a whole cannot be read; every subclass has a code.
    """
    records = _records(plain_blocks(source, limits), profile, limits)
    row_of = mapper(profile, _names(records), max_quantity_milli)
    for row_no, record in enumerate(islice(records, after_row, None), after_row + 1):
        yield fault_row(row_no, record) if isinstance(record, Fault) else row_of(row_no, record)


def survey(source: Source, profile: Profile, *, limits: Limits = _USUAL) -> Survey:
    """Read the file to its end without mapping a row, so that a bad file is refused before anything is done.

    Raises:
        FileRefused: as in `read_rows`.
    """
    plain_bytes = 0

    def weighed() -> Iterator[bytes]:
        nonlocal plain_bytes
        for block in plain_blocks(source, limits):
            plain_bytes += len(block)
            yield block

    records = _records(weighed(), profile, limits)
    _names(records)
    rows = sum(1 for _ in records)
    return Survey(rows, plain_bytes)


def sample(
    data: bytes, profile: Profile, n: int = 20, *, max_quantity_milli: int | None = None
) -> list[ReadRow]:
    """Return the first `n` rows as they would be read; `data` is a file or the beginning of one.

    Raises:
        FileRefused: as in `read_rows`, as far as the first `n` rows show it.
    """
    return list(islice(read_rows(BytesIO(data), profile, max_quantity_milli=max_quantity_milli), n))


def read_objects(
    objects: Iterable[Mapping[str, Any]], profile: Profile, *, max_quantity_milli: int | None = None
) -> Iterator[ReadRow]:
    """Yield one row for each object of a request that was parsed already."""
    names = profile.columns
    row_of = mapper(profile, list(names), max_quantity_milli)
    for row_no, value in enumerate(objects, 1):
        record = cells_of(value, names, "")
        yield fault_row(row_no, record) if isinstance(record, Fault) else row_of(row_no, record)


def _records(blocks: Iterable[bytes], profile: Profile, limits: Limits) -> Iterator[list[str] | Fault]:
    """Yield the names of the columns, then the records."""
    texts = decoded(blocks, profile.encoding)
    if profile.format is FileFormat.CSV:
        return csv_records(lines_of(texts, limits), profile.csv, profile.columns, limits)
    if profile.format is FileFormat.NDJSON:
        return ndjson_records(lines_of(texts, limits), profile.columns)
    return json_records(texts, profile.columns, limits)


def _names(records: Iterator[list[str] | Fault]) -> list[str]:
    names = next(records)
    assert isinstance(names, list), "the names of the columns come first"
    return names
