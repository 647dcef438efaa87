"""Places of an audience (导航): what stands in the bottom bar, the side and the head of its pages.

Each audience tells its places once, when its routes are registered:

    navigation.offer(app, "citizen", [Section(None, [Place(lazy_gettext("首页"), "house", "citizen.home")])])

and its layout shows them. `counts` is asked once a page for the numbers beside the places.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from flask import Flask, current_app, g, has_request_context, request, url_for

_KEY: Final = "tanhuitong.places"

Counts = Callable[[], Mapping[str, int]]


@dataclass(frozen=True)
class Place:
    """One place: a label, an icon, an endpoint.

    Attributes:
        label: lazily translated text.
        endpoint: the endpoint to go to; endpoints that begin with one of `within` light it too.
        count: key in the audience's counts, if a number belongs beside the place.
    """

    label: str
    icon: str
    endpoint: str
    within: tuple[str, ...] = ()
    count: str | None = None
    urgent: bool = False


@dataclass(frozen=True)
class Section:
    """Places under one heading, or under none."""

    title: str | None
    places: Sequence[Place]


@dataclass(frozen=True)
class Shown:
    """A place as the page shows it."""

    label: str
    icon: str
    url: str
    current: bool = False
    count: int = 0
    urgent: bool = False


@dataclass(frozen=True)
class ShownSection:
    """A section as the page shows it."""

    title: str | None
    places: Sequence[Shown] = field(default_factory=tuple)


@dataclass(frozen=True)
class _Offer:
    sections: Sequence[Section]
    counts: Counts | None


def offer(app: Flask, audience: str, sections: Sequence[Section], counts: Counts | None = None) -> None:
    """Tell the places of an audience."""
    app.extensions.setdefault(_KEY, {})[audience] = _Offer(sections, counts)


def sections_of(audience: str) -> list[ShownSection]:
    """Return the sections of an audience for this page; places without a route are left out."""
    kept: _Offer | None = current_app.extensions.get(_KEY, {}).get(audience)
    if kept is None:
        return []
    counts = _counts(audience, kept)
    return [
        ShownSection(
            title=section.title,
            places=[
                _shown(place, counts)
                for place in section.places
                if place.endpoint in current_app.view_functions
            ],
        )
        for section in kept.sections
    ]


def places_of(audience: str) -> list[Shown]:
    """Return the places of an audience without their sections."""
    return [place for section in sections_of(audience) for place in section.places]


def _counts(audience: str, kept: _Offer) -> Mapping[str, int]:
    if kept.counts is None:
        return {}
    known: dict[str, Mapping[str, int]] = g.setdefault("counts_of_places", {})
    if audience not in known:
        known[audience] = kept.counts()
    return known[audience]


def _shown(place: Place, counts: Mapping[str, int]) -> Shown:
    endpoint = (request.endpoint or "") if has_request_context() else ""
    return Shown(
        label=place.label,
        icon=place.icon,
        url=url_for(place.endpoint),
        current=endpoint == place.endpoint or endpoint.startswith(place.within or ("\0",)),
        count=counts.get(place.count, 0) if place.count else 0,
        urgent=place.urgent,
    )
