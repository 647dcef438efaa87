"""Webhooks (事件推送): an organisation's endpoints, and the deliveries of events to them."""

from app.journeys.webhooks.addresses import AddressRefused, allow_loopback
from app.journeys.webhooks.deliveries import (
    Delivery,
    claim_delivery,
    deliveries,
    fan_out,
    headers_of,
    settle_delivery,
)
from app.journeys.webhooks.endpoints import EndpointNotFound, add_endpoint, endpoints, remove_endpoint

__all__ = [
    "AddressRefused",
    "Delivery",
    "EndpointNotFound",
    "add_endpoint",
    "allow_loopback",
    "claim_delivery",
    "deliveries",
    "endpoints",
    "fan_out",
    "headers_of",
    "remove_endpoint",
    "settle_delivery",
]
