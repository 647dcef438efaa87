"""The PostgreSQL server of our own: made, started, stopped, found again after a crash."""

import os
import secrets
import signal
import socket
import stat
import time

import psycopg
import pytest

from app.cli import roles
from app.cli.postgres import Cluster, ServerFailed


@pytest.fixture
def cluster(server):
    """A server of its own, with a space in its path."""
    cluster = Cluster(server.folder / f"a server {secrets.token_hex(4)}", durable=False)
    yield cluster
    cluster.remove()


def test_only_the_owner_of_the_checkout_can_read_the_passwords(server):
    remembered = server.cluster.folder / "cluster.json"

    assert stat.S_IMODE(remembered.stat().st_mode) == 0o600
    assert list(server.cluster.folder.glob(".password-*")) == []


def test_nobody_gets_in_without_the_right_password(server):
    right = server.cluster.url(roles.APP)
    wrong = right.replace(right.split(":")[2].split("@")[0], "guess")

    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(wrong)


def test_pages_are_checked(server):
    with psycopg.connect(server.cluster.url()) as connection:
        assert connection.execute("SHOW data_checksums").fetchone() == ("on",)


@pytest.mark.parametrize("role", [roles.APP, roles.READ, roles.AUDIT])
def test_no_role_but_the_owner_may_build(database, role):
    with database.connect(role) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("CREATE TABLE mine (i int)")


def test_starting_twice_is_one_server(cluster):
    cluster.start()
    first = cluster.pid()

    cluster.start()

    assert first is not None
    assert cluster.pid() == first


def test_it_starts_again_after_it_was_killed(cluster):
    cluster.start()
    killed = cluster.pid()
    os.kill(killed, signal.SIGKILL)
    while cluster.pid() is not None:
        time.sleep(0.01)

    cluster.start()

    assert cluster.pid() not in {None, killed}


def test_it_takes_another_port_if_its_own_is_taken(cluster):
    cluster.start()
    port = cluster.port
    cluster.stop()

    with socket.socket() as squatter:
        squatter.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        squatter.bind(("127.0.0.1", port))
        squatter.listen()
        cluster.start()

    assert cluster.port != port


def test_a_folder_left_half_made_is_made_again(cluster):
    half = cluster.folder / "data.new"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")

    cluster.start()

    assert cluster.pid() is not None
    assert not half.exists()


def test_data_of_another_version_is_refused_in_words(cluster):
    cluster.start()
    cluster.stop()
    (cluster.data / "PG_VERSION").write_text("12\n")

    with pytest.raises(ServerFailed, match="was made by PostgreSQL 12"):
        cluster.start()


def test_a_server_that_may_lose_data_is_for_tests_alone(tmp_path, monkeypatch):
    monkeypatch.delenv("TANHUITONG_UNSAFE_TEST_DB")

    with pytest.raises(ServerFailed, match="for tests"):
        Cluster(tmp_path, durable=False)
