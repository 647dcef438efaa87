"""The database roles: who may do what on the server.

`tht_owner` owns the schema and runs migrations, `tht_app` is the application and has no DDL,
`tht_read` and `tht_audit` only read. What each may do with a table, the migrations say.
"""

from collections.abc import Mapping

import psycopg
from psycopg import sql

OWNER = "tht_owner"
APP = "tht_app"
READ = "tht_read"
AUDIT = "tht_audit"
ROLES = (OWNER, APP, READ, AUDIT)
DATABASE = "tanhuitong"

BY_HAND = """\
The roles of the application are missing, and this login may not make them. Let an administrator of the
database run:
    CREATE ROLE tht_owner; CREATE ROLE tht_app; CREATE ROLE tht_read; CREATE ROLE tht_audit;
    GRANT tht_owner TO "{owner}"; GRANT tht_app TO "{app}";
    ALTER DATABASE "{database}" OWNER TO tht_owner;
    GRANT CONNECT, TEMPORARY ON DATABASE "{database}" TO tht_app, tht_read, tht_audit;"""


class RolesMissing(Exception):
    """The roles are not there and cannot be made with this login."""


def make_with_passwords(connection: psycopg.Connection, passwords: Mapping[str, str]) -> None:
    """Make the four roles as logins, or give them these passwords; for a server of our own."""
    known = _known(connection)
    for role in ROLES:
        verb = "ALTER" if role in known else "CREATE"
        connection.execute(
            sql.SQL(verb + " ROLE {} LOGIN PASSWORD {}").format(
                sql.Identifier(role), sql.Literal(passwords[role])
            )
        )


def grant_database(connection: psycopg.Connection, database: str) -> None:
    """Let the roles connect to a database and keep everybody else out."""
    name = sql.Identifier(database)
    readers = sql.SQL(", ").join(map(sql.Identifier, (APP, READ, AUDIT)))
    connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(name))
    connection.execute(sql.SQL("GRANT CONNECT, TEMPORARY ON DATABASE {} TO {}").format(name, readers))


def borrow(owner_url: str, app_url: str) -> tuple[str, str]:
    """Prepare a server of somebody else; return the addresses for migrations and for the application.

    Missing roles are made without login and lent to the logins given; each connection then
    takes its role on. A login that is itself `tht_owner` or `tht_app` is used as it is.

    Raises:
        RolesMissing: they are not there and the login may not make them.
    """
    owner_login, app_login = _login(owner_url), _login(app_url)
    with psycopg.connect(owner_url, autocommit=True) as connection:
        database = connection.info.dbname
        try:
            _lend(connection, {OWNER: owner_login, APP: app_login})
            if not _owns_all(connection):
                _share_database(connection, database)
        except psycopg.errors.InsufficientPrivilege as refused:
            wanted = BY_HAND.format(owner=owner_login, app=app_login, database=database)
            raise RolesMissing(f"{wanted}\n({str(refused).strip()})") from refused
    return _as_role(owner_url, OWNER), _as_role(app_url, APP)


def _known(connection: psycopg.Connection) -> set[str]:
    rows = connection.execute("SELECT rolname FROM pg_roles WHERE rolname = ANY(%s)", [list(ROLES)])
    return {name for (name,) in rows}


def _lend(connection: psycopg.Connection, logins: Mapping[str, str]) -> None:
    """Make the missing roles; let each login take its role on."""
    for role in set(ROLES) - _known(connection):
        connection.execute(sql.SQL("CREATE ROLE {} NOLOGIN").format(sql.Identifier(role)))
    taking_on = "SET" if connection.info.server_version >= 160000 else "MEMBER"
    for role, login in logins.items():
        may = connection.execute("SELECT pg_has_role(%s, %s, %s)", [login, role, taking_on]).fetchone()
        if may != (True,):
            connection.execute(sql.SQL("GRANT {} TO {}").format(sql.Identifier(role), sql.Identifier(login)))


def _owns_all(connection: psycopg.Connection) -> bool:
    """Tell whether `tht_owner` already owns the database, hence its public schema."""
    row = connection.execute(
        "SELECT pg_get_userbyid(datdba) = %s FROM pg_database WHERE datname = current_database()", [OWNER]
    ).fetchone()
    return row == (True,)


def _share_database(connection: psycopg.Connection, database: str) -> None:
    """Let `tht_owner` build in a database that belongs to the login."""
    name, owner = sql.Identifier(database), sql.Identifier(OWNER)
    connection.execute(sql.SQL("GRANT ALL ON DATABASE {} TO {}").format(name, owner))
    connection.execute(sql.SQL("GRANT ALL ON SCHEMA public TO {}").format(owner))
    grant_database(connection, database)


def _login(url: str) -> str:
    """Return the user name of an address, as the driver reads it."""
    with psycopg.connect(url) as connection:
        return connection.info.user


def _as_role(url: str, role: str) -> str:
    """Return the address whose connections act as `role`."""
    if _login(url) == role:
        return url
    return f"{url}{'&' if '?' in url else '?'}options=-c%20role%3D{role}"
