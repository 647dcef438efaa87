"""What grams mean in daily life (等量对照): with a source, rounded down, never used to compute."""

import tomllib
from datetime import date
from decimal import Decimal
from functools import cache
from importlib import resources
from typing import Any, NamedTuple


class Equivalent(NamedTuple):
    """One thing of daily life that comes to the same grams.

    Attributes:
        tenths: how many of its units, in tenths, rounded down.
    """

    kind: str
    tenths: int
    unit_zh: str
    unit_en: str
    grams_per_unit: Decimal
    zh: str
    en: str
    source: str
    certainty: str
    valid_from: date


def of_grams(grams: int) -> tuple[Equivalent, ...]:
    """Return what these grams come to."""
    return tuple(
        Equivalent(kind=kind, tenths=int(grams * 10 / entry["grams_per_unit"]), **entry)
        for kind, entry in _published().items()
    )


@cache
def _published() -> dict[str, dict[str, Any]]:
    text = resources.files("app.reports").joinpath("equivalents.toml").read_text("utf-8")
    return tomllib.loads(text, parse_float=Decimal)
