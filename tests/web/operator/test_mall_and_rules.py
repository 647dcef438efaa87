"""Merchants, shelf, conversion rules and norms before the operator."""

import pytest

from points import commands, queries
from tests.builders import people, scenarios
from tests.builders import points as mall
from tests.fixtures.desks import BEFORE
from tests.obligations import obligation


@pytest.fixture
def desk(browser_of, officer):
    """The browser of the operator."""
    return browser_of(officer)


@pytest.fixture
def applicant(session, officer):
    """A merchant that applied."""
    manager = people.merchant(session, at=BEFORE)
    return commands.apply_as_merchant(
        session, actor=manager, particulars=mall.particulars(name="江湾茶社"), at=BEFORE
    )


def state_of(session, merchant):
    session.expire_all()
    return queries.merchant(session, merchant.id).state


@obligation("CQ-6.10", "CQ-31.1")
def test_a_merchant_is_admitted_suspended_and_resumed(desk, session, applicant):
    path = f"/operator/merchants/{applicant.id}"
    assert "江湾茶社" in desk.get("/operator/merchants").text

    seen = []
    for act, sent in (("admit", {}), ("suspend", {"reason": "投诉核查"}), ("resume", {})):
        assert desk.post(f"{path}/{act}", data=sent).status_code == 303
        seen.append(state_of(session, applicant))

    assert seen == ["admitted", "suspended", "admitted"]
    assert "投诉核查" in desk.get(path).text
    assert "江湾茶社" in desk.get("/operator/merchants?view=all&state=admitted&q=江湾").text


def test_rejecting_needs_a_reason(desk, session, applicant):
    path = f"/operator/merchants/{applicant.id}"

    silent = desk.post(f"{path}/reject", data={"reason": ""})
    told = desk.post(f"{path}/reject", data={"reason": "不面向消费者"})

    assert (silent.status_code, told.status_code) == (422, 303)
    assert "points.reason_missing" in silent.text
    assert state_of(session, applicant) == "rejected"


def test_a_decision_out_of_turn_is_a_conflict(desk, applicant):
    answer = desk.post(f"/operator/merchants/{applicant.id}/resume")

    assert answer.status_code == 409
    assert desk.post("/operator/merchants/987654/admit").status_code == 404


def test_an_offer_is_blocked_with_a_reason_and_unblocked(desk, session, shop):
    path = f"/operator/shelf/{shop.offer.id}"
    assert shop.offer.title in desk.get("/operator/shelf").text

    silent = desk.post(f"{path}/block", data={"reason": ""})
    blocked = desk.post(f"{path}/block", data={"reason": "虚假宣传"})
    listed = desk.get("/operator/shelf?state=blocked")
    back = desk.post(f"{path}/unblock")

    assert (silent.status_code, blocked.status_code, back.status_code) == (422, 303, 303)
    assert shop.offer.title in listed.text
    session.expire_all()
    assert queries.own_offer(session, shop.merchant.id, shop.offer.id).state == "off_shelf"


def test_the_norm_is_shown_line_by_line(desk, session):
    assert "还没有评价规范" in desk.get("/operator/norms").text
    scenarios.norm(session, at=BEFORE)

    page = desk.get("/operator/norms")

    assert "数据质量" in page.text
    assert "现行" in page.text


def test_every_page_is_there_in_english(desk, shop, applicant):
    desk.set_cookie("language", "en")
    paths = ("", "/scenarios", "/merchants", f"/merchants/{applicant.id}", "/shelf", "/rules", "/methods")
    for path in (
        *paths,
        "/norms",
        "/drafts/new/rule",
        "/drafts/new/norm",
        "/held-rows",
        "/corrections",
        "/corrections/new",
    ):
        page = desk.get(f"/operator{path}")
        assert page.status_code == 200, path
        assert 'lang="en"' in page.text
