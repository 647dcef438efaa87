"""Run the migrations, as the owner of the schema (`tht_owner`).

The address comes from `DATABASE_OWNER_URL`, else `DATABASE_URL`; `make migrate` sets it. The tables of the
application are looked at only by `make migration` and `alembic check`: applying a migration
imports nothing from the application.
"""

import os
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from alembic import context
from sqlalchemy import Connection, MetaData, create_engine, pool, text

ONE_AT_A_TIME = 0x74687431  # key of the advisory lock: two servers starting together apply each step once
TABLES = ("app.kernel.tables", "app.identity.models", "scenarios.models", "points.models", "cqcer.models")


def address() -> str:
    """Return the address of the database, for psycopg 3."""
    url = (
        context.config.attributes.get("url")
        or os.environ.get("DATABASE_OWNER_URL")
        or os.environ.get("DATABASE_URL")
    )
    if not url:
        raise SystemExit("Which database? Use `make migrate`, or set DATABASE_OWNER_URL.")
    return str(url).replace("postgresql://", "postgresql+psycopg://", 1)


def tables() -> MetaData | None:
    """Return all tables of the application where they are compared with the database, else None."""
    chosen = getattr(context.config.cmd_opts, "cmd", None)
    compares = getattr(context.config.cmd_opts, "autogenerate", False) or (
        chosen is not None and chosen[0].__name__ == "check"
    )
    if not (compares or context.config.attributes.get("compare")):
        return None

    from app.kernel.base import Base

    for name in TABLES:
        if find_spec(name):
            import_module(name)
    return Base.metadata


def is_compared(_thing: Any, name: str | None, kind: str, reflected: bool, _other: Any) -> bool:
    """Leave out what the migrations make by hand: partitions, named `<table>_p…`, and their indexes."""
    return not (reflected and kind in {"table", "index"} and name is not None and "_p2" in name)


def migrate(connection: Connection) -> None:
    """Apply the chosen steps, each in a transaction of its own."""
    connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": ONE_AT_A_TIME})
    connection.commit()
    context.configure(
        connection=connection,
        target_metadata=tables(),
        transaction_per_migration=True,
        compare_type=True,
        include_object=is_compared,
    )
    with context.begin_transaction():
        context.run_migrations()


def online() -> None:
    """Connect and migrate; closing the connection gives the lock back."""
    given = context.config.attributes.get("connection")
    if given is not None:
        migrate(given)
        return
    engine = create_engine(address(), poolclass=pool.NullPool)
    with engine.connect() as connection:
        migrate(connection)


if context.is_offline_mode():
    context.configure(url=address(), target_metadata=None, literal_binds=True)
    with context.begin_transaction():
        context.run_migrations()
else:
    online()
