"""The books check (账目核对): everything derived again from the entries alone, by code of its own.

It shares nothing with what writes the ledger: sums are its own SQL, the chain and the commitments its own
Python. What it counts are disagreements, each with a few places to look.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.kernel.sources import cites
from points.queries import books_sql

SHOWN: Final = 10
_MICRO: Final = 1_000_000


@dataclass(kw_only=True)
class BooksReport:
    """What the check found; sums in hundredths of a point and grams, from entries alone.

    Attributes:
        disagreements: how many, by what disagrees; only what was found.
        places: a few of each, `account 12 entry 7`.
    """

    accounts: int = 0
    lots: int = 0
    entries: int = 0
    totals: dict[str, int] = field(default_factory=dict)
    disagreements: dict[str, int] = field(default_factory=dict)
    places: dict[str, list[str]] = field(default_factory=dict)

    @property
    def agrees(self) -> bool:
        """Tell whether nothing disagrees."""
        return not self.disagreements

    def note(self, what: str, count: int, places: list[str]) -> None:
        """Add disagreements of one kind."""
        if count:
            self.disagreements[what] = self.disagreements.get(what, 0) + count
            kept = self.places.setdefault(what, [])
            kept.extend(places[: SHOWN - len(kept)])


def at_one_moment(session: Session) -> None:
    """Make everything that this session reads be of one moment; before its first statement."""
    session.connection(execution_options={"isolation_level": "REPEATABLE READ"})


@cites("T-02", "T-06", "T-29", "CQ-34.10")
def books_check(session: Session) -> BooksReport:
    """Derive balances, lots, chains and totals from the entries and compare with what is kept.

    While others write, call `at_one_moment` first: figures of different moments disagree.

    Source: T-02, T-06, T-29, CQ-34.10.
    """
    report = BooksReport()
    for what, sql in books_sql.CHECKS.items():
        count, places = session.execute(text(books_sql.counted(sql, SHOWN))).one()
        report.note(what, count, places or [])
    report.accounts, report.lots = session.execute(text(books_sql.COUNTS)).one()
    totals = session.execute(text(books_sql.TOTALS)).mappings().one()
    report.totals = {name: int(totals[name]) for name in totals if name != "entries"}
    for what, place in _chains(session, report):
        report.note(what, 1, [place])
    if report.entries != totals["entries"]:
        report.note("entries_without_account_or_lot", 1, [])
    return report


def _chains(session: Session, report: BooksReport) -> Iterator[tuple[str, str]]:
    """Walk every account's entries in order and name what does not follow."""
    account: int | None = None
    seq = balance = 0
    head = last_head = ""
    rows = session.execute(text(books_sql.CHAINS), execution_options={"stream_results": True})
    for part in rows.partitions(5_000):
        for row in part:
            report.entries += 1
            if row.account_id != account:
                if head != last_head:
                    yield "heads", f"account {account}"
                account, seq, balance, head = row.account_id, 0, 0, ""
            last_head = row.head
            place = f"account {account} entry {row.acct_seq}"
            seq += 1
            balance += {"issue": 1, "release": 1, "cancel": 0}.get(row.kind, -1) * row.amount
            if row.acct_seq != seq:
                yield "gaps", place
                seq = row.acct_seq
            if row.prev != head:
                yield "links", place
            if row.balance_after != balance:
                yield "running_balances", place
                balance = row.balance_after
            if row.kind == "issue" and row.amount != row.reduction_g * 100 // row.grams_per_point:
                yield "points_by_rule", place
            if row.salt is None:
                yield "salts", place
            elif _commitment(row) != row.commitment:
                yield "commitments", place
            head = row.commitment
    if head != last_head:
        yield "heads", f"account {account}"


def _commitment(row: Any) -> str:
    at: datetime = row.at
    moment = at.astimezone(UTC)
    said: dict[str, Any] = {
        "v": 1,
        "account": row.pseudonym,
        "seq": row.acct_seq,
        "prev": row.prev,
        "kind": row.kind,
        "amount": row.amount,
        "balance": row.balance_after,
        "at": int(moment.replace(microsecond=0).timestamp()) * _MICRO + moment.microsecond,
        "lot": row.lot_id,
        "lot_issued_on": row.lot_issued_on,
        "lot_last_valid_on": row.lot_last_valid_on,
    }
    ground = {
        "behaviour": row.behaviour_id,
        "behaviour_day": row.behaviour_day,
        "method_version": row.method_version_id,
        "reduction_g": row.reduction_g,
        "rule": row.rule,
        "redemption": row.redemption_id,
        "correction": row.correction_id,
    }
    said |= {name: value for name, value in ground.items() if value is not None}
    written = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return sha256(b"points-entry/1\0" + row.salt + written.encode("utf-8")).hexdigest()
