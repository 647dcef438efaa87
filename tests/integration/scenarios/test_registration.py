"""A scenario's registration on the database: each step by its permission, with history, audit and message."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select

from app.journeys.scenario_registration import apply_for_scenario
from app.kernel.actor import SYSTEM, Actor
from app.kernel.audit import AuditLine
from app.kernel.documents import DocumentNotFound
from app.kernel.errors import ActOutOfTurn, Forbidden
from app.kernel.outbox import OutboxMessage
from scenarios import commands, queries
from scenarios.errors import (
    AgreedAlready,
    ApplicationIncomplete,
    DistrictUnknown,
    HostNotDomestic,
    NormTaken,
    NotThisHost,
    ReasonMissing,
    ScenarioCodeTaken,
)
from scenarios.states import State
from scenarios.values import Evidence, Side
from tests.builders import people
from tests.builders import scenarios as builders
from tests.obligations import obligation

NOW = datetime(2026, 6, 1, 4, 0, tzinfo=UTC)
GOOD = {item.code: item.most for item in builders.ITEMS}


@pytest.fixture
def host(session):
    builders.norm(session, at=NOW)
    builders.method(session, "bicycle.ride", at=NOW)
    return people.host(session, at=NOW)


@pytest.fixture
def operator(session):
    return people.operator(session, at=NOW)


@pytest.fixture
def bureau(session):
    return people.bureau(session, at=NOW)


@obligation("CQ-32.1", "CQ-32.2", "CQ-32.3", "CQ-32.4", "CQ-31.2")
def test_the_whole_way_from_application_to_the_platform_and_off_it(session, host, operator, bureau):
    made = builders.applied(session, host, at=NOW)
    commands.take_up(session, actor=operator, scenario_id=made.id, at=NOW)
    assessment = commands.assess(session, actor=operator, scenario_id=made.id, scores=GOOD, at=NOW)
    commands.agree(session, actor=host, scenario_id=made.id, side=Side.HOST, at=NOW)
    assert made.state == State.ASSESSED
    commands.agree(session, actor=operator, scenario_id=made.id, side=Side.OPERATOR, at=NOW)
    assert made.state == State.AGREED
    commands.approve(session, actor=bureau, scenario_id=made.id, at=NOW)
    commands.list_scenario(session, actor=operator, scenario_id=made.id, at=NOW)
    commands.suspend(session, actor=operator, scenario_id=made.id, reason="数据异常", at=NOW)
    commands.resume(session, actor=operator, scenario_id=made.id, reason="已整改", at=NOW)
    commands.delist(session, actor=host, scenario_id=made.id, reason="停止运营", at=NOW)

    steps = queries.history(session, made.id)
    assert [(step.act, step.from_state, step.to_state) for step in steps] == [
        ("apply", None, "applied"),
        ("take_up", "applied", "under_assessment"),
        ("pass", "under_assessment", "assessed"),
        ("accept", "assessed", "assessed"),
        ("agree", "assessed", "agreed"),
        ("approve", "agreed", "approved"),
        ("list", "approved", "listed"),
        ("suspend", "listed", "suspended"),
        ("resume", "suspended", "listed"),
        ("delist", "listed", "delisted"),
    ]
    assert [step.reason for step in steps[-3:]] == ["数据异常", "已整改", "停止运营"]
    assert (assessment.total, assessment.passed) == (100, True)
    assert made.listed_at == NOW
    audited = session.scalars(
        select(AuditLine.event).where(AuditLine.subject_kind == "scenario").order_by(AuditLine.id)
    ).all()
    assert audited == [f"scenarios.scenario.{step.act}" for step in steps]
    told = session.scalars(
        select(OutboxMessage.template)
        .where(
            OutboxMessage.recipient == f"organisation:{host.organisation_id}",
            OutboxMessage.channel == "in_app",
        )
        .order_by(OutboxMessage.id)
    ).all()
    assert told == [f"scenario.{step.act}" for step in steps]


@obligation("CQ-32.3")
def test_below_the_pass_score_it_is_rejected_for_good(session, host, operator):
    made = builders.applied(session, host, at=NOW)
    commands.take_up(session, actor=operator, scenario_id=made.id, at=NOW)

    commands.assess(
        session,
        actor=operator,
        scenario_id=made.id,
        scores={"operation": 40, "data": 19, "benefit": 0},
        remark="数据不足",
        at=NOW,
    )

    assert made.state == State.REJECTED
    assert queries.history(session, made.id)[-1].reason == "数据不足"
    with pytest.raises(ActOutOfTurn):
        commands.take_up(session, actor=operator, scenario_id=made.id, at=NOW)


@obligation("CQ-32.4")
@pytest.mark.parametrize("first", list(Side))
def test_one_side_alone_does_not_agree(session, host, operator, first):
    actors = {Side.HOST: host, Side.OPERATOR: operator}
    made = builders.applied(session, host, at=NOW)
    commands.take_up(session, actor=operator, scenario_id=made.id, at=NOW)
    commands.assess(session, actor=operator, scenario_id=made.id, scores=GOOD, at=NOW)
    commands.agree(session, actor=actors[first], scenario_id=made.id, side=first, at=NOW)

    with pytest.raises(AgreedAlready):
        commands.agree(session, actor=actors[first], scenario_id=made.id, side=first, at=NOW)
    with pytest.raises(ActOutOfTurn):
        commands.approve(session, actor=SYSTEM, scenario_id=made.id, at=NOW)

    assert made.state == State.ASSESSED


def test_the_bureau_may_refuse_with_a_reason(session, host, operator, bureau):
    made = builders.applied(session, host, at=NOW)
    commands.take_up(session, actor=operator, scenario_id=made.id, at=NOW)
    commands.assess(session, actor=operator, scenario_id=made.id, scores=GOOD, at=NOW)
    for actor, side in ((host, Side.HOST), (operator, Side.OPERATOR)):
        commands.agree(session, actor=actor, scenario_id=made.id, side=side, at=NOW)

    with pytest.raises(ReasonMissing):
        commands.reject(session, actor=bureau, scenario_id=made.id, reason=" ", at=NOW)
    commands.reject(session, actor=bureau, scenario_id=made.id, reason="与规划不符", at=NOW)

    assert made.state == State.REJECTED


@obligation("CQ-32.1", "CQ-31.1")
def test_each_step_is_for_its_own_people(session, host, operator, bureau):
    made = builders.applied(session, host, at=NOW)
    step: dict[str, Any] = {"scenario_id": made.id, "at": NOW}
    attempts: list[tuple[Actor, Callable[..., object], dict[str, Any]]] = [
        (host, commands.take_up, {}),
        (bureau, commands.take_up, {}),
        (host, commands.assess, {"scores": GOOD}),
        (host, commands.agree, {"side": Side.OPERATOR}),
        (operator, commands.agree, {"side": Side.HOST}),
        (operator, commands.approve, {}),
        (host, commands.approve, {}),
        (operator, commands.reject, {"reason": "不"}),
        (host, commands.list_scenario, {}),
        (bureau, commands.list_scenario, {}),
        (host, commands.suspend, {"reason": "不"}),
        (host, commands.resume, {"reason": "不"}),
        (bureau, commands.delist, {"reason": "不"}),
        (host, commands.change_lateness, {"days": 60, "reason": "不"}),
    ]

    for actor, act, arguments in attempts:
        with pytest.raises(Forbidden):
            act(session, actor=actor, **step, **arguments)

    assert made.state == State.APPLIED


def test_another_host_neither_agrees_nor_delists(session, host, operator):
    made = builders.listed(session, host, at=NOW)
    other = people.host(session, at=NOW)

    with pytest.raises(NotThisHost):
        commands.delist(session, actor=other, scenario_id=made.id, reason="恶意", at=NOW)
    with pytest.raises(NotThisHost):
        commands.agree(session, actor=other, scenario_id=made.id, side=Side.HOST, at=NOW)

    assert made.state == State.LISTED


def test_a_code_is_used_once(session, host):
    builders.applied(session, host, at=NOW, code="metro-line-1")

    with pytest.raises(ScenarioCodeTaken) as refusal:
        builders.applied(session, people.host(session, at=NOW), at=NOW, code="metro-line-1")

    assert refusal.value.details == {"code": "metro-line-1"}


def test_an_unpublished_method_is_named(session, host):
    with pytest.raises(ApplicationIncomplete) as refusal:
        builders.applied(session, host, at=NOW, methods=("bicycle.ride", "broom.flight"))

    assert refusal.value.details["breaches"] == [
        {"path": "methods", "message": "not published: broom.flight"}
    ]


@obligation("CQ-32.1", "CQ-2.1")
def test_the_register_says_who_applies_and_the_district_exists(session, host):
    whole = builders.application(session, at=NOW)

    made = apply_for_scenario(session, actor=host, application=whole, at=NOW)

    assert (made.host_id, made.area_code, made.lateness_days) == (host.organisation_id, "500103", 30)
    elsewhere = builders.application(session, at=NOW, area_code="110101")
    with pytest.raises(DistrictUnknown):
        apply_for_scenario(session, actor=host, application=elsewhere, at=NOW)
    unproved = builders.application(session, at=NOW, evidence=(Evidence(987654, "照片"),))
    with pytest.raises(DocumentNotFound):
        apply_for_scenario(session, actor=host, application=unproved, at=NOW)


@obligation("CQ-32.1")
def test_a_government_body_may_not_apply(session, host, bureau):
    from dataclasses import replace

    from app.kernel.permissions import Permission

    eager = replace(bureau, permissions=bureau.permissions | {Permission.APPLY_FOR_SCENARIO})

    with pytest.raises(HostNotDomestic):
        apply_for_scenario(session, actor=eager, application=builders.application(session, at=NOW), at=NOW)


@obligation("CQ-31.2")
def test_an_assessment_names_the_norm_of_its_day(session, host, operator):
    commands.publish_norm(
        session,
        actor=operator,
        version="later",
        items=builders.ITEMS,
        pass_score=90,
        valid_from=NOW.date().replace(day=2),
        at=NOW,
    )
    made = builders.applied(session, host, at=NOW)
    commands.take_up(session, actor=operator, scenario_id=made.id, at=NOW)

    assessment = commands.assess(
        session, actor=operator, scenario_id=made.id, scores={**GOOD, "benefit": 5}, at=NOW
    )

    assert assessment.passed
    assert assessment.norm_id == queries.norm_in_force(session, NOW.date()).id
    assert queries.norm_in_force(session, NOW.date().replace(day=2)).version == "later"


def test_a_norm_has_a_day_of_its_own(session, operator):
    def publish(version):
        return commands.publish_norm(
            session,
            actor=operator,
            version=version,
            items=builders.ITEMS,
            pass_score=60,
            valid_from=NOW.date(),
            at=NOW,
        )

    publish("a")

    with pytest.raises(NormTaken):
        publish("b")


def test_lateness_is_changed_with_a_reason(session, host, operator):
    made = builders.listed(session, host, at=NOW)

    commands.change_lateness(session, actor=operator, scenario_id=made.id, days=60, reason="补报", at=NOW)

    assert made.lateness_days == 60
    line = session.scalars(
        select(AuditLine).where(AuditLine.event == "scenarios.scenario.change_lateness")
    ).one()
    assert line.details == {"before": 30, "days": 60, "reason": "补报"}
