"""Who may call which operation: every operation of the document, as every kind of caller (T-43, T-45)."""

import pytest

from app.identity.values import MACHINE_SCOPES
from app.kernel.permissions import ANYONE, PERMISSIONS_OF, Permission, Role
from tests.builders import parties, people
from tests.obligations import obligation
from tests.web.api.conftest import BEFORE, bearer

SAFE = {"get", "head", "options"}
READS = {Permission.READ_PUBLIC, Permission.READ_OWN_ACCOUNT, Permission.READ_OWN_UPLOADS}
VALUES = {"{code}": "no-such-scenario", "{subject}": "project"}


def operations(app):
    for path, item in app.extensions["tanhuitong-openapi"]["paths"].items():
        filled = "/".join(VALUES.get(part, "1") if part.startswith("{") else part for part in path.split("/"))
        for method, operation in item.items():
            if method in {"get", "post", "delete", "put", "patch"}:
                yield method, filled, Permission(operation.get("x-permission", "public.read"))


@pytest.fixture
def callers(app, session, noon):
    """By name: the browser, the headers of each request, what the caller holds."""
    citizen, host = people.citizen(session, at=BEFORE), people.host(session, at=BEFORE)
    merchant, clerk = (
        people.merchant(session, at=BEFORE),
        people.merchant(session, at=BEFORE, role=Role.MERCHANT_CLERK),
    )
    officer, bureau = people.operator(session, at=BEFORE), people.bureau(session, at=BEFORE)
    host_key, merchant_key = bearer(session, host), bearer(session, merchant)
    session.commit()
    found = {
        "visitor": (app.test_client(), {}, ANYONE),
        "host's machine": (
            app.test_client(),
            host_key,
            PERMISSIONS_OF[Role.HOST_STAFF] & MACHINE_SCOPES | ANYONE,
        ),
        "merchant's machine": (
            app.test_client(),
            merchant_key,
            PERMISSIONS_OF[Role.MERCHANT_MANAGER] & MACHINE_SCOPES | ANYONE,
        ),
    }
    for name, actor in {
        "citizen": citizen,
        "host": host,
        "manager": merchant,
        "clerk": clerk,
        "operator": officer,
        "bureau": bureau,
        "owner": parties.owner(session, at=BEFORE),
        "agency": parties.agency(session, at=BEFORE),
        "verifier": parties.verifier(session, at=BEFORE),
    }.items():
        browser = app.test_client()
        people.sign_in_as(browser, actor)
        found[name] = (browser, {}, actor.permissions)
    return found


@obligation("T-43")
def test_each_caller_gets_as_far_as_their_permissions_reach(app, callers):
    wrong = []
    for method, path, permission in operations(app):
        for name, (browser, headers, held) in callers.items():
            answer = browser.open(path, method=method, headers=headers)
            if permission in held:
                fine = answer.status_code not in {401, 403} and answer.status_code < 500
            elif name == "visitor":
                fine = (answer.status_code, answer.json["code"]) == (401, "sign_in.required")
            else:
                fine = (answer.status_code, answer.json["code"]) == (403, "permission.denied")
            if not fine:
                wrong.append((name, method, path, answer.status_code))

    assert wrong == []


@obligation("T-45")
def test_no_permission_to_read_opens_a_change(app):
    assert [
        (method, path)
        for method, path, permission in operations(app)
        if method not in SAFE and permission in READS
    ] == []


@obligation("T-50")
def test_a_revoked_key_is_worth_nothing(client, session, noon):
    from app.identity import commands
    from app.kernel import clock

    host = people.host(session, at=BEFORE)
    machine, credential = people.machine(session, host, at=BEFORE)
    session.commit()
    headers = {"Authorization": f"Bearer {credential}"}
    path = "/api/v1/scenarios/no-such-scenario/uploads"
    before = client.get(path, headers=headers)

    commands.revoke_api_key(session, actor=host, api_key_id=machine.api_key_id or 0, at=clock.now())
    session.commit()
    after = client.get(path, headers=headers)

    assert before.status_code == 404
    assert (after.status_code, after.json["code"]) == (401, "api_key.not_valid")


def test_a_key_that_is_not_valid_is_worth_nothing_beside_a_session_that_is(client, citizen_client):
    assert citizen_client.get("/api/v1/me/account").status_code == 200

    refused = citizen_client.get("/api/v1/me/account", headers={"Authorization": "Bearer tht_a_b"})

    assert (refused.status_code, refused.json["code"]) == (401, "api_key.not_valid")
