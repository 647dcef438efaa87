"""The processes of a running installation: started, watched, stopped, and found again after a crash."""

import fcntl
import json
import os
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import psutil

STOP_SECONDS = 20
STRAGGLER_SECONDS = 3
LOG_BYTES = 10_000_000  # a longer log is put aside when its process starts


class AlreadyRunning(Exception):
    """Another launcher serves this folder; the message says which."""


@dataclass
class Child:
    """One process of ours and where it writes what it says."""

    name: str
    process: "subprocess.Popen[bytes]"
    log: Path

    def last_words(self, lines: int = 20) -> str:
        """Return the end of what it said."""
        return "\n".join(self.log.read_text("utf-8", "replace").splitlines()[-lines:])


class Processes:
    """The children of one launcher, written down in `<folder>/running.json`.

    A lock on the folder makes sure of one launcher at a time; the system gives it back even when
    the launcher is killed. What a killed launcher left running is known from the file, and is
    stopped before anything starts.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.ledger = folder / "running.json"
        self.children: list[Child] = []
        self.about: dict[str, Any] = {}
        self._lock: IO[str] | None = None

    def take_over(self, **about: Any) -> None:
        """Become the launcher of this folder and stop what a killed one left.

        Raises:
            AlreadyRunning: there is a living one.
        """
        lock = (self.folder / "launcher.lock").open("a")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
            known = self.recorded()
            raise AlreadyRunning(
                f"It is running already, as process {known.get('launcher', {}).get('pid', '?')}: "
                f"{known.get('about', {}).get('what', 'starting')}. Stop it with Ctrl-C there."
            ) from None
        self._lock = lock
        self.stop_orphans()
        self.about = about
        self._write()

    def start(self, name: str, command: Sequence[str], *, cwd: Path, env: Mapping[str, str]) -> Child:
        """Start a process in a session of its own, so that Ctrl-C reaches the launcher alone."""
        logs = self.folder / "log"
        logs.mkdir(exist_ok=True)
        path = logs / f"{name}.log"
        if path.exists() and path.stat().st_size > LOG_BYTES:
            path.replace(path.with_suffix(".log.1"))
        with path.open("ab") as log:
            process = subprocess.Popen(
                command,
                cwd=cwd,
                env=dict(env),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        child = Child(name, process, path)
        self.children.append(child)
        self._write()
        return child

    def dead(self) -> Child | None:
        """Return a child that ended by itself, if one did."""
        return next((child for child in self.children if child.process.poll() is not None), None)

    def stop(self) -> None:
        """Ask the children to end; insist after a while."""
        _end([child.process.pid for child in self.children])
        for child in self.children:
            child.process.wait()
        self.children.clear()
        self._write()

    def recorded(self) -> dict[str, Any]:
        """Return what the last launcher wrote down."""
        try:
            written: dict[str, Any] = json.loads(self.ledger.read_text("utf-8"))
        except (OSError, ValueError):
            return {}
        return written

    def stop_orphans(self) -> None:
        """Stop what the last launcher started and did not stop."""
        _end([record["pid"] for record in self.recorded().get("children", []) if alive(record)])

    def _write(self) -> None:
        written = {
            "launcher": _record(os.getpid()),
            "about": self.about,
            "children": [{"name": child.name, **_record(child.process.pid)} for child in self.children],
        }
        fresh = self.ledger.with_suffix(".new")
        fresh.write_text(json.dumps(written), "utf-8")
        fresh.replace(self.ledger)


def alive(record: Mapping[str, Any]) -> bool:
    """Tell whether a recorded process still runs; a later process with the same number is another."""
    try:
        found = psutil.Process(record["pid"])
        return bool(found.create_time() == record["created"]) and not _is_gone(found)
    except (psutil.Error, KeyError):
        return False


def _record(pid: int) -> dict[str, Any]:
    try:
        return {"pid": pid, "created": psutil.Process(pid).create_time()}
    except psutil.NoSuchProcess:
        return {"pid": pid, "created": 0}


def _end(pids: Sequence[int]) -> None:
    """End processes and all that they started: politely, then for certain."""
    heads: list[psutil.Process] = []
    others: list[psutil.Process] = []
    for pid in pids:
        with suppress(psutil.Error):
            heads.append(psutil.Process(pid))
            others += heads[-1].children(recursive=True)
    _ask(heads, STOP_SECONDS)  # each ends those it started in its own way
    _ask(others, STRAGGLER_SECONDS)
    for left in [*heads, *others]:
        with suppress(psutil.Error):
            left.kill()


def _ask(processes: list[psutil.Process], seconds: float) -> None:
    """Ask processes to end and wait until they have, for so long at most."""
    for process in processes:
        with suppress(psutil.Error):
            process.terminate()
    deadline = time.monotonic() + seconds
    while not all(map(_is_gone, processes)) and time.monotonic() < deadline:
        time.sleep(0.02)


def _is_gone(process: psutil.Process) -> bool:
    """Tell whether a process has ended, reaped by its parent or not."""
    try:
        return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    except psutil.Error:
        return True
