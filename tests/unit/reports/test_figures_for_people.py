"""What grams come to, and the months and kilograms in which figures are told."""

from datetime import date

import pytest

from app.reports import equivalents, neighbours
from app.reports.monthly_figures import months_up_to
from app.web.citizen import presenting
from app.web.citizen.wishes import number_of


@pytest.mark.parametrize(
    ("grams", "kilowatt_hours", "kilometres"),
    [(0, 0, 0), (55, 0, 3), (56, 1, 3), (558, 9, 33), (559, 10, 33), (128_460, 2301, 7612)],
)
def test_equivalents_are_rounded_down_to_tenths(grams, kilowatt_hours, kilometres):
    found = {one.kind: one.tenths for one in equivalents.of_grams(grams)}

    assert found == {"electricity": kilowatt_hours, "petrol_car": kilometres}


def test_every_equivalent_names_its_source_in_both_languages():
    for one in equivalents.of_grams(1):
        assert one.source
        assert one.zh
        assert one.en
        assert one.certainty in {"firm", "reported", "derived", "assumed"}


def test_the_same_act_counted_otherwise_has_the_same_neighbours():
    by_ride = neighbours.of_methods(("bicycle.ride",))
    by_both = neighbours.of_methods(("bicycle.ride", "bicycle.km"))

    assert by_ride == by_both
    assert all(one.source for one in by_ride)
    assert neighbours.of_methods(("phone.second_hand",)) == ()


def test_months_go_back_over_the_turn_of_the_year():
    assert months_up_to(date(2026, 2, 28), 4) == [
        date(2025, 11, 1),
        date(2025, 12, 1),
        date(2026, 1, 1),
        date(2026, 2, 1),
    ]


@pytest.mark.parametrize(
    ("grams", "told"), [(0, "0"), (99, "0.0"), (100, "0.1"), (999, "0.9"), (1_999_999, "1,999.9")]
)
def test_kilograms_are_rounded_down(grams, told):
    assert presenting.kilograms(grams) == told


@pytest.mark.parametrize(("tenths", "told"), [(0, "0"), (5, "0.5"), (20, "2"), (12_345, "1,234.5")])
def test_tenths_lose_an_idle_zero(tenths, told):
    assert presenting.tenths(tenths) == told


@pytest.mark.parametrize(
    ("given", "number"),
    [("12", 12), ("0", 0), (None, None), ("", None), ("-1", None), ("1" * 19, None), ("１２", None)],
)
def test_numbers_of_an_address_fit_any_column(given, number):
    assert number_of(given) == number
