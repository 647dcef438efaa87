"""Events (事件) that organisations are told of at once, by signed webhooks.

An act publishes an event in its own transaction; a job brings it to the organisation's addresses
after commit (`app/journeys/webhooks`). Events hold ids and states, never personal data.
"""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy.orm import Session

from app.kernel.outbox import Channel, enqueue
from app.kernel.sources import cites


class Event(StrEnum):
    """What happened; a published name never changes."""

    UPLOAD_FINISHED = "upload.finished"
    SCENARIO_STATE = "scenario.state"
    AUTHORISATION_GIVEN = "authorisation.given"
    AUTHORISATION_WITHDRAWN = "authorisation.withdrawn"
    CLAIM_FORWARDED = "claim.forwarded"
    MERCHANT_STATE = "merchant.state"
    REDEMPTION_RESERVED = "redemption.reserved"
    REDEMPTION_FULFILLED = "redemption.fulfilled"
    REDEMPTION_REFUSED = "redemption.refused"
    REDEMPTION_TIMED_OUT = "redemption.timed_out"
    REDEMPTION_WITHDRAWN = "redemption.withdrawn"
    OFFER_SOLD_OUT = "offer.sold_out"


@cites("CQ-35.1")
def publish(
    session: Session, *, organisation_id: int, event: Event, about: str, data: dict[str, Any], at: datetime
) -> None:
    """Tell an organisation of an event; the same event about the same thing again is the same event.

    Args:
        organisation_id: whose webhook endpoints hear of it.
        about: what makes the event one of a kind, `redemption:12` or `scenario:3:step:17`.
        data: plain JSON, ids and states only.

    Source: CQ-35.1.
    """
    enqueue(
        session,
        channel=Channel.WEBHOOK,
        recipient=f"organisation:{organisation_id}",
        template=event.value,
        payload=data,
        at=at,
        key=f"event:{event.value}:{about}",
    )
