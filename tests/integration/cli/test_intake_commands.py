"""`flask intake …` and `flask scenario …`: figures on the last line, rights of the person named."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, text

from app.factory import create_app
from app.kernel import clock, documents
from app.kernel.audit import AuditLine
from app.settings import Settings
from scenarios.values import Outcome
from tests.builders import people
from tests.builders import scenarios as builders
from tests.obligations import obligation

GIVEN = datetime(2026, 5, 1, tzinfo=UTC)
NOW = datetime(2026, 6, 1, 4, 0, tzinfo=UTC)
PROFILE = (builders.PROFILES / "mobike_shanghai.toml").read_text("utf-8")


@pytest.fixture
def run(session, tmp_path):
    """Run a command as `flask --app wsgi` does; return its exit code and its lines."""
    documents.use_folder(tmp_path / "documents")
    runner = create_app(Settings.for_tests()).test_cli_runner()

    def invoke(*arguments):
        with clock.frozen(NOW):
            done = runner.invoke(args=[str(argument) for argument in arguments])
        return done.exit_code, done.output.splitlines()

    yield invoke
    documents.use_folder(None)


@pytest.fixture
def made(session):
    builders.conversion_rule(session, at=GIVEN)
    ready = builders.ready(session, at=GIVEN)
    builders.link(session, ready.scenario, ["ann"], given_at=GIVEN)
    return ready


@pytest.fixture
def login(session, made):
    return session.scalar(text("select login from staff_user where id = :id"), {"id": made.host.staff_id})


@pytest.fixture
def file(tmp_path):
    at = (NOW - timedelta(hours=1)).isoformat()
    path = tmp_path / "rides.csv"
    path.write_bytes(
        builders.csv_file(
            [("a", "ann", at, 1, "ride"), ("b", "x", at, 1, "ride"), ("c", "ann", at, 0, "ride")]
        )
    )
    return path


@obligation("CQ-34.1")
def test_the_last_line_of_a_load_is_one_json_object(session, run, made, login, file):
    code, lines = run("intake", "load", file, "--scenario", made.code, "--as", login)

    told = json.loads(lines[-1])
    assert code == 0
    assert {outcome.value for outcome in Outcome} <= told.keys()
    assert (told["rows"], told["accepted"], told["unauthorised"], told["zero"]) == (3, 1, 1, 1)
    assert told["points"] == told["reduction_g"] / 100 > 0
    assert told["seconds"] >= 0
    audited = session.scalars(select(AuditLine).where(AuditLine.event == "scenarios.upload.receive")).one()
    assert (audited.actor, audited.details["door"]) == (made.host.ref, "cli")
    again = json.loads(run("intake", "load", file, "--scenario", made.code, "--as", login)[1][-1])
    assert (again["duplicate"], again["points"]) == (3, 0)


def test_a_broken_file_ends_with_its_code(run, made, login, tmp_path):
    broken = tmp_path / "broken.csv"
    broken.write_bytes(b"user,quantity\n")

    code, lines = run("intake", "load", broken, "--scenario", made.code, "--as", login)

    told = json.loads(lines[-1])
    assert (code, told["state"], told["error"], told["rows"]) == (1, "failed", "file.columns", 0)


def test_whoever_may_not_upload_may_not_here_either(session, run, made, file):
    operator = people.operator(session, at=GIVEN)
    stranger = people.host(session, at=GIVEN)
    for actor in (operator, stranger):
        name = session.scalar(text("select login from staff_user where id = :id"), {"id": actor.staff_id})
        code, lines = run("intake", "load", file, "--scenario", made.code, "--as", name)
        assert (code, lines[-1].split()[1]) == (1, "permission.denied")

    assert run("intake", "load", file, "--scenario", made.code, "--as", "nobody")[0] == 2
    assert session.scalar(text("select count(*) from upload")) == 0


def test_an_unknown_scenario_is_named(run, login, file):
    code, lines = run("intake", "load", file, "--scenario", "nowhere", "--as", login)

    assert (code, lines[-1].split()[1]) == (1, "scenario.not_found")


def test_profiles_are_added_tried_and_listed(run, made, login, tmp_path):
    profile = tmp_path / "p.toml"
    profile.write_text(PROFILE, "utf-8")
    sample = builders.DATA / "mobike_shanghai" / "SAMPLE_SHANGHAI.CSV"
    whose = ("--scenario", made.code, "--as", login)

    tried = run("intake", "profile", "try", profile, sample, *whose, "--rows", 2)
    added = [run("intake", "profile", "add", "trips", profile, *whose) for _ in range(2)]
    listed = run("intake", "profile", "list", "--scenario", made.code)

    assert tried[0] == 0
    assert [json.loads(line)["row"] for line in tried[1]] == [1, 2]
    assert json.loads(tried[1][0])["quantity"] == 1
    assert added == [(0, ["trips/1"])] * 2
    assert listed[1][0].startswith("trips/1\t")


def test_a_profile_with_faults_is_refused_with_each_of_them(run, made, login, tmp_path):
    profile = tmp_path / "p.toml"
    profile.write_text("format = 'csv'", "utf-8")

    code, lines = run("intake", "profile", "add", "trips", profile, "--scenario", made.code, "--as", login)

    assert code == 1
    assert "profile.invalid" in lines[-1]
    assert '"path": "user"' in lines[-1]


def test_the_status_of_an_upload_is_one_json_object(session, run, made, login, file):
    run("intake", "load", file, "--scenario", made.code, "--as", login)
    upload_id = session.scalar(text("select id from upload"))

    code, lines = run("intake", "status", upload_id, "--as", login)

    told = json.loads(lines[-1])
    assert (code, told["state"], told["rows"], "seconds" in told) == (0, "done", 3, False)


def test_methods_norms_and_lateness_in_the_operator_s_name(session, run, made, tmp_path):
    operator = people.operator(session, at=GIVEN)
    name = session.scalar(text("select login from staff_user where id = :id"), {"id": operator.staff_id})
    norm = tmp_path / "norm.toml"
    norm.write_text(
        'version = "2027"\nvalid_from = 2027-01-01\npass_score = 1\n'
        '[[items]]\ncode = "data"\nzh = "数据"\nen = "Data"\nmost = 2\n',
        "utf-8",
    )

    assert run("scenario", "publish-norm", norm, "--as", name) == (0, ["2027 from 2027-01-01"])
    assert run("scenario", "lateness", made.code, 60, "--reason", "补报", "--as", name) == (
        0,
        [f"{made.code}: 60 days"],
    )
    assert run("scenario", "list", "--state", "listed")[1] == [f"{made.code}\tlisted\t共享单车骑行"]
    norm.write_text("version = 1", "utf-8")
    assert "norm.invalid" in run("scenario", "publish-norm", norm, "--as", name)[1][-1]
