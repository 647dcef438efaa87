"""The chain (存证链): how an entry is written in one canonical way, and its commitment.

Each entry carries `commitment = SHA-256("points-entry/1" ‖ 00 ‖ salt ‖ encoding)`. The encoding is the
JSON that `json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=False)` writes in UTF-8:
integers only, days as text, bytes in hexadecimal, absent fields left out. Anyone with the fields and
the salt can compute it again; nobody can without the salt.
"""

import json
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import Any, Final, NamedTuple

from app.kernel.sources import cites
from points.values import AVAILABLE_SIGN, Book, Change

PREFIX: Final = b"points-entry/1\x00"
VERSION: Final = 1
SALT_LENGTH: Final = 32

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)


class Sealed(NamedTuple):
    """An entry's place in the chain, with the salt that must be kept beside it."""

    seq: int
    balance_after: int
    prev: bytes
    salt: bytes
    commitment: bytes


def microseconds(at: datetime) -> int:
    """Return an instant as microseconds since 1970 in UTC."""
    return (at - _EPOCH) // _MICROSECOND


@cites("T-28", "T-29")
def encode(
    *,
    pseudonym: bytes,
    seq: int,
    prev: bytes,
    kind: str,
    amount: int,
    balance_after: int,
    at: datetime,
    lot_id: int,
    lot_issued_on: date,
    lot_last_valid_on: date,
    behaviour_id: int | None = None,
    behaviour_day: date | None = None,
    method_version_id: int | None = None,
    reduction_g: int | None = None,
    rule_version: str | None = None,
    redemption_id: int | None = None,
    correction_id: int | None = None,
) -> bytes:
    """Return the canonical encoding of one entry.

    Args:
        pseudonym: the account's random one; nothing about the holder is in an entry.
        prev: commitment of the account's entry before, empty for the first.
        balance_after: available hundredths of the account after this entry.

    Source: T-28, T-29.
    """
    fields: dict[str, Any] = {
        "account": pseudonym.hex(),
        "amount": amount,
        "at": microseconds(at),
        "balance": balance_after,
        "behaviour": behaviour_id,
        "behaviour_day": behaviour_day and behaviour_day.isoformat(),
        "correction": correction_id,
        "kind": str(kind),
        "lot": lot_id,
        "lot_issued_on": lot_issued_on.isoformat(),
        "lot_last_valid_on": lot_last_valid_on.isoformat(),
        "method_version": method_version_id,
        "prev": prev.hex(),
        "redemption": redemption_id,
        "reduction_g": reduction_g,
        "rule": rule_version,
        "seq": seq,
        "v": VERSION,
    }
    present = {name: value for name, value in fields.items() if value is not None}
    return json.dumps(present, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


@cites("T-28", "T-29")
def commitment(salt: bytes, encoding: bytes) -> bytes:
    """Return the commitment to an encoded entry: 32 bytes that say nothing without the salt.

    Source: T-28, T-29.
    """
    return sha256(PREFIX + salt + encoding).digest()


@cites("T-28", "CQ-34.10")
def seal(book: Book, change: Change, *, salt: bytes, at: datetime) -> Sealed:
    """Return the next entry's place in the account's chain and move the book on to it.

    Source: T-28, CQ-34.10.
    """
    seq, prev = book.last_seq + 1, book.head
    balance = book.available + AVAILABLE_SIGN[change.kind] * change.amount
    encoding = encode(
        pseudonym=book.pseudonym,
        seq=seq,
        prev=prev,
        kind=change.kind,
        amount=change.amount,
        balance_after=balance,
        at=at,
        lot_id=change.lot_id,
        lot_issued_on=change.lot_issued_on,
        lot_last_valid_on=change.lot_last_valid_on,
        redemption_id=change.redemption_id,
        correction_id=change.correction_id,
    )
    book.last_seq, book.available, book.head = seq, balance, commitment(salt, encoding)
    return Sealed(seq, balance, prev, salt, book.head)


class IssueTemplate:
    """Commits to issues of one instant under one rule, fast enough for hundreds of thousands.

    It writes what `encode` writes, with the parts that do not change filled in once; a test
    compares the two.
    """

    def __init__(self, *, at: datetime, rule_version: str, issued_on: date, last_valid_on: date) -> None:
        self._at = f'","amount":%d,"at":{microseconds(at)},"balance":%d,"behaviour":%d,"behaviour_day":"'
        self._days = (
            f',"lot_issued_on":"{issued_on.isoformat()}","lot_last_valid_on":"{last_valid_on.isoformat()}"'
            ',"method_version":'
        )
        self._rule = json.dumps(rule_version, ensure_ascii=False)

    @cites("T-28", "CQ-34.4")
    def commitment(
        self,
        pseudonym: str,
        seq: int,
        prev: str,
        points: int,
        balance_after: int,
        lot_id: int,
        behaviour_id: int,
        behaviour_day: date,
        method_version_id: int,
        reduction_g: int,
        salt: bytes,
    ) -> str:
        """Return the commitment to one issue, in hexadecimal as are `pseudonym` and `prev`.

        Source: T-28, CQ-34.4.
        """
        encoding = (
            f'{{"account":"{pseudonym}{self._at % (points, balance_after, behaviour_id)}{behaviour_day}'
            f'","kind":"issue","lot":{lot_id}{self._days}{method_version_id},"prev":"{prev}"'
            f',"reduction_g":{reduction_g},"rule":{self._rule},"seq":{seq},"v":{VERSION}}}'
        )
        return sha256(PREFIX + salt + encoding.encode()).hexdigest()
