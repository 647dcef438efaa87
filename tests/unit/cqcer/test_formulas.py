"""Formulas: read strictly, computed exactly, rounded down once."""

from copy import deepcopy
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cqcer import formulas
from cqcer.errors.parties import FormulaMalformed, InputsMalformed
from tests.obligations import obligation

HEAT: dict[str, Any] = {
    "gases": ["CO2"],
    "parameters": [
        {"name": "heat_kwh", "unit": "kWh", "kind": "monitored", "min": "0", "max": "1000000000"},
        {"name": "own_use_kwh", "unit": "kWh", "kind": "monitored", "min": "0"},
        {
            "name": "factor",
            "unit": "kg/kWh",
            "kind": "fixed",
            "value": "0.5810",
            "source": "区域电网排放因子",
            "conservative": "取近三年最低值",
        },
    ],
    "steps": [
        {"name": "net_kwh", "expression": "max(heat_kwh - own_use_kwh, 0)"},
        {"name": "reduction_kg", "expression": "net_kwh * factor"},
    ],
    "result": "reduction_kg",
    "unit": "kg",
    "vectors": [
        {"inputs": {"heat_kwh": "1000000", "own_use_kwh": "0"}, "tonnes": 581},
        {"inputs": {"heat_kwh": "1", "own_use_kwh": "2"}, "tonnes": 0},
    ],
}


def changed(place, value):
    data = deepcopy(HEAT)
    part = data
    for key in place[:-1]:
        part = part[key]
    if value is None:
        del part[place[-1]]
    else:
        part[place[-1]] = value
    return data


def one_step(expression):
    data = deepcopy(HEAT)
    data["steps"] = [{"name": "reduction_kg", "expression": expression}]
    data["vectors"] = [{"inputs": {"heat_kwh": "0", "own_use_kwh": "0"}, "tonnes": 0}]
    return data


@obligation("CQ-42.12", "Q-28")
@pytest.mark.parametrize(
    ("heat", "tonnes", "grams"),
    [
        ("1721170", 999, 999_770),
        ("1721171", 1000, 351),
        ("1721170.7", 1000, 176),
        ("1721170.3", 999, 999_944),
        ("0", 0, 0),
    ],
)
def test_whole_tonnes_are_rounded_down_and_the_rest_is_shown(heat, tonnes, grams):
    replay = formulas.compute(formulas.read(HEAT), {"heat_kwh": heat, "own_use_kwh": "0"})

    assert (replay.tonnes, replay.remainder_g) == (tonnes, grams)
    assert replay.steps["net_kwh"] == heat


@obligation("CQ-42.12")
def test_a_negative_reduction_is_none():
    data = one_step("heat_kwh - own_use_kwh")

    replay = formulas.compute(formulas.read(data), {"heat_kwh": 1, "own_use_kwh": 9000})

    assert (replay.tonnes, replay.remainder_g) == (0, 0)
    assert replay.steps == {"reduction_kg": "-8999"}


@given(whole=st.integers(0, 10**12), part=st.integers(0, 999_999), factor=st.decimals(0, 10, places=6))
def test_nothing_is_lost_before_the_one_rounding(whole, part, factor):
    data = one_step(f"heat_kwh / 3 * {format(factor, 'f')} * 3")
    data["parameters"][0].pop("max")
    heat = f"{whole}.{part:06d}"

    replay = formulas.compute(formulas.read(data), {"heat_kwh": heat, "own_use_kwh": "0"})

    exact = Fraction(heat) * Fraction(factor)
    assert replay.tonnes == exact // 1000
    assert replay.remainder_g == (exact - replay.tonnes * 1000) * 1000 // 1


@obligation("CQ-42.1")
@pytest.mark.parametrize("gas", ["CO2", "CH4", "N2O", "HFCs", "PFCs", "SF6", "NF3"])
def test_seven_gases_are_known(gas):
    assert formulas.read(changed(("gases",), [gas])).gases == (gas,)


@obligation("CQ-42.1", "CQ-42.12", "CQ-42.5")
@pytest.mark.parametrize(
    ("place", "value", "breach"),
    [
        (("gases",), ["O3"], {"gases": "unknown"}),
        (("gases",), [], {"gases": "unknown"}),
        (("unit",), "lb", {"unit": "unknown"}),
        (("result",), "heat_kwh", {"result": "unknown"}),
        (("vectors",), [], {"vectors": "missing"}),
        (("vectors", 0, "tonnes"), 582, {"vectors.0": "gives 581"}),
        (("vectors", 0, "inputs"), {}, {"vectors.0": "heat_kwh, own_use_kwh"}),
        (("parameters", 2, "source"), None, {"parameters.2": "source", "steps.1": "unknown factor"}),
        (("parameters", 2, "value"), "0.5e3", {"parameters.2": "value", "steps.1": "unknown factor"}),
        (("parameters", 2, "conservative"), " ", {"parameters.2": "conservative"}),
        (("parameters", 0, "unit"), "", {"parameters.0": "unit"}),
        (("steps", 1, "name"), "net_kwh", {"steps.1": "name", "result": "unknown"}),
    ],
)
def test_what_is_wrong_with_a_formula_is_told_by_place(place, value, breach):
    with pytest.raises(FormulaMalformed) as refusal:
        formulas.read(changed(place, value))

    assert refusal.value.details.items() >= breach.items()


@pytest.mark.parametrize(
    ("expression", "why"),
    [
        ("__import__('os').system('x')", "not_allowed"),
        ("heat_kwh ** 9999", "not_allowed"),
        ("heat_kwh if 1 else 0", "not_allowed"),
        ("(lambda: 1)()", "not_allowed"),
        ("heat_kwh.real", "not_allowed"),
        ("[1][0]", "not_allowed"),
        ("max()", "not_allowed"),
        ("max(heat_kwh, key=min)", "not_allowed"),
        ("'1'", "not_allowed"),
        ("True", "not_allowed"),
        ("1e9", "malformed"),
        ("0x10", "malformed"),
        ("1_000", "malformed"),
        ("1j", "not_allowed"),
        ("heat_kwh +", "malformed"),
        ("heat_kwh; 1", "malformed"),
        ("\uff28", "malformed"),
        ("(" * 240 + "1" + ")" * 240, "malformed"),
        ("1+" * 250 + "1", "malformed"),
        ("unknown_kwh", "unknown unknown_kwh"),
    ],
)
def test_expressions_know_four_operations_min_and_max(expression, why):
    with pytest.raises(FormulaMalformed) as refusal:
        formulas.read(one_step(expression))

    assert refusal.value.details["steps.0"] == why


@obligation("CQ-16.2")
@pytest.mark.parametrize(
    ("inputs", "breach"),
    [
        ({}, {"heat_kwh": "missing", "own_use_kwh": "missing"}),
        ({"heat_kwh": "-1", "own_use_kwh": "0"}, {"heat_kwh": "out_of_range"}),
        ({"heat_kwh": "1000000001", "own_use_kwh": "0"}, {"heat_kwh": "out_of_range"}),
        ({"heat_kwh": 1.5, "own_use_kwh": "0"}, {"heat_kwh": "unreadable"}),
        ({"heat_kwh": True, "own_use_kwh": "0"}, {"heat_kwh": "unreadable"}),
        ({"heat_kwh": "NaN", "own_use_kwh": "0"}, {"heat_kwh": "unreadable"}),
        ({"heat_kwh": "\u0661", "own_use_kwh": "0"}, {"heat_kwh": "unreadable"}),
        ({"heat_kwh": "1", "own_use_kwh": "0", "factor": "9"}, {"factor": "unknown"}),
    ],
)
def test_inputs_are_whole_readable_and_within_bounds(inputs, breach):
    with pytest.raises(InputsMalformed) as refusal:
        formulas.compute(formulas.read(HEAT), inputs)

    assert refusal.value.details == breach


def test_a_step_that_divides_by_nothing_or_grows_without_end_is_refused():
    data = one_step("heat_kwh / own_use_kwh")
    data["vectors"] = [{"inputs": {"heat_kwh": "1", "own_use_kwh": "1"}, "tonnes": 0}]
    with pytest.raises(InputsMalformed) as refusal:
        formulas.compute(formulas.read(data), {"heat_kwh": "1", "own_use_kwh": "0"})
    assert refusal.value.details == {"reduction_kg": "divides_by_zero"}

    data["steps"] = [{"name": "s0", "expression": "heat_kwh * heat_kwh"}] + [
        {"name": f"s{n}", "expression": f"s{n - 1} * s{n - 1}"} for n in range(1, 60)
    ]
    data["result"] = "s59"
    with pytest.raises(InputsMalformed) as refusal:
        formulas.compute(formulas.read(data), {"heat_kwh": "999999999", "own_use_kwh": "0"})
    assert list(refusal.value.details.values()) == ["too_large"]
