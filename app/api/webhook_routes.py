"""Webhooks (事件推送): where an organisation wants events sent, and what became of each."""

from typing import Any

from app.api.operations import Operations
from app.api.paging import dumped, page, whole
from app.api.webhook_schemas import (
    DeliveriesQuery,
    DeliveryPage,
    NewWebhookOut,
    WebhookIn,
    WebhookPage,
    shown_delivery,
    shown_new,
)
from app.door.access import current_actor, requires
from app.journeys import webhooks
from app.kernel import clock
from app.kernel.permissions import Permission
from app.kernel.session import transaction

blp = Operations("webhooks", __name__, description="Events, sent signed to hosts and merchants.")


@blp.get("/webhooks")
@blp.response(200, WebhookPage)
@requires(Permission.MANAGE_WEBHOOKS)
def list_webhooks() -> dict[str, Any]:
    """List the addresses of the own organisation."""
    with transaction() as session:
        return whole(WebhookPage, webhooks.endpoints(session, actor=current_actor()))


@blp.post("/webhooks")
@blp.arguments(WebhookIn)
@blp.response(201, NewWebhookOut)
@requires(Permission.MANAGE_WEBHOOKS)
def add_webhook(wanted: dict[str, Any]) -> dict[str, Any]:
    """Register an address; the secret with which deliveries are signed is shown this once."""
    with transaction() as session:
        endpoint, secret = webhooks.add_endpoint(session, actor=current_actor(), at=clock.now(), **wanted)
        return dumped(NewWebhookOut, shown_new(endpoint, secret))


@blp.delete("/webhooks/<int:webhook_id>")
@blp.response(204)
@requires(Permission.MANAGE_WEBHOOKS)
def remove_webhook(webhook_id: int) -> None:
    """Send nothing more to an address."""
    with transaction() as session:
        webhooks.remove_endpoint(session, actor=current_actor(), endpoint_id=webhook_id, at=clock.now())


@blp.get("/webhooks/deliveries")
@blp.arguments(DeliveriesQuery, location="query")
@blp.response(200, DeliveryPage)
@requires(Permission.MANAGE_WEBHOOKS)
def list_deliveries(query: dict[str, Any]) -> dict[str, Any]:
    """List deliveries, the latest first: sent, waiting for another try, or given up."""
    limit = query["limit"]
    with transaction() as session:
        found = webhooks.deliveries(
            session, actor=current_actor(), before=query["after"], limit=limit + 1, state=query["state"]
        )
        return page(
            DeliveryPage, found, name="deliveries", limit=limit, place=lambda row: row.id, show=shown_delivery
        )
