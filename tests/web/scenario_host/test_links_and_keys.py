"""Links that wait for the citizen, and keys of machines: shown once, with a call that works."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.identity import queries as identity
from scenarios.models import LinkProposal
from tests.builders import people
from tests.builders import points as mall
from tests.fixtures.desks import BEFORE, NOON, between, upload
from tests.obligations import obligation


@pytest.fixture
def listed(scenario_in, session):
    """The host's listed scenario, and the rule by which points are issued."""
    mall.rule(session, at=BEFORE)
    return scenario_in("listed")


@pytest.fixture
def desk(browser_of, host_side):
    """The browser of the host."""
    return browser_of(host_side)


@pytest.fixture
def neighbour(browser_of, session, noon):
    """The browser of another host."""
    return browser_of(people.host(session, at=BEFORE))


@obligation("CQ-34.1")
def test_links_are_proposed_in_bulk_and_wait(desk, session, listed):
    lines = "用户,手机号\nu-1,13800000001\nu-2;13800000002\n"

    pasted = desk.post("/host/links", data={"code": listed.code, "links": lines})
    dropped = desk.post(
        "/host/links",
        data={
            "code": listed.code,
            "file": upload("u-1,13800000001\nu-3,13800000003\n".encode("gbk"), "l.csv"),
        },
    )

    assert (pasted.status_code, dropped.status_code) == (303, 303)
    assert len(session.scalars(select(LinkProposal.id)).all()) == 3
    assert "13800000001" not in desk.get("/host/links").text


@pytest.mark.parametrize(
    ("links", "status", "told"),
    [
        ("", 422, "用户与手机号：请填写"),
        ("u-1\n", 422, "form.incomplete"),
        ("u-1,13800000001\nu-2,abc\n", 400, "u-2"),
    ],
)
def test_links_that_cannot_be_read_are_told(desk, session, listed, links, status, told):
    page = desk.post("/host/links", data={"code": listed.code, "links": links})

    assert page.status_code == status
    assert told in page.text
    assert session.scalars(select(LinkProposal.id)).all() == []


@obligation("T-59")
def test_a_key_is_shown_once_with_a_call_that_works(desk, app, session, listed):
    made = desk.post(
        "/host/keys", data={"name": "订单中心", "code": listed.code, "scopes": ["behaviour.upload"]}
    )
    credential = between(made.text, 'id="credential">', "<")
    listed_again = desk.get("/host/keys")
    machine = {"Authorization": f"Bearer {credential}", "Idempotency-Key": "first"}
    row = {
        "record_id": "T-1",
        "user": "u-1",
        "occurred_at": (NOON - timedelta(hours=1)).isoformat(),
        "quantity": 1,
        "unit": "ride",
    }
    path = f"/api/v1/scenarios/{listed.code}/behaviours"
    called = app.test_client().post(path, json={"rows": [row]}, headers=machine)

    assert made.status_code == 201
    assert path in made.text
    assert made.headers["Cache-Control"] == "no-store"
    assert credential not in listed_again.text
    assert "订单中心" in listed_again.text
    assert called.status_code == 200

    key = identity.api_keys_of(session, listed.host_id)[0]
    assert desk.post(f"/host/keys/{key.id}/revoke").status_code == 303
    assert app.test_client().post(path, json={"rows": [row]}, headers=machine).status_code == 401


def test_a_key_needs_a_name_and_a_permission_that_machines_may_have(desk, listed):
    page = desk.post("/host/keys", data={"name": "", "scopes": ["scenario.approve"]})

    assert page.status_code == 422
    assert "权限：请从列表中选择" in page.text


def test_another_hosts_key_and_scenario_are_as_if_there_were_none(desk, neighbour, session, listed):
    desk.post("/host/keys", data={"name": "订单中心", "scopes": ["behaviour.upload"]})
    key = identity.api_keys_of(session, listed.host_id)[0]

    assert neighbour.post(f"/host/keys/{key.id}/revoke").status_code == 404
    stolen = neighbour.post(
        "/host/keys", data={"name": "x", "code": listed.code, "scopes": ["behaviour.upload"]}
    )
    assert stolen.status_code == 404


def test_making_a_key_asks_for_a_fresh_factor(browser_of, host_side, listed):
    stale = browser_of(host_side, fresh=False)

    assert "/account/verify" in stale.get("/host/keys/new").location
    assert stale.post("/host/keys", data={"name": "x"}).status_code == 403
