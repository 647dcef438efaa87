"""Language and theme are chosen on every page without a session, and by pages of this site alone."""

import pytest


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 303),
        ({"Sec-Fetch-Site": "same-origin"}, 303),
        ({"Sec-Fetch-Site": "cross-site"}, 400),
        ({"Sec-Fetch-Site": "same-site"}, 400),
        ({"Origin": "http://localhost"}, 303),
        ({"Origin": "https://evil.example"}, 400),
        ({"Origin": "null"}, 400),
    ],
)
def test_another_site_cannot_choose(guarded_app, headers, status):
    answer = guarded_app.test_client().post("/preferences", data={"theme": "dark"}, headers=headers)

    assert answer.status_code == status
    assert any("theme=dark" in cookie for cookie in answer.headers.getlist("Set-Cookie")) == (status == 303)


def test_choosing_makes_no_session(guarded_app):
    answer = guarded_app.test_client().post("/preferences", data={"language": "en"})

    names = {cookie.split("=", 1)[0] for cookie in answer.headers.getlist("Set-Cookie")}
    assert names == {"language", "theme", "elder", "text"}


def test_a_page_that_only_reads_makes_no_session(guarded_app):
    answer = guarded_app.test_client().get("/design?page=public-home")

    assert answer.status_code == 200
    assert answer.headers.getlist("Set-Cookie") == []


def test_an_error_page_makes_no_session(guarded_app):
    answer = guarded_app.test_client().get("/no-such-page", headers={"Accept": "text/html"})

    assert (answer.status_code, answer.headers.getlist("Set-Cookie")) == (404, [])
    assert "<h1" in answer.text
