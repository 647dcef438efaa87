"""The door: tokens of forms, keys of machines, request ids, metrics, readiness, settings."""

import json
import re

import pytest
from flask import jsonify

from app.door.access import current_actor, idempotency_key, requires
from app.factory import create_app
from app.kernel.permissions import Permission
from app.kernel.secrets import Keyring
from app.settings import TABLE, Mode, Settings, SettingsWrong
from tests.builders import people
from tests.obligations import obligation

JSON = {"Accept": "application/json"}


def with_route(settings=None):
    """Return an application with `/api/act`, which machines and citizens may call."""
    app = create_app(settings or Settings.for_tests(csrf=True))

    @app.post("/api/act")
    @requires(Permission.USE_OWN_SESSION)
    def act():
        return jsonify(who=current_actor().ref)

    @app.post("/api/upload")
    @requires(Permission.UPLOAD_BEHAVIOURS)
    def upload():
        return jsonify(who=current_actor().ref, key=idempotency_key())

    return app


def test_a_form_is_taken_with_its_token_only(guarded_app, session, messages):
    browser = guarded_app.test_client()
    page = browser.get("/sign-in")
    token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    assert token is not None

    without = browser.post("/sign-in", data={"phone": people.phone()})
    wrong = browser.post("/sign-in", data={"phone": people.phone(), "csrf_token": token.group(1)[:-2] + "xx"})
    stranger = guarded_app.test_client().post(
        "/sign-in", data={"phone": people.phone(), "csrf_token": token.group(1)}
    )
    right = browser.post("/sign-in", data={"phone": people.phone(), "csrf_token": token.group(1)})

    assert [without.status_code, wrong.status_code, stranger.status_code] == [400, 400, 400]
    assert "页面已过期" in without.text
    assert right.status_code == 303


def test_the_api_asks_sessions_for_the_token_and_keys_for_none(session, citizen, host):
    app = with_route()
    signed_in, machine, stranger = (app.test_client() for _ in range(3))
    people.sign_in_as(signed_in, citizen)
    actor, credential = people.machine(session, host)

    with_cookie = signed_in.post("/api/act")
    with_key = machine.post(
        "/api/upload", headers={"Authorization": f"Bearer {credential}", "Idempotency-Key": "k1"}
    )
    people.sign_in_as(machine, citizen)
    with_both = machine.post(
        "/api/upload", headers={"Authorization": f"Bearer {credential}", "Idempotency-Key": "k2"}
    )
    with_neither = stranger.post("/api/act")

    assert (with_cookie.status_code, with_cookie.json["code"]) == (400, "csrf.failed")
    assert with_key.json == {"who": f"machine:{actor.api_key_id}", "key": "k1"}
    assert with_both.json == {"who": f"machine:{actor.api_key_id}", "key": "k2"}
    assert with_neither.status_code == 401


def test_a_key_counts_alone_even_beside_a_session(session, citizen):
    browser = with_route().test_client()
    people.sign_in_as(browser, citizen)

    answers = [
        browser.post("/api/act", headers={"Authorization": value})
        for value in ("Bearer tht_0000000000_x", "Bearer ", "Basic YTpi", "tht_0000000000_x", "")
    ]

    assert {answer.status_code for answer in answers} == {401}
    assert all("Bearer" in answer.headers["WWW-Authenticate"] for answer in answers)


@pytest.mark.parametrize("key", [None, "", "x" * 201, "a\tb"])
def test_an_act_that_is_to_be_repeatable_needs_a_usable_key(session, host, key):
    _, credential = people.machine(session, host)
    headers = {"Authorization": f"Bearer {credential}"} | (
        {"Idempotency-Key": key} if key is not None else {}
    )

    assert with_route().test_client().post("/api/upload", headers=headers).status_code == 400


def test_each_request_has_an_id_that_only_a_proxy_of_ours_gives(session, app):
    given = {"X-Request-Id": "given-by-somebody-0001"}
    behind = create_app(Settings(database_url="", mode=Mode.TEST, trusted_proxies=1))

    mine, other = (app.test_client().get("/healthz").headers["X-Request-Id"] for _ in range(2))

    assert re.fullmatch(r"[0-9a-f]{16}", mine)
    assert mine != other
    assert app.test_client().get("/healthz", headers=given).headers["X-Request-Id"] != given["X-Request-Id"]
    assert (
        behind.test_client().get("/healthz", headers=given).headers["X-Request-Id"] == given["X-Request-Id"]
    )
    forged = behind.test_client().get("/healthz", headers={"X-Request-Id": "a b;c"})
    assert re.fullmatch(r"[0-9a-f]{16}", forged.headers["X-Request-Id"])


def test_a_log_line_tells_route_and_actor_and_nothing_typed(app, client, session, citizen, monkeypatch):
    lines: list[dict[str, object]] = []
    monkeypatch.setattr("app.door.requests.log", lambda name: _Remembering(lines))
    people.sign_in_as(client, citizen)

    client.get("/account/devices?phone=13812345678", headers={"User-Agent": "secret agent"})

    (line,) = lines
    assert line["route"] == "/account/devices"
    assert line["status"] == 200
    assert line["actor"] == citizen.ref
    assert line["address"] == "127.0.0.0/24"
    assert "13812345678" not in json.dumps(line)
    assert "secret agent" not in json.dumps(line)


class _Remembering:
    def __init__(self, lines):
        self.lines = lines

    def info(self, event, **facts):
        self.lines.append(facts)


def test_metrics_count_by_route_and_are_for_this_machine_or_its_keeper(app, client, session, administrator):
    client.get("/account/devices/0123456789abcdef")
    here = client.get("/metrics")
    through = client.get("/metrics", headers={"X-Forwarded-For": "127.0.0.1"})
    elsewhere = client.get("/metrics", environ_base={"REMOTE_ADDR": "203.0.113.9"})
    people.sign_in_as(client, administrator)
    keeper = client.get("/metrics", environ_base={"REMOTE_ADDR": "203.0.113.9"})

    assert here.status_code == 200
    assert "tanhuitong_requests_total{" in here.text
    assert "0123456789abcdef" not in here.text
    assert [through.status_code, elsewhere.status_code, keeper.status_code] == [401, 401, 200]


def test_a_browser_is_told_to_do_nothing_that_a_page_did_not_ask_for(client):
    headers = client.get("/sign-in").headers
    policy = dict(part.split(" ", 1) for part in headers["Content-Security-Policy"].split("; "))

    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["form-action"] == "'self'"
    assert policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "private" in headers["Cache-Control"]


def test_what_somebody_signed_in_sees_is_kept_nowhere(client, session, citizen):
    people.sign_in_as(client, citizen)

    assert client.get("/account/devices").headers["Cache-Control"] == "no-store"


def test_it_is_ready_when_the_database_is_what_the_code_expects(app, client, monkeypatch):
    ready = client.get("/readyz")
    monkeypatch.setattr("app.door.readiness.expected_revision", lambda: "9999")
    behind = client.get("/readyz")

    assert (ready.status_code, ready.json["status"]) == (200, "ready")
    assert (behind.status_code, behind.json["status"]) == (503, "not ready")


def test_a_production_cookie_travels_over_tls_only(session, messages, monkeypatch):
    app = create_app(Settings.for_tests())
    app.config["SECURE"] = True
    browser = app.test_client()
    phone = people.phone()
    people.citizen(session, phone_number=phone)

    browser.post("/sign-in", data={"phone": phone}, base_url="https://localhost")
    inside = browser.post("/sign-in/code", data={"code": messages.code}, base_url="https://localhost")

    cookies = inside.headers.getlist("Set-Cookie")
    assert any(value.startswith("__Host-tht_session=") for value in cookies)
    assert all("Secure" in value for value in cookies)
    assert "max-age" in inside.headers["Strict-Transport-Security"]


@obligation("CQ-35.2")
@pytest.mark.parametrize(
    "given",
    [
        {},
        {"DATABASE_URL": "postgresql://x"},
        {"DATABASE_URL": "postgresql://x", "TANHUITONG_MODE": "production"},
        {"DATABASE_URL": "postgresql://x", "TANHUITONG_MODE": "demo"},
        {"DATABASE_URL": "postgresql://x", "TANHUITONG_SECRET_FILE": "/does/not/exist"},
        {"DATABASE_URL": "postgresql://x", "TANHUITONG_MODE": "holiday"},
        {"DATABASE_URL": "postgresql://x", "TANHUITONG_MODE": "test", "TANHUITONG_MAX_BODY_KB": "many"},
        {"DATABASE_URL": "postgresql://x", "TANHUITONG_MODE": "test", "TANHUITONG_MAX_BODY_KB": "1"},
        {"DATABASE_URL": "postgresql://x", "TANHUITONG_MODE": "test", "TANHUITONG_LOG_LEVEL": "loud"},
    ],
)
def test_nothing_starts_on_half_a_configuration(given):
    with pytest.raises(SettingsWrong):
        Settings.from_environment(given)


def test_production_starts_with_keys_only(tmp_path):
    keys = tmp_path / "keys.json"
    given = {"DATABASE_URL": "postgresql://x", "TANHUITONG_SECRET_FILE": str(keys)}
    keys.write_text(Keyring.make().to_json())
    settings = Settings.from_environment(given)

    assert settings.mode is Mode.PRODUCTION
    assert settings.secure
    assert len(settings.keyring().data) == 32
    keys.write_text("{}")
    with pytest.raises(SettingsWrong):
        settings.keyring()
    with pytest.raises(SettingsWrong):
        Settings.from_environment({**given, "TANHUITONG_SMS_URL": "https://sms.example"})
    with pytest.raises(SettingsWrong):
        Settings(database_url="", mode=Mode.PRODUCTION, sms_url="http://sms.example").sms_sender()


def test_the_table_of_settings_names_what_is_read():
    import inspect

    import app.settings

    source = inspect.getsource(app.settings)
    read = set(re.findall(r'"(TANHUITONG_[A-Z_]+|DATABASE_URL)"', source.split("class SettingsWrong")[1]))

    assert read <= {setting.variable for setting in TABLE}
