"""Every route names its permission, refuses whoever lacks it, and answers with the guarding headers."""

import pytest
from flask import Flask
from werkzeug.routing import AnyConverter, IntegerConverter

from app.door.access import permission_of, requires
from app.door.headers import FIXED
from app.factory import create_app
from app.kernel.permissions import ANYONE, Permission
from app.settings import Settings
from tests.builders import people
from tests.fixtures.pages import STRANGER, pages_of, visitor_of
from tests.obligations import obligation

SAFE = {"GET", "HEAD", "OPTIONS"}
CHANGES_ONLY_COOKIES = {"preferences.choose"}
READS = {permission for permission in Permission if permission.value.split(".")[1].startswith("read")}
JSON = {"Accept": "application/json"}
ANOTHER_SITE = {"Sec-Fetch-Site": "cross-site"}
WHO = (
    "citizen",
    "merchant",
    "host",
    "operator",
    "reviewer",
    "bureau",
    "district",
    "staff_officer",
    "administrator",
)


def cells(app: Flask):
    """Return every route and method, with an address that leads there."""
    for rule in app.url_map.iter_rules():
        address = app.url_map.bind("localhost").build(
            rule.endpoint, {name: stand_in(rule, name) for name in rule.arguments}, force_external=False
        )
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield rule.endpoint, method, address


def stand_in(rule, name):
    """Return something that the address takes at this place and that names nothing."""
    converter = rule._converters[name]
    if isinstance(converter, AnyConverter):
        return min(converter.items)
    return 987654321 if isinstance(converter, IntegerConverter) else "unknown"


@obligation("T-43")
def test_every_route_names_its_permission(app):
    undeclared = {endpoint for endpoint in app.view_functions if permission_of(app, endpoint) is None}

    assert undeclared == set()


@obligation("T-43")
def test_a_route_without_permission_is_refused_to_everybody(session, administrator):
    app = create_app(Settings.for_tests())
    app.add_url_rule("/dummy", "dummy", lambda: "reached", methods=["GET", "POST"])
    stranger, signed_in = app.test_client(), app.test_client()
    people.sign_in_as(signed_in, administrator)

    answers = [
        browser.open("/dummy", method=method, headers=JSON)
        for browser in (stranger, signed_in)
        for method in ("GET", "HEAD", "POST")
    ]

    assert {answer.status_code for answer in answers} == {403}
    assert {(answer.json or {})["code"] for answer in answers if answer.data} == {"route.undeclared"}
    requires(Permission.READ_PUBLIC)(app.view_functions["dummy"])
    assert stranger.get("/dummy").text == "reached"


@obligation("T-43")
def test_strangers_reach_only_what_is_for_everybody(app, client):
    wrong = {
        (endpoint, method): answer.status_code
        for endpoint, method, address in cells(app)
        if permission_of(app, endpoint) not in ANYONE
        and endpoint != "machine.metrics"  # which this machine itself may read
        and (answer := client.open(address, method=method, headers=JSON)).status_code != 401
    }

    assert wrong == {}


@obligation("T-43")
@pytest.mark.parametrize("who", WHO)
def test_each_role_is_refused_what_it_may_not(app, client, session, request, who):
    actor = request.getfixturevalue(who)
    people.sign_in_as(client, actor)
    wrong = {}
    for endpoint, method, address in cells(app):
        permission = permission_of(app, endpoint)
        if endpoint in {"machine.metrics", "auth.leave"} or actor.may(permission):
            continue
        answer = client.open(address, method=method, headers=JSON)
        if (answer.status_code, (answer.json or {}).get("code")) != (403, "permission.denied"):
            wrong[endpoint, method] = answer.status_code

    assert wrong == {}


@obligation("T-45")
def test_no_right_to_read_opens_a_change(app):
    wrong = {
        (endpoint, method)
        for endpoint, method, _ in cells(app)
        if method not in SAFE
        and permission_of(app, endpoint) in READS
        and endpoint not in CHANGES_ONLY_COOKIES
    }

    assert wrong == set()


def test_every_form_needs_its_token(guarded_app, session, request):
    wrong = {}
    for who in WHO:
        browser = guarded_app.test_client()
        actor = request.getfixturevalue(who)
        people.sign_in_as(browser, actor)
        for endpoint, method, address in cells(guarded_app):
            if method in SAFE or not actor.may(permission_of(guarded_app, endpoint)):
                continue
            answer = browser.open(address, method=method, headers=JSON | ANOTHER_SITE)
            if (answer.status_code, (answer.json or {}).get("code")) != (400, "csrf.failed"):
                wrong[endpoint, method] = answer.status_code

    assert wrong == {}


def test_every_answer_carries_the_guarding_headers(app, client):
    without = {
        (endpoint, method): sorted(missing)
        for endpoint, method, address in cells(app)
        if (missing := set(FIXED) - set(client.open(address, method=method).headers.keys()))
    }

    assert without == {}


def test_no_page_can_be_forgotten_by_those_who_walk_all_pages_in_a_browser():
    """A page below a new address fails here until its visitor is named; the walks find it by themselves."""
    app = create_app(Settings.for_tests())  # its own: it gets a page that the others do not have
    gets = [rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())]
    walked = {rule.rule: visitor_of(app, rule) for rule in gets}

    assert walked["/disclosure"] == STRANGER
    assert walked["/operator/disclosure"] == "operator"
    assert walked["/me/email"] == "citizen"
    assert walked["/open-data/datapackage.json"] is None
    app.add_url_rule("/nowhere", "nowhere", requires(Permission.SUPERVISE)(lambda: ""))
    with pytest.raises(LookupError, match="/nowhere"):
        pages_of(app, STRANGER)
