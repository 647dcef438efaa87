"""Accounting methods: which version holds, how grams are rounded, what a receipt says."""

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import floor
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenarios import methods
from scenarios.methods import EvidenceClass, LifeField
from scenarios.methods.errors import MethodInvalid, MethodNotFound
from scenarios.methods.receipts import exact_text
from tests.obligations import obligation
from tests.unit.scenarios.profile_texts import unhurried

A_DAY = date(2026, 11, 1)
VERSIONS = [version for method in methods.seeded().values() for version in method.versions]
SMALL: dict[str, Any] = {
    "code": "carton.returned",
    "version": 2,
    "valid_from": "2027-01-01",
    "unit": "piece",
    "formula": "carton_returned",
    "formula_zh": "减排量 = 件数 × 每件减排量",
    "formula_en": "grams = cartons × grams a carton",
    "parameters": {
        "factor": {
            "zh": "每件减排量",
            "en": "Grams a carton",
            "value": "36.5",
            "unit": "g/piece",
            "source": "S29",
            "certainty": "reported",
            "valid_from": "2027-01-01",
        }
    },
    "evidence_class": "B",
    "evidence_weight": "1",
    "source": "S29",
    "certainty": "reported",
}


def in_force(code: str, day: date = A_DAY) -> methods.MethodVersion:
    version = methods.by_code(code).on(day)
    assert version is not None
    return version


@obligation("CQ-31.3")
def test_a_code_that_no_method_has_is_refused():
    with pytest.raises(MethodNotFound) as refusal:
        methods.by_code("bus.dream")

    assert refusal.value.details == {"method": "bus.dream"}


@obligation("CQ-42.8")
def test_every_method_serves_a_field_of_life():
    fields = {method.life_field for method in methods.seeded().values()}

    assert fields == {LifeField.TRANSPORT, LifeField.HOUSING, LifeField.FOOD, LifeField.DAILY_USE}


@obligation("Q-38")
@pytest.mark.parametrize(
    ("day", "version"),
    [
        (date(2024, 8, 31), None),
        (date(2024, 9, 1), 1),
        (date(2024, 12, 19), 1),
        (date(2024, 12, 20), 2),
        (date(2025, 12, 30), 2),
        (date(2025, 12, 31), 3),
        (date(2040, 1, 1), 3),
    ],
)
def test_the_version_of_the_behaviours_day_counts(day: date, version: int | None):
    found = methods.by_code("electricity.saved").on(day)

    assert (found and found.version) == version


def test_the_versions_of_a_method_are_found_in_any_order():
    versions = methods.by_code("electricity.saved").versions

    assert methods.version_on(reversed(versions), date(2025, 12, 30)) == versions[1]


@unhurried
@given(st.sampled_from(VERSIONS), st.integers(min_value=-(10**6), max_value=10**10))
def test_grams_are_the_exact_result_rounded_down_once(version: methods.MethodVersion, quantity_milli: int):
    exact = version.exact_grams(quantity_milli)

    assert exact >= 0
    assert methods.grams(version, quantity_milli) == floor(exact)


@obligation("Q-38")
@unhurried
@given(st.sampled_from(VERSIONS), st.integers(max_value=0))
def test_nothing_and_less_than_nothing_earn_nothing(version: methods.MethodVersion, quantity_milli: int):
    assert methods.grams(version, quantity_milli) == 0


@unhurried
@given(st.sampled_from(VERSIONS), st.integers(min_value=0, max_value=10**9))
def test_more_never_earns_less(version: methods.MethodVersion, quantity_milli: int):
    grams_of = version.calculator()

    assert grams_of(quantity_milli) <= grams_of(quantity_milli + 1)


def test_a_factor_below_zero_earns_nothing():
    metro = in_force("metro.km")
    worse = replace(metro, parameters=tuple(replace(p, value=200 - p.value) for p in metro.parameters))

    assert worse.line.grams_per_unit == -72
    assert methods.grams(worse, 1_000_000) == 0
    assert worse.exact_grams(1_000_000) == 0


def test_a_longest_time_between_two_thousandths_is_kept_exactly():
    ride = in_force("bicycle.duration")
    longest, *others = ride.parameters
    odd = replace(ride, parameters=(replace(longest, value=Decimal("10.0005")), *others))

    for quantity_milli in (9_999, 10_000, 10_001, 10_002):
        assert methods.grams(odd, quantity_milli) == floor(odd.exact_grams(quantity_milli))


@obligation("CQ-31.3")
@pytest.mark.parametrize("version", VERSIONS, ids=lambda version: f"{version.code}-{version.version}")
def test_a_version_comes_back_from_json_the_same(version: methods.MethodVersion):
    text = json.dumps(methods.version_to_plain(version))

    assert methods.version_from_plain(json.loads(text)) == version


def test_a_version_from_json_computes():
    version = methods.version_from_plain(SMALL)

    assert methods.grams(version, 3_000) == 109


def test_every_fault_of_a_version_is_named_at_once():
    faulty = {
        **SMALL,
        "version": 0,
        "valid_until": "2027-01-01",
        "unit": "bushel",
        "formula": "guess",
        "cap_count": -1,
        "max_quantity": "1.0001",
        "evidence_weight": "1.1",
        "colour": "green",
    }

    with pytest.raises(MethodInvalid) as refusal:
        methods.version_from_plain(faulty)

    assert {breach["path"] for breach in refusal.value.details["breaches"]} == {
        "version",
        "valid_until",
        "unit",
        "formula",
        "cap_count",
        "max_quantity",
        "evidence_weight",
        "colour",
    }


def test_a_binary_fraction_is_no_exact_number():
    factor = {**SMALL["parameters"]["factor"], "value": 36.5}

    with pytest.raises(MethodInvalid) as refusal:
        methods.version_from_plain({**SMALL, "parameters": {"factor": factor}})

    assert refusal.value.details["breaches"] == [
        {"path": "parameters.factor.value", "message": "must be an exact decimal number"}
    ]


def test_a_parameter_that_the_formula_needs_must_be_there():
    with pytest.raises(MethodInvalid) as refusal:
        methods.version_from_plain({**SMALL, "parameters": {}})

    assert refusal.value.details["breaches"] == [
        {"path": "parameters.factor", "message": "required by the formula"}
    ]


def test_versions_of_a_method_must_not_overlap():
    version = {key: value for key, value in SMALL.items() if key not in {"code", "unit"}}
    later = {**version, "version": 3, "valid_from": "2027-06-01"}
    method = {
        "code": "carton.returned",
        "zh": "纸箱",
        "en": "Carton",
        "life_field": "daily_use",
        "unit": "piece",
    }

    with pytest.raises(MethodInvalid) as refusal:
        methods.method_from_plain({**method, "version": [later, version]})

    assert refusal.value.details["breaches"] == [{"path": "version", "message": "2 and 3 overlap"}]
    ended = {**version, "valid_until": "2027-06-01"}
    assert len(methods.method_from_plain({**method, "version": [later, ended]}).versions) == 2


@obligation("CQ-31.3")
def test_a_receipt_names_inputs_factors_sources_and_the_floor():
    receipt = methods.explain(in_force("bicycle.ride"), 1_000)

    assert [(line.en, line.value, line.unit) for line in receipt.lines] == [
        ("Quantity (rides)", "1", "ride"),
        ("Typical distance of a ride", "1.5", "km"),
        ("Grams a km", "48.7", "g/km"),
        ("Weight of evidence class B", "1", "1"),
    ]
    assert receipt.lines[2].source.startswith("S48 ")
    assert (receipt.unrounded, receipt.grams) == ("73.05", 73)
    assert json.loads(json.dumps(receipt.to_plain()))["lines"][1]["value"] == "1.5"


def test_a_receipt_without_a_decimal_end_shows_the_fraction():
    receipt = methods.explain(in_force("bicycle.duration"), 1_000)

    assert (receipt.unrounded, receipt.grams) == ("487/75", 6)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Fraction(0), "0"),
        (Fraction(5), "5"),
        (Fraction(-1, 8), "-0.125"),
        (Fraction(1, 50), "0.02"),
        (Fraction(1, 3), "1/3"),
        (Fraction(-7, 6), "-7/6"),
        (Fraction(1234567, 1000), "1234.567"),
    ],
)
def test_numbers_are_written_exactly(value: Fraction, text: str):
    assert exact_text(value) == text


def test_weak_evidence_weighs_a_tenth():
    plate = in_force("plate.clean")

    assert plate.evidence_class == EvidenceClass.D
    assert plate.exact_grams(1_000) == Fraction("44.9")


def test_limits_are_in_thousandths_of_the_unit():
    charging, phone = in_force("charging.kwh"), in_force("phone.second_hand")

    assert charging.max_quantity_milli == 500_000
    assert charging.cap_count is None
    assert (phone.cap_count, phone.cap_count_year, phone.review_above_milli) == (1, 2, 1_000)
