"""The blueprint of the merchant's pages, their places, and where those that never applied go."""

from typing import Any, Final

from flask import Blueprint, redirect, url_for
from flask.blueprints import BlueprintSetupState
from werkzeug.wrappers import Response

from app.door.access import current_actor
from app.kernel.permissions import Permission
from app.web.desk import frame
from app.web.presentation import navigation
from app.web.presentation.language import lazy_gettext
from app.web.presentation.navigation import Place, Section
from points.errors import MerchantNotFound

blp = Blueprint("merchant", __name__, url_prefix="/merchant")

ACCEPT: Final = Place(lazy_gettext("受理"), "scan-line", "merchant.home", within=("merchant.voucher",))
RECORDS: Final = Place(
    lazy_gettext("记录"),
    "receipt-text",
    "merchant.acceptances",
    within=("merchant.statements", "merchant.statement"),
)
OFFERS: Final = Place(
    lazy_gettext("权益"),
    "gift",
    "merchant.offers",
    within=("merchant.offer", "merchant.new_offer", "merchant.create_offer", "merchant.change_offer"),
)
_STAFF: Final = (
    "staff",
    "new_colleague",
    "invite_colleague",
    "colleague",
    "renew_colleague",
    "restore_colleague",
)
SHOP: Final = Place(
    lazy_gettext("本店"),
    "store",
    "merchant.shop",
    within=("merchant.leaving", "merchant.apply", *(f"merchant.{each}" for each in _STAFF)),
)

frame.install(blp, "merchant", [Section(None, (ACCEPT, RECORDS, OFFERS, SHOP))])


@blp.record_once
def _tell_clerks_places(state: BlueprintSetupState) -> None:
    navigation.offer(state.app, "merchant_clerk", [Section(None, (ACCEPT, RECORDS, SHOP))])  # type: ignore[arg-type]


@blp.context_processor
def _for_clerks() -> dict[str, Any]:
    """Leave out what a clerk may not do."""
    manages = current_actor().may(Permission.MANAGE_OWN_OFFERS)
    return {"audience": "merchant" if manages else "merchant_clerk", "manages": manages}


@blp.errorhandler(MerchantNotFound)
def _ask_to_apply(_refusal: MerchantNotFound) -> Response:
    """Bring somebody whose organisation never applied to the page where it does."""
    return redirect(url_for("merchant.apply"), code=303)
