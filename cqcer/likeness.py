"""Whether two projects may be one (疑似重复): by site, equipment, owner and methodology, and name."""

import unicodedata
from collections.abc import Iterable
from enum import StrEnum
from math import asin, cos, radians, sin, sqrt
from typing import Final, NamedTuple

from app.kernel.sources import cites

EARTH_M: Final = 6_371_000
NEAR_M: Final = 300
"""Sites nearer than this may be one."""
ALIKE: Final = 0.8
"""Share of pairs of neighbouring signs that two names have in common, from which on they are alike."""
EMPTY: Final = ("项目", "工程", "project")
"""Words that every project may bear in its name: they tell none from another."""


class Sign(StrEnum):
    """What two projects have in common."""

    SITE = "site"
    EQUIPMENT = "equipment"
    OWNER_AND_METHODOLOGY = "owner_and_methodology"
    NAME = "name"


BARS: Final = frozenset({Sign.SITE, Sign.EQUIPMENT})
"""Signs by which a cancelled project is known again, under any name and owner (CQ-22.5)."""


class Site(NamedTuple):
    """A place in millionths of a degree."""

    latitude_e6: int
    longitude_e6: int


class Traits(NamedTuple):
    """What is compared of a project."""

    title: str
    owner: tuple[int | None, int | None]
    methodology_id: int
    site: Site | None
    equipment: frozenset[str]


@cites("CQ-42.10", "CQ-22.5")
def signs(one: Traits, other: Traits) -> frozenset[Sign]:
    """Return what two projects have in common.

    Source: CQ-42.10, CQ-22.5.
    """
    found = set()
    if one.site is not None and other.site is not None and distance_m(one.site, other.site) <= NEAR_M:
        found.add(Sign.SITE)
    if _plain_all(one.equipment) & _plain_all(other.equipment):
        found.add(Sign.EQUIPMENT)
    if one.owner == other.owner and one.methodology_id == other.methodology_id:
        found.add(Sign.OWNER_AND_METHODOLOGY)
    if alike(one.title, other.title):
        found.add(Sign.NAME)
    return frozenset(found)


def distance_m(one: Site, other: Site) -> float:
    """Return the distance of two places on the globe in metres."""
    lat1, lat2 = radians(one.latitude_e6 / 1e6), radians(other.latitude_e6 / 1e6)
    d_lat, d_lon = lat2 - lat1, radians((other.longitude_e6 - one.longitude_e6) / 1e6)
    half = sin(d_lat / 2) ** 2 + cos(lat1) * cos(lat2) * sin(d_lon / 2) ** 2
    return 2 * EARTH_M * asin(sqrt(min(1.0, half)))


def alike(one: str, other: str) -> bool:
    """Tell whether two names are the same, or nearly."""
    first, second = _telling(one), _telling(other)
    if first == second:
        return bool(first)
    pairs, others = _pairs(first), _pairs(second)
    if not pairs or not others:
        return False
    return 2 * len(pairs & others) >= ALIKE * (len(pairs) + len(others))


def plain(text: str) -> str:
    """Return a text without width, case, blanks and punctuation: what people vary when they copy."""
    return "".join(sign for sign in unicodedata.normalize("NFKC", text).casefold() if sign.isalnum())


def _telling(title: str) -> str:
    written = plain(title)
    for word in EMPTY:
        written = written.replace(word, "")
    return written


def _plain_all(texts: Iterable[str]) -> frozenset[str]:
    return frozenset(written for text in texts if (written := plain(text)))


def _pairs(text: str) -> frozenset[str]:
    return frozenset(text[place : place + 2] for place in range(len(text) - 1))
