"""What anyone may read, page by page."""

import pytest

from app.kernel import calendar
from points import commands
from tests.builders import people, points, scenarios
from tests.obligations import obligation
from tests.web.api.conftest import BEFORE, NOON, every_page


@obligation("CQ-36.4")
def test_listed_scenarios_are_read_page_by_page_and_others_are_unknown(client, session, noon):
    host = people.host(session, at=BEFORE)
    scenarios.uncapped(session, "bicycle.ride", at=BEFORE)
    made = [scenarios.listed(session, host, at=BEFORE, code=f"open-{number}") for number in range(5)]
    hidden = scenarios.applied(session, host, at=BEFORE, code="not-yet")
    sandbox = scenarios.listed(session, host, at=BEFORE, code="only-a-try", sandbox=True)
    session.commit()

    pages = every_page(client, "/api/v1/scenarios?limit=2")

    assert [item["code"] for page in pages for item in page] == [scenario.code for scenario in made]
    one = client.get(f"/api/v1/scenarios/{made[0].code}").json
    assert (one["methods"], one["data_kinds"]) == (["bicycle.ride"], ["trip_time"])
    for code in (hidden.code, sandbox.code, "no-such-scenario"):
        missing = client.get(f"/api/v1/scenarios/{code}")
        assert (missing.status_code, missing.json["code"]) == (404, "scenario.not_found")
    assert client.get("/api/v1/scenarios?life_field=food").json["items"] == []
    assert client.get("/api/v1/scenarios?area_code=500103&limit=1").json["next"]


@obligation("CQ-34.7")
def test_offers_have_a_price_in_points_and_no_other(client, session, merchant_side):
    session.commit()

    (offer,) = client.get("/api/v1/offers").json["items"]
    (merchant,) = client.get("/api/v1/merchants").json["items"]

    assert (offer["price_hundredths"], offer["left"]) == (50_00, 10)
    assert offer["merchant_id"] == merchant["id"]
    assert not [name for name in offer if "yuan" in name or "fen" in name or "currency" in name]
    assert client.get(f"/api/v1/offers?merchant_id={merchant['id'] + 1}").json["items"] == []
    assert client.get("/api/v1/offers?category=food").json["items"] == []


def test_an_offer_of_a_merchant_that_left_is_gone(client, session, merchant_side):
    commands.leave_as_merchant(session, actor=merchant_side.actor, at=NOON)
    session.commit()

    assert client.get("/api/v1/offers").json["items"] == []
    assert client.get("/api/v1/merchants").json["items"] == []


@obligation("CQ-31.3", "CQ-31.4")
def test_rules_and_methods_are_open_with_their_sources(client, session, host_side):
    session.commit()

    (rule,) = client.get("/api/v1/conversion-rules").json["items"]
    (method,) = client.get("/api/v1/methods").json["items"]

    assert rule["grams_per_point"] == 100
    assert (method["code"], method["life_field"]) == ("bicycle.ride", "transport")
    assert all(parameter["source"] for parameter in method["versions"][0]["parameters"])


@obligation("T-62")
def test_figures_that_describe_few_people_are_not_told(client, session, host_side, citizen_side):
    points.earn(
        session, scenarios.Ready(host_side.actor, host_side.scenario), citizen_side.account_id, 100, at=NOON
    )
    session.commit()

    figures = client.get("/api/v1/figures").json

    assert (figures["scenarios"], figures["accounts"], figures["reduction_g"]) == (1, None, None)


@obligation("Q-03")
def test_working_days_follow_the_notices(client, session):
    calendar.import_edition(
        session,
        named=[(NOON.date(), calendar.DayKind.REST, "测试假日")],
        years=[2026],
        source="测试通知",
        notice_number=None,
        imported_by="test",
        at=NOON,
    )
    session.commit()

    days = client.get("/api/v1/working-days?first=2026-03-09&last=2026-03-10").json["items"]

    assert [(day["working"], day["provisional"]) for day in days] == [(True, False), (False, False)]
    assert days[1]["name"] == "测试假日"


@pytest.mark.parametrize("last", ["2026-03-09", "2027-04-12"])
def test_the_longest_range_is_four_hundred_days(client, session, last):
    answer = client.get(f"/api/v1/working-days?first=2026-03-09&last={last}")

    assert answer.status_code == 200


def test_districts_are_those_of_chongqing(client, session):
    items = client.get("/api/v1/districts").json["items"]

    assert all(item["code"].startswith("500") for item in items)
    assert "500103" in {item["code"] for item in items}
    assert items[0].keys() == {"code", "name", "name_en"}
