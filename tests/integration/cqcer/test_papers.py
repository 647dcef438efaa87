"""Papers of cases: read by whom they concern, kept ten years after the last batch."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from app.kernel.actor import ANONYMOUS
from app.kernel.audit import AuditLine
from app.kernel.days import start_of_day
from app.kernel.documents import DocumentNotFound, path_of, receive, record_document, use_folder
from app.kernel.errors import Forbidden
from cqcer import commands
from cqcer.errors import ReasonMissing
from cqcer.errors.parties import PaperKept
from cqcer.models import CaseDocument, Commission
from cqcer.values import CaseAct, Category, Subject
from tests.builders import parties, people
from tests.integration.cqcer import registry as build
from tests.integration.cqcer.story import VALIDATED, VERIFIED, Story
from tests.obligations import obligation


@pytest.fixture
def story(session):
    return Story(session, Category.ENGINEERING)


@pytest.fixture
def folder(tmp_path):
    use_folder(tmp_path)
    yield tmp_path
    use_folder(None)


@pytest.fixture
def administrator(session):
    return people.administrator(session, at=build.NOON)


def issued_on(story, batch_first, tonnes, project):
    batch = story.batch(
        project, tonnes, batch_first, batch_first.replace(year=batch_first.year + 1) - timedelta(days=1)
    )
    story.report(batch, Subject.BATCH, VERIFIED, verified=tonnes)
    story.through_notice(batch, Subject.BATCH)
    story.to_letter(batch, Subject.BATCH, quantity=tonnes)
    story.register(batch, Subject.BATCH)
    return batch


def first_paper(story, project):
    return story.session.scalars(
        select(CaseDocument).where(CaseDocument.project_id == project.id).order_by(CaseDocument.id)
    ).first()


def remove(story, actor, document_id, day, reason="保存期满"):
    return commands.remove_paper(
        story.session, actor=actor, document_id=document_id, reason=reason, at=start_of_day(day)
    )


@obligation("CQ-17.13", "Q-22", "Q-47")
def test_a_paper_is_kept_ten_years_after_the_last_batch_and_the_row_for_ever(story, administrator, session):
    project = story.registered_project()
    paper = first_paper(story, project).document_id
    assert commands.kept_until(session, paper) is None
    with pytest.raises(PaperKept):
        remove(story, administrator, paper, date(2060, 1, 1))
    first = issued_on(story, date(2021, 9, 15), 100, project)
    after_one = commands.kept_until(session, paper)
    story.at = start_of_day(date(2026, 1, 5))
    second = issued_on(story, date(2022, 9, 15), 100, project)
    last_day = second.registered_on.replace(year=second.registered_on.year + 10)

    assert after_one == first.registered_on.replace(year=first.registered_on.year + 10)
    assert commands.kept_until(session, paper) == last_day
    with pytest.raises(PaperKept) as refusal:
        remove(story, administrator, paper, last_day)
    assert refusal.value.details["kept_until"] == last_day.isoformat()
    with pytest.raises(DBAPIError, match="kept ten years"), session.begin_nested():
        session.execute(
            text(
                "insert into document_removal (document_id, kept_until, reason, removed_by, removed_at)"
                " values (:paper, :day, 'x', 'staff:1', :at)"
            ),
            {"paper": paper, "day": last_day, "at": start_of_day(last_day)},
        )
    with pytest.raises(ReasonMissing):
        remove(story, administrator, paper, last_day + timedelta(days=1), " ")
    with pytest.raises(Forbidden):
        remove(story, story.officer, paper, last_day + timedelta(days=1))


@obligation("CQ-17.13")
def test_bytes_go_when_their_time_is_over_and_that_they_were_there_stays(
    story, administrator, session, folder
):
    received = receive([b"%PDF-1.7 design"], limit=100)
    document = record_document(
        session,
        received,
        media_type="application/pdf",
        filename="设计文件.pdf",
        created_by="staff:1",
        at=story.at,
    )
    project = story.project()
    commands.file_document(
        session,
        actor=story.owner.initiator,
        subject=Subject.PROJECT,
        case_id=project.id,
        kind="design_document",
        document_id=document.id,
        public_document_id=None,
        at=story.at,
    )
    story.act(project, CaseAct.WITHDRAW)
    ended = project.ended_on

    removed = remove(
        story, administrator, document.id, ended.replace(year=ended.year + 10) + timedelta(days=1)
    )
    again = remove(story, administrator, document.id, date(2060, 1, 1))

    assert again is removed
    assert removed.kept_until == ended.replace(year=ended.year + 10)
    assert not path_of(received.sha256).exists()


@obligation("CQ-17.13")
@pytest.mark.parametrize(
    "sql", ["delete from case_document", "delete from document", "update document set sha256 = sha256"]
)
def test_no_paper_of_a_project_is_deleted_or_changed_by_sql(story, sql):
    story.project()

    with pytest.raises(DBAPIError) as caught, story.session.begin_nested():
        story.session.execute(text(sql))

    assert getattr(caught.value.orig, "sqlstate", "") == "42501"


@obligation("CQ-37.2", "CQ-38.2", "Q-43")
def test_the_whole_paper_is_for_whom_it_concerns_and_each_reading_is_on_record(story, session):
    project = story.project()
    whole, public = build.paper(session), build.paper(session)
    filed = commands.file_document(
        session,
        actor=story.owner.initiator,
        subject=Subject.PROJECT,
        case_id=project.id,
        kind="design_document",
        document_id=whole,
        public_document_id=public,
        at=story.at,
    )

    def read(actor):
        return commands.read_paper(session, actor=actor, case_document_id=filed.id, at=story.at)

    with pytest.raises(DocumentNotFound):
        read(ANONYMOUS)
    story.report(project, Subject.PROJECT, VALIDATED)
    agreed = session.scalars(select(Commission.id).where(Commission.project_id == project.id)).one()
    story.notice(project, Subject.PROJECT)

    concerned = (story.owner.confirmer, story.officer, story.bureau, story.body)
    assert {read(actor).document.id for actor in concerned} == {whole}
    others = (
        ANONYMOUS,
        parties.owner(session),
        parties.verifier(session),
        parties.expert(session),
        parties.exchange(session),
        people.citizen(session),
    )
    assert {read(actor).document.id for actor in others} == {public}
    lines = session.scalars(select(AuditLine).where(AuditLine.event == "registry.paper.read")).all()
    assert [line.actor for line in lines] == [actor.ref for actor in concerned]
    commands.end_commission(session, actor=story.body, commission_id=agreed, reason="完成", at=story.at)
    assert read(story.body).whole is False
