"""Webhooks by the API: registered, listed, removed by their own organisation alone."""

import pytest

from app.jobs import webhooks as job
from app.journeys import webhooks
from app.kernel import clock
from app.kernel.events import Event, publish
from app.kernel.permissions import Permission
from tests.builders import people
from tests.obligations import obligation

URL = "https://hooks.example.com/tanhuitong"
WANTED = {"url": URL, "events": ["upload.finished", "authorisation.given"]}


@pytest.fixture
def key(session, host):
    """The header of a machine of the host that may see to webhooks."""
    _, credential = people.machine(session, host, scopes=(Permission.MANAGE_WEBHOOKS,))
    session.commit()
    return {"Authorization": f"Bearer {credential}"}


@obligation("CQ-35.1")
def test_an_address_is_registered_listed_and_removed(client, key):
    made = client.post("/api/v1/webhooks", json=WANTED, headers=key)

    assert made.status_code == 201
    assert made.json["secret"].startswith("whsec_")
    assert made.json["events"] == ["authorisation.given", "upload.finished"]
    listed = client.get("/api/v1/webhooks", headers=key).json
    assert [item["url"] for item in listed["items"]] == [URL]
    assert "secret" not in listed["items"][0]

    gone = client.delete(f"/api/v1/webhooks/{made.json['id']}", headers=key)

    assert (gone.status_code, gone.data) == (204, b"")
    assert client.get("/api/v1/webhooks", headers=key).json["items"] == []


@obligation("T-44")
def test_anothers_address_is_as_one_that_does_not_exist(client, session, key):
    other = people.host(session)
    endpoint, _ = webhooks.add_endpoint(
        session, actor=other, url=URL, events=[Event.UPLOAD_FINISHED], at=clock.now()
    )
    session.commit()

    anothers = client.delete(f"/api/v1/webhooks/{endpoint.id}", headers=key)
    missing = client.delete(f"/api/v1/webhooks/{endpoint.id + 1000}", headers=key)

    assert anothers.status_code == missing.status_code == 404
    assert {**anothers.json, "details": None} == {**missing.json, "details": None}
    assert client.get("/api/v1/webhooks", headers=key).json["items"] == []
    assert len(webhooks.endpoints(session, actor=other)) == 1


def test_deliveries_are_seen_page_by_page_with_what_went_wrong(client, session, host, key):
    client.post("/api/v1/webhooks", json=WANTED, headers=key)
    for number in range(5):
        publish(
            session,
            organisation_id=host.organisation_id,
            event=Event.UPLOAD_FINISHED,
            about=f"upload:{number}",
            data={"id": number},
            at=clock.now(),
        )
    session.commit()
    with clock.frozen(clock.now()):
        webhooks.fan_out(session, at=clock.now())
    session.commit()

    first = client.get("/api/v1/webhooks/deliveries?limit=3&state=queued", headers=key).json
    second = client.get(f"/api/v1/webhooks/deliveries?limit=3&after={first['next']}", headers=key).json

    assert [item["data"]["id"] for item in first["items"] + second["items"]] == [4, 3, 2, 1, 0]
    assert second["next"] is None
    assert first["items"][0]["state"] == "queued"
    assert client.get("/api/v1/webhooks/deliveries?state=dead", headers=key).json["items"] == []


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        ({"events": ["upload.finished"]}, "url"),
        ({**WANTED, "events": []}, "events"),
        ({**WANTED, "events": ["everything"]}, "events"),
        ({**WANTED, "url": 7}, "url"),
        ({**WANTED, "url": "https://exa\u0000mple.com/"}, "url"),
        ({**WANTED, "url": "https://" + "a" * 600}, "url"),
        ({**WANTED, "organisation_id": 1}, "organisation_id"),
        ({**WANTED, "secret": "mine"}, "secret"),
    ],
)
def test_fields_that_are_wrong_are_named(client, key, wanted, field):
    refused = client.post("/api/v1/webhooks", json=wanted, headers=key)

    assert refused.status_code == 400
    assert refused.json["code"] == "request.invalid"
    assert list(refused.json["details"]["fields"]) == [field]


@obligation("T-56")
@pytest.mark.parametrize(
    "url",
    ["http://hooks.example.com/", "https://127.0.0.1/", "https://169.254.169.254/", "https://u@a.example/"],
)
def test_an_address_inside_is_refused_at_once(client, key, url):
    refused = client.post("/api/v1/webhooks", json={**WANTED, "url": url}, headers=key)

    assert (refused.status_code, refused.json["code"]) == (422, "webhook.address_refused")


def test_ten_addresses_are_enough(client, key):
    made = [client.post("/api/v1/webhooks", json=WANTED, headers=key).status_code for _ in range(11)]

    assert made == [201] * 10 + [409]


def test_a_key_without_the_scope_and_a_citizen_are_refused(client, session, host, citizen):
    _, credential = people.machine(session, host)
    session.commit()

    machine = client.get("/api/v1/webhooks", headers={"Authorization": f"Bearer {credential}"})
    people.sign_in_as(client, citizen)
    person = client.get("/api/v1/webhooks")

    assert (machine.status_code, machine.json["code"]) == (403, "permission.denied")
    assert (person.status_code, person.json["code"]) == (403, "permission.denied")


def test_an_event_that_is_given_up_is_visible(client, session, host, key):
    client.post("/api/v1/webhooks", json={**WANTED, "url": "https://name.invalid/"}, headers=key)
    publish(
        session,
        organisation_id=host.organisation_id,
        event=Event.UPLOAD_FINISHED,
        about="upload:1",
        data={},
        at=clock.now(),
    )
    session.commit()

    assert job.run(clock.now()) == (0, 1)

    (waiting,) = client.get("/api/v1/webhooks/deliveries", headers=key).json["items"]
    assert (waiting["state"], waiting["attempts"]) == ("queued", 1)
    assert waiting["last_error"] == "address refused: unknown_name"
