"""The conversion rule: published before it holds, one for all scenarios, never backwards."""

from datetime import date, timedelta

import pytest

from app.kernel.days import day_in_china
from app.kernel.errors import Forbidden
from app.kernel.permissions import Role
from points import commands, queries
from points.errors import RuleMissing, RuleNotAhead, RuleTaken
from points.models import ConversionRule
from tests.builders import points as build
from tests.builders.points import NOON
from tests.obligations import obligation

TOMORROW = day_in_china(NOON) + timedelta(days=1)
SAID = {
    "version": "2026-2",
    "grams_per_point": 200,
    "validity_months": 12,
    "valid_from": TOMORROW,
    "text_zh": "规则",
    "text_en": "Rule",
}


@obligation("CQ-31.4", "Q-38")
def test_a_rule_holds_from_its_day_and_for_points_issued_from_then_on(session, ready, holder):
    build.earn(session, ready, holder.id, 1_000)
    commands.publish_rule(session, actor=build.operator(), **SAID, at=NOON)
    build.earn(session, ready, holder.id, 1_000)
    build.earn(session, ready, holder.id, 1_000, at=NOON + timedelta(days=1), day=day_in_china(NOON))

    lines = queries.statement(session, holder.id).items

    assert [line.amount for line in lines] == [500, 1_000, 1_000]
    assert [line.rule_version == "2026-2" for line in lines] == [True, False, False]
    assert lines[0].lot_last_valid_on == date(2027, 3, 10)


@obligation("CQ-31.4")
def test_a_rule_is_published_by_the_operator_alone(session):
    for role in (
        Role.CITIZEN,
        Role.MERCHANT_MANAGER,
        Role.HOST_STAFF,
        Role.BUREAU_OFFICER,
        Role.ADMINISTRATOR,
    ):
        with pytest.raises(Forbidden):
            commands.publish_rule(session, actor=build.acting(role), **SAID, at=NOON)


@obligation("CQ-31.4")
def test_a_rule_for_today_is_refused(session):
    with pytest.raises(RuleNotAhead):
        commands.publish_rule(
            session, actor=build.operator(), **{**SAID, "valid_from": day_in_china(NOON)}, at=NOON
        )


@pytest.mark.parametrize("other", [{"version": "2026-3"}, {"valid_from": TOMORROW + timedelta(days=1)}])
def test_a_version_and_a_day_are_one_rules_alone(session, other):
    commands.publish_rule(session, actor=build.operator(), **SAID, at=NOON)

    with pytest.raises(RuleTaken):
        commands.publish_rule(session, actor=build.operator(), **{**SAID, **other}, at=NOON)


@obligation("CQ-31.4")
def test_without_a_rule_nothing_is_issued(session):
    with pytest.raises(RuleMissing):
        queries.rule_on(session, date(2024, 1, 1))


@obligation("CQ-42.14")
def test_a_rule_has_no_place_for_a_scenarios_own_factor():
    assert not [column.name for column in ConversionRule.__table__.columns if "scenario" in column.name]


def test_rules_are_listed_the_latest_first(session, rule):
    later = commands.publish_rule(session, actor=build.operator(), **SAID, at=NOON)

    assert [found.id for found in queries.rules(session)] == [later.id, rule.id]
