"""Events reach the addresses that want them, signed, in time or later, or are visibly given up (CQ-35.1)."""

import base64
import hashlib
import hmac
import json
import socket
import time
from datetime import UTC, datetime, timedelta

import pytest

from app.identity.models import Organisation
from app.jobs import webhooks as job
from app.jobs.outgoing import DeliveryFailed, post
from app.journeys import webhooks
from app.journeys.webhooks.addresses import AddressRefused
from app.journeys.webhooks.deliveries import FIRST_WAIT, LONGEST_WAIT, MOST_TRIES, wait_after
from app.kernel import clock
from app.kernel.actor import Actor, ActorKind
from app.kernel.events import Event, publish
from tests.obligations import obligation
from tests.web.api.receiver import listening

NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)


@pytest.fixture
def receiver():
    webhooks.allow_loopback(True)
    with listening() as receiver:
        yield receiver
    webhooks.allow_loopback(False)


@pytest.fixture
def host(session) -> Actor:
    organisation = Organisation(
        name="某公交公司",
        kind="enterprise",
        country="CN",
        credit_code="91500000MA5U000000",
        registered_at=NOON,
    )
    session.add(organisation)
    session.flush()
    return Actor(kind=ActorKind.STAFF, staff_id=1, organisation_id=organisation.id, name="张")


def listen(session, host, url, *events) -> str:
    _, secret = webhooks.add_endpoint(session, actor=host, url=url, events=events, at=NOON)
    return secret


def happen(session, host, event=Event.UPLOAD_FINISHED, about="upload:7", at=NOON):
    publish(session, organisation_id=host.organisation_id, event=event, about=about, data={"id": 7}, at=at)
    session.commit()


def delivered(session, host):
    session.expire_all()
    return webhooks.deliveries(session, actor=host, before=None, limit=50)


@obligation("CQ-35.1", "T-53")
def test_an_event_arrives_signed_at_the_address_that_wants_it(session, host, receiver):
    secret = listen(session, host, receiver.url("/hook?for=us"), Event.UPLOAD_FINISHED)
    happen(session, host)

    with clock.frozen(NOON):
        done = job.run(NOON)

    assert done == (1, 0)
    (sent,) = receiver.received
    assert sent.path == "/hook?for=us"
    assert json.loads(sent.body) == {
        "type": "upload.finished",
        "timestamp": NOON.isoformat(),
        "data": {"id": 7},
    }
    signed = f"{sent.headers['webhook-id']}.{sent.headers['webhook-timestamp']}.".encode() + sent.body
    key = base64.b64decode(secret.removeprefix("whsec_"))
    expected = base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
    assert sent.headers["webhook-signature"] == f"v1,{expected}"
    assert sent.headers["webhook-timestamp"] == str(int(NOON.timestamp()))


def test_only_what_is_wanted_is_sent_and_once(session, host, receiver):
    listen(session, host, receiver.url("/uploads"), Event.UPLOAD_FINISHED)
    listen(session, host, receiver.url("/both"), Event.UPLOAD_FINISHED, Event.SCENARIO_STATE)
    happen(session, host)
    happen(session, host)
    happen(session, host, Event.SCENARIO_STATE, "scenario:1:step:2")

    job.run(NOON)
    job.run(NOON + timedelta(hours=1))

    assert sorted(sent.path for sent in receiver.received) == ["/both", "/both", "/uploads"]


def test_another_organisations_events_and_earlier_ones_are_not_sent(session, host, receiver):
    listen(session, host, receiver.url(), Event.UPLOAD_FINISHED)
    happen(session, host, at=NOON - timedelta(seconds=1))
    publish(
        session,
        organisation_id=host.organisation_id + 1,
        event=Event.UPLOAD_FINISHED,
        about="upload:9",
        data={},
        at=NOON,
    )
    session.commit()

    assert job.run(NOON) == (0, 0)
    assert receiver.received == []


@obligation("CQ-35.1")
def test_a_failed_push_waits_and_is_visible_and_comes_later(session, host, receiver):
    listen(session, host, receiver.url(), Event.UPLOAD_FINISHED)
    happen(session, host)
    receiver.status = 500

    assert job.run(NOON) == (0, 1)
    (waiting,) = delivered(session, host)
    assert (waiting.state, waiting.attempts, waiting.last_error) == ("queued", 1, "status 500")
    assert waiting.next_at == NOON + FIRST_WAIT

    receiver.status = 200
    assert job.run(NOON + FIRST_WAIT - timedelta(seconds=1)) == (0, 0)
    assert job.run(NOON + FIRST_WAIT) == (1, 0)
    (sent,) = delivered(session, host)
    assert (sent.state, sent.attempts, sent.last_error) == ("sent", 2, None)


def test_after_the_last_try_it_is_given_up_and_stays_visible(session, host, receiver):
    listen(session, host, receiver.url(), Event.UPLOAD_FINISHED)
    happen(session, host)
    receiver.status = 503

    for number in range(MOST_TRIES + 3):
        job.run(NOON + number * timedelta(days=1))

    (dead,) = delivered(session, host)
    assert (dead.state, dead.attempts) == ("dead", MOST_TRIES)
    assert len(receiver.received) == MOST_TRIES


def test_an_address_that_says_gone_is_not_asked_again(session, host, receiver):
    listen(session, host, receiver.url(), Event.UPLOAD_FINISHED)
    happen(session, host)
    receiver.status = 410

    job.run(NOON)

    assert delivered(session, host)[0].state == "dead"


def test_a_removed_address_gets_nothing_more(session, host, receiver):
    listen(session, host, receiver.url(), Event.UPLOAD_FINISHED)
    happen(session, host)
    receiver.status = 500
    job.run(NOON)
    (endpoint,) = webhooks.endpoints(session, actor=host)

    webhooks.remove_endpoint(session, actor=host, endpoint_id=endpoint.id, at=NOON)
    session.commit()
    job.run(NOON + timedelta(hours=1))

    assert len(receiver.received) == 1
    (dead,) = delivered(session, host)
    assert (dead.state, dead.last_error) == ("dead", "endpoint removed")


def test_one_that_fails_does_not_keep_the_others_waiting(session, host, receiver):
    listen(session, host, receiver.url("/bad"), Event.UPLOAD_FINISHED)
    happen(session, host, about="upload:1")
    happen(session, host, about="upload:2")
    happen(session, host, about="upload:3")
    receiver.status = 500

    assert job.run(NOON) == (0, 1)
    assert len(receiver.received) == 1


@obligation("T-56")
def test_redirects_are_not_followed(receiver):
    receiver.status = 302
    receiver.location = receiver.url("/inside")

    with pytest.raises(DeliveryFailed, match="status 302"):
        post(receiver.url(), body=b"{}", headers={})

    assert [sent.path for sent in receiver.received] == ["/hook"]


@obligation("T-56")
def test_the_address_that_was_checked_is_the_one_that_is_called(receiver, monkeypatch):
    answers = iter(["127.0.0.1", "127.0.0.2"])
    looked_up = []

    def changing(host, port, *_, **__):
        looked_up.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (next(answers), port))]

    real = socket.getaddrinfo
    monkeypatch.setattr(
        socket,
        "getaddrinfo",
        lambda host, *rest, **named: (
            changing(host, *rest) if host == "hooks.example.com" else real(host, *rest, **named)
        ),
    )

    post(f"http://hooks.example.com:{receiver.port}/hook", body=b"{}", headers={})

    assert looked_up == ["hooks.example.com"]
    assert receiver.received[0].headers["Host"] == f"hooks.example.com:{receiver.port}"


@obligation("T-56")
def test_this_machine_is_not_called_in_production(receiver):
    webhooks.allow_loopback(False)

    for url in (receiver.url(), f"https://127.0.0.1:{receiver.port}/", "https://127.0.0.1/"):
        with pytest.raises(AddressRefused):
            post(url, body=b"{}", headers={})

    assert receiver.received == []


def test_a_server_that_never_ends_its_answer_is_hung_up_on(receiver):
    receiver.drips = True
    began = time.monotonic()

    with pytest.raises(DeliveryFailed):
        post(receiver.url(), body=b"{}", headers={}, seconds=0.5)

    assert time.monotonic() - began < 3


def test_nobody_listening_is_a_failure_like_any_other():
    webhooks.allow_loopback(True)
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
        with pytest.raises(DeliveryFailed, match="no answer"):
            post(f"http://127.0.0.1:{port}/", body=b"{}", headers={})
    webhooks.allow_loopback(False)


def test_waits_grow_to_six_hours():
    assert [wait_after(tries) for tries in (1, 2, 3)] == [FIRST_WAIT, 2 * FIRST_WAIT, 4 * FIRST_WAIT]
    assert wait_after(MOST_TRIES) == LONGEST_WAIT
    assert wait_after(10_000) == LONGEST_WAIT
