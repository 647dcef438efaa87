"""Amounts as people read them: separators, at most two decimals, never rounded up."""

import pytest

from app.web.presentation import amounts, masks


@pytest.mark.parametrize(
    ("hundredths", "written"),
    [
        (0, "0"),
        (1, "0.01"),
        (10, "0.1"),
        (110, "1.1"),
        (105, "1.05"),
        (186_000, "1,860"),
        (123_456_789, "1,234,567.89"),
        (-20_000, "\u2212200"),
    ],
)
def test_points_have_separators_and_at_most_two_decimals(hundredths, written):
    assert amounts.points(hundredths) == written


def test_a_gain_can_carry_its_sign_and_nothing_has_none():
    assert amounts.points(860, signed=True) == "+8.6"
    assert amounts.points(0, signed=True) == "0"
    assert amounts.grams(3_604, signed=True) == "+3.60 kg"


@pytest.mark.parametrize(
    ("grams", "written"),
    [
        (0, "0 g"),
        (999, "999 g"),
        (1_000, "1.00 kg"),
        (128_460, "128.46 kg"),
        (999_999, "999.99 kg"),
        (1_000_000, "1.00 t"),
        (7_240_009_999, "7,240.00 t"),
        (-1_500, "\u22121.50 kg"),
    ],
)
def test_grams_become_kilograms_and_tonnes_at_a_thousand_each(grams, written):
    assert amounts.grams(grams) == written


@pytest.mark.parametrize(
    ("part", "whole", "written"), [(1, 3, "33.3%"), (2, 3, "66.6%"), (3, 3, "100.0%"), (1, 0, "–")]
)
def test_shares_are_rounded_down(part, whole, written):
    assert amounts.percent(part, whole) == written


def test_other_amounts():
    assert amounts.money(120_050) == "¥1,200.50"
    assert amounts.tonnes(167_000) == "167,000 t"
    assert amounts.milli(12_345) == "12.345"
    assert amounts.milli(1_500) == "1.5"
    assert amounts.file_size(999) == "999 B"
    assert amounts.file_size(41_200_000) == "41.2 MB"


def test_personal_data_keeps_its_ends_only():
    assert masks.masked_phone("13800001234") == "138****1234"
    assert masks.masked_phone("1234567") == "*******"
    assert masks.masked_name("张三丰") == "张**"
    assert masks.masked_number("500103199001011234") == "50**************34"


def test_a_code_is_cut_into_groups_that_can_be_read_aloud():
    assert masks.in_groups("8F3K2Q7M9") == ["8F3K", "2Q7M", "9"]
