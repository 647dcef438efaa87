"""The citizen's page of letters: name an address, confirm it, choose, remove it; in both languages."""

import pytest

from app.jobs import emails
from app.kernel import clock, mail
from tests.builders import people
from tests.obligations import obligation


class Letters:
    """Remembers what it was asked to send."""

    def __init__(self):
        self.sent = []

    def send(self, *, to, subject, text):
        self.sent.append((to, subject, text))


@pytest.fixture
def letters():
    made = Letters()
    mail.use_sender(made)
    yield made
    mail.use_sender(mail.NoServer())


@obligation("Q-73")
def test_an_address_is_named_confirmed_chosen_for_and_removed(client, session, letters):
    people.sign_in_as(client, people.citizen(session))
    refused = client.post("/me/email", data={"address": "li"})
    client.post("/me/email", data={"address": "li@example.cn"})
    emails.run(clock.now())
    ((to, _, text),) = letters.sent
    waiting = client.get("/me/email").text
    wrong = client.post("/me/email/confirm", data={"code": "nonsense"})
    done = client.post("/me/email/confirm", data={"code": text.split("验证码")[1][:6]})
    client.post("/me/email/kinds", data={"email_expiry": "yes"})
    page = client.get("/me/email").text
    client.post("/me/email/remove")

    assert (refused.status_code, wrong.status_code, done.status_code) == (422, 422, 303)
    assert "等待确认" in waiting
    assert to == "li@example.cn"
    assert "li@example.cn" in page
    assert "已确认" in page
    assert 'name="email_expiry" value="yes" checked' in page
    assert 'name="email_claim" value="yes" checked' not in page
    assert "li@example.cn" not in client.get("/me/email").text


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_the_page_stands_without_an_address(client, session, language):
    people.sign_in_as(client, people.citizen(session))
    client.set_cookie("language", language)

    assert client.get("/me/email").status_code == 200
