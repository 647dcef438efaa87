"""Projects approved before the measure: brought over once, registered again before anything rests on them."""

import csv
import gzip
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from app.kernel.errors import ActOutOfTurn, Forbidden
from cqcer import commands, crediting, legacy_lists
from cqcer.errors import CaseNotFound, ChecksFailed
from cqcer.errors.parties import LegacyMalformed
from cqcer.models import LegacyApproval, RegistryProject
from cqcer.values import CaseAct, Category, Period, Subject
from tests.builders import parties
from tests.integration.cqcer import registry as build
from tests.integration.cqcer.story import DECLARED, VALIDATED, Story
from tests.obligations import obligation

VERRA = Path(__file__).parents[4] / "shared" / "data" / "projects_verra" / "verra_projects.csv.gz"


@pytest.fixture
def story(session):
    return Story(session, Category.ENGINEERING)


def bring(story, actor=None, **changed):
    given = {
        "source": "渝碳惠通备案",
        "number": "2023-017",
        "approved_on": date(2024, 1, 19),
        "title": "某垃圾填埋气利用项目",
        "methodology_version_id": build.methodology(story.session, Category.ENGINEERING).id,
        "owner_organisation_id": story.owner.organisation.id,
        "facts": {"备案文号": "渝环函〔2023〕17号"},
    } | changed
    return commands.bring_over_project(story.session, actor=actor or story.officer, at=story.at, **given)


@obligation("CQ-43.1", "Q-17")
@pytest.mark.parametrize(
    ("approved_on", "waits"),
    [
        (date(2024, 1, 19), False),
        (date(2024, 1, 20), True),
        (date(2024, 8, 31), True),
        (date(2024, 9, 1), None),
    ],
)
def test_what_was_approved_early_is_brought_over_and_later_ones_wait_for_the_bureau(
    story, approved_on, waits
):
    if waits is None:
        with pytest.raises(LegacyMalformed) as refusal:
            bring(story, approved_on=approved_on)
        assert refusal.value.details == {"approved_on": "under_the_measure"}
        return

    project = bring(story, approved_on=approved_on)

    approval = story.session.get_one(LegacyApproval, project.id)
    assert (project.state, project.number, approval.awaits_bureau) == ("legacy_approved", None, waits)


@obligation("CQ-43.1")
def test_the_same_number_of_a_list_is_the_same_project_and_strangers_bring_nothing(story):
    project = bring(story)

    assert bring(story, title="另一写法") is project
    with pytest.raises(Forbidden):
        bring(story, actor=story.owner.initiator)
    with pytest.raises(LegacyMalformed) as refusal:
        bring(
            story,
            number=" ",
            title=" ",
            owner_organisation_id=None,
            crediting=Period(date(2021, 1, 1), date(2026, 1, 1)),
        )
    assert set(refusal.value.details) == {"title", "number", "owner", "crediting"}


@obligation("CQ-43.1", "CQ-16.1")
def test_a_batch_on_it_is_refused_until_it_is_registered_again(story):
    session = story.session
    project = bring(story)

    with pytest.raises(ChecksFailed):
        story.batch(project, 10)
    with pytest.raises(DBAPIError), session.begin_nested():
        session.execute(
            text(
                "insert into batch (project_id, rulebook, first_day, last_day, claimed_t, replay,"
                " declarations, created_by, created_at) values (:p, 'CQCER', '2021-09-15', '2022-09-14', 1,"
                " '{}', '{}', 'staff:1', :at)"
            ),
            {"p": project.id, "at": story.at},
        )
    stranger = parties.owner(session, at=story.at)
    again = {
        "project_id": project.id,
        "methodology_version_id": build.methodology(session, Category.ENGINEERING).id,
        "project_date": date(2020, 1, 1),
        "crediting": Period(date(2021, 9, 15), date(2026, 9, 14)),
        "declarations": DECLARED,
        "at": story.at,
    }
    with pytest.raises(CaseNotFound):
        commands.apply_again(session, actor=stranger, **again)
    commands.apply_again(session, actor=story.owner.initiator, **again)
    with pytest.raises(ActOutOfTurn):
        commands.apply_again(session, actor=story.owner.initiator, **again)

    assert project.state == "draft"
    with pytest.raises(ChecksFailed):
        story.act(project, CaseAct.UPLOAD)
    for kind in ("design_document", "ownership_proof"):
        story.file(project, Subject.PROJECT, kind)
    story.report(project, Subject.PROJECT, VALIDATED)
    session.execute(text("update registry_project set area_code = '500103' where id = :p"), {"p": project.id})
    session.refresh(project)
    story.act(project, CaseAct.UPLOAD)
    assert project.state == "uploaded"


@obligation("CQ-43.1")
def test_a_list_is_brought_over_once_and_says_what_it_left_out(story):
    by = legacy_lists.profile("chongqing")
    rows = [
        {
            "备案编号": "1",
            "项目名称": "甲",
            "备案日期": "2022-05-01",
            "计入期起": "2021-01-01",
            "计入期止": "2025-12-31",
        },
        {"备案编号": "2", "项目名称": "乙", "备案日期": "2024-09-01"},
        {"备案编号": "3", "项目名称": "丙"},
        {"备案编号": "", "项目名称": "丁", "备案日期": "2022-13-01", "计入期起": "2022-01-01"},
        {
            "备案编号": "5",
            "项目名称": "戊",
            "备案日期": "2023-05-01",
            "计入期起": "2021-01-01",
            "计入期止": "2030-12-31",
        },
    ]

    def bring_all():
        return commands.bring_over_list(
            story.session,
            actor=story.officer,
            rows=legacy_lists.read(rows, by),
            source=by.source,
            methodology_version_id=version.id,
            owner_organisation_id=story.owner.organisation.id,
            at=story.at,
        )

    version = build.methodology(story.session, Category.ENGINEERING)
    first, second = bring_all(), bring_all()

    assert (first.new, first.known, second.new, second.known) == (2, 0, 0, 2)
    assert first.left_out == {
        "2": "under_the_measure",
        "3": "not_approved",
        "row 4": "备案日期: unreadable, 备案编号: missing, 计入期止: not_a_period",
    }
    found = story.session.execute(
        select(RegistryProject.title, RegistryProject.crediting_last, LegacyApproval.facts["计入期止"].astext)
        .join(LegacyApproval, LegacyApproval.project_id == RegistryProject.id)
        .order_by(RegistryProject.id)
    ).all()
    assert [tuple(row) for row in found] == [
        ("甲", date(2025, 12, 31), "2025-12-31"),
        ("戊", None, "2030-12-31"),
    ]


@obligation("CQ-43.1", "CQ-17.12")
def test_the_verra_list_is_read_whole_and_its_registered_projects_come_over(story):
    if not VERRA.exists():
        pytest.skip("the folder of shared data is not here")
    by = legacy_lists.profile("verra")
    with gzip.open(VERRA, "rt", encoding="utf-8") as lines:
        rows = list(legacy_lists.read(csv.DictReader(lines), by))
    periods = [row.crediting for row in rows if row.crediting is not None]
    odd = [row.number for row in rows if row.crediting and crediting.whole_years(row.crediting) is None]

    assert (len(rows), len(periods), odd) == (5023, 3556, ["2754"])
    assert not [row.number for row in rows if row.problems]
    some = rows[::50]
    brought = commands.bring_over_list(
        story.session,
        actor=story.officer,
        rows=some,
        source=by.source,
        methodology_version_id=build.methodology(story.session, Category.SINK).id,
        owner_organisation_id=story.owner.organisation.id,
        at=story.at,
    )
    wanted = [row for row in some if row.approved_on is not None and row.approved_on < date(2024, 9, 1)]
    assert brought.new == len(wanted) > 20
    assert brought.new + len(brought.left_out) == len(some)
    states = story.session.scalars(
        select(RegistryProject.state).join(LegacyApproval, LegacyApproval.project_id == RegistryProject.id)
    ).all()
    assert set(states) == {"legacy_approved"}


@obligation("CQ-43.1")
@pytest.mark.parametrize(
    ("sql", "code"),
    [
        ("update legacy_approval set approved_on = '2023-01-01'", "42501"),
        ("delete from legacy_approval", "42501"),
        (
            (
                "insert into legacy_approval (project_id, number, approved_on, source, awaits_bureau, facts,"
                " brought_by, brought_at) select id, 'x', '2024-02-01', 'x', false, '{}', 'staff:1',"
                " created_at from registry_project"
            ),
            "23505|23514",
        ),
    ],
)
def test_an_approval_is_not_rewritten_by_sql(story, sql, code):
    bring(story)

    with pytest.raises(DBAPIError) as caught, story.session.begin_nested():
        story.session.execute(text(sql))

    assert getattr(caught.value.orig, "sqlstate", "") in code.split("|")


@obligation("CQ-43.1")
def test_a_project_is_not_brought_over_by_sql_without_its_approval(story):
    project = story.project()

    story.session.execute(text("set constraints legacy_is_told immediate"))
    with pytest.raises(DBAPIError, match="with its approval"), story.session.begin_nested():
        story.session.execute(
            text(
                "insert into registry_project (rulebook, category, title, owner_organisation_id,"
                " methodology_version_id, equipment, declarations, state, created_by, created_at)"
                " select rulebook, category, 'x', owner_organisation_id, methodology_version_id, '[]', '{}',"
                " 'legacy_approved', created_by, created_at from registry_project where id = :p"
            ),
            {"p": project.id},
        )
