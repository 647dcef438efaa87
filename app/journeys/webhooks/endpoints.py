"""An organisation's webhook endpoints (推送地址): where it wants events sent."""

import base64
import secrets
from collections.abc import Iterable
from datetime import datetime
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.identity.models import WebhookEndpoint
from app.journeys.webhooks.addresses import target_of
from app.kernel import audit
from app.kernel.actor import Actor
from app.kernel.errors import Conflict, Forbidden, NotFound
from app.kernel.events import Event
from app.kernel.secrets import keyring
from app.kernel.sources import cites

MOST_ENDPOINTS: Final = 10
SEALED_FOR: Final = "webhook_endpoint.secret_sealed"
PREFIX: Final = "whsec_"


class EndpointNotFound(NotFound):
    """The organisation has no such webhook endpoint."""

    code = "webhook.not_found"
    title = "未找到该推送地址"


class TooManyEndpoints(Conflict):
    """The organisation has as many webhook endpoints as it may."""

    code = "webhook.too_many"
    title = "推送地址数量已达上限"


class NoOrganisation(Forbidden):
    """Whoever asks acts for no organisation."""

    code = "organisation.missing"
    title = "当前身份不代表任何单位"


@cites("CQ-35.1")
def add_endpoint(
    session: Session, *, actor: Actor, url: str, events: Iterable[Event], at: datetime
) -> tuple[WebhookEndpoint, str]:
    """Register an address of the actor's organisation; return it with its secret, shown this once.

    Raises:
        NoOrganisation: the actor acts for none.
        AddressRefused: the address is not public, or not HTTPS.
        TooManyEndpoints: the organisation has ten already.

    Source: CQ-35.1.
    """
    organisation_id = organisation_of(actor)
    target_of(url)
    session.execute(select(func.pg_advisory_xact_lock(func.hashtext("webhook_endpoint"), organisation_id)))
    if len(endpoints(session, actor=actor)) >= MOST_ENDPOINTS:
        raise TooManyEndpoints(most=MOST_ENDPOINTS)
    secret = PREFIX + base64.b64encode(secrets.token_bytes(24)).decode()
    endpoint = WebhookEndpoint(
        organisation_id=organisation_id,
        url=url,
        secret_sealed=keyring().encrypt(secret, purpose=SEALED_FOR),
        events=sorted({event.value for event in events}),
        created_by=actor.ref,
        created_at=at,
        disabled_at=None,
    )
    session.add(endpoint)
    session.flush()
    audit.record(
        session, actor=actor, event="webhook.endpoint.add", subject=("webhook", endpoint.id), at=at, url=url
    )
    return endpoint, secret


@cites("CQ-35.1")
def remove_endpoint(session: Session, *, actor: Actor, endpoint_id: int, at: datetime) -> None:
    """Send nothing more to an address; what was delivered stays visible.

    Raises:
        EndpointNotFound: the organisation has no such address; another's is none.

    Source: CQ-35.1.
    """
    endpoint = session.scalar(
        select(WebhookEndpoint)
        .where(
            WebhookEndpoint.id == endpoint_id,
            WebhookEndpoint.organisation_id == organisation_of(actor),
            WebhookEndpoint.disabled_at.is_(None),
        )
        .with_for_update()
    )
    if endpoint is None:
        raise EndpointNotFound(endpoint_id=endpoint_id)
    endpoint.disabled_at = at
    session.flush()
    audit.record(
        session, actor=actor, event="webhook.endpoint.remove", subject=("webhook", endpoint_id), at=at
    )


@cites("CQ-35.1")
def endpoints(session: Session, *, actor: Actor) -> list[WebhookEndpoint]:
    """Return the addresses of the actor's organisation, the oldest first.

    Source: CQ-35.1.
    """
    return list(
        session.scalars(
            select(WebhookEndpoint)
            .where(
                WebhookEndpoint.organisation_id == organisation_of(actor),
                WebhookEndpoint.disabled_at.is_(None),
            )
            .order_by(WebhookEndpoint.id)
        )
    )


def secret_of(endpoint: WebhookEndpoint) -> bytes:
    """Return the key with which deliveries to an endpoint are signed."""
    return secret_bytes(keyring().decrypt(endpoint.secret_sealed, purpose=SEALED_FOR))


def secret_bytes(secret: str) -> bytes:
    """Return the key behind a secret as it was shown."""
    return base64.b64decode(secret.removeprefix(PREFIX))


def organisation_of(actor: Actor) -> int:
    """Return the organisation for which somebody acts.

    Raises:
        NoOrganisation: they act for none.
    """
    if actor.organisation_id is None:
        raise NoOrganisation
    return actor.organisation_id
