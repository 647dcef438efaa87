"""The decision on one bucket of staged rows, set by set, and its writing down.

Order: `match` finds whose rows they are, the journey locks those accounts, `decide` gives every row
its outcome in the temporary table `verdict`, `write` keeps it and leaves `accepted` for the points.
"""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.kernel.sources import cites
from scenarios.commands import statements as sql
from scenarios.values import REHEARSAL_USER

ACCEPTED_TABLE: Final = "accepted"
LINKED_TABLE: Final = "linked"


@dataclass(frozen=True, kw_only=True)
class Bucket:
    """Which staged rows are decided together, and for what.

    Args:
        received_on: day in China under which the outcomes are kept.
        data_kinds: what an authorisation must name.
        review: rows that were held and are released: their record ids are known already.
    """

    upload_id: int
    scenario_id: int
    number: int
    received_at: datetime
    received_on: date
    data_kinds: tuple[str, ...]
    review: bool = False

    @property
    def parameters(self) -> dict[str, Any]:
        """The facts as the statements name them."""
        return {
            "upload": self.upload_id,
            "scenario": self.scenario_id,
            "bucket": self.number,
            "received_at": self.received_at,
            "received_on": self.received_on,
            "kinds": json.dumps(self.data_kinds),
            "review": self.review,
        }


class Counts(NamedTuple):
    """What a bucket came to."""

    rows: int
    outcomes: dict[str, dict[str, int]]
    reduction_g: int


@cites("CQ-34.1", "Q-57")
def match(session: Session, bucket: Bucket) -> None:
    """Find the accounts behind the bucket's users of the host, into the temporary table `linked`.

    Source: CQ-34.1, Q-57.
    """
    session.execute(sql.PREPARE)
    session.execute(sql.MATCH, bucket.parameters)


@cites("CQ-34.1")
def rehearse(session: Session, bucket: Bucket) -> None:
    """Let the users that a host made up for its sandbox count as authorised (沙箱测试用户).

    Their accounts are numbers below zero, which no account has; what comes of them is not kept.

    Source: CQ-34.1.
    """
    session.execute(sql.REHEARSE, {**bucket.parameters, "rehearses": REHEARSAL_USER})


def leave_out(session: Session, account_ids: Collection[int]) -> None:
    """Mark accounts of `linked` that can earn nothing, closed ones above all.

    Source: CQ-34.1.
    """
    if account_ids:
        session.execute(sql.LEAVE_OUT, {"accounts": sorted(account_ids)})


@cites("CQ-34.1", "CQ-34.2", "Q-38", "Q-40")
def decide(session: Session, bucket: Bucket, *, again: bool = False) -> None:
    """Give every row of the bucket its one outcome; accounts in `linked` are locked.

    In this order: seen before; refused when it was read; no authorisation in force; waits for a
    look; beyond a cap. Caps take a person's day in order of time, then of record key, after what
    is already in.

    Args:
        again: the bucket was decided before in this transaction, and another upload was first.

    Source: CQ-34.1, CQ-34.2, Q-38, Q-40.
    """
    facts = bucket.parameters
    if again:
        session.execute(text("delete from judged"))
        session.execute(text("delete from verdict"))
    session.execute(sql.HOLD_AUTHORISATIONS)
    session.execute(sql.SEE_AUTHORISATIONS, facts)
    session.execute(sql.JUDGE, facts)
    session.execute(sql.KEEP_DECIDED)
    session.execute(sql.CAP_BY_DAY)
    if session.execute(sql.HAS_YEARLY_CAP).scalar_one():
        session.execute(sql.CAP_BY_YEAR)


@cites("CQ-34.1", "CQ-34.4")
def write(session: Session, bucket: Bucket) -> bool:
    """Keep keys, behaviours, held rows; leave `accepted`. False when another upload was first with a key.

    The caller then goes back to before and decides again.

    Source: CQ-34.1, CQ-34.4.
    """
    facts = bucket.parameters
    if not bucket.review:
        expected = session.execute(sql.FIRST_SEEN).scalar_one()
        kept: Any = session.execute(sql.KEEP_KEYS, facts)
        if kept.rowcount != expected:
            return False
    session.execute(sql.KEEP_BEHAVIOURS, facts)
    session.execute(sql.HOLD_ROWS, facts)
    session.execute(sql.LEAVE_ACCEPTED)
    return True


def keep_outcomes(session: Session, bucket: Bucket) -> Counts:
    """Keep the outcome of every row that was not accepted, and count all of them.

    Source: CQ-34.1.
    """
    session.execute(sql.KEEP_OUTCOMES, bucket.parameters)
    outcomes: dict[str, dict[str, int]] = {}
    rows = reduction = 0
    for outcome, reason, count, grams in session.execute(sql.COUNT):
        outcomes.setdefault(outcome, {})[reason] = count
        rows += count
        reduction += grams
    return Counts(rows, outcomes, reduction)
