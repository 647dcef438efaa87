"""Short messages keep to what their recipient wants: kinds that are switched off, hours of quiet."""

from datetime import timedelta

from app.identity import commands as identity
from app.identity.values import MessageKind
from app.jobs import outbox as job
from app.kernel.outbox import Channel
from tests.builders import people
from tests.integration.jobs.test_outbox import NOW, gateway, messages, put
from tests.obligations import obligation

__all__ = ["gateway"]


@obligation("Q-73")
def test_what_was_switched_off_is_not_sent_and_says_so(session, gateway):
    citizen = people.citizen(session, at=NOW)
    identity.choose_messages(
        session, actor=citizen, by_sms={MessageKind.CLAIM}, quiet_from=0, quiet_until=0, at=NOW
    )
    who = f"person:{citizen.person_id}"
    put(session, Channel.SMS, who, key="expiry")
    put(session, Channel.SMS, who, key="correction", template="correction.notice")
    put(session, Channel.SMS, who, key="claim", template="claim.resolved")

    assert job.run(NOW) == 2

    held = {one.key: (one.state, one.last_error) for one in messages(session)}
    assert held == {
        "expiry": ("dead", "not wanted"),
        "correction": ("sent", None),
        "claim": ("sent", None),
    }


@obligation("Q-73")
def test_quiet_hours_hold_back_what_can_wait(session, gateway):
    citizen = people.citizen(session, at=NOW)  # NOW is noon in China
    identity.choose_messages(
        session, actor=citizen, by_sms=set(MessageKind), quiet_from=11, quiet_until=14, at=NOW
    )
    who = f"person:{citizen.person_id}"
    put(session, Channel.SMS, who, key="correction", template="correction.notice")
    put(session, Channel.SMS, who, key="phone", template="person.phone_changed", tail="1234")

    at_noon = job.run(NOW)
    later = job.run(NOW + timedelta(hours=2))

    assert (at_noon, later) == (1, 1)
    assert {one.key: one.attempts for one in messages(session)} == {"correction": 1, "phone": 1}
