"""The whole start, as `make run` does it, in a folder of its own: up, ready, stopped, nothing left."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import urllib.request

import psutil
import pytest

from app.cli import roles
from app.cli.installation import Installation, WrongMode
from app.cli.launch import PORT_TAKEN, RUNS_ALREADY
from tests.server import ROOT

SECONDS = 120
AN_AUDIT_LINE = """
    INSERT INTO audit_line (at, actor, event, subject_kind, subject_id, details)
    VALUES (now(), 'staff:1', 'identity.staff.sign_in', 'staff', '1', '{}')
"""


@pytest.fixture
def port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def var(server, port):
    """A folder of its own for everything the launcher makes."""
    return server.folder / f"var-{port}"


@pytest.fixture
def launch(var, port):
    """Start the launcher; returns its process, whose output is to be read."""
    environment = {
        name: value
        for name, value in os.environ.items()
        if name not in {"DATABASE_URL", "DATABASE_OWNER_URL", "TANHUITONG_UNSAFE_TEST_DB"}
    }
    environment |= {
        "PORT": str(port),
        "TANHUITONG_VAR_DIR": str(var),
        "WEB_WORKERS": "1",
        "TANHUITONG_DEMO": "0",
    }
    started = []

    def start(*arguments, **more):
        process = subprocess.Popen(
            [sys.executable, "-m", "app.cli.launch", *arguments],
            cwd=ROOT,
            env=environment | more,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        if process.poll() is None:
            process.terminate()
            process.wait(SECONDS)
    start("reset").wait(SECONDS)
    assert not var.exists()


def until(process, wanted):
    """Read what a process says until a line has the wanted words."""
    timer = threading.Timer(SECONDS, process.kill)
    timer.start()
    said = []
    for line in process.stdout:
        said.append(line)
        if wanted in line:
            timer.cancel()
            return
    raise AssertionError(f"it ended and never said {wanted!r}:\n{''.join(said)}")


def test_it_starts_answers_and_stops_leaving_nothing(launch, var, port):
    process = launch()
    until(process, f"http://127.0.0.1:{port}")
    children = psutil.Process(process.pid).children(recursive=True)
    server_pid = int((var / "postgres/data/postmaster.pid").read_text().split()[0])

    with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=10) as answer:
        assert answer.status == 200
    process.send_signal(signal.SIGINT)

    assert process.wait(SECONDS) == 0
    assert len(children) >= 3  # web, its worker, jobs
    assert not any(child.is_running() for child in children)
    assert not psutil.pid_exists(server_pid) or psutil.Process(server_pid).status() == psutil.STATUS_ZOMBIE


def test_it_starts_again_after_it_was_killed_and_only_once_at_a_time(launch, var, port):
    first = launch()
    until(first, f"http://127.0.0.1:{port}")
    orphans = psutil.Process(first.pid).children(recursive=True)
    first.kill()
    first.wait()

    second = launch()
    until(second, f"http://127.0.0.1:{port}")
    third = launch()

    assert third.wait(SECONDS) == RUNS_ALREADY
    assert not any(one.is_running() and one.status() != psutil.STATUS_ZOMBIE for one in orphans)


def test_a_taken_port_is_said_before_anything_starts(launch, var, port):
    with socket.socket() as squatter:
        squatter.bind(("127.0.0.1", port))
        squatter.listen()
        process = launch()

        assert process.wait(SECONDS) == PORT_TAKEN
    assert f"Port {port} is in use" in process.stdout.read()
    assert not (var / "postgres").exists()


def test_when_a_part_dies_everything_stops_and_says_why(launch, var, port):
    process = launch()
    until(process, f"http://127.0.0.1:{port}")
    running = json.loads((var / "running.json").read_text())
    jobs = next(child for child in running["children"] if child["name"] == "jobs")
    os.kill(jobs["pid"], signal.SIGKILL)

    assert process.wait(SECONDS) == 1
    assert "jobs ended (exit code -9), so everything was stopped." in process.stdout.read()


def test_keys_are_made_once_and_are_for_their_owner_alone(launch, var, port):
    command = [sys.executable, "-c", "import os; print(open(os.environ['TANHUITONG_SECRET_FILE']).read())"]
    first = launch("exec", *command).communicate()[0]
    second = launch("exec", *command).communicate()[0]

    assert first == second
    assert set(json.loads(first)) == {"web", "data", "index"}
    assert (var / "secrets.json").stat().st_mode & 0o777 == 0o600


def test_the_web_is_not_told_how_to_be_the_owner():
    environment = Installation({"DATABASE_URL": "x", "DATABASE_OWNER_URL": "secret"}).environment("y")

    assert "secret" not in environment.values()
    assert environment["DATABASE_URL"] == "y"


def test_a_database_in_real_use_does_not_become_a_demonstration(committed):
    demo, real = Installation({}), Installation({"TANHUITONG_MODE": "production"})
    with committed.connect(roles.OWNER) as owner:
        owner.execute("UPDATE installation SET clock = 'real'")
    real.settle_clock(committed.owner)
    with committed.connect(roles.OWNER) as owner:
        owner.execute(AN_AUDIT_LINE)

    with pytest.raises(WrongMode, match="in real use"):
        demo.settle_clock(committed.owner)


def test_a_new_database_becomes_a_demonstration_and_then_never_real(committed):
    demo, real = Installation({}), Installation({"TANHUITONG_MODE": "production"})
    with committed.connect(roles.OWNER) as owner:
        owner.execute("UPDATE installation SET clock = 'real'")

    demo.settle_clock(committed.owner)

    with pytest.raises(WrongMode, match="for demonstrations"):
        real.settle_clock(committed.owner)
