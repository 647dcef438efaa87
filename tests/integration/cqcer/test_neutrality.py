"""Neutrality of events and operations: computed, rounded up, covered once, certified."""

import json
from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from cqcer import commands, queries
from cqcer.errors import ChecksFailed, NeutralityNotFound, NothingEmitted
from cqcer.neutrality import Activity, emissions_of
from cqcer.values import Period, Purpose
from tests.integration.cqcer import registry as build
from tests.obligations import obligation

POWER = Activity(
    name="用电", quantity_milli=12_345_678, unit="kWh", factor_mg=520_500, source="2022 华中电网"
)
FLIGHTS = Activity(name="航班", quantity_milli=3_000, unit="人次", factor_mg=198_000_001, source="DEFRA 2024")
DAYS = Period(date(2025, 6, 1), date(2025, 6, 2))


@pytest.fixture
def world(session):
    made = build.registry(session)
    made.at = build.issued(session, made, 1000)
    return made


def declared(session, world, *activities, purpose=Purpose.EVENT_NEUTRALITY):
    return commands.declare_emissions(
        session,
        actor=world.owner.initiator,
        purpose=purpose,
        subject="2025 重庆马拉松",
        period=DAYS,
        methodology="大型活动碳中和实施指南（试行）",
        activities=activities or (POWER, FLIGHTS),
        at=world.at,
    )


def confirmed(session, world, movement):
    return commands.confirm_movement(
        session, actor=world.owner.confirmer, movement_id=movement.id, at=world.at, second_factor=True
    )


@obligation("CQ-42.4")
@pytest.mark.parametrize(
    ("quantity_milli", "factor_mg", "grams", "tonnes"),
    [
        (1_000_000, 1_000_000_000, 1_000_000_000, 1_000),
        (1, 1, 1, 1),
        (1_000, 1_000_000_001, 1_000_001, 2),
        (1_000, 1_000_000_000, 1_000_000, 1),
        (0, 5, 0, 0),
    ],
)
def test_emissions_are_rounded_up(quantity_milli, factor_mg, grams, tonnes):
    one = Activity(name="x", quantity_milli=quantity_milli, unit="u", factor_mg=factor_mg, source="s")

    assert emissions_of([one]) == (grams, tonnes)


@obligation("CQ-27.1", "CQ-29.1", "CQ-42.4")
def test_an_event_is_neutral_when_as_many_units_are_cancelled_as_were_computed(session, world):
    record = declared(session, world)
    assert (record.emissions_g, record.emissions_t) == (6_425_926 + 594_001, 8)
    made = commands.propose_neutrality(
        session, actor=world.owner.initiator, record_id=record.id, key="n", at=world.at
    )
    assert record.state == "declared"  # nothing is neutral before units are cancelled in the registry

    confirmed(session, world, made)

    session.refresh(record)
    assert (record.state, record.cancelled_t, record.movement_id) == ("neutral", 8, made.id)
    certificate = queries.certificate_of(session, made.id)
    assert certificate is not None
    told = json.loads(certificate.content)
    assert told["usage"] == {
        "subject": "2025 重庆马拉松",
        "first_day": "2025-06-01",
        "last_day": "2025-06-02",
        "methodology": "大型活动碳中和实施指南（试行）",
        "emissions_t": 8,
    }
    with pytest.raises(DBAPIError, match="covered once"), session.begin_nested():
        commands.propose_neutrality(
            session, actor=world.owner.initiator, record_id=record.id, key="again", at=world.at
        )


@obligation("CQ-42.4")
def test_one_tonne_less_is_not_neutrality(session, world):
    record = declared(session, world)

    with pytest.raises(ChecksFailed) as refusal:
        commands.propose_neutrality(
            session, actor=world.owner.initiator, record_id=record.id, quantity=7, key="n", at=world.at
        )

    assert [one["code"] for one in refusal.value.details["checks"]] == [4015]


def test_nothing_emitted_and_anothers_record_are_refused(session, world):
    with pytest.raises(NothingEmitted):
        declared(
            session, world, Activity(name="x", quantity_milli=-1, unit="u", factor_mg=1, source="s"), POWER
        )
    record = declared(session, world)
    other = build.holder(session, world.agency[0])
    with pytest.raises(NeutralityNotFound):
        commands.propose_neutrality(session, actor=other.initiator, record_id=record.id, key="n", at=world.at)


@obligation("CQ-42.4", "CQ-29.1")
def test_by_sql_nothing_is_declared_less_than_it_was_nor_neutral_by_hand(session, world):
    record = declared(session, world)
    copied = (
        "INSERT INTO neutrality_record (account_id, beneficiary_id, subject, first_day, last_day,"
        " methodology, activities, emissions_g, emissions_t, declared_by, declared_at)"
        " SELECT account_id, beneficiary_id, subject, first_day, last_day, methodology, activities,"
        f" {{}}, declared_by, declared_at FROM neutrality_record WHERE id = {record.id}"
    )
    attacks = (
        (copied.format("1000000, 1"), {"TH195"}),
        (copied.format("emissions_g, emissions_t - 1"), {"23514"}),
        ("UPDATE neutrality_record SET state = 'neutral'", {"TH101", "42501"}),
    )
    for sql, expected in attacks:
        with pytest.raises(DBAPIError) as caught, session.begin_nested():
            session.execute(text(sql))
        assert getattr(caught.value.orig, "sqlstate", None) in expected, sql
