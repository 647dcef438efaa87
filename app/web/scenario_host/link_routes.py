"""Proposed links (用户关联): which of the host's users have which telephone; each waits for the citizen."""

import csv
from typing import Any, Final

from flask import render_template, request

from app.door.access import current_actor, requires, takes_uploads
from app.journeys.authorisations import PhonesMalformed, propose_links
from app.kernel import clock
from app.kernel.permissions import Permission
from app.kernel.session import transaction
from app.reports import host_desk
from app.web.desk import files
from app.web.desk.forms import FormIncomplete, Typed, kept, moved, refusal, shown_again
from app.web.presentation.language import gettext
from app.web.scenario_host.blueprint import blp
from app.web.scenario_host.own import host_id, own_scenario, own_scenarios
from scenarios.states import State

MOST: Final = 2 << 20
"""Bytes of a list of links."""
SEPARATORS: Final = ",;\t，；"


@blp.get("/links")
@requires(Permission.PROPOSE_LINKS)
def links() -> str:
    """Show how many links stand where, and the form for more."""
    with transaction() as session:
        listed = [each for each in own_scenarios(session) if each.state == State.LISTED]
        counts = host_desk.links(session, host_id())
    return render_template(
        "scenario_host/links.html",
        listed=listed,
        counts=counts,
        typed=kept({"code": listed[0].code if len(listed) == 1 else ""}),
        refusal=refusal(),
        unread=_unread(),
    )


@blp.post("/links")
@requires(Permission.PROPOSE_LINKS)
@takes_uploads
@shown_again(links)
def propose() -> Any:
    """Propose the links that were pasted or dropped."""
    typed = Typed(request.form)
    code = typed.text("code", most=40)
    text = typed.text("links", most=MOST, required=False)
    dropped = files.given("file")
    if dropped is not None:
        text = f"{text}\n{_decoded(dropped.stream.read(MOST))}"
    pairs = _pairs(text)
    if not pairs:
        typed.breach("links", "missing")
    typed.check()
    with transaction() as session:
        own_scenario(session, code)
        done = propose_links(session, actor=current_actor(), scenario_code=code, links=pairs, at=clock.now())
    told = gettext(
        "新提出 %(proposed)s 条；%(open)s 条正等用户答复，%(linked)s 条已经关联。",
        proposed=done.proposed,
        open=done.open_already,
        linked=done.linked_already,
    )
    return moved("scenario_host.links", told)


def _pairs(text: str) -> list[tuple[str, str]]:
    """Return user and telephone of each line; a heading is left out."""
    pairs = []
    for place, line in enumerate(text.splitlines()):
        if not line.strip():
            continue
        separator = next((each for each in SEPARATORS if each in line), None)
        cells = next(csv.reader([line], delimiter=separator)) if separator else line.rsplit(None, 1)
        if len(cells) < 2:
            raise FormIncomplete(breaches={"links": "columns", "line": str(place + 1)})
        user, phone = cells[0].strip().strip("\ufeff"), cells[1].strip()
        if place == 0 and not any(sign.isdigit() for sign in phone):
            continue
        pairs.append((user, phone))
    return pairs


def _decoded(data: bytes) -> str:
    """Return the text of a dropped list, in UTF-8 or in GB 18030."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("gb18030", "replace")


def _unread() -> list[str]:
    """Return the users whose telephone could not be read."""
    refused = refusal()
    if not isinstance(refused, PhonesMalformed):
        return []
    return [str(each["user"]) for each in refused.details["breaches"]]
