"""The statements of the intake when statistics lie: what they go through is a few times the rows, no more."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import Any

from sqlalchemy import event, text

from app.journeys import intake
from app.kernel import clock
from app.kernel.session import engine, transaction
from tests.builders import scenarios as builders
from tests.integration.intake.conftest import GIVEN, NOW, World
from tests.obligations import obligation

ROWS = 2_000
USERS = 1_600  # so many that their tables have more pages than an index look-up costs
LARGE = "authorisation, behaviour, intake_key, intake_outcome, held_row, point_entry, entry_salt, point_lot"
OURS = ("stage", "linked", "judged", "verdict", "accepted")


class TakenBack(Exception):
    """The load did not come to its commit."""


def rows(shift=0):
    """Rows of which most are good, some beyond the caps, some of people nobody knows, some who withdrew."""
    return [
        (
            f"r{number + shift}",
            f"{'xyz'[number % 3]}{number}" if number % 4 == 0 else f"u{number % USERS}",
            (NOW - timedelta(minutes=number)).isoformat(),
            1,
            "ride",
        )
        for number in range(ROWS)
    ]


def gone_through(plan: dict[str, Any]) -> float:
    """Return how many rows a plan produced, threw away or compared, over all its steps."""
    counted = ("Actual Rows", "Rows Removed by Filter", "Rows Removed by Join Filter")
    rows = sum(float(plan.get(name, 0)) for name in counted) * float(plan["Actual Loops"])
    return rows + sum(gone_through(step) for step in plan.get("Plans", ()))


@contextmanager
def measured() -> Iterator[dict[str, float]]:
    """Run every statement on the tables of a bucket twice, first to count and take back."""
    most: dict[str, float] = {}

    def count(conn, cursor, statement, parameters, context, executemany):
        words = statement.lower().split()
        if words[0] not in {"insert", "update", "select", "with", "delete"} or not any(
            name in statement for name in OURS
        ):
            return
        with conn.connection.driver_connection.cursor() as own:
            own.execute("savepoint measured")
            own.execute(f"explain (analyze, timing off, format json) {statement}", parameters)
            (plans,) = own.fetchone()
            own.execute("rollback to savepoint measured")
        most[" ".join(words)] = gone_through(plans[0]["Plan"])

    event.listen(engine(), "before_cursor_execute", count)
    try:
        yield most
    finally:
        event.remove(engine(), "before_cursor_execute", count)


@obligation("CQ-30.1", "CQ-34.1")
def test_no_statement_goes_through_all_rows_for_each_row_though_the_tables_seem_empty(committed):
    with clock.frozen(NOW):
        with transaction() as session:
            world = World(session, cap_count=2, cap_count_year=3)
        with suppress(TakenBack), transaction() as session:
            world.session = session
            world.link(*(f"u{number}" for number in range(USERS)))
            world.send(*(world.row(user=f"u{number}") for number in range(1_000)))
            raise TakenBack
        with committed.connect("tht_owner") as other:
            other.execute(f"analyze {LARGE}")
            seeming = other.execute(
                "select count(*) from pg_class where relname in ('authorisation', 'intake_key', 'point_lot',"
                " 'behaviour_p202606') and relpages > 0 and reltuples = 0"
            ).fetchone()
        with transaction() as session:
            builders.link(session, world.made.scenario, [f"u{n}" for n in range(USERS)], given_at=GIVEN)
            gone = [f"x{number}" for number in range(0, ROWS, 12)]
            builders.link(session, world.made.scenario, gone, given_at=GIVEN)
            session.execute(
                text("update authorisation set withdrawn_at = :at where host_user like 'x%'"), {"at": NOW}
            )
        found: dict[str, float] = {}
        for shift in (0, ROWS // 2):
            with transaction() as session:
                upload = intake.submit_file(
                    session,
                    actor=world.made.host,
                    scenario_code=world.made.code,
                    received=builders.stored(builders.csv_file(rows(shift))),
                    filename="rows.csv",
                    media_type="text/csv",
                    at=NOW,
                ).id
            with measured() as most:
                assert intake.process(upload, now=clock.now)
            found |= {f"{words[:90]} {shift}": rows / ROWS for words, rows in most.items()}

    assert seeming == (4,)
    assert len(found) > 24
    assert {words: times for words, times in found.items() if times > 20} == {}
