"""What neighbouring schemes count for the same act (同行取值): for comparison, never for computing."""

import tomllib
from collections.abc import Sequence
from functools import cache
from importlib import resources
from typing import NamedTuple

SAME_ACT = {"bicycle.ride": "bicycle.km", "bicycle.duration": "bicycle.km"}
"""Methods that count the same act by another quantity."""


class Neighbour(NamedTuple):
    """One published value of another scheme."""

    zh: str
    en: str
    value_zh: str
    value_en: str
    source: str


def of_methods(codes: Sequence[str]) -> tuple[Neighbour, ...]:
    """Return the published values for the acts of these methods, each act once."""
    acts = dict.fromkeys(SAME_ACT.get(code, code) for code in codes)
    return tuple(neighbour for act in acts for neighbour in _published().get(act, ()))


@cache
def _published() -> dict[str, tuple[Neighbour, ...]]:
    text = resources.files("app.reports").joinpath("neighbours.toml").read_text("utf-8")
    return {act: tuple(Neighbour(**row) for row in rows) for act, rows in tomllib.loads(text).items()}
