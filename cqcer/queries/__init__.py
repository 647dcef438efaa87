"""Reads of the registry."""

from cqcer.queries.accounts import account, account_of, current_representative
from cqcer.queries.movements import movement, open_movements, steps_of
from cqcer.queries.units import (
    books_agree,
    free_quantity,
    free_ranges,
    held_by_another_owner,
    holdings_of,
    origin_of,
    tally,
    unit,
)

__all__ = [
    "account",
    "account_of",
    "books_agree",
    "current_representative",
    "free_quantity",
    "free_ranges",
    "held_by_another_owner",
    "holdings_of",
    "movement",
    "open_movements",
    "origin_of",
    "steps_of",
    "tally",
    "unit",
]
