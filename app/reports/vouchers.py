"""What a holder sees of their vouchers besides the vouchers themselves (卡券): how many, from which lots."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from points.models import PointEntry, PointLot, Redemption, RedemptionPart
from points.values import Kind, RedemptionState


class Part(StrEnum):
    """Which vouchers are wanted."""

    OPEN = "open"
    USED = "used"
    RETURNED = "returned"


STATES: Final = {
    Part.OPEN: (RedemptionState.RESERVED,),
    Part.USED: (RedemptionState.FULFILLED,),
    Part.RETURNED: (RedemptionState.REFUSED, RedemptionState.TIMED_OUT, RedemptionState.WITHDRAWN),
}


@dataclass(frozen=True, kw_only=True)
class LotPart:
    """What a redemption took from one lot; `settlement` says how it ended, None while it is open."""

    issued_on: date
    last_valid_on: date
    amount: int
    settlement: str | None


def count_open(session: Session, *, account_id: int) -> int:
    """Return how many vouchers of an account can still be used."""
    found = session.scalar(
        select(func.count())
        .select_from(Redemption)
        .where(Redemption.account_id == account_id, Redemption.state == RedemptionState.RESERVED)
    )
    return int(found or 0)


def parts(session: Session, redemption_id: int) -> tuple[LotPart, ...]:
    """Return what a redemption took from which lot, the lot that ends first before the others."""
    rows = session.execute(
        select(RedemptionPart, PointLot.issued_on, PointLot.last_valid_on)
        .join(PointLot, PointLot.id == RedemptionPart.lot_id)
        .where(RedemptionPart.redemption_id == redemption_id)
        .order_by(PointLot.last_valid_on, PointLot.issued_on, PointLot.id)
    )
    return tuple(
        LotPart(
            issued_on=issued_on, last_valid_on=last_valid_on, amount=part.amount, settlement=part.settlement
        )
        for part, issued_on, last_valid_on in rows
    )


def receipts_of(session: Session, redemption_id: int, *, account_id: int) -> dict[Kind, int]:
    """Return the number of the entry at which each of a redemption's acts can be looked up."""
    rows = session.execute(
        select(PointEntry.kind, func.max(PointEntry.acct_seq))
        .where(PointEntry.account_id == account_id, PointEntry.redemption_id == redemption_id)
        .group_by(PointEntry.kind)
    )
    return {Kind(kind): seq for kind, seq in rows}


def lost_today(parts: Sequence[LotPart], today: date) -> int:
    """Return the hundredths of a point that would expire at once if they came back today."""
    return sum(part.amount for part in parts if part.last_valid_on < today)
