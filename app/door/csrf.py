"""Protection of forms (跨站请求防护): a token in each form; requests with an API key need none."""

from flask import Flask, current_app, request
from flask_wtf.csrf import CSRFProtect

from app.door.access import came_with_key
from app.door.sessions import web_session

_protection = CSRFProtect()
API: str = "/api/"


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
    _protection.protect()
