"""The workers of a jobs process: they go on, rest after trouble, and end in order."""

import threading
import time
from datetime import UTC, datetime, timedelta

import pytest

from app.jobs import queue
from app.jobs.queue import Worker, workers
from app.jobs.uploads import Uploads
from app.journeys import intake
from app.kernel import clock, documents
from app.kernel.session import transaction
from scenarios import queries
from scenarios.values import UploadState
from tests.builders import scenarios as builders

GIVEN = datetime(2026, 5, 1, tzinfo=UTC)
NOW = datetime(2026, 6, 1, 4, 0, tzinfo=UTC)


@pytest.fixture
def waiting(session, tmp_path):
    documents.use_folder(tmp_path)
    builders.conversion_rule(session, at=GIVEN)
    made = builders.ready(session, at=GIVEN)
    builders.link(session, made.scenario, ["ann"], given_at=GIVEN)
    ids = []
    for number in range(3):
        data = builders.csv_file([(f"r{number}", "ann", "2026-05-31T00:00:00Z", 1, "ride")])
        upload = intake.submit_file(
            session,
            actor=made.host,
            scenario_code=made.code,
            received=builders.stored(data),
            filename="rows.csv",
            media_type="text/csv",
            at=NOW,
        )
        ids.append(upload.id)
    with clock.frozen(NOW):
        yield ids
    documents.use_folder(None)


def states(session, ids):
    return [queries.upload_status(session, upload_id).state for upload_id in ids]


def test_waiting_uploads_are_worked_on_in_turn(session, waiting):
    assert Uploads().work(lambda: False) is True

    assert states(session, waiting) == [UploadState.DONE] * 3
    assert Uploads().work(lambda: False) is False


def test_a_worker_that_is_to_stop_takes_nothing_up(session, waiting):
    assert Uploads().work(lambda: True) is False

    assert states(session, waiting) == [UploadState.QUEUED] * 3


def test_an_upload_that_breaks_rests_and_the_others_go_on(session, waiting, monkeypatch):
    process = intake.process

    def breaking(upload_id, **given):
        if upload_id == waiting[0]:
            raise OSError("disk")
        return process(upload_id, **given)

    monkeypatch.setattr(intake, "process", breaking)
    worker = Uploads()

    assert worker.work(lambda: False) is True
    assert states(session, waiting) == [UploadState.QUEUED, UploadState.DONE, UploadState.DONE]
    monkeypatch.undo()
    assert worker.work(lambda: False) is False
    with clock.frozen(NOW + timedelta(seconds=2)):
        assert worker.work(lambda: False) is True
    assert states(session, waiting) == [UploadState.DONE] * 3


def test_a_worker_outlives_trouble_and_ends_when_asked(monkeypatch):
    monkeypatch.setattr(queue, "TROUBLE_SECONDS", 0.01)
    monkeypatch.setattr(queue, "IDLE_SECONDS", 0.01)
    stop, calls = threading.Event(), []

    def step(stopping):
        calls.append(stopping())
        if len(calls) < 3:
            raise OSError("the database is away")
        return len(calls) < 5

    worker = Worker("test", step, stop)
    worker.start()
    while len(calls) < 8:
        time.sleep(0.01)
    stop.set()
    worker.join(5)

    assert not worker.is_alive()


def test_a_process_has_a_worker_for_each_kind_of_queue():
    assert {"uploads", "outbox", "webhooks"} <= {worker.name for worker in workers(threading.Event())}


def test_the_queue_skips_uploads_that_another_transaction_holds(committed, tmp_path):
    documents.use_folder(tmp_path)
    with transaction() as session:
        made = builders.ready(session, at=GIVEN)
        ids = [
            intake.submit_file(
                session,
                actor=made.host,
                scenario_code=made.code,
                received=builders.stored(b"record_id,user,occurred_at,quantity,unit\n"),
                filename="rows.csv",
                media_type="text/csv",
                at=NOW,
            ).id
            for _ in range(2)
        ]
    with transaction() as one, transaction() as other:
        queries.upload(one, ids[0], lock=True)

        assert queries.waiting_uploads(other) == ids[1:]
    documents.use_folder(None)
