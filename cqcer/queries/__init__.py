"""Reads of the registry."""

from cqcer.queries.accounts import account, account_of, current_representative
from cqcer.queries.movements import movement, open_movements, steps_of
from cqcer.queries.orders import (
    cancellation_order,
    investigation,
    owner_blocked_until,
    project_blocked_until,
    shortfalls_of,
)
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
from cqcer.queries.uses import (
    all_listed,
    beneficiary,
    cancellations,
    certificate,
    certificate_of,
    count_cancellations,
    listings,
    parts_of,
)

__all__ = [
    "account",
    "account_of",
    "all_listed",
    "beneficiary",
    "books_agree",
    "cancellation_order",
    "cancellations",
    "certificate",
    "certificate_of",
    "count_cancellations",
    "current_representative",
    "free_quantity",
    "free_ranges",
    "held_by_another_owner",
    "holdings_of",
    "investigation",
    "listings",
    "movement",
    "open_movements",
    "origin_of",
    "owner_blocked_until",
    "parts_of",
    "project_blocked_until",
    "shortfalls_of",
    "steps_of",
    "tally",
    "unit",
]
