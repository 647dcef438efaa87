"""Public pages: what anyone may read, in both languages, empty and full."""

from datetime import UTC, datetime, timedelta

import pytest

from app.jobs import disclosure
from app.kernel import clock
from points import commands
from scenarios import commands as scenarios
from tests.builders import city
from tests.builders import points as mall
from tests.obligations import obligation

NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
JSON = {"Accept": "application/json"}
PAGES = (
    "/",
    "/scenarios",
    "/methods",
    "/rules",
    "/figures",
    "/offers",
    "/merchants",
    "/terms",
    "/help",
    "/accessibility",
    "/privacy",
)


@pytest.fixture(autouse=True)
def noon():
    with clock.frozen(NOON):
        yield NOON


@pytest.fixture
def streets(session, noon):
    return city.city(session, at=noon)


@pytest.mark.parametrize("language", ["zh-CN", "en"])
@pytest.mark.parametrize("path", PAGES)
def test_pages_stand_in_an_empty_installation(client, path, language):
    client.set_cookie("language", language)

    answer = client.get(path)

    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("language", ["zh-CN", "en"])
@pytest.mark.parametrize("path", PAGES)
def test_pages_stand_in_a_city(client, streets, path, language):
    client.set_cookie("language", language)

    assert client.get(path).status_code == 200


@obligation("CQ-36.4")
def test_scenarios_are_listed_by_field_of_life(client, streets):
    everything = client.get("/scenarios").text
    food = client.get("/scenarios?field=food").text

    assert all(scene.name in everything for scene in city.SCENES)
    assert "外卖无需餐具" in food
    assert "共享单车" not in food
    assert "这里还没有场景" in client.get("/scenarios?field=nonsense").text


@obligation("CQ-31.3", "CQ-36.4")
def test_a_scenario_tells_formula_factors_sources_and_data(client, streets):
    page = client.get("/scenarios/metro").text

    for told in ("减排量 = 里程", "104 g/km", "DB11/T 3043-2024", "出行时间", "2026-1", "每人每天", "武汉"):
        assert told in page


def test_a_scenario_that_was_never_listed_is_none(client, session, streets, noon):
    host = streets.hosts["metro"]
    hidden = city.scenes.applied(session, host, at=noon, code="not-yet", methods=("bus.ride",))

    refused = client.get(f"/scenarios/{hidden.code}", headers=JSON)

    assert (refused.status_code, refused.json["code"]) == (404, "scenario.not_found")


def test_a_suspended_scenario_says_so(client, session, streets, noon):
    scenarios.suspend(
        session, actor=mall.SYSTEM, scenario_id=streets.scenarios["bus"].id, reason="数据核查", at=noon
    )

    page = client.get("/scenarios/bus").text

    assert "暂停中" in page
    assert "去授权" not in page
    assert "公交出行" not in client.get("/scenarios").text


def test_a_method_shows_every_version(client, streets):
    page = client.get("/methods/electricity.saved").text

    assert "474.3" in page
    assert "558.1" in page
    assert client.get("/methods/nothing", headers=JSON).json["code"] == "method.not_found"


@obligation("CQ-31.4", "CQ-36.5")
def test_rules_are_shown_before_they_hold_and_after(client, session, streets, noon):
    coming = (noon + timedelta(days=10)).date()
    mall.rule(session, at=noon, grams_per_point=120, valid_from=coming)

    page = client.get("/rules").text

    assert "100 g = 1 分" in page
    assert "120 g = 1 分" in page
    assert "将于 2026年11月30日 生效" in page
    assert "现行" in page


@obligation("T-62", "CQ-36.5")
def test_figures_of_fewer_than_ten_people_are_not_published(client, session, streets, noon):
    citizens = []
    for number in range(10):
        made = city.resident(session, at=noon - timedelta(days=1), phone=f"+86137000000{number:02d}")
        city.join(session, streets, made, ("bus",), at=noon - timedelta(days=1))
        citizens.append(made)
    for made in citizens[:9]:
        city.behave(session, streets, made, "bus", "1", at=noon)
    disclosure.run(noon + timedelta(days=1))
    nine = client.get("/figures").text
    city.behave(session, streets, citizens[9], "bus", "1", at=noon + timedelta(days=1))
    disclosure.run(noon + timedelta(days=2))
    ten = client.get("/figures").text

    assert "1.08 kg" not in nine
    assert "1.20" in ten
    assert "12" in ten


def test_offers_can_be_read_by_everybody_and_drafts_by_nobody(client, session, streets, noon):
    manager, _merchant = streets.merchants["bus"]
    draft = commands.create_offer(session, actor=manager, terms=mall.terms(at=noon), at=noon)

    listed = client.get("/offers").text
    shown = client.get(f"/offers/{streets.offers['bus'].id}").text

    assert "公交乘车券 2 元" in listed
    assert "7 天内到商家使用" in shown
    assert client.get(f"/offers/{draft.id}", headers=JSON).status_code == 404
    assert client.get(f"/offers/{streets.offers['bus'].id}/picture", headers=JSON).status_code == 404


def test_strangers_are_asked_to_sign_in_and_come_back(client, streets):
    page = client.get("/scenarios/metro").text

    assert "/sign-in?next=/scenarios/metro" in page.replace("%2F", "/")
    assert client.get("/me/scenarios/metro", headers={"Accept": "text/html"}).status_code == 401
