"""The Bureau's desk: approvals, the operator's appointment, targets, figures."""

import pytest

from app.identity import queries as identity
from scenarios import queries
from tests.builders import people
from tests.fixtures.desks import BEFORE
from tests.obligations import obligation


@pytest.fixture
def desk(browser_of, authority):
    """The browser of the Bureau."""
    return browser_of(authority)


def state_of(session, scenario):
    session.expire_all()
    return queries.scenario(session, scenario.id).state


def test_the_first_page_tells_what_must_be_decided(desk, scenario_in):
    made = scenario_in("agreed", name="旧衣回收")

    page = desk.get("/bureau")

    assert page.status_code == 200
    assert made.name in page.text
    assert "重庆碳惠通运营有限公司" in page.text


@obligation("CQ-32.4")
def test_a_scenario_is_approved_on_its_file(desk, session, scenario_in):
    made = scenario_in("agreed")
    path = f"/bureau/scenarios/{made.code}"

    page = desk.get(path)
    answer = desk.post(f"{path}/approve")
    twice = desk.post(f"{path}/approve")

    assert "评估结果" in page.text
    assert "协商一致" in page.text
    assert (answer.status_code, answer.location, twice.status_code) == (303, path, 409)
    assert state_of(session, made) == "approved"


def test_a_refusal_needs_a_reason(desk, session, scenario_in):
    made = scenario_in("agreed")
    path = f"/bureau/scenarios/{made.code}/reject"

    silent = desk.post(path, data={"reason": ""})
    told = desk.post(path, data={"reason": "数据来源不明"})

    assert (silent.status_code, told.status_code) == (400, 303)
    assert "scenario.reason_missing" in silent.text
    assert state_of(session, made) == "rejected"
    assert "数据来源不明" in desk.get(f"/bureau/scenarios/{made.code}").text


def test_the_queue_and_the_whole_list(desk, scenario_in):
    waiting, early = scenario_in("agreed", name="旧衣回收"), scenario_in("applied", name="步行")

    queue, everything = desk.get("/bureau/scenarios"), desk.get("/bureau/scenarios?view=all")

    assert waiting.name in queue.text
    assert early.name not in queue.text
    assert early.name in everything.text


@obligation("CQ-6.8", "Q-42")
def test_an_appointment_names_its_selection_and_days(desk, session, officer):
    place = people.organisation(session, at=BEFORE, name="渝碳运营有限公司")
    sent = {
        "organisation_id": str(place.id),
        "selection_reference": "渝环公开竞争比选〔2029〕1号",
        "starts_on": "2029-12-01",
        "ends_on": "2032-11-30",
    }

    overlapping = desk.post("/bureau/appointments", data={**sent, "starts_on": "2026-12-01"})
    backwards = desk.post("/bureau/appointments", data={**sent, "ends_on": "2029-11-30"})
    nobody = desk.post("/bureau/appointments", data={**sent, "organisation_id": "987654"})
    done = desk.post("/bureau/appointments", data=sent)

    assert (overlapping.status_code, backwards.status_code, nobody.status_code) == (409, 422, 404)
    assert "appointment.overlaps" in overlapping.text
    assert "不能早于开始日期" in backwards.text
    assert done.status_code == 303
    session.expire_all()
    assert identity.appointments(session)[0][1].name == "渝碳运营有限公司"
    assert "渝碳运营有限公司" in desk.get("/bureau/appointments").text


def test_appointing_asks_for_a_fresh_factor(browser_of, authority):
    stale = browser_of(authority, fresh=False)

    assert stale.get("/bureau/appointments").status_code == 200
    assert "/account/verify" in stale.get("/bureau/appointments/new").location
    assert stale.post("/bureau/appointments", data={}).status_code == 403


@obligation("CQ-6.9")
def test_targets_are_set_in_versions_and_shown_against_figures(desk, session):
    sent = {"year": "2026", "measure": "reduction_g", "goal": "1200", "note": "年度任务"}

    first = desk.post("/bureau/targets", data=sent)
    second = desk.post("/bureau/targets", data={**sent, "goal": "1500"})
    wrong = desk.post("/bureau/targets", data={**sent, "goal": "-1", "measure": "gold"})

    assert (first.status_code, second.status_code, wrong.status_code) == (303, 303, 422)
    session.expire_all()
    target = identity.targets_of(session, 2026)["reduction_g"]
    assert (target.version, target.goal) == (2, 1500 * 1_000_000)
    assert "1,500.00 t" in desk.get("/bureau/targets?year=2026").text


def test_others_supervise_nothing(browser_of, officer, host_side, scenario_in):
    made = scenario_in("agreed")

    for actor in (officer, host_side):
        browser = browser_of(actor)
        assert browser.get("/bureau").status_code == 403
        assert browser.post(f"/bureau/scenarios/{made.code}/approve").status_code == 403


def test_a_bureau_officer_does_not_operate(desk, scenario_in):
    made = scenario_in("applied")

    assert desk.get("/operator").status_code == 403
    assert desk.post(f"/operator/scenarios/{made.code}/take-up").status_code == 403


def test_every_page_is_there_in_english(desk, scenario_in):
    made = scenario_in("agreed")
    desk.set_cookie("language", "en")
    paths = (
        "",
        "/scenarios",
        f"/scenarios/{made.code}",
        "/appointments",
        "/appointments/new",
        "/targets",
        "/figures",
    )
    for path in paths:
        page = desk.get(f"/bureau{path}")
        assert page.status_code == 200, path
        assert 'lang="en"' in page.text
