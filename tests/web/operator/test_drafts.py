"""Drafts of rules, norms and methods before the operator: written, changed, published, dropped."""

from datetime import date

import pytest
from sqlalchemy import select

from app.kernel.audit import AuditLine
from app.kernel.drafts import Draft
from points import queries
from points.rules import points_of
from scenarios import queries as scenario_queries
from tests.builders import points as mall
from tests.builders import scenarios
from tests.fixtures.desks import BEFORE, NOON
from tests.obligations import obligation

RULE = {
    "version": "2026-2",
    "grams_per_point": "120",
    "validity_months": "36",
    "valid_from": "2026-12-01",
    "text_zh": "每 120 克二氧化碳当量减排量折算 1 碳积分。",
    "text_en": "120 g CO2e make one point.",
}
NORM = {
    "version": "2027",
    "pass_score": "60",
    "valid_from": "2026-12-01",
    "item_0_code": "operation",
    "item_0_zh": "正在运行",
    "item_0_en": "In operation",
    "item_0_most": "50",
    "item_0_required": "on",
    "item_3_code": "openness",
    "item_3_zh": "面向公众",
    "item_3_en": "Open to all",
    "item_3_most": "50",
}


@pytest.fixture
def desk(browser_of, officer):
    """The browser of the operator."""
    return browser_of(officer)


def drafted(desk, kind, form):
    """Save a draft by the form and return the address of its page."""
    answer = desk.post(f"/operator/drafts/new/{kind}", data=form)
    assert answer.status_code == 303, answer.text
    return answer.location


def publish(desk, page, **changes):
    """Publish the draft behind a page as it is."""
    revision = desk.get(f"{page}/publish").text.split('name="revision" value="', 1)[1].split('"', 1)[0]
    return desk.post(f"{page}/publish", data={"confirmed": "on", "revision": revision, **changes})


@obligation("CQ-31.4", "CQ-36.5")
def test_a_draft_binds_nobody_until_it_is_published_and_then_holds_from_its_day(desk, session):
    mall.rule(session, at=BEFORE)
    page = drafted(desk, "rule", RULE)
    before = [rule.version for rule in queries.rules(session)]

    assert publish(desk, page).status_code == 303

    session.expire_all()
    assert "2026-2" not in before
    assert queries.rule_on(session, NOON.date()).version != "2026-2"
    assert queries.rule_on(session, date(2026, 12, 1)).version == "2026-2"
    assert "已公布，未生效" in desk.get("/operator/rules").text
    assert "该草稿已公布" in desk.get(page).text


@obligation("CQ-31.4")
def test_a_draft_of_a_day_that_has_come_is_not_published(desk, session):
    mall.rule(session, at=BEFORE)
    page = drafted(desk, "rule", {**RULE, "valid_from": "2026-11-20"})

    refused = publish(desk, page)

    assert refused.status_code == 422
    assert "rule.not_ahead" in refused.text
    assert "2026-2" not in [rule.version for rule in queries.rules(session)]


def test_publishing_needs_a_last_look_and_a_fresh_factor(browser_of, desk, officer):
    page = drafted(desk, "rule", RULE)
    stale = browser_of(officer, fresh=False)

    silent = publish(desk, page, confirmed="")
    asked = stale.get(f"{page}/publish")
    sent = stale.post(f"{page}/publish", data={"confirmed": "on", "revision": "1"})

    assert silent.status_code == 422
    assert "请确认后再提交" in silent.text
    assert "/account/verify" in asked.location
    assert sent.status_code == 403


def test_what_somebody_else_changed_is_not_overwritten(browser_of, desk, second, session):
    page = drafted(desk, "rule", RULE)
    other = browser_of(second)
    assert (
        other.post(f"{page}/edit", data={**RULE, "grams_per_point": "110", "revision": "1"}).status_code
        == 303
    )

    late = desk.post(f"{page}/edit", data={**RULE, "grams_per_point": "90", "revision": "1"})
    published = desk.post(f"{page}/publish", data={"confirmed": "on", "revision": "1"})

    assert (late.status_code, published.status_code) == (409, 409)
    assert "draft.changed" in late.text
    assert 'value="90"' in late.text
    session.expire_all()
    assert session.scalars(select(Draft.content)).one()["grams_per_point"] == 110


def test_a_dropped_draft_is_kept_and_cannot_be_published(desk, session):
    page = drafted(desk, "rule", RULE)

    dropped = desk.post(f"{page}/drop", data={"revision": "1"})
    again = desk.post(f"{page}/publish", data={"confirmed": "on", "revision": "2"})

    assert (dropped.status_code, again.status_code) == (303, 409)
    assert "2026-2" not in desk.get("/operator/rules").text
    events = session.scalars(select(AuditLine.event).where(AuditLine.subject_kind == "draft")).all()
    assert events == ["kernel.draft.write", "kernel.draft.drop"]


@obligation("CQ-31.4", "CQ-42.14")
def test_the_effect_is_computed_from_every_behaviour_of_last_month(desk, session, earned_in_october):
    grams = [1190, 119, 10_001]
    earned_in_october(grams)
    page = drafted(desk, "rule", {**RULE, "grams_per_point": "1000"})

    told = desk.get(page).text

    would_be = sum(points_of(each, 1000) for each in grams)
    assert f"{would_be / 100:.2f}".rstrip("0").rstrip(".") in told
    assert "2026年10月1日" in told
    assert "2026年10月31日" in told
    assert told.count("3 条行为") == 1
    assert "100.0%" not in told


def test_a_rule_needs_every_field(desk):
    page = desk.post("/operator/drafts/new/rule", data={**RULE, "validity_months": "61", "text_en": ""})

    assert page.status_code == 422
    assert "应在 1 到 60 之间" in page.text
    assert 'value="2026-2"' in page.text


@obligation("CQ-31.2")
def test_a_norm_is_drafted_line_by_line_and_published(desk, session):
    scenarios.norm(session, at=BEFORE)
    page = drafted(desk, "norm", NORM)
    assert "面向公众" in desk.get(page).text

    assert publish(desk, page).status_code == 303

    session.expire_all()
    norm = scenario_queries.norm_in_force(session, date(2026, 12, 1))
    assert [(item.code, item.required) for item in scenario_queries.items_of(norm)] == [
        ("operation", True),
        ("openness", False),
    ]
    assert scenario_queries.norm_in_force(session, NOON.date()).version != "2027"


@obligation("CQ-31.2")
def test_a_norm_that_cannot_be_passed_or_holds_backwards_is_not_published(desk):
    page = drafted(desk, "norm", {**NORM, "pass_score": "101", "valid_from": "2026-11-19"})

    refused = publish(desk, page)

    assert refused.status_code in {400, 422}
    assert "不能早于今天" in refused.text
    assert "不超过各项满分之和" in refused.text


@obligation("CQ-31.3", "Q-38")
def test_a_new_version_of_a_method_ends_the_one_before_it_on_its_first_day(desk, session):
    scenarios.uncapped(session, "bus.ride", at=BEFORE)
    method = scenario_queries.method_by_code(session, "bus.ride")
    form = {
        "method": "bus.ride",
        "valid_from": "2027-01-01",
        "source": "渝环〔2026〕1号",
        "value_factor": "95.5",
        "source_factor": "渝环〔2026〕1号",
        "certainty_factor": "firm",
        "cap_count": "4",
    }
    page = drafted(desk, "method", form)
    assert "95.5" in desk.get(page).text

    assert publish(desk, page).status_code == 303

    session.expire_all()
    first, later = (each.version for each in scenario_queries.published_versions(session, method.id))
    assert (first.valid_until, later.valid_from) == (date(2027, 1, 1), date(2027, 1, 1))
    assert (later.cap_count, str(later.parameters[0].value)) == (4, "95.5")
    assert later.parameters[0].valid_from == date(2027, 1, 1)
    assert first.holds_on(date(2026, 12, 31))
    assert not first.holds_on(date(2027, 1, 1))


@obligation("CQ-31.3")
@pytest.mark.parametrize(("first_day", "status"), [("2026-11-20", 422), ("2026-11-21", 303)])
def test_a_method_never_changes_for_days_that_have_come(desk, session, first_day, status):
    scenarios.uncapped(session, "bus.ride", at=BEFORE)
    form = {"method": "bus.ride", "valid_from": first_day, "source": "S", "value_factor": "1"}
    page = drafted(desk, "method", {**form, "source_factor": "S", "certainty_factor": "firm"})

    assert publish(desk, page).status_code == status


def test_a_draft_from_an_older_version_is_not_published(desk, session):
    scenarios.uncapped(session, "bus.ride", at=BEFORE)
    form = {"method": "bus.ride", "source": "S", "value_factor": "1"}
    form |= {"source_factor": "S", "certainty_factor": "firm"}
    pages = [drafted(desk, "method", {**form, "valid_from": day}) for day in ("2027-01-01", "2028-01-01")]

    answers = [publish(desk, page) for page in pages]

    assert [answer.status_code for answer in answers] == [303, 409]
    assert "method.not_next" in answers[1].text


@obligation("Q-31")
def test_lateness_is_changed_with_a_reason(desk, session, scenario_in):
    made = scenario_in("listed")
    path = f"/operator/scenarios/{made.code}"

    silent = desk.post(f"{path}/lateness", data={"days": "45", "lateness_reason": ""})
    beyond = desk.post(f"{path}/lateness", data={"days": "3651", "lateness_reason": "测试"})
    sent = desk.post(f"{path}/lateness", data={"days": "45", "lateness_reason": "月结对账"})

    assert (silent.status_code, beyond.status_code, sent.status_code) == (422, 422, 303)
    session.expire_all()
    assert scenario_queries.scenario_by_code(session, made.code).lateness_days == 45
    assert "45 天" in desk.get(path).text
