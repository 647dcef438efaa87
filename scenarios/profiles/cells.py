"""The small readers a profile is compiled into: each takes the cells of a record."""

import unicodedata
from collections.abc import Callable, Mapping
from operator import itemgetter
from typing import Final

from scenarios.profiles.values import RowFilter

Cells = list[str]
Index = Mapping[str, int]

LONGEST_NAME: Final = 200
"""Characters of a record id or a user reference, at most."""

_STRANGE = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


def text_of(column: str, index: Index, nulls: frozenset[str]) -> Callable[[Cells], str]:
    """Return the reader of one column: blanks around it taken off, empty where it means nothing."""
    at = index[column]

    def read(cells: Cells) -> str:
        text = cells[at].strip()
        return "" if text in nulls else text

    return read


def joined(
    columns: tuple[str, ...], separator: str, index: Index, nulls: frozenset[str]
) -> Callable[[Cells], str]:
    """Return the reader of several columns joined; empty as soon as one of them is."""
    if len(columns) == 1:
        return text_of(columns[0], index, nulls)
    pick = itemgetter(*(index[column] for column in columns))

    def read(cells: Cells) -> str:
        texts = [text.strip() for text in pick(cells)]
        if not nulls.isdisjoint(texts):
            return ""
        return separator.join(texts)

    return read


def out_of_scope(
    filters: tuple[RowFilter, ...], index: Index, nulls: frozenset[str]
) -> Callable[[Cells], bool] | None:
    """Return the test for rows that a filter leaves out, `None` where every row is in scope."""
    tests = [_one_filter(item, index, nulls) for item in filters]
    if len(tests) <= 1:
        return tests[0] if tests else None
    return lambda cells: any(test(cells) for test in tests)


def _one_filter(item: RowFilter, index: Index, nulls: frozenset[str]) -> Callable[[Cells], bool]:
    at = index[item.column]
    if item.within is not None:
        within = item.within
        return lambda cells: cells[at].strip() not in within
    without = nulls if item.without is None else item.without
    return lambda cells: cells[at].strip() in without


def is_strange(name: str) -> bool:
    """Tell whether a record id or user reference is none that a person would write.

    Strange are more than 200 characters, control and invisible characters, and half characters
    (lone surrogates), which neither a database nor a screen can show.
    """
    if len(name) > LONGEST_NAME:
        return True
    return not name.isprintable() and any(unicodedata.category(sign) in _STRANGE for sign in name)
