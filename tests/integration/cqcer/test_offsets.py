"""Compliance offset: closed until the Bureau enters ratios, frozen while applied for, never counted twice."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.kernel.days import day_in_china
from app.kernel.errors import ActOutOfTurn, Forbidden
from app.kernel.permissions import PERMISSIONS_OF, Role
from cqcer import commands, queries
from cqcer.checks.offsets import ceiling
from cqcer.errors import ChecksFailed, OffsetNotFound, ReasonMissing, SamePerson
from cqcer.queries.offsets import told_apart
from cqcer.values import Range, UnitState
from tests.integration.cqcer import registry as build
from tests.integration.cqcer import using
from tests.obligations import obligation

MAY = PERMISSIONS_OF[Role.ALLOWANCE_STAFF]
YEAR = 2024
RATIOS = {
    "overall_bp": 1000,
    "engineering_bp": 800,
    "sink_bp": 500,
    "inclusion_bp": 300,
    "purchased_bp": 1000,
}


@pytest.fixture
def world(session):
    made = using.with_bureau(session)
    made.owner = replace(
        made.owner,
        initiator=replace(made.owner.initiator, permissions=MAY),
        confirmer=replace(made.owner.confirmer, permissions=MAY),
    )
    return made


def entered(session, world, **other):
    today = day_in_china(world.at)
    return commands.enter_offset_rule(
        session,
        actor=world.bureau,
        compliance_year=YEAR,
        base="verified_emissions",
        opens_on=today,
        closes_on=today + timedelta(days=30),
        rule_text="重庆市碳排放权交易管理办法（试行）2024年度抵销通知",
        document_id=build.paper(session),
        at=world.at,
        **RATIOS | other,
    )


def listed(session, world):
    return commands.list_allowance_unit(
        session,
        actor=world.bureau,
        organisation_id=world.owner.organisation.id,
        document_id=build.paper(session),
        listed_from=day_in_china(world.at),
        at=world.at,
    )


def begun(session, world, quantity, *, emissions_t=10_000, key=None):
    return commands.begin_offset(
        session,
        actor=world.owner.initiator,
        compliance_year=YEAR,
        emissions_t=emissions_t,
        base_t=emissions_t,
        quantity=quantity,
        document_id=build.paper(session),
        key=key or f"o{quantity}",
        at=world.at,
    )


def submitted(session, world, quantity, **more):
    made = begun(session, world, quantity, **more)
    return commands.submit_offset(
        session, actor=world.owner.confirmer, application_id=made.id, second_factor=True, at=world.at
    )


def codes(refusal):
    return [one["code"] for one in refusal.value.details["checks"]]


@obligation("CQ-26.1", "CQ-24.2", "Q-16")
def test_applications_are_closed_until_the_unit_is_listed_and_the_ratios_entered(session, world):
    with pytest.raises(ChecksFailed) as refusal:
        begun(session, world, 100)
    assert codes(refusal) == [5001, 5002]
    listed(session, world)
    with pytest.raises(ChecksFailed) as refusal:
        begun(session, world, 100)
    assert codes(refusal) == [5002]
    entered(session, world)

    assert begun(session, world, 100).state == "draft"
    assert queries.tally(session).reserved == 100


@obligation("CQ-26.2", "CQ-26.4", "CQ-29.1", "CQ-29.2", "CQ-42.3")
def test_units_are_frozen_confirmed_by_the_bureau_and_cancelled_by_two_of_the_agency(session, world):
    listed(session, world)
    entered(session, world)
    made = begun(session, world, 300)
    with pytest.raises(SamePerson):
        commands.submit_offset(
            session, actor=world.owner.initiator, application_id=made.id, second_factor=True, at=world.at
        )
    commands.submit_offset(
        session, actor=world.owner.confirmer, application_id=made.id, second_factor=True, at=world.at
    )
    assert queries.tally(session) == (1000, 700, 0, 0, 300, 0)
    with pytest.raises(DBAPIError, match="as their application stands"), session.begin_nested():
        commands.propose_offset_cancellation(
            session, actor=world.agency[0], application_id=made.id, at=world.at
        )
    with pytest.raises(Forbidden):
        commands.confirm_offset(session, actor=world.agency[1], application_id=made.id, at=world.at)
    commands.confirm_offset(session, actor=world.bureau, application_id=made.id, at=world.at)
    cancel = commands.propose_offset_cancellation(
        session, actor=world.agency[0], application_id=made.id, at=world.at
    )
    commands.confirm_movement(session, actor=world.agency[1], movement_id=cancel.id, at=world.at)

    session.refresh(made)
    assert (made.state, made.engineering_t, made.purchased_t) == ("completed", 300, 0)
    assert queries.tally(session) == (1000, 700, 0, 0, 0, 300)
    assert queries.certificate_of(session, cancel.id) is not None
    for act in (commands.withdraw_offset, commands.confirm_offset):
        actor = world.owner.confirmer if act is commands.withdraw_offset else world.bureau
        with pytest.raises((ActOutOfTurn, ChecksFailed)):
            act(session, actor=actor, application_id=made.id, at=world.at)


@obligation("CQ-24.2", "Q-16", "Q-44")
def test_ceilings_hold_to_the_tonne_on_the_sum_of_a_years_applications(session, world):
    assert [ceiling(base, 500) for base in (19, 20, 39, 40, 10_000)] == [0, 1, 1, 2, 500]
    listed(session, world)
    entered(session, world, engineering_bp=500)
    submitted(session, world, 300)

    with pytest.raises(ChecksFailed) as refusal:
        begun(session, world, 201)
    assert codes(refusal) == [5006]
    assert submitted(session, world, 200).state == "submitted"
    with pytest.raises(ChecksFailed):
        begun(session, world, 1)


@obligation("CQ-26.3")
def test_the_share_of_purchased_units_is_counted_apart(session, world):
    seller = build.registry(session)
    seller.at = build.issued(session, seller, 500)
    # what another owner's project made counts as purchased, however it came here
    world.owner = seller.owner
    asked = told_apart(
        session, [Range(1, 10), Range(1001, 1005)], organisation_id=seller.owner.organisation.id
    )

    assert (asked.total, asked.purchased) == (15, 10)


@obligation("CQ-26.2", "Q-44")
@pytest.mark.parametrize("ending", ["refuse", "withdraw"])
def test_what_is_turned_down_is_free_again_the_same_moment(session, world, ending):
    listed(session, world)
    entered(session, world)
    made = submitted(session, world, 300)

    if ending == "refuse":
        with pytest.raises(ReasonMissing):
            commands.refuse_offset(
                session, actor=world.bureau, application_id=made.id, reason=" ", at=world.at
            )
        commands.refuse_offset(
            session, actor=world.bureau, application_id=made.id, reason="排放数据未核查", at=world.at
        )
    else:
        commands.withdraw_offset(session, actor=world.owner.confirmer, application_id=made.id, at=world.at)

    assert queries.tally(session) == (1000, 1000, 0, 0, 0, 0)
    assert submitted(session, world, 301).state == "submitted"  # it no longer counts


@obligation("CQ-26.2")
def test_what_is_returned_stays_frozen_and_comes_back(session, world):
    listed(session, world)
    entered(session, world)
    made = submitted(session, world, 300)
    other = build.holder(session, world.agency[0])
    commands.return_offset(
        session, actor=world.bureau, application_id=made.id, reason="补充核查报告", at=world.at
    )
    assert queries.free_quantity(session, world.owner.account.id, UnitState.FROZEN_OFFSET) == 300
    stranger = replace(other.confirmer, permissions=MAY)
    with pytest.raises(OffsetNotFound):
        commands.submit_offset(
            session, actor=stranger, application_id=made.id, second_factor=True, at=world.at
        )

    commands.submit_offset(
        session,
        actor=world.owner.confirmer,
        application_id=made.id,
        document_id=build.paper(session),
        at=world.at,
    )

    assert [one.act for one in queries.steps_of_offset(session, made.id)] == [
        "begin",
        "submit",
        "return",
        "submit",
    ]


@obligation("CQ-26.1", "CQ-26.2", "CQ-24.2")
def test_the_database_keeps_offsets_by_itself(session, world):
    listed(session, world)
    entered(session, world)
    made = submitted(session, world, 300)
    step = (
        "INSERT INTO offset_step (application_id, number, act, state, actor, at, checks)"
        f" VALUES ({made.id}, {{}}, 'staff:1', :at, '[]')"
    )
    attacks = (
        ("UPDATE offset_application SET state = 'completed'", {"TH101", "42501"}),
        ("UPDATE offset_rule SET overall_bp = 10000", {"TH002", "42501"}),
        (step.format("3, 'complete', 'completed'"), {"TH100", "TH182"}),
        (step.format("4, 'confirm', 'confirmed'"), {"TH182"}),
        (step.format("3, 'refuse', 'refused'"), {"23514"}),
    )
    for sql, expected in attacks:
        with pytest.raises(DBAPIError) as caught, session.begin_nested():
            session.execute(text(sql), {"at": world.at})
        assert getattr(caught.value.orig, "sqlstate", None) in expected, sql

    commands.end_allowance_unit(
        session,
        actor=world.bureau,
        organisation_id=world.owner.organisation.id,
        ended_on=day_in_china(world.at),
        at=world.at,
    )
    with pytest.raises(ChecksFailed) as refusal:
        commands.confirm_offset(session, actor=world.bureau, application_id=made.id, at=world.at)
    assert codes(refusal) == [5001]
    with pytest.raises(DBAPIError, match="allowance management"), session.begin_nested():
        session.execute(text(step.format("3, 'confirm', 'confirmed'")), {"at": world.at})


@obligation("Q-44")
@pytest.mark.parametrize(("days", "open_"), [(30, True), (31, False)])
def test_the_window_ends_with_its_last_day(session, world, days, open_):
    listed(session, world)
    entered(session, world)
    world.at += timedelta(days=days)

    if open_:
        assert begun(session, world, 10).state == "draft"
    else:
        with pytest.raises(ChecksFailed) as refusal:
            begun(session, world, 10)
        assert codes(refusal) == [5003]
