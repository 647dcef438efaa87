"""Projects that may be one: the agency answers, and what was cancelled never comes back."""

from datetime import date

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from app.kernel.actor import SYSTEM
from app.kernel.days import end_of_day
from app.kernel.errors import Forbidden
from cqcer import commands
from cqcer.errors import CaseNotFound, ChecksFailed, ReasonMissing
from cqcer.models import LikenessAnswer
from cqcer.queries import likeness
from cqcer.values import CaseAct, Category, Subject
from tests.integration.cqcer import registry as build
from tests.integration.cqcer.story import VALIDATED, Story
from tests.integration.cqcer.test_two_rulebooks import National
from tests.obligations import obligation


@pytest.fixture
def story(session):
    return Story(session, Category.ENGINEERING)


def open_notice(story, project, answer):
    return commands.open_notice(
        story.session,
        actor=story.officer,
        subject=Subject.PROJECT,
        case_id=project.id,
        likeness=answer,
        at=story.at,
    )


def uploaded(story, **changed):
    project = story.project(**changed)
    story.report(project, Subject.PROJECT, VALIDATED)
    story.act(project, CaseAct.UPLOAD)
    return project


def cancelled(story, **changed):
    project = story.project(**changed)
    story.report(project, Subject.PROJECT, VALIDATED)
    story.through_notice(project, Subject.PROJECT)
    story.to_letter(project, Subject.PROJECT)
    story.register(project, Subject.PROJECT)
    proposal = commands.ask_to_cancel_project(
        story.session,
        actor=story.owner.initiator,
        project_id=project.id,
        document_id=build.paper(story.session),
        at=story.at,
    )
    commands.confirm_ending(story.session, actor=story.reviewer, proposal_id=proposal.id, at=story.at)
    story.session.refresh(project)
    assert project.state == "cancelled"
    return project


def closed(story, notice):
    story.at = end_of_day(notice.last_day)
    commands.close_notice(story.session, actor=SYSTEM, notice_id=notice.id, at=story.at)


def failed(refusal):
    return [(one["code"], one["details"]) for one in refusal.value.details["checks"]]


@obligation("CQ-42.10")
def test_a_project_like_another_is_refused_unanswered_and_once_answered_goes_on_to_registration(story):
    first = uploaded(story, title="长寿化工园余热利用项目", site_e6=(29_830_000, 107_080_000))
    second = uploaded(story, title="长寿化工园余热利用工程项目", site_e6=(29_831_000, 107_080_000))

    for nothing in (None, " "):
        with pytest.raises(ChecksFailed) as refusal:
            open_notice(story, second, nothing)
        assert failed(refusal) == [(2015, {"numbers": [str(first.id)]})]
    assert second.state == "uploaded"
    assert likeness.answers_of(story.session, second.id) == []

    closed(story, open_notice(story, second, " 一期与二期，设备不同 "))
    story.to_letter(second, Subject.PROJECT)
    story.register(second, Subject.PROJECT)

    assert second.state == "registered"
    (answer,) = likeness.answers_of(story.session, second.id)
    assert (answer.other_id, answer.answer, answer.answered_by) == (
        first.id, "一期与二期，设备不同", story.officer.ref,
    )  # fmt: skip
    assert {"name", "site"} <= set(answer.signs)


@obligation("CQ-42.10")
def test_who_came_first_is_not_held_up_by_who_comes_after(story):
    first = uploaded(story, equipment=("SN-1",))
    notice, body = open_notice(story, first, None), story.body
    second = uploaded(story, equipment=("sn 1",))

    story.body = body
    closed(story, notice)
    story.to_letter(first, Subject.PROJECT)
    story.register(first, Subject.PROJECT)
    with pytest.raises(ChecksFailed) as refusal:
        open_notice(story, second, None)

    assert first.state == "registered"
    assert failed(refusal) == [(2015, {"numbers": [first.number]})]


@obligation("CQ-42.10")
def test_the_agency_answers_and_nobody_else_and_each_pair_once(story):
    first = uploaded(story)
    second = uploaded(story)

    def answer(actor, project, words):
        return commands.answer_likeness(
            story.session, actor=actor, project_id=project.id, answer=words, at=story.at
        )

    with pytest.raises(Forbidden):
        answer(story.owner.initiator, second, "不是")
    with pytest.raises(ReasonMissing):
        answer(story.officer, second, " ")
    with pytest.raises(CaseNotFound):
        commands.answer_likeness(story.session, actor=story.officer, project_id=0, answer="x", at=story.at)

    assert [one.other_id for one in answer(story.officer, second, "地点不同")] == [first.id]
    assert answer(story.reviewer, second, "改口") == []
    assert [one.answer for one in likeness.answers_of(story.session, second.id)] == ["地点不同"]
    assert open_notice(story, second, None).state == "open"


@obligation("CQ-42.10")
def test_nationally_the_owner_opens_the_notice_and_its_word_is_no_answer(session):
    nation = National(session, Category.ENGINEERING)
    first, second = nation.project(), nation.project()
    for project in (first, second):
        nation.commission(project, Subject.PROJECT)
        nation.act(project, CaseAct.UPLOAD)

    def opened(word):
        return commands.open_notice(
            session,
            actor=nation.owner.initiator,
            subject=Subject.PROJECT,
            case_id=second.id,
            likeness=word,
            at=nation.at,
        )

    with pytest.raises(ChecksFailed) as refusal:
        opened("不是同一项目")
    commands.answer_likeness(
        session, actor=nation.officer, project_id=second.id, answer="地点不同", at=nation.at
    )

    assert failed(refusal) == [(2015, {"numbers": [str(first.id)]})]
    assert opened(None).state == "open"


@obligation("CQ-42.10")
@pytest.mark.parametrize(
    ("sql", "code"),
    [
        ("update likeness_answer set answer = 'x'", "42501"),
        ("delete from likeness_answer", "42501"),
    ],
)
def test_an_answer_is_not_rewritten_by_sql(story, sql, code):
    uploaded(story, equipment=("SN-1",))
    open_notice(story, uploaded(story, equipment=("SN-1",)), "不同设备")
    assert story.session.scalars(select(LikenessAnswer.answer)).all() == ["不同设备"]

    with pytest.raises(DBAPIError) as caught, story.session.begin_nested():
        story.session.execute(text(sql))

    assert getattr(caught.value.orig, "sqlstate", "") == code


@obligation("CQ-22.5")
@pytest.mark.parametrize(
    "same",
    [
        {"equipment": ("sn 77-801",)},
        {"site_e6": (29_830_000, 107_080_000)},
    ],
)
def test_a_cancelled_project_never_comes_back_under_any_name_or_owner(story, same):
    gone = cancelled(story, equipment=("SN 77-801",), site_e6=(29_830_000, 107_080_000))
    story.owner = build.holder(story.session, story.officer, story.at)
    again = story.project(title="完全不同的名称", project_date=date(2021, 1, 1), **same)
    story.report(again, Subject.PROJECT, VALIDATED)

    with pytest.raises(ChecksFailed) as refusal:
        story.act(again, CaseAct.UPLOAD)
    with pytest.raises(DBAPIError, match="never registered again"), story.session.begin_nested():
        build.step(story.session, again, "upload", "uploaded", story.at)

    assert failed(refusal) == [(2014, {"numbers": [gone.number]})]
