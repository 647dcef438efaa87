"""Wishes in an address (查询条件): what cannot be read is no wish."""

from enum import StrEnum
from typing import TypeVar

Choice = TypeVar("Choice", bound=StrEnum)


def number_of(given: str | None) -> int | None:
    """Return a whole number of the address that fits any column, else None."""
    if given is None or not given.isascii() or not given.isdigit() or len(given) > 18:
        return None
    return int(given)


def one_of(choices: type[Choice], given: str | None, *, otherwise: Choice) -> Choice:
    """Return the choice that the address names, else the usual one."""
    return choices(given) if given in set(choices) else otherwise
