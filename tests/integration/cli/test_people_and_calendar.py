"""Whoever runs the machine sets up people and the calendar from the command line."""

import json
import shlex
from datetime import date

import pytest

from app.identity import queries
from app.kernel import clock
from app.kernel.permissions import Role
from tests.builders import people


@pytest.fixture
def run(app, session):
    runner = app.test_cli_runner()

    def run(*arguments, **given):
        done = runner.invoke(args=arguments, **given)
        return done.exit_code, done.output

    return run


def test_an_installation_is_founded_step_by_step(run, session):
    bureau, company, word = people.credit_code(), people.credit_code(), people.PASSWORD
    steps = [
        f"organisation-register 市生态环境局 --kind government --credit-code {bureau} --authority bureau",
        f"organisation-register 运营有限公司 --credit-code {company}",
        f"staff-create li.na --name 李娜 --organisation {bureau} --role bureau_officer --password '{word}'",
        f"staff-create op.one --name 王 --organisation {company} --role operator_officer --password '{word}'",
        f"appoint {company} --as li.na --reference 比选〔2026〕1号 --from 2020-01-01 --until 2030-12-31",
    ]

    outcomes = [run("people", *shlex.split(step)) for step in steps]

    assert [code for code, _ in outcomes] == [0] * len(steps), outcomes
    staff = queries.staff_by_login(session, "op.one")
    assert staff is not None
    assert people.acting(session, staff).roles == {Role.OPERATOR_OFFICER}
    assert json.loads(outcomes[-1][1])["ends_on"] == "2030-12-31"


def test_only_the_bureau_appoints_from_the_command_line_too(run, session, host):
    login = next(staff.login for staff, _ in queries.members_of(session, host.organisation_id))

    code, said = run(
        "people", "appoint", str(host.organisation_id), "--as", login, "--reference", "比选",
        "--from", "2026-01-01", "--until", "2026-12-31",
    )  # fmt: skip

    assert code == 1
    assert "permission.denied" in said
    assert "Traceback" not in said


def test_a_key_is_printed_once_and_works(run, session, host):
    login = next(staff.login for staff, _ in queries.members_of(session, host.organisation_id))

    code, said = run("people", "key-create", "--as", login, "--name", "上传", "--scope", "behaviour.upload")

    assert code == 0
    actor = queries.actor_of_api_key(session, json.loads(said)["credential"], at=clock.now())
    assert actor.organisation_id == host.organisation_id


def test_refusals_are_one_line(run, session):
    code, said = run("people", "organisation-register", "某公司", "--credit-code", "91500000MA00000000")

    assert code == 1
    assert said.startswith("Error: 单位信息有误 (organisation.malformed)")


def test_the_calendar_is_taken_from_the_package_and_asked(run, session):
    first, again = run("calendar", "import", "--package"), run("calendar", "import", "--package")
    asked = run("calendar", "deadline", "2026-12-04", "20")

    assert first == (0, f"Years added: {', '.join(map(str, range(2014, 2027)))}\n")
    assert again == (0, "Years added: none, all is known\n")
    assert asked == (0, "2027-01-01 (provisional)\n")


def test_the_calendar_is_taken_from_files(run, session, tmp_path):
    stub, notice = tmp_path / "2028.json", tmp_path / "2027.json"
    stub.write_text('{"year": 2028, "papers": [], "days": []}')
    notice.write_text('{"year": 2027, "days": [{"date": "2027-01-01", "isOffDay": true, "name": "元旦"}]}')

    code, said = run("calendar", "import", str(notice), str(stub))

    assert code == 0
    assert said == "2028.json: the notice is not out yet; its days stay provisional.\nYears added: 2027\n"
    assert date(2027, 1, 1).weekday() == 4
