"""The offline shell (离线外壳): a service worker, the page without network, the copy that it shows.

The worker's text holds the digest of the page in the visitor's language and theme, so that another
choice makes another worker, which fetches the page anew.
"""

import hashlib
import json
from pathlib import Path
from typing import Any, Final

from flask import Blueprint, Response, current_app, render_template, url_for

from app.door.access import current_actor, requires
from app.kernel import clock
from app.kernel.days import day_in_china
from app.kernel.permissions import Permission
from app.kernel.session import transaction
from app.reports import holders
from app.reports import vouchers as seen
from app.web.citizen.blueprint import blp
from app.web.presentation.amounts import points
from app.web.presentation.dates import day, instant
from app.web.public.labels import in_language
from points import queries

shell = Blueprint("shell", __name__)

STYLES: Final = ("tokens", "base", "components", "forms", "data", "pages")
SCRIPTS: Final = ("js/page.js", "js/offline.js", "vendor/htmx.min.js")
PICTURES: Final = ("img/favicon.svg", "img/logo.svg", "img/offline.svg", "img/empty.svg")
MOST_VOUCHERS: Final = 50


@shell.get("/worker.js")
@requires(Permission.READ_PUBLIC)
def worker() -> Response:
    """Send the service worker, with the files that it keeps written at its top."""
    names = [f"css/{sheet}.css" for sheet in STYLES] + [*SCRIPTS, *PICTURES]
    files = [url_for("static", filename=name) for name in names] + [url_for("shell.offline")]
    text = (Path(current_app.static_folder or "") / "js" / "worker.js").read_text("utf-8")
    version = hashlib.sha256((json.dumps(files) + _page()).encode()).hexdigest()[:12]
    body = f"const VERSION = {json.dumps(version)};\nconst FILES = {json.dumps(files)};\n{text}"
    answer = Response(body, mimetype="text/javascript")
    answer.headers["Cache-Control"] = "no-cache"
    return answer


@shell.get("/offline")
@requires(Permission.READ_PUBLIC)
def offline() -> str:
    """Show the page without network; script fills in what the browser kept."""
    return _page()


@blp.get("/offline-copy.json")
@requires(Permission.READ_OWN_ACCOUNT)
def offline_copy() -> dict[str, Any]:
    """Send what the shell may keep: balance, and of each open voucher number, code, title and last day."""
    at = clock.now()
    with transaction() as session:
        holder = holders.holder(session, current_actor(), today=day_in_china(at))
        page = queries.own_vouchers(
            session, holder.account_id, states=seen.STATES[seen.Part.OPEN], limit=MOST_VOUCHERS
        )
        return {
            "balance": points(holder.available),
            "seen": instant(at),
            "vouchers": [_kept(found) for found in page.items if found.redemption.reserved_until > at],
        }


def _kept(found: queries.Voucher) -> dict[str, Any]:
    last = day_in_china(found.redemption.reserved_until)
    return {
        "number": found.redemption.id,
        "code": found.code,
        "title": in_language(found.offer.title, found.offer.title_en),
        "last": last.isoformat(),
        "until": day(last),
    }


def _page() -> str:
    return render_template("citizen/offline.html")
