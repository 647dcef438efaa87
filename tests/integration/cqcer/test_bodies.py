"""Bodies: recognised for a scope on days, commissioned by both sides, flagged when they fall."""

from datetime import date, timedelta

import pytest
from sqlalchemy.exc import DBAPIError

from app.kernel.days import day_in_china
from app.kernel.errors import ActOutOfTurn, Forbidden
from app.kernel.permissions import Role
from cqcer import commands
from cqcer.checks.commissions import DECLARED
from cqcer.commands.bodies import Scope
from cqcer.errors import ChecksFailed, ReasonMissing
from cqcer.errors.parties import (
    CommissionExists,
    CommissionNotFound,
    InterestMalformed,
    RecognitionMalformed,
    RecognitionRunning,
    SignerNotFound,
)
from cqcer.queries import bodies
from cqcer.values import (
    Activity,
    CaseAct,
    Category,
    InterestKind,
    RecognitionAct,
    Subject,
)
from tests.builders import parties, people
from tests.integration.cqcer import registry as build
from tests.integration.cqcer.story import VALIDATED, VERIFIED, Story
from tests.obligations import obligation

TODAY = day_in_china(build.NOON)
BOTH = tuple(Scope(activity, Category.ENGINEERING) for activity in Activity)


@pytest.fixture
def bureau(session):
    return people.bureau(session, at=build.NOON)


@pytest.fixture
def story(session):
    return Story(session, Category.ENGINEERING)


@pytest.fixture
def body(session):
    return people.organisation(session, at=build.NOON, name="重庆甲审定核查有限公司")


def recognise(session, bureau, body, scopes=BOTH, **changed):
    given = {"valid_from": date(2024, 9, 1), "valid_to": date(2029, 8, 31), "ground": "渝环〔2024〕3号"}
    return commands.recognise_body(
        session, actor=bureau, organisation_id=body.id, scopes=scopes, at=build.NOON, **(given | changed)
    )


def decide(session, bureau, recognition, act, on_day=TODAY, ground="核查中发现问题"):
    return commands.decide_recognition(
        session,
        actor=bureau,
        recognition_id=recognition.id,
        act=act,
        on_day=on_day,
        ground=ground,
        document_id=None,
        at=build.NOON,
    )


def commission(story, project, body, *, agreed_on=TODAY, no_interest=True):
    return commands.commission_body(
        story.session,
        actor=story.owner.initiator,
        subject=Subject.PROJECT,
        case_id=project.id,
        organisation_id=body.id,
        agreed_on=agreed_on,
        document_id=build.paper(story.session),
        no_interest=no_interest,
        at=story.at,
    )


def codes(refusal):
    return [one["code"] for one in refusal.value.details["checks"]]


@obligation("CQ-21.1", "CQ-21.2")
@pytest.mark.parametrize(
    ("agreed_on", "scopes", "found"),
    [
        (date(2024, 8, 31), BOTH, [8002]),
        (date(2029, 9, 1), BOTH, [8002]),
        (date(2024, 9, 1), [Scope(Activity.VERIFICATION, Category.ENGINEERING)], [8003]),
        (date(2024, 9, 1), [Scope(Activity.VALIDATION, Category.SINK)], [8003]),
        (date(2024, 9, 1), [Scope(Activity.VALIDATION, Category.ENGINEERING, "forestry")], [8003]),
        (date(2024, 9, 1), [Scope(Activity.VALIDATION, Category.ENGINEERING, "energy")], []),
        (date(2029, 8, 31), BOTH, []),
    ],
)
def test_a_body_is_commissioned_while_recognised_for_activity_category_and_field(
    story, bureau, body, agreed_on, scopes, found
):
    recognise(story.session, bureau, body, scopes)
    project = story.project()

    if not found:
        assert commission(story, project, body, agreed_on=agreed_on).state == "proposed"
        return
    with pytest.raises(ChecksFailed) as refusal:
        commission(story, project, body, agreed_on=agreed_on)

    assert codes(refusal) == found


@obligation("CQ-4.1", "CQ-21.1")
def test_the_bureau_alone_recognises_once_and_for_something(session, bureau, body):
    for somebody in (parties.agency(session), parties.verifier(session), people.operator(session)):
        with pytest.raises(Forbidden):
            recognise(session, somebody, body)
    with pytest.raises(RecognitionMalformed) as refusal:
        recognise(session, bureau, body, (), valid_to=date(2024, 8, 31), ground=" ")
    made = recognise(session, bureau, body)
    with pytest.raises(RecognitionRunning):
        recognise(session, bureau, body)
    decide(session, bureau, made, RecognitionAct.END)
    again = recognise(session, bureau, body)

    assert set(refusal.value.details) == {"scopes", "valid_to", "ground"}
    assert [one.state for one in bodies.recognitions_of(session, body.id)] == ["recognised", "ended"]
    assert [(one.activity, one.field) for one in bodies.scopes_of(session, again.id)] == [
        ("validation", "any"),
        ("verification", "any"),
    ]


@obligation("CQ-38.1", "Q-45")
def test_days_of_suspension_stay_closed_after_it_is_lifted(story, bureau, body):
    session = story.session
    given = recognise(session, bureau, body)
    project = story.project()

    decide(session, bureau, given, RecognitionAct.SUSPEND, TODAY + timedelta(days=10))
    decide(session, bureau, given, RecognitionAct.RESUME, TODAY + timedelta(days=20))

    assert [
        bodies.standing_of(session, body.id, project, Activity.VALIDATION, on=TODAY + timedelta(days=days))[0]
        for days in (9, 10, 19, 20)
    ] == [True, False, False, True]
    for act, day, ground, why in (
        (RecognitionAct.SUSPEND, TODAY + timedelta(days=19), "x", RecognitionMalformed),
        (RecognitionAct.SUSPEND, TODAY + timedelta(days=20), " ", ReasonMissing),
        (RecognitionAct.RESUME, TODAY + timedelta(days=20), "x", ActOutOfTurn),
    ):
        with pytest.raises(why):
            decide(session, bureau, given, act, day, ground)


@obligation("CQ-38.1")
def test_a_suspension_flags_every_report_and_nothing_rests_on_one_until_it_is_reviewed(story, bureau):
    session = story.session
    project = story.project()
    report = story.report(project, Subject.PROJECT, VALIDATED)
    story.through_notice(project, Subject.PROJECT)
    commands.supplement_report(
        session, actor=story.body, subject=Subject.PROJECT, case_id=project.id, body="无意见", at=story.at
    )
    (given,) = bodies.recognitions_of(session, report.organisation_id)
    commands.decide_recognition(
        session,
        actor=bureau,
        recognition_id=given.id,
        act=RecognitionAct.SUSPEND,
        on_day=day_in_china(story.at),
        ground="涉嫌虚假报告",
        document_id=None,
        at=story.at,
    )

    with pytest.raises(ChecksFailed) as refusal:
        story.act(project, CaseAct.SUBMIT)
    with pytest.raises(DBAPIError, match="a flagged report"), session.begin_nested():
        build.step(session, project, "submit", "submitted", story.at)
    (affected,) = bodies.flagged_reports(session, report.organisation_id)
    reviewed = commands.review_flag(
        session, actor=story.officer, flag_id=affected.flag.id, stands=True, remark="复核无误", at=story.at
    )
    with pytest.raises(ActOutOfTurn):
        commands.review_flag(
            session, actor=story.officer, flag_id=reviewed.id, stands=False, remark="又", at=story.at
        )
    story.act(project, CaseAct.SUBMIT)

    assert codes(refusal) == [1018]
    assert (affected.project.id, affected.units) == (project.id, 0)
    assert project.state == "submitted"


@obligation("CQ-38.1")
def test_a_false_report_flags_all_of_its_body_and_tells_the_units_issued_on_each(story, bureau):
    session = story.session
    project = story.registered_project()
    batch = story.batch(project, 1000)
    verified = story.report(batch, Subject.BATCH, VERIFIED, verified=1000)
    story.through_notice(batch, Subject.BATCH)
    story.to_letter(batch, Subject.BATCH, quantity=1000)
    story.register(batch, Subject.BATCH)
    commands.record_finding(
        session,
        actor=bureau,
        report_id=verified.id,
        kind="false",
        body="监测数据系伪造",
        document_id=build.paper(session),
        at=story.at,
    )

    affected = bodies.flagged_reports(session, verified.organisation_id)

    assert [(one.report.id, one.units) for one in affected] == [(verified.id, 1000)]
    with pytest.raises(ReasonMissing):
        commands.record_finding(
            session, actor=bureau, report_id=verified.id, kind="false", body=" ", document_id=1, at=story.at
        )


@obligation("CQ-17.2", "CQ-21.3")
def test_both_sides_declare_before_a_commission_is_in_force(story, bureau, body):
    session = story.session
    recognise(session, bureau, body)
    project = story.project()
    signer = build.signer(session, body.id)

    with pytest.raises(ChecksFailed) as by_owner:
        commission(story, project, body, no_interest=False)
    agreed = commission(story, project, body)
    with pytest.raises(CommissionExists):
        commission(story, project, body)
    with pytest.raises(ChecksFailed) as by_body:
        commands.accept_commission(
            session, actor=signer, commission_id=agreed.id, declared=DECLARED - {"funding"}, at=story.at
        )
    stranger = parties.verifier(session)
    with pytest.raises(CommissionNotFound):
        commands.accept_commission(
            session, actor=stranger, commission_id=agreed.id, declared=DECLARED, at=story.at
        )
    commands.accept_commission(session, actor=signer, commission_id=agreed.id, declared=DECLARED, at=story.at)
    commands.end_commission(
        session, actor=story.owner.initiator, commission_id=agreed.id, reason="另行委托", at=story.at
    )

    assert codes(by_owner) == [8005]
    assert codes(by_body) == [8006]
    assert bodies.current_commission(session, project) is None
    second = commission(story, project, body)
    commands.decline_commission(
        session, actor=signer, commission_id=second.id, reason="人员不足", at=story.at
    )
    assert [one.state for one in bodies.commissions_of_body(session, body.id)] == ["declined", "ended"]


@obligation("CQ-21.3")
@pytest.mark.parametrize("declared_by", ["bureau", "body"])
def test_a_recorded_interest_in_the_owner_refuses_commission_and_signature(story, bureau, body, declared_by):
    session = story.session
    recognise(session, bureau, body)
    project = story.project()
    signer = build.signer(session, body.id)
    agreed = commission(story, project, body)
    commands.accept_commission(session, actor=signer, commission_id=agreed.id, declared=DECLARED, at=story.at)

    commands.record_interest(
        session,
        actor=bureau if declared_by == "bureau" else signer,
        kind=InterestKind.ASSETS,
        note="持有业主百分之五股权",
        since=TODAY,
        body_id=body.id,
        party_organisation_id=story.owner.organisation.id,
        at=story.at,
    )

    with pytest.raises(ChecksFailed) as refusal:
        sign(story, project, signer, body)
    assert codes(refusal) == [8004]
    with pytest.raises(Forbidden):
        commands.record_interest(
            session,
            actor=story.owner.initiator,
            kind=InterestKind.OTHER,
            note="x",
            since=TODAY,
            body_id=body.id,
            party_organisation_id=story.owner.organisation.id,
            at=story.at,
        )
    with pytest.raises(InterestMalformed):
        commands.record_interest(
            session,
            actor=bureau,
            kind=InterestKind.OTHER,
            note="",
            since=TODAY,
            body_id=body.id,
            expert_staff_id=1,
            at=story.at,
        )


def sign(story, project, signer, body):
    return commands.file_report(
        story.session,
        actor=signer,
        subject=Subject.PROJECT,
        case_id=project.id,
        organisation_id=body.id,
        document_id=build.paper(story.session),
        positive=True,
        findings=VALIDATED,
        commitment=True,
        interest=False,
        verified_t=None,
        signed_on=day_in_china(story.at),
        at=story.at,
    )


@obligation("CQ-21.1", "CQ-17.2")
def test_a_report_is_signed_by_a_named_person_of_the_commissioned_body(story, bureau, body):
    session = story.session
    recognise(session, bureau, body)
    project = story.project()
    unnamed = people.staff(session, Role.VVB_STAFF, body.id, at=story.at)

    with pytest.raises(ChecksFailed) as refusal:
        sign(story, project, unnamed, body)
    agreed = commission(story, project, body)
    commands.accept_commission(
        session, actor=unnamed, commission_id=agreed.id, declared=DECLARED, at=story.at
    )
    named = commands.name_person(
        session,
        actor=unnamed,
        staff_id=unnamed.staff_id,
        name="周审核",
        qualification="注册审核员",
        at=story.at,
    )
    sign(story, project, unnamed, body)
    commands.end_person(session, actor=bureau, person_id=named.id, at=story.at)

    assert codes(refusal) == [8008, 8009]
    with pytest.raises(ChecksFailed) as late:
        sign(story, project, unnamed, body)
    assert codes(late) == [8009]
    with pytest.raises(SignerNotFound):
        commands.end_person(session, actor=bureau, person_id=named.id, at=story.at)
