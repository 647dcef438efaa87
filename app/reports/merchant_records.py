"""What a merchant settled (受理记录): line by line as asked for, and in sum by day, benefit and person."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import Session

from app.kernel.check_digits import typed
from app.kernel.days import end_of_day, start_of_day
from app.reports.actor_names import actor_names
from points import queries, serials
from points.models import Offer, Redemption

SHOWN: Final = 50
AT_ONCE: Final = 500
SETTLED: Final = ("fulfilled", "refused")


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What is looked for among what was settled from `since` to `until`, days in China, both included.

    Attributes:
        code: how the typed code begins, as somebody typed it.
        oldest_first: the order.
        before: the redemption after which the page begins.
    """

    since: date
    until: date
    state: str | None = None
    offer_id: int | None = None
    code: str = ""
    oldest_first: bool = False
    before: int | None = None

    @classmethod
    def of(cls, given: Mapping[str, str], *, since: date, until: date) -> "Asked":
        """Read the wishes from the parts of an address; what cannot be read is no wish."""
        state = given.get("state")
        return cls(
            since=since,
            until=until,
            state=state if state in SETTLED else None,
            offer_id=_number(given.get("offer", "")),
            code=given.get("code", "").replace("\0", "").strip()[:20],
            oldest_first=given.get("order") == "asc",
            before=_number(given.get("before", "")),
        )


@dataclass(frozen=True, kw_only=True)
class Totals:
    """What was settled in a time; points in hundredths."""

    accepted: int
    points: int
    refused: int


@dataclass(frozen=True, kw_only=True)
class Day:
    """The totals of one day in China."""

    day: date
    totals: Totals


@dataclass(frozen=True, kw_only=True)
class OfBenefit:
    """The totals of one benefit."""

    offer: Offer
    totals: Totals


@dataclass(frozen=True, kw_only=True)
class OfPerson:
    """The totals of one person at the counter; the name is None where it is gone."""

    name: str | None
    totals: Totals


@dataclass(frozen=True, kw_only=True)
class Line:
    """One settled voucher, with who settled it."""

    redemption: Redemption
    offer: Offer
    code: str
    by: str | None


@dataclass(frozen=True, kw_only=True)
class Lines:
    """One page; `before` is where the next begins."""

    lines: tuple[Line, ...]
    before: int | None


def totals(session: Session, merchant_id: int, *, since: date, until: date) -> Totals:
    """Return what was settled from `since` to `until`, days in China, both included."""
    found = queries.settlements(session, merchant_id, since=since, until=until)
    counts = {state.value: count for state, count in found.counts.items()}
    points = {state.value: amount for state, amount in found.points.items()}
    return _totals({state: (counts[state], points[state]) for state in counts})


def by_day(session: Session, merchant_id: int, *, since: date, until: date) -> list[Day]:
    """Return the totals of each day on which something was settled, the latest first."""
    day = func.date(func.timezone("Asia/Shanghai", Redemption.settled_at))
    found = _summed(session, day, merchant_id, since, until)
    return [Day(day=on, totals=_totals(states)) for on, states in sorted(found.items(), reverse=True)]


def by_benefit(session: Session, merchant_id: int, *, since: date, until: date) -> list[OfBenefit]:
    """Return the totals of each benefit, the most accepted first."""
    found = _summed(session, Redemption.offer_id, merchant_id, since, until)
    offers = {each.id: each for each in session.scalars(select(Offer).where(Offer.id.in_(list(found))))}
    lines = [OfBenefit(offer=offers[offer_id], totals=_totals(states)) for offer_id, states in found.items()]
    return sorted(lines, key=lambda line: (-line.totals.accepted, line.offer.id))


def by_person(session: Session, merchant_id: int, *, since: date, until: date) -> list[OfPerson]:
    """Return the totals of each person who settled, the most accepted first."""
    found = _summed(session, Redemption.settled_by, merchant_id, since, until)
    names = actor_names(session, found)
    lines = [
        OfPerson(name=names[ref].name if ref in names else None, totals=_totals(states))
        for ref, states in found.items()
    ]
    return sorted(lines, key=lambda line: (-line.totals.accepted, line.name or ""))


def by_month(session: Session, merchant_id: int, *, since: date, until: date) -> list[Day]:
    """Return the totals of each month in which something was settled, under its first day, latest first."""
    month = func.date(func.date_trunc("month", func.timezone("Asia/Shanghai", Redemption.settled_at)))
    found = _summed(session, month, merchant_id, since, until)
    return [Day(day=on, totals=_totals(states)) for on, states in sorted(found.items(), reverse=True)]


def settled(session: Session, merchant_id: int, asked: Asked, *, limit: int = SHOWN) -> Lines:
    """Return vouchers that were accepted or refused, in the order of their settling."""
    place = (Redemption.settled_at, Redemption.id)
    wanted: Any = (
        select(Redemption, Offer)
        .join(Offer, Offer.id == Redemption.offer_id)
        .where(*_settled_between(merchant_id, asked.since, asked.until))
        .order_by(*(each.asc() if asked.oldest_first else each.desc() for each in place))
    )
    if asked.state is not None:
        wanted = wanted.where(Redemption.state == asked.state)
    if asked.offer_id is not None:
        wanted = wanted.where(Redemption.offer_id == asked.offer_id)
    if asked.code:
        wanted = wanted.where(Redemption.code.startswith(typed(asked.code), autoescape=True))
    if asked.before is not None:
        last = session.execute(
            select(*place).where(Redemption.id == asked.before, Redemption.merchant_id == merchant_id)
        ).first()
        if last is not None:
            here = tuple_(*place)
            wanted = wanted.where(here > tuple(last) if asked.oldest_first else here < tuple(last))
    rows = session.execute(wanted.limit(limit + 1)).all()
    lines = tuple(_named(session, rows[:limit]))
    return Lines(lines=lines, before=lines[-1].redemption.id if len(rows) > limit else None)


def every_settled(
    sessions: Callable[[], AbstractContextManager[Session]], merchant_id: int, asked: Asked
) -> Iterator[Line]:
    """Yield what was settled, in short transactions.

    Args:
        sessions: opens a transaction.
    """
    before = asked.before
    while True:
        with sessions() as session:
            page = settled(session, merchant_id, replace(asked, before=before), limit=AT_ONCE)
        yield from page.lines
        before = page.before
        if before is None:
            return


def just_settled(session: Session, merchant_id: int, *, today: date, limit: int) -> list[Line]:
    """Return what was settled last within three months, the latest first."""
    asked = Asked(since=today - timedelta(days=90), until=today)
    return list(settled(session, merchant_id, asked, limit=limit).lines)


def _named(session: Session, rows: Sequence[Any]) -> list[Line]:
    names = actor_names(session, [row[0].settled_by for row in rows])
    return [
        Line(
            redemption=redemption,
            offer=offer,
            code=serials.grouped(redemption.code),
            by=names[redemption.settled_by].name if redemption.settled_by in names else None,
        )
        for redemption, offer in rows
    ]


def _summed(
    session: Session, key: Any, merchant_id: int, since: date, until: date
) -> dict[Any, dict[str, tuple[int, int]]]:
    """Return count and points by state for each value of `key`."""
    rows = session.execute(
        select(key, Redemption.state, func.count(), func.sum(Redemption.price))
        .where(*_settled_between(merchant_id, since, until))
        .group_by(key, Redemption.state)
    )
    found: dict[Any, dict[str, tuple[int, int]]] = {}
    for value, state, count, points in rows:
        found.setdefault(value, {})[state] = (int(count), int(points))
    return found


def _totals(states: Mapping[str, tuple[int, int]]) -> Totals:
    accepted, points = states.get("fulfilled", (0, 0))
    return Totals(accepted=accepted, points=points, refused=states.get("refused", (0, 0))[0])


def _settled_between(merchant_id: int, since: date, until: date) -> list[Any]:
    return [
        Redemption.merchant_id == merchant_id,
        Redemption.state.in_(SETTLED),
        Redemption.settled_at >= start_of_day(since),
        Redemption.settled_at < end_of_day(until),
    ]


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else None
