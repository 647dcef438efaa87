"""A project and a batch go all the way through the API's doors, each act by whom it belongs to."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.jobs import registry_days
from app.kernel import clock
from app.kernel.actor import Actor
from app.kernel.days import day_in_china, end_of_day
from cqcer import commands
from cqcer.checks.batches import POINTS as VERIFIED
from cqcer.checks.commissions import DECLARED as DECLARED_BY_BODY
from cqcer.checks.projects import POINTS as VALIDATED
from cqcer.queries.cases import UNIQUENESS
from cqcer.values import Category, RepresentativeRole, Subject
from tests.builders import parties, people
from tests.integration.cqcer import registry as build
from tests.obligations import obligation

ROOT = "/api/v1/registry"
PDF = b"%PDF-1.7\n%"
DECLARED = {
    "uniqueness": dict.fromkeys(UNIQUENESS, False),
    "responsibility": ["authenticity", "completeness", "validity", "legality"],
    "under_duty": False,
    "in_allowance_management": False,
    "within_chongqing": True,
}


@dataclass
class Office:
    """People with browsers, and a clock."""

    app: Flask
    session: Session
    at: datetime
    people: dict[str, Actor]
    browsers: dict[str, FlaskClient] = field(default_factory=dict)
    keys: int = 0

    def ask(self, who, method, path, **options):
        """Send a request in somebody's name; every act has a key of its own."""
        self.keys += 1
        headers = {"Idempotency-Key": f"key-{self.keys}"} | options.pop("headers", {})
        with clock.frozen(self.at):
            if who not in self.browsers:
                self.browsers[who] = self.app.test_client()
                if who != "visitor":
                    people.sign_in_as(self.browsers[who], self.people[who])
            elif who != "visitor":
                people.sign_in_as(self.browsers[who], self.people[who])
            answer = self.browsers[who].open(f"{ROOT}/{path}", method=method, headers=headers, **options)
        self.session.expire_all()
        return answer

    def did(self, who, path, **sent):
        answer = self.ask(who, "POST", path, json=sent) if sent else self.ask(who, "POST", path)
        assert answer.status_code in {200, 201}, (path, answer.status_code, answer.text)
        return answer.json

    def paper(self, who, more=b"x"):
        answer = self.ask(who, "POST", "papers", data=PDF + more, content_type="application/pdf")
        assert answer.status_code == 201, answer.text
        return answer.json["id"]


@pytest.fixture
def office(app, session, folder):
    at = build.NOON
    build.calendar(session)
    owner = parties.owner(session, at=at)
    second = people.staff(session, people.Role.OWNER_STAFF, owner.organisation_id, at=at)
    found = {
        "owner": owner,
        "second": second,
        "officer": parties.agency(session, at=at),
        "reviewer": parties.agency_reviewer(session, at=at),
        "bureau": people.bureau(session, at=at),
        "validator": people.staff(session, people.Role.VVB_STAFF, build.body(session), at=at),
        "verifier": people.staff(session, people.Role.VVB_STAFF, build.body(session), at=at),
        "stranger": parties.owner(session, at=at, place=people.organisation(session, name="另一业主")),
        "citizen": people.citizen(session, at=at),
    }
    licence = {"licence": build.paper(session)}
    account = commands.apply_for_account(session, actor=owner, papers=licence, at=at)
    for actor, role in ((owner, RepresentativeRole.INITIATING), (second, RepresentativeRole.CONFIRMING)):
        commands.appoint_representative(
            session, actor=owner, account_id=account.id, staff_id=actor.staff_id, role=role, at=at
        )
    commands.open_account(session, actor=found["reviewer"], account_id=account.id, at=at)
    session.commit()
    return Office(app, session, at, found)


@pytest.fixture
def methodology_id(session, office):
    found = build.methodology(session, Category.ENGINEERING).id
    session.commit()
    return found


@pytest.fixture
def draft(office, methodology_id):
    made = office.did(
        "owner",
        "me/projects",
        title="余热利用",
        category="engineering",
        methodology_version_id=methodology_id,
        project_date="2020-01-01",
        crediting={"first": "2021-09-15", "last": "2026-09-14"},
        area_code="500103",
        declarations=DECLARED,
    )
    for kind in ("design_document", "ownership_proof"):
        document = office.paper("owner", kind.encode())
        office.did("owner", f"me/cases/project/{made['id']}/documents", kind=kind, document_id=document)
    return made


def commissioned(office, who, case):
    subject, number = case.split("/")
    body, session, at = office.people[who], office.session, office.at
    commands.name_person(
        session, actor=body, staff_id=body.staff_id, name="周审核", qualification="注册审核员", at=at
    )
    agreed = commands.commission_body(
        session,
        actor=office.people["owner"],
        subject=Subject(subject),
        case_id=int(number),
        organisation_id=body.organisation_id,
        agreed_on=day_in_china(at),
        document_id=build.paper(session),
        no_interest=True,
        at=at,
    )
    commands.accept_commission(session, actor=body, commission_id=agreed.id, declared=DECLARED_BY_BODY, at=at)
    session.commit()


def file_report(office, who, case, findings, **more):
    commissioned(office, who, case)
    return office.did(
        who,
        f"cases/{case}/reports",
        document_id=office.paper(who, case.encode()),
        positive=True,
        findings=sorted(findings),
        commitment=True,
        interest=False,
        signed_on=day_in_china(office.at).isoformat(),
        **more,
    )


def through(office, case, who_supplements, **letter):
    """Upload, notice, supplement, submit, review, evaluate, letter, register."""
    office.did("owner", f"me/cases/{case}/steps", act="upload")
    notice = office.did("officer", f"cases/{case}/notice", likeness="不重复")
    office.at = end_of_day(date.fromisoformat(notice["last_day"]))
    registry_days.run(office.at)
    office.did(who_supplements, f"cases/{case}/supplement", body="无公众意见")
    office.did("owner", f"me/cases/{case}/steps", act="submit")
    office.did("officer", f"cases/{case}/steps", act="pass_review")
    subject, number = case.split("/")
    build.opinion_of_expert(office.session, office.at, **{f"{subject}_id": int(number)})
    office.session.commit()
    office.did("officer", f"cases/{case}/steps", act="pass_evaluation")
    office.did("bureau", f"cases/{case}/letter", number=f"函 {case}", supply_demand="供需平衡", **letter)
    proposal = office.did("officer", f"cases/{case}/registration")
    own = office.ask("reviewer", "GET", f"cases/{case}").json["proposals"]
    assert [one["id"] for one in own] == [proposal["id"]]
    return office.did("reviewer", f"proposals/{proposal['id']}/confirmation")


@obligation("CQ-6.2", "CQ-17.4", "CQ-17.5", "CQ-20.4", "CQ-20.5")
def test_a_project_and_a_batch_go_all_the_way_through_the_doors(office, draft):
    project = f"project/{draft['id']}"
    file_report(office, "validator", project, VALIDATED)
    registered = through(office, project, "validator")
    assert (registered["state"], registered["number"][:8]) == ("registered", "CQCER-E-")

    made = office.did(
        "owner",
        f"me/projects/{draft['id']}/batches",
        period={"first": "2021-09-15", "last": "2022-09-14"},
        claimed_t=500,
        replayed_t=500,
        inputs={"heat_kwh": 1},
        declarations=DECLARED,
    )
    batch = f"batch/{made['id']}"
    document = office.paper("owner", b"accounting")
    office.did("owner", f"me/cases/{batch}/documents", kind="accounting_report", document_id=document)
    file_report(office, "verifier", batch, VERIFIED, verified_t=500)
    done = through(office, batch, "verifier", quantity_t=480)

    assert done["state"] == "registered"
    (block,) = office.ask("visitor", "GET", "blocks").json["items"]
    assert block["quantity_t"] == 480
    file = office.ask("owner", "GET", f"me/cases/{batch}").json
    assert [step["act"] for step in file["steps"]][-2:] == ["issue_letter", "register"]
    assert any(check["code"] == 3017 for check in file["steps"][-1]["checks"])


@obligation("CQ-42.10")
def test_the_agency_answers_through_the_door_what_a_project_resembles(office, draft, methodology_id):
    first = f"project/{draft['id']}"
    file_report(office, "validator", first, VALIDATED)
    office.did("owner", f"me/cases/{first}/steps", act="upload")
    again = office.did(
        "owner",
        "me/projects",
        title="余热利用项目",
        category="engineering",
        methodology_version_id=methodology_id,
    )
    path = f"cases/project/{again['id']}/likeness"

    refused = office.ask("owner", "POST", path, json={"answer": "不是"})
    nothing = office.ask("officer", "POST", path, json={"answer": ""})
    (told,) = office.did("officer", path, answer="地点不同")["answers"]

    assert (refused.status_code, refused.json["code"]) == (403, "permission.denied")
    assert (nothing.status_code, nothing.json["code"]) == (400, "request.invalid")
    assert (told["other_id"], told["signs"]) == (draft["id"], ["name", "owner_and_methodology"])


@obligation("CQ-15.4", "CQ-20.5")
def test_a_dry_run_and_a_refusal_name_the_same_checks_and_write_nothing(office, methodology_id):
    made = office.did(
        "owner", "me/projects", title="x", category="engineering", methodology_version_id=methodology_id
    )
    path = f"me/cases/project/{made['id']}"

    dry = office.ask("owner", "GET", f"{path}/dry-run?act=upload").json
    refused = office.ask("owner", "POST", f"{path}/steps", json={"act": "upload"})

    found = [
        one["code"] for one in dry["outcomes"] if one["verdict"] == "failed" and one["severity"] == "refuses"
    ]
    assert dry["would_refuse"]
    assert (refused.status_code, refused.json["code"]) == (422, "registry.checks_failed")
    assert [one["code"] for one in refused.json["details"]["checks"]] == found
    assert office.ask("owner", "GET", path).json["steps"] == []


def test_the_same_act_sent_again_has_the_same_answer(office, methodology_id):
    sent = {"title": "x", "category": "engineering", "methodology_version_id": methodology_id}
    same = {"headers": {"Idempotency-Key": "one"}}

    first = office.ask("owner", "POST", "me/projects", json=sent, **same)
    again = office.ask("owner", "POST", "me/projects", json=sent, **same)
    other = office.ask("owner", "POST", "me/projects", json=sent | {"title": "y"}, **same)
    without = office.ask("owner", "POST", "me/projects", json=sent, headers={"Idempotency-Key": ""})

    assert first.json == again.json
    assert (other.status_code, other.json["code"]) == (409, "idempotency.key_reused")
    assert (without.status_code, without.json["code"]) == (400, "idempotency.key_missing")
    assert len(office.ask("owner", "GET", "me/cases/project").json["items"]) == 1


@obligation("CQ-6.2", "CQ-38.2")
def test_anothers_case_and_anothers_paper_are_not_there(office, draft):
    path = f"me/cases/project/{draft['id']}"
    foreign = office.paper("stranger", b"secret")

    answers = [
        office.ask("stranger", "GET", path),
        office.ask("stranger", "GET", f"{path}/dry-run?act=upload"),
        office.ask("stranger", "POST", f"{path}/steps", json={"act": "upload"}),
        office.ask("stranger", "POST", f"{path}/documents", json={"kind": "other", "document_id": foreign}),
    ]
    stolen = office.ask("owner", "POST", f"{path}/documents", json={"kind": "other", "document_id": foreign})
    made_public = office.ask(
        "owner",
        "POST",
        f"{path}/documents",
        json={"kind": "other", "document_id": office.paper("owner"), "public_document_id": foreign},
    )

    assert {(one.status_code, one.json["code"]) for one in answers} == {(404, "registry_case.not_found")}
    for one in (stolen, made_public):
        assert (one.status_code, one.json["code"]) == (404, "document.not_found")
    assert office.ask("stranger", "GET", "me/cases/project").json["items"] == []


@obligation("CQ-17.4")
@pytest.mark.parametrize("content", [b"MZ\x90", b"<html>", b"PK\x03\x04"])
def test_a_paper_is_what_its_beginning_says(office, content):
    answer = office.ask("owner", "POST", "papers", data=content, content_type="application/pdf")

    assert (answer.status_code, answer.json["code"]) == (422, "paper.unreadable")


def test_the_same_paper_is_kept_once_and_each_party_may_hand_it_in(office):
    first, other = office.paper("owner", b"same"), office.paper("stranger", b"same")

    assert first == other == office.paper("owner", b"same")


@obligation("CQ-20.5")
def test_one_person_does_not_propose_and_confirm(office, draft):
    project = f"project/{draft['id']}"
    file_report(office, "validator", project, VALIDATED)
    answer = office.ask("officer", "POST", "proposals/1/confirmation")

    assert (answer.status_code, answer.json["code"]) == (403, "permission.denied")


@obligation("Q-49")
def test_to_confirm_needs_a_fresh_factor(office, draft):
    office.ask("reviewer", "GET", "cases/project")
    office.at += timedelta(minutes=11)
    browser = office.browsers["reviewer"]
    with clock.frozen(office.at):
        answer = browser.post(f"{ROOT}/proposals/1/confirmation", headers={"Idempotency-Key": "k"})

    assert (answer.status_code, answer.json["code"]) == (403, "sign_in.factor_not_fresh")


@obligation("CQ-17.12", "CQ-17.10")
def test_a_batch_of_wrong_days_is_refused_with_its_numbers(office, draft):
    project = f"project/{draft['id']}"
    file_report(office, "validator", project, VALIDATED)
    through(office, project, "validator")

    answer = office.ask(
        "owner",
        "POST",
        f"me/projects/{draft['id']}/batches",
        json={"period": {"first": "2021-09-14", "last": "2022-09-12"}, "claimed_t": 1},
    )

    assert (answer.status_code, answer.json["code"]) == (422, "registry.checks_failed")
    assert [one["code"] for one in answer.json["details"]["checks"]] == [3004, 3006, 3007]


@pytest.mark.parametrize(
    ("changed", "status", "code"),
    [
        ({"methodology_version_id": 987654321}, 404, "methodology.not_found"),
        ({"area_code": "110101"}, 422, "registry.area_unknown"),
        ({"crediting": {"first": "2022-01-01", "last": "2021-01-01"}}, 400, "request.invalid"),
        ({"title": ""}, 400, "request.invalid"),
        ({"declarations": {"uniqueness": {"nonsense": True}}}, 400, "request.invalid"),
    ],
)
def test_a_draft_that_says_nonsense_is_refused_clearly(office, methodology_id, changed, status, code):
    sent = {"title": "x", "category": "engineering", "methodology_version_id": methodology_id} | changed

    answer = office.ask("owner", "POST", "me/projects", json=sent)

    assert (answer.status_code, answer.json["code"]) == (status, code)
