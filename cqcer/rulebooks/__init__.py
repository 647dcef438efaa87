"""Rulebooks as data (规则集): the Chongqing rules and, on the same engine, the national ones."""

import tomllib
from functools import cache
from importlib import resources
from typing import Any

from app.kernel.sources import cites
from cqcer.values import Category, Frequency, Rulebook, RulebookCode


@cites("CQ-9.1", "CQ-42.2")
def rulebook(code: RulebookCode) -> Rulebook:
    """Return the rules under which a project runs.

    Source: CQ-9.1, CQ-42.2.
    """
    return _read(code)


def sources(code: RulebookCode) -> dict[str, str]:
    """Return which article stands behind each value, for the public page of the rules."""
    return {
        name: entry["source"]
        for name, entry in _raw(code).items()
        if isinstance(entry, dict) and "source" in entry
    }


@cache
def _raw(code: RulebookCode) -> dict[str, Any]:
    file = resources.files("cqcer.rulebooks").joinpath(f"{code.value.lower()}.toml")
    return tomllib.loads(file.read_text("utf-8"))


@cache
def _read(code: RulebookCode) -> Rulebook:
    raw = _raw(code)
    value = {name: entry["value"] for name, entry in raw.items() if isinstance(entry, dict)}
    for absent in ("registration_working_days", "crediting_after", "failed_revision_block_years"):
        value.setdefault(absent, None)
    value |= {
        "inclusiveness_for": frozenset(Category(one) for one in value["inclusiveness_for"]),
        "crediting_years": {Category(one): years for one, years in value["crediting_years"].items()},
        "frequency": Frequency(value["frequency"]),
        "responsibility": tuple(value["responsibility"]),
        "batch_responsibility": tuple(value["batch_responsibility"]),
        "gift_by": frozenset(value["gift_by"]),
        "cancel_by": frozenset(value["cancel_by"]),
        "purposes": tuple(value["purposes"]),
    }
    return Rulebook(code=RulebookCode(raw["code"]), name_zh=raw["name_zh"], name_en=raw["name_en"], **value)
