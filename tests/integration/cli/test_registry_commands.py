"""Whoever runs the machine audits the books and tries an act without writing."""

import pytest

from app.kernel import clock
from cqcer.values import Category
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
