"""Letters: to a confirmed address alone, in the reader's language, in their hours, by real SMTP."""

import base64
import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from app.identity import commands as identity
from app.identity import queries
from app.identity.errors import EmailMalformed
from app.identity.models import Person
from app.identity.values import MessageKind
from app.jobs import emails, leaving
from app.jobs import outbox as job
from app.kernel import mail, sms
from app.kernel.errors import TooMany
from app.kernel.mail import MailUnavailable, SmtpServer
from app.kernel.outbox import Channel, OutboxMessage, enqueue
from app.settings import Mode, Settings, SettingsWrong
from tests.builders import people
from tests.integration.jobs.smtp import SmallServer
from tests.obligations import obligation

NOON = datetime(2026, 6, 1, 4, 0, tzinfo=UTC)
NIGHT = datetime(2026, 6, 1, 15, 0, tzinfo=UTC)  # 23:00 in China
EXPIRY = {"points": 12_50, "last_valid_on": "2026-07-01", "days": 7}


@pytest.fixture
def post_office():
    made = SmallServer()
    mail.use_sender(SmtpServer(f"smtp://127.0.0.1:{made.port}", "tanhuitong@example.cn"))
    yield made
    mail.use_sender(mail.NoServer())
    made.close()


@pytest.fixture
def reader(session, post_office):
    """A citizen with a confirmed address."""
    actor = people.citizen(session, at=NOON)
    identity.set_email(session, actor=actor, address="li@example.cn", at=NOON)
    emails.run(NOON)
    (code,) = re.findall(r"\d{6}", post_office.letters.pop()[1].get_content())
    assert identity.try_email_code(session, actor=actor, code=code, at=NOON)
    return actor


def tell(session, actor, *, key="k", template="points.expiry_notice", at=NOON, payload=None):
    enqueue(
        session,
        channel=Channel.IN_APP,
        recipient=f"person:{actor.person_id}",
        template=template,
        payload=payload or EXPIRY,
        at=at,
        key=key,
    )
    session.flush()


def last(session):
    return session.scalars(
        select(OutboxMessage)
        .where(OutboxMessage.channel == "email")
        .order_by(OutboxMessage.id.desc())
        .execution_options(populate_existing=True)
    ).first()


@obligation("CQ-35.1", "Q-73")
def test_a_message_is_accompanied_by_one_letter(session, post_office, reader):
    tell(session, reader)

    assert [job.run(NOON), job.run(NOON)] == [2, 0]

    ((to, letter),) = post_office.letters
    assert (to, letter["From"], letter["Subject"]) == (
        "li@example.cn",
        "tanhuitong@example.cn",
        "积分快要到期",
    )
    assert "12.5碳积分将于2026-07-01失效" in letter.get_content()
    assert letter["Auto-Submitted"] == "auto-generated"
    assert last(session).state == "sent"


def test_letters_are_in_the_reader_s_language(session, post_office, reader):
    session.get_one(Person, reader.person_id).locale = "en"
    tell(session, reader)

    job.run(NOON)

    assert post_office.letters[0][1]["Subject"] == "Points about to expire"


@obligation("Q-73")
def test_what_is_not_wanted_and_quiet_hours_hold_for_letters(session, post_office, reader):
    identity.choose_letters(session, actor=reader, by_email={MessageKind.REDEMPTION}, at=NOON)
    identity.choose_messages(session, actor=reader, by_sms=set(), quiet_from=22, quiet_until=8, at=NOON)
    tell(session, reader, at=NIGHT)
    tell(session, reader, key="k2", template="correction.notice", at=NIGHT, payload={"amount": 1})

    job.run(NIGHT)
    held = [letter["Subject"] for _, letter in post_office.letters]
    job.run(NIGHT + timedelta(hours=9) - timedelta(seconds=1))
    early = len(post_office.letters)
    job.run(NIGHT + timedelta(hours=9))

    assert (held, early) == ([], 0)
    assert [letter["Subject"] for _, letter in post_office.letters] == ["积分更正通知"]
    unwanted = session.scalars(select(OutboxMessage).where(OutboxMessage.key == "k:email")).one()
    assert (unwanted.state, unwanted.last_error, unwanted.attempts) == ("dead", leaving.NOT_WANTED, 0)


@obligation("CQ-35.1")
def test_a_busy_server_is_tried_again_and_a_dead_address_is_not(session, post_office, reader):
    tell(session, reader)
    post_office.says = "451 later"
    job.run(NOON)
    waiting = last(session)
    first = (waiting.state, waiting.last_error, waiting.next_at - NOON)
    post_office.says = "550 nobody here"
    job.run(NOON + timedelta(minutes=1))
    tell(session, reader, key="k2")
    job.run(NOON + timedelta(minutes=2))

    assert first == ("queued", "mail.unavailable", timedelta(minutes=1))
    assert (last(session).key, last(session).state, last(session).last_error) == (
        "k:email",
        "dead",
        emails.GONE,
    )
    assert queries.own_email(session, reader.person_id).failed_at == NOON + timedelta(minutes=1)


@obligation("Q-73", "T-50")
def test_nothing_but_a_code_goes_to_an_address_that_is_not_confirmed(session, post_office):
    actor = people.citizen(session, at=NOON)
    identity.set_email(session, actor=actor, address="other@example.cn", at=NOON)
    tell(session, actor)
    job.run(NOON)

    ((_, letter),) = post_office.letters
    (code,) = re.findall(r"\d{6}", letter.get_content())
    wrong = f"{(int(code) + 1) % 10**6:06d}"
    for _ in range(5):
        assert not identity.try_email_code(session, actor=actor, code=wrong, at=NOON)
    assert not identity.try_email_code(session, actor=actor, code=code, at=NOON)
    row = last(session)
    assert code not in str(row.payload)
    assert base64.b64decode(row.payload["to_sealed"]) != b"other@example.cn"


@pytest.mark.parametrize(("minutes", "right"), [(14, True), (15, False)])
def test_a_code_works_for_a_quarter_of_an_hour(session, post_office, minutes, right):
    actor = people.citizen(session, at=NOON)
    identity.set_email(session, actor=actor, address="li@example.cn", at=NOON)
    emails.run(NOON)
    (code,) = re.findall(r"\d{6}", post_office.letters[0][1].get_content())

    at = NOON + timedelta(minutes=minutes)

    assert identity.try_email_code(session, actor=actor, code=code, at=at) is right


@pytest.mark.parametrize(
    "address", ["", "li", "li@", "li@cn", "a b@example.cn", "li@example.cn\nBcc: x@y.cn"]
)
def test_what_is_no_address_is_refused(session, address):
    with pytest.raises(EmailMalformed):
        identity.set_email(session, actor=people.citizen(session, at=NOON), address=address, at=NOON)


def test_codes_are_limited(session):
    actor = people.citizen(session, at=NOON)
    for _ in range(5):
        identity.set_email(session, actor=actor, address="li@example.cn", at=NOON)
    with pytest.raises(TooMany):
        identity.set_email(session, actor=actor, address="li@example.cn", at=NOON)


def test_a_removed_address_gets_nothing(session, post_office, reader):
    identity.remove_email(session, actor=reader, at=NOON)
    tell(session, reader)

    job.run(NOON)

    assert post_office.letters == []
    assert queries.own_email(session, reader.person_id).address is None


@obligation("Q-73")
def test_quiet_hours_hold_for_short_messages(session):
    class Gateway:
        sent: list[str] = []  # noqa: RUF012

        def send(self, *, phone, text):
            self.sent.append(text)

    sms.use_sender(Gateway())
    actor = people.citizen(session, at=NOON)
    identity.choose_messages(
        session, actor=actor, by_sms={MessageKind.EXPIRY}, quiet_from=22, quiet_until=8, at=NOON
    )
    enqueue(
        session,
        channel=Channel.SMS,
        recipient=f"person:{actor.person_id}",
        template="points.expiry_notice",
        payload=EXPIRY,
        at=NIGHT,
        key="s",
    )
    session.flush()

    sent = [job.run(NIGHT), job.run(NIGHT + timedelta(hours=9))]
    sms.use_sender(sms.NoGateway())

    assert sent == [0, 1]


def test_no_word_is_said_to_a_server_elsewhere_without_tls():
    small = SmallServer()
    sender = SmtpServer(f"smtp://127.0.0.1:{small.port}", "a@example.cn")
    sender.near = False  # as if it were another machine

    with pytest.raises(MailUnavailable):
        sender.send(to="li@example.cn", subject="x", text="x")

    small.close()
    assert small.letters == []


@pytest.mark.parametrize(
    ("url", "sender"),
    [
        ("http://mail.example.cn", "a@example.cn"),
        ("smtps://mail.example.cn", ""),
        ("smtps://", "a@example.cn"),
    ],
)
def test_settings_that_cannot_send_are_refused_at_the_start(url, sender):
    settings = Settings(database_url="", mode=Mode.PRODUCTION, smtp_url=url, mail_from=sender)

    with pytest.raises(SettingsWrong):
        settings.mail_sender()
