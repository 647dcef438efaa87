"""Numbers are read exactly, in the writing of the file and no other."""

from decimal import ROUND_FLOOR, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenarios.profiles.numbers import milli_reader
from scenarios.profiles.values import NumberShape
from tests.unit.scenarios.profile_texts import unhurried

PLAIN, FRENCH, SWISS = NumberShape(), NumberShape(",", "."), NumberShape(".", "'")


@pytest.mark.parametrize(
    ("text", "milli"),
    [
        ("1", 1_000),
        ("+1", 1_000),
        ("-1", -1_000),
        ("1.", 1_000),
        (".5", 500),
        ("0.0019", 1),
        ("30.9359999999999999", 30_935),
        ("1e3", 1_000_000),
        ("9.99e-05", 0),
        ("1.5E+2", 150_000),
        ("-0.0001", -1),
        ("", None),
        (".", None),
        ("-", None),
        ("1.2.3", None),
        ("1,5", None),
        ("1 000", None),
        ("0x10", None),
        ("nan", None),
        ("1e999", None),
        ("1e", None),
        ("9" * 41, None),
        ("1\n", None),
    ],
)
def test_a_plain_number(text: str, milli: int | None):
    assert milli_reader(PLAIN, Fraction(1))(text) == milli


@pytest.mark.parametrize(
    ("shape", "text", "milli"),
    [
        (FRENCH, "1,5", 1_500),
        (FRENCH, "1.234,5", 1_234_500),
        (FRENCH, "1234,5", 1_234_500),
        (FRENCH, "1.23", None),
        (FRENCH, "12.34,5", None),
        (FRENCH, "1,5.0", None),
        (SWISS, "1'234'567.8", 1_234_567_800),
        (SWISS, "1'2345", None),
        (NumberShape(".", ","), "56,373", 56_373_000),
        (NumberShape(".", ","), "56,37", None),
        (NumberShape(".", ","), "1" + ",000" * 12, 10**36 * 1000),
        (NumberShape(".", ","), "1" + ",000" * 13, None),
    ],
)
def test_a_number_in_another_writing(shape: NumberShape, text: str, milli: int | None):
    assert milli_reader(shape, Fraction(1))(text) == milli


@unhurried
@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**9), max_value=10**9, places=6))
def test_a_number_is_rounded_down_to_thousandths(value: Decimal):
    read = milli_reader(PLAIN, Fraction(1))

    assert read(str(value)) == int((value * 1000).to_integral_value(ROUND_FLOOR))


@unhurried
@given(st.integers(min_value=0, max_value=10**6))
def test_miles_become_kilometres_exactly_before_they_are_rounded_down(thousandths: int):
    read = milli_reader(PLAIN, Fraction("1.609344"))

    assert read(f"{thousandths // 1000}.{thousandths % 1000:03}") == thousandths * 1_609_344 // 1_000_000
