"""A database of somebody else: the application takes its roles on, or says what is missing."""

import secrets

import psycopg
import pytest

from app.cli import roles
from app.cli.postgres import Cluster


@pytest.fixture(scope="module")
def elsewhere(server):
    """Another server, on which our roles are not known."""
    folder = server.folder / f"elsewhere-{secrets.token_hex(4)}"
    cluster = Cluster(folder, programs=server.programs, durable=False)
    cluster.start()
    cluster.drop_database(roles.DATABASE)
    yield cluster
    cluster.remove()


@pytest.fixture
def login(elsewhere):
    """Make a login with a database of its own; return its address."""
    made = []
    with psycopg.connect(elsewhere.url("postgres", "postgres"), autocommit=True) as boss:
        for role in roles.ROLES:
            boss.execute(f"DROP ROLE IF EXISTS {role}")

        def make(name: str, options: str) -> str:
            boss.execute(f"CREATE ROLE {name} LOGIN {options} PASSWORD 'x'")
            boss.execute(f"CREATE DATABASE of_{name} OWNER {name}")
            made.append(name)
            return f"postgresql://{name}:x@127.0.0.1:{elsewhere.port}/of_{name}"

        yield make
        for name in made:
            boss.execute(f"DROP DATABASE of_{name} WITH (FORCE)")
        for name in [*roles.ROLES, *made]:
            boss.execute(f"DROP ROLE IF EXISTS {name}")


@pytest.mark.parametrize("options", ["SUPERUSER", "CREATEROLE"])
def test_a_login_that_may_make_roles_gets_them_and_acts_as_them(login, options):
    mine = login("ada", options)

    owner_url, app_url = roles.borrow(mine, mine)

    with psycopg.connect(owner_url) as connection:
        assert connection.execute("SELECT current_user").fetchone() == (roles.OWNER,)
        connection.execute("CREATE TABLE built (i int)")
    with psycopg.connect(app_url) as connection:
        assert connection.execute("SELECT current_user").fetchone() == (roles.APP,)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("CREATE TABLE mine (i int)")


def test_asking_again_changes_nothing(login):
    mine = login("bea", "CREATEROLE")

    assert roles.borrow(mine, mine) == roles.borrow(mine, mine)


def test_a_login_without_the_right_is_told_what_to_type(login):
    mine = login("cyd", "")

    with pytest.raises(roles.RolesMissing, match='GRANT tht_owner TO "cyd"'):
        roles.borrow(mine, mine)


def test_what_it_is_told_to_type_works(login, elsewhere):
    mine = login("dan", "")
    with pytest.raises(roles.RolesMissing) as refused:
        roles.borrow(mine, mine)
    statements = str(refused.value).split("run:")[1].split("\n(")[0]

    with psycopg.connect(elsewhere.url("postgres", "of_dan"), autocommit=True) as boss:
        boss.execute(statements)

    owner_url, _ = roles.borrow(mine, mine)
    with psycopg.connect(owner_url) as connection:
        connection.execute("CREATE TABLE built (i int)")
