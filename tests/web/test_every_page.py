"""What every page keeps that an address alone leads to; the application itself names them."""

import re
from html.parser import HTMLParser

import pytest

from tests.builders import people
from tests.fixtures.pages import STRANGER, WALKED, pages_of

ADDRESSES = {"src", "href", "action", "formaction", "poster", "srcset", "data"}
HERE = re.compile(r"(?!//|[a-z]+:)|data:|http://localhost[:/]")
HEADS = {"/offline": 2}
"""The page without network holds two states, and script shows the one that is true."""
WHO = (
    (STRANGER, None, "zh-CN"),
    (STRANGER, None, "en"),
    ("citizen", "citizen", "zh-CN"),
    ("merchant", "merchant", "en"),
    ("host", "host", "zh-CN"),
    ("operator", "reviewer", "en"),
    ("bureau", "bureau", "zh-CN"),
)


class Page(HTMLParser):
    """Notes what a strict policy or a reader would stumble over."""

    def __init__(self):
        super().__init__()
        self.wrong = []
        self.heads = 0
        self.posting = None

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        self.heads += tag == "h1"
        if tag == "style" or "style" in found or any(name.startswith("on") for name in found):
            self.wrong.append(f"inline: <{tag} {found}>")
        if tag == "script" and "src" not in found:
            self.wrong.append("inline script")
        self.wrong += [
            f"elsewhere: {name}={value}"
            for name, value in found.items()
            if name in ADDRESSES and value and not HERE.match(value)
        ]
        if tag == "form" and (found.get("method") or "").lower() == "post":
            self.posting = found.get("action", "")
        if tag == "input" and found.get("name") == "csrf_token":
            self.posting = None

    def handle_endtag(self, tag):
        if tag == "form" and self.posting not in {None, "/preferences"}:
            self.wrong.append(f"no token: {self.posting}")
        if tag == "form":
            self.posting = None


@pytest.mark.parametrize(("visitor", "who", "language"), WHO)
def test_every_page_keeps_the_policy_and_has_one_head(guarded_app, session, request, visitor, who, language):
    client = guarded_app.test_client()
    client.set_cookie("language", language)
    if who is not None:
        people.sign_in_as(client, request.getfixturevalue(who))
    wrong, read = {}, 0

    for path in pages_of(guarded_app, visitor):
        answer = client.get(path, headers={"Accept": "text/html"})
        if answer.status_code != 200 or answer.mimetype != "text/html":
            assert answer.status_code < 500, path
            continue
        page = Page()
        page.feed(answer.text)
        read += 1
        if page.wrong or page.heads != HEADS.get(path, 1) or f'lang="{language}"' not in answer.text:
            wrong[path] = (page.heads, page.wrong[:4])

    assert wrong == {}
    assert read > 1


def test_each_visitor_of_the_walks_has_pages(app):
    assert {visitor for visitor in {STRANGER, *WALKED.values()} if not pages_of(app, visitor)} == set()
