"""Serial texts and numbers: what is written is read again, and no single slip passes."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cqcer import serials
from cqcer.errors import SerialUnreadable
from cqcer.values import Category, Period, Range, RulebookCode
from tests.obligations import obligation

SERIAL = serials.Serial(
    RulebookCode.CQCER,
    Category.ENGINEERING,
    12,
    Period(date(2022, 1, 1), date(2022, 12, 31)),
    Range(1, 500),
)
TEXT = "CQCER-E-000012-20220101-20221231-000000000001-000000000500-48"


@st.composite
def any_serial(draw: st.DrawFn) -> serials.Serial:
    days = sorted(draw(st.tuples(st.dates(date(2014, 1, 1)), st.dates(date(2014, 1, 1)))))
    units = sorted(draw(st.tuples(st.integers(1, 10**14), st.integers(1, 10**14))))
    return serials.Serial(
        draw(st.sampled_from(RulebookCode)),
        draw(st.sampled_from(Category)),
        draw(st.integers(1, 10**8)),
        Period(*days),
        Range(*units),
    )


@obligation("CQ-30.3")
@given(any_serial())
def test_what_is_written_is_read_again(serial):
    assert serials.read(serials.write(serial)) == serial


def test_the_text_is_as_published():
    assert serials.write(SERIAL) == TEXT
    assert serials.read(f"  {TEXT.lower()} ") == SERIAL


@pytest.mark.parametrize("place", [place for place, sign in enumerate(TEXT) if sign.isdigit()])
def test_any_one_wrong_digit_is_found(place):
    for digit in "0123456789":
        if digit != TEXT[place]:
            with pytest.raises(SerialUnreadable):
                serials.read(TEXT[:place] + digit + TEXT[place + 1 :])


@pytest.mark.parametrize(
    "text",
    ["", "CQCER", TEXT[:-3], TEXT + "0", TEXT.replace("-E-", "-S-"), "X" * 10_000, TEXT.replace("1", "١")],
)
def test_what_is_not_a_serial_is_refused(text):
    with pytest.raises(SerialUnreadable):
        serials.read(text)


@given(st.text(max_size=80))
def test_no_text_breaks_the_reader(text):
    with pytest.raises(SerialUnreadable):
        serials.read(text)


@given(st.integers(0, 9 * 10**11 - 1))
def test_an_account_number_is_whole_and_finds_a_slip(draw):
    number = serials.account_number(lambda below: draw % below)

    assert serials.account_number_is_valid(number)
    assert not serials.account_number_is_valid(number[:-1] + str((int(number[-1]) + 1) % 10))
    assert not serials.account_number_is_valid(number[1:])


def test_a_project_number_is_whole_and_finds_a_slip():
    number = serials.project_number(RulebookCode.CQCER, Category.SINK, 7)

    assert number.startswith("CQCER-S-000007-")
    assert serials.project_number_is_valid(number)
    assert not serials.project_number_is_valid(number.replace("7", "8", 1))
    assert not serials.project_number_is_valid("CQCER-S-7")
