"""Disclosure and open data as anyone reads them: pages, files, tags; and the operator's desk."""

import csv
import hashlib
import io
import json
from datetime import UTC, datetime, timedelta

import pytest

from app.disclosure import queries
from app.jobs import disclosure
from app.kernel import clock
from app.reports.open_data import DATASETS
from tests.builders import city, people
from tests.obligations import obligation

NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
LATER = datetime(2026, 12, 2, 18, 0, tzinfo=UTC)
JSON = {"Accept": "application/json"}
REASON = "十一月漏列了一家权益提供单位，现予补充。"


@pytest.fixture(autouse=True)
def later():
    with clock.frozen(LATER):
        yield LATER


@pytest.fixture
def november(session):
    """A city whose November is published."""
    streets = city.city(session, at=NOON)
    for number in range(10):
        who = city.resident(session, at=NOON - timedelta(hours=2), phone=f"+86137000000{number:02d}")
        city.join(session, streets, who, ("bus",), at=NOON - timedelta(hours=2))
        city.behave(session, streets, who, "bus", "1", at=NOON)
    disclosure.run(LATER)
    return streets


def rows_of(answer):
    return list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))


@obligation("CQ-36.4", "CQ-36.5", "Q-30")
def test_a_month_is_published_with_its_figures_lists_and_hash(client, session, november):
    listed = client.get("/disclosure").text
    page = client.get("/disclosure/D-202611-1").text
    raw = client.get("/disclosure/D-202611-1.json")

    found = queries.snapshot(session, "D-202611-1")
    assert "2026年11月" in listed
    assert found.hash.hex()[:12] in listed
    for told in ("1.20 kg", "公交", "重庆公交集团", "山城咖啡", "100 g = 1 分", found.hash.hex()):
        assert told in page
    assert hashlib.sha256(bytes(32) + raw.data).digest() == found.hash  # as the page tells to check it
    assert json.loads(raw.data)["registered_users"] == 10
    measures = {row["measure"] for row in rows_of(client.get("/disclosure/D-202611-1.csv"))}
    assert measures >= {"opened", "issued", "reduction_g"}
    refused = client.get("/disclosure/D-209901-1", headers=JSON)
    assert (refused.status_code, refused.json["code"]) == (404, "disclosure.snapshot_not_found")


@obligation("CQ-36.4", "CQ-36.5")
def test_each_dataset_leaves_as_csv_and_json_as_documented(client, november):
    described = client.get("/open-data/datapackage.json").json["resources"]

    for each, told in zip(DATASETS, described, strict=True):
        names = [column.name for column in each.columns]
        as_csv = client.get(f"/open-data/{each.name}.csv")
        as_json = client.get(f"/open-data/{each.name}.json").json
        assert [field["name"] for field in told["schema"]["fields"]] == names
        assert as_csv.data.decode("utf-8-sig").splitlines()[0] == ",".join(names)
        assert len(rows_of(as_csv)) == len(as_json["rows"]) > 0
        assert (as_json["licence"], as_json["up_to"]) == ("CC-BY-4.0", "2026-12-02")
    assert client.get("/open-data/nothing.csv", headers=JSON).json["code"] == "disclosure.dataset_not_found"


@obligation("CQ-31.4", "CQ-36.5")
def test_factors_leave_with_source_certainty_and_period(client, november):
    rows = rows_of(client.get("/open-data/factors.csv"))

    power = [row for row in rows if row["method"] == "electricity.saved"]
    assert len({row["version"] for row in power}) > 1
    assert all(row["source"] and row["certainty"] and row["method_valid_from"] for row in rows)
    assert any(row["method_valid_until"] for row in power)


def test_what_has_not_changed_is_not_sent_again(client, november):
    first = client.get("/open-data/figures.json")

    again = client.get("/open-data/figures.json", headers={"If-None-Match": first.headers["ETag"]})

    assert (again.status_code, again.data) == (304, b"")
    assert first.headers["Access-Control-Allow-Origin"] == "*"
    assert "Set-Cookie" not in first.headers


@pytest.mark.parametrize("language", ["zh-CN", "en"])
@pytest.mark.parametrize("path", ["/disclosure", "/open-data"])
def test_pages_stand_in_an_empty_installation(client, path, language):
    client.set_cookie("language", language)

    assert client.get(path).status_code == 200


@obligation("T-62", "CQ-36.4")
def test_the_home_tells_of_whole_days_only(client, session, november):
    with clock.frozen(LATER + timedelta(hours=1)):
        for number in range(10, 20):
            city.resident(session, at=LATER, phone=f"+86137000000{number:02d}")
        page = client.get("/").text
        figures = client.get("/api/v1/figures").json

    assert "截至 2026年12月2日 24:00" in page
    assert (figures["up_to"], figures["accounts"], figures["reduction_g"]) == ("2026-12-02", 10, 1200)


@obligation("CQ-36.5")
def test_the_operator_publishes_a_month_anew_and_says_why(client, session, november):
    people.sign_in_as(client, people.reviewer(session))
    desk = client.get("/operator/disclosure").text
    assert "完整" in desk

    without = client.post("/operator/disclosure/D-202611-1/correct", data={"reason": "短", "confirmed": "on"})
    done = client.post("/operator/disclosure/D-202611-1/correct", data={"reason": REASON, "confirmed": "on"})

    assert (without.status_code, done.status_code) == (422, 303)
    assert "短" in without.text
    old, new = client.get("/disclosure/D-202611-1").text, client.get("/disclosure/D-202611-2").text
    assert "已有更正版" in old
    assert REASON in new
    assert "已由 D-202611-2 更正" in client.get("/operator/disclosure").text
    again = client.post("/operator/disclosure/D-202611-1/correct", data={"reason": REASON, "confirmed": "on"})
    assert again.status_code == 409
