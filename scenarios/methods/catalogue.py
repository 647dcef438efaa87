"""The seeded methods, read from `scenarios/parameters/*.toml`."""

import tomllib
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from importlib import resources
from typing import Any

from scenarios.methods.errors import MethodInvalid, MethodNotFound
from scenarios.methods.plain import method_from_plain
from scenarios.methods.versions import Method

_FILES = ("transport.toml", "home.toml", "goods.toml")


@cache
def seeded() -> Mapping[str, Method]:
    """Return every seeded method by code, in the order of the files."""
    sources = {key: f"{key} {entry['title']}" for key, entry in _table("sources.toml").items()}
    weights = _table("evidence.toml")
    found: dict[str, Method] = {}
    for name in _FILES:
        for table in _table(name)["method"]:
            method = method_from_plain(_completed(table, sources, weights))
            if method.code in found:
                raise MethodInvalid(code=method.code, breaches=[{"path": "code", "message": "used twice"}])
            found[method.code] = method
    return found


def by_code(code: str) -> Method:
    """Return the seeded method with this code.

    Raises:
        MethodNotFound: there is none.
    """
    try:
        return seeded()[code]
    except KeyError:
        raise MethodNotFound(method=code) from None


def _table(name: str) -> dict[str, Any]:
    text = resources.files("scenarios").joinpath("parameters", name).read_text("utf-8")
    return tomllib.loads(text, parse_float=Decimal)


def _completed(
    table: dict[str, Any], sources: Mapping[str, str], weights: Mapping[str, Any]
) -> dict[str, Any]:
    """Write source keys out and add the weight of the evidence class, as the database will keep them."""
    for version in table["version"]:
        version["evidence_weight"] = weights[version["evidence_class"]]["weight"]
        version["source"] = _written_out(version["source"], sources)
        for parameter in version["parameters"].values():
            parameter["source"] = _written_out(parameter["source"], sources)
            parameter.setdefault("valid_from", version["valid_from"])
    return table


def _written_out(source: str, sources: Mapping[str, str]) -> str:
    return "；".join(sources.get(key, key) for key in source.split("；"))
