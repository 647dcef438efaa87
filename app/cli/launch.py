"""Start everything with one command: the database, its schema, the web server and the jobs.

    python -m app.cli.launch             start, print the address, run until Ctrl-C
    python -m app.cli.launch exec CMD…   run a command with the database up and its addresses set
    python -m app.cli.launch reset       stop what runs from this checkout and delete var/

Exit codes: 0 stopped as asked, 1 a part failed, 3 the port is taken, 4 it runs already.
"""

import argparse
import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from types import FrameType

import psutil

from app.cli import roles
from app.cli.installation import ROOT, Installation, WrongMode
from app.cli.postgres import ServerFailed
from app.cli.processes import AlreadyRunning, Processes, alive
from app.cli.server_account import NoAccount

READY_SECONDS = 90
RESET_SECONDS = 60
FLASK = (sys.executable, "-m", "flask", "--app", "wsgi")
FAILED, PORT_TAKEN, RUNS_ALREADY = 1, 3, 4


class Stopped(BaseException):
    """Somebody asked to stop, by Ctrl-C or a signal."""


class Failed(Exception):
    """A part cannot run; the message is for a person."""


class Signals:
    """Turns the first signal to stop into `Stopped`, and further ones into patience."""

    def __init__(self) -> None:
        self.asked = False
        self.held = False
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._receive)
        if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # `nohup` means to outlive the terminal
            signal.signal(signal.SIGHUP, self._receive)

    def _receive(self, _number: int, _frame: FrameType | None) -> None:
        if self.asked:
            return
        self.asked = True
        if not self.held:
            raise Stopped

    @contextlib.contextmanager
    def hold(self) -> Iterator[None]:
        """Do something that is not to be cut in two; stop after it."""
        self.held = True
        try:
            yield
        finally:
            self.held = False
        if self.asked:
            raise Stopped


def run(installation: Installation, host: str, port: int) -> int:
    """Start everything, wait, stop everything; return the exit code."""
    signals = Signals()
    installation.var.mkdir(parents=True, exist_ok=True)
    processes = Processes(installation.var)
    address = f"http://{'127.0.0.1' if host == '0.0.0.0' else host}:{port}"  # noqa: S104
    processes.take_over(what=address)
    if taken := _taken(host, port):
        print(f"Port {port} is in use ({taken}). Choose another: make run PORT={port + 1}", file=sys.stderr)
        return PORT_TAKEN
    try:
        _start(installation, processes, signals, host, port, address)
        while (ended := processes.dead()) is None:
            time.sleep(0.5)
        raise Failed(_obituary(ended.name, ended.process.returncode, ended.last_words()))
    finally:
        signals.asked = True  # once it stops, it stops to the end
        print("\nStopping …", flush=True)
        processes.stop()
        if installation.cluster is not None:
            installation.cluster.stop()


def _start(
    installation: Installation, processes: Processes, signals: Signals, host: str, port: int, address: str
) -> None:
    with signals.hold():
        installation.prepare()
        installation.forget_metrics()
        installation.start_database()
    owner_url, app_url = installation.addresses()
    environment = installation.environment(app_url)
    _do(
        [sys.executable, "-m", "alembic", "upgrade", "head"], {**environment, "DATABASE_OWNER_URL": owner_url}
    )
    installation.settle_clock(owner_url)
    if installation.wants_demonstration and not installation.demonstration_is_loaded(app_url):
        _do([*FLASK, "demo", "load"], environment)
        installation.remember_demonstration(app_url)

    workers = os.environ.get("WEB_WORKERS") or str(os.cpu_count() or 1)
    web = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port)]
    web += ["--workers", workers, "--blocking-threads", "2", "--no-ws", "--log-level", "warning"]
    processes.start("web", [*web, "--workers-kill-timeout", "10", "wsgi:app"], cwd=ROOT, env=environment)
    processes.start("jobs", [sys.executable, "-m", "app.jobs"], cwd=ROOT, env=environment)
    _await_ready(processes, f"http://127.0.0.1:{port}" if host == "0.0.0.0" else address)  # noqa: S104
    print(
        f"\n  {address}\n\n  Ctrl-C stops it. What it says goes to {installation.var / 'log'}.\n", flush=True
    )
    if installation.wants_demonstration:
        print(_do([*FLASK, "demo", "sign-ins"], environment), flush=True)


def execute(installation: Installation, command: Sequence[str]) -> int:
    """Run a command with the database up and `DATABASE_URL`, `DATABASE_OWNER_URL` set."""
    processes = Processes(installation.var)
    installation.var.mkdir(parents=True, exist_ok=True)
    mine = True
    try:
        processes.take_over(what=f"`{' '.join(command)}`")
    except AlreadyRunning:
        mine = False  # its database serves us too, and is not ours to stop
        if installation.cluster is not None and installation.cluster.pid() is None:
            raise
    signals = Signals()
    try:
        with signals.hold():
            installation.prepare()
            if mine:
                installation.start_database()
        owner_url, app_url = installation.addresses()
        environment = {**installation.environment(app_url), "DATABASE_OWNER_URL": owner_url}
        signal.signal(signal.SIGINT, lambda *_: None)  # the terminal's Ctrl-C is for the command
        return subprocess.run(list(command), env=environment, check=False).returncode
    finally:
        if mine and installation.cluster is not None:
            installation.cluster.stop()


def reset(installation: Installation) -> int:
    """Stop what runs from this checkout and delete what it made."""
    processes = Processes(installation.var)
    launcher = processes.recorded().get("launcher", {})
    if alive(launcher):
        with contextlib.suppress(psutil.Error):
            psutil.Process(launcher["pid"]).terminate()
            psutil.Process(launcher["pid"]).wait(RESET_SECONDS)
    processes.stop_orphans()
    installation.delete()
    return 0


def _do(command: list[str], environment: dict[str, str]) -> str:
    """Run one step of the start to its end and return its words."""
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
        start_new_session=True,
    )
    words = done.stdout.decode("utf-8", "replace")
    if done.returncode != 0:
        raise Failed(_obituary(" ".join(command[2:]), done.returncode, words))
    return words


def _await_ready(processes: Processes, address: str) -> None:
    """Wait until the web server says it is ready."""
    until = time.monotonic() + READY_SECONDS
    answer = "no answer"
    directly = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    while time.monotonic() < until:
        if ended := processes.dead():
            raise Failed(_obituary(ended.name, ended.process.returncode, ended.last_words()))
        try:
            with directly.open(f"{address}/readyz", timeout=5):
                return
        except urllib.error.HTTPError as refused:
            answer = f"{refused.code} {refused.read(500).decode('utf-8', 'replace')}"
        except OSError as refused:
            answer = str(refused)
        time.sleep(0.05)
    raise Failed(f"The web server does not get ready in {READY_SECONDS} seconds; it said: {answer}")


def _taken(host: str, port: int) -> str | None:
    """Return why a port cannot be had, or None."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as refused:
            return refused.strerror or str(refused)
    return None


def _obituary(name: str, code: int, words: str) -> str:
    return f"{words.rstrip()}\n\n{name} ended (exit code {code}), so everything was stopped."


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the command line and do it."""
    parser = argparse.ArgumentParser(prog="python -m app.cli.launch")
    parser.add_argument("act", nargs="?", choices=("run", "exec", "reset"), default="run")
    parser.add_argument("command", nargs=argparse.REMAINDER, help="for exec: the command to run")
    given = parser.parse_args(arguments)
    try:
        if given.act == "reset":
            mine = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
            return reset(Installation(mine))
        installation = Installation(os.environ)
        if given.act == "exec":
            if not given.command:
                parser.error("exec needs a command")
            return execute(installation, given.command)
        return run(installation, os.environ.get("HOST") or "127.0.0.1", int(os.environ.get("PORT") or 8000))
    except Stopped:
        return 0
    except AlreadyRunning as refused:
        print(refused, file=sys.stderr)
        return RUNS_ALREADY
    except (Failed, ServerFailed, NoAccount, WrongMode, roles.RolesMissing) as refused:
        print(f"\n{refused}", file=sys.stderr)
        return FAILED


if __name__ == "__main__":
    sys.exit(main())
