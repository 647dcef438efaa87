"""One engine, two rulebooks: a project and a batch go the national way, and what is Chongqing's stays so."""

from datetime import date, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.kernel.actor import ANONYMOUS, SYSTEM
from app.kernel.calendar import working_days_after
from app.kernel.days import end_of_day
from app.kernel.errors import ActOutOfTurn, Forbidden
from app.reports.registry import files_of_cases
from cqcer import commands, queries
from cqcer.errors import CaseNotFound, ChecksFailed
from cqcer.queries import cases
from cqcer.values import (
    CaseAct,
    Category,
    MovementKind,
    MovementOrder,
    OpinionKind,
    Period,
    Purpose,
    RulebookCode,
    Subject,
)
from tests.integration.cqcer import registry as build
from tests.integration.cqcer.story import DECLARED, VALIDATED, VERIFIED, Story
from tests.obligations import obligation

NATIONALLY = DECLARED | {"responsibility": ["authenticity", "completeness", "validity", "uniqueness"]}
HALF_YEAR = (date(2020, 9, 23), date(2021, 3, 22))


class National(Story):
    """The same people under the national rules: the owner opens the notice, the report comes after it."""

    def project(self, **changed):
        methodology = build.methodology(self.session, self.category, code="CCER")
        return super().project(
            code=RulebookCode.CCER,
            methodology_version_id=methodology.id,
            area_code=None,
            project_date=date(2012, 11, 9),
            crediting=Period(date(2020, 9, 23), date(2030, 9, 22)),
            declarations=NATIONALLY,
            **changed,
        )

    def notice(self, of, subject):
        self.act(of, CaseAct.UPLOAD)
        return commands.open_notice(
            self.session, actor=self.owner.initiator, subject=subject, case_id=of.id, at=self.at
        )

    def supplement(self, of, subject):
        commands.supplement_report(
            self.session, actor=self.body, subject=subject, case_id=of.id, body="已处理", at=self.at
        )

    def to_submission(self, of, subject, findings, verified=None):
        self.commission(of, subject)
        self.through_notice(of, subject)
        self.sign(of, subject, findings, verified)
        self.supplement(of, subject)
        return self.act(of, CaseAct.SUBMIT)

    def registered(self):
        project = self.project()
        self.to_submission(project, Subject.PROJECT, VALIDATED)
        return self.register(project, Subject.PROJECT)


@pytest.fixture
def nation(session):
    return National(session, Category.ENGINEERING)


def codes(refusal):
    return [one["code"] for one in refusal.value.details["checks"]]


@obligation("CCER-12.1", "CCER-12.3", "CCER-13.1", "CCER-15.1", "CCER-21.2", "CCER-17.5")
def test_a_project_and_a_batch_go_the_national_way_to_units(session, nation):
    project = nation.registered()
    batch = nation.batch(project, 300, *HALF_YEAR)
    nation.to_submission(batch, Subject.BATCH, VERIFIED, 300)
    nation.register(batch, Subject.BATCH)

    assert project.number.startswith("CCER-E-")
    assert [step.act for step in cases.steps_of_case(session, batch)] == [
        "upload", "open_notice", "clear", "submit", "register",
    ]  # fmt: skip
    assert cases.letter_of(session, batch) is None
    assert queries.tally(session, project_id=project.id).issued == 300


@obligation("CCER-15.2", "CCER-22.1")
def test_registration_is_due_fifteen_working_days_from_submission(session, nation):
    project = nation.project()
    before = files_of_cases.any_file(session, Subject.PROJECT, project.id).registration_due
    nation.to_submission(project, Subject.PROJECT, VALIDATED)
    after = files_of_cases.any_file(session, Subject.PROJECT, project.id).registration_due

    assert before is None
    assert project.submitted_on is not None
    assert after == working_days_after(session, project.submitted_on, 15).last_day


@obligation("CCER-12.2")
def test_the_notice_names_the_body_or_does_not_open(nation):
    project = nation.project()

    with pytest.raises(ChecksFailed) as refusal:
        nation.notice(project, Subject.PROJECT)

    assert codes(refusal) == [1019]


@obligation("CCER-12.1")
def test_the_owner_opens_the_national_notice_and_the_agency_the_other(session, nation):
    project = nation.project()
    nation.commission(project, Subject.PROJECT)
    nation.act(project, CaseAct.UPLOAD)
    here = Story(session, Category.ENGINEERING)
    other = here.project(title="沼气发电")
    here.report(other, Subject.PROJECT, VALIDATED)
    here.act(other, CaseAct.UPLOAD)

    def opened(of, actor):
        return commands.open_notice(
            session, actor=actor, subject=Subject.PROJECT, case_id=of.id, at=nation.at
        )

    with pytest.raises(Forbidden):
        opened(project, nation.officer)
    with pytest.raises(CaseNotFound):
        opened(project, here.owner.initiator)
    with pytest.raises(Forbidden):
        opened(other, here.owner.initiator)
    assert opened(project, nation.owner.initiator).working_days == 20
    assert opened(other, here.officer).working_days == 20


@obligation("CCER-14.1", "CCER-13.2", "CQ-17.8")
def test_nationally_the_report_must_deal_with_an_objection_and_need_not_wait_for_an_answer(nation):
    project = nation.project()
    nation.commission(project, Subject.PROJECT)
    notice = nation.notice(project, Subject.PROJECT)
    commands.file_opinion(
        nation.session,
        actor=ANONYMOUS,
        notice_id=notice.id,
        kind=OpinionKind.OBJECTION,
        body="重复",
        signed=None,
        at=nation.at,
    )
    nation.at = end_of_day(notice.last_day)
    commands.close_notice(nation.session, actor=SYSTEM, notice_id=notice.id, at=nation.at)
    assert project.state == "answering_objections"

    with pytest.raises(ChecksFailed) as without_report:
        nation.act(project, CaseAct.SUBMIT)
    nation.sign(project, Subject.PROJECT, VALIDATED)
    with pytest.raises(ChecksFailed) as silent:
        nation.act(project, CaseAct.SUBMIT)
    nation.supplement(project, Subject.PROJECT)
    nation.act(project, CaseAct.SUBMIT)

    assert codes(without_report) == [1017]
    assert codes(silent) == [1020]
    assert project.state == "submitted"


@obligation("CCER-21.2")
@pytest.mark.parametrize("verified", [299, 301])
def test_the_quantity_applied_for_equals_the_verified_one(nation, verified):
    batch = nation.batch(nation.registered(), 300, *HALF_YEAR)

    with pytest.raises(ChecksFailed) as refusal:
        nation.to_submission(batch, Subject.BATCH, VERIFIED, verified)

    assert 3018 in codes(refusal)


@obligation("CCER-10.3", "CCER-17.2")
@pytest.mark.parametrize(
    ("project_date", "first", "refused"),
    [
        (date(2012, 11, 8), date(2020, 9, 23), [2002]),
        (date(2012, 11, 9), date(2020, 9, 22), [2017]),
        (date(2012, 11, 9), date(2020, 9, 23), []),
    ],
)
def test_the_national_days_are_its_own(session, nation, project_date, first, refused):
    project = nation.project()
    project.project_date, project.crediting_first = project_date, first
    session.flush()

    report = commands.dry_run_case(
        session, subject=Subject.PROJECT, case_id=project.id, act=CaseAct.UPLOAD, at=nation.at
    )

    assert [one.code for one in report.refusals] == refused


@obligation("CCER-28.2", "CQ-27.4")
def test_uses_are_those_of_the_rulebook_from_which_units_come(session, nation):
    batch = nation.batch(nation.registered(), 300, *HALF_YEAR)
    nation.to_submission(batch, Subject.BATCH, VERIFIED, 300)
    nation.register(batch, Subject.BATCH)
    account = nation.owner.account.id
    for_all = commands.enter_beneficiary(
        session, actor=nation.officer, kind="public", name="公众", organisation_id=None, at=nation.at
    )

    def found(purpose):
        order = MovementOrder(
            kind=MovementKind.CANCEL,
            quantity=1,
            giving_account_id=account,
            purpose=purpose,
            beneficiary_id=for_all.id,
        )
        report = commands.dry_run(session, actor=nation.owner.initiator, order=order)
        return {one.code for one in report.refusals}

    assert 4010 in found(Purpose.JUDICIAL)
    assert 4010 not in found(Purpose.PUBLIC_BENEFIT)


@obligation("CQ-20.4", "CQ-20.5", "CQ-17.4", "CQ-X.6")
@pytest.mark.parametrize("act", ["register", "submit"])
def test_the_national_shortcuts_do_not_exist_for_chongqing_by_code_or_by_sql(session, act):
    here = Story(session, Category.ENGINEERING)
    project = here.project()
    here.report(project, Subject.PROJECT, VALIDATED)
    state = "submitted" if act == "register" else "answering_objections"
    notice = here.notice(project, Subject.PROJECT)
    if act == "submit":
        build.opinion(session, notice, "objection", here.at)
    here.at = end_of_day(notice.last_day)
    commands.close_notice(session, actor=SYSTEM, notice_id=notice.id, at=here.at)
    if act == "register":
        commands.supplement_report(
            session, actor=here.body, subject=Subject.PROJECT, case_id=project.id, body="无", at=here.at
        )
        here.act(project, CaseAct.SUBMIT)
    assert project.state == state
    following = "registered" if act == "register" else "submitted"

    if act == "register":
        with pytest.raises((ActOutOfTurn, ChecksFailed)):
            here.register(project, Subject.PROJECT)
    else:
        with pytest.raises(ChecksFailed):
            here.act(project, CaseAct.SUBMIT)
    with pytest.raises(DBAPIError, match=r"nobody can|step by step"), session.begin_nested():
        session.execute(
            text("""
                insert into case_step (project_id, number, act, from_state, to_state, actor, at, checks)
                values (:id, :number, :act, :state, :following, 'staff:1', :at, '[]')
            """),
            {
                "id": project.id,
                "number": project.steps + 1,
                "act": act,
                "state": state,
                "following": following,
                "at": here.at + timedelta(hours=1),
            },
        )
