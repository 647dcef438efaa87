"""Every refusal and failure leaves in one shape with the status of its kind."""

import json

import pytest
from sqlalchemy import bindparam, text
from sqlalchemy.exc import DBAPIError

from app.door.access import requires
from app.factory import create_app
from app.kernel import errors
from app.kernel import session as kernel_session
from app.kernel.errors import Refusal
from app.kernel.permissions import Permission
from app.kernel.session import transaction
from app.settings import Settings
from app.web.errors import STATUS, status_of

JSON = {"Accept": "application/json"}


class Sample(errors.RuleBroken):
    """A refusal of these tests."""

    code = "sample.refused"
    title = "积分余额不足"
    source = "CQ-34.5"


def app_that(act):
    """Return the application with one more route, `/sample`, that does `act`."""
    app = create_app(Settings.for_tests())
    app.add_url_rule("/sample", "sample", requires(Permission.READ_PUBLIC)(act), methods=["GET", "POST"])
    return app


def raising(error):
    def act():
        raise error

    return app_that(act)


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        (errors.Malformed, 400),
        (errors.Unauthenticated, 401),
        (errors.Forbidden, 403),
        (errors.NotFound, 404),
        (errors.Conflict, 409),
        (errors.RuleBroken, 422),
        (errors.TooMany, 429),
        (errors.Unavailable, 503),
        (errors.ActOutOfTurn, 409),
    ],
)
def test_each_kind_has_its_status(session, kind, status):
    assert raising(kind()).test_client().get("/sample", headers=JSON).status_code == status


def test_every_refusal_of_the_code_has_a_status():
    def below(kind):
        for one in kind.__subclasses__():
            yield one
            yield from below(one)

    assert len(STATUS) == 8
    assert {kind for kind in below(Refusal) if status_of(kind) == 500} == set()


def test_a_refusal_is_problem_json_for_machines_and_a_page_for_people(session):
    browser = raising(Sample(balance=100, cost=101)).test_client()

    told = browser.get("/sample", headers=JSON)
    shown = browser.get("/sample")

    assert told.mimetype == "application/problem+json"
    assert told.json == {
        "status": 422,
        "code": "sample.refused",
        "title": "积分余额不足",
        "source": "CQ-34.5",
        "details": {"balance": 100, "cost": 101},
    }
    assert (shown.status_code, shown.mimetype) == (422, "text/html")
    for part in ("422", "sample.refused", "积分余额不足", "balance"):
        assert part in shown.text


def test_paths_of_the_api_answer_machines_whatever_they_accept(client):
    answer = client.get("/api/v1/nothing-here", headers={"Accept": "text/html"})

    assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")
    assert set(answer.json) == {"status", "code", "title"}


def test_a_failure_of_ours_says_nothing_of_the_inside(session, caplog):
    secret = "postgresql://tht_app:secret@host/db"

    def act():
        raise RuntimeError(secret)

    browser = app_that(act).test_client()
    told, shown = browser.get("/sample", headers=JSON), browser.get("/sample")

    assert [told.status_code, shown.status_code] == [500, 500]
    assert secret not in told.text + shown.text
    assert told.json["details"]["request_id"] == told.headers["X-Request-Id"]
    assert "RuntimeError" not in told.text


def test_what_a_method_allows_and_when_to_return_is_kept(session):
    browser = raising(errors.TooMany(retry_after=7)).test_client()

    assert browser.get("/sample", headers=JSON).headers["Retry-After"] == "7"
    refused = browser.delete("/sample", headers=JSON)
    assert refused.status_code == 405
    assert {"GET", "POST"} <= {method.strip() for method in refused.headers["Allow"].split(",")}
    assert raising(errors.Unavailable()).test_client().get("/sample").headers["Retry-After"]


@pytest.mark.parametrize(
    ("statement", "value", "status"),
    [
        ("select cast(:x as text)", "a\0b", 400),
        ("select cast(:x as text)", "\ud800", 400),
        ("select cast(:x as bigint)", 10**30, 400),
        ("select cast(:x as integer)", 2**40, 400),
        ("select cast(:x as date)", "2026-02-30", 400),
        ("select cast(:x as jsonb)", '{"a": "\\u0000"}', 400),
        ("insert into installation (id, clock) values (:x, 'real')", 2, 500),  # no right: our own mistake
        ("select pg_sleep(:x) from nothing", 0, 500),
    ],
)
def test_what_the_database_cannot_take_is_the_askers_mistake(session, statement, value, status):
    def act():
        with transaction() as database:
            database.execute(text(statement).bindparams(bindparam("x", value)))
        return "done"

    answer = app_that(act).test_client().get("/sample", headers=JSON)

    assert answer.status_code == status
    assert "select" not in answer.text


@pytest.mark.parametrize(
    ("sqlstate", "status", "code"),
    [
        ("23505", 409, "conflict.meanwhile"),
        ("23P01", 409, "conflict.meanwhile"),
        ("TH013", 409, "conflict.meanwhile"),
        ("23514", 422, "rule.kept_by_database"),
        ("40001", 503, "service.unavailable"),
        ("40P01", 503, "service.unavailable"),
        ("55P03", 503, "service.unavailable"),
        ("57014", 503, "service.unavailable"),
        ("53100", 503, "service.unavailable"),
        ("42601", 500, "server.error"),
    ],
)
def test_what_the_database_says_has_a_status(session, sqlstate, status, code):
    def act():
        with transaction() as database:
            database.execute(
                text(f"do $$ begin raise exception 'inside' using errcode = '{sqlstate}'; end $$")
            )

    answer = app_that(act).test_client().get("/sample", headers=JSON)

    assert (answer.status_code, answer.json["code"]) == (status, code)
    assert ("Retry-After" in answer.headers) is (status == 503)
    assert "inside" not in answer.text


def test_a_database_that_is_away_is_told_with_the_time_to_return(app, keyring):
    engine = kernel_session.make_engine(
        "postgresql://nobody@127.0.0.1:1/none", connect_args={"connect_timeout": 1}
    )
    kernel_session.configure(engine)
    try:
        browser = app.test_client()
        ready = browser.get("/readyz")
        browser.set_cookie("tht_session", "anything")
        page = browser.get("/account/devices")
        alive = browser.get("/healthz")
    finally:
        kernel_session.configure(None)
        engine.dispose()

    assert [ready.status_code, page.status_code, alive.status_code] == [503, 503, 200]
    assert ready.json["database"] == "not reached"
    assert ready.headers["Retry-After"]
    assert page.headers["Retry-After"]


@pytest.mark.parametrize(
    "path", ["/account/devices/" + "9" * 5000, "/%00", "/%ff%fe", "/api/v1/scenarios/" + "9" * 5000]
)
def test_strange_addresses_are_not_found(client, path):
    assert client.get(path).status_code in {400, 401, 404, 405}


@pytest.mark.parametrize(("digits", "status"), [(1, 200), (18, 200), (19, 404), (5000, 404)])
def test_numbers_too_large_for_any_column_are_not_found(session, digits, status):
    app = create_app(Settings.for_tests())

    @app.get("/number/<int:number>")
    @requires(Permission.READ_PUBLIC)
    def show(number):
        return str(number)

    assert app.test_client().get(f"/number/{'9' * digits}").status_code == status


def test_a_body_that_is_too_large_is_refused(client):
    answer = client.post("/sign-in", data={"phone": "1" * (3 << 20)}, headers=JSON)

    assert answer.status_code == 413


def test_errors_of_the_database_keep_what_people_typed_out_of_logs(session):
    with pytest.raises(DBAPIError) as failure, transaction() as database:
        database.execute(text("select cast(:x as date)").bindparams(bindparam("x", "13812345678")))

    assert "13812345678" not in str(failure.value).replace(str(failure.value.orig), "")
    assert json.dumps(str(failure.value)).count("parameters hidden") == 1
