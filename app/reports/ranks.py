"""The ranking of one's district (区县排行) for somebody who takes part: the first ten, and oneself."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.identity.models import DistrictRank, Person, PersonConsent
from app.kernel.sources import cites

FEWEST: Final = 10
"""Nothing is shown of fewer people (T-62)."""
SHOWN: Final = 10


@dataclass(frozen=True, kw_only=True)
class Line:
    """One place."""

    place: int
    nickname: str | None
    reduction_g: int
    own: bool


@dataclass(frozen=True, kw_only=True)
class Ranking:
    """A district's month; without lines where fewer than ten take part."""

    month: date
    people: int
    lines: Sequence[Line]
    own: Line | None
    made_at: datetime | None


@cites("T-62", "T-63", "Q-72")
def of_district(session: Session, *, person_id: int, area_code: str, month: date) -> Ranking:
    """Return a district's ranking of a month; whoever withdrew since it was made is not in it.

    Source: T-62, T-63, Q-72.
    """
    asked = (
        select(DistrictRank, Person.nickname)
        .join(Person, Person.id == DistrictRank.person_id)
        .join(
            PersonConsent,
            (PersonConsent.person_id == DistrictRank.person_id)
            & (PersonConsent.purpose == "ranking")
            & PersonConsent.withdrawn_at.is_(None),
        )
        .where(DistrictRank.month == month, DistrictRank.area_code == area_code)
    )
    first = session.execute(asked.order_by(DistrictRank.place, DistrictRank.person_id).limit(SHOWN)).all()
    if len(first) < FEWEST:
        return Ranking(month=month, people=0, lines=(), own=None, made_at=None)
    mine = session.execute(asked.where(DistrictRank.person_id == person_id)).first()
    lines = [_line(rank, nickname, person_id) for rank, nickname in first]
    return Ranking(
        month=month,
        people=first[0][0].people,
        lines=lines,
        own=_line(mine[0], mine[1], person_id) if mine else None,
        made_at=first[0][0].made_at,
    )


def _line(rank: DistrictRank, nickname: str | None, person_id: int) -> Line:
    return Line(
        place=rank.place,
        nickname=nickname,
        reduction_g=rank.reduction_g,
        own=rank.person_id == person_id,
    )
