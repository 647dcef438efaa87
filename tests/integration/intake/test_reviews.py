"""Rows that wait for a person's look, and what is decided of them."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text

from app.journeys import intake
from app.kernel.audit import AuditLine
from app.kernel.errors import Forbidden
from scenarios import queries
from scenarios.errors import HeldRowDecided, HeldRowNotFound, ReasonMissing
from tests.builders import people
from tests.integration.intake.conftest import GIVEN, NOW, World
from tests.obligations import obligation

LATER = NOW + timedelta(days=40)


@pytest.fixture
def world(session):
    return World(session, method_code="ebike.km", review_above_milli=60_000, cap_count=2).link("ann")


@pytest.fixture
def operator(session):
    return people.operator(session, at=GIVEN)


def held(world, *quantities):
    return world.send(*(world.row(quantity=quantity, unit="km") for quantity in quantities))


def waiting(session):
    return [row.id for row, _ in queries.held_rows(session)]


@obligation("CQ-34.3")
@pytest.mark.parametrize(("quantity", "expected"), [(60, "accepted"), ("60.001", "held")])
def test_above_the_limit_a_row_waits(world, quantity, expected):
    assert [row.outcome for row in held(world, quantity).rows] == [expected]


@obligation("CQ-34.3")
def test_a_released_row_earns_by_the_same_path(session, world, operator):
    first = held(world, 61)
    assert (first.outcomes, world.available("ann")) == ({"held": 1}, 0)

    (result,) = intake.release_held(
        session, actor=operator, held_row_ids=waiting(session), remark="已核实", at=LATER
    )

    assert (result.outcome, result.reason) == ("accepted", "whole")
    assert world.available("ann") == result.reduction_g > 0
    assert waiting(session) == []
    row = session.execute(text("select decision, outcome, remark, decided_by, review_id from held_row")).one()
    assert tuple(row)[:4] == ("released", "accepted", "已核实", operator.ref)
    status = queries.upload_status(session, row.review_id)
    assert (status.door, status.rows, status.outcomes) == ("review", 1, {"accepted": 1})
    event = session.scalars(select(AuditLine).where(AuditLine.subject_kind == "held_row")).one()
    assert (event.event, event.details["remark"]) == ("scenarios.held_row.release", "已核实")


def test_caps_and_authorisation_are_looked_at_again(session, world, operator):
    held(world, 61, 62)
    world.send(world.row(quantity=1, unit="km"))

    results = intake.release_held(
        session, actor=operator, held_row_ids=waiting(session), remark="已核实", at=LATER
    )

    assert sorted((result.outcome, result.reason) for result in results) == [
        ("accepted", "whole"),
        ("capped", "count"),
    ]


def test_a_withdrawn_person_s_row_is_not_released_to_them(session, world, operator):
    held(world, 61)
    session.execute(text("update authorisation set withdrawn_at = :at"), {"at": NOW})

    (result,) = intake.release_held(
        session, actor=operator, held_row_ids=waiting(session), remark="已核实", at=LATER
    )

    assert (result.outcome, result.reason) == ("unauthorised", "withdrawn")
    assert world.count("behaviour") == 0


@obligation("CQ-34.3")
def test_a_rejected_row_earns_nothing_for_good(session, world, operator):
    row = world.row(quantity=61, unit="km")
    world.send(row)
    ids = waiting(session)

    assert intake.reject_held(session, actor=operator, held_row_ids=ids, remark="里程异常", at=LATER) == 1

    assert world.available("ann") == 0
    assert [(r.outcome, r.reason) for r in world.send(row).rows] == [("duplicate", "held_before")]
    for act in (intake.release_held, intake.reject_held):
        with pytest.raises(HeldRowDecided):
            act(session, actor=operator, held_row_ids=ids, remark="再来", at=LATER)


def test_a_review_needs_a_remark_the_operator_and_a_row(session, world, operator):
    held(world, 61)
    ids = waiting(session)

    for act in (intake.release_held, intake.reject_held):
        with pytest.raises(ReasonMissing):
            act(session, actor=operator, held_row_ids=ids, remark=" ", at=LATER)
        with pytest.raises(Forbidden):
            act(session, actor=world.made.host, held_row_ids=ids, remark="我", at=LATER)
        with pytest.raises(HeldRowNotFound):
            act(session, actor=operator, held_row_ids=[10**9], remark="无", at=LATER)


def test_a_held_row_sent_again_is_a_duplicate_and_does_not_wait_twice(session, world):
    row = world.row(quantity=61, unit="km")
    world.send(row)

    assert [(r.outcome, r.reason) for r in world.send(row).rows] == [("duplicate", "held_before")]
    assert len(waiting(session)) == 1


def test_a_stranger_s_row_does_not_wait(session, world):
    assert [r.outcome for r in world.send(world.row(quantity=61, unit="km", user="x")).rows] == [
        "unauthorised"
    ]
    assert waiting(session) == []
