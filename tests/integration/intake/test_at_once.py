"""Two of everything at once, on committed data: each record, each cap and each withdrawal holds once."""

import threading
import time
from collections.abc import Callable
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from sqlalchemy import text

from app.journeys import intake
from app.journeys.intake import buckets
from app.kernel import clock
from app.kernel.session import transaction
from scenarios import commands
from scenarios.commands import deciding, staging
from tests.builders import scenarios as builders
from tests.integration.intake.conftest import GIVEN, NOW, World
from tests.obligations import obligation


@pytest.fixture
def world(committed):
    with clock.frozen(NOW):
        with transaction() as session:
            made = World(session, cap_count=3).link("ann", "bob", *(f"u{n}" for n in range(30)))
        yield made


def rows_of(world, count, shift=0):
    return [
        (f"r{number}", f"u{number % 30}", (NOW - timedelta(minutes=number)).isoformat(), 1, "ride")
        for number in range(shift, shift + count)
    ]


def submit(world, data):
    with transaction() as session:
        return intake.submit_file(
            session,
            actor=world.made.host,
            scenario_code=world.made.code,
            received=builders.stored(data),
            filename="rows.csv",
            media_type="text/csv",
            at=NOW,
        ).id


def all_at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Run acts in threads that start together; return what each returned or raised."""
    gate = threading.Barrier(len(acts))
    results: list[Any] = [None] * len(acts)

    def run(place, act):
        gate.wait()
        try:
            results[place] = act()
        except Exception as trouble:  # noqa: BLE001
            results[place] = trouble

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    return results


def count(table, condition="true"):
    with transaction() as session:
        return session.scalar(text(f"select count(*) from {table} where {condition}"))


@obligation("CQ-34.4")
def test_two_uploads_with_the_same_records_take_each_once(world, monkeypatch):
    monkeypatch.setattr(staging, "ROWS_OF_A_BUCKET", 100)
    first, second = rows_of(world, 600), rows_of(world, 600, shift=300)
    Random(1).shuffle(second)
    ids = [submit(world, builders.csv_file(rows)) for rows in (first, second)]

    assert all_at_once(*(lambda id_=id_: intake.process(id_, now=clock.now) for id_ in ids)) == [True, True]

    with transaction() as session:
        one, two = (intake.upload_status(session, actor=world.made.host, upload_id=id_) for id_ in ids)
    assert (one.state, two.state) == ("done", "done")
    assert sum(one.outcomes.values()) == sum(two.outcomes.values()) == 600
    assert one.outcomes.get("duplicate", 0) + two.outcomes.get("duplicate", 0) == 300
    accepted = one.outcomes.get("accepted", 0) + two.outcomes.get("accepted", 0)
    assert count("behaviour") == count("behaviour_issue") == accepted == 30 * 3 * 2  # users, cap, days
    assert count("intake_key") == 900


def test_two_uploads_with_the_same_record_ids_for_other_people_take_each_once(committed, monkeypatch):
    monkeypatch.setattr(staging, "ROWS_OF_A_BUCKET", 100)
    with clock.frozen(NOW):
        with transaction() as session:
            world = World(session).link(*(f"u{n}" for n in range(30)))
        mine = rows_of(world, 900)
        others = [(record, f"u{(int(user[1:]) + 7) % 30}", *rest) for record, user, *rest in reversed(mine)]
        ids = [submit(world, builders.csv_file(rows)) for rows in (mine, others)]

        done = all_at_once(*(lambda id_=id_: intake.process(id_, now=clock.now) for id_ in ids))

    assert done == [True, True]
    with transaction() as session:
        found = [intake.upload_status(session, actor=world.made.host, upload_id=id_) for id_ in ids]
    assert sum(status.outcomes.get("accepted", 0) for status in found) == 900 == count("behaviour")
    assert sum(status.outcomes.get("conflict", 0) for status in found) == 900


def test_who_loses_the_race_for_a_record_decides_again(world):
    row = world.row(record_id="one")
    release, thread = held_open(lambda session: world_send(session, world, row))
    outcomes: list[tuple[str, str]] = []

    def other():
        with transaction() as session:
            outcomes.append(world_send(session, world, {**row, "user": "bob"}))

    sender = threading.Thread(target=other)
    sender.start()
    time.sleep(0.5)
    assert outcomes == []
    release.set()
    thread.join(30)
    sender.join(30)

    assert outcomes == [("conflict", "accepted_before")]
    assert count("behaviour") == 1


def test_one_request_sent_eight_times_at_once_is_taken_once(world):
    rows = [world.row(user=f"u{n}") for n in range(20)]

    def send():
        with transaction() as session:
            return intake.accept_rows(
                session, actor=world.made.host, scenario_code=world.made.code, rows=rows, at=NOW
            ).outcomes

    results = all_at_once(*[send] * 8)

    assert sorted(results, key=str) == [{"accepted": 20}, *[{"duplicate": 20}] * 7]
    assert count("behaviour") == 20


@obligation("CQ-31.3")
def test_a_cap_holds_when_two_scenarios_send_at_once(committed):
    with transaction() as session:
        world = World(session, cap_count=1).link("ann")
        other = builders.listed(session, world.made.host, at=GIVEN, methods=("bicycle.ride",))
        session.execute(
            text("""
                insert into authorisation (account_id, scenario_id, host_user, data_kinds, text_version,
                       given_at)
                values (:account, :scenario, 'ann', '["trip_time"]', '1', :at)
            """),
            {"account": world.accounts["ann"], "scenario": other.id, "at": GIVEN},
        )

    def send(code):
        with transaction() as session:
            return (
                intake.accept_rows(
                    session, actor=world.made.host, scenario_code=code, rows=[world.row()], at=NOW
                )
                .rows[0]
                .outcome
            )

    results = all_at_once(*(lambda code=code: send(code) for code in (world.made.code, other.code) * 4))

    assert sorted(results) == ["accepted", *["capped"] * 7]


def held_open(act):
    """Do something in a transaction that stays open until the returned event is set."""
    done, release = threading.Event(), threading.Event()

    def run():
        with transaction() as session:
            act(session)
            done.set()
            release.wait(30)

    thread = threading.Thread(target=run)
    thread.start()
    assert done.wait(30)
    return release, thread


def withdraw(session, world):
    session.execute(
        text("update authorisation set withdrawn_at = :at where account_id = :account"),
        {"at": NOW, "account": world.accounts["ann"]},
    )


@obligation("Q-40")
def test_a_withdrawal_under_way_is_waited_for_and_holds(world):
    release, thread = held_open(lambda session: withdraw(session, world))
    outcomes = []

    def send():
        with transaction() as session:
            outcomes.append(world_send(session, world))

    sender = threading.Thread(target=send)
    sender.start()
    time.sleep(0.5)
    assert outcomes == []
    release.set()
    thread.join(30)
    sender.join(30)

    assert outcomes == [("unauthorised", "withdrawn")]
    assert count("behaviour") == 0


@obligation("Q-40")
def test_a_withdrawal_waits_for_rows_that_are_being_decided(world):
    release, thread = held_open(lambda session: world_send(session, world))
    withdrawn = []

    def act():
        with transaction() as session:
            withdraw(session, world)
        withdrawn.append(True)

    other = threading.Thread(target=act)
    other.start()
    time.sleep(0.5)
    assert withdrawn == []
    release.set()
    thread.join(30)
    other.join(30)

    assert withdrawn == [True]
    assert count("behaviour") == 1
    with transaction() as session:
        assert world_send(session, world) == ("unauthorised", "withdrawn")


@obligation("CQ-34.2")
def test_a_suspension_waits_too(world):
    release, thread = held_open(lambda session: world_send(session, world))
    suspended = []

    def act():
        with transaction() as session:
            from app.kernel.actor import SYSTEM

            commands.suspend(session, actor=SYSTEM, scenario_id=world.made.scenario.id, reason="查", at=NOW)
        suspended.append(True)

    other = threading.Thread(target=act)
    other.start()
    time.sleep(0.5)
    assert suspended == []
    release.set()
    thread.join(30)
    other.join(30)

    assert suspended == [True]


def world_send(session, world, row=None):
    result = intake.accept_rows(
        session, actor=world.made.host, scenario_code=world.made.code, rows=[row or world.row()], at=NOW
    ).rows[0]
    return result.outcome, result.reason


def test_two_workers_do_not_work_on_one_upload(world):
    upload_id = submit(world, builders.csv_file(rows_of(world, 50)))
    seen: list[bool] = []

    def peek(*_):
        if not seen:
            seen.append(intake.process(upload_id, now=clock.now))  # as another worker would
        return False

    assert intake.process(upload_id, now=clock.now, stopping=peek)

    assert seen == [False]
    assert count("behaviour") == 50


def test_records_taken_by_others_again_and_again_are_given_up_and_tried_later(world, monkeypatch):
    upload_id = submit(world, builders.csv_file(rows_of(world, 5)))
    monkeypatch.setattr(deciding, "write", lambda *_: False)

    with pytest.raises(buckets.UploadsCollide):
        intake.process(upload_id, now=clock.now)
    monkeypatch.undo()

    assert intake.process(upload_id, now=clock.now)
    assert count("behaviour") == 5
