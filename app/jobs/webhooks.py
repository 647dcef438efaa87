"""Bring events to the organisations that wait for them (事件推送任务)."""

from datetime import datetime
from typing import NamedTuple

from app.jobs.outgoing import DeliveryFailed, post
from app.journeys import webhooks
from app.kernel import clock
from app.kernel.session import transaction
from app.kernel.sources import cites


class Delivered(NamedTuple):
    """What one run did."""

    sent: int
    failed: int


@cites("CQ-35.1")
def run(at: datetime, *, most: int = 100) -> Delivered:
    """Copy waiting events to their endpoints and try the deliveries that are due.

    An endpoint that fails is left alone for the rest of the run, so that one that hangs does not
    keep the others waiting.

    Args:
        at: up to when deliveries are due.
        most: deliveries tried at most.

    Source: CQ-35.1.
    """
    while True:
        with transaction() as session:
            if not webhooks.fan_out(session, at=at):
                break
    sent, failing = 0, list[int]()
    for _ in range(most):
        with transaction() as session:
            delivery = webhooks.claim_delivery(session, at=at, but=failing)
        if delivery is None:
            break
        error, final = _try(delivery)
        with transaction() as session:
            webhooks.settle_delivery(
                session, message_id=delivery.message_id, error=error, final=final, at=clock.now()
            )
        if error is None:
            sent += 1
        else:
            failing.append(delivery.endpoint_id)
    return Delivered(sent, len(failing))


def _try(delivery: webhooks.Delivery) -> tuple[str | None, bool]:
    """Send once; return what went wrong and whether trying again is of no use."""
    if not delivery.url:
        return "endpoint removed", True
    try:
        post(
            delivery.url,
            body=delivery.body,
            headers={
                **webhooks.headers_of(delivery, at=clock.now()),
                "Content-Type": "application/json",
                "User-Agent": "Tanhuitong-Webhooks/1",
            },
        )
    except webhooks.AddressRefused as refused:
        return f"address refused: {refused.details.get('reason', '')}", False
    except DeliveryFailed as failed:
        return str(failed), failed.final
    return None, False
