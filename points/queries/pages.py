"""Pages of long lists: a few items and where to go on."""

from collections.abc import Callable, Sequence
from typing import Generic, NamedTuple, TypeVar

T = TypeVar("T")
K = TypeVar("K")

MOST: int = 500


class Page(NamedTuple, Generic[T, K]):
    """Some items of a list; `after` is what to ask on with, None at the end."""

    items: list[T]
    after: K | None


def page_of(rows: Sequence[T], *, limit: int, key: Callable[[T], K]) -> Page[T, K]:
    """Make a page of rows that were asked for with `limit + 1`."""
    items = list(rows[:limit])
    return Page(items, key(items[-1]) if len(rows) > limit else None)


def bounded(limit: int) -> int:
    """Return a number of items within 1 to 500."""
    return max(1, min(limit, MOST))
