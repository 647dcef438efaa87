"""Columns of tables (表格列), told once for the head and for every cell."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Column:
    """One column.

    Attributes:
        key: what the address calls it when sorting.
        numeric: set its cells to the end, in figures of one width.
        act: it holds buttons; its title is for screen readers.
    """

    key: str
    title: str
    numeric: bool = False
    sortable: bool = False
    act: bool = False
