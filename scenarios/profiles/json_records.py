"""The records of JSON, one object a line or one array, without holding more than one record.

Numbers stay the text they were written as: no digit is lost, and a record id `007` and a number `7` differ.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any, Final, NoReturn

from scenarios.profiles.errors import FileEmpty, JsonBroken, LineTooLong
from scenarios.profiles.values import BAD_JSON, NOT_AN_OBJECT, Fault, Limits

NESTED: Final = "\0nested"
"""Stands for a list or an object where a single value is mapped; no parser accepts it."""

_SPACE = " \t\r\n"
_BLANKS = re.compile(r"[ \t\r\n]*")


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


_DECODER = json.JSONDecoder(parse_int=str, parse_float=str, parse_constant=_no_constant)


def ndjson_records(line_lists: Iterable[list[str]], mapped: tuple[str, ...]) -> Iterator[list[str] | Fault]:
    """Yield the mapped names, then each line as the values of those names or as a fault.

    A line of blanks is no record; a line that is not JSON is one, and a faulty one.
    """
    yield list(mapped)
    empty = True
    for lines in line_lists:
        for line in lines:
            text = line.strip(_SPACE)
            if not text:
                continue
            empty = False
            try:
                value = _DECODER.decode(text)
            except (ValueError, RecursionError):
                yield Fault(BAD_JSON, text)
            else:
                yield cells_of(value, mapped, text)
    if empty:
        raise FileEmpty


def json_records(
    texts: Iterable[str], mapped: tuple[str, ...], limits: Limits
) -> Iterator[list[str] | Fault]:
    """Yield the mapped names, then each element of the array.

    Raises:
        FileEmpty: there is nothing but blanks.
        JsonBroken: the text is not one array, from `[` to `]`; `row` is the element that broke it.
        LineTooLong: an element is longer than allowed.
    """
    yield list(mapped)
    for value, text in _elements(texts, limits):
        yield cells_of(value, mapped, text)


def cells_of(value: Any, mapped: tuple[str, ...], text: str) -> list[str] | Fault:
    """Return the values of the mapped names as texts; missing and null are empty.

    Args:
        text: what the record was written as, kept where it is no object.
    """
    if not isinstance(value, Mapping):
        return Fault(NOT_AN_OBJECT, text)
    return [_text(value.get(name)) for name in mapped]


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float | Decimal):  # only from objects that were parsed elsewhere
        return str(value)
    return NESTED


class _Window:
    """The part of the text that is being looked at."""

    def __init__(self, texts: Iterable[str], limits: Limits) -> None:
        self.texts = iter(texts)
        self.limits = limits
        self.text = ""
        self.at = 0

    def more(self) -> bool:
        """Read on, forgetting what was used; false at the end of the file."""
        text = next(self.texts, None)
        if text is None:
            return False
        self.text, self.at = self.text[self.at :] + text, 0
        return True

    def peek(self) -> str:
        """Return the next character that is not a blank, without using it; empty at the end."""
        while True:
            if blanks := _BLANKS.match(self.text, self.at):
                self.at = blanks.end()
            if self.at < len(self.text):
                return self.text[self.at]
            if not self.more():
                return ""


def _elements(texts: Iterable[str], limits: Limits) -> Iterator[tuple[Any, str]]:
    window, row = _Window(texts, limits), 0
    first = window.peek()
    if not first:
        raise FileEmpty
    if first != "[":
        raise JsonBroken(row=0, message="the file must be one array")
    window.at += 1
    if window.peek() == "]":
        window.at += 1
    else:
        while True:
            row += 1
            yield _element(window, row)
            after = window.peek()
            window.at += 1
            if after == "]":
                break
            if after != ",":
                raise JsonBroken(row=row, message="a comma or the end of the array must follow")
    if window.peek():
        raise JsonBroken(row=row, message="nothing may follow the array")


def _element(window: _Window, row: int) -> tuple[Any, str]:
    window.peek()
    while True:
        try:
            value, end = _DECODER.raw_decode(window.text, window.at)
        except RecursionError:
            raise JsonBroken(row=row, message="nested too deeply") from None
        except ValueError as fault:
            message = getattr(fault, "msg", str(fault))
        else:
            if end < len(window.text) or not window.more():
                _check_length(end - window.at, row, window.limits)
                begin, window.at = window.at, end
                return value, window.text[begin:end]
            continue  # it touches the edge: a number may go on behind it
        _check_length(len(window.text) - window.at, row, window.limits)
        if not window.more():
            raise JsonBroken(row=row, message=message)


def _check_length(length: int, row: int, limits: Limits) -> None:
    if length > limits.max_record_chars:
        raise LineTooLong(row=row, max_chars=limits.max_record_chars)
