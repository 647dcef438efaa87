"""What a merchant's counter shows (受理台): a voucher by its code, what was settled, the days' totals."""

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.identity.models import Person
from app.kernel.days import CHINA, end_of_day, start_of_day
from app.kernel.secrets import keyring
from app.kernel.units import points_text
from app.reports.actor_names import actor_names
from points import queries, serials
from points.models import CarbonAccount, Merchant, Offer, Redemption

SHOWN: Final = 50
AT_ONCE: Final = 500
SETTLED: Final = ("fulfilled", "refused")


@dataclass(frozen=True, kw_only=True)
class ShownVoucher:
    """A voucher as its merchant may see it: of the holder, no more than tells one from another."""

    redemption: Redemption
    offer: Offer
    merchant: Merchant
    code: str
    holder: str | None  # `陈**`
    phone_tail: str


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


def shown_voucher(session: Session, merchant_id: int, code: str) -> ShownVoucher:
    """Return a merchant's own voucher by its typed code.

    Raises:
        VoucherMistyped, VoucherNotFound: no voucher of this merchant has the code.
    """
    found = queries.voucher(session, merchant_id, code)
    sealed, tail = session.execute(
        select(Person.name_sealed, Person.phone_tail)
        .join(CarbonAccount, CarbonAccount.person_id == Person.id)
        .where(CarbonAccount.id == found.redemption.account_id)
    ).one()
    name = keyring().decrypt(sealed, purpose="person.name") if sealed else None
    return ShownVoucher(
        redemption=found.redemption,
        offer=found.offer,
        merchant=found.merchant,
        code=serials.grouped(found.redemption.code),
        holder=f"{name[:1]}{'*' * (len(name) - 1)}" if name else None,
        phone_tail=tail,
    )


def totals(session: Session, merchant_id: int, *, since: date, until: date) -> Totals:
    """Return what was settled from `since` to `until`, days in China, both included."""
    found = queries.settlements(session, merchant_id, since=since, until=until)
    counts = {state.value: count for state, count in found.counts.items()}
    points = {state.value: amount for state, amount in found.points.items()}
    return Totals(
        accepted=counts.get("fulfilled", 0),
        points=points.get("fulfilled", 0),
        refused=counts.get("refused", 0),
    )


def by_day(session: Session, merchant_id: int, *, since: date, until: date) -> list[Day]:
    """Return the totals of each day on which something was settled, the latest first."""
    day = func.date(func.timezone("Asia/Shanghai", Redemption.settled_at))
    rows = session.execute(
        select(day, Redemption.state, func.count(), func.sum(Redemption.price))
        .where(*_settled_between(merchant_id, since, until))
        .group_by(day, Redemption.state)
    )
    found: dict[date, dict[str, tuple[int, int]]] = {}
    for on, state, count, points in rows:
        found.setdefault(on, {})[state] = (int(count), int(points))
    return [
        Day(
            day=on,
            totals=Totals(
                accepted=states.get("fulfilled", (0, 0))[0],
                points=states.get("fulfilled", (0, 0))[1],
                refused=states.get("refused", (0, 0))[0],
            ),
        )
        for on, states in sorted(found.items(), reverse=True)
    ]


def settled(
    session: Session,
    merchant_id: int,
    *,
    since: date | None = None,
    until: date | None = None,
    before: int | None = None,
    limit: int = SHOWN,
) -> Lines:
    """Return vouchers that were accepted or refused, the latest made first."""
    asked: Any = (
        select(Redemption, Offer)
        .join(Offer, Offer.id == Redemption.offer_id)
        .where(Redemption.merchant_id == merchant_id, Redemption.state.in_(SETTLED))
        .order_by(Redemption.id.desc())
    )
    if since is not None and until is not None:
        asked = asked.where(*_settled_between(merchant_id, since, until))
    if before is not None:
        asked = asked.where(Redemption.id < before)
    rows = session.execute(asked.limit(limit + 1)).all()
    lines = tuple(_named(session, rows[:limit]))
    return Lines(lines=lines, before=lines[-1].redemption.id if len(rows) > limit else None)


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


def just_settled(session: Session, merchant_id: int, *, today: date, limit: int) -> list[Line]:
    """Return what was settled last within three months, the latest first."""
    asked: Any = (
        select(Redemption, Offer)
        .join(Offer, Offer.id == Redemption.offer_id)
        .where(*_settled_between(merchant_id, today - timedelta(days=90), today))
        .order_by(Redemption.settled_at.desc(), Redemption.id.desc())
        .limit(limit)
    )
    return _named(session, session.execute(asked).all())


def csv_lines(
    sessions: Callable[[], AbstractContextManager[Session]], merchant_id: int, *, since: date, until: date
) -> Iterator[str]:
    """Yield the lines of a file of what was settled, in short transactions; no cell is a formula.

    Args:
        sessions: opens a transaction.
    """
    yield "\ufeff" + _row(["code", "benefit", "points", "state", "settled_at", "settled_by", "reason"])
    before: int | None = None
    while True:
        with sessions() as session:
            page = settled(session, merchant_id, since=since, until=until, before=before, limit=AT_ONCE)
        for line in page.lines:
            at = line.redemption.settled_at
            yield _row(
                [
                    line.code,
                    line.offer.title,
                    points_text(line.redemption.price).replace(",", ""),
                    line.redemption.state,
                    at.astimezone(CHINA).isoformat(timespec="seconds") if at else "",
                    line.by or "",
                    line.redemption.reason or "",
                ]
            )
        before = page.before
        if before is None:
            return


def _row(cells: list[str]) -> str:
    target = io.StringIO()
    csv.writer(target).writerow(
        [f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell for cell in cells]
    )
    return target.getvalue()


def _settled_between(merchant_id: int, since: date, until: date) -> list[Any]:
    return [
        Redemption.merchant_id == merchant_id,
        Redemption.state.in_(SETTLED),
        Redemption.settled_at >= start_of_day(since),
        Redemption.settled_at < end_of_day(until),
    ]
