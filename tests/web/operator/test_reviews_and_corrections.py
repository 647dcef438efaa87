"""Rows that wait for a look, and corrections: two people, notice, fifteen days."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.identity import queries as identity
from app.journeys import intake
from app.kernel import clock
from app.kernel.audit import AuditLine
from points import commands, queries
from points.models import Correction, PointEntry
from scenarios.models import HeldRow
from tests.builders import points as mall
from tests.builders import scenarios
from tests.fixtures.desks import BEFORE, NOON, PDF, upload
from tests.obligations import obligation


@pytest.fixture
def desk(browser_of, officer):
    """The browser of the operator."""
    return browser_of(officer)


@pytest.fixture
def issued(session, voucher):
    """The entry by which the citizen behind the voucher earned their points."""
    return session.scalars(
        select(PointEntry).where(PointEntry.account_id == voucher.account_id, PointEntry.kind == "issue")
    ).one()


@pytest.fixture
def proposal(session, issued):
    """What a proposal says."""
    return {
        "account_number": queries.account(session, issued.account_id).number,
        "behaviour_id": str(issued.behaviour_id),
        "amount": "10",
        "rule_clause": queries.rules(session)[0].text_zh,
        "reason": "场景方误传",
        "evidence": upload(PDF, "evidence.pdf"),
    }


def test_nothing_to_review_has_a_page_too(desk):
    assert "没有待复核的数据" in desk.get("/operator/held-rows").text


def test_rows_are_decided_with_a_remark(desk, session, host_side, officer):
    row = held(session)

    silent = desk.post("/operator/held-rows", data={"rows": row.id, "decision": "reject"})
    none = desk.post("/operator/held-rows", data={"decision": "reject", "remark": "无"})
    done = desk.post(
        "/operator/held-rows", data={"rows": row.id, "decision": "reject", "remark": "与票务不符"}
    )
    again = desk.post("/operator/held-rows", data={"rows": row.id, "decision": "release", "remark": "再看"})

    assert (silent.status_code, none.status_code, done.status_code, again.status_code) == (422, 422, 303, 409)
    assert "checked" in silent.text
    session.expire_all()
    assert session.get_one(HeldRow, row.id).decision == "rejected"


def held(session):
    """Let a row be held, through the intake as in real use."""
    ready = scenarios.ready(session, at=BEFORE, review_above_milli=1)
    mall.rule(session, at=BEFORE)
    scenarios.link(session, ready.scenario, ["u-1"], given_at=BEFORE)
    row = {
        "record_id": "R-1",
        "user": "u-1",
        "occurred_at": (NOON - timedelta(days=1)).isoformat(),
        "quantity": 1,
        "unit": "ride",
    }
    intake.accept_rows(session, actor=ready.host, scenario_code=ready.code, key="k", at=NOON, rows=[row])
    return session.scalars(select(HeldRow)).one()


def test_a_held_row_is_released(desk, session, officer):
    row = held(session)
    assert "R-1" in desk.get("/operator/held-rows").text

    done = desk.post("/operator/held-rows", data={"rows": row.id, "decision": "release", "remark": "已核实"})

    assert done.status_code == 303
    assert "已接收 1" in desk.get("/operator/held-rows").text


@obligation("Q-25", "CQ-34.10")
def test_a_correction_takes_two_people_and_fifteen_days(desk, browser_of, second, session, proposal):
    sent = desk.post("/operator/corrections", data=proposal)
    path = sent.location
    alone = desk.post(f"{path}/confirm")
    other = browser_of(second)
    confirmed = other.post(f"{path}/confirm")
    early = other.post(f"{path}/execute")
    with clock.frozen(NOON + timedelta(days=17)):
        late = browser_of(second).post(f"{path}/execute")

    assert (sent.status_code, alone.status_code, confirmed.status_code) == (303, 403, 303)
    assert early.status_code == 409
    assert "correction.objection_time_runs" in early.text
    assert late.status_code == 303
    assert "已更正" in other.get(path).text
    assert "更正" in other.get("/operator/corrections").text


def test_a_proposal_lacks_nothing(desk, proposal):
    page = desk.post("/operator/corrections", data={**proposal, "amount": "x"})
    proposal["evidence"] = upload(PDF, "e.pdf")
    wrong = desk.post("/operator/corrections", data={**proposal, "rule_clause": "没有这样的条款"})
    nobody = desk.post(
        "/operator/corrections",
        data={**proposal, "evidence": upload(PDF, "e.pdf"), "behaviour_id": "987654321"},
    )

    assert (page.status_code, wrong.status_code, nobody.status_code) == (422, 422, 404)
    assert "须逐字引用" in wrong.text
    assert "points.entry_not_found" in nobody.text


def test_a_correction_is_withdrawn_with_a_reason_by_either_side(desk, browser_of, second, proposal):
    path = desk.post("/operator/corrections", data=proposal).location

    silent = desk.post(f"{path}/take-back", data={"reason": ""})
    by_second = browser_of(second).post(f"{path}/take-back", data={"reason": "x"})
    done = browser_of(second).post(f"{path}/withdraw", data={"reason": "证据不足"})

    assert (silent.status_code, by_second.status_code, done.status_code) == (422, 403, 303)
    assert "已撤回" in desk.get(path).text


def test_the_second_person_does_not_propose(browser_of, second, proposal):
    browser = browser_of(second)

    assert browser.get("/operator/corrections/new").status_code == 403
    assert browser.post("/operator/corrections", data=proposal).status_code == 403


@obligation("Q-25", "CQ-37.2")
def test_the_second_person_reads_the_evidence_first_and_that_is_written_down(
    desk, browser_of, second, session, proposal
):
    path = desk.post("/operator/corrections", data=proposal).location

    answer = browser_of(second).get(f"{path}/evidence")

    assert (answer.status_code, answer.data) == (200, PDF)
    read = session.scalars(
        select(AuditLine.actor).where(AuditLine.event == "points.correction.read_evidence")
    ).all()
    assert read == [second.ref]


@obligation("Q-25")
def test_an_objection_waits_for_its_answer_and_then_for_its_day(desk, browser_of, second, session, proposal):
    path = desk.post("/operator/corrections", data=proposal).location
    other = browser_of(second)
    other.post(f"{path}/confirm")
    made = session.scalars(select(Correction)).one()
    person_id = queries.account(session, made.account_id).person_id
    holder = identity.actor_of_person(session, person_id or 0, at=NOON)
    assert holder is not None
    commands.object_to_correction(
        session, actor=holder, correction_id=made.id, objection="确系本人骑行", at=NOON + timedelta(days=1)
    )

    alone = desk.post(f"{path}/answer", data={"answer": "经核对"})
    silent = other.post(f"{path}/answer", data={"answer": ""})
    answered = other.post(f"{path}/answer", data={"answer": "经核对，车锁记录不符"})

    assert (alone.status_code, silent.status_code, answered.status_code) == (403, 422, 303)
    assert "车锁记录不符" in desk.get(path).text
    with clock.frozen(NOON + timedelta(days=17)):
        waits = browser_of(second).get("/operator/rules").text
        assert waits.split("积分更正", 1)[1].split("</a>", 1)[0].count(">1<") == 1
