"""Protection of forms (跨站请求防护): a token in each form; requests with an API key need none.

The one form that stands on every page, for language and theme, keeps nothing on the server. It is
taken from pages of this site alone, told by the browser's own headers: a token would make a session
for everybody who only reads.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, current_app, request
from flask_wtf.csrf import CSRFError, CSRFProtect

from app.door.access import came_with_key
from app.door.sessions import web_session

View = TypeVar("View", bound=Callable[..., Any])

_protection = CSRFProtect()
API: str = "/api/"


def takes_no_token(view: View) -> View:
    """Mark a route that changes nothing but cookies: it asks where the request comes from instead."""
    view.__takes_no_token__ = True  # type: ignore[attr-defined]
    return view


def install(app: Flask) -> None:
    """Check the token of every unsafe request, once its route's permission is known."""
    app.config["WTF_CSRF_CHECK_DEFAULT"] = False
    app.config["WTF_CSRF_TIME_LIMIT"] = None  # as long as the session, to which it is bound
    app.config["WTF_CSRF_SSL_STRICT"] = False  # the session's cookie is SameSite, the token is secret
    _protection.init_app(app)
    app.before_request(_check)


def _check() -> None:
    if not current_app.config["WTF_CSRF_ENABLED"] or request.endpoint is None or came_with_key():
        return
    if request.path.startswith(API) and not web_session().carried:
        return  # no cookie, so nothing that another site could misuse
    if getattr(current_app.view_functions[request.endpoint], "__takes_no_token__", False):
        _check_site()
        return
    _protection.protect()


def _check_site() -> None:
    """Refuse what another site sent; browsers before 2023 tell their origin only."""
    site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin", request.host_url.rstrip("/"))
    ours = site in {"same-origin", "none"} if site else origin == request.host_url.rstrip("/")
    if request.method not in {"GET", "HEAD", "OPTIONS"} and not ours:
        raise CSRFError("from another site")
