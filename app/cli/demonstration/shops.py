"""Merchants and offers of the demonstration world; plain data, invented."""

import tomllib
from dataclasses import dataclass
from typing import Final

from app.cli.demonstration.world import DATA


@dataclass(frozen=True, kw_only=True)
class DemoOffer:
    """A benefit of a demonstration merchant."""

    title: str
    title_en: str
    price: int  # hundredths of a point
    stock: int
    per_person: int
    picture: str
    description: str
    use_days: int = 7


@dataclass(frozen=True, kw_only=True)
class DemoMerchant:
    """A merchant with its clerk and offers."""

    number: int
    login: str
    organisation: str
    name: str
    name_en: str
    contact: str
    category: str
    area: str
    address: str
    offers: tuple[DemoOffer, ...]
    stops_at: str = "admitted"


def merchants() -> tuple[DemoMerchant, ...]:
    """Return the merchants of the data file beside this module."""
    rows = tomllib.loads((DATA / "shops.toml").read_text("utf-8"))["merchant"]
    return tuple(
        DemoMerchant(**{**row, "offers": tuple(DemoOffer(**offer) for offer in row.get("offers", ()))})
        for row in rows
    )


MERCHANTS: Final = merchants()
