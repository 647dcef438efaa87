"""Messages leave the outbox by the way of each channel, once."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from app.jobs import outbox as job
from app.jobs import short_messages
from app.kernel import sms
from app.kernel.outbox import Channel, OutboxMessage, enqueue
from app.kernel.session import transaction
from tests.builders import people
from tests.obligations import obligation

NOW = datetime(2026, 6, 1, 4, 0, tzinfo=UTC)


class Gateway:
    """Remembers what it was asked to send; refuses while it is down."""

    def __init__(self):
        self.sent: list[tuple[str, str]] = []
        self.down = False

    def send(self, *, phone, text):
        if self.down:
            raise sms.SmsUnavailable
        self.sent.append((phone, text))


@pytest.fixture
def gateway():
    made = Gateway()
    sms.use_sender(made)
    yield made
    sms.use_sender(sms.NoGateway())


def put(session, channel, recipient, *, key="k", template="points.expiry_notice", at=NOW, **payload):
    said = payload or {"points": 12_50, "last_valid_on": "2026-07-01", "days": 7}
    enqueue(session, channel=channel, recipient=recipient, template=template, payload=said, at=at, key=key)
    session.flush()


def messages(session):
    return session.scalars(
        select(OutboxMessage).order_by(OutboxMessage.id).execution_options(populate_existing=True)
    ).all()


@obligation("CQ-35.1")
def test_a_message_within_the_product_leaves_at_once_and_once(session):
    put(session, Channel.IN_APP, "person:1")
    put(session, Channel.IN_APP, "person:1", key="later", at=NOW + timedelta(minutes=1))

    assert [job.run(NOW), job.run(NOW)] == [1, 0]

    first, second = messages(session)
    assert (first.state, first.sent_at, second.state) == ("sent", NOW, "queued")


def test_a_short_message_goes_to_the_person_s_telephone(session, gateway):
    phone = people.phone()
    citizen = people.citizen(session, at=NOW, phone_number=phone)
    put(session, Channel.SMS, f"person:{citizen.person_id}")

    assert job.run(NOW) == 1

    assert gateway.sent == [(phone, f"{sms.SIGN}您有12.5碳积分将于2026-07-01失效，请及时兑换。")]
    assert messages(session)[-1].state == "sent"


def test_a_message_about_a_new_telephone_goes_to_the_old_one(session, gateway):
    import base64

    from app.kernel.secrets import keyring

    sealed = base64.b64encode(keyring().encrypt("+8613900000000", purpose="person.phone")).decode()
    put(session, Channel.SMS, "person:1", template="person.phone_changed", to_sealed=sealed, tail="1234")

    short_messages.run(NOW)

    ((phone, text),) = gateway.sent
    assert phone == "+8613900000000"
    assert "1234" in text


def test_a_gateway_that_is_down_is_tried_again_ever_later_and_given_up(session, gateway):
    citizen = people.citizen(session, at=NOW)
    put(session, Channel.SMS, f"person:{citizen.person_id}")
    gateway.down = True
    at, waits, message = NOW, list[float](), messages(session)[-1]

    for _ in range(short_messages.MOST_TRIES):
        assert short_messages.run(at) == 0
        message = messages(session)[-1]
        waits.append((message.next_at - at).total_seconds())
        at = message.next_at

    assert waits == [60 * 2**n for n in range(8)]
    assert (message.state, message.attempts, message.last_error) == ("dead", 8, "sms.unavailable")
    gateway.down = False
    assert short_messages.run(at + timedelta(days=9)) == 0


def test_a_message_to_nobody_is_not_sent(session, gateway):
    put(session, Channel.SMS, "person:987654321")

    assert short_messages.run(NOW) == 0
    assert messages(session)[-1].last_error == "no telephone"


def test_two_workers_send_each_message_once(committed, gateway):
    import threading

    with transaction() as session:
        citizen = people.citizen(session, at=NOW)
        for number in range(20):
            put(session, Channel.SMS, f"person:{citizen.person_id}", key=f"k{number}")
    threads = [threading.Thread(target=short_messages.run, args=(NOW,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert len(gateway.sent) == 20
