"""The statement (积分明细): every change of an account with the balance it left, the latest first."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session

from app.kernel.sources import cites
from points.models import Offer, PointEntry, PointLot, Redemption
from points.values import AVAILABLE_SIGN, Kind
from scenarios.models import Behaviour, Scenario

SHOWN = 30
AT_ONCE = 2_000


class Part(StrEnum):
    """Which lines of a statement are wanted."""

    ALL = "all"
    EARNED = "earned"
    SPENT = "spent"
    ENDED = "ended"


KINDS: Final = {
    Part.ALL: tuple(Kind),
    Part.EARNED: (Kind.ISSUE,),
    Part.SPENT: (Kind.RESERVE, Kind.RELEASE, Kind.CANCEL),
    Part.ENDED: (Kind.EXPIRE, Kind.CLOSE, Kind.CORRECT),
}


@dataclass(frozen=True, kw_only=True)
class Line:
    """What one act did to an account; entries on several lots are one line.

    Attributes:
        acct_seq: of the line's last entry; its receipt explains the line.
        amount: hundredths, signed as it changed what can be spent; 0 where it did not.
        moved: hundredths that the act was about.
        lots: how many lots it touched.
    """

    acct_seq: int
    kind: str
    amount: int
    moved: int
    balance_after: int
    at: datetime
    lots: int
    title: str | None
    title_en: str | None
    icon: str | None


@dataclass(frozen=True, kw_only=True)
class Page:
    """Some lines, and the number before which the next begin."""

    lines: tuple[Line, ...]
    before: int | None


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One entry as it is taken away in a file."""

    acct_seq: int
    at: datetime
    kind: str
    amount: int
    balance_after: int
    title: str | None
    lot_issued_on: date
    lot_last_valid_on: date
    reduction_g: int | None
    commitment: str


@cites("CQ-34.4", "CQ-34.10")
def page(
    session: Session,
    *,
    account_id: int,
    part: Part = Part.ALL,
    before: int | None = None,
    limit: int = SHOWN,
) -> Page:
    """Return lines of the statement, the latest first.

    Args:
        before: only what came before the entry with this number.

    Source: CQ-34.4, CQ-34.10.
    """
    conditions: list[ColumnElement[bool]] = [
        PointEntry.account_id == account_id,
        PointEntry.kind.in_([kind.value for kind in KINDS[part]]),
    ]
    if before is not None:
        conditions.append(PointEntry.acct_seq < before)
    behaviour = case((PointEntry.kind == Kind.ISSUE.value, PointEntry.behaviour_id))
    acts = (
        select(
            func.max(PointEntry.acct_seq).label("acct_seq"),
            func.sum(PointEntry.amount).label("moved"),
            func.count().label("lots"),
        )
        .where(*conditions)
        .group_by(
            PointEntry.kind, PointEntry.at, PointEntry.redemption_id, PointEntry.correction_id, behaviour
        )
        .order_by(func.max(PointEntry.acct_seq).desc())
        .limit(limit + 1)
        .subquery()
    )
    rows = session.execute(
        _told(select(PointEntry, acts.c.moved, acts.c.lots))
        .join(acts, acts.c.acct_seq == PointEntry.acct_seq)
        .where(PointEntry.account_id == account_id)
        .order_by(PointEntry.acct_seq.desc())
    ).all()
    lines = tuple(
        Line(
            acct_seq=entry.acct_seq,
            kind=entry.kind,
            amount=AVAILABLE_SIGN[Kind(entry.kind)] * int(moved),
            moved=int(moved),
            balance_after=entry.balance_after,
            at=entry.at,
            lots=lots,
            title=scenario or offer,
            title_en=scenario_en or offer_en,
            icon=icon,
        )
        for entry, moved, lots, scenario, scenario_en, icon, offer, offer_en in rows[:limit]
    )
    return Page(lines=lines, before=lines[-1].acct_seq if len(rows) > limit else None)


def entries(session: Session, *, account_id: int) -> Iterator[Entry]:
    """Yield every entry of an account, the earliest first."""
    rows = session.execute(
        _told(select(PointEntry, PointLot.issued_on, PointLot.last_valid_on))
        .join(PointLot, PointLot.id == PointEntry.lot_id)
        .where(PointEntry.account_id == account_id)
        .order_by(PointEntry.acct_seq)
        .execution_options(yield_per=AT_ONCE)
    )
    for entry, issued_on, last_valid_on, scenario, _, _, offer, _ in rows:
        yield Entry(
            acct_seq=entry.acct_seq,
            at=entry.at,
            kind=entry.kind,
            amount=AVAILABLE_SIGN[Kind(entry.kind)] * entry.amount,
            balance_after=entry.balance_after,
            title=scenario or offer,
            lot_issued_on=issued_on,
            lot_last_valid_on=last_valid_on,
            reduction_g=entry.reduction_g,
            commitment=entry.commitment.hex(),
        )


def _told(query: Any) -> Any:
    """Add what each entry was about: a scenario or an offer."""
    return (
        query.add_columns(Scenario.name, Scenario.name_en, Scenario.icon, Offer.title, Offer.title_en)
        .outerjoin(
            Behaviour,
            (Behaviour.account_id == PointEntry.account_id)
            & (Behaviour.day == PointEntry.behaviour_day)
            & (Behaviour.id == PointEntry.behaviour_id),
        )
        .outerjoin(Scenario, Scenario.id == Behaviour.scenario_id)
        .outerjoin(Redemption, Redemption.id == PointEntry.redemption_id)
        .outerjoin(Offer, Offer.id == Redemption.offer_id)
    )
