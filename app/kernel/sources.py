"""The source register (出处登记): which article stands behind which code.

Code cites keys such as `CQ-34.5`, never articles; `sources.toml` holds document, article,
the Chinese text, in force from and until, and our reading where the text is silent.
"""

import tomllib
from collections.abc import Callable
from datetime import date
from functools import cache
from importlib import resources
from typing import Any, NamedTuple, TypeVar

F = TypeVar("F", bound=Callable[..., Any])


class Source(NamedTuple):
    """One entry of the register."""

    key: str
    document: str
    article: str
    text: str
    reading: str
    valid_from: date
    valid_until: date | None


@cache
def register() -> dict[str, Source]:
    """Return all sources by key."""
    raw = tomllib.loads(resources.files("app.kernel").joinpath("sources.toml").read_text("utf-8"))
    documents = raw.pop("documents")
    found: dict[str, Source] = {}
    for key, entry in raw.items():
        document = documents[entry.get("document", key.split("-", 1)[0])]
        found[key] = Source(
            key=key,
            document=document["title"],
            article=entry.get("article", ""),
            text=entry.get("text", ""),
            reading=entry.get("reading", ""),
            valid_from=entry.get("valid_from", document["valid_from"]),
            valid_until=entry.get("valid_until"),
        )
    return found


def source(key: str) -> Source:
    """Return the source `key`.

    Raises:
        KeyError: the register has no such entry.
    """
    return register()[key]


def cites(*keys: str) -> Callable[[F], F]:
    """Tie a function or class to the articles it carries out; unknown keys fail a promise test."""

    def mark(target: F) -> F:
        target.__cites__ = keys  # type: ignore[attr-defined]
        return target

    return mark
