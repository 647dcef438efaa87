"""Whoever runs the machine audits the books and tries an act without writing."""

import gzip
import json

import pytest

from app.identity.models import StaffUser
from app.kernel import clock
from cqcer.values import Category
from tests.builders import parties, people
from tests.integration.cqcer import registry as build
from tests.integration.cqcer.story import Story
from tests.obligations import obligation


@pytest.fixture
def run(app, session):
    runner = app.test_cli_runner()

    def run(*arguments):
        done = runner.invoke(args=["registry", *arguments])
        return done.exit_code, done.output

    return run


@obligation("CQ-30.3")
def test_the_books_are_audited_on_demand(run, session):
    code, said = run("audit")

    assert (code, said) == (0, "the books agree: 0 movements, 0 units\n")


@obligation("CQ-20.5")
def test_a_dry_run_prints_every_check_and_writes_nothing(run, session):
    story = Story(session, Category.ENGINEERING)
    project = story.project(declarations={})
    session.commit()

    with clock.frozen(story.at):
        code, said = run("dry-run", "project", str(project.id), "upload")

    assert code == 1
    lines = said.splitlines()
    failed = [line.split()[1] for line in lines if line.startswith("-- ")]
    assert failed == ["1005", "1006", "2001", "2009", "2010"]
    assert any(line.startswith("ok 2002 CQ-15.4 ") for line in lines)
    assert lines[-1] == "5 refuse, 0 warn"
    assert (project.state, project.steps) == ("draft", 0)


def test_an_unknown_case_is_told_in_one_line(run, session):
    code, said = run("dry-run", "batch", "987654321", "submit")

    assert code == 1
    assert "registry_case.not_found" in said


@obligation("CQ-43.1")
@pytest.mark.parametrize("zipped", [False, True])
def test_earlier_projects_come_from_a_file_once(run, session, tmp_path, zipped):
    at = build.NOON
    officer = parties.agency(session, at=at)
    login = session.get_one(StaffUser, officer.staff_id).login
    owner = people.organisation(session, at=at).id
    version = build.methodology(session, Category.ENGINEERING).id
    session.commit()
    text = "备案编号,项目名称,备案日期\n7,某余热项目,2022-05-01\n8,某未备案项目,\n"
    file = tmp_path / ("list.csv.gz" if zipped else "list.csv")
    data = text.encode("utf-8-sig")
    file.write_bytes(gzip.compress(data) if zipped else data)
    arguments = ("import-legacy", str(file), "--profile", "chongqing", "--as", login)

    with clock.frozen(at):
        found = [run(*arguments, "--owner", str(owner), "--methodology", str(version)) for _ in range(2)]

    assert [code for code, _said in found] == [0, 0]
    assert [json.loads(said.splitlines()[-1]) for _code, said in found] == [
        {"new": 1, "known": 0, "left_out": 1},
        {"new": 0, "known": 1, "left_out": 1},
    ]
    assert "left out 8: not_approved" in found[0][1]
