"""The worked examples of the accounting methods, which anybody can read and check without Python."""

import tomllib
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from scenarios import methods
from tests.obligations import obligation

FILE = Path(__file__).parents[2] / "worked_examples" / "methods.toml"
WORKED = tomllib.loads(FILE.read_text("utf-8"))
CASES = [
    pytest.param(
        code, table["day"], example["quantity"], example["grams"], id=f"{code}-{example['quantity']}"
    )
    for code, tables in WORKED.items()
    for table in tables
    for example in table["examples"]
]


@obligation("CQ-31.3", "Q-38")
@pytest.mark.parametrize(("code", "day", "quantity", "expected"), CASES)
def test_the_method_gives_the_grams_worked_out_by_hand(code: str, day: date, quantity: str, expected: int):
    version = methods.by_code(code).on(day)
    assert version is not None

    milli = int(Decimal(quantity) * 1000)

    assert methods.grams(version, milli) == expected


def test_every_seeded_method_is_worked_out():
    assert set(WORKED) == set(methods.seeded())


def test_every_method_has_an_example_of_nothing():
    for code, tables in WORKED.items():
        assert any(example["quantity"] == "0" for table in tables for example in table["examples"]), code
