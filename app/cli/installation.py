"""One installation: its folder `var/`, its keys, its database and the environment its processes get."""

import hashlib
import os
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

import psycopg

from app.cli import roles
from app.cli.postgres import Cluster
from app.cli.server_account import server_folder

ROOT = Path(__file__).resolve().parent.parent.parent
CODE = ("app", "scenarios", "points", "cqcer", "migrations")


class WrongMode(Exception):
    """A database of demonstrations is asked to be real, or the other way round."""


class Installation:
    """What runs from this checkout.

    Args:
        given: the environment of whoever starts it; `DATABASE_URL` names a server of their own.
        `TANHUITONG_VAR_DIR` a folder for everything that is made while it runs, else `var/`.
    """

    def __init__(self, given: Mapping[str, str]) -> None:
        self.given = dict(given)
        self.var = Path(given.get("TANHUITONG_VAR_DIR") or ROOT / "var").resolve()
        self.cluster = None if given.get("DATABASE_URL") else Cluster(server_folder(self.var / "postgres"))

    def prepare(self) -> None:
        """Make the folders and, once, the keys."""
        self.data.mkdir(parents=True, exist_ok=True)
        self.metrics.mkdir(exist_ok=True)
        if not self.keys.exists():
            from app.kernel.secrets import Keyring

            fresh = self.keys.with_suffix(".new")
            with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
                file.write(Keyring.make().to_json())
            fresh.replace(self.keys)

    @property
    def data(self) -> Path:
        """Folder of the stored documents."""
        return Path(self.given.get("TANHUITONG_DATA_DIR") or self.var / "data")

    @property
    def keys(self) -> Path:
        """File with the keys of the installation."""
        return Path(self.given.get("TANHUITONG_SECRET_FILE") or self.var / "secrets.json")

    @property
    def metrics(self) -> Path:
        """Folder where the web processes of one run add up their metrics."""
        return self.var / "metrics"

    def forget_metrics(self) -> None:
        """Drop the counts of web processes that are gone."""
        shutil.rmtree(self.metrics, ignore_errors=True)
        self.metrics.mkdir()

    @property
    def wants_demonstration(self) -> bool:
        """Tell whether the demonstration data belongs here."""
        return self.given.get("TANHUITONG_DEMO", "1") != "0" and self.mode == "demo"

    @property
    def mode(self) -> str:
        """`demo` or `production`."""
        return self.given.get("TANHUITONG_MODE") or "demo"

    def start_database(self) -> None:
        """Start the server of our own, if there is no other."""
        if self.cluster is not None:
            self.cluster.start()

    def addresses(self) -> tuple[str, str]:
        """Return the addresses of the database for migrations and for the application.

        Raises:
            roles.RolesMissing: the server is somebody else's and lacks our roles.
        """
        if self.cluster is not None:
            return self.cluster.url(roles.OWNER), self.cluster.url(roles.APP)
        app_url = self.given["DATABASE_URL"]
        return roles.borrow(self.given.get("DATABASE_OWNER_URL") or app_url, app_url)

    def settle_clock(self, owner_url: str) -> None:
        """Let a new database of demonstrations take set times; keep the two kinds of database apart.

        Raises:
            WrongMode: the database was begun in the other mode.
        """
        with psycopg.connect(owner_url, autocommit=True) as connection:
            if self.mode == "demo":
                connection.execute(
                    "UPDATE installation SET clock = 'settable' WHERE NOT EXISTS (SELECT FROM audit_line)"
                )
            clock = connection.execute("SELECT clock FROM installation").fetchone()
        if self.mode == "demo" and clock != ("settable",):
            raise WrongMode("This database is in real use: start it with TANHUITONG_MODE=production.")
        if self.mode != "demo" and clock != ("real",):
            raise WrongMode("This database is for demonstrations; production needs one of its own.")

    def environment(self, app_url: str) -> dict[str, str]:
        """Return the environment of the web and jobs processes; the owner's address is not in it."""
        environment = {
            **self.given,
            "DATABASE_URL": app_url,
            "TANHUITONG_SECRET_FILE": str(self.keys),
            "TANHUITONG_DATA_DIR": str(self.data),
            "TANHUITONG_MODE": self.mode,
            "PROMETHEUS_MULTIPROC_DIR": str(self.metrics),
            "PYTHONUNBUFFERED": "1",
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{self.given.get('PATH', os.defpath)}",
        }
        environment.pop("DATABASE_OWNER_URL", None)
        return environment

    def demonstration_is_loaded(self, app_url: str) -> bool:
        """Tell whether this very code has loaded its demonstration into this database."""
        return self._loaded.exists() and self._loaded.read_text("utf-8") == self._fingerprint(app_url)

    def remember_demonstration(self, app_url: str) -> None:
        """Remember that the demonstration is in the database."""
        self._loaded.write_text(self._fingerprint(app_url), "utf-8")

    @property
    def _loaded(self) -> Path:
        return self.var / "demonstration-loaded"

    def _fingerprint(self, app_url: str) -> str:
        """Sum up the database and the code, by names, sizes and times of its files."""
        summed = hashlib.sha256(app_url.encode())
        for folder in CODE:
            for path in sorted((ROOT / folder).rglob("*")):
                if path.suffix in {".py", ".toml", ".csv"}:
                    status = path.stat()
                    summed.update(f"{path}\0{status.st_size}\0{status.st_mtime_ns}\0".encode())
        return summed.hexdigest()

    def delete(self) -> None:
        """Delete everything that was made while it ran, keys and stored documents too."""
        if self.cluster is not None:
            self.cluster.remove()
        if (self.var / "launcher.lock").exists():  # nothing but a folder of ours is deleted
            shutil.rmtree(self.var)
