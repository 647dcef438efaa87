"""The public list of cancellations, page by page (注销信息公开)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy.orm import Session

from app.kernel.sources import cites
from cqcer import queries
from cqcer.queries.uses import Cancellation
from cqcer.values import Purpose

PAGE: Final = 50


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What a reader asked to see."""

    purpose: Purpose | None = None
    year: int | None = None
    page: int = 1

    @classmethod
    def of(cls, arguments: Mapping[str, str]) -> "Asked":
        """Read an address; what it says wrongly is not asked."""
        purpose, year, page = (arguments.get(name) or "" for name in ("purpose", "year", "page"))
        return cls(
            purpose=Purpose(purpose) if purpose in set(Purpose) else None,
            year=int(year) if len(year) == 4 and year.isascii() and year.isdigit() and year > "0" else None,
            page=int(page) if page.isascii() and page.isdigit() and 0 < len(page) < 6 and int(page) else 1,
        )


@dataclass(frozen=True, kw_only=True)
class CancellationPage:
    """One page of the list, with the sums of the whole."""

    rows: list[Cancellation]
    count: int
    quantity: int
    more: bool


@cites("CQ-29.3", "CQ-22.4")
def page(session: Session, asked: Asked) -> CancellationPage:
    """Return what was cancelled, the latest first.

    Source: CQ-29.3, CQ-22.4.
    """
    first = (asked.page - 1) * PAGE
    rows = queries.cancellations(session, purpose=asked.purpose, year=asked.year, first=first, limit=PAGE + 1)
    count, quantity = queries.count_cancellations(session, purpose=asked.purpose, year=asked.year)
    return CancellationPage(rows=rows[:PAGE], count=count, quantity=quantity, more=len(rows) > PAGE)
