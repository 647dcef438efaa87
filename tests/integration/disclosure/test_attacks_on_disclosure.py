"""What the database keeps of disclosure, against plain SQL of each role that can write at all."""

from datetime import UTC, date, datetime

import psycopg
import pytest

from app.disclosure.chain import START, hash_of
from app.kernel.session import make_engine
from tests.obligations import obligation

PRIVILEGE = "42501"
CHECK = "23514"
TWICE = "23505"
FOREIGN = "23503"
NIGHT = datetime(2026, 11, 1, 17, 30, tzinfo=UTC)  # 01:30 on 2 November in China

DAY = "insert into disclosure_day (day, closed_at) values (%s, %s)"
STEP = "insert into disclosure_step (measure, cell, day, amount, people) values (%s, %s, %s, %s, %s)"
SNAPSHOT = (
    "insert into disclosure_snapshot (id, number, month, edition, corrects_id, reason, body, prev_hash,"
    " hash, made_by, made_at) values (%s, %s, %s, %s, %s, %s, %s, %s, %s, 'system:0', %s)"
)


def snapshot(c, number, month, edition, *, place, before=START, corrects=None, reason=None, body="{}"):
    """Write a snapshot by plain SQL; return its hash."""
    found = hash_of(body, before)
    c.execute(SNAPSHOT, (place, number, month, edition, corrects, reason, body, before, found, NIGHT))
    return found


def first_snapshot(c):
    return snapshot(c, "D-202610-1", date(2026, 10, 1), 1, place=1)


COLUMN = {"disclosure_day": "day", "disclosure_step": "amount", "disclosure_snapshot": "body"}
REWRITING = [
    statement
    for table, column in COLUMN.items()
    for statement in (
        f"update {table} set {column} = {column}",
        f"delete from {table}",
        f"truncate {table} cascade",
    )
]

FALSE = {
    "a figure of nine people": (CHECK, lambda c: c.execute(STEP, ("issued", "x", "2026-10-31", 5, 9))),
    "a figure of a day that is past": (
        "TH141",
        lambda c: c.execute(STEP, ("issued", "x", "2026-10-30", 5, 10)),
    ),
    "a figure of a day that was never added up": (
        "TH141",
        lambda c: c.execute(STEP, ("issued", "x", "2026-11-01", 5, 10)),
    ),
    "the same figure twice": (
        TWICE,
        lambda c: [c.execute(STEP, ("issued", "x", "2026-10-31", 5, 10)) for _ in range(2)],
    ),
    "a day left out": ("TH140", lambda c: c.execute(DAY, ("2026-11-02", datetime(2026, 11, 3, tzinfo=UTC)))),
    "a day before it has settled": (
        CHECK,
        lambda c: c.execute(DAY, ("2026-11-01", datetime(2026, 11, 1, 16, 29, tzinfo=UTC))),
    ),
    "a month that is not over": (
        "TH143",
        lambda c: snapshot(c, "D-202611-1", date(2026, 11, 1), 1, place=1),
    ),
    "a hash of something else": (
        CHECK,
        lambda c: c.execute(
            SNAPSHOT,
            (
                1,
                "D-202610-1",
                date(2026, 10, 1),
                1,
                None,
                None,
                "{}",
                START,
                hash_of("{ }", START),
                NIGHT,
            ),
        ),
    ),
    "a number of another month": (
        CHECK,
        lambda c: snapshot(c, "D-202609-1", date(2026, 10, 1), 1, place=1),
    ),
    "a gap in the chain": ("TH142", lambda c: snapshot(c, "D-202610-1", date(2026, 10, 1), 1, place=2)),
    "a second first edition": (
        TWICE,
        lambda c: snapshot(c, "D-202610-1", date(2026, 10, 1), 1, place=2, before=first_snapshot(c)),
    ),
    "a branch of the chain": (
        "TH142",
        lambda c: [
            first_snapshot(c),
            snapshot(c, "D-202610-2", date(2026, 10, 1), 2, place=2, corrects=1, reason="x"),
        ],
    ),
    "a correction without a reason": (
        CHECK,
        lambda c: snapshot(
            c, "D-202610-2", date(2026, 10, 1), 2, place=2, before=first_snapshot(c), corrects=1
        ),
    ),
    "a correction that leaves an edition out": (
        "TH144",
        lambda c: snapshot(
            c,
            "D-202610-3",
            date(2026, 10, 1),
            3,
            place=2,
            before=first_snapshot(c),
            corrects=1,
            reason="x",
        ),
    ),
}


@pytest.fixture
def attack(database):
    """Try an act as a role, after October was added up; everything is taken back."""

    def tried(role, act):
        address = database.owner if role == "tht_owner" else database.app
        with psycopg.connect(address) as connection:
            try:
                for day in range(30, 32):
                    connection.execute(DAY, (date(2026, 10, day), NIGHT))
                act(connection)
            except psycopg.Error as refused:
                return refused.sqlstate
            finally:
                connection.rollback()
        return "nothing was refused"

    return tried


@obligation("CQ-36.5", "T-62")
@pytest.mark.parametrize("role", ["tht_app", "tht_owner"])
def test_what_was_published_is_not_rewritten(attack, role):
    expected = PRIVILEGE if role == "tht_app" else "TH002"
    wrong = {
        statement: found
        for statement in REWRITING
        if (found := attack(role, lambda c, said=statement: c.execute(said))) != expected
    }

    assert wrong == {}


@obligation("CQ-36.5", "T-62")
@pytest.mark.parametrize("role", ["tht_app", "tht_owner"])
def test_nothing_false_is_published(attack, role):
    wrong = {way: found for way, (code, act) in FALSE.items() if (found := attack(role, act)) != code}

    assert wrong == {}


def test_what_is_true_is_published(attack):
    def act(c):
        c.execute(STEP, ("issued", "x", "2026-10-31", 5, 10))
        before = first_snapshot(c)
        snapshot(c, "D-202610-2", date(2026, 10, 1), 2, place=2, before=before, corrects=1, reason="x")

    assert attack("tht_app", act) == "nothing was refused"


@obligation("T-62")
def test_readers_of_figures_do_not_see_who_waits(database):
    engine = make_engine(database.read)

    with engine.connect() as connection, pytest.raises(Exception, match="permission denied"):
        connection.exec_driver_sql("select * from disclosure_waiting")

    engine.dispose()
