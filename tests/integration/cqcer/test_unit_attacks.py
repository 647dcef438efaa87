"""Attacks with plain SQL, as each role: the database keeps its promises of units by itself.

One database serves the whole module: what a test does is rolled back.
"""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from types import SimpleNamespace
from typing import Any

import psycopg
import pytest
from psycopg import errors
from psycopg.errors import InsufficientPrivilege
from sqlalchemy.orm import Session

from app.kernel.secrets import Keyring, use_keyring
from app.kernel.session import make_engine
from cqcer import states
from tests.integration.cqcer import registry as build
from tests.obligations import obligation

LEDGER = ("holding", "block_tally", "issued_block", "number_line", "movement_step", "movement_part")


@pytest.fixture(scope="module")
def place(server):
    """A database with one registered project, 1000 units of it, and a second batch with its letter."""
    use_keyring(Keyring(web=b"w" * 32, data=b"d" * 32, index=b"i" * 32))
    own = server.copy(f"test_{secrets.token_hex(6)}")
    engine = make_engine(own.app)
    with Session(engine, expire_on_commit=False) as session:
        made = build.registry(session)
        made.at = build.issued(session, made, 1000)
        other = build.holder(session, made.agency[0])
        batch, at = build.batch(session, made, first=date(2022, 9, 15), last=date(2023, 9, 14), quantity=500)
        session.commit()
    found = SimpleNamespace(
        own=own, engine=engine, registry=made, owner=made.owner, other=other, at=made.at, batch=batch, then=at
    )
    yield found
    engine.dispose()
    own.cluster.drop_database(own.name)
    use_keyring(None)


@pytest.fixture
def connection(place):
    with psycopg.connect(place.own.app) as connection:
        yield connection
        connection.rollback()


@contextmanager
def refused(connection: psycopg.Connection[Any], *codes: str) -> Iterator[None]:
    with pytest.raises(errors.Error) as caught, connection.transaction():
        yield
    assert caught.value.sqlstate in codes, caught.value


@obligation("CQ-6.5")
@pytest.mark.parametrize("role", ["tht_app", "tht_read", "tht_audit"])
def test_no_role_writes_owner_or_state(place, role):
    with place.own.connect(role) as connection:
        for table in LEDGER:
            for sql in (f"DELETE FROM {table}", f"TRUNCATE {table}"):
                with pytest.raises(InsufficientPrivilege):
                    connection.execute(sql)
            for column in ("account_id", "state", "held", "end_no", "last_no", "quantity"):
                with pytest.raises(errors.Error) as caught:
                    connection.execute(f"UPDATE {table} SET {column} = {column}")
                assert caught.value.sqlstate in {"42501", "42703"}


@obligation("CQ-29.2", "CQ-30.3")
@pytest.mark.parametrize(
    ("sql", "code"),
    [
        ("UPDATE holding SET account_id = 2", "TH101"),
        ("INSERT INTO holding OVERRIDING SYSTEM VALUE SELECT * FROM holding", "TH101"),
        ("DELETE FROM holding", "TH101"),
        ("UPDATE block_tally SET held = 0, cancelled = issued", "TH101"),
        ("UPDATE issued_block SET end_no = end_no + 1", "TH002"),
        ("DELETE FROM issued_block", "TH002"),
        ("UPDATE number_line SET last_no = 0", "TH101"),
        ("UPDATE movement_step SET act = 'refuse'", "TH002"),
        ("DELETE FROM movement_part", "TH002"),
        ("UPDATE unit_movement SET quantity = 1", "TH101"),
        ("DELETE FROM life_step", "TH002"),
        ("UPDATE batch SET state = 'draft'", "TH101"),
        ("UPDATE registry_project SET category = 'sink'", "TH101"),
    ],
)
def test_not_even_the_owner_of_the_schema_writes_by_hand(place, sql, code):
    with place.own.connect("tht_owner") as connection, refused(connection, code):
        connection.execute(sql)


def propose(
    connection, place, *, kind="gift", first=1, last=10, quantity=10, taker=None, state="held", **more
):
    columns = {
        "kind": kind,
        "giving_account_id": place.owner.account.id,
        "taking_account_id": taker if taker is not None else place.other.account.id,
        "from_state": state,
        "quantity": quantity,
        "usage": "{}",
        "proposed_by": place.owner.initiator.ref,
        "proposed_at": place.at,
        **more,
    }
    if columns["taking_account_id"] == 0:
        columns["taking_account_id"] = None
    names, marks = ", ".join(columns), ", ".join(["%s"] * len(columns))
    movement = connection.execute(
        f"INSERT INTO unit_movement ({names}) VALUES ({marks}) RETURNING id", list(columns.values())
    ).fetchone()[0]
    connection.execute("INSERT INTO movement_part VALUES (%s, %s, %s)", (movement, first, last))
    return movement


def take_step(connection, movement, number, act, state, actor, at, representative=None, waits=None):
    connection.execute(
        "INSERT INTO movement_step (movement_id, number, act, state, actor, representative_id,"
        " second_factor, at, waits_until, checks) VALUES (%s, %s, %s, %s, %s, %s, true, %s, %s, '[]')",
        (movement, number, act, state, actor, representative, at, waits),
    )


def representative(connection, actor):
    return connection.execute(
        "SELECT id FROM account_representative WHERE staff_user_id = %s", (actor.staff_id,)
    ).fetchone()[0]


@obligation("Q-49")
def test_one_person_cannot_propose_and_confirm_by_sql(connection, place):
    initiator = representative(connection, place.owner.initiator)
    ref = place.owner.initiator.ref
    movement = propose(connection, place)
    take_step(connection, movement, 1, "propose", "proposed", ref, place.at, initiator)
    with refused(connection, "TH115"):
        take_step(connection, movement, 2, "confirm", "confirmed", ref, place.at, initiator)
    with refused(connection, "TH116"):
        take_step(connection, movement, 2, "confirm", "confirmed", "staff:999", place.at, initiator)


@obligation("CQ-30.3")
def test_steps_out_of_turn_are_refused_by_sql(connection, place):
    initiator = representative(connection, place.owner.initiator)
    confirmer = representative(connection, place.owner.confirmer)
    one, two = place.owner.initiator.ref, place.owner.confirmer.ref
    movement = propose(connection, place)
    take_step(connection, movement, 1, "propose", "proposed", one, place.at, initiator)
    for act, state, code in (
        ("execute", "executed", "TH100"),
        ("wait", "waiting", "TH100"),
        ("confirm", "executed", "TH114"),
        ("propose", "proposed", "TH100"),
    ):
        with refused(connection, code):
            take_step(connection, movement, 2, act, state, two, place.at, confirmer)
    with refused(connection, "TH114"):
        take_step(connection, movement, 3, "confirm", "confirmed", two, place.at, confirmer)
    take_step(connection, movement, 2, "confirm", "confirmed", two, place.at, confirmer)
    later = place.at.replace(year=place.at.year + 1)
    take_step(connection, movement, 3, "wait", "waiting", two, place.at, None, later)
    with refused(connection, "TH121"):
        take_step(connection, movement, 4, "execute", "executed", two, place.at)
    with refused(connection, "TH110"):
        connection.execute("INSERT INTO movement_part VALUES (%s, 11, 20)", (movement,))


@obligation("CQ-30.3")
@pytest.mark.parametrize(
    ("first", "last", "quantity", "code"),
    [
        (1, 9, 10, "TH119"),  # the parts do not add up
        (1001, 1010, 10, "TH111"),  # never issued
        (995, 1004, 10, "TH111"),  # partly never issued
    ],
)
def test_units_that_are_not_there_cannot_be_moved(connection, place, first, last, quantity, code):
    initiator = representative(connection, place.owner.initiator)
    movement = propose(connection, place, first=first, last=last, quantity=quantity)
    with refused(connection, code):
        take_step(
            connection, movement, 1, "propose", "proposed", place.owner.initiator.ref, place.at, initiator
        )


@obligation("CQ-30.3", "CQ-27.4")
def test_anothers_units_and_reserved_units_cannot_be_moved(connection, place):
    initiator = representative(connection, place.owner.initiator)
    ref = place.owner.initiator.ref
    first = propose(connection, place, first=1, last=10)
    take_step(connection, first, 1, "propose", "proposed", ref, place.at, initiator)
    second = propose(connection, place, first=10, last=19)
    with refused(connection, "TH111"):
        take_step(connection, second, 1, "propose", "proposed", ref, place.at, initiator)
    theirs = representative(connection, place.other.initiator)
    stolen = propose(
        connection,
        place,
        first=500,
        last=509,
        giving_account_id=place.other.account.id,
        taker=place.owner.account.id,
        proposed_by=place.other.initiator.ref,
    )
    with refused(connection, "TH111", "TH120"):
        take_step(connection, stolen, 1, "propose", "proposed", place.other.initiator.ref, place.at, theirs)
    assert connection.execute("SELECT held, reserved FROM block_tally").fetchone() == (990, 10)


@obligation("CQ-20.5", "CQ-26.2")
@pytest.mark.parametrize(
    ("kind", "more"),
    [
        ("gift", {"state": "cancelled"}),
        ("cancel", {"taker": 0, "purpose": "compliance_offset"}),
        ("cancel", {"taker": 0}),
        ("freeze", {"taker": 0}),
        ("issue", {}),
        ("mint", {}),
        ("gift", {"state": "frozen_order"}),
        ("gift", {"state": "reserved"}),
        ("cancel", {"taker": 0, "purpose": "forced"}),
    ],
)
def test_a_movement_that_no_rule_knows_cannot_be_written(connection, place, kind, more):
    with refused(connection, "TH100", "23514"):
        propose(connection, place, kind=kind, **more)


@obligation("CQ-20.5", "CQ-19.2")
@pytest.mark.parametrize("quantity", [499, 501])
def test_units_are_as_many_as_the_letter_says(place, quantity):
    later = place.then.replace(year=place.then.year + 1, month=1)

    with (
        Session(place.engine) as session,
        pytest.raises(Exception, match="as many as the letter says") as caught,
    ):
        build.issue(session, place.registry, session.merge(place.batch), quantity, later)

    assert getattr(caught.value, "orig").sqlstate == "TH113"  # noqa: B009


@obligation("CQ-20.7", "Q-07")
def test_a_second_batch_in_one_calendar_year_is_not_registered(place):
    with Session(place.engine) as session, pytest.raises(Exception, match="once_a_year"):
        build.issue(session, place.registry, session.merge(place.batch), 500, place.then)


@obligation("CQ-20.5")
def test_a_batch_is_not_registered_without_its_units_and_numbers_go_on(place):
    later = place.then.replace(year=place.then.year + 1, month=1)
    with Session(place.engine) as session:
        build.register(session, session.merge(place.batch), later)
        with pytest.raises(Exception, match="by issuing its units"):
            session.commit()

    with Session(place.engine) as session:
        build.issue(session, place.registry, session.merge(place.batch), 500, later)
        blocks = session.connection().exec_driver_sql("SELECT start_no, end_no FROM issued_block ORDER BY 1")
        assert [tuple(row) for row in blocks] == [(1, 1000), (1001, 1500)]


def test_the_lives_of_the_database_are_those_of_the_code(place):
    lives: dict[str, Any] = {
        "methodology": states.METHODOLOGY,
        "project": states.PROJECT,
        "batch": states.BATCH,
        "notice": states.NOTICE,
        "offset": states.OFFSET,
        "account": states.ACCOUNT,
        "movement": states.MOVEMENT,
        "national_project": states.NATIONAL_PROJECT,
        "national_batch": states.NATIONAL_BATCH,
        "recognition": states.RECOGNITION,
        "proposal": states.PROPOSAL,
        "commission": states.COMMISSION,
        "order": states.ORDER,
        "blocking": states.BLOCKING,
        "units": states.UNITS,
    }
    ours = {
        (name, str(present or ""), str(act), str(to))
        for name, life in lives.items()
        for (present, act), to in life.items()
    }

    with place.own.connect("tht_read") as connection:
        theirs = set(connection.execute("SELECT life, from_state, act, to_state FROM life_step"))

    assert theirs == ours


def test_an_account_with_units_stays_open_and_represented(connection, place):
    account = place.owner.account.id
    change = "UPDATE holding_account SET state = %s, closed_at = %s WHERE id = %s"
    with refused(connection, "TH104"):
        connection.execute(change, ("closed", place.at, account))
    with refused(connection, "TH100"):
        connection.execute(change, ("applied", None, account))
    connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
    with refused(connection, "TH106"):
        connection.execute(
            "UPDATE account_representative SET ended_at = appointed_at"
            " WHERE account_id = %s AND role = 'confirming'",
            (account,),
        )


@obligation("CQ-17.13")
def test_not_even_the_owner_of_the_tables_deletes_a_paper_of_a_project(place):
    with place.own.connect("tht_owner") as connection:
        for sql, code in (
            ("DELETE FROM document WHERE id IN (SELECT document_id FROM vv_report)", "TH320"),
            ("DELETE FROM vv_report", "TH002"),
            ("DELETE FROM case_document", "TH002"),
        ):
            with refused(connection, code):
                connection.execute(sql)
