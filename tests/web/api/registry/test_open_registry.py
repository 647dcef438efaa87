"""What anyone reads of the registry, as it is and as it was."""

import csv
import io
from datetime import timedelta

import pytest

from app.kernel import clock
from app.kernel.actor import SYSTEM
from app.kernel.days import day_in_china
from cqcer import commands, serials
from cqcer.queries import cases
from cqcer.values import Subject
from tests.integration.cqcer.story import VALIDATED
from tests.obligations import obligation
from tests.web.api.conftest import every_page

ROOT = "/api/v1/registry"


def rows(answer):
    assert answer.status_code == 200, answer.text
    assert answer.mimetype == "text/csv"
    return list(csv.DictReader(io.StringIO(answer.text.lstrip("\ufeff"))))


@obligation("CQ-36.1", "CQ-6.3", "CQ-30.3")
def test_a_project_is_read_with_its_whole_life_and_without_its_people(client, issued):
    (item,) = client.get(f"{ROOT}/projects").json["items"]
    detail = client.get(f"{ROOT}/projects/{issued.project.id}").json

    assert (item["state"], item["number"]) == ("registered", issued.project.number)
    assert (item["issued_t"], item["cancelled_t"]) == (480, 30)
    assert item["owner"] == issued.story.owner.organisation.name
    dossier = detail.pop("dossier")
    assert detail == item
    assert [step["act"] for step in dossier["steps"]][-1] == "register"
    assert {"actor", "reason"} & dossier["steps"][0].keys() == set()
    assert dossier["reports"][0]["positive"] is True
    batch = client.get(f"{ROOT}/batches/{issued.batch.id}").json
    assert (batch["claimed_t"], batch["verified_t"], batch["letter_t"]) == (500, 500, 480)


@obligation("CQ-6.3", "CQ-30.3")
def test_any_past_day_is_read_as_it_was(client, issued):
    notice = cases.latest_notice(issued.story.session, issued.project)
    assert notice is not None
    assert notice.opened_on is not None
    opened, before = notice.opened_on, notice.opened_on - timedelta(days=1)
    issued_on = day_in_china(issued.issued_at)

    assert client.get(f"{ROOT}/projects?as_of={before}").json["items"] == []
    (then,) = client.get(f"{ROOT}/projects?as_of={opened}").json["items"]
    assert (then["state"], then["number"], then["registered_on"]) == ("on_notice", None, None)
    (then,) = client.get(f"{ROOT}/projects?as_of={issued_on}").json["items"]
    assert (then["state"], then["issued_t"], then["cancelled_t"]) == ("registered", 480, 0)
    assert client.get(f"{ROOT}/projects?as_of={opened}&state=registered").json["items"] == []
    assert client.get(f"{ROOT}/batches?as_of={opened}").json["items"] == []
    assert client.get(f"{ROOT}/projects/{issued.project.id}?as_of={before}").status_code == 404
    dossier = client.get(f"{ROOT}/projects/{issued.project.id}?as_of={opened}").json["dossier"]
    assert [step["act"] for step in dossier["steps"]] == ["upload", "open_notice"]


def test_a_day_to_come_is_refused(client, issued):
    tomorrow = day_in_china(issued.story.at) + timedelta(days=1)

    answer = client.get(f"{ROOT}/projects?as_of={tomorrow}")

    assert (answer.status_code, answer.json["code"]) == (400, "request.invalid")


@obligation("CQ-17.5")
def test_what_was_never_on_notice_is_not_public(client, story):
    draft = story.project()
    story.session.commit()

    with clock.frozen(story.at):
        listed = client.get(f"{ROOT}/projects").json["items"]
        one = client.get(f"{ROOT}/projects/{draft.id}")

    assert listed == []
    assert (one.status_code, one.json["code"]) == (404, "registry_case.not_found")


@obligation("CQ-30.3", "CQ-29.3")
def test_any_one_number_tells_its_state_and_what_happened_to_it(client, issued):
    first = client.get(f"{ROOT}/blocks").json["items"][0]["first_no"]
    cancelled, held = first, first + 30

    one = client.get(f"{ROOT}/units/{cancelled}").json
    other = client.get(f"{ROOT}/units/{held}").json
    then = client.get(f"{ROOT}/units/{cancelled}?as_of={day_in_china(issued.issued_at)}").json
    by_text = client.get(f"{ROOT}/serials", query_string={"text": one["serial"].lower()}).json

    assert (one["state"], [p["kind"] for p in one["passages"]]) == ("cancelled", ["issue", "cancel"])
    assert one["passages"][1]["purpose"] == "event_neutrality"
    assert (other["state"], [p["kind"] for p in other["passages"]]) == ("held", ["issue"])
    assert (then["state"], [p["kind"] for p in then["passages"]]) == ("held", ["issue"])
    assert by_text == one
    assert client.get(f"{ROOT}/units/{first + 480}").json["code"] == "unit.not_found"
    assert client.get(f"{ROOT}/units/0").json["code"] == "unit.not_found"


@pytest.mark.parametrize("spoil", [lambda text: text[:-1] + "x", lambda text: text[:-2], lambda text: "1"])
def test_a_serial_that_is_not_whole_is_refused(client, issued, spoil):
    serial = client.get(f"{ROOT}/blocks").json["items"][0]["serial"]

    answer = client.get(f"{ROOT}/serials", query_string={"text": spoil(serial)})

    assert (answer.status_code, answer.json["code"]) == (400, "unit.serial_unreadable")


def test_a_serial_of_another_series_names_nothing(client, issued):
    whole = serials.read(client.get(f"{ROOT}/blocks").json["items"][0]["serial"])
    forged = serials.write(whole._replace(project=whole.project + 1))

    answer = client.get(f"{ROOT}/serials", query_string={"text": forged})

    assert (answer.status_code, answer.json["code"]) == (404, "unit.not_found")


@obligation("CQ-29.3", "CQ-22.4")
def test_cancellations_name_purpose_beneficiary_and_the_very_numbers(client, issued):
    (item,) = client.get(f"{ROOT}/cancellations").json["items"]

    assert item["quantity_t"] == 30
    assert (item["purpose"], item["beneficiary"]) == ("event_neutrality", "重庆马拉松")
    (serial,) = item["serials"]
    assert client.get(f"{ROOT}/serials", query_string={"text": serial}).json["state"] == "cancelled"
    assert client.get(f"{ROOT}/cancellations?purpose=forced").json["items"] == []
    earlier = client.get(f"{ROOT}/cancellations?as_of={day_in_china(issued.issued_at)}").json
    assert earlier["items"] == []


@obligation("CQ-36.1")
def test_each_list_is_a_file_too_and_says_the_same(client, issued):
    for name in ("projects", "batches", "notices", "blocks", "cancellations", "methodologies"):
        pages = every_page(client, f"{ROOT}/{name}?limit=1")
        listed = [item for page in pages for item in page]
        file = rows(client.get(f"{ROOT}/{name}.csv"))
        assert [row["id"] for row in file] == [str(item["id"]) for item in listed], name
        assert listed, name
    (row,) = rows(client.get(f"{ROOT}/projects.csv"))
    assert (row["state"], row["issued_t"], row["registered_on"]) == (
        "registered",
        "480",
        issued.project.registered_on.isoformat(),
    )


def test_no_cell_of_a_file_is_a_formula(client, story):
    project = story.project(title="=1+1")
    story.report(project, Subject.PROJECT, VALIDATED)
    story.notice(project, Subject.PROJECT)
    story.session.commit()

    with clock.frozen(story.at):
        (row,) = rows(client.get(f"{ROOT}/projects.csv"))

    assert row["title"] == "'=1+1"


@obligation("CQ-9.1", "CQ-36.1")
def test_rules_lives_checks_and_rulebooks_are_open(client, session, issued):
    lives = client.get(f"{ROOT}/lives").json["items"]
    checks = client.get(f"{ROOT}/checks").json["items"]
    chongqing = client.get(f"{ROOT}/rulebook").json
    national = client.get(f"{ROOT}/rulebook?code=CCER").json
    (methodology, *_) = client.get(f"{ROOT}/methodologies").json["items"]

    assert {"life": "units", "from_state": "held", "act": "cancel", "to_state": "cancelled"} in lives
    assert not [step for step in lives if step["from_state"] == "cancelled"]
    codes = [check["code"] for check in checks]
    assert codes == sorted(set(codes))
    assert all(check["zh"] and check["en"] and check["source"] for check in checks)
    of = {value["name"]: value for value in chongqing["values"]}
    assert of["reductions_after"] == {"name": "reductions_after", "value": "2021-09-14", "source": "CQ-16.5"}
    assert {value["name"]: value["value"] for value in national["values"]}["letter_needed"] is False
    assert methodology["parts"].keys() >= {"baseline", "additionality", "calculation", "monitoring_plan"}
    before = client.get(f"{ROOT}/methodologies?as_of=2024-08-31").json
    assert before["items"] == []


@obligation("CQ-30.3")
def test_what_the_second_computation_found_is_open(client, session, issued):
    commands.audit_books(session, actor=SYSTEM, at=issued.story.at)
    session.commit()

    (audit,) = client.get(f"{ROOT}/audits").json["items"]

    assert (audit["agrees"], audit["units"], audit["findings"]) == (True, 480, [])
