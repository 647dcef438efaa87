"""What the database keeps by itself, attacked with plain SQL as the application's role."""

from datetime import timedelta

import psycopg
import pytest
from psycopg import errors
from sqlalchemy import text

from app.kernel.session import transaction
from tests.builders import scenarios as builders
from tests.integration.intake.conftest import GIVEN, NOW, World
from tests.obligations import obligation


@pytest.fixture(scope="module")
def attacked(server):
    """A database with a scenario, an upload, a held row and a behaviour, for one attack after another."""
    import secrets

    from app.kernel import session as kernel_session
    from app.kernel.secrets import Keyring, use_keyring

    own = server.copy(f"test_{secrets.token_hex(6)}")
    engine = kernel_session.make_engine(own.app)
    kernel_session.configure(engine)
    use_keyring(Keyring(web=b"w" * 32, data=b"d" * 32, index=b"i" * 32))
    with transaction() as session:
        world = World(session, method_code="ebike.km", review_above_milli=60_000).link("ann")
        world.send(world.row(unit="km"), world.row(unit="km", quantity=61), world.row(user="x", unit="km"))
        session.execute(text("update held_row set decided_at = :at, decision = 'rejected'"), {"at": NOW})
        builders.applied(session, world.made.host, at=GIVEN, methods=("ebike.km",))
    kernel_session.configure(None)
    use_keyring(None)
    engine.dispose()
    with own.connect() as connection:
        yield connection
    own.cluster.drop_database(own.name)


def attack(connection: psycopg.Connection, statement: str) -> str | None:
    """Run a statement and take it back; return the SQLSTATE with which it was refused."""
    try:
        with connection.transaction(force_rollback=True):
            connection.execute(statement)
            connection.execute("set constraints all immediate")
    except errors.Error as refused:
        return refused.sqlstate
    return None


def upload_that(**values: object) -> str:
    """Write the statement that adds an upload with these values."""
    columns, given = ", ".join(values), ", ".join(map(str, values.values()))
    return (
        f"insert into upload (scenario_id, door, created_by, created_at, {columns})"
        f" select scenario_id, 'api', 'x', created_at, {given} from upload limit 1"
    )


CHECK, UNIQUE, RIGHT = "23514", "23505", "42501"


@obligation("CQ-34.1", "CQ-34.2", "CQ-32.4")
@pytest.mark.parametrize(
    ("statement", "state"),
    [
        # an upload goes forward, and every row has one outcome
        ("update upload set state = 'queued'", "TH040"),
        ("update upload set state = 'deciding'", "TH040"),
        ("update upload set decided = decided - 1", "TH040"),
        ("update upload set buckets_done = 0", "TH040"),
        (upload_that(state="'done'", rows=5), CHECK),
        (upload_that(state="'deciding'", rows=5, decided=3, outcomes="'{\"zero\": {\"a\": 2}}'"), CHECK),
        (upload_that(state="'failed'"), CHECK),
        # what is decided stays
        ("update held_row set decision = 'released'", "TH041"),
        ("update behaviour set reduction_g = 1", RIGHT),
        ("delete from behaviour", RIGHT),
        ("update intake_key set verdict = 'accepted'", RIGHT),
        ("delete from intake_key", RIGHT),
        ("update intake_outcome set outcome = 'accepted'", RIGHT),
        ("update mapping_profile set text = ''", RIGHT),
        ("update method_version set valid_from = '2000-01-01'", RIGHT),
        ("insert into intake_key select * from intake_key limit 1", UNIQUE),
        # a scenario goes its way
        ("update scenario set state = 'rejected' where state = 'listed'", "TH042"),
        ("update scenario set state = 'listed' where state = 'applied'", "TH042"),
        ("update scenario set state = 'agreed' where state = 'applied'", "TH042"),
        ("update scenario set host_agreed_at = null where state = 'listed'", CHECK),
        ("update scenario set host_id = 1", RIGHT),
        ("update scenario set lateness_days = 4000", CHECK),
        # an authorisation is given now and withdrawn once
        ("update authorisation set given_at = given_at - interval '1 year'", RIGHT),
        ("update authorisation set withdrawn_at = given_at - interval '1 second'", CHECK),
        ("delete from authorisation", RIGHT),
    ],
)  # fmt: skip
def test_an_attack_is_refused(attacked, statement, state):
    assert attack(attacked, statement) == state


BEHAVIOUR = """
    insert into behaviour (account_id, day, id, scenario_id, upload_id, row_no, authorisation_id,
           method_version_id, source_id, occurred_at, received_at, quantity_milli, computed_g, reduction_g)
    select account_id, {day}, nextval('behaviour_id_seq'), {scenario}, upload_id, row_no, {authorisation},
           {version}, source_id, {occurred}, received_at, quantity_milli, computed_g, {grams}
      from behaviour limit 1
"""
TRUE = {
    "day": "day", "scenario": "scenario_id", "authorisation": "authorisation_id",
    "version": "method_version_id", "occurred": "occurred_at", "grams": "reduction_g",
}  # fmt: skip


TOO_EARLY = f"timestamptz '{GIVEN - timedelta(seconds=1)}'"


def test_an_honest_behaviour_is_taken(attacked):
    assert attack(attacked, BEHAVIOUR.format(**TRUE)) is None


@obligation("CQ-34.1", "CQ-34.2", "CQ-31.3")
@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({"authorisation": "-1"}, "TH003"),
        ({"scenario": "(select max(id) from scenario)"}, "TH003"),
        ({"version": "-1"}, "TH003"),
        ({"occurred": "received_at + interval '1 second'"}, "TH003"),
        ({"occurred": TOO_EARLY, "day": f"({TOO_EARLY} at time zone 'Asia/Shanghai')::date"}, "TH003"),
        ({"day": "day + 1"}, CHECK),
        ({"grams": "0"}, CHECK),
        ({"grams": "computed_g + 1"}, CHECK),
    ],
)  # fmt: skip
def test_a_behaviour_without_ground_is_refused(attacked, changes, state):
    assert attack(attacked, BEHAVIOUR.format(**{**TRUE, **changes})) == state


def test_after_withdrawal_or_suspension_no_behaviour_is_taken(attacked):
    withdrawn = "update authorisation set withdrawn_at = now();"
    suspended = "update scenario set state = 'suspended' where state = 'listed';"

    assert attack(attacked, withdrawn + BEHAVIOUR.format(**TRUE)) == "TH003"
    assert attack(attacked, suspended + BEHAVIOUR.format(**TRUE)) == "TH003"


def test_readers_only_read(server, attacked):
    name = attacked.info.dbname
    for role in ("tht_read", "tht_audit"):
        with psycopg.connect(server.cluster.url(role, name), autocommit=True) as reader:
            assert attack(reader, "insert into upload (scenario_id) values (1)") == RIGHT
            assert attack(reader, "update scenario set state = 'listed'") == RIGHT
            assert attack(reader, "select count(*) from behaviour") is None
