"""Choosing language, theme, elder view and size of text (偏好设置): one form on every page."""

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from app.door.access import requires
from app.door.csrf import takes_no_token
from app.kernel.permissions import Permission
from app.web.presentation import preferences
from app.web.presentation.addresses import local_path

blp = Blueprint("preferences", __name__)


@blp.post("/preferences")
@requires(Permission.READ_PUBLIC)
@takes_no_token
def choose() -> Response:
    """Keep what was chosen in cookies and go back to the page."""
    chosen = preferences.current().changed(request.form.to_dict())
    answer = redirect(local_path(request.form.get("next")), code=303)
    preferences.keep(answer, chosen, secure=request.is_secure)
    return answer
