"""A merchant's own offers (权益): drafted, shelved, taken off the shelf."""

from typing import Any

from app.api.merchant_schemas import OfferIn, OwnOfferOut, OwnOfferPage, terms_of
from app.api.operations import Operations
from app.api.paging import dumped, whole
from app.door.access import current_actor, requires
from app.kernel import clock
from app.kernel.permissions import Permission
from app.kernel.session import transaction
from points import commands, queries

blp = Operations("offers", __name__, description="A merchant's own offers.")


@blp.get("/own-offers")
@blp.response(200, OwnOfferPage)
@requires(Permission.MANAGE_OWN_OFFERS)
def list_own_offers() -> dict[str, Any]:
    """List the own offers, the newest first."""
    with transaction() as session:
        merchant = queries.merchant_of(session, current_actor().organisation_id)
        return whole(OwnOfferPage, queries.offers_of(session, merchant.id))


@blp.post("/own-offers")
@blp.arguments(OfferIn)
@blp.response(201, OwnOfferOut)
@requires(Permission.MANAGE_OWN_OFFERS)
def create_offer(sent: dict[str, Any]) -> dict[str, Any]:
    """Draft an offer, priced in points alone."""
    with transaction() as session:
        made = commands.create_offer(session, actor=current_actor(), terms=terms_of(sent), at=clock.now())
        return dumped(OwnOfferOut, made)


@blp.post("/own-offers/<int:offer_id>/shelve")
@blp.response(200, OwnOfferOut)
@requires(Permission.MANAGE_OWN_OFFERS)
def shelve_offer(offer_id: int) -> dict[str, Any]:
    """Put an own offer on the shelf."""
    with transaction() as session:
        return dumped(
            OwnOfferOut,
            commands.shelve_offer(session, actor=current_actor(), offer_id=offer_id, at=clock.now()),
        )


@blp.post("/own-offers/<int:offer_id>/unshelve")
@blp.response(200, OwnOfferOut)
@requires(Permission.MANAGE_OWN_OFFERS)
def unshelve_offer(offer_id: int) -> dict[str, Any]:
    """Take an own offer off the shelf; vouchers already made stay good."""
    with transaction() as session:
        return dumped(
            OwnOfferOut,
            commands.unshelve_offer(session, actor=current_actor(), offer_id=offer_id, at=clock.now()),
        )
