"""Sessions of browsers."""

import hashlib
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.identity.models import WebSession
from app.identity.values import Principal, SessionState
from app.kernel.actor import ActorKind


def token_hash(token: str) -> bytes:
    """Return the hash under which a session is kept."""
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()


def session_state(session: Session, token: str, *, at: datetime) -> SessionState | None:
    """Return what is kept under a token, None when it is unknown, over or ended."""
    row = session.scalar(
        select(WebSession).where(
            WebSession.token_hash == token_hash(token),
            WebSession.revoked_at.is_(None),
            WebSession.expires_at > at,
        )
    )
    if row is None:
        return None
    principal = None
    if row.principal_kind is not None and row.principal_id is not None:
        principal = Principal(ActorKind(row.principal_kind), row.principal_id)
    return SessionState(
        data=dict(row.data),
        principal=principal,
        organisation_id=row.organisation_id,
        fresh_at=row.fresh_at,
        seen_at=row.seen_at,
        public_id=row.public_id,
    )


def devices_of(session: Session, principal: Principal, *, at: datetime) -> list[WebSession]:
    """Return the sessions of somebody that have not ended, the latest seen first (登录设备)."""
    return list(
        session.scalars(
            select(WebSession)
            .where(
                WebSession.principal_kind == principal.kind.value,
                WebSession.principal_id == principal.id,
                WebSession.revoked_at.is_(None),
                WebSession.expires_at > at,
            )
            .order_by(WebSession.seen_at.desc(), WebSession.public_id)
        )
    )
