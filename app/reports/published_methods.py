"""Accounting methods as anyone may read them (核算方法): every version with its numbers and sources."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from sqlalchemy.orm import Session

from app.kernel.sources import cites
from app.kernel.units import MILLI
from app.reports import catalogue
from scenarios.methods import MethodVersion, grams, seeded
from scenarios.methods.errors import MethodNotFound

TEN_GRAMS = 10


@dataclass(frozen=True, kw_only=True)
class KnownMethod:
    """A method with its published versions, the latest first."""

    code: str
    zh: str
    en: str
    life_field: str | None
    versions: tuple[MethodVersion, ...]

    def on(self, day: date) -> MethodVersion | None:
        """Return the version in force on a day in China."""
        return next((version for version in self.versions if version.holds_on(day)), None)

    def others(self, day: date) -> tuple[MethodVersion, ...]:
        """Return the versions that are not in force on a day."""
        return tuple(version for version in self.versions if not version.holds_on(day))


@cites("CQ-31.3", "CQ-36.4")
def every(session: Session) -> list[KnownMethod]:
    """Return every published method, transport first.

    Source: CQ-31.3, CQ-36.4.
    """
    order = {code: place for place, code in enumerate(seeded())}
    return [
        KnownMethod(
            code=method.code,
            zh=method.zh,
            en=method.en,
            life_field=method.life_field,
            versions=tuple(version.as_version for version in method.versions),
        )
        for method in sorted(
            catalogue.methods(session), key=lambda method: (order.get(method.code, len(order)), method.code)
        )
    ]


def of_codes(session: Session, codes: Sequence[str]) -> list[KnownMethod]:
    """Return the published methods among these codes."""
    return [method for method in every(session) if method.code in set(codes)]


def one(session: Session, code: str) -> KnownMethod:
    """Return one published method.

    Raises:
        MethodNotFound: none is published under this code.
    """
    found = of_codes(session, (code,))
    if not found:
        raise MethodNotFound(method=code)
    return found[0]


class Example(NamedTuple):
    """What a round number of units comes to."""

    quantity: int
    grams: int


def example_of(version: MethodVersion) -> Example:
    """Return an example of what a behaviour comes to: the first round number that makes ten grams."""
    for quantity in (1, 10, 100, 1_000):
        if (found := grams(version, quantity * MILLI)) >= TEN_GRAMS:
            return Example(quantity, found)
    return Example(10_000, grams(version, 10_000 * MILLI))
