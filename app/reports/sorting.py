"""Lists sorted by a column that somebody chose (排序): by the server, page by page."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Self


@dataclass(frozen=True, kw_only=True)
class Order:
    """By which column a list is sorted, and how far into it the page begins.

    Attributes:
        column: None for the list's own order.
    """

    column: str | None = None
    descending: bool = False
    start: int = 0

    @classmethod
    def of(cls, given: Mapping[str, str], columns: Mapping[str, Any]) -> Self:
        """Read the wish from the parts of an address; what cannot be sorted by is no wish."""
        column, start = given.get("sort"), given.get("start", "")
        return cls(
            column=column if column in columns else None,
            descending=given.get("order") == "desc",
            start=int(start) if start.isascii() and start.isdigit() and len(start) <= 7 else 0,
        )

    @property
    def word(self) -> str:
        """The direction as the heads of tables tell it."""
        return "desc" if self.descending else "asc"

    def applied(self, wanted: Any, columns: Mapping[str, Any], last: Any) -> Any:
        """Return a selection in this order; rows that are alike stand by `last`."""
        if self.column is None:
            return wanted.offset(self.start)
        column = columns[self.column]
        turned = column.desc().nulls_last() if self.descending else column.asc().nulls_last()
        return wanted.order_by(None).order_by(turned, last.desc()).offset(self.start)


UNSORTED: Final = Order()
"""In the list's own order, from its beginning."""
