"""Attacks with plain SQL on projects, batches, reports and letters, as the application's role."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from cqcer.models import CaseProposal
from tests.integration.cqcer import registry as build
from tests.obligations import obligation

STEP = text("""
    insert into case_step (project_id, number, act, from_state, to_state, actor, at, checks, proposal_id)
    values (:project, :number, :act, :before, :after, :actor, :at, '[]', :proposal)
""")


@pytest.fixture
def project(session):
    build.calendar(session)
    agency = build.staff(session, build.people.organisation(session).id, build.AGENCY, build.NOON)
    made, _notice, _report = build.project_on_notice(session, build.holder(session, agency))
    return made


def refused(session, code, statement, **values):
    with pytest.raises(DBAPIError) as caught, session.begin_nested():
        session.execute(statement, values)
    assert getattr(caught.value.orig, "sqlstate", "") == code, caught.value


def step(project, act, after, **changed):
    return {
        "project": project.id,
        "number": project.steps + 1,
        "act": act,
        "before": project.state,
        "after": after,
        "actor": "staff:1",
        "at": build.NOON,
        "proposal": None,
    } | changed


@obligation("CQ-6.2", "CQ-20.4", "CQ-20.5")
def test_no_step_is_left_out_by_sql(session, project):
    for act, after, code in (
        ("register", "registered", "TH100"),
        ("submit", "submitted", "TH100"),
        ("clear", "cleared", "TH135"),
        ("clear", "registered", "TH134"),
        ("close_notice_with_objections", "answering_objections", "TH135"),
        ("cancel", "cancelled", "TH100"),
    ):
        refused(session, code, STEP, **step(project, act, after))
    refused(session, "TH134", STEP, **step(project, "withdraw", "withdrawn", number=9))
    refused(session, "TH134", STEP, **step(project, "withdraw", "withdrawn", before="draft"))


@obligation("CQ-6.5")
@pytest.mark.parametrize(
    ("sql", "code"),
    [
        ("update registry_project set state = 'registered'", "42501"),
        ("update registry_project set number = 'X'", "42501"),
        ("update registry_project set registered_on = '2025-01-01'", "42501"),
        ("update registry_project set title = 'another'", "TH101"),
        ("update registry_project set crediting_last = '2060-01-01'", "TH101"),
        ("update case_step set actor = 'staff:9'", "42501"),
        ("delete from case_step", "42501"),
        ("delete from registry_project", "42501"),
        ("update vv_report set positive = true", "42501"),
        ("delete from opinion", "42501"),
    ],
)
def test_what_is_on_notice_is_not_changed_by_sql(session, project, sql, code):
    refused(session, code, text(sql))


@obligation("CQ-17.4", "Q-05")
def test_a_document_is_not_changed_while_on_notice(session, project):
    filed = text(
        "insert into case_document (project_id, kind, document_id, filed_by, filed_at)"
        " values (:project, 'design_document', :document, 'staff:1', :at)"
    )

    refused(session, "TH140", filed, project=project.id, document=build.paper(session), at=build.NOON)


@obligation("CQ-20.4")
def test_a_letter_comes_after_the_evaluation(session, project):
    letter = text(
        "insert into registration_letter (number, project_id, supply_demand, issued_by, issued_on, issued_at)"
        " values ('x', :project, 'x', 'staff:1', '2025-07-01', :at)"
    )

    refused(session, "TH144", letter, project=project.id, at=build.NOON)


@obligation("CQ-20.5")
def test_one_person_alone_registers_nothing(session):
    build.calendar(session)
    agency = build.staff(session, build.people.organisation(session).id, build.AGENCY, build.NOON)
    project, notice, report = build.project_on_notice(session, build.holder(session, agency))
    at = build.to_letter(session, project, notice, report)
    proposal = CaseProposal(project_id=project.id, act="register", proposed_by="staff:1", proposed_at=at)
    session.add(proposal)
    session.flush()

    refused(session, "TH139", STEP, **step(project, "register", "registered", at=at))
    refused(session, "TH139", STEP, **step(project, "register", "registered", at=at, proposal=proposal.id))
    session.execute(
        STEP, step(project, "register", "registered", at=at, proposal=proposal.id, actor="staff:2")
    )
    session.refresh(project)
    assert project.state == "registered"


@obligation("CQ-21.1", "CQ-21.2", "CQ-21.3")
@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"signed": "2013-12-31"}, "TH142"),
        ({"signed": "2040-01-01"}, "TH142"),
        ({"interest": True}, "TH143"),
    ],
)
def test_a_body_signs_while_it_is_recognised_and_has_no_interest(session, project, change, code):
    build.step(session, project, "change_documents", "uploaded", build.NOON)
    report = text(
        "insert into vv_report (project_id, organisation_id, document_id, positive, findings, not_applicable,"
        " commitment, interest, signed_by, signed_on, filed_by, filed_at)"
        " values (:project, :body, :document, true, '[]', '[]', true, :interest, :signer, :signed,"
        " 'staff:1', :at)"
    )
    body = build.body(session)
    values = {
        "project": project.id,
        "body": body,
        "document": build.paper(session),
        "interest": False,
        "signer": build.commissioned(session, project, body),
        "signed": "2025-06-01",
        "at": build.NOON,
    }

    refused(session, code, report, **(values | change))
    outside = build.body(session, categories=("sink",))
    refused(session, "TH142", report, **(values | {"body": outside}))
    another = build.body(session)
    refused(session, "TH305", report, **(values | {"body": another}))
    refused(session, "TH306", report, **(values | {"signer": None}))
    refused(session, "TH306", report, **(values | {"signed": "2014-01-01", "signer": late(session, body)}))
    session.execute(report, values)


def late(session, body):
    session.execute(
        text(
            "insert into vvb_person (organisation_id, staff_user_id, name, qualification, named_on, named_by,"
            " named_at) values (:body, :staff, 'x', 'x', '2014-01-02', 'staff:1', :at)"
        ),
        {
            "body": body,
            "staff": build.staff(session, body, build.ANYONE, build.NOON).staff_id,
            "at": build.NOON,
        },
    )
    return session.scalar(text("select max(id) from vvb_person"))
