"""Reading of a nested table (TOML or JSON) that collects every fault with its path and refuses once."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any, TypeVar

E = TypeVar("E", bound=StrEnum)

_LONGEST_TEXT = 2_000
_MOST_DIGITS = 30


@dataclass
class Section:
    """One table under reading; every fault goes to the list it shares with its parent."""

    table: Mapping[str, Any]
    path: str = ""
    breaches: list[dict[str, str]] = field(default_factory=list)
    _asked: set[str] = field(default_factory=set)

    def breach(self, key: str, message: str) -> None:
        """Note a fault of `key`; an empty key means the table itself."""
        path = ".".join(part for part in (self.path, key) if part)
        self.breaches.append({"path": path, "message": message})

    def has(self, key: str) -> bool:
        """Tell whether the table has `key`, and count it as known."""
        self._asked.add(key)
        return self.table.get(key) is not None

    def finish(self) -> None:
        """Note every key that nothing asked for: a misspelt key must not pass in silence."""
        for key in self.table:
            if key not in self._asked:
                self.breach(key, "unknown key")

    def raw(self, key: str, *, required: bool = False) -> Any:
        """Return the value of `key`, `None` where it is missing."""
        if self.has(key):
            return self.table[key]
        if required:
            self.breach(key, "required")
        return None

    def text(self, key: str, *, required: bool = False, default: str = "", empty: bool = False) -> str:
        """Return a text; an empty one is a fault unless `empty` says otherwise."""
        value = self.raw(key, required=required)
        if value is None:
            return default
        if isinstance(value, str) and len(value) <= _LONGEST_TEXT:
            if not value and not empty:
                self.breach(key, "must not be empty")
            return value
        self.breach(key, "must be a text")
        return default

    def texts(self, key: str, *, required: bool = False, empty: bool = False) -> tuple[str, ...]:
        """Return a list of texts."""
        value = self.raw(key, required=required)
        if value is None:
            return ()
        if not isinstance(value, Sequence) or isinstance(value, str) or not _are_texts(value):
            self.breach(key, "must be a list of texts")
            return ()
        if not value and not empty:
            self.breach(key, "must not be empty")
        return tuple(value)

    def flag(self, key: str, *, default: bool) -> bool:
        """Return true or false."""
        value = self.raw(key)
        if value is None:
            return default
        if not isinstance(value, bool):
            self.breach(key, "must be true or false")
            return default
        return value

    def whole(self, key: str, *, required: bool = False, least: int = 0, most: int = 10**15) -> int | None:
        """Return a whole number within bounds, both included."""
        value = self.raw(key, required=required)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            self.breach(key, f"must be a whole number from {least} to {most}")
            return None
        return value

    def decimal(self, key: str, *, required: bool = False) -> Decimal | None:
        """Return an exact decimal from a text or a TOML number; binary fractions are refused."""
        value = self.raw(key, required=required)
        if value is None:
            return None
        number: Decimal | None = None
        if isinstance(value, str | int | Decimal) and not isinstance(value, bool):
            try:
                number = Decimal(value)
            except InvalidOperation:
                number = None
        if number is None or not number.is_finite() or not _is_short(number):
            self.breach(key, "must be an exact decimal number")
            return None
        return number

    def day(self, key: str, *, required: bool = False) -> date | None:
        """Return a day, given as a TOML date or as ISO 8601 text."""
        value = self.raw(key, required=required)
        if value is None:
            return None
        if type(value) is date:
            return value
        if isinstance(value, str):
            try:
                return date.fromisoformat(value)
            except ValueError:
                pass
        self.breach(key, "must be a day such as 2025-12-31")
        return None

    def choice(
        self, key: str, kind: type[E], *, required: bool = False, default: E | None = None
    ) -> E | None:
        """Return a member of an enumeration by its value."""
        value = self.raw(key, required=required)
        if value is None:
            return default
        if isinstance(value, str) and value in set(kind):
            return kind(value)
        self.breach(key, "must be one of " + ", ".join(kind))
        return default

    def section(self, key: str, *, required: bool = False) -> "Section | None":
        """Return the table under `key`."""
        value = self.raw(key, required=required)
        if value is None:
            return None
        return self._child(key, value)

    def sections(self, key: str) -> list["Section"]:
        """Return the list of tables under `key`, empty where it is missing."""
        value = self.raw(key)
        if value is None:
            return []
        if not isinstance(value, Sequence) or isinstance(value, str):
            self.breach(key, "must be a list of tables")
            return []
        children = (self._child(f"{key}[{number}]", item) for number, item in enumerate(value))
        return [child for child in children if child is not None]

    def named_sections(self, key: str, *, required: bool = False) -> dict[str, "Section"]:
        """Return the tables of the table under `key`, by name."""
        parent = self.section(key, required=required)
        if parent is None:
            return {}
        named = {name: parent.section(name) for name in parent.table}
        return {name: child for name, child in named.items() if child is not None}

    def _child(self, key: str, value: Any) -> "Section | None":
        if not isinstance(value, Mapping) or not _are_texts(value):
            self.breach(key, "must be a table")
            return None
        path = ".".join(part for part in (self.path, key) if part)
        return Section(value, path, self.breaches)


def _are_texts(values: Iterable[Any]) -> bool:
    return all(isinstance(value, str) for value in values)


def _is_short(number: Decimal) -> bool:
    _, digits, exponent = number.as_tuple()
    return len(digits) <= _MOST_DIGITS and isinstance(exponent, int) and abs(exponent) <= _MOST_DIGITS
