"""The PostgreSQL server of a test run: one for all workers, thrown away at the end."""

import fcntl
import json
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import psycopg
from alembic import command
from alembic.config import Config

from app.cli import roles
from app.cli.postgres import Cluster
from app.cli.processes import alive

ROOT = Path(__file__).resolve().parent.parent
PREFIX = "tanhuitong-test-postgres-"
TEMPLATE = "migrated"

os.environ["TANHUITONG_UNSAFE_TEST_DB"] = "1"


class Database:
    """One database of the test server, with an address for each role."""

    def __init__(self, cluster: Cluster, name: str) -> None:
        self.cluster = cluster
        self.name = name

    @property
    def app(self) -> str:
        """Address for the application, `tht_app`."""
        return self.url(roles.APP)

    @property
    def owner(self) -> str:
        """Address for migrations, `tht_owner`."""
        return self.url(roles.OWNER)

    @property
    def read(self) -> str:
        """Address for reports, `tht_read`."""
        return self.url(roles.READ)

    @property
    def audit(self) -> str:
        """Address for auditors, `tht_audit`."""
        return self.url(roles.AUDIT)

    def url(self, role: str) -> str:
        """Return the address for a role."""
        return self.cluster.url(role, self.name)

    def connect(self, role: str = roles.APP) -> psycopg.Connection:
        """Connect as a role, with autocommit; for attacks with plain SQL."""
        return psycopg.connect(self.url(role), autocommit=True)


class ThrowAwayServer:
    """A server in a folder of its own, started by the first worker that asks."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        named = os.environ.get("TEST_DATABASE_SERVER")
        self.programs = Path(named) if named else None
        self.cluster = Cluster(
            folder,
            programs=self.programs,
            durable=False,
            # Schemas are taken down whole, partitions and all, in one transaction.
            options={"max_connections": "200", "max_locks_per_transaction": "512"},
        )

    @classmethod
    def new(cls) -> "ThrowAwayServer":
        """Make a folder that names its maker, and clear away what killed runs left."""
        for left in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
            if not _maker_lives(left):
                cls(left).remove()
        server = cls(Path(tempfile.mkdtemp(prefix=PREFIX)))
        maker = {"pid": os.getpid(), "created": psutil.Process().create_time()}
        (server.folder / "maker.json").write_text(json.dumps(maker), "utf-8")
        return server

    def template(self) -> Cluster:
        """Start the server and migrate the template, unless another worker has; return the server."""
        with self._alone():
            built = self.folder / "template-built"
            if not built.exists():
                self.cluster.start()
                self.cluster.drop_database(TEMPLATE)
                self.cluster.create_database(TEMPLATE)
                migrate(self.cluster.url(roles.OWNER, TEMPLATE))
                with psycopg.connect(self.cluster.url(roles.OWNER, TEMPLATE)) as template:
                    template.execute("UPDATE installation SET clock = 'settable'")
                with psycopg.connect(self.cluster.url(roles.OWNER), autocommit=True) as connection:
                    connection.execute(f"ALTER DATABASE {TEMPLATE} ALLOW_CONNECTIONS false")
                built.touch()
        return self.cluster

    def copy(self, name: str) -> Database:
        """Make a migrated database, a copy of the template."""
        cluster = self.template()
        cluster.drop_database(name)
        cluster.create_database(name, template=TEMPLATE)
        return Database(cluster, name)

    def remove(self) -> None:
        """Stop the server and delete its folder."""
        self.cluster.remove()
        shutil.rmtree(self.folder, ignore_errors=True)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        with (self.folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def alembic_config(url: str) -> Config:
    """Return the settings of the migrations for one database."""
    config = Config(toml_file=ROOT / "pyproject.toml")
    config.attributes["url"] = url
    return config


def migrate(url: str, to: str = "head") -> None:
    """Apply migrations to a database, as its owner."""
    command.upgrade(alembic_config(url), to)


def _maker_lives(folder: Path) -> bool:
    try:
        maker = json.loads((folder / "maker.json").read_text("utf-8"))
    except (OSError, ValueError):
        return folder.exists() and time.time() - folder.stat().st_mtime < 60  # it is just being made
    return alive(maker)
