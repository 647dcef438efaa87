"""The list for credit institutions (信用名单): who consented, with grams and points of twelve months."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from app.identity import queries
from app.identity.models import Person, PersonConsent
from app.identity.rules.credit_list import CreditListOff
from app.identity.values import Purposes
from app.kernel.days import add_years
from app.kernel.sources import cites
from points.models import CarbonAccount, Correction, PointEntry

SHOWN: Final = 50
AT_ONCE: Final = 1_000


@dataclass(frozen=True, kw_only=True)
class Line:
    """One person who consented; grams of CO2e and hundredths of a point of the last twelve months."""

    account_id: int
    number: str
    nickname: str | None
    reduction_g: int
    points: int


@dataclass(frozen=True, kw_only=True)
class Lines:
    """One page; `after` is where the next begins."""

    lines: Sequence[Line]
    after: int | None


@cites("CQ-40.1", "T-63")
def page(session: Session, *, today: date, after: int = 0, limit: int = SHOWN) -> Lines:
    """Return those who consent now and have an account in use with something earned in twelve months.

    What was corrected since is left out: a record that was taken back is no good record.

    Raises:
        CreditListOff: the Bureau has not switched the list on.

    Source: CQ-40.1, T-63.
    """
    if queries.credit_list_on(session) is None:
        raise CreditListOff
    taken_back = exists().where(
        Correction.account_id == PointEntry.account_id,
        Correction.behaviour_id == PointEntry.behaviour_id,
        Correction.state == "executed",
    )
    grams = func.sum(PointEntry.reduction_g)
    found = session.execute(
        select(CarbonAccount.id, CarbonAccount.number, Person.nickname, grams, func.sum(PointEntry.amount))
        .join(Person, Person.id == CarbonAccount.person_id)
        .join(PersonConsent, PersonConsent.person_id == Person.id)
        .join(PointEntry, PointEntry.account_id == CarbonAccount.id)
        .where(
            PersonConsent.purpose == Purposes.CREDIT_LIST.value,
            PersonConsent.withdrawn_at.is_(None),
            CarbonAccount.state == "active",
            CarbonAccount.id > after,
            PointEntry.kind == "issue",
            PointEntry.day > add_years(today, -1),
            ~taken_back,
        )
        .group_by(CarbonAccount.id, Person.id)
        .having(grams > 0)
        .order_by(CarbonAccount.id)
        .limit(limit + 1)
    ).all()
    lines = [
        Line(
            account_id=row[0],
            number=row[1],
            nickname=row[2],
            reduction_g=int(row[3] or 0),
            points=int(row[4]),
        )
        for row in found[:limit]
    ]
    return Lines(lines=lines, after=lines[-1].account_id if len(found) > limit else None)


def every(session: Session, *, today: date) -> Iterator[Line]:
    """Return the whole list, read piece by piece.

    Raises:
        CreditListOff: the Bureau has not switched the list on.
    """
    after: int | None = 0
    while after is not None:
        found = page(session, today=today, after=after, limit=AT_ONCE)
        yield from found.lines
        after = found.after
