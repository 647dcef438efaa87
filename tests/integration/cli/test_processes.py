"""One launcher at a time; what a killed one left is found and stopped."""

import json
import os
import subprocess
import sys

import psutil
import pytest

from app.cli.processes import AlreadyRunning, Processes, alive

SLEEP = "import time; print('up', flush=True); time.sleep(60)"
SLEEPER = [sys.executable, "-c", SLEEP]
PARENT = [sys.executable, "-c", f"import subprocess; subprocess.run({SLEEPER!r}, check=False)"]


def start(processes, name="web", command=SLEEPER):
    child = processes.start(name, command, cwd=processes.folder, env=os.environ)
    while "up" not in child.last_words():
        pass
    return child


def test_a_second_launcher_is_refused_and_told_where_the_first_is(tmp_path):
    first = Processes(tmp_path)
    first.take_over(what="http://127.0.0.1:8000")

    with pytest.raises(AlreadyRunning, match=rf"process {os.getpid()}: http://127\.0\.0\.1:8000"):
        Processes(tmp_path).take_over()


def test_stopping_ends_the_children_and_theirs(tmp_path):
    processes = Processes(tmp_path)
    processes.take_over()
    child = start(processes, command=PARENT)
    family = [psutil.Process(child.process.pid), *psutil.Process(child.process.pid).children()]

    processes.stop()

    assert len(family) == 2
    assert not any(one.is_running() and one.status() != psutil.STATUS_ZOMBIE for one in family)


def test_what_a_killed_launcher_left_is_stopped_by_the_next(tmp_path):
    code = (
        "import os, sys, signal; from pathlib import Path; from app.cli.processes import Processes\n"
        f"p = Processes(Path({str(tmp_path)!r})); p.take_over()\n"
        f"p.start('web', {SLEEPER!r}, cwd=Path('/'), env=os.environ); os.kill(os.getpid(), signal.SIGKILL)"
    )
    subprocess.run([sys.executable, "-c", code], check=False)
    left = json.loads((tmp_path / "running.json").read_text())["children"][0]
    assert alive(left)

    Processes(tmp_path).take_over()

    assert not alive(left)


def test_a_later_process_with_the_same_number_is_another(tmp_path):
    me = {"pid": os.getpid(), "created": psutil.Process().create_time()}

    assert alive(me)
    assert not alive({**me, "created": me["created"] - 1})


def test_a_child_that_ends_by_itself_is_noticed_with_its_last_words(tmp_path):
    processes = Processes(tmp_path)
    processes.take_over()
    child = processes.start(
        "jobs", [sys.executable, "-c", "raise SystemExit('no database')"], cwd=tmp_path, env=os.environ
    )
    child.process.wait()

    assert processes.dead() is child
    assert child.last_words() == "no database"
