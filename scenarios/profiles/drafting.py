"""A first profile from the beginning of a CSV file (映射配置起草): looked at, guessed, written as TOML. Pure.

Nobody's guess decides anything: what is written is shown with the rows as it would read them.
"""

import csv
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Final
from zoneinfo import ZoneInfo

from scenarios.methods.values import Unit
from scenarios.profiles.errors import FileEmpty, FileEncodingWrong
from scenarios.profiles.times import time_reader
from scenarios.profiles.unpacking import plain_blocks
from scenarios.profiles.values import Encoding, Limits

ROWS: Final = 200
"""Rows that a guess looks at."""
DELIMITERS: Final = (",", ";", "\t", "|")
ENCODINGS: Final = (Encoding.UTF_8, Encoding.GB18030)
FORMATS: Final = (
    "iso8601",
    "%Y-%m-%d %H:%M:%S",
    "%Y/%m/%d %H:%M:%S",
    "%Y-%m-%d %H:%M",
    "%Y/%m/%d %H:%M",
    "%Y%m%d%H%M%S",
    "%d/%m/%Y %H:%M:%S",
    "%m/%d/%Y %H:%M:%S",
    "%d/%m/%Y %H:%M",
    "%m/%d/%Y %H:%M",
    "rfc1123",
    "epoch_s",
    "epoch_ms",
)
"""Tried in this order; the first that reads every time of the sample is written down."""
DIGITS: Final = {"%Y%m%d%H%M%S": 14, "epoch_s": 10, "epoch_ms": 13}
"""How many digits a time of nothing but digits has; any number could be read as one."""
EACH_ROW: Final = ""
"""In place of a column of quantities: each row counts one."""

_ZONE: Final = ZoneInfo("Asia/Shanghai")
_NUMBER: Final = re.compile(r"[0-9]+(\.[0-9]+)?")
_HINTS: Final = {
    "record_id": re.compile(r"编号|单号|流水|序号|record|order|trip|^id$|_id$|number", re.IGNORECASE),
    "user": re.compile(r"用户|会员|乘客|卡号|手机|user|member|rider|customer|card|account", re.IGNORECASE),
    "start": re.compile(r"开始|起始|上车|借|下单|时间|start|begin|occurred|time|date", re.IGNORECASE),
    "quantity": re.compile(
        r"里程|距离|电量|数量|重量|步数|km|dist|kwh|energy|quantity|amount", re.IGNORECASE
    ),
}
_EACH_ONE: Final = frozenset({Unit.RIDE, Unit.ORDER, Unit.MEAL, Unit.PIECE})


@dataclass(frozen=True, kw_only=True)
class Sample:
    """The beginning of a file as it lies there."""

    encoding: Encoding
    delimiter: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def cells(self, column: str) -> list[str]:
        """Return what stands in a column, blanks left out."""
        place = self.columns.index(column)
        return [row[place].strip() for row in self.rows if row[place].strip()]


@dataclass(frozen=True, kw_only=True)
class Choice:
    """Which column means what.

    Attributes:
        quantity: a column, or nothing where each row counts one.
    """

    record_id: str
    user: str
    start: str
    quantity: str = EACH_ROW


def look(data: bytes) -> Sample:
    """Look at the beginning of a CSV file with a header.

    Raises:
        FileEmpty: there is no header, or no row below it.
        FileEncodingWrong: it is neither UTF-8 nor GB 18030.
        FileRefused: it is packed and cannot be unpacked.
    """
    plain = b"".join(plain_blocks(BytesIO(data), Limits()))
    encoding, text = _text(plain)
    lines = [line for line in text.splitlines() if line.strip()][: ROWS + 1]
    if len(lines) < 2:
        raise FileEmpty
    delimiter = max(DELIMITERS, key=lambda sign: min(line.count(sign) for line in lines[:20]))
    heads, *rest = csv.reader(lines, delimiter=delimiter)
    columns = tuple(head.strip() for head in heads)
    rows = tuple(tuple(row) for row in rest if len(row) == len(columns))
    if not rows:
        raise FileEmpty
    return Sample(encoding=encoding, delimiter=delimiter, columns=columns, rows=rows)


def guess(sample: Sample, unit: Unit) -> Choice:
    """Return which column seems to mean what; a column is used once."""
    start = _best(sample, "start", [each for each in sample.columns if format_of(sample, each)], ())
    numbers = [each for each in sample.columns if _all_numbers(sample.cells(each)) and each != start]
    quantity = EACH_ROW
    if unit not in _EACH_ONE:
        hinted = [each for each in numbers if _HINTS["quantity"].search(each)]
        quantity = next(iter(hinted or numbers), EACH_ROW)
    unique = [each for each in sample.columns if len(set(sample.cells(each))) == len(sample.rows)]
    record_id = _best(sample, "record_id", unique, (start, quantity))
    user = _best(sample, "user", list(sample.columns), (start, quantity, record_id))
    return Choice(record_id=record_id, user=user, start=start, quantity=quantity)


def format_of(sample: Sample, column: str) -> str | None:
    """Return the first time format that reads every cell of a column, None where none does."""
    cells = sample.cells(column)
    if not cells:
        return None
    for written in FORMATS:
        digits = DIGITS.get(written)
        if digits is not None and not all(len(cell.partition(".")[0]) == digits for cell in cells):
            continue
        read = time_reader((written,), _ZONE)
        if all(read(cell) is not None for cell in cells):
            return written
    return None


def written(sample: Sample, choice: Choice, unit: Unit) -> str:
    """Return the profile as TOML, as people would write it."""
    lines = ['format = "csv"']
    if sample.encoding is not Encoding.UTF_8:
        lines.append(f"encoding = {_quoted(sample.encoding.value)}")
    if sample.delimiter != ",":
        lines += ["", "[csv]", f"delimiter = {_quoted(sample.delimiter)}"]
    lines += ["", "[record_id]", f"columns = [{_quoted(choice.record_id)}]"]
    lines += ["", "[user]", f"column = {_quoted(choice.user)}"]
    lines += ["", "[quantity]", f"unit = {_quoted(unit.value)}"]
    if choice.quantity == EACH_ROW:
        lines += ['kind = "constant"', "value = 1"]
    else:
        lines += ['kind = "column"', f"column = {_quoted(choice.quantity)}"]
    lines += ["", "[time]", 'zone = "Asia/Shanghai"', 'counts = "start"']
    lines += ["", "[time.start]", f"columns = [{_quoted(choice.start)}]"]
    lines += [f"formats = [{_quoted(format_of(sample, choice.start) or FORMATS[0])}]", ""]
    return "\n".join(lines)


def _text(plain: bytes) -> tuple[Encoding, str]:
    end = plain.rfind(b"\n") + 1 or len(plain)  # the last line may be cut off
    for encoding in ENCODINGS:
        try:
            return encoding, plain[:end].decode(encoding.value).removeprefix("\ufeff")
        except UnicodeDecodeError:
            continue
    raise FileEncodingWrong(encoding=ENCODINGS[0].value, byte=0, line=1)


def _best(sample: Sample, part: str, fit: Sequence[str], taken: Iterable[str]) -> str:
    """Return the column that fits and is named so, else one that fits, else one that is left."""
    left = [each for each in sample.columns if each not in taken] or list(sample.columns)
    fitting = [each for each in fit if each in left]
    named = [each for each in fitting if _HINTS[part].search(each)]
    return (named or fitting or left)[0]


def _all_numbers(cells: list[str]) -> bool:
    return bool(cells) and all(_NUMBER.fullmatch(cell) for cell in cells)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
