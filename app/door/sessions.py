"""Sessions (会话): kept by the server under the hash of a token; the browser holds the token alone.

A visitor who is not signed in has no session with the server: the little that must be kept for
them, such as the token of a form, is in a signed cookie, so that reading public pages writes nothing.
"""

import secrets
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Final, cast

import flask_login
from flask import Flask, Request, Response, current_app, g, session
from flask.json.tag import TaggedJSONSerializer
from flask.sessions import SessionInterface, SessionMixin
from itsdangerous import BadData, URLSafeTimedSerializer

from app.door.addresses import address_prefix
from app.identity import commands, queries
from app.identity.values import Principal, SessionState
from app.kernel import clock
from app.kernel.actor import ANONYMOUS, Actor
from app.kernel.session import transaction

TOUCH: Final = timedelta(minutes=1)
CITIZEN_DAYS: Final = 90
VISITOR_HOURS: Final = 12
_NO_SESSION: Final = ("/static/", "/healthz", "/readyz")


class SignedIn(flask_login.UserMixin):  # type: ignore[misc]
    """A person who is signed in, as Flask-Login knows them."""

    def __init__(self, actor: Actor) -> None:
        self.actor = actor

    def get_id(self) -> str:
        """Return the reference by which the session names them."""
        return self.actor.ref


class Nobody(flask_login.AnonymousUserMixin):  # type: ignore[misc]
    """A visitor who is not signed in."""

    actor = ANONYMOUS


class ServerSession(SessionMixin):
    """The session of one request; read from the database only when somebody looks into it."""

    def __init__(self, asked: Request, *, token: str | None = None, visitor: str | None = None) -> None:
        self.token = token
        self.modified = False
        self.changes_token = False
        self.is_unreadable = False
        self._asked = asked
        self._visitor = visitor
        self._state: SessionState | None = None

    @property
    def carried(self) -> bool:
        """Tell whether the browser brought a token, or somebody has just signed in."""
        return self.token is not None or (self._state is not None and self._state.principal is not None)

    @property
    def principal(self) -> Principal | None:
        """Who is signed in."""
        return self.state.principal

    @property
    def organisation_id(self) -> int | None:
        """For which organisation a staff user acts at present."""
        return self.state.organisation_id

    @property
    def fresh_at(self) -> datetime | None:
        """When the last factor was given."""
        return self.state.fresh_at

    @property
    def public_id(self) -> str | None:
        """The id by which its owner sees the session in the list of devices."""
        return self.state.public_id

    @property
    def state(self) -> SessionState:
        """What the server keeps of somebody signed in, else what a visitor's cookie holds."""
        if self._state is None:
            self.accessed = True
            if self.token is not None:
                self._state = self._read(self.token)
                if self._state is None:
                    self.token = None
                    self.changes_token = True  # the browser is told to forget it
        if self._state is None:
            self._state = SessionState(data=_unsigned(self._visitor))
        return self._state

    def _read(self, token: str) -> SessionState | None:
        """Read what the server keeps; where it cannot be read, the request goes on without, once told."""
        try:
            with transaction() as database:
                return queries.session_state(database, token, at=clock.now())
        except Exception:
            self._state, self.is_unreadable = SessionState(data={}), True
            raise

    def become(self, principal: Principal, *, organisation_id: int | None = None) -> None:
        """Start a new session for somebody who gave their factors; the token before is worth nothing."""
        self._state = SessionState(
            data={},
            principal=principal,
            organisation_id=organisation_id,
            fresh_at=clock.now(),
            replaces=self.token or self.state.replaces,
        )
        self.changes_token = self.modified = True

    def end(self) -> None:
        """End the session; what is put in afterwards is a visitor's."""
        self._state = SessionState(data={}, replaces=self.token or self.state.replaces)
        self.changes_token = self.modified = True

    def refresh(self) -> None:
        """Note that a factor was given now."""
        self.state.fresh_at = clock.now()
        self.modified = True

    def choose_organisation(self, organisation_id: int) -> None:
        """Let a staff user act for this organisation from now on."""
        self.state.organisation_id = organisation_id
        self.modified = True

    def save(self) -> None:
        """Keep what changed; afterwards `token` is the one that the browser is to hold, if any."""
        at = clock.now()
        known = self._state
        if known is None or not (self.modified or known.principal):
            return
        if not self.modified:
            if self.token and known.seen_at is not None and at - known.seen_at >= TOUCH:
                with transaction() as database:
                    commands.touch_session(database, token=self.token, at=at)
            return
        with transaction() as database:
            if known.replaces is not None:
                commands.end_session(database, token=known.replaces, at=at)
                known.replaces = self.token = None
            if known.principal is None:
                return
            if self.changes_token or self.token is None:
                self.token = commands.start_session(
                    database,
                    known,
                    user_agent=self._asked.headers.get("User-Agent", ""),
                    address_prefix=address_prefix(self._asked),
                    at=at,
                )
            else:
                commands.keep_session(database, known, token=self.token, at=at)

    def __getitem__(self, key: str) -> Any:
        return self.state.data[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.state.data[key] = value
        self.modified = True

    def __delitem__(self, key: str) -> None:
        del self.state.data[key]
        self.modified = True

    def __iter__(self) -> Iterator[str]:
        return iter(self.state.data)

    def __len__(self) -> int:
        return len(self.state.data)


class Interface(SessionInterface):
    """Hands Flask the sessions that the server keeps."""

    def open_session(self, app: Flask, request: Request) -> ServerSession:
        """Take the token from the cookie; nothing is read yet."""
        if request.path.startswith(_NO_SESSION):
            return ServerSession(request)
        held = request.cookies
        return ServerSession(
            request, token=held.get(_token_name(app)) or None, visitor=held.get(_visitor_name(app))
        )

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Keep what changed and hand a new token to the browser."""
        own = cast(ServerSession, session)
        if own.accessed:
            response.vary.add("Cookie")
        if own.is_unreadable:
            return
        own.save()
        if not (own.modified or own.changes_token):
            return
        if own.token is not None and own.changes_token:
            citizen = own.principal is not None and own.principal.is_citizen
            _hand(app, response, _token_name(app), own.token, CITIZEN_DAYS * 86_400 if citizen else None)
            _take(app, response, _visitor_name(app))
        elif own.token is None:
            if own.changes_token:
                _take(app, response, _token_name(app))
            if own.modified and own.state.data:
                _hand(app, response, _visitor_name(app), _signed(own.state.data), None)
            elif own.modified:
                _take(app, response, _visitor_name(app))


def web_session() -> ServerSession:
    """Return the session of this request."""
    return cast(ServerSession, session._get_current_object())  # type: ignore[attr-defined]  # noqa: SLF001


def sign_in(actor: Actor, *, organisation_id: int | None = None) -> None:
    """Begin the session of somebody whose factors were checked."""
    web_session().become(Principal.of(actor), organisation_id=organisation_id)
    g.pop("actor", None)
    flask_login.login_user(SignedIn(actor))


def sign_out() -> None:
    """End the session of this browser."""
    flask_login.logout_user()
    web_session().end()
    g.pop("actor", None)


def install(app: Flask) -> None:
    """Let the application keep its sessions by the server."""
    app.session_interface = Interface()


def _secure(app: Flask) -> bool:
    return bool(app.config["SECURE"])


def _token_name(app: Flask) -> str:
    return "__Host-tht_session" if _secure(app) else "tht_session"


def _visitor_name(app: Flask) -> str:
    return "__Host-tht_visitor" if _secure(app) else "tht_visitor"


def _hand(app: Flask, response: Response, name: str, value: str, max_age: int | None) -> None:
    response.set_cookie(
        name, value, max_age=max_age, path="/", secure=_secure(app), httponly=True, samesite="Lax"
    )


def _take(app: Flask, response: Response, name: str) -> None:
    response.delete_cookie(name, path="/", secure=_secure(app), httponly=True, samesite="Lax")


def _signed(data: dict[str, Any]) -> str:
    return _serializer().dumps(data)


def _unsigned(cookie: str | None) -> dict[str, Any]:
    """Return what a visitor's cookie holds; nothing when it is forged or old."""
    if not cookie:
        return {}
    try:
        return dict(_serializer().loads(cookie, max_age=VISITOR_HOURS * 3600))
    except (BadData, TypeError, ValueError):
        return {}


def _serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(
        current_app.config["SECRET_KEY"], salt="visitor", serializer=TaggedJSONSerializer()
    )


def browser_mark() -> str:
    """Return a secret that stays with this browser until it signs in; codes are bound to it."""
    if "browser" not in session:
        session["browser"] = secrets.token_urlsafe(18)
    return str(session["browser"])
