"""One-time codes: five minutes, five tries, once, and not too many (T-50, T-51)."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from sqlalchemy import select, text

from app.identity import commands
from app.identity.errors import CodesTooOften
from app.identity.models import OneTimeCode
from app.identity.values import Caller, Purpose
from app.kernel import session as kernel_session
from app.kernel.errors import TooMany
from app.kernel.session import transaction
from tests.builders import people
from tests.obligations import obligation

NOON = datetime(2026, 11, 20, 4, tzinfo=UTC)
CALLER = Caller("203.0.113.9", "203.0.113.0/24")
BROWSER = "a browser"


def issue(session, phone, *, at=NOON, purpose=Purpose.SIGN_IN, browser=BROWSER, caller=CALLER):
    return commands.issue_code(
        session, phone=phone, purpose=purpose, browser=browser, caller=caller, at=at
    ).code


def accepts(session, phone, code, *, at=NOON, purpose=Purpose.SIGN_IN, browser=BROWSER):
    return commands.try_code(
        session, phone=phone, purpose=purpose, browser=browser, code=code, at=at
    ).accepted


def wrong(code):
    return f"{(int(code) + 1) % 1_000_000:06d}"


@obligation("T-50")
def test_of_a_hundred_simultaneous_right_answers_one_is_accepted(committed):
    phone = people.phone()
    with transaction() as session:
        code = issue(session, phone)
    engine = kernel_session.make_engine(committed.app, pool_size=20, max_overflow=80, pool_timeout=60)
    kernel_session.configure(engine)
    start = Barrier(100)

    def answer(_):
        start.wait()
        with transaction() as session:
            return accepts(session, phone, code)

    with ThreadPoolExecutor(100) as pool:
        verdicts = list(pool.map(answer, range(100)))
    engine.dispose()

    assert verdicts.count(True) == 1


@obligation("T-50")
def test_of_simultaneous_guesses_five_are_counted(committed):
    phone = people.phone()
    with transaction() as session:
        code = issue(session, phone)
    engine = kernel_session.make_engine(committed.app, pool_size=20, max_overflow=20, pool_timeout=60)
    kernel_session.configure(engine)
    guesses = [f"{(int(code) + step) % 1_000_000:06d}" for step in range(1, 40)] + [code]

    def answer(guess):
        with transaction() as session:
            return accepts(session, phone, guess)

    with ThreadPoolExecutor(20) as pool:
        list(pool.map(answer, guesses[:-1]))
    late = answer(code)
    with transaction() as session:
        tries = session.scalars(select(OneTimeCode.tries)).one()
    engine.dispose()

    assert tries == 5
    assert late is False


@obligation("T-50")
@pytest.mark.parametrize(("seconds", "accepted"), [(0, True), (299, True), (300, False), (301, False)])
def test_a_code_lives_five_minutes(session, seconds, accepted):
    phone = people.phone()
    code = issue(session, phone)

    assert accepts(session, phone, code, at=NOON + timedelta(seconds=seconds)) is accepted


@obligation("T-50")
@pytest.mark.parametrize(("failures", "accepted"), [(4, True), (5, False)])
def test_a_code_takes_five_tries(session, failures, accepted):
    phone = people.phone()
    code = issue(session, phone)
    for _ in range(failures):
        assert not accepts(session, phone, wrong(code))

    assert accepts(session, phone, code) is accepted


@obligation("T-50")
def test_a_code_is_for_its_purpose_browser_and_phone(session):
    phone = people.phone()
    code = issue(session, phone)

    assert not accepts(session, phone, code, purpose=Purpose.CHANGE_PHONE)
    assert not accepts(session, phone, code, browser="another")
    assert not accepts(session, people.phone(), code)
    assert accepts(session, phone, code)
    assert not accepts(session, phone, code)


@obligation("T-50")
@pytest.mark.parametrize(
    "disguise",
    [str, lambda code: f" {code} ", lambda code: "".join(chr(ord(d) + 0xFEE0) for d in code)],
)
def test_a_used_code_is_worth_nothing_in_any_disguise(session, disguise):
    phone = people.phone()
    code = issue(session, phone)
    assert accepts(session, phone, disguise(code))

    assert not accepts(session, phone, code)
    assert not accepts(session, phone, disguise(code))


def test_a_fresh_code_puts_the_earlier_one_out_of_use(session):
    phone = people.phone()
    first = issue(session, phone)
    second = issue(session, phone, at=NOON + timedelta(seconds=60))
    later = NOON + timedelta(seconds=61)

    assert first == second or not accepts(session, phone, first, at=later)
    assert accepts(session, phone, second, at=later)


@obligation("T-51")
def test_a_phone_gets_one_code_a_minute_five_an_hour_ten_a_day(session):
    phone = people.phone()
    sent, waits = [], []
    for second in range(0, 26 * 3600, 20):
        caller = Caller(f"10.0.{second % 250}.1", f"network {second}")
        try:
            issue(session, phone, at=NOON + timedelta(seconds=second), caller=caller)
        except CodesTooOften as refusal:
            waits.append(refusal.details["retry_after"])
        else:
            sent.append(second)

    assert min(waits) >= 1
    for window, most in ((60, 1), (3600, 5), (86_400, 10)):
        assert max(sum(start <= each < start + window for each in sent) for start in sent) == most
    assert len(sent) > 10


@obligation("T-51")
def test_one_address_cannot_ask_for_many_phones(session):
    for _ in range(30):
        issue(session, people.phone())

    with pytest.raises(TooMany):
        issue(session, people.phone())
    issue(session, people.phone(), caller=Caller("203.0.113.10", "203.0.113.0/24"))


def test_neither_phone_nor_code_is_kept_in_clear(session):
    phone = people.phone()
    code = issue(session, phone)

    kept = session.execute(text("select row_to_json(c)::text from one_time_code c")).scalar_one()
    counters = session.execute(text("select string_agg(bucket, ' ') from rate_counter")).scalar_one()

    assert phone.removeprefix("+86") not in kept
    assert code.encode().hex() not in kept
    assert CALLER.address not in counters


def test_old_codes_are_forgotten(session):
    issue(session, people.phone())

    assert commands.forget_codes(session, at=NOON + timedelta(days=2)) == 0
    assert commands.forget_codes(session, at=NOON + timedelta(days=2, seconds=1)) == 1
