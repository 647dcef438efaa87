"""Every pair of state and act in the database, and every pair of act and role at the commands."""

import json
from typing import Any

import pytest
from sqlalchemy import text

from app.kernel.actor import Actor, ActorKind
from app.kernel.errors import Forbidden
from app.kernel.permissions import PERMISSIONS_OF, Permission, Role
from cqcer import commands, states
from cqcer.commands.cases import OF_OWNER, SIMPLE
from cqcer.errors import CaseNotFound
from cqcer.values import (
    CaseAct,
    CaseState,
    MovementAct,
    MovementKind,
    MovementState,
    NoticeAct,
    NoticeState,
    OrderAct,
    OrderState,
    Subject,
    UnitState,
)
from tests.integration.cqcer import registry as build
from tests.obligations import obligation

LIVES: dict[str, tuple[Any, Any, Any]] = {
    "project": (states.PROJECT, CaseState, CaseAct),
    "batch": (states.BATCH, CaseState, CaseAct),
    "national_project": (states.NATIONAL_PROJECT, CaseState, CaseAct),
    "national_batch": (states.NATIONAL_BATCH, CaseState, CaseAct),
    "notice": (states.NOTICE, NoticeState, NoticeAct),
    "movement": (states.MOVEMENT, MovementState, MovementAct),
    "order": (states.ORDER, OrderState, OrderAct),
    "units": (states.UNITS, UnitState, MovementKind),
}
WALK = text("""
    do $walk$ declare
        pair record;
        found text;
        wrong text := '';
    begin
        for pair in select * from json_to_recordset(current_setting('tht.pairs')::json)
                             as x(life text, state text, act text, expected text) loop
            begin
                found := next_state(pair.life, pair.state, pair.act);
            exception when sqlstate 'TH100' then
                found := null;
            end;
            if found is distinct from pair.expected then
                wrong := wrong || format('%s: %s, %s → %s; ', pair.life, pair.state, pair.act, found);
            end if;
        end loop;
        perform set_config('tht.wrong', wrong, true);
    end $walk$
""")


@obligation("CQ-6.3", "CQ-29.2", "CQ-30.3")
def test_the_database_allows_and_refuses_the_very_pairs_of_the_tables(session):
    pairs = [
        {"life": name, "state": state, "act": act, "expected": life.get((state, act))}
        for name, (life, every_state, every_act) in LIVES.items()
        for state in [None, *every_state]
        for act in every_act
    ]

    session.execute(text("select set_config('tht.pairs', :pairs, true)"), {"pairs": json.dumps(pairs)})
    session.execute(WALK)

    assert len(pairs) > 1_900
    assert session.scalar(text("select current_setting('tht.wrong')")) == ""


@obligation("CQ-4.1", "CQ-6.2")
@pytest.mark.parametrize("role", Role)
def test_each_role_may_ask_for_its_own_acts_and_no_other(session, role):
    actor = Actor(
        kind=ActorKind.STAFF, staff_id=1, organisation_id=1, permissions=PERMISSIONS_OF[role], name="x"
    )
    refused, passed = set(), set()
    for act in SIMPLE:
        try:
            commands.take_step(
                session, actor=actor, subject=Subject.PROJECT, case_id=0, act=act, at=build.NOON, reason="x"
            )
        except Forbidden:
            refused.add(act)
        except CaseNotFound:
            passed.add(act)

    expected: set[CaseAct] = set()
    if Permission.APPLY_TO_REGISTRY in actor.permissions:
        expected |= OF_OWNER
    if Permission.REVIEW_REGISTRY_CASES in actor.permissions:
        expected |= SIMPLE - OF_OWNER
    assert passed == expected
    assert refused == SIMPLE - expected
    assert (Permission.ISSUE_REGISTRATION_LETTER in actor.permissions) == (role is Role.BUREAU_OFFICER)
    assert (Permission.CONFIRM_REGISTRY_ACT in actor.permissions) == (role is Role.AGENCY_REVIEWER)
