"""Scenarios before the operator: what waits, the file, each act in its turn."""

import pytest

from app.kernel.permissions import Permission, Role
from scenarios import queries
from tests.builders import people, scenarios
from tests.fixtures.desks import BEFORE, SCORES
from tests.obligations import obligation

SCORED = {f"score_{code}": str(score) for code, score in SCORES.items()}


@pytest.fixture
def desk(browser_of, officer):
    """The browser of the operator."""
    return browser_of(officer)


def state_of(session, scenario):
    session.expire_all()
    return queries.scenario(session, scenario.id).state


def test_the_first_page_counts_what_waits(desk, scenario_in):
    scenario_in("applied", name="旧衣回收")
    scenario_in("agreed", name="外卖无需餐具")

    page = desk.get("/operator")

    assert page.status_code == 200
    assert "旧衣回收" in page.text
    assert "外卖无需餐具" not in page.text
    assert "1 项" in page.text


def test_the_queue_tells_how_long_each_waits_and_has(desk, scenario_in):
    mine, theirs = scenario_in("applied", name="旧衣回收"), scenario_in("agreed", name="外卖无需餐具")

    waiting, others, everything = (
        desk.get(f"/operator/scenarios{view}") for view in ("", "?view=others", "?view=all")
    )
    searched = desk.get("/operator/scenarios?view=all&q=旧衣&state=applied")

    assert mine.name in waiting.text
    assert theirs.name not in waiting.text
    assert "8 个工作日" in waiting.text  # 10 to 20 November 2026
    assert "剩 7 个工作日" in waiting.text
    assert theirs.name in others.text
    assert mine.name in everything.text
    assert theirs.name in everything.text
    assert theirs.name not in searched.text


@obligation("CQ-31.2", "CQ-32.3", "CQ-32.4")
def test_a_scenario_is_taken_up_assessed_and_agreed(desk, session, scenario_in):
    made = scenario_in("applied")
    path = f"/operator/scenarios/{made.code}"

    taken = desk.post(f"{path}/take-up")
    assessed = desk.post(f"{path}/assess", data={**SCORED, "remark": "材料齐全"})
    agreed = desk.post(f"{path}/agree")

    assert {taken.status_code, assessed.status_code, agreed.status_code} == {303}
    assert {taken.location, assessed.location, agreed.location} == {path}
    assert state_of(session, made) == "assessed"
    page = desk.get(path)
    assert "材料齐全" in page.text
    assert "您方已确认，等待场景方确认" in page.text


def test_the_checklist_is_scored_line_by_line(desk, session, scenario_in):
    made = scenario_in("under_assessment")
    path = f"/operator/scenarios/{made.code}"

    page = desk.get(path)
    empty = desk.post(f"{path}/assess", data={"score_operation": "40"})
    beyond = desk.post(f"{path}/assess", data={**SCORED, "score_data": "41"})

    assert all(f'name="score_{code}"' in page.text for code in SCORES)
    assert empty.status_code == 422
    assert 'value="40"' in empty.text
    assert "数据质量：请填写" in empty.text
    assert beyond.status_code == 400
    assert "scenario.scores_invalid" in beyond.text
    assert "应在 0 到 40 之间" in beyond.text
    assert state_of(session, made) == "under_assessment"


def test_a_required_line_without_a_point_ends_the_application(desk, session, scenario_in):
    made = scenario_in("under_assessment")

    desk.post(f"/operator/scenarios/{made.code}/assess", data={**SCORED, "score_operation": "0"})

    assert state_of(session, made) == "rejected"
    assert "未通过" in desk.get(f"/operator/scenarios/{made.code}").text


@obligation("CQ-34.2")
def test_a_scenario_is_listed_suspended_resumed_and_delisted_with_reasons(desk, session, scenario_in):
    made = scenario_in("approved")
    path = f"/operator/scenarios/{made.code}"

    listed = desk.post(f"{path}/list")
    silent = desk.post(f"{path}/suspend", data={"reason": "  "})
    states = []
    for act in ("suspend", "resume", "delist"):
        assert desk.post(f"{path}/{act}", data={"reason": f"因为 {act}"}).status_code == 303
        states.append(state_of(session, made))

    assert listed.status_code == 303
    assert silent.status_code == 400
    assert "scenario.reason_missing" in silent.text
    assert states == ["suspended", "listed", "delisted"]
    assert "因为 suspend" in desk.get(path).text


@pytest.mark.parametrize("act", ["take-up", "agree", "list"])
def test_an_act_out_of_turn_is_refused_on_the_page_itself(desk, session, scenario_in, act):
    made = scenario_in("agreed")

    page = desk.post(f"/operator/scenarios/{made.code}/{act}")

    assert page.status_code == 409
    assert "state.act_out_of_turn" in page.text
    assert made.name in page.text
    assert state_of(session, made) == "agreed"


def test_the_evidence_is_handed_out_as_a_file(desk, session, scenario_in):
    piece = scenarios.evidence(session, at=BEFORE)
    made = scenario_in("applied", evidence=(piece,))
    path = f"/operator/scenarios/{made.code}/evidence"

    lost = desk.get(f"{path}/{piece.document_id}")

    assert lost.status_code == 404  # a builder's document is a row without bytes
    assert "document.not_found" in lost.text
    assert desk.get(f"{path}/987654").status_code == 404
    assert desk.get(f"/operator/scenarios/no-such/evidence/{piece.document_id}").status_code == 404


def test_only_the_appointed_operator_works_here(browser_of, session, scenario_in, host_side):
    made = scenario_in("applied")
    former = people.staff(session, Role.OPERATOR_OFFICER, people.organisation(session, at=BEFORE), at=BEFORE)

    for actor in (former, host_side):
        browser = browser_of(actor)
        assert browser.get("/operator").status_code == 403
        assert browser.post(f"/operator/scenarios/{made.code}/take-up").status_code == 403
    assert not former.may(Permission.ASSESS_SCENARIO)


def test_a_scenario_that_is_not_there_has_a_page_that_says_so(desk):
    assert desk.get("/operator/scenarios/no-such").status_code == 404
    assert desk.post("/operator/scenarios/no-such/list").status_code == 404
