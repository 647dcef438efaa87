"""From a draft to units: one project and one batch of each category, through the commands alone."""

from datetime import date, timedelta

import pytest

from app.kernel.actor import ANONYMOUS, SYSTEM
from app.kernel.days import day_in_china, end_of_day
from app.kernel.errors import ActOutOfTurn
from cqcer import commands, queries, serials
from cqcer.errors import CaseNotFound, ChecksFailed
from cqcer.queries import cases
from cqcer.values import CaseAct, Category, OpinionKind, Subject
from tests.integration.cqcer import registry as build
from tests.integration.cqcer.story import DECLARED, VALIDATED, VERIFIED, Story
from tests.obligations import obligation


@pytest.fixture
def story(session):
    return Story(session, Category.ENGINEERING)


@obligation("CQ-17.4", "CQ-17.5", "CQ-20.1", "CQ-20.2", "CQ-20.4", "CQ-20.5", "CQ-20.6", "CQ-30.3")
@pytest.mark.parametrize("category", Category)
def test_a_project_of_each_category_goes_all_the_way_to_units(session, category):
    story = Story(session, category)

    project = story.registered_project()
    batch = story.batch(project, 500)
    story.report(batch, Subject.BATCH, VERIFIED, verified=500)
    story.through_notice(batch, Subject.BATCH)
    story.to_letter(batch, Subject.BATCH, quantity=480)
    story.register(batch, Subject.BATCH)

    assert project.state == batch.state == "registered"
    assert serials.project_number_is_valid(project.number)
    assert queries.tally(session, project_id=project.id) == (480, 480, 0, 0, 0, 0)
    assert queries.holdings_of(session, story.owner.account.id)[0].range.quantity == 480
    assert [step.act for step in cases.steps_of_case(session, batch)] == [
        "upload", "open_notice", "clear", "submit", "pass_review", "pass_evaluation", "issue_letter",
        "register",
    ]  # fmt: skip
    with pytest.raises(ActOutOfTurn):
        story.act(batch, CaseAct.WITHDRAW)


@obligation("CQ-15.4", "CQ-20.8", "CQ-42.10")
def test_all_that_is_wrong_with_an_upload_is_said_at_once_and_leaves_no_trace(story, session):
    project = story.project(project_date=None, area_code=None, declarations={})

    with pytest.raises(ChecksFailed) as refusal:
        story.act(project, CaseAct.UPLOAD)

    codes = [one["code"] for one in refusal.value.details["checks"]]
    assert codes == [1005, 1006, 2001, 2002, 2003, 2009, 2010]
    dry = commands.dry_run_case(
        session, subject=Subject.PROJECT, case_id=project.id, act=CaseAct.UPLOAD, at=story.at
    )
    assert [one.code for one in dry.refusals] == codes
    assert (project.state, project.steps) == ("draft", 0)


@obligation("CQ-17.8", "CQ-17.9", "CQ-18.3")
def test_submission_needs_answers_supplement_and_declaration(story, session):
    project = story.project(declarations=DECLARED | {"responsibility": ["authenticity"]})
    story.report(project, Subject.PROJECT, VALIDATED)
    notice = story.notice(project, Subject.PROJECT)
    said = commands.file_opinion(
        session,
        actor=ANONYMOUS,
        notice_id=notice.id,
        kind=OpinionKind.OBJECTION,
        body="重复",
        signed=None,
        at=story.at,
    )
    story.at = end_of_day(notice.last_day)
    commands.close_notice(session, actor=SYSTEM, notice_id=notice.id, at=story.at)
    with pytest.raises(ChecksFailed) as early:
        story.act(project, CaseAct.SUBMIT)
    commands.answer_opinion(
        session, actor=story.owner.initiator, opinion_id=said.id, body="不重复", at=story.at
    )
    with pytest.raises(ChecksFailed) as late:
        story.act(project, CaseAct.SUBMIT)

    assert [one["code"] for one in early.value.details["checks"]] == [1012, 1013, 1014, 1015]
    assert [one["code"] for one in late.value.details["checks"]] == [1014, 1015]


@obligation("CQ-20.3")
def test_a_revision_has_a_day_and_a_second_failure_ends_the_case(story):
    project = story.project()
    story.report(project, Subject.PROJECT, VALIDATED)
    story.through_notice(project, Subject.PROJECT)
    commands.supplement_report(
        story.session, actor=story.body, subject=Subject.PROJECT, case_id=project.id, body="无", at=story.at
    )
    story.act(project, CaseAct.SUBMIT)
    story.act(project, CaseAct.PASS_REVIEW, story.officer)
    story.act(
        project,
        CaseAct.ASK_FOR_REVISION,
        story.officer,
        reason="补充基准线",
        due_on=day_in_china(story.at) + timedelta(days=30),
    )
    story.act(project, CaseAct.TAKE_REVISION)
    story.act(project, CaseAct.FAIL_EVALUATION, story.officer, reason="仍不符合")

    assert project.state == "evaluation_failed"
    with pytest.raises(ActOutOfTurn):
        story.act(project, CaseAct.SUBMIT)


@obligation("CQ-17.3")
def test_who_validated_does_not_verify(story, session):
    project = story.registered_project()
    validated = cases.latest_report(session, project)
    assert validated is not None
    batch = story.batch(project, 10)

    with pytest.raises(ChecksFailed) as refusal:
        story.report(batch, Subject.BATCH, VERIFIED, verified=10, organisation=validated.organisation_id)

    assert [one["code"] for one in refusal.value.details["checks"]] == [8007]


@obligation("CQ-17.10", "CQ-17.12", "CQ-16.5")
@pytest.mark.parametrize(
    ("first", "last", "codes"),
    [
        (date(2021, 9, 14), date(2022, 9, 13), [3004, 3006]),
        (date(2021, 9, 15), date(2022, 9, 13), [3007]),
        (date(2025, 9, 16), date(2026, 9, 15), [3006]),
    ],
)
def test_a_batch_of_wrong_days_cannot_be_begun(story, first, last, codes):
    project = story.registered_project()

    with pytest.raises(ChecksFailed) as refusal:
        story.batch(project, 10, first, last)

    assert [one["code"] for one in refusal.value.details["checks"]] == codes


def test_anothers_case_is_not_there(story):
    project = story.project()
    stranger = build.holder(story.session, story.officer)

    with pytest.raises(CaseNotFound):
        story.act(project, CaseAct.UPLOAD, stranger.initiator)
