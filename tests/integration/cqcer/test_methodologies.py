"""Methodologies: proposed by anybody, assessed by assigned experts, issued by the Bureau alone, replayed."""

from datetime import date, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.kernel.days import day_in_china
from app.kernel.errors import ActOutOfTurn, Forbidden
from cqcer import commands
from cqcer.commands.experts import On
from cqcer.errors import ChecksFailed, ReasonMissing
from cqcer.errors.parties import (
    FormulaMalformed,
    InputsMalformed,
    MethodologyExists,
    MethodologyIncomplete,
)
from cqcer.queries import methodologies
from cqcer.queries.methodologies import PARTS, PRINCIPLES
from cqcer.values import CaseAct, Category, Subject
from tests.builders import parties, people
from tests.integration.cqcer import registry as build
from tests.integration.cqcer.story import VERIFIED, Story
from tests.obligations import obligation
from tests.unit.cqcer.test_formulas import HEAT

TODAY = day_in_china(build.NOON)
ALL_MET = dict.fromkeys(PRINCIPLES, True)


@pytest.fixture
def bureau(session):
    return people.bureau(session, at=build.NOON)


@pytest.fixture
def methodology(session, bureau):
    return founded(session, bureau)


def founded(session, bureau):
    return commands.found_methodology(
        session,
        actor=bureau,
        code="CQM-E-901",
        category=Category.ENGINEERING,
        title="工业余热利用",
        title_en="Use of industrial waste heat",
        field="energy",
        at=build.NOON,
    )


def draft(session, bureau, methodology, version="V01", **changed):
    given = {
        "parts": dict.fromkeys(PARTS, "正文"),
        "formula": HEAT,
        "crediting_years": 5,
        "sector_departments": ["市经济信息委"],
    } | changed
    return commands.draft_version(
        session,
        actor=bureau,
        methodology_id=methodology.id,
        version=version,
        at=build.NOON,
        **given,
    )


def invited(session, bureau):
    somebody = parties.expert(session, at=build.NOON)
    made = commands.invite_expert(
        session, actor=bureau, staff_id=somebody.staff_id, name="李教授", field="energy", at=build.NOON
    )
    return somebody, made


def assess(session, bureau, version, principles=ALL_MET):
    somebody, expert = invited(session, bureau)
    assignment = commands.assign_expert(
        session,
        actor=bureau,
        expert_id=expert.id,
        on=On(version_id=version.id),
        due_on=TODAY + timedelta(days=14),
        at=build.NOON,
    )
    opinion = commands.file_expert_opinion(
        session,
        actor=somebody,
        assignment_id=assignment.id,
        positive=all(principles.values()),
        body="符合四项原则",
        principles=principles,
        at=build.NOON,
    )
    return somebody, assignment, opinion


def issue(session, bureau, version, at=build.NOON):
    return commands.issue_version(
        session, actor=bureau, version_id=version.id, document_id=build.paper(session), at=at
    )


def review(session, bureau, version):
    return commands.send_to_review(session, actor=bureau, version_id=version.id, at=build.NOON)


@obligation("CQ-4.1", "CQ-11.2", "CQ-12.1", "CQ-42.5")
def test_a_methodology_is_issued_whole_and_after_experts_assessed_each_principle(
    session, bureau, methodology
):
    version = draft(session, bureau, methodology, parts={"baseline": "正文", "calculation": " "})
    with pytest.raises(ActOutOfTurn):
        issue(session, bureau, version)
    review(session, bureau, version)
    with pytest.raises(MethodologyIncomplete) as refusal:
        issue(session, bureau, version)
    with pytest.raises(DBAPIError, match=r"assess each principle|whole_when_issued"), session.begin_nested():
        session.execute(
            text("update methodology_version set state = 'issued', issued_on = :day where id = :id"),
            {"id": version.id, "day": TODAY},
        )
    commands.ask_for_changes(session, actor=bureau, version_id=version.id, reason="补充", at=build.NOON)

    assert refusal.value.details == {
        "parts": ["additionality", "calculation", "monitoring_plan"],
        "principles": list(PRINCIPLES),
    }
    whole = draft(session, bureau, methodology, "V02")
    review(session, bureau, whole)
    somebody, assignment, first = assess(session, bureau, whole, ALL_MET | {"applicability": False})
    with pytest.raises(MethodologyIncomplete) as unmet:
        issue(session, bureau, whole)
    corrected = commands.file_expert_opinion(
        session,
        actor=somebody,
        assignment_id=assignment.id,
        positive=True,
        body="补充材料后符合",
        principles=ALL_MET,
        at=build.NOON,
    )
    issue(session, bureau, whole)

    assert unmet.value.details == {"principles": ["applicability"]}
    assert (first.number, corrected.number, first.body) == (1, 2, "符合四项原则")
    assert whole.state == "issued"
    assert set(whole.principles) == set(PRINCIPLES)
    acts = [step.act for step in methodologies.steps_of_version(session, whole.id)]
    assert acts == ["propose", "take_up", "send_to_review", "issue"]


@obligation("CQ-13.1", "Q-14")
def test_a_revision_supersedes_and_an_abolished_version_ends_on_its_day(session, bureau, methodology):
    first = draft(session, bureau, methodology)
    review(session, bureau, first)
    assess(session, bureau, first)
    issue(session, bureau, first)
    later = build.NOON + timedelta(days=30)
    second = draft(session, bureau, methodology, "V02")
    review(session, bureau, second)
    assess(session, bureau, second)
    commands.issue_version(
        session, actor=bureau, version_id=second.id, document_id=build.paper(session), at=later
    )
    ends = day_in_china(later) + timedelta(days=10)
    for day, reason, why in (
        (day_in_china(later) - timedelta(days=1), "x", MethodologyIncomplete),
        (ends, " ", ReasonMissing),
    ):
        with pytest.raises(why):
            commands.abolish_version(
                session, actor=bureau, version_id=second.id, from_day=day, reason=reason, at=later
            )
    commands.abolish_version(
        session, actor=bureau, version_id=second.id, from_day=ends, reason="技术淘汰", at=later
    )

    assert (first.state, second.state) == ("superseded", "abolished")
    issued = day_in_china(later)
    assert [
        methodologies.is_in_force(first, on)
        for on in (TODAY - timedelta(days=1), TODAY, issued - timedelta(days=1), issued)
    ] == [False, True, True, False]
    assert [methodologies.is_in_force(second, on) for on in (issued, ends - timedelta(days=1), ends)] == [
        True,
        True,
        False,
    ]


@obligation("CQ-20.8", "CQ-42.5")
def test_a_methodology_credits_no_longer_than_its_category_and_its_formula_holds(
    session, bureau, methodology
):
    with pytest.raises(FormulaMalformed):
        draft(session, bureau, methodology, formula=HEAT | {"vectors": []})
    version = draft(session, bureau, methodology, crediting_years=6)
    with pytest.raises(MethodologyExists):
        draft(session, bureau, methodology)
    review(session, bureau, version)
    assess(session, bureau, version)

    with pytest.raises(MethodologyIncomplete) as refusal:
        issue(session, bureau, version)
    assert refusal.value.details == {"crediting_years": 5}
    with pytest.raises(DBAPIError, match="no longer crediting"), session.begin_nested():
        session.execute(
            text(
                "update methodology_version set state = 'issued', issued_on = :day,"
                ' principles = \'{"scientific_soundness": 1, "inclusiveness": 1, "additionality": 1,'
                ' "applicability": 1}\' where id = :id'
            ),
            {"id": version.id, "day": TODAY},
        )


@obligation("CQ-13.2")
def test_anybody_concerned_proposes_and_nothing_changes_by_itself(session, bureau, methodology):
    proposals = [
        commands.propose_methodology(
            session,
            actor=somebody,
            methodology_id=methodology.id,
            title="修订基准线",
            body="电网因子已更新",
            document_id=None,
            at=build.NOON,
        )
        for somebody in (
            parties.owner(session),
            parties.verifier(session),
            people.citizen(session),
            people.host(session),
        )
    ]
    with pytest.raises(Forbidden):
        commands.answer_proposal(
            session,
            actor=parties.agency(session),
            proposal_id=proposals[0].id,
            take_up=True,
            answer="x",
            at=build.NOON,
        )
    commands.answer_proposal(
        session, actor=bureau, proposal_id=proposals[0].id, take_up=True, answer="采纳", at=build.NOON
    )
    commands.answer_proposal(
        session, actor=bureau, proposal_id=proposals[1].id, take_up=False, answer="重复", at=build.NOON
    )
    with pytest.raises(ActOutOfTurn):
        commands.answer_proposal(
            session, actor=bureau, proposal_id=proposals[1].id, take_up=True, answer="又", at=build.NOON
        )

    assert methodologies.versions_of(session, methodology.id) == []
    version = draft(session, bureau, methodology, proposal_id=proposals[0].id)
    assert [one.state for one in proposals] == ["taken_up", "declined", "received", "received"]
    assert proposals[0].version_id == version.id


@obligation("CQ-16.2", "CQ-42.12")
def test_the_registry_computes_a_batch_itself_and_refuses_more(session):
    story = Story(session, Category.ENGINEERING)
    project = story.registered_project()
    begun = {
        "project_id": project.id,
        "period": cases_period(),
        "claimed_t": 900,
        "replayed_t": 10**6,  # what the owner says its own calculation gives does not count
        "declarations": {},
    }
    with pytest.raises(InputsMalformed):
        commands.begin_batch(
            session,
            actor=story.owner.initiator,
            replay={"inputs": {"heat_kwh": "-1"}},
            at=story.at,
            **begun,
        )
    batch = commands.begin_batch(
        session,
        actor=story.owner.initiator,
        replay={"inputs": {"heat_kwh": "0.000899"}},
        at=story.at,
        **begun,
    )
    story.file(batch, Subject.BATCH, "accounting_report")
    story.report(batch, Subject.BATCH, VERIFIED, verified=900)

    assert (batch.replayed_t, batch.replay["result"]["remainder_g"]) == (899, 0)
    with pytest.raises(ChecksFailed) as refusal:
        story.act(batch, CaseAct.UPLOAD)
    assert 3016 in [one["code"] for one in refusal.value.details["checks"]]
    session.execute(text("update batch set replayed_t = 900 where id = :id"), {"id": batch.id})
    session.expire_all()
    with pytest.raises(ChecksFailed) as refusal:
        story.act(batch, CaseAct.UPLOAD)
    assert 3019 in [one["code"] for one in refusal.value.details["checks"]]


def cases_period():
    from cqcer.values import Period

    return Period(date(2021, 9, 15), date(2022, 9, 14))
