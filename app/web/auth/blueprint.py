"""The blueprint of signing in, and what its pages share."""

import base64
import json
from datetime import timedelta
from typing import Any, Final

from flask import Blueprint, current_app, redirect, request, session, url_for
from werkzeug.wrappers import Response

from app.kernel import clock
from app.kernel.actor import Actor
from app.kernel.secrets import keyring
from app.web.presentation.addresses import local_path

blp = Blueprint("auth", __name__)
WAITS: Final = timedelta(minutes=15)


def home_of(actor: Actor) -> str:
    """Return the first page of somebody's audience, the root where it has none yet."""
    endpoint = f"{actor.audience.value}.home"
    return url_for(endpoint) if endpoint in current_app.view_functions else "/"


def onward(actor: Actor) -> Response:
    """Go where somebody wanted to before they signed in, else to their first page."""
    wanted = local_path(session.pop("next", None))
    return redirect(wanted if wanted != "/" else home_of(actor), code=303)


def remember_next() -> None:
    """Keep where somebody wants to go after signing in."""
    wanted = local_path(request.args.get("next"))
    if wanted != "/":
        session["next"] = wanted


def put_by(name: str, value: dict[str, Any]) -> None:
    """Keep something for the next step in the browser, sealed, for a quarter of an hour."""
    text = json.dumps({**value, "at": clock.now().timestamp()})
    session[name] = base64.b64encode(keyring().encrypt(text, purpose=f"visitor.{name}")).decode()


def put_by_earlier(name: str) -> dict[str, Any] | None:
    """Return what was put by, None when it is not there, too old or not ours."""
    try:
        text = keyring().decrypt(base64.b64decode(session.get(name, "")), purpose=f"visitor.{name}")
        value: dict[str, Any] = json.loads(text)
    except ValueError:
        return None
    return value if clock.now().timestamp() - value["at"] < WAITS.total_seconds() else None
