"""Corrections in a list (更正清单), filtered, for the operator's desk and the Bureau's report."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.kernel.days import end_of_day, start_of_day
from app.kernel.sources import cites
from app.reports.actor_names import ActorName, actor_names
from points.models import CarbonAccount, Correction
from points.values import CorrectionState

SHOWN: Final = 50


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What is looked for: a state, days of the proposal in China (both included), an account's number."""

    state: str | None = None
    first: date | None = None
    last: date | None = None
    account: str = ""
    before: int | None = None

    @classmethod
    def of(cls, given: Mapping[str, str]) -> "Asked":
        """Read the wishes from the parts of an address; what cannot be read is no wish."""
        state, before = given.get("state"), given.get("before", "")
        return cls(
            state=state if state in set(CorrectionState) else None,
            first=_day(given.get("first")),
            last=_day(given.get("last")),
            account=given.get("account", "").replace("\0", "").replace(" ", "")[:20],
            before=int(before) if before.isascii() and before.isdigit() and len(before) <= 18 else None,
        )

    @property
    def wishes(self) -> dict[str, str]:
        """The filters as parts of an address, without the place in the list."""
        said = {
            "state": self.state,
            "first": self.first.isoformat() if self.first else None,
            "last": self.last.isoformat() if self.last else None,
            "account": self.account,
        }
        return {name: value for name, value in said.items() if value}


@dataclass(frozen=True, kw_only=True)
class Line:
    """A correction with its account's number and the two people."""

    correction: Correction
    account_number: str
    proposed_by: ActorName
    confirmed_by: ActorName | None


@dataclass(frozen=True, kw_only=True)
class Lines:
    """One page; `before` is where the next begins."""

    lines: tuple[Line, ...]
    before: int | None


@cites("Q-25")
def lines(session: Session, asked: Asked, *, limit: int = SHOWN) -> Lines:
    """Return one page of corrections, the latest first.

    Source: Q-25.
    """
    found = _found(session, asked, before=asked.before, limit=limit + 1)
    shown = tuple(found[:limit])
    return Lines(lines=shown, before=shown[-1].correction.id if len(found) > limit else None)


@cites("Q-25")
def every(session: Session, asked: Asked) -> Iterator[Line]:
    """Yield every correction that is looked for, the latest first.

    Source: Q-25.
    """
    before: int | None = None
    while found := _found(session, asked, before=before, limit=500):
        yield from found
        before = found[-1].correction.id


def _found(session: Session, asked: Asked, *, before: int | None, limit: int) -> list[Line]:
    wanted: Any = (
        select(Correction, CarbonAccount.number)
        .join(CarbonAccount, CarbonAccount.id == Correction.account_id)
        .order_by(Correction.id.desc())
        .limit(limit)
    )
    if asked.state is not None:
        wanted = wanted.where(Correction.state == asked.state)
    if asked.first is not None:
        wanted = wanted.where(Correction.proposed_at >= start_of_day(asked.first))
    if asked.last is not None:
        wanted = wanted.where(Correction.proposed_at < end_of_day(asked.last))
    if asked.account:
        wanted = wanted.where(CarbonAccount.number == asked.account)
    if before is not None:
        wanted = wanted.where(Correction.id < before)
    rows = session.execute(wanted).all()
    names = actor_names(
        session, [ref for correction, _ in rows for ref in (correction.proposed_by, correction.confirmed_by)]
    )
    return [
        Line(
            correction=correction,
            account_number=number,
            proposed_by=names[correction.proposed_by],
            confirmed_by=names.get(correction.confirmed_by or ""),
        )
        for correction, number in rows
    ]


def _day(given: str | None) -> date | None:
    try:
        return date.fromisoformat(given or "")
    except ValueError:
        return None
