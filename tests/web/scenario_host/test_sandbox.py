"""A sandbox: opened without asking, rehearsed with made-up users, and nothing of it ever counts."""

import json
import shlex

import pytest
from sqlalchemy import func, select

from app.jobs.uploads import Uploads
from app.reports import public_figures, queues, scenario_lists
from scenarios import commands, queries
from scenarios.errors import ScenarioNotListed
from scenarios.models import Behaviour, IntakeKey, Upload
from tests.builders import people, scenarios
from tests.builders import points as mall
from tests.fixtures.desks import BEFORE, NOON, between, upload
from tests.obligations import obligation

FORM = {"name": "单车联调", "code": "bike-tests", "methods": "bicycle.ride"}
ROWS = (
    b"record_id,user,occurred_at,quantity,unit\n"
    b"A1,test-1,2026-11-19T08:00:00,1,ride\n"
    b"A2,u-77,2026-11-19T08:00:00,1,ride\n"
)


@pytest.fixture
def desk(browser_of, host_side, session):
    """The browser of a host, with a published method and a rule by which points would be issued."""
    scenarios.uncapped(session, "bicycle.ride", at=BEFORE)
    mall.rule(session, at=BEFORE)
    return browser_of(host_side)


@pytest.fixture
def box(desk, session):
    """The host's sandbox."""
    assert desk.post("/host/sandboxes", data=FORM).location == "/host/scenarios/bike-tests"
    return queries.scenario_by_code(session, "bike-tests")


def send(desk, box, data=ROWS):
    key = between(desk.get("/host/uploads").text, 'name="idempotency_key" value="', '"')
    sent = {"way": f"{box.code}/-", "file": upload(data, "rides.csv"), "idempotency_key": key}
    answer = desk.post("/host/uploads", data=sent)
    assert Uploads().work(lambda: False)
    return desk.get(answer.location)


@obligation("CQ-34.1")
def test_a_sandbox_takes_data_at_once_and_only_of_users_that_are_made_up(desk, session, box):
    page = send(desk, box)
    again = send(desk, box)

    found = session.scalars(select(Upload).order_by(Upload.id)).all()
    assert [each.outcomes for each in found] == [
        {"accepted": {"whole": 1}, "unauthorised": {"no_link": 1}}
    ] * 2
    assert {each.points for each in found} == {0}
    assert found[0].reduction_g > 0
    for told in ("沙箱演练", "积分不计入任何账户"):
        assert told in page.text
        assert told in again.text
    assert "发放积分" not in page.text


@obligation("CQ-34.4", "T-62")
def test_nothing_of_a_sandbox_is_kept_or_counted(desk, session, box):
    figures = public_figures.figures(session)

    send(desk, box)

    assert public_figures.figures(session) == figures
    for table in (Behaviour, IntakeKey):
        assert session.scalar(select(func.count()).select_from(table)) == 0
    assert desk.get("/scenarios/bike-tests").status_code == 404
    assert "bike-tests" not in desk.get("/scenarios").text
    assert scenario_lists.every(session, scenario_lists.Asked()).lines == ()
    assert queues.counts(session).scenarios == {}
    assert queues.waiting_scenarios(session, ["applied"], at=NOON) == []
    assert "没有收到数据" in desk.get("/host/quality").text
    assert "0 g" in desk.get("/host/statements").text
    assert "50.0%" in desk.get("/host/quality?code=bike-tests").text


def test_a_sandbox_says_so_wherever_it_stands(desk, box):
    send(desk, box)

    for path in ("/host/scenarios", "/host/scenarios/bike-tests", "/host/uploads", "/host"):
        assert "沙箱" in desk.get(path).text
    assert 'value="bike-tests/-"' in desk.get("/host/uploads").text


def test_the_same_made_up_user_means_nothing_in_a_real_scenario(desk, session, scenario_in):
    listed = scenario_in("listed")

    send(desk, listed)

    found = session.scalars(select(Upload)).one()
    assert found.outcomes == {"unauthorised": {"no_link": 2}}


def test_what_is_wrong_with_a_sandbox_is_told(desk, box):
    taken = desk.post("/host/sandboxes", data=FORM)
    empty = desk.post("/host/sandboxes", data={})
    wrong = desk.post("/host/sandboxes", data={**FORM, "code": "X", "methods": "no.such"})

    assert (taken.status_code, empty.status_code, wrong.status_code) == (409, 422, 400)
    assert "scenario.code_taken" in taken.text
    assert "名称：请填写" in empty.text
    assert "3 到 40 个小写字母" in wrong.text


def test_a_host_has_five_sandboxes_at_most(desk, box):
    codes = [desk.post("/host/sandboxes", data={**FORM, "code": f"more-{n}"}).status_code for n in range(5)]

    assert codes == [303, 303, 303, 303, 409]


def test_another_hosts_sandbox_takes_nothing_of_ours(browser_of, session, box):
    neighbour = browser_of(people.host(session, at=BEFORE))

    assert neighbour.get("/host/scenarios/bike-tests").status_code == 404
    sent = {"way": "bike-tests/-", "file": upload(ROWS, "x.csv"), "idempotency_key": "k"}
    assert neighbour.post("/host/uploads", data=sent).status_code == 404


def test_the_call_that_is_shown_with_a_key_works_as_it_stands(desk, app, box):
    made = desk.post("/host/keys", data={"name": "联调", "code": box.code, "scopes": ["behaviour.upload"]})
    shown = between(made.text, 'id="curl">', "</code>")
    answer = curl(app, shown.replace("&#39;", "'").replace("&#34;", '"').replace("&amp;", "&"))

    assert answer.status_code == 200
    assert [row["outcome"] for row in answer.json["rows"]] == ["accepted"]
    assert answer.json["reduction_g"] > 0
    assert answer.json["issued_hundredths"] == 0


def curl(app, command):
    """Send what a `curl` command would send; a part of it that is not understood fails the test."""
    words = iter(shlex.split(command.replace("\\\n", " ")))
    assert next(words) == "curl"
    method, address, headers, data = "GET", None, {}, None
    for word in words:
        if word == "-X":
            method = next(words)
        elif word == "-H":
            name, _, value = next(words).partition(": ")
            headers[name] = value
        elif word == "-d":
            data = next(words)
            json.loads(data)
        else:
            assert address is None, word
            address = word
    path = "/" + address.partition("://")[2].partition("/")[2]
    return app.test_client().open(path, method=method, headers=headers, data=data)


def test_a_sandbox_cannot_be_authorised(session, box):
    citizen = people.citizen(session, at=BEFORE)

    with pytest.raises(ScenarioNotListed):
        commands.authorise(
            session,
            actor=citizen,
            account_id=1,
            scenario_code=box.code,
            host_user="test-1",
            phone_hash=bytes(32),
            data_kinds=(),
            text_version="1",
            at=NOON,
        )
