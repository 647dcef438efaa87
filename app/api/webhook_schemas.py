"""Shapes of webhooks."""

from datetime import datetime
from typing import Any

from marshmallow import fields, validate

from app.api.fields import In, Out, Text, nothing, one_of
from app.api.paging import page_of, page_query
from app.identity.models import WebhookEndpoint
from app.journeys.webhooks.addresses import LONGEST
from app.kernel.events import Event
from app.kernel.outbox import MessageState, OutboxMessage

EVENTS = tuple(event.value for event in Event)


class WebhookIn(In):
    """An address and the events it wants."""

    url = Text(
        required=True,
        least=10,
        most=LONGEST,
        pattern="https?://[!-~]+",
        metadata={"description": "HTTPS, a public name, port 443 or 8443.", "format": "uri"},
    )
    events = fields.List(
        fields.Enum(Event, by_value=True),
        required=True,
        validate=validate.Length(min=1, max=len(EVENTS)),
    )


class WebhookOut(Out):
    """A registered address."""

    id = fields.Integer()
    url = fields.String()
    events = fields.List(fields.String())
    created_at = fields.DateTime()


class NewWebhookOut(WebhookOut):
    """A new address with its secret, which is shown this once."""

    secret = fields.String(
        metadata={"description": "`whsec_` and base64; deliveries are signed with it (Standard Webhooks)."}
    )


WebhookPage = page_of(WebhookOut)
DeliveriesQuery = page_query("deliveries", state=one_of(*MessageState, load_default=nothing))


class DeliveryOut(Out):
    """One event on its way to one address, or there."""

    id = fields.Integer(metadata={"description": "`webhook-id` of the delivery is `msg_` and this."})
    webhook_id = fields.Integer()
    event = fields.String()
    data = fields.Dict(keys=fields.String())
    happened_at = fields.DateTime()
    state = fields.String(metadata={"description": "`queued`, `sent` or `dead`."})
    attempts = fields.Integer()
    next_at = fields.DateTime(allow_none=True, metadata={"description": "When it is tried again."})
    sent_at = fields.DateTime(allow_none=True)
    last_error = fields.String(allow_none=True)


DeliveryPage = page_of(DeliveryOut)


def shown_new(endpoint: WebhookEndpoint, secret: str) -> dict[str, Any]:
    """Return what `NewWebhookOut` shows of an address."""
    names = NewWebhookOut().fields.keys() - {"secret"}
    return {**{name: getattr(endpoint, name) for name in names}, "secret": secret}


def shown_delivery(message: OutboxMessage) -> dict[str, Any]:
    """Return what `DeliveryOut` shows of a message."""
    waits = message.state == MessageState.QUEUED
    return {
        "id": message.id,
        "webhook_id": int(message.recipient.partition(":")[2]),
        "event": message.template,
        "data": message.payload["data"],
        "happened_at": datetime.fromisoformat(message.payload["happened_at"]),
        "state": message.state,
        "attempts": message.attempts,
        "next_at": message.next_at if waits else None,
        "sent_at": message.sent_at,
        "last_error": message.last_error,
    }
