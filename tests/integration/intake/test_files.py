"""Files through the worker's code: progress, repeats, what the host may read afterwards."""

import gzip
import json
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from app.journeys import intake
from app.journeys.intake import processing
from app.kernel import clock
from app.kernel.outbox import OutboxMessage
from app.kernel.permissions import Permission
from app.kernel.session import transaction
from scenarios import queries
from scenarios.commands import progress, staging
from scenarios.errors import NotThisHost, ProfileNotFound, UploadNotFound, UploadsWaiting
from scenarios.profiles import FileFormat
from scenarios.values import Outcome, UploadState
from tests.builders import people
from tests.builders import scenarios as builders
from tests.integration.intake.conftest import GIVEN, NOW, World
from tests.obligations import obligation

AT = (NOW - timedelta(hours=2)).isoformat()
MIXED = [
    ("a-1", "ann", AT, 1, "ride"),
    ("a-2", "ann", AT, 0, "ride"),
    ("a-3", "stranger", AT, 1, "ride"),
    ("a-4", "bob", "2026-04-01T00:00:00Z", 1, "ride"),
    ("a-5", "bob", "2026-07-01T00:00:00Z", 1, "ride"),
    ("a-6", "bob", AT, "x", "ride"),
    ("a-1", "ann", AT, 1, "ride"),
    ("a-1", "ann", AT, 2, "ride"),
    ("=cmd()", "stranger", AT, 1, "ride"),
    ("a-7", "bob", AT, 1, "ride"),
]
COUNTS = {
    "accepted": 2,
    "zero": 1,
    "unauthorised": 2,
    "late": 1,
    "future": 1,
    "invalid": 1,
    "duplicate": 1,
    "conflict": 1,
}


@obligation("CQ-34.1", "CQ-34.4", "CQ-35.1")
def test_every_row_of_a_file_ends_in_one_outcome(world):
    status = world.load(builders.csv_file(MIXED))

    assert status.state is UploadState.DONE
    assert (status.rows, status.decided, status.outcomes) == (10, 10, COUNTS)
    assert sum(status.outcomes.values()) == status.rows
    assert status.reasons["unauthorised"] == {"no_link": 2}
    assert status.points == status.reduction_g == world.available("ann") + world.available("bob") > 0


@pytest.mark.parametrize("file_format", list(FileFormat))
@pytest.mark.parametrize("packed", [False, True])
def test_a_file_in_the_products_own_words_comes_in_each_format(world, file_format, packed):
    names = ("record_id", "user", "occurred_at", "quantity", "unit")
    objects = [dict(zip(names, row, strict=True)) for row in MIXED]
    data = {
        FileFormat.CSV: builders.csv_file(MIXED),
        FileFormat.NDJSON: "\n".join(map(json.dumps, objects)).encode(),
        FileFormat.JSON: json.dumps(objects).encode(),
    }[file_format]

    status = world.load(gzip.compress(data) if packed else data, file_format=file_format)

    assert status.outcomes == COUNTS


def test_the_same_file_again_yields_only_duplicates(world):
    data = builders.csv_file(MIXED)
    world.load(data)

    again = world.load(data)

    assert again.outcomes == {"duplicate": 10}
    assert (again.reduction_g, again.points) == (0, 0)
    assert world.count("document", "filename = 'rows.csv'") == 1
    assert world.count("behaviour") == 2


def test_a_file_with_a_header_alone_is_done_at_once(world):
    status = world.load(builders.csv_file([]))

    assert (status.state, status.rows, status.outcomes) == (UploadState.DONE, 0, {})


def test_many_buckets_come_to_the_same_as_one(session, world, monkeypatch):
    users = [f"u{number}" for number in range(40)]
    world.link(*users)
    rows = [
        (f"r{number}", users[number % 40], (NOW - timedelta(minutes=number)).isoformat(), 1, "ride")
        for number in range(400)
    ]
    monkeypatch.setattr(staging, "ROWS_OF_A_BUCKET", 30)

    status = world.load(builders.csv_file(rows))

    found = queries.upload(session, status.id)
    assert (found.buckets, found.buckets_done) == (14, 14)
    assert status.outcomes == {"accepted": 400}


def test_rows_that_were_refused_can_be_read_as_csv_without_formulas(session, world):
    status = world.load(builders.csv_file(MIXED))
    everything = "".join(intake.refused_csv(session, actor=world.made.host, upload_id=status.id))
    strangers = list(
        intake.refused_rows(session, actor=world.made.host, upload_id=status.id, outcome=Outcome.UNAUTHORISED)
    )

    assert everything.splitlines()[0] == "\ufeffrow,record_id,outcome,reason"
    assert len(everything.splitlines()) == 1 + 8
    assert "9,'=cmd(),unauthorised,no_link" in everything.splitlines()
    assert [(row.row_no, row.source_id) for row in strangers] == [(3, "a-3"), (9, "=cmd()")]


def test_an_upload_is_its_host_s_and_the_operator_s_to_read(session, world):
    status = world.load(builders.csv_file(MIXED))
    other, operator = people.host(session, at=GIVEN), people.operator(session, at=GIVEN)

    assert intake.upload_status(session, actor=operator, upload_id=status.id).outcomes == COUNTS
    for read in (intake.upload_status, intake.refused_rows):
        with pytest.raises(UploadNotFound):
            read(session, actor=other, upload_id=status.id)
    with pytest.raises(NotThisHost):
        intake.uploads_of(session, actor=other, scenario_code=world.made.code)
    assert operator.may(Permission.SEE_OPERATIONS)


def submit(session, world, data=b"record_id,user,occurred_at,quantity,unit\n", **more):
    facts = {
        "actor": world.made.host,
        "scenario_code": world.made.code,
        "received": builders.stored(data),
        "filename": "rows.csv",
        "media_type": "text/csv",
        "at": NOW,
    }
    return intake.submit_file(session, **{**facts, **more})


def test_a_key_of_the_door_names_one_upload(session, world):
    first = submit(session, world, key="k")

    assert submit(session, world, key="k").id == first.id
    assert world.count("upload") == 1


def test_twenty_uploads_may_wait(session, world):
    for _ in range(20):
        submit(session, world)

    with pytest.raises(UploadsWaiting):
        submit(session, world)
    assert queries.upload_status(session, queries.waiting_uploads(session)[-1]).waiting_before == 19


def test_an_unknown_profile_is_refused_before_anything_waits(session, world):
    with pytest.raises(ProfileNotFound):
        submit(session, world, profile="nobody")

    assert world.count("upload") == 0


def test_the_scenario_suspended_meanwhile_fails_the_upload(session, world):
    from app.kernel.actor import SYSTEM
    from scenarios import commands

    upload = submit(session, world, builders.csv_file(MIXED))
    commands.suspend(session, actor=SYSTEM, scenario_id=world.made.scenario.id, reason="查", at=NOW)

    assert intake.process(upload.id, now=lambda: NOW)

    status = queries.upload_status(session, upload.id)
    assert (status.state, status.error_code, status.outcomes) == ("failed", "scenario.not_listed", {})
    assert world.count("behaviour") == 0


def test_an_upload_that_never_gets_on_is_given_up(session, world, monkeypatch):
    upload = submit(session, world, builders.csv_file(MIXED))
    monkeypatch.setattr(staging, "close_stage", lambda *_, **__: 1 / 0)
    for _ in range(progress.MOST_ATTEMPTS):
        with pytest.raises(ZeroDivisionError):
            intake.process(upload.id, now=lambda: NOW)

    assert intake.process(upload.id, now=lambda: NOW)

    status = queries.upload_status(session, upload.id)
    assert (status.state, status.error_code) == ("failed", "upload.gave_up")


def test_a_worker_that_is_to_stop_leaves_what_is_committed_and_another_goes_on(session, world, monkeypatch):
    monkeypatch.setattr(staging, "ROWS_OF_A_BUCKET", 2)
    upload = submit(session, world, builders.csv_file(MIXED))
    asked = iter([False, True])

    assert not intake.process(upload.id, now=lambda: NOW, stopping=lambda: next(asked))
    between = queries.upload_status(session, upload.id)
    assert intake.process(upload.id, now=lambda: NOW)

    assert (between.state, queries.upload(session, upload.id).buckets) == ("deciding", 5)
    assert queries.upload_status(session, upload.id).outcomes == COUNTS


@obligation("CQ-35.1")
def test_the_host_hears_of_the_end(session, world):
    status = world.load(builders.csv_file(MIXED))

    told = session.scalars(
        select(OutboxMessage)
        .where(OutboxMessage.template == "upload.finished")
        .order_by(OutboxMessage.channel)
    ).all()
    assert [message.channel for message in told] == ["in_app", "webhook"]
    assert told[0].payload["upload"] == status.id
    assert told[0].payload["outcomes"] == COUNTS


def test_progress_is_seen_while_a_file_is_read(session, world):
    upload = submit(session, world, builders.csv_file(MIXED))
    with clock.frozen(NOW):
        progress.take_up(session, upload_id=upload.id, at=NOW)
        progress.note_reading(session, upload_id=upload.id, rows=7, at=NOW)

    status = queries.upload_status(session, upload.id)
    assert (status.state, status.rows, status.decided) == ("reading", 7, 0)


def test_columns_of_the_host_come_through_a_profile_that_can_change(session):
    world = World(session, method_code="bicycle.km").link("ann")
    profile = """
        format = "csv"
        encoding = "gbk"
        [csv]
        delimiter = ";"
        [numbers]
        decimal = ","
        [record_id]
        columns = ["单号"]
        [user]
        column = "用户"
        [quantity]
        kind = "column"
        unit = "km"
        column = "里程"
        [time]
        zone = "Asia/Shanghai"
        counts = "start"
        [time.start]
        columns = ["日期", "时间"]
        formats = ["%Y-%m-%d %H:%M"]
    """
    name = builders.profile(session, world.made, "own-file", at=GIVEN, body=profile)
    data = "单号;用户;日期;时间;里程\n1;ann;2026-05-31;23:30;2,5\n".encode("gbk")

    status = world.load(data, profile=name)

    assert (status.outcomes, status.profile) == ({"accepted": 1}, "own-file/1")
    assert session.execute(text("select quantity_milli, day::text from behaviour")).one() == (
        2500,
        "2026-05-31",
    )


def test_a_bucket_that_another_worker_finished_is_left_alone(session, world):
    status = world.load(builders.csv_file(MIXED))
    work = progress.Work(
        upload_id=status.id,
        document_id=None,
        reading=None,
        buckets=1,
        sandbox=False,  # type: ignore[arg-type]
    )

    processing._decide(transaction, work, 0, NOW)

    assert queries.upload_status(session, status.id) == status
