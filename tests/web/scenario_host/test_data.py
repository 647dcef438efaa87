"""The host's data: profiles tried before they count, files followed to the outcome of every row."""

import json

import pytest
from sqlalchemy import select

from app.jobs.uploads import Uploads
from scenarios import queries
from scenarios.models import Upload
from scenarios.values import UploadState
from tests.builders import people, scenarios
from tests.builders import points as mall
from tests.fixtures.desks import BEFORE, between, upload
from tests.obligations import obligation

PROFILE = """
format = "csv"
[record_id]
columns = ["编号"]
[user]
column = "用户"
[quantity]
unit = "ride"
kind = "constant"
value = 1
[time]
zone = "Asia/Shanghai"
counts = "start"
[time.start]
columns = ["时间"]
formats = ["%Y-%m-%d %H:%M:%S"]
"""
SAMPLE = "编号,用户,时间\nA1,u-1,2026-11-19 08:00:00\nA2,,2026-11-19 09:00:00\n".encode()


@pytest.fixture
def listed(scenario_in, session):
    """The host's listed scenario, and the rule by which points are issued."""
    mall.rule(session, at=BEFORE)
    return scenario_in("listed")


@pytest.fixture
def desk(browser_of, host_side):
    """The browser of the host."""
    return browser_of(host_side)


@pytest.fixture
def neighbour(browser_of, session, noon):
    """The browser of another host."""
    return browser_of(people.host(session, at=BEFORE))


def save(desk, listed, **changes):
    sent = {"name": "rides", "text": PROFILE, **changes}
    return desk.post(f"/host/scenarios/{listed.code}/profiles", data=sent)


def key_in(page):
    return between(page.text, 'name="idempotency_key" value="', '"')


def send(desk, listed, data=SAMPLE, way="rides", **changes):
    sent = {
        "way": f"{listed.code}/{way}",
        "file": upload(data, "rides.csv"),
        "idempotency_key": key_in(desk.get("/host/uploads")),
        **changes,
    }
    return desk.post("/host/uploads", data=sent)


def test_a_profile_begins_with_the_commented_example(desk, listed):
    page = desk.get(f"/host/scenarios/{listed.code}/profiles/new")

    assert "A mapping profile with every key it may have" in page.text
    assert "单位应为 ride" in page.text


def test_a_profile_is_tried_on_a_sample_and_nothing_is_kept(desk, session, listed):
    page = desk.post(
        f"/host/scenarios/{listed.code}/profiles/try",
        data={"name": "rides", "text": PROFILE, "file": upload(SAMPLE, "sample.csv")},
    )

    assert page.status_code == 200
    assert "A1" in page.text
    assert "2026年11月19日 08:00:00" in page.text
    assert "缺少用户编号" in page.text
    assert "zone = &#34;Asia/Shanghai&#34;" in page.text
    assert list(queries.profiles_of(session, listed.id)) == []


def draft(desk, listed, data=SAMPLE, **chosen):
    sent = {"name": "rides", "text": "not read", "file": upload(data, "sample.csv"), **chosen}
    return desk.post(f"/host/scenarios/{listed.code}/profiles/draft", data=sent)


def test_a_profile_is_written_for_a_dropped_file_and_its_columns_can_be_chosen(desk, session, listed):
    page = draft(desk, listed)
    other = draft(desk, listed, column_user="编号", column_record_id="no such column")

    assert (page.status_code, other.status_code) == (200, 200)
    assert "user]\ncolumn = &#34;用户&#34;" in page.text
    assert "user]\ncolumn = &#34;编号&#34;" in other.text
    assert "not read" not in page.text
    assert "A1" in page.text
    assert '<option value="用户" selected>' in page.text
    assert '<option value="编号" selected>' in other.text
    assert list(queries.profiles_of(session, listed.id)) == []


def test_what_is_written_for_a_file_can_be_kept_as_it_is(desk, session, listed):
    text = between(draft(desk, listed).text, "<textarea", "</textarea>").partition(">")[2]

    kept = save(desk, listed, text=text.replace("&#34;", '"').lstrip("\n"))

    assert kept.status_code == 303
    assert queries.profiles_of(session, listed.id)[0].name == "rides"


def test_a_file_that_is_no_table_is_told_at_its_field(desk, listed):
    empty = draft(desk, listed, data=b"")
    missing = desk.post(f"/host/scenarios/{listed.code}/profiles/draft", data={"text": PROFILE})

    assert (empty.status_code, missing.status_code) == (400, 422)
    assert "file.empty" in empty.text
    assert "not read" in empty.text


def test_each_change_is_a_new_version(desk, session, listed):
    first = save(desk, listed)
    same = save(desk, listed)
    second = save(desk, listed, text=PROFILE + "\n# 改过\n")

    assert {first.status_code, same.status_code, second.status_code} == {303}
    assert first.location == same.location != second.location
    assert "第 2 版" in desk.get(second.location).text
    assert "rides" in desk.get("/host/profiles").text
    assert "# 改过" in desk.get(f"/host/scenarios/{listed.code}/profiles/new?name=rides").text


def test_every_fault_of_a_profile_is_told_in_words(desk, listed):
    page = save(desk, listed, text='format = "xlsx"\nfoo = 1\n')
    named = save(desk, listed, name="X")
    encoded = desk.post(
        f"/host/scenarios/{listed.code}/profiles/try",
        data={"name": "rides", "text": PROFILE, "file": upload("编号".encode("gbk"), "sample.csv")},
    )
    nothing = desk.post(f"/host/scenarios/{listed.code}/profiles/try", data={"text": PROFILE})

    assert (page.status_code, named.status_code, encoded.status_code, nothing.status_code) == (
        400,
        400,
        400,
        422,
    )
    for told in ("profile.invalid", "<code>format</code>", "应为其中之一", "未知的键", "foo = 1"):
        assert told in page.text
    assert "profile.name_wrong" in named.text
    assert "file.encoding" in encoded.text


@obligation("CQ-34.2")
def test_a_file_is_followed_to_its_outcomes(desk, session, listed):
    save(desk, listed)
    scenarios.link(session, listed, ["u-1"], given_at=BEFORE)

    answer = send(desk, listed)
    waiting = desk.get(answer.location)
    assert Uploads().work(lambda: False)
    done = desk.get(answer.location)
    rows = desk.get(f"{answer.location}/rows.csv?outcome=invalid").text
    everything = desk.get(f"{answer.location}/rows.csv?outcome=nonsense").text

    assert answer.status_code == 303
    for part in ('hx-trigger="every 2s"', '<noscript><meta http-equiv="refresh"', "排队中"):
        assert part in waiting.text
        assert part not in done.text
    assert "已接收" in done.text
    assert "缺少用户编号" in done.text
    assert "outcome=invalid" in done.text
    assert [line.split(",")[2:] for line in rows.splitlines()[1:]] == [["invalid", "no_user"]]
    assert everything == rows
    assert "rides.csv" in desk.get("/host/uploads").text
    assert "50.0%" in desk.get("/host").text


def test_the_part_that_changes_is_a_part_alone(desk, listed):
    save(desk, listed)
    answer = send(desk, listed)

    part = desk.get(f"{answer.location}/progress")

    assert part.status_code == 200
    assert "<html" not in part.text
    assert part.text.lstrip().startswith("<section")


def test_a_second_tap_sends_one_file(desk, session, listed):
    save(desk, listed)
    key = key_in(desk.get("/host/uploads"))

    first, again = (send(desk, listed, idempotency_key=key) for _ in range(2))
    other = send(desk, listed, data=SAMPLE + b"A3,u-1,2026-11-19 10:00:00\n", idempotency_key=key)

    assert first.location == again.location
    assert other.status_code == 409
    assert "idempotency.key_reused" in other.text
    assert key_in(other) != key
    assert len(session.scalars(select(Upload.id)).all()) == 1


def test_a_file_in_the_products_own_words_needs_no_profile(desk, session, listed):
    row = {"record_id": "A1", "user": "u-1", "occurred_at": "2026-11-19T08:00:00", "quantity": 1}
    data = json.dumps({**row, "unit": "ride"}).encode()

    answer = send(desk, listed, data, way="-", file=upload(data, "rides.ndjson"))
    Uploads().work(lambda: False)

    session.expire_all()
    found = session.scalars(select(Upload)).one()
    assert (answer.status_code, found.file_format, found.state) == (303, "ndjson", UploadState.DONE)


def test_a_file_that_cannot_be_read_says_why(desk, session, listed):
    save(desk, listed)
    answer = send(desk, listed, "编号,用户\nA1,u-1\n".encode())
    Uploads().work(lambda: False)

    page = desk.get(answer.location)

    assert "没有任何一行计入" in page.text
    assert "file.columns" in page.text
    assert "文件缺少映射所需的列" in page.text


def test_no_file_and_no_way_are_told(desk, listed):
    page = desk.post("/host/uploads", data={"idempotency_key": "k", "way": ""})

    assert page.status_code == 422
    assert "数据文件：请填写" in page.text


def test_a_scenario_that_is_not_listed_sends_nothing(desk, scenario_in):
    made = scenario_in("approved")

    answer = desk.post(
        "/host/uploads",
        data={"way": f"{made.code}/-", "file": upload(SAMPLE, "x.csv"), "idempotency_key": "k"},
    )

    assert answer.status_code == 422
    assert "scenario.not_listed" in answer.text


def test_another_hosts_uploads_are_as_if_there_were_none(desk, neighbour, session, listed):
    save(desk, listed)
    path = send(desk, listed).location

    for part in ("", "/progress", "/rows.csv"):
        assert neighbour.get(f"{path}{part}").status_code == 404
    sent = {"way": f"{listed.code}/rides", "file": upload(SAMPLE, "x.csv"), "idempotency_key": "k"}
    assert neighbour.post("/host/uploads", data=sent).status_code == 404
    profile = queries.profiles_of(session, listed.id)[0]
    assert neighbour.get(f"/host/scenarios/{listed.code}/profiles/{profile.id}").status_code == 404
