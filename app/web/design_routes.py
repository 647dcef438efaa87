"""The design page (设计系统): every component and every kind of page, in all themes and languages.

`/design?page=citizen-home&theme=dark&elder=on&text=26&language=en` shows one page as somebody with
these preferences sees it; the browser tests photograph them. It changes nothing and stores nothing.
"""

from datetime import timedelta
from typing import Final

from flask import Blueprint, abort, flash, render_template, request

from app.door.access import requires
from app.kernel.permissions import Permission
from app.web import design_samples as samples
from app.web.presentation import preferences
from app.web.presentation.language import gettext

blp = Blueprint("design", __name__)

PAGES: Final = (
    "components",
    "citizen-home",
    "mall",
    "voucher",
    "statement",
    "receipt",
    "mine",
    "merchant",
    "desk-home",
    "desk-queue",
    "desk-form",
    "upload",
    "sign-in",
    "public-home",
    "states",
    "error",
    "offline",
)


@blp.get("/design")
@requires(Permission.READ_PUBLIC)
@requires(Permission.READ_PUBLIC)
def show() -> str:
    """Show the design system, or one of its pages."""
    page = request.args.get("page", "components")
    if page not in PAGES:
        abort(404)
    preferences.hold(preferences.current().changed(dict(request.args)))
    if page == "states":
        flash(gettext("已保存"), "success")
    return render_template(
        f"design/{page.replace('-', '_')}.html",
        page=page,
        pages=PAGES,
        samples=samples,
        today=samples.TODAY,
        now=samples.NOW,
        in_a_month=samples.TODAY + timedelta(days=41),
    )
