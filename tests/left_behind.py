"""What a test run left running: every process it started carries its mark, whoever its parent is now."""

import os
import time
from contextlib import suppress

import psutil

VARIABLE = "TANHUITONG_TEST_RUN"
SECONDS = 5  # for workers and browsers that are just ending


def mark(run: str) -> None:
    """Mark this process and all that will come from it."""
    os.environ[VARIABLE] = run


def processes() -> list[str]:
    """End the processes of this run that still run, and return what they were."""
    until = time.monotonic() + SECONDS
    while (left := _marked()) and time.monotonic() < until:
        time.sleep(0.1)
    said = []
    for process in left:
        with suppress(psutil.Error):
            said.append(f"{process.pid} {' '.join(process.cmdline())[:150]}")
            process.kill()
    return said


def _marked() -> list[psutil.Process]:
    found = []
    for process in psutil.process_iter():
        if process.pid == os.getpid():
            continue
        with suppress(psutil.Error, OSError):
            if process.status() == psutil.STATUS_ZOMBIE:
                continue
            if process.environ().get(VARIABLE) == os.environ.get(VARIABLE):
                found.append(process)
    return found
