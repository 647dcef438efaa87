"""Experts: invited, assigned, bound to nobody, answering for what they file."""

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.kernel.days import day_in_china
from app.kernel.errors import Forbidden
from cqcer import commands
from cqcer.commands.experts import On
from cqcer.errors import ChecksFailed
from cqcer.errors.parties import AssignmentNotFound, ExpertBound, ExpertInvited, ExpertNotFound
from cqcer.queries import methodologies
from cqcer.queries.methodologies import PRINCIPLES
from cqcer.values import CaseAct, Category, InterestKind, Subject
from tests.builders import parties, people
from tests.integration.cqcer import registry as build
from tests.integration.cqcer.story import Story
from tests.integration.cqcer.test_methodologies import assess, draft, founded, invited
from tests.obligations import obligation

TODAY = day_in_china(build.NOON)
ALL_MET = dict.fromkeys(PRINCIPLES, True)


@pytest.fixture
def bureau(session):
    return people.bureau(session, at=build.NOON)


@pytest.fixture
def methodology(session, bureau):
    return founded(session, bureau)


@obligation("CQ-7.1", "CQ-7.2")
def test_an_assigned_expert_alone_files_and_an_interest_refuses_assignment(session, bureau):
    story = Story(session, Category.ENGINEERING)
    project = story.project()
    somebody, expert = invited(session, bureau)
    with pytest.raises(ExpertInvited):
        commands.invite_expert(
            session, actor=bureau, staff_id=somebody.staff_id, name="李", field="x", at=build.NOON
        )
    on = On(project_id=project.id)

    def assign(actor, expert):
        return commands.assign_expert(
            session, actor=actor, expert_id=expert.id, on=on, due_on=TODAY, at=build.NOON
        )

    agency = parties.agency(session, at=build.NOON)
    assignment = assign(agency, expert)
    other, second = invited(session, bureau)
    for actor in (other, parties.expert(session)):
        with pytest.raises(AssignmentNotFound):
            say(session, actor, assignment)
    with pytest.raises(Forbidden):
        assign(parties.verifier(session), expert)
    commands.record_interest(
        session,
        actor=other,
        kind=InterestKind.EMPLOYMENT,
        note="曾任业主顾问",
        since=TODAY,
        expert_staff_id=other.staff_id,
        party_organisation_id=story.owner.organisation.id,
        at=build.NOON,
    )
    with pytest.raises(ExpertBound):
        assign(agency, second)
    filed = say(session, somebody, assignment)
    commands.end_invitation(session, actor=bureau, expert_id=expert.id, at=build.NOON)
    with pytest.raises(AssignmentNotFound):
        say(session, somebody, assignment)
    with pytest.raises(ExpertNotFound):
        assign(agency, expert)

    found = methodologies.opinions_on(session, project_id=project.id)
    assert [(one.name, opinion.id) for one, opinion in found] == [("李教授", filed.id)]
    assert [one.id for one in methodologies.assignments_of(session, somebody.staff_id)] == [assignment.id]


def say(session, actor, assignment):
    return commands.file_expert_opinion(
        session, actor=actor, assignment_id=assignment.id, positive=True, body="同意", at=build.NOON
    )


@obligation("CQ-7.2")
@pytest.mark.parametrize(
    ("sql", "code"),
    [
        ("update expert_opinion set positive = false", "42501"),
        ("delete from expert_opinion", "42501"),
        ("update expert_assignment set expert_id = 1", "42501"),
        ("delete from methodology_step", "42501"),
        (
            (
                "insert into expert_opinion (assignment_id, number, positive, findings, body, filed_by,"
                " filed_at) select id, 9, true, '{}', 'x', 'staff:0', now() from expert_assignment"
            ),
            "TH312",
        ),
        (
            (
                "insert into expert_opinion (assignment_id, number, positive, findings, body, filed_by,"
                " filed_at) select assignment_id, 9, true, '{}', ' ', filed_by, filed_at from expert_opinion"
            ),
            "23514",
        ),
    ],
)
def test_opinions_of_experts_stay_as_they_were_filed(session, bureau, methodology, sql, code):
    assess(session, bureau, draft(session, bureau, methodology))

    with pytest.raises(DBAPIError) as caught, session.begin_nested():
        session.execute(text(sql))

    assert getattr(caught.value.orig, "sqlstate", "") == code


@obligation("CQ-7.2")
def test_a_bound_or_former_expert_is_not_assigned_by_sql(session, bureau):
    story = Story(session, Category.ENGINEERING)
    project = story.project()
    somebody, expert = invited(session, bureau)
    assign = text(
        "insert into expert_assignment (expert_id, project_id, due_on, assigned_by, assigned_at)"
        " values (:expert, :project, '2025-08-01', 'staff:1', :at)"
    )
    values = {"expert": expert.id, "project": project.id, "at": build.NOON}
    commands.record_interest(
        session,
        actor=somebody,
        kind=InterestKind.ASSETS,
        note="持股",
        since=TODAY,
        expert_staff_id=somebody.staff_id,
        party_organisation_id=story.owner.organisation.id,
        at=build.NOON,
    )
    for code in ("TH311", "TH310"):
        with pytest.raises(DBAPIError) as caught, session.begin_nested():
            session.execute(assign, values)
        assert getattr(caught.value.orig, "sqlstate", "") == code
        if code == "TH311":
            commands.end_invitation(session, actor=bureau, expert_id=expert.id, at=build.NOON)


@obligation("CQ-20.2", "CQ-7.1")
def test_an_evaluation_without_an_experts_opinion_neither_passes_nor_fails(session):
    story = Story(session, Category.ENGINEERING)
    project = story.in_evaluation()

    for act, reason in ((CaseAct.PASS_EVALUATION, None), (CaseAct.ASK_FOR_REVISION, "补充")):
        with pytest.raises(ChecksFailed) as refusal:
            commands.take_step(
                session,
                actor=story.officer,
                subject=Subject.PROJECT,
                case_id=project.id,
                act=act,
                reason=reason,
                due_on=TODAY + timedelta(days=90) if reason else None,
                at=story.at,
            )
        assert [one["code"] for one in refusal.value.details["checks"]] == [1028]
