"""Claims about missing behaviour in the pages of the citizen and of the operator."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.journeys import intake
from scenarios.models import Claim
from tests.builders import city, people
from tests.obligations import obligation

JSON = {"Accept": "application/json"}


@pytest.fixture
def desk(app, session, streets, noon):
    """A browser of the operator's officer."""
    browser = app.test_client()
    people.sign_in_as(browser, people.operator(session, at=noon))
    return browser


@pytest.fixture
def reviewer(app, session, desk, noon):
    """A browser of the operator's second person."""
    browser = app.test_client()
    people.sign_in_as(browser, people.reviewer(session, at=noon))
    return browser


def said(**changes):
    """Return a claim form that lacks nothing."""
    return {"scenario": "metro", "day": "2026-11-19", "said": "早上八点，四公里到观音桥。", **changes}


def the_claim(session):
    """Return the one claim that there is."""
    return session.scalars(select(Claim)).one()


@obligation("Q-71")
def test_a_claim_is_filed_with_a_promised_day_and_answered_with_data(
    app, own, desk, session, streets, holder, noon
):
    filed = own.post("/me/claims", data=said(), follow_redirects=True)
    claim = the_claim(session)
    queue = desk.get("/operator/claims").text
    early = desk.post(f"/operator/claims/{claim.id}/resolve")
    forwarded = desk.post(
        f"/operator/claims/{claim.id}/forward", data={"reason": "请核对进出站记录"}, follow_redirects=True
    )
    people.sign_in_as(host := app.test_client(), streets.hosts["metro"])
    people.sign_in_as(another := app.test_client(), streets.hosts["bus"])
    asked = [browser.get("/host/claims").text for browser in (host, another)]
    intake.accept_rows(
        session,
        actor=streets.hosts["metro"],
        scenario_code="metro",
        rows=[
            {
                "record_id": "again-1",
                "user": city.host_user(holder, "metro"),
                "occurred_at": (noon - timedelta(days=1)).isoformat(),
                "quantity": "12",
                "unit": "km",
            }
        ],
        at=noon,
    )
    closed = desk.post(f"/operator/claims/{claim.id}/resolve", follow_redirects=True)

    assert "2026年12月11日 前" in filed.text
    assert "等待答复" in filed.text
    assert f"申诉 {claim.id}" in queue
    assert early.status_code == 422
    assert "还没有送来当天的数据" in early.text
    assert "已请场景方补传，并告知本人" in forwarded.text
    assert city.host_user(holder, "metro") in asked[0]
    assert "请核对进出站记录" in asked[0]
    assert "四公里到观音桥" not in asked[0]  # the citizen's own words stay with the operator
    assert "没有补传请求" in asked[1]
    assert "已以场景方补传的数据办结" in closed.text
    assert "数据已补传" in own.get(f"/me/claims/{claim.id}").text
    assert "申诉已办结" in own.get("/me/messages").text


@obligation("Q-71")
def test_a_refusal_has_a_reason_and_an_appeal_another_person(own, desk, reviewer, session):
    own.post("/me/claims", data=said())
    claim = the_claim(session)
    blank = desk.post(f"/operator/claims/{claim.id}/refuse", data={"reason": " "})
    desk.post(f"/operator/claims/{claim.id}/refuse", data={"reason": "当天没有您的进站记录"})
    answered = own.get(f"/me/claims/{claim.id}").text
    appealed = own.post(f"/me/claims/{claim.id}/appeal", data={"reason": "有扣款短信"}, follow_redirects=True)
    not_theirs = desk.post(f"/operator/claims/{claim.id}/uphold", data={"reason": "维持"}, headers=JSON)
    upheld = reviewer.post(
        f"/operator/claims/{claim.id}/uphold", data={"reason": "扣款属另一账户"}, follow_redirects=True
    )

    assert blank.status_code == 400
    assert "当天没有您的进站记录" in answered
    assert "申请复核" in answered
    assert "复核中" in appealed.text
    assert (not_theirs.status_code, not_theirs.json["code"]) == (403, "permission.denied")
    assert "复核已答复" in upheld.text
    assert "扣款属另一账户" in own.get(f"/me/claims/{claim.id}").text


def test_a_claim_that_cannot_be_is_shown_again(own, session):
    wrong = {
        "said": (said(said=" "), 400),
        "day": (said(day="2026-11-21"), 422),
        "day ": (said(day="gestern"), 422),
        "day  ": (said(scenario="walking"), 422),
        "scenario": (said(scenario="nowhere"), 404),
    }

    answers = {field: own.post("/me/claims", data=form) for field, (form, _) in wrong.items()}

    for field, (_, status) in wrong.items():
        assert answers[field].status_code == status
        assert f'id="error-{field.strip()}"' in answers[field].text
    assert session.scalars(select(Claim)).all() == []


@obligation("T-44")
def test_a_claim_is_nobody_elses(own, next_door, session):
    own.post("/me/claims", data=said())
    claim = the_claim(session)

    answers = [
        next_door.get(f"/me/claims/{claim.id}", headers=JSON),
        next_door.post(f"/me/claims/{claim.id}/withdraw", headers=JSON),
    ]
    withdrawn = own.post(f"/me/claims/{claim.id}/withdraw", follow_redirects=True)

    assert [answer.status_code for answer in answers] == [404, 404]
    assert "申诉已撤回" in withdrawn.text


def test_the_pages_are_there_in_english(own, desk, session):
    own.post("/me/claims", data=said())
    own.set_cookie("language", "en")
    desk.set_cookie("language", "en")

    assert "Missing behaviour claims" in own.get("/me/claims").text
    assert "Waiting for us" in desk.get("/operator/claims").text
    assert "Refuse" in desk.get(f"/operator/claims/{the_claim(session).id}").text
