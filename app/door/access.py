"""Access (访问控制): who asks, and whether they may. A route that names no permission is refused."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final, TypeVar, cast

import flask_login
from flask import Flask, current_app, g, request

from app.door.sessions import Nobody, SignedIn, web_session
from app.identity import commands as identity
from app.identity import queries
from app.identity.errors import FactorNotFresh, KeyNotValid
from app.kernel import clock
from app.kernel.actor import ANONYMOUS, Actor, ActorKind
from app.kernel.errors import Forbidden, Malformed
from app.kernel.idempotency import LONGEST_KEY, KeyMissing
from app.kernel.permissions import Permission
from app.kernel.session import transaction

View = TypeVar("View", bound=Callable[..., Any])
FRESH_MINUTES: Final = 10
MOST_ATTACHED: Final = 26 << 20
"""Bytes of a form that anybody may send with a few files."""


class RouteUndeclared(Forbidden):
    """The route names no permission, so nobody has it."""

    code = "route.undeclared"
    title = "该入口未开放"


def requires(permission: Permission, *, unless: Callable[[], bool] | None = None) -> Callable[[View], View]:
    """Name the one permission of a route; it is checked before anything of the request is read.

    Args:
        unless: a circumstance in which the permission is not asked for.
    """

    def mark(view: View) -> View:
        view.__permission__ = permission  # type: ignore[attr-defined]
        view.__unless__ = unless  # type: ignore[attr-defined]
        return view

    return mark


def requires_fresh_factor(view: View) -> View:
    """Mark a sensitive route: its actor gave a factor in the last ten minutes."""
    view.__fresh__ = True  # type: ignore[attr-defined]
    return view


def takes_uploads(view: View) -> View:
    """Mark a route whose body may be as large as a file of behaviours."""
    view.__uploads__ = True  # type: ignore[attr-defined]
    return view


def takes_attachments(view: View) -> View:
    """Mark a route, open to everybody, whose body may hold a few pictures or papers."""
    view.__attachments__ = True  # type: ignore[attr-defined]
    return view


def keeps_nobody(view: View) -> View:
    """Mark a route that does not tell the log of requests who was signed in."""
    view.__nobody__ = True  # type: ignore[attr-defined]
    return view


def declare(app: Flask, endpoint: str, permission: Permission) -> None:
    """Name the permission of a route that somebody else's code brings."""
    requires(permission)(app.view_functions[endpoint])


def permission_of(app: Flask, endpoint: str) -> Permission | None:
    """Return the permission that a route names, None when it names none."""
    return getattr(app.view_functions[endpoint], "__permission__", None)


def current_actor() -> Actor:
    """Return who asks: the holder of the API key that came with the request, else of the session."""
    if "actor" not in g:
        g.actor = _actor()
        if not getattr(current_app.view_functions.get(request.endpoint or ""), "__nobody__", False):
            request.environ["tanhuitong.actor"] = g.actor.ref
    return cast(Actor, g.actor)


def idempotency_key() -> str:
    """Return the key that makes the act repeatable: the header of the API, a hidden field of forms.

    Raises:
        KeyMissing: there is none, or it is longer than 200 characters.
    """
    key = request.headers.get("Idempotency-Key") or request.form.get("idempotency_key") or ""
    if not key or len(key) > LONGEST_KEY:
        raise KeyMissing
    if not key.isprintable():
        raise Malformed(field="Idempotency-Key")
    return key


def came_with_key() -> bool:
    """Tell whether the request carries an API key, which no other site can make a browser send."""
    return "Authorization" in request.headers


def install(app: Flask) -> None:
    """Check the permission of every route before its view runs."""
    manager = flask_login.LoginManager()
    manager.session_protection = None  # phones change their address; the server can end any session
    manager.anonymous_user = Nobody
    manager.user_loader(_load)
    manager.init_app(app, add_context_processor=False)  # templates need no session to be drawn
    if "static" in app.view_functions:
        declare(app, "static", Permission.READ_PUBLIC)
    app.before_request(_guard)


def _guard() -> None:
    if request.endpoint is None or (request.method == "OPTIONS" and not _answers_options()):
        return
    view = current_app.view_functions[request.endpoint]
    if getattr(view, "__uploads__", False):
        request.max_content_length = current_app.config["MAX_UPLOAD_BYTES"]
    elif getattr(view, "__attachments__", False):
        request.max_content_length = MOST_ATTACHED
    permission = permission_of(current_app, request.endpoint)
    if permission is None:
        raise RouteUndeclared
    unless = getattr(view, "__unless__", None)
    if unless is not None and unless():
        return
    if permission is not Permission.READ_PUBLIC:
        current_actor().require(permission)
    if getattr(view, "__fresh__", False):
        check_fresh()


def check_fresh() -> None:
    """Refuse when the person's last factor is older than ten minutes.

    Raises:
        FactorNotFresh: it is; machines have no factor and are not asked.
    """
    if current_actor().kind is ActorKind.MACHINE:
        return
    given = web_session().fresh_at
    if given is None or clock.now() - given > timedelta(minutes=FRESH_MINUTES):
        raise FactorNotFresh(minutes=FRESH_MINUTES)


def _answers_options() -> bool:
    return not getattr(request.url_rule, "provide_automatic_options", True)


def _actor() -> Actor:
    if came_with_key():
        scheme, _, credential = request.headers["Authorization"].partition(" ")
        if scheme.lower() != "bearer":
            raise KeyNotValid
        at = clock.now()
        with transaction() as session:
            actor = queries.actor_of_api_key(session, credential.strip(), at=at)
            identity.note_key_use(session, api_key_id=actor.api_key_id or 0, at=at)
        return actor
    if not web_session().carried:
        return ANONYMOUS
    return cast(Actor, flask_login.current_user.actor)


def _load(reference: str) -> SignedIn | None:
    """Derive the actor of a session anew; roles that ended give nothing."""
    known = web_session()
    if known.principal is None or known.principal.ref != reference:
        return None
    at = clock.now()
    with transaction() as session:
        if known.principal.kind is ActorKind.CITIZEN:
            actor = queries.actor_of_person(session, known.principal.id, at=at)
        else:
            actor = queries.actor_of_staff(
                session, known.principal.id, organisation_id=known.organisation_id, at=at
            )
    return None if actor is None else SignedIn(actor)
