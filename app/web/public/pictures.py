"""Made pictures of offers (权益图片): for those whose merchant gave none."""

from functools import cache
from pathlib import Path
from typing import Final

from flask import current_app, url_for

from points.models import Offer

OF_CATEGORY: Final = {
    "transit": "bus",
    "food": "coffee",
    "groceries": "market",
    "culture": "book",
    "services": "repair",
    "public_benefit": "planting",
}


def made_picture(offer: Offer) -> str:
    """Return the address of the made picture that an offer names, or of its category's."""
    name = offer.picture_name
    if name is None or name not in _made(Path(str(current_app.static_folder))):
        name = OF_CATEGORY.get(offer.category, "bus")
    return url_for("static", filename=f"img/offers/{name}.svg")


@cache
def _made(folder: Path) -> frozenset[str]:
    return frozenset(path.stem for path in (folder / "img" / "offers").glob("*.svg"))
