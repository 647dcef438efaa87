"""The people of a story of the registry, and the acts they take one after the other (办理过程)."""

from datetime import date

import pytest

from app.kernel.actor import SYSTEM
from app.kernel.days import day_in_china, end_of_day
from app.kernel.permissions import ANYONE, Permission
from cqcer import commands
from cqcer.checks.batches import POINTS as VERIFIED
from cqcer.checks.cases import EVALUATION
from cqcer.checks.commissions import DECLARED as DECLARED_BY_BODY
from cqcer.checks.projects import POINTS as VALIDATED
from cqcer.errors import SamePerson
from cqcer.queries import cases
from cqcer.values import CaseAct, Period, Subject
from tests.integration.cqcer import registry as build

__all__ = ["DECLARED", "VALIDATED", "VERIFIED", "Story"]

DECLARED = {
    "uniqueness": dict.fromkeys(cases.UNIQUENESS, False),
    "responsibility": ["authenticity", "completeness", "validity", "legality"],
    "under_duty": False,
    "in_allowance_management": False,
    "within_chongqing": True,
}


class Story:
    """The people of a story, and the acts they take one after the other."""

    def __init__(self, session, category, *, years=range(2014, 2030)):
        self.session, self.at = session, build.NOON
        build.calendar(session, years=years)
        place = build.people.organisation(session)
        self.officer = build.staff(session, place.id, build.AGENCY, self.at)
        self.reviewer = build.staff(session, place.id, build.AGENCY, self.at)
        self.bureau = build.staff(session, place.id, ANYONE | {Permission.ISSUE_REGISTRATION_LETTER}, self.at)
        self.owner = build.holder(session, self.officer)
        self.category = category

    def act(self, of, act, actor=None, **more):
        subject = Subject.BATCH if hasattr(of, "first_day") else Subject.PROJECT
        if act in EVALUATION:
            build.opinion_of_expert(self.session, self.at, **{f"{subject.value}_id": of.id})
        return commands.take_step(
            self.session,
            actor=actor or self.owner.initiator,
            subject=subject,
            case_id=of.id,
            act=act,
            at=self.at,
            **more,
        )

    def project(self, **changed):
        given = {
            "title": "余热利用",
            "category": self.category,
            "methodology_version_id": build.methodology(self.session, self.category).id,
            "project_date": date(2020, 1, 1),
            "crediting": Period(date(2021, 9, 15), date(2026, 9, 14)),
            "area_code": "500103",
            "declarations": DECLARED,
        } | changed
        made = commands.begin_project(self.session, actor=self.owner.initiator, at=self.at, **given)
        for kind in ("design_document", "ownership_proof"):
            self.file(made, Subject.PROJECT, kind)
        return made

    def file(self, of, subject, kind):
        commands.file_document(
            self.session,
            actor=self.owner.initiator,
            subject=subject,
            case_id=of.id,
            kind=kind,
            document_id=build.paper(self.session),
            public_document_id=None,
            at=self.at,
        )

    def report(self, of, subject, findings, verified=None, organisation=None):
        self.commission(of, subject, organisation)
        return self.sign(of, subject, findings, verified)

    def commission(self, of, subject, organisation=None):
        body = organisation or build.body(self.session)
        self.body = build.signer(self.session, body)
        agreed = commands.commission_body(
            self.session,
            actor=self.owner.initiator,
            subject=subject,
            case_id=of.id,
            organisation_id=body,
            agreed_on=day_in_china(self.at),
            document_id=build.paper(self.session),
            no_interest=True,
            at=self.at,
        )
        commands.accept_commission(
            self.session, actor=self.body, commission_id=agreed.id, declared=DECLARED_BY_BODY, at=self.at
        )

    def sign(self, of, subject, findings, verified=None):
        return commands.file_report(
            self.session,
            actor=self.body,
            subject=subject,
            case_id=of.id,
            organisation_id=self.body.organisation_id,
            document_id=build.paper(self.session),
            positive=True,
            findings=findings,
            commitment=True,
            interest=False,
            verified_t=verified,
            signed_on=day_in_china(self.at),
            at=self.at,
        )

    def in_evaluation(self):
        """Bring a project as far as its technical evaluation."""
        made = self.project()
        self.report(made, Subject.PROJECT, VALIDATED)
        self.through_notice(made, Subject.PROJECT)
        commands.supplement_report(
            self.session, actor=self.body, subject=Subject.PROJECT, case_id=made.id, body="无", at=self.at
        )
        self.act(made, CaseAct.SUBMIT)
        self.act(made, CaseAct.PASS_REVIEW, self.officer)
        return made

    def notice(self, of, subject):
        self.act(of, CaseAct.UPLOAD)
        return commands.open_notice(
            self.session,
            actor=self.officer,
            subject=subject,
            case_id=of.id,
            likeness="已核实，不是同一项目",
            at=self.at,
        )

    def through_notice(self, of, subject):
        notice = self.notice(of, subject)
        self.at = end_of_day(notice.last_day)
        commands.close_notice(self.session, actor=SYSTEM, notice_id=notice.id, at=self.at)

    def to_letter(self, of, subject, quantity=None):
        commands.supplement_report(
            self.session, actor=self.body, subject=subject, case_id=of.id, body="无意见", at=self.at
        )
        self.act(of, CaseAct.SUBMIT)
        self.act(of, CaseAct.PASS_REVIEW, self.officer)
        self.act(of, CaseAct.PASS_EVALUATION, self.officer)
        commands.issue_letter(
            self.session,
            actor=self.bureau,
            subject=subject,
            case_id=of.id,
            number=f"函{subject}{of.id}",
            quantity=quantity,
            supply_demand="供需平衡",
            at=self.at,
        )

    def register(self, of, subject):
        proposal = commands.propose_registration(
            self.session, actor=self.officer, subject=subject, case_id=of.id, at=self.at
        )
        with pytest.raises(SamePerson):
            commands.confirm_registration(
                self.session, actor=self.officer, proposal_id=proposal.id, at=self.at
            )
        return commands.confirm_registration(
            self.session, actor=self.reviewer, proposal_id=proposal.id, at=self.at
        )

    def registered_project(self):
        project = self.project()
        self.report(project, Subject.PROJECT, VALIDATED)
        self.through_notice(project, Subject.PROJECT)
        self.to_letter(project, Subject.PROJECT)
        return self.register(project, Subject.PROJECT)

    def batch(self, project, quantity, first=date(2021, 9, 15), last=date(2022, 9, 14)):
        made = commands.begin_batch(
            self.session,
            actor=self.owner.initiator,
            project_id=project.id,
            period=Period(first, last),
            claimed_t=quantity,
            replayed_t=quantity,
            replay={"inputs": {"heat_kwh": 1}},
            declarations=DECLARED,
            at=self.at,
        )
        self.file(made, Subject.BATCH, "accounting_report")
        return made
