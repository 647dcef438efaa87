"""What an attacker with a role's login can write: entries by plain SQL, right in all but what is attacked."""

import os
from datetime import date, datetime
from typing import Any

import psycopg
from psycopg.rows import dict_row

from app.kernel.days import day_in_china
from tests.builders.points import NOON

SIGNS = {"issue": 1, "release": 1, "cancel": 0}


def one(connection: psycopg.Connection, sql: str, *values: Any) -> dict[str, Any]:
    """Return the one row of a question."""
    with connection.cursor(row_factory=dict_row) as cursor:
        found = cursor.execute(sql, values).fetchone()
    assert found is not None
    return found


def entry(
    connection: psycopg.Connection,
    account_id: int,
    kind: str,
    amount: int,
    lot_id: int,
    *,
    at: datetime = NOON,
    salted: bool = True,
    table: str = "point_entry",
    skip: int = 0,
    **fields: Any,
) -> None:
    """Write one entry that continues the account's chain, unless `fields` say otherwise.

    Args:
        skip: how many numbers of the chain are left out.
    """
    head = one(
        connection,
        "select last_seq, available, head from account_balance where account_id = %s",
        account_id,
    )
    row: dict[str, Any] = {
        "account_id": account_id,
        "day": day_in_china(at),
        "acct_seq": head["last_seq"] + 1 + skip,
        "lot_id": lot_id,
        "kind": kind,
        "amount": amount,
        "balance_after": head["available"] + SIGNS.get(kind, -1) * amount,
        "at": at,
        "prev_commitment": head["head"],
        "commitment": os.urandom(32),
        **fields,
    }
    if salted:
        connection.execute(
            "insert into entry_salt (account_id, acct_seq, salt) values (%s, %s, %s)",
            (account_id, row["acct_seq"], os.urandom(32)),
        )
    names = ", ".join(row)
    holes = ", ".join(["%s"] * len(row))
    connection.execute(f"insert into {table} ({names}) values ({holes})", tuple(row.values()))


def issue(connection: psycopg.Connection, behaviour: int, lot_id: int, **fields: Any) -> None:
    """Write the issue of a behaviour, right unless `fields` say otherwise."""
    done = one(connection, "select * from behaviour where id = %s", behaviour)
    rule = one(
        connection,
        "select * from conversion_rule where valid_from <= %s order by valid_from desc limit 1",
        day_in_china(fields.get("at", NOON)),
    )
    said = {
        "behaviour_id": behaviour,
        "behaviour_day": done["day"],
        "method_version_id": done["method_version_id"],
        "reduction_g": done["reduction_g"],
        "rule_id": rule["id"],
        **fields,
    }
    account_id = said.pop("account_id", done["account_id"])
    amount = said.pop("amount", done["reduction_g"] * 100 // rule["grams_per_point"])
    entry(connection, account_id, "issue", amount, lot_id, **said)


def redemption(connection: psycopg.Connection, account_id: int, offer_id: int, **fields: Any) -> int:
    """Write a reservation of an offer, right unless `fields` say otherwise; return its id."""
    wanted = one(connection, "select * from offer where id = %s", offer_id)
    row: dict[str, Any] = {
        "account_id": account_id,
        "offer_id": offer_id,
        "merchant_id": wanted["merchant_id"],
        "key": os.urandom(8).hex(),
        "price": wanted["price"],
        "code": os.urandom(8).hex(),
        "state": "reserved",
        "created_at": NOON,
        "reserved_until": NOON.replace(day=NOON.day + 1),
        **fields,
    }
    names = ", ".join(row)
    holes = ", ".join(["%s"] * len(row))
    made = connection.execute(
        f"insert into redemption ({names}) values ({holes}) returning id", tuple(row.values())
    ).fetchone()
    assert made is not None
    return int(made[0])


def lot(
    connection: psycopg.Connection,
    account_id: int,
    issued_on: date = date(2026, 3, 10),
    last_valid_on: date = date(2031, 3, 9),
) -> int:
    """Write an empty lot of an account; return its id."""
    made = connection.execute(
        "insert into point_lot (account_id, issued_on, last_valid_on) values (%s, %s, %s) returning id",
        (account_id, issued_on, last_valid_on),
    ).fetchone()
    assert made is not None
    return int(made[0])
