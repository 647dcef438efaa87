"""Citizens sign in by phone and code, and read the privacy notice first (T-49, T-50, CQ-35.2)."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.factory import create_app
from app.identity import queries
from app.identity.models import Person
from app.identity.values import PRIVACY_VERSION
from app.kernel import clock
from app.settings import Mode, Settings
from tests.builders import people
from tests.obligations import obligation


def ask(client, phone):
    return client.post("/sign-in", data={"phone": phone})


def give(client, code):
    return client.post("/sign-in/code", data={"code": code})


def test_somebody_new_reads_the_notice_and_is_registered_by_agreeing(client, session, messages):
    phone = people.phone()

    sent = ask(client, phone)
    proved = give(client, messages.code)
    notice = client.get(proved.location)
    agreed = client.post("/sign-in/privacy", data={"accepted": PRIVACY_VERSION})

    assert (sent.status_code, sent.location) == (303, "/sign-in/code")
    assert (proved.status_code, proved.location) == (303, "/sign-in/privacy")
    assert 'type="checkbox"' in notice.text
    assert "checked" not in notice.text.split('type="checkbox"')[1].split(">")[0]
    assert agreed.status_code == 303
    assert client.get("/account/devices").status_code == 200
    person = queries.person_by_phone(session, phone)
    assert person is not None
    assert person.privacy_version == PRIVACY_VERSION


@obligation("CQ-35.2")
@pytest.mark.parametrize("accepted", [None, "", "2020-01", "on"])
def test_without_agreeing_nobody_is_registered(client, session, messages, accepted):
    before = session.scalar(select(func.count()).select_from(Person))
    ask(client, people.phone())
    give(client, messages.code)

    refused = client.post("/sign-in/privacy", data={"accepted": accepted} if accepted is not None else {})

    assert refused.status_code == 422
    assert "请先阅读并同意隐私政策" in refused.text
    assert session.scalar(select(func.count()).select_from(Person)) == before
    assert client.get("/account/devices").status_code == 401


def test_somebody_known_signs_in_at_once_and_goes_where_they_wanted(client, session, messages):
    phone = people.phone()
    people.citizen(session, phone_number=phone)

    client.get("/sign-in?next=/account/devices")
    ask(client, phone)
    inside = give(client, messages.code)

    assert (inside.status_code, inside.location) == (303, "/account/devices")
    assert client.get("/account/devices").status_code == 200


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:x"]
)
def test_nobody_is_sent_to_another_host(client, session, messages, elsewhere):
    phone = people.phone()
    people.citizen(session, phone_number=phone)

    client.get("/sign-in", query_string={"next": elsewhere})
    ask(client, phone)

    where = give(client, messages.code).location

    assert where.startswith("/")
    assert "evil" not in where
    assert "javascript" not in where


@obligation("T-49")
def test_known_and_unknown_phones_are_answered_alike(app, session, messages):
    known, unknown = people.phone(), people.phone()
    people.citizen(session, phone_number=known)

    answers = []
    for phone in (known, unknown):
        browser = app.test_client()
        sent = ask(browser, phone)
        page = browser.get("/sign-in/code")
        wrong = give(browser, "000000" if messages.code != "000000" else "000001")
        answers.append([without_secrets(each, phone) for each in (sent, page, wrong)])

    assert answers[0] == answers[1]
    assert [status for status, _, _ in answers[0]] == [303, 200, 401]


def without_secrets(answer, phone):
    text = re.sub(r"[\w.-]{60,}", "token", answer.text).replace(phone[-4:], "tail")
    headers = {name for name, _ in answer.headers} - {"X-Request-Id"}
    return answer.status_code, text, headers


@obligation("T-50")
def test_a_code_works_once(app, session, messages):
    phone = people.phone()
    people.citizen(session, phone_number=phone)
    browser = app.test_client()
    ask(browser, phone)
    code = messages.code
    assert give(browser, code).status_code == 303
    browser.post("/sign-out")

    ask(browser, phone)
    again = give(browser, code)

    assert again.status_code == 401


@obligation("T-50")
def test_a_code_works_in_the_browser_that_asked_only(app, session, messages):
    phone = people.phone()
    people.citizen(session, phone_number=phone)
    mine, thief = app.test_client(), app.test_client()
    ask(mine, phone)
    code = messages.code
    with clock.frozen(clock.now() + timedelta(seconds=61)):
        ask(thief, phone)

    assert give(thief, code).status_code == 401
    assert give(mine, code).status_code == 303


def test_full_width_digits_and_gaps_are_read_as_meant(client, session, messages):
    phone = people.phone()
    people.citizen(session, phone_number=phone)
    typed = "".join(chr(ord(digit) + 0xFEE0) for digit in phone.removeprefix("+86"))

    ask(client, f"{typed[:3]} {typed[3:7]} {typed[7:]}")
    spelled = "".join(chr(ord(digit) + 0xFEE0) for digit in messages.code)

    assert messages.sent[-1][0] == phone
    assert give(client, f" {spelled[:3]} {spelled[3:]} ").status_code == 303


@pytest.mark.parametrize(
    "phone", ["", "12345", "1381234567", "138123456789", "abc", "+86 23 6789 0000", "１３８\u0000", "+0123"]
)
def test_what_is_no_mobile_number_is_refused_and_stays_in_the_form(client, messages, phone):
    refused = ask(client, phone)

    assert refused.status_code == 422
    assert messages.sent == []
    assert "手机号格式有误" in refused.text


@obligation("CQ-8.1")
@pytest.mark.parametrize(
    "phone", ["+44 7700 900123", "0044 7700 900123", "+852 5123 4567", "+1 (202) 555-0123"]
)
def test_foreign_numbers_are_as_good(client, messages, phone):
    assert ask(client, phone).status_code == 303
    assert messages.sent[-1][0].startswith("+")


def test_too_many_codes_are_refused_with_the_time_to_wait(client, session, messages):
    phone = people.phone()
    ask(client, phone)

    again = ask(client, phone)

    assert again.status_code == 429
    assert 0 < int(again.headers["Retry-After"]) <= 61
    assert len(messages.sent) == 1


def test_without_a_gateway_nobody_is_told_that_a_code_was_sent(client):
    answer = ask(client, people.phone())

    assert answer.status_code == 503
    assert "短信暂时无法发送" in answer.text


def test_only_a_demonstration_shows_the_code(session, messages, app):
    phone = people.phone()
    ordinary = app.test_client()
    ask(ordinary, phone)
    page = ordinary.get("/sign-in/code")
    assert messages.code not in page.text
    assert "演示环境" not in page.text

    app.config["SHOWS_CODES"] = True
    try:
        shown = app.test_client()
        ask(shown, people.phone())
        page = shown.get("/sign-in/code")
    finally:
        app.config["SHOWS_CODES"] = False

    assert messages.code in page.text


def test_production_never_shows_codes():
    for mode in Mode:
        settings = Settings(database_url="", mode=mode)
        assert settings.shows_codes is (mode is Mode.DEMO)
    app = create_app(Settings.for_tests())
    assert app.config["SHOWS_CODES"] is False
    assert app.config["DEMO_TOTP_SECRET"] is None
