"""The host's application: sent with evidence, followed, agreed to; nobody else's is seen."""

import pytest

from scenarios import queries
from tests.builders import people, scenarios
from tests.fixtures.desks import BEFORE, PDF, upload
from tests.obligations import obligation

FORM = {
    "code": "yu-bike",
    "name": "渝行单车骑行",
    "life_field": "transport",
    "area_code": "500103",
    "description": "主城区共享单车骑行，起止时间由车锁记录。",
    "operating_since": "2022-03-01",
    "methods": ["bicycle.ride"],
    "data_kinds": ["trip_time", "trip_count"],
    "authorisation_text": "我同意平台读取我的骑行时间和次数。",
    "authorisation_version": "1",
    "evidence_title": "运营证明",
    "icon": "bike",
    "confirmed": "on",
}


@pytest.fixture
def desk(browser_of, host_side):
    """The browser of the host."""
    return browser_of(host_side)


@pytest.fixture
def neighbour(browser_of, session, noon):
    """The browser of another host."""
    return browser_of(people.host(session, at=BEFORE))


def apply(desk, **changes):
    return desk.post("/host/scenarios/apply", data={**FORM, "evidence": upload(PDF, "证明.pdf"), **changes})


def test_a_new_host_is_shown_how_to_begin(desk):
    assert "还没有场景" in desk.get("/host").text
    assert "/host/scenarios/apply" in desk.get("/host/scenarios").text


@obligation("CQ-32.1", "CQ-32.2")
def test_an_application_brings_its_evidence_along(desk, session, noon):
    scenarios.uncapped(session, "bicycle.ride", at=BEFORE)

    answer = apply(desk)
    page = desk.get("/host/scenarios/yu-bike")
    session.expire_all()
    document = queries.evidence(session, queries.scenario_by_code(session, "yu-bike").id)[0]
    file = desk.get(f"/host/scenarios/yu-bike/evidence/{document.document_id}")

    assert (answer.status_code, answer.location) == (303, "/host/scenarios/yu-bike")
    assert "渝行单车骑行" in page.text
    assert "待受理" in page.text
    assert (file.data, file.mimetype) == (PDF, "application/pdf")
    assert file.headers["Content-Disposition"].startswith("attachment")


def test_an_application_that_lacks_things_keeps_what_was_typed(desk):
    page = desk.post("/host/scenarios/apply", data={"name": "渝行单车骑行", "data_kinds": ["trip_time"]})

    assert page.status_code == 422
    assert 'value="渝行单车骑行"' in page.text
    assert 'value="trip_time" checked' in page.text
    for told in ("请至少选择一种核算方法", "开始运行日期：请填写", "请确认后再提交"):
        assert told in page.text


@pytest.mark.parametrize(
    ("changes", "status", "told"),
    [
        ({"code": "X"}, 400, "3 到 40 个小写字母"),
        ({"operating_since": "2027-01-01"}, 400, "场景应已在运行"),
        ({"area_code": "110101"}, 400, "scenario.district_unknown"),
        ({"evidence": upload(b"MZ\x90\x00", "证明.pdf")}, 422, "只接受 PDF"),
        ({"methods": ["no.such"]}, 400, "核算方法尚未发布"),
    ],
)
def test_each_breach_is_told(desk, session, noon, changes, status, told):
    scenarios.uncapped(session, "bicycle.ride", at=BEFORE)

    page = apply(desk, **changes)

    assert page.status_code == status
    assert told in page.text


def test_a_code_is_taken_once(desk, session, noon):
    scenarios.uncapped(session, "bicycle.ride", at=BEFORE)
    apply(desk)

    page = apply(desk)

    assert page.status_code == 409
    assert "scenario.code_taken" in page.text


@obligation("CQ-32.4")
def test_the_host_agrees_for_its_side(desk, session, scenario_in):
    made = scenario_in("assessed")
    path = f"/host/scenarios/{made.code}"

    asked = desk.get(path)
    agreed = desk.post(f"{path}/agree")
    twice = desk.post(f"{path}/agree")

    assert "场景方确认协商一致" in asked.text
    assert (agreed.status_code, twice.status_code) == (303, 409)
    assert "scenario.agreed_already" in twice.text
    assert "等待运营主体确认" in desk.get(path).text


def test_the_host_ends_the_agreement_with_a_reason(desk, session, scenario_in):
    made = scenario_in("listed")
    path = f"/host/scenarios/{made.code}"

    silent = desk.post(f"{path}/delist", data={"reason": ""})
    done = desk.post(f"{path}/delist", data={"reason": "停止运营"})

    assert (silent.status_code, done.status_code) == (400, 303)
    session.expire_all()
    assert queries.scenario(session, made.id).state == "delisted"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", ""),
        ("POST", "/agree"),
        ("POST", "/delist"),
        ("GET", "/profiles/new"),
        ("POST", "/profiles"),
        ("POST", "/profiles/try"),
        ("GET", "/evidence/1"),
    ],
)
def test_another_hosts_scenario_is_as_if_there_were_none(neighbour, session, scenario_in, method, path):
    made = scenario_in("assessed")
    sent = (
        {"name": "rides", "text": "x", "reason": "x", "file": upload(b"x", "x.csv")}
        if method == "POST"
        else {}
    )

    answer = neighbour.open(f"/host/scenarios/{made.code}{path}", method=method, data=sent)

    assert answer.status_code == 404
    assert "scenario.not_found" in answer.text
    session.expire_all()
    assert queries.scenario(session, made.id).state == "assessed"


def test_others_are_no_hosts(browser_of, officer, authority, shop):
    for actor in (officer, authority, shop.clerk):
        assert browser_of(actor).get("/host").status_code == 403


def test_every_page_is_there_in_english(desk, scenario_in):
    made = scenario_in("listed")
    desk.set_cookie("language", "en")
    paths = (
        "",
        "/scenarios",
        "/scenarios/apply",
        f"/scenarios/{made.code}",
        "/uploads",
        "/profiles",
        "/links",
        "/keys",
    )
    for path in (*paths, "/keys/new", f"/scenarios/{made.code}/profiles/new"):
        page = desk.get(f"/host{path}")
        assert page.status_code == 200, path
        assert 'lang="en"' in page.text
