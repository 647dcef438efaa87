"""The mall's shelf before the operator (商城货架): every offer, and blocking one with a reason."""

from typing import Any

from flask import render_template, request

from app.door.access import current_actor, requires
from app.kernel import clock
from app.kernel.days import day_in_china
from app.kernel.permissions import Permission
from app.kernel.session import transaction
from app.reports import shelf_lists
from app.web.desk.forms import kept, moved, refusal, shown_again
from app.web.operator.blueprint import blp
from app.web.presentation.language import gettext
from points import commands


@blp.get("/shelf")
@requires(Permission.MANAGE_SHELF)
def shelf() -> str:
    """List the offers of all merchants, drafts left out."""
    asked = shelf_lists.Asked.of(request.args)
    with transaction() as session:
        page = shelf_lists.offers(session, asked)
    return render_template(
        "operator/shelf.html",
        page=page,
        asked=asked,
        today=day_in_china(clock.now()),
        typed=kept(),
        refusal=refusal(),
    )


@blp.post("/shelf/<int:offer_id>/block")
@requires(Permission.MANAGE_SHELF)
@shown_again(shelf)
def block_offer(offer_id: int) -> Any:
    """Block an offer, with a reason."""
    reason = request.form.get("reason", "")
    with transaction() as session:
        commands.block_offer(session, actor=current_actor(), offer_id=offer_id, reason=reason, at=clock.now())
    return moved("operator.shelf", gettext("已屏蔽，商家不能再上架。"))


@blp.post("/shelf/<int:offer_id>/unblock")
@requires(Permission.MANAGE_SHELF)
@shown_again(shelf)
def unblock_offer(offer_id: int) -> Any:
    """Let a blocked offer's merchant shelve it again."""
    with transaction() as session:
        commands.unblock_offer(session, actor=current_actor(), offer_id=offer_id, at=clock.now())
    return moved("operator.shelf", gettext("已解除屏蔽，商家可以重新上架。"))
