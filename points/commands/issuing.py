"""Issuing points (发放) for a set of accepted behaviours: no statement per row."""

import secrets
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, Final, NamedTuple

import psycopg
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.kernel.days import day_in_china
from app.kernel.sources import cites
from points import chain, lots
from points.models import ConversionRule
from points.queries import rule_on
from points.rules import points_of
from points.values import Issued

CHUNK: Final = 25_000
"""Rows a statement: longer ones gain nothing, shorter ones pay for the statement."""

_LOTS: Final = text("""
    insert into point_lot (account_id, issued_on, last_valid_on)
    select account_id, :issued_on, :last_valid_on from (select distinct account_id from accepted) a
     order by account_id
    on conflict (account_id, issued_on, last_valid_on) do nothing
""")
# Looked up one by one within the statement: whatever the tables seem to hold, no set is joined with another.
_ACCOUNTS: Final = text("""
    select a.account_id, encode(c.pseudonym, 'hex'), l.id, b.last_seq, b.available, encode(b.head, 'hex')
      from (select distinct account_id from accepted) a
     cross join lateral (select pseudonym from carbon_account where id = a.account_id offset 0) c
     cross join lateral (select last_seq, available, head from account_balance
                          where account_id = a.account_id offset 0) b
     cross join lateral (select id from point_lot
                          where account_id = a.account_id and issued_on = :issued_on
                            and last_valid_on = :last_valid_on offset 0) l
""")
_ROWS: Final = """
    select account_id, behaviour_id, day, grams, method_version_id from accepted
     order by account_id, behaviour_id
"""
_SALTS: Final = "copy entry_salt (account_id, acct_seq, salt) from stdin"
_ENTRIES: Final = """
    copy point_entry (account_id, day, acct_seq, lot_id, kind, amount, balance_after, at, behaviour_id,
                      behaviour_day, method_version_id, rule_id, reduction_g, prev_commitment, commitment)
    from stdin
"""


class _Place:
    """An account's place in its chain while its behaviours go by; `head` in hexadecimal."""

    __slots__ = ("available", "head", "lot_id", "pseudonym", "seq")

    def __init__(self, pseudonym: str, lot_id: int, seq: int, available: int, head: str) -> None:
        self.pseudonym, self.lot_id, self.seq = pseudonym, lot_id, seq
        self.available, self.head = available, head


class _Sums(NamedTuple):
    """What a chunk came to."""

    points: int
    grams: int


@cites("CQ-34.3", "CQ-34.4", "CQ-42.14", "Q-38", "Q-50")
def issue_accepted(session: Session, *, at: datetime) -> Issued:
    """Issue points for every row of the temporary table `accepted`, left there by the intake.

    Its columns are `behaviour_id, account_id, day, grams, method_version_id`; the behaviours are
    written and their accounts locked (`lock_accounts_in`) in this transaction. Points follow from
    grams by the rule in force on the day of issue; the database checks each against its behaviour.

    Raises:
        RuleMissing: no conversion rule is in force on the day.

    Source: CQ-34.3, CQ-34.4, CQ-42.14, Q-38, Q-50.
    """
    today = day_in_china(at)
    rule = rule_on(session, today)
    last_valid_on = lots.last_valid_day(today, rule.validity_months)
    session.flush()
    session.execute(text("analyze accepted"))
    days = {"issued_on": today, "last_valid_on": last_valid_on}
    session.execute(_LOTS, days)
    places = {row[0]: _Place(*row[1:]) for row in session.execute(_ACCOUNTS, days)}
    template = chain.IssueTemplate(
        at=at, rule_version=rule.version, issued_on=today, last_valid_on=last_valid_on
    )
    entries = points = grams = 0
    connection = _driver(session)
    for rows in _chunks(connection):
        sums = _write(connection, rows, places, template, rule, today, at)
        entries += len(rows)
        points += sums.points
        grams += sums.grams
    return Issued(
        entries=entries, accounts=len(places), reduction_g=grams, points=points, rule_version=rule.version
    )


def _write(
    connection: psycopg.Connection[Any],
    rows: list[Any],
    places: dict[int, _Place],
    template: chain.IssueTemplate,
    rule: ConversionRule,
    today: date,
    at: datetime,
) -> _Sums:
    """Write one chunk: the salts, then the entries, each as one stream."""
    random = secrets.token_bytes(chain.SALT_LENGTH * len(rows))
    instant, grams_per_point, rule_id = at.isoformat(), rule.grams_per_point, rule.id
    salts: list[str] = []
    entries: list[str] = []
    points_sum = grams_sum = start = 0
    for account_id, behaviour_id, day, grams, method_version_id in rows:
        place = places[account_id]
        salt = random[start : start + chain.SALT_LENGTH]
        start += chain.SALT_LENGTH
        points = points_of(grams, grams_per_point)
        place.seq += 1
        place.available += points
        prev = place.head
        place.head = template.commitment(
            place.pseudonym, place.seq, prev, points, place.available, place.lot_id, behaviour_id, day,
            method_version_id, grams, salt,
        )  # fmt: skip
        salts.append(f"{account_id}\t{place.seq}\t\\\\x{salt.hex()}\n")
        entries.append(
            f"{account_id}\t{today}\t{place.seq}\t{place.lot_id}\tissue\t{points}\t{place.available}\t{instant}"
            f"\t{behaviour_id}\t{day}\t{method_version_id}\t{rule_id}\t{grams}\t\\\\x{prev}\t\\\\x{place.head}\n"
        )
        points_sum += points
        grams_sum += grams
    with connection.cursor() as cursor:
        for statement, lines in ((_SALTS, salts), (_ENTRIES, entries)):
            with cursor.copy(statement) as stream:
                stream.write("".join(lines))
    return _Sums(points_sum, grams_sum)


def _chunks(connection: psycopg.Connection[Any]) -> Iterator[list[Any]]:
    with connection.cursor(name="accepted_rows") as rows:
        rows.execute(_ROWS)
        while chunk := rows.fetchmany(CHUNK):
            yield chunk


def _driver(session: Session) -> psycopg.Connection[Any]:
    connection = session.connection().connection.driver_connection
    if not isinstance(connection, psycopg.Connection):
        raise TypeError("the ledger is written through psycopg")
    return connection
