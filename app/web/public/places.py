"""Where a reader belongs (去处): their own first page, or the way to sign in."""

from typing import Final

from flask import current_app, url_for

from app.door.access import current_actor
from app.kernel.permissions import Audience
from app.web.presentation.addresses import here

CITIZEN_DOOR: Final = "auth.sign_in"
STAFF_DOOR: Final = "auth.staff_sign_in"


def own_place() -> str | None:
    """Return the first page of whoever is signed in, None for everybody else."""
    actor = current_actor()
    if not actor.signed_in:
        return None
    if actor.audience is Audience.PUBLIC:
        return None
    endpoint = f"{actor.audience.value}.home"
    return url_for(endpoint) if endpoint in current_app.view_functions else None


def sign_in_place() -> str:
    """Return the page where citizens sign in; afterwards they come back here."""
    return _door(CITIZEN_DOOR)


def staff_sign_in_place() -> str:
    """Return the page where those who work for an organisation sign in."""
    return _door(STAFF_DOOR)


def _door(endpoint: str) -> str:
    if here() == "/":
        return url_for(endpoint)
    return url_for(endpoint, next=here())
