"""Account numbers, typed codes, display codes: what is mistyped, altered, old or made elsewhere is found."""

import random
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kernel.check_digits import CROCKFORD
from points import serials
from tests.obligations import obligation

AT = datetime(2026, 3, 10, 4, tzinfo=UTC)


def draw(below: int) -> int:
    return random.randrange(below)


def sign(body: str) -> str:
    return f"{'A' * 8}{sum(body.encode()):08d}".translate(str.maketrans("0189", "ABCD"))


def verify(body: str, signature: str) -> bool:
    return sign(body) == signature


@given(st.integers(0, 9 * 10**13 - 1), st.integers(0, 15), st.integers(1, 9))
def test_a_wrong_digit_in_an_account_number_is_found(drawn, place, by):
    number = serials.account_number(lambda _below: drawn)
    wrong = number[:place] + str((int(number[place]) + by) % 10) + number[place + 1 :]

    assert serials.account_number_is_valid(number)
    assert not serials.account_number_is_valid(wrong)


@given(st.integers(0, 9 * 10**13 - 1), st.integers(0, 14))
def test_two_swapped_digits_in_an_account_number_are_found(drawn, place):
    number = serials.account_number(lambda _below: drawn)
    swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]

    assert serials.account_number_is_valid(swapped) == (swapped == number)


def test_a_typed_code_is_read_as_it_was_meant():
    code = serials.typed_code(draw)

    for text in (code, serials.grouped(code), serials.grouped(code).lower(), f"  {code[:5]} {code[5:]} "):
        assert serials.read_typed_code(text) == code
    meant = serials.grouped(code).replace("0", "O").replace("1", "l")
    assert serials.read_typed_code(meant) == code


@pytest.mark.parametrize("text", ["", "7", "0000-0000-0001", "U" * 12, "券券券券券券券券券券券券", "1" * 200])
def test_what_is_no_code_is_none(text):
    assert serials.read_typed_code(text) is None


@given(st.integers(0, 11), st.integers(1, 31), st.randoms())
def test_a_wrong_sign_in_a_typed_code_is_found(place, by, randomness):
    code = serials.typed_code(randomness.randrange)
    other = CROCKFORD[(CROCKFORD.index(code[place]) + by) % 32]

    assert serials.read_typed_code(code[:place] + other + code[place + 1 :]) is None


@obligation("T-15")
@pytest.mark.parametrize(
    ("age", "fresh"),
    [
        (timedelta(seconds=-121), False),
        (timedelta(seconds=-120), True),
        (timedelta(), True),
        (timedelta(seconds=60), True),
        (timedelta(seconds=60, microseconds=1), False),
        (timedelta(days=1), False),
    ],
)
def test_a_display_code_is_good_for_sixty_seconds_of_the_services_clock(age, fresh):
    shown = serials.read_display_code(serials.display_code(12, at=AT, sign=sign).text, verify=verify)

    assert shown is not None
    assert shown.redemption_id == 12
    assert serials.is_fresh(shown, AT + age) is fresh


@obligation("T-15")
@pytest.mark.parametrize(
    "altered",
    [
        lambda text: text.replace("TH1.12.", "TH1.13."),
        lambda text: text.replace(".1773115200.", ".1773115260."),
        lambda text: text[:-1] + ("A" if text[-1] != "A" else "B"),
        lambda text: text + "A",
        lambda text: text.replace("TH1", "TH2"),
        lambda text: text.replace(".12.", ".012."),
        lambda _text: "TH1...",
        lambda _text: "",
    ],
)
def test_an_altered_display_code_says_nothing(altered):
    text = serials.display_code(12, at=AT, sign=sign).text

    assert serials.read_display_code(altered(text), verify=verify) is None


def test_a_display_code_holds_only_signs_that_a_qr_packs_tightly():
    text = serials.display_code(12, at=AT, sign=sign).text

    assert set(text) <= set("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:")
