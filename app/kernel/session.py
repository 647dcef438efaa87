"""Engine and transaction: the only place where a transaction begins and ends."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, create_engine
from sqlalchemy.orm import Session, sessionmaker


class _Database:
    """The engine of this process."""

    def __init__(self) -> None:
        self.engine: Engine | None = None
        self.sessions: sessionmaker[Session] | None = None


_database = _Database()


def make_engine(url: str, **options: Any) -> Engine:
    """Return an engine for PostgreSQL, READ COMMITTED, times in UTC.

    Args:
        url: `postgresql://…`; the driver is psycopg 3.
    """
    if url.startswith("postgresql://"):
        url = url.replace("postgresql://", "postgresql+psycopg://", 1)
    options.setdefault("pool_pre_ping", True)
    options.setdefault("pool_size", 4)
    options.setdefault("max_overflow", 4)
    options.setdefault("pool_timeout", 5)
    options.setdefault("hide_parameters", True)  # what people typed is not for logs
    return create_engine(url, isolation_level="READ COMMITTED", **options)


def configure(engine: Engine | None) -> None:
    """Set the engine of this process; None forgets it."""
    _database.engine = engine
    _database.sessions = (
        None if engine is None else sessionmaker(engine, expire_on_commit=False, autoflush=True)
    )


def use_sessions(sessions: "sessionmaker[Session] | None") -> None:
    """Take sessions from this maker; for tests, whose outer transaction is rolled back."""
    _database.sessions = sessions


def engine() -> Engine:
    """Return the engine of this process.

    Raises:
        RuntimeError: `configure` was not called.
    """
    if _database.engine is None:
        raise RuntimeError("the database is not configured")
    return _database.engine


@contextmanager
def transaction() -> Iterator[Session]:
    """Open a session, commit at the end of the block, roll back on any exception."""
    if _database.sessions is None:
        raise RuntimeError("the database is not configured")
    with _database.sessions() as session, session.begin():
        yield session


@contextmanager
def savepoint(session: Session) -> Iterator[Callable[[], None]]:
    """Try something within a transaction; any exception takes it back, the transaction goes on.

    Yields:
        A function to call when what the block did is to be taken back at its end.
    """
    nested = session.begin_nested()
    unwanted: list[bool] = []
    try:
        yield lambda: unwanted.append(True)
    except BaseException:
        nested.rollback()
        raise
    if unwanted:
        nested.rollback()
    else:
        nested.commit()


@contextmanager
def one_connection() -> Iterator[Callable[[], AbstractContextManager[Session]]]:
    """Hold one connection for several transactions, so that temporary tables and session locks last.

    Yields:
        What `transaction` is elsewhere, for this connection; it is closed for good afterwards.
    """
    if _database.sessions is None:
        raise RuntimeError("the database is not configured")
    if isinstance(_database.sessions.kw["bind"], Connection):  # a test, which holds one already
        yield transaction
        return
    with engine().connect() as connection:
        sessions = sessionmaker(connection, expire_on_commit=False, autoflush=True)

        @contextmanager
        def on_it() -> Iterator[Session]:
            with sessions() as session, session.begin():
                yield session

        try:
            yield on_it
        finally:
            connection.invalidate()  # what lasts in it is not for whoever comes next
