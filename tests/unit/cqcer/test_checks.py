"""Numbered checks: each refuses by itself, all are asked, and the codes stay unique."""

import re
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from app.kernel.sources import register
from cqcer.checks import Check, Verdict, refuse_if_failed, run
from cqcer.checks.batches import BATCH_CHECKS
from cqcer.checks.batches import POINTS as VERIFIED
from cqcer.checks.commissions import COMMISSION_CHECKS
from cqcer.checks.facts import BatchFacts, MovementFacts, ProjectFacts, ReportFacts
from cqcer.checks.offsets import OFFSET_CHECKS
from cqcer.checks.projects import POINTS as VALIDATED
from cqcer.checks.projects import PROJECT_CHECKS
from cqcer.checks.trades import TRADE_CHECKS
from cqcer.checks.units import MOVEMENT_CHECKS
from cqcer.errors import ChecksFailed
from cqcer.rulebooks import rulebook
from cqcer.values import (
    AccountState,
    CaseAct,
    Category,
    MovementAct,
    MovementKind,
    Period,
    Purpose,
    RulebookCode,
    UnitState,
)
from tests.obligations import obligation

CQCER, CCER = rulebook(RulebookCode.CQCER), rulebook(RulebookCode.CCER)
GOOD = ReportFacts(
    filed=True,
    positive=True,
    findings=VALIDATED,
    commitment=True,
    signed_on=date(2025, 5, 1),
    supplemented=True,
    body_recognised=True,
    body_in_scope=True,
    commissioned=True,
)
PROJECT = ProjectFacts(
    rulebook=CQCER,
    on=date(2025, 6, 2),
    category=Category.ENGINEERING,
    documents=frozenset({"design_document", "validation_report"}),
    declared=frozenset(CQCER.responsibility),
    uniqueness_declared=True,
    missing_conditions=(),
    owner_blocked_until=None,
    case_blocked_until=None,
    notice_cleared=True,
    notice_over=True,
    body_named=True,
    open_objections=0,
    report=GOOD,
    letter=True,
    expert_opinions=1,
    owner_is_person=False,
    ownership_proved=True,
    area_code="500103",
    project_date=date(2014, 6, 20),
    crediting=Period(date(2022, 1, 1), date(2026, 12, 31)),
    methodology_category=Category.ENGINEERING,
    methodology_in_force=True,
    under_duty=False,
    in_allowance_management=False,
)
BATCH = BatchFacts(
    rulebook=CQCER,
    on=date(2026, 9, 15),
    category=Category.ENGINEERING,
    documents=frozenset({"accounting_report", "verification_report"}),
    declared=frozenset(CQCER.responsibility),
    uniqueness_declared=True,
    missing_conditions=(),
    owner_blocked_until=None,
    case_blocked_until=None,
    notice_cleared=True,
    notice_over=True,
    body_named=True,
    open_objections=0,
    report=replace(GOOD, findings=VERIFIED, verified_t=1000),
    letter=True,
    letter_tonnes=1000,
    project_registered=True,
    crediting=Period(date(2021, 9, 15), date(2026, 9, 14)),
    period=Period(date(2021, 9, 15), date(2025, 9, 14)),
    other_periods=(),
    other_case_running=False,
    registered_on=(),
    claimed_t=1000,
    replayed_t=1000,
    evidence_linked=True,
    within_chongqing=True,
    verified_by_validator=False,
    expert_opinions=1,
    replay_agrees=True,
)
VERIFICATION = BATCH.report
GIFT = MovementFacts(
    kind=MovementKind.GIFT,
    quantity=10,
    available=10,
    from_state=UnitState.HELD,
    giving_state=AccountState.ACTIVE,
    taking_state=AccountState.ACTIVE,
)
CANCEL = replace(
    GIFT,
    kind=MovementKind.CANCEL,
    taking_state=None,
    purpose=Purpose.PUBLIC_BENEFIT,
    purposes=frozenset(CQCER.purposes),
)
DEPOSIT = replace(GIFT, kind=MovementKind.DEPOSIT, taking_state=None)
EVERY: tuple[Check[Any], ...] = (
    *PROJECT_CHECKS,
    *BATCH_CHECKS,
    *MOVEMENT_CHECKS,
    *OFFSET_CHECKS,
    *COMMISSION_CHECKS,
    *TRADE_CHECKS,
)
ALL = {check.code: check for check in EVERY}


def failed(checks, facts, act) -> set[int]:
    return {one.code for one in run(checks, facts, at=act).outcomes if one.verdict is Verdict.FAILED}


def test_each_number_stands_for_one_check_with_two_texts_and_a_source():
    assert len(ALL) == len({id(one) for one in EVERY})
    for check in ALL.values():
        assert re.search(r"[\u4e00-\u9fff]", check.zh)
        assert check.en.endswith(".")
        assert check.source in register()
        assert check.at


@pytest.mark.parametrize(
    "act", [CaseAct.UPLOAD, CaseAct.OPEN_NOTICE, CaseAct.SUBMIT, CaseAct.PASS_REVIEW, CaseAct.REGISTER]
)
def test_a_case_in_order_passes_every_check(act):
    assert failed(PROJECT_CHECKS, PROJECT, act) == set()
    assert failed(BATCH_CHECKS, BATCH, act) == set()


@obligation("CQ-2.1", "CQ-13.1", "CQ-14.1", "CQ-15.3", "CQ-15.4", "CQ-15.5", "CQ-15.6", "CQ-15.7")
@obligation("CQ-17.1", "CQ-17.2", "CQ-17.8", "CQ-17.9", "CQ-18.2", "CQ-18.3", "CQ-18.4", "CQ-20.5")
@obligation(
    "CQ-21.1", "CQ-21.2", "CQ-21.3", "CQ-22.5", "CQ-39.5", "CQ-39.6", "CQ-42.9", "CQ-42.10", "CQ-44.1"
)
@pytest.mark.parametrize(
    ("act", "code", "change"),
    [
        (CaseAct.UPLOAD, 1001, {"on": date(2024, 8, 31)}),
        (CaseAct.UPLOAD, 1002, {"owner_blocked_until": date(2027, 1, 1)}),
        (CaseAct.UPLOAD, 1003, {"case_blocked_until": date(2027, 1, 1)}),
        (CaseAct.OPEN_NOTICE, 1004, {"missing_conditions": ("x",)}),
        (CaseAct.OPEN_NOTICE, 1005, {"uniqueness_declared": False}),
        (CaseAct.OPEN_NOTICE, 1006, {"report": replace(GOOD, commissioned=False)}),
        (CaseAct.OPEN_NOTICE, 1007, {"report": replace(GOOD, body_recognised=False)}),
        (CaseAct.OPEN_NOTICE, 1008, {"report": replace(GOOD, body_in_scope=False)}),
        (CaseAct.OPEN_NOTICE, 1009, {"report": replace(GOOD, interest_in_owner=True)}),
        (CaseAct.OPEN_NOTICE, 1010, {"report": replace(GOOD, positive=False)}),
        (CaseAct.OPEN_NOTICE, 1011, {"report": replace(GOOD, commitment=False)}),
        (CaseAct.SUBMIT, 1012, {"notice_cleared": False}),
        (CaseAct.SUBMIT, 1013, {"open_objections": 1}),
        (CaseAct.SUBMIT, 1014, {"report": replace(GOOD, supplemented=False)}),
        (CaseAct.SUBMIT, 1015, {"declared": frozenset({"legality"})}),
        (CaseAct.REGISTER, 1016, {"letter": False}),
        (CaseAct.UPLOAD, 2001, {"documents": frozenset()}),
        (CaseAct.UPLOAD, 2002, {"project_date": date(2014, 6, 19)}),
        (CaseAct.UPLOAD, 2003, {"area_code": None}),
        (CaseAct.UPLOAD, 2004, {"methodology_in_force": False}),
        (CaseAct.UPLOAD, 2005, {"methodology_category": Category.SINK}),
        (CaseAct.UPLOAD, 2009, {"under_duty": True}),
        (CaseAct.UPLOAD, 2010, {"in_allowance_management": True}),
        (CaseAct.UPLOAD, 2011, {"ownership_proved": False}),
        (CaseAct.UPLOAD, 2013, {"crediting": Period(date(2022, 1, 1), date(2027, 1, 1))}),
        (CaseAct.UPLOAD, 2013, {"crediting": None}),
        (CaseAct.UPLOAD, 2014, {"like_cancelled": ("CQCER-E-000001-11",)}),
        (CaseAct.OPEN_NOTICE, 2015, {"like_others": ("CQCER-E-000001-11",)}),
        (CaseAct.UPLOAD, 2016, {"like_others": ("CQCER-E-000001-11",)}),
    ],
)
def test_one_thing_wrong_with_a_project_fails_one_check(act, code, change):
    assert failed(PROJECT_CHECKS, replace(PROJECT, **change), act) == {code}


@obligation("CQ-15.2", "CQ-18.1", "CQ-42.13", "Q-18")
def test_inclusiveness_may_be_not_applicable_but_not_for_the_inclusion_category():
    waived = replace(
        GOOD, findings=VALIDATED - {"inclusiveness"}, not_applicable=frozenset({"inclusiveness"})
    )
    inclusion: dict[str, Any] = {"category": Category.INCLUSION, "methodology_category": Category.INCLUSION}

    assert failed(PROJECT_CHECKS, replace(PROJECT, report=waived), CaseAct.UPLOAD) == set()
    assert failed(PROJECT_CHECKS, replace(PROJECT, report=waived, **inclusion), CaseAct.UPLOAD) == {
        2007,
        2008,
    }


@obligation("CQ-15.1")
def test_a_missing_finding_is_named():
    report = replace(GOOD, findings=VALIDATED - {"additionality"})

    assert failed(PROJECT_CHECKS, replace(PROJECT, report=report), CaseAct.UPLOAD) == {2006, 2008}


@obligation("CQ-16.1", "CQ-16.2", "CQ-16.3", "CQ-16.6", "CQ-16.7", "CQ-17.3", "CQ-17.4", "CQ-17.10")
@obligation("CQ-17.11", "CQ-17.12", "CQ-19.1", "CQ-19.2", "CQ-19.3", "CQ-19.4", "CQ-19.5", "CQ-20.7")
@pytest.mark.parametrize(
    ("act", "code", "change"),
    [
        (CaseAct.UPLOAD, 1004, {"missing_conditions": ("x",)}),
        (CaseAct.UPLOAD, 1010, {"report": replace(VERIFICATION, positive=False)}),
        (CaseAct.UPLOAD, 1011, {"report": replace(VERIFICATION, commitment=False)}),
        (CaseAct.SUBMIT, 1014, {"report": replace(VERIFICATION, supplemented=False)}),
        (CaseAct.UPLOAD, 3001, {"project_registered": False}),
        (CaseAct.UPLOAD, 3002, {"documents": frozenset({"accounting_report"})}),
        (CaseAct.UPLOAD, 3003, {"evidence_linked": False}),
        (CaseAct.UPLOAD, 3005, {"within_chongqing": False}),
        (CaseAct.UPLOAD, 3006, {"crediting": Period(date(2021, 9, 16), date(2026, 9, 15))}),
        (CaseAct.UPLOAD, 3007, {"period": Period(date(2021, 9, 15), date(2025, 9, 13))}),
        (CaseAct.SUBMIT, 3008, {"on": date(2026, 9, 16)}),
        (CaseAct.UPLOAD, 3009, {"on": date(2026, 9, 16)}),
        (CaseAct.UPLOAD, 3010, {"other_periods": (Period(date(2025, 9, 14), date(2026, 9, 13)),)}),
        (CaseAct.SUBMIT, 3011, {"other_case_running": True}),
        (CaseAct.REGISTER, 3012, {"registered_on": (date(2026, 1, 1),)}),
        (CaseAct.UPLOAD, 3013, {"verified_by_validator": True}),
        (CaseAct.UPLOAD, 3014, {"report": replace(VERIFICATION, findings=VERIFIED - {"conservative"})}),
        (CaseAct.UPLOAD, 3015, {"report": replace(VERIFICATION, verified_t=0)}),
        (CaseAct.UPLOAD, 3016, {"replayed_t": 999}),
        (CaseAct.REGISTER, 3017, {"letter_tonnes": 1001}),
        (CaseAct.REGISTER, 3017, {"letter_tonnes": 0}),
    ],
)
def test_one_thing_wrong_with_a_batch_fails_one_check(act, code, change):
    assert failed(BATCH_CHECKS, replace(BATCH, **change), act) == {code}


@obligation("CQ-16.5")
def test_reductions_of_2021_09_14_are_too_early():
    early: dict[str, Any] = {
        "period": Period(date(2021, 9, 14), date(2025, 9, 13)),
        "crediting": Period(date(2021, 9, 14), date(2026, 9, 13)),
    }

    assert failed(BATCH_CHECKS, replace(BATCH, **early), CaseAct.UPLOAD) == {3004, 3009}


@obligation("CQ-19.2", "CCER-21.2")
def test_nationally_the_quantity_equals_what_was_verified():
    fewer: dict[str, Any] = {"letter_tonnes": 999, "claimed_t": 999}
    nationally = replace(BATCH, rulebook=CCER, declared=frozenset(CCER.responsibility))

    assert failed(BATCH_CHECKS, replace(BATCH, **fewer), CaseAct.REGISTER) == set()
    assert failed(BATCH_CHECKS, nationally, CaseAct.REGISTER) == set()
    assert failed(BATCH_CHECKS, replace(nationally, **fewer), CaseAct.SUBMIT) == {3018}
    assert failed(BATCH_CHECKS, replace(nationally, **fewer), CaseAct.REGISTER) == {3017}


def test_nationally_the_report_comes_after_the_notice_and_persons_own_nothing():
    facts = replace(
        PROJECT,
        rulebook=CCER,
        declared=frozenset(CCER.responsibility),
        report=ReportFacts(),
        documents=frozenset({"design_document"}),
    )

    assert failed(PROJECT_CHECKS, facts, CaseAct.OPEN_NOTICE) == set()
    assert failed(PROJECT_CHECKS, facts, CaseAct.SUBMIT) == {1017}
    assert failed(PROJECT_CHECKS, replace(facts, owner_is_person=True), CaseAct.UPLOAD) == {2012}
    early = Period(date(2020, 9, 22), date(2027, 9, 21))
    assert failed(PROJECT_CHECKS, replace(facts, crediting=early), CaseAct.UPLOAD) == {2017}


@pytest.mark.parametrize(
    ("facts", "code", "change"),
    [
        (GIFT, 4001, {"quantity": 0}),
        (GIFT, 4002, {"quantity": 11}),
        (GIFT, 4003, {"giving_state": AccountState.CLOSED}),
        (GIFT, 4004, {"taking_state": AccountState.APPLIED}),
        (GIFT, 4005, {"same_account": True}),
        (GIFT, 4006, {"from_state": UnitState.CANCELLED}),
        (GIFT, 4007, {"giving_state": AccountState.RESTRICTED}),
        (GIFT, 4008, {"given_by_owner": False}),
        (GIFT, 4009, {"price_fen": 1}),
        (GIFT, 4017, {"holder_is_barred_staff": True}),
        (GIFT, 4018, {"books_agree": False}),
        (DEPOSIT, 4021, {"may_trade": False}),
        (DEPOSIT, 4022, {"exchange_differs": True}),
        (CANCEL, 4010, {"purposes": frozenset()}),
        (CANCEL, 4011, {"purpose": Purpose.COMPLIANCE_OFFSET, "beneficiary_kind": "organisation"}),
        (CANCEL, 4014, {"beneficiary_kind": None}),
        (
            CANCEL,
            4015,
            {"purpose": Purpose.EVENT_NEUTRALITY, "emissions_t": 11, "beneficiary_kind": "event"},
        ),
        (CANCEL, 4020, {"beneficiary_kind": "person"}),
        (CANCEL, 4016, {"purpose": Purpose.FORCED}),
        (
            CANCEL,
            4013,
            {
                "purpose": Purpose.JUDICIAL,
                "categories": frozenset({Category.SINK}),
                "beneficiary_kind": "person",
            },
        ),
    ],
)
def test_one_thing_wrong_with_a_movement_fails_one_check(facts, code, change):
    assert failed(MOVEMENT_CHECKS, replace(facts, **change), MovementAct.PROPOSE) == {code}


@obligation("CQ-24.3")
def test_judicial_subscription_takes_no_other_category():
    facts = replace(
        CANCEL,
        purpose=Purpose.JUDICIAL,
        categories=frozenset({Category.ENGINEERING}),
        judicially_listed=True,
        beneficiary_kind="organisation",
    )

    assert failed(MOVEMENT_CHECKS, facts, MovementAct.PROPOSE) == {4012}


def test_all_that_stands_against_an_act_is_said_at_once():
    facts = replace(GIFT, quantity=11, price_fen=5, same_account=True, books_agree=False)

    with pytest.raises(ChecksFailed) as refusal:
        refuse_if_failed(run(MOVEMENT_CHECKS, facts, at=MovementAct.PROPOSE))

    assert [one["code"] for one in refusal.value.details["checks"]] == [4002, 4005, 4009, 4018]


def test_a_warning_refuses_nothing():
    report = run(BATCH_CHECKS, replace(BATCH, on=date(2026, 9, 16)), at=CaseAct.UPLOAD)

    refuse_if_failed(report)
    assert [one.code for one in report.warnings] == [3009]
    assert {"code": 3009, "verdict": "failed", "details": {"last_safe_day": "2026-09-15"}} in report.plain()
