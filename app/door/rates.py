"""How often somebody may ask (频率限制): all of the API for each asker, and single acts for each person.

Counted in PostgreSQL, so that all processes count together, in a transaction of its own, so that a request
counts whatever becomes of it.
"""

from collections.abc import Callable
from typing import Any, Final, TypeVar, cast

from flask import Flask, current_app, request

from app.door.access import current_actor
from app.door.addresses import caller
from app.identity.errors import KeyNotValid
from app.kernel import clock
from app.kernel.actor import Actor
from app.kernel.limits import Limit, hit
from app.kernel.secrets import keyring
from app.kernel.session import transaction
from app.kernel.sources import cites

View = TypeVar("View", bound=Callable[..., Any])

API: Final = "/api/v1/"
DOCUMENT: Final = "api-document"
"""The blueprint of the document and its page, which need nothing but this process."""
PER_ASKER: Final = (Limit(1_200, 60),)
"""Of the API: a machine, a signed-in person, or the address of somebody unknown."""
WRONG_KEYS: Final = (Limit(30, 60), Limit(300, 3_600))
"""Credentials that are none, of one address."""
REDEEMING: Final = (Limit(20, 60), Limit(200, 86_400))
"""Redemptions of one person: more than a thumb does, less than a script (T-51)."""
SETTLING: Final = (Limit(120, 60),)
"""Vouchers accepted or refused by one member of a merchant or one till: who guesses codes is slow."""


def limited(act: str, limits: tuple[Limit, ...]) -> Callable[[View], View]:
    """Mark a route that one person may call only so often; routes of one act count together."""

    def mark(view: View) -> View:
        view.__rate__ = (act, limits)  # type: ignore[attr-defined]
        return view

    return mark


def install(app: Flask) -> None:
    """Count before permissions are looked at: API requests here, single acts after them."""
    app.before_request(_count_api)


def install_acts(app: Flask) -> None:
    """Count the acts of routes that are marked, once it is known that the actor may."""
    app.before_request(_count_act)


@cites("T-51", "T-25")
def _count_api() -> None:
    if not request.path.startswith(API) or request.method == "OPTIONS" or request.blueprint == DOCUMENT:
        return
    try:
        actor = current_actor()
    except KeyNotValid:
        _count("wrong_key", caller()[0], WRONG_KEYS)
        raise
    _count("api", _asker(actor), PER_ASKER)


@cites("T-51", "T-15")
def _count_act() -> None:
    if request.endpoint is None or request.method in {"GET", "HEAD", "OPTIONS"}:
        return
    marked = getattr(current_app.view_functions[request.endpoint], "__rate__", None)
    if marked is not None:
        act, limits = cast(tuple[str, tuple[Limit, ...]], marked)
        _count(act, _asker(current_actor()), limits)


def _asker(actor: Actor) -> str:
    return actor.ref if actor.signed_in else caller()[0]


def _count(what: str, whose: str, limits: tuple[Limit, ...]) -> None:
    name = keyring().keyed_hash(whose, purpose="rate_counter").hex()[:24]
    with transaction() as session:
        hit(session, bucket=f"{what}:{name}", limits=limits, at=clock.now())
