"""Fixtures for tests on real PostgreSQL.

A run has one throw-away server, started by the first test that needs it. Each worker has one
database, a copy of a migrated template; `session` rolls back what a test did, `committed` gives a
test a database of its own. Deferred constraints speak at a real commit only: test them in
`committed`, or with `SET CONSTRAINTS ALL IMMEDIATE`.
"""

import secrets
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from sqlalchemy import Connection, Engine
from sqlalchemy.orm import Session, sessionmaker

from app.kernel import session as kernel_session
from app.kernel.secrets import Keyring, use_keyring
from tests import left_behind
from tests.server import Database, ThrowAwayServer

pytest_plugins = ["tests.fixtures.browser", "tests.fixtures.door", "tests.fixtures.people"]
settings.register_profile("suite", deadline=None)  # a busy machine is slow, not wrong
settings.load_profile("suite")

SERVER = pytest.StashKey[ThrowAwayServer]()


def pytest_configure(config: pytest.Config) -> None:
    """Name the server of this run; workers are told by the controller."""
    worker = getattr(config, "workerinput", None)
    if worker is not None:
        config.stash[SERVER] = ThrowAwayServer(Path(worker["server_folder"]))
        return
    config.stash[SERVER] = ThrowAwayServer.new()
    left_behind.mark(config.stash[SERVER].folder.name)
    for ending in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(ending, signal.default_int_handler)  # end like Ctrl-C: clear away first


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell a worker where the server of this run is."""
    node.workerinput["server_folder"] = str(node.config.stash[SERVER].folder)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Clear away, and fail a run whose tests left processes behind."""
    if getattr(session.config, "workerinput", None) is not None:
        return
    session.config.stash[SERVER].remove()
    if left := left_behind.processes():
        print("\nThe tests left processes behind:", *left, sep="\n  ")  # noqa: T201
        session.exitstatus = session.exitstatus or pytest.ExitCode.TESTS_FAILED


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the server and delete it, however the run ended."""
    if getattr(config, "workerinput", None) is None and SERVER in config.stash:
        config.stash[SERVER].remove()


@pytest.fixture(scope="session")
def server(request: pytest.FixtureRequest) -> ThrowAwayServer:
    """The PostgreSQL server of this run, running."""
    started = request.config.stash[SERVER]
    started.template()
    return started


@pytest.fixture(scope="session")
def database(server: ThrowAwayServer, worker_id: str) -> Database:
    """The migrated database of this worker; its addresses: `owner`, `app`, `read`, `audit`."""
    return server.copy(f"test_{worker_id}")


@pytest.fixture(scope="session")
def engine(database: Database) -> Iterator[Engine]:
    """An engine of the application's role on this worker's database."""
    engine = kernel_session.make_engine(database.app)
    yield engine
    engine.dispose()


@pytest.fixture
def keyring() -> Iterator[Keyring]:
    """Keys of the installation, the same in every test."""
    ring = Keyring(web=b"w" * 32, data=b"d" * 32, index=b"i" * 32)
    use_keyring(ring)
    yield ring
    use_keyring(None)


@pytest.fixture
def connection(engine: Engine) -> Iterator[Connection]:
    """A connection of `tht_app` whose transaction is rolled back after the test."""
    with engine.connect() as connection:
        outer = connection.begin()
        yield connection
        outer.rollback()


@pytest.fixture
def session(connection: Connection, engine: Engine, keyring: Keyring) -> Iterator[Session]:
    """A session that leaves nothing; `transaction()` of the application opens others beside it."""
    sessions = sessionmaker(
        connection, expire_on_commit=False, autoflush=True, join_transaction_mode="create_savepoint"
    )
    kernel_session.configure(engine)
    kernel_session.use_sessions(sessions)
    with sessions() as session:
        yield session
    kernel_session.configure(None)


@pytest.fixture
def committed(server: ThrowAwayServer, keyring: Keyring) -> Iterator[Database]:
    """A migrated database for one test alone, where `transaction()` really commits; then dropped."""
    own = server.copy(f"test_{secrets.token_hex(6)}")
    engine = kernel_session.make_engine(own.app)
    kernel_session.configure(engine)
    yield own
    kernel_session.configure(None)
    engine.dispose()
    own.cluster.drop_database(own.name)
