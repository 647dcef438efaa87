"""A worker killed in the middle: another goes on, and the totals are the same."""

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

from app.kernel import documents
from app.kernel.secrets import Keyring
from app.kernel.session import transaction
from tests.journeys.intake.real_files import ACN, DUNDEE_WHOLE, MIBICI, MOBIKE, SHENZHEN, Scene, books
from tests.obligations import obligation
from tests.unit.scenarios.real_files import needs_real_files

pytestmark = needs_real_files
SECONDS = 240

# The process of `python -m app.jobs`, with small buckets and a pause after each, so that there is a middle.
WORKER = """
import sys, time
from app.journeys.intake import processing
from scenarios.commands import staging
staging.ROWS_OF_A_BUCKET = {rows}
decide = processing._decide
def slowly(*given):
    decide(*given)
    time.sleep({pause})
processing._decide = slowly
from app.jobs.__main__ import main
sys.exit(main())
"""


@contextmanager
def worker(database, folder, *, rows, pause=0.0):
    """Run a worker process as the product runs it; end it, if it lives, as the launcher does."""
    keys = folder / "keys.json"
    keys.write_text(Keyring(web=b"w" * 32, data=b"d" * 32, index=b"i" * 32).to_json())
    environment = {
        **os.environ,
        "DATABASE_URL": database.app,
        "TANHUITONG_MODE": "demo",
        "TANHUITONG_SECRET_FILE": str(keys),
        "TANHUITONG_DATA_DIR": str(folder / "documents"),
        "PYTHONPATH": str(Path(__file__).parents[3]),
    }
    with (folder / "worker.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-c", WORKER.format(rows=rows, pause=pause)],
            env=environment, stdout=log, stderr=log, start_new_session=True,
        )  # fmt: skip
    try:
        yield process
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait(30)


def until(connection, condition):
    """Wait until the upload meets a condition; return its state, buckets done and buckets."""
    deadline, row = time.monotonic() + SECONDS, None
    while time.monotonic() < deadline:
        row = connection.execute("select state, buckets_done, buckets, error_code from upload").fetchone()
        if condition(*row[:3]):
            return row
        time.sleep(0.01)
    raise AssertionError(f"the upload did not get there: {row}")


@obligation("CQ-34.4")
@pytest.mark.parametrize(
    ("real", "version", "rows", "expected"),
    [
        pytest.param(
            MIBICI, {"cap_count": 2}, 25_000, (363_009, 363_009_000), marks=pytest.mark.slow, id="mibici"
        ),
        pytest.param(MOBIKE, {"cap_count": 2}, 300, (2_912, 2_912_000), id="mobike"),
        pytest.param(DUNDEE_WHOLE, {}, 1_500, (18_390, 183_388_969), id="dundee"),
        pytest.param(ACN, {}, 200, None, id="acn"),
        pytest.param(SHENZHEN, {}, 3_000, (18_118, 18_118_000), id="shenzhen"),
    ],
)
def test_the_totals_are_the_same_after_kill_9_in_the_middle(
    committed, tmp_path, real, version, rows, expected
):
    documents.use_folder(tmp_path / "documents")
    with transaction() as session:
        scene = Scene(session, real, **version)
        upload_id = scene.submit(session)
    connection = committed.connect()

    with worker(committed, tmp_path, rows=rows, pause=0.2) as first:
        _, done, _, _ = until(connection, lambda _state, done, _buckets: done >= 2)
        os.kill(first.pid, signal.SIGKILL)
        first.wait()
    between = books(connection)
    _, done_between, buckets, _ = until(connection, lambda *_: True)
    assert done <= done_between < buckets
    assert 0 < between["behaviours"] == between["issued"]

    with worker(committed, tmp_path, rows=rows):
        state, _, _, error = until(connection, lambda state, *_: state in {"done", "failed"})

    assert (state, error) == ("done", None)
    after = books(connection)
    with transaction() as session:
        status = scene.status(session, upload_id)
    assert sum(status.outcomes.values()) == status.rows
    assert after["behaviours"] == after["issued"] == status.outcomes["accepted"]
    assert (after["reduction_g"], after["available"]) == (status.reduction_g, status.points)
    assert after["refused"] == status.rows - status.outcomes["accepted"]
    if expected is not None:
        assert (after["behaviours"], after["quantity_milli"]) == expected
    assert json.loads(json.dumps(status.reasons)) == reference(committed, real, version)
    connection.close()
    documents.use_folder(None)


def reference(committed, real, version):
    """Return the outcomes of the same file, taken in undisturbed by a sandbox."""
    with transaction() as session:
        scene = Scene(session, real, sandbox=True, **version)
    return scene.load().reasons


def test_a_worker_that_is_asked_to_end_finishes_its_bucket_and_goes(committed, tmp_path):
    documents.use_folder(tmp_path / "documents")
    with transaction() as session:
        Scene(session, MOBIKE).submit(session)
    with committed.connect() as connection:
        with worker(committed, tmp_path, rows=300, pause=0.5) as process:
            until(connection, lambda _state, done, _buckets: done >= 1)
            process.terminate()
            assert process.wait(30) == 0
        state, done, buckets, _ = until(connection, lambda *_: True)

        assert (state, 0 < done < buckets) == ("deciding", True)
        assert books(connection)["behaviours"] == books(connection)["issued"]
    documents.use_folder(None)
