"""How good the data is, day by day; the statement of a month; uploads searched and taken away."""

import zipfile
from datetime import timedelta
from io import BytesIO

import pytest

from app.journeys import intake
from app.kernel.days import CHINA
from tests.builders import people, scenarios
from tests.builders import points as mall
from tests.fixtures.desks import BEFORE, NOON, upload

FORMULA = "=cmd.csv"


@pytest.fixture
def listed(scenario_in, session):
    """The host's listed scenario, the rule by which points are issued, and two linked riders."""
    mall.rule(session, at=BEFORE)
    made = scenario_in("listed")
    scenarios.link(session, made, ["u-1", "u-2"], given_at=BEFORE)
    return made


@pytest.fixture
def desk(browser_of, host_side):
    """The browser of the host."""
    return browser_of(host_side)


@pytest.fixture
def sent(session, host_side, listed):
    """Four rows yesterday and two today: three accepted, one late, one duplicate, one of nobody."""
    row = {"record_id": "A1", "user": "u-1", "quantity": 1, "unit": "ride"}
    yesterday = NOON - timedelta(days=1)

    def at(moment):
        return moment.astimezone(CHINA).isoformat()

    send(
        session,
        host_side,
        listed,
        [
            {**row, "occurred_at": at(yesterday - timedelta(hours=2))},
            {**row, "occurred_at": at(yesterday - timedelta(hours=3)), "record_id": "A2", "user": "u-2"},
            {**row, "occurred_at": at(yesterday - timedelta(days=90)), "record_id": "A3"},
            {**row, "occurred_at": at(yesterday - timedelta(hours=1)), "record_id": "A4", "user": "nobody"},
        ],
        yesterday,
    )
    send(
        session,
        host_side,
        listed,
        [
            {**row, "occurred_at": at(yesterday - timedelta(hours=2))},
            {**row, "occurred_at": at(NOON - timedelta(hours=1)), "record_id": "A5"},
        ],
        NOON,
    )
    return listed


def send(session, host_side, listed, rows, at):
    intake.accept_rows(session, actor=host_side, scenario_code=listed.code, rows=rows, at=at)


def lines(answer):
    return [line.split(",") for line in answer.text.lstrip("\ufeff").splitlines()]


def test_the_panel_shows_acceptance_lateness_and_duplicates(desk, sent):
    page = desk.get("/host/quality")
    only = desk.get(f"/host/quality?code={sent.code}&since=2026-11-19&until=2026-11-19")
    none = desk.get("/host/quality?since=2026-10-01&until=2026-10-02")

    assert page.status_code == 200
    for told in ("50.0%", "16.6%", "每日迟到", "每日重复与冲突"):
        assert told in page.text
    assert "25.0%" in only.text
    assert "这段时间没有收到数据" in none.text


def test_the_days_are_taken_away_with_every_outcome(desk, sent):
    answer = desk.get("/host/quality.csv?since=2026-11-18&until=2026-11-20")
    book = desk.get("/host/quality.xlsx")

    heads, *days = lines(answer)
    by_name = [dict(zip(heads, day, strict=True)) for day in days]
    assert [(day["日期"], day["收到行数"], day["已接收"]) for day in by_name] == [
        ("2026-11-18", "0", "0"),
        ("2026-11-19", "4", "2"),
        ("2026-11-20", "2", "1"),
    ]
    assert (by_name[1]["迟到"], by_name[1]["未授权"], by_name[2]["重复"]) == ("1", "1", "1")
    assert int(by_name[1]["减排量（克）"]) > 0
    assert book.data[:2] == b"PK"


def test_a_month_has_its_statement_by_scenario_and_by_day(desk, sent):
    months = desk.get("/host/statements")
    page = desk.get("/host/statements/2026-11")
    quiet = desk.get("/host/statements/2026-10")
    by_scenario = lines(desk.get("/host/statements/2026-11/scenarios.csv"))
    by_day = lines(desk.get("/host/statements/2026-11/days.csv"))

    assert "/host/statements/2026-11" in months.text
    assert "期间尚未结束" in page.text
    assert "这段时间没有收到数据" in quiet.text
    assert by_scenario[1][:4] == [sent.code, sent.name, "6", "3"]
    assert len(by_day) == 1 + 20
    assert sum(int(day[1]) for day in by_day[1:]) == 6
    assert desk.get("/host/statements/2026-11/days.xlsx").data[:2] == b"PK"


@pytest.mark.parametrize("name", ["2026-12", "2026-11-20", "nonsense"])
def test_there_is_no_other_statement(desk, listed, name):
    assert desk.get(f"/host/statements/{name}").status_code == 404
    assert desk.get(f"/host/statements/{name}/days.csv").status_code == 404


def test_another_hosts_data_is_not_among_ones_own(browser_of, session, sent):
    neighbour = browser_of(people.host(session, at=BEFORE))

    assert neighbour.get(f"/host/quality?code={sent.code}").status_code == 404
    assert "这段时间没有收到数据" in neighbour.get("/host/quality").text
    assert len(lines(neighbour.get("/host/statements/2026-11/scenarios.csv"))) == 1
    assert len(lines(neighbour.get("/host/uploads.csv"))) == 1


def test_uploads_are_searched_ordered_and_taken_away(desk, session, sent):
    desk.post(
        "/host/uploads",
        data={"way": f"{sent.code}/-", "file": upload(b"record_id\n", FORMULA), "idempotency_key": "k"},
    )

    found = {
        query: len(lines(desk.get(f"/host/uploads.csv?{query}"))) - 1
        for query in (
            "",
            "door=api",
            "door=file",
            "state=queued",
            "q=cmd",
            f"scenario={sent.id}",
            "scenario=987654321",
            "since=2026-11-20&until=2026-11-20",
            "until=2026-11-19",
        )
    }
    first = lines(desk.get("/host/uploads.csv?order=asc"))[1]
    book = desk.get("/host/uploads.xlsx")

    assert list(found.values()) == [3, 2, 1, 1, 1, 3, 0, 2, 1]
    assert first[4] == "2026-11-19T12:00:00+08:00"
    assert f"'{FORMULA}" in desk.get("/host/uploads.csv").text
    assert "<f>" not in zipfile.ZipFile(BytesIO(book.data)).read("xl/worksheets/sheet1.xml").decode()
    assert "没有符合条件的上传" in desk.get("/host/uploads?q=nothing").text


def test_the_pages_are_there_in_english(desk, sent):
    desk.set_cookie("language", "en")

    for path in ("/quality", "/statements", "/statements/2026-11", "/sandboxes/new", "/uploads?door=api"):
        page = desk.get(f"/host{path}")
        assert page.status_code == 200
        assert 'lang="en"' in page.text
