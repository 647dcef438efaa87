"""Sessions of browsers (会话): begun, kept, ended by their owner or by a change of credentials."""

import secrets
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from app.identity.errors import SessionNotFound
from app.identity.models import WebSession
from app.identity.queries.sessions import token_hash
from app.identity.values import Principal, SessionState
from app.kernel import audit
from app.kernel.actor import Actor

IDLE: Final = {"citizen": timedelta(days=30), "staff": timedelta(hours=1), None: timedelta(hours=2)}
LONGEST: Final = {"citizen": timedelta(days=90), "staff": timedelta(hours=12), None: timedelta(hours=12)}
KEPT_AFTER_END: Final = timedelta(days=180)


def start_session(
    session: Session, state: SessionState, *, user_agent: str, address_prefix: str | None, at: datetime
) -> str:
    """Keep a new session; return its token, which is nowhere else.

    Source: T-54.
    """
    token = secrets.token_urlsafe(32)
    kind = state.principal.kind.value if state.principal else None
    session.add(
        WebSession(
            token_hash=token_hash(token),
            public_id=secrets.token_hex(8),
            principal_kind=kind,
            principal_id=state.principal.id if state.principal else None,
            organisation_id=state.organisation_id,
            created_at=at,
            seen_at=at,
            expires_at=at + IDLE[kind],
            fresh_at=state.fresh_at,
            user_agent=user_agent.replace("\0", "")[:300] or None,
            address_prefix=address_prefix,
            data=state.data,
        )
    )
    session.flush()
    return token


def keep_session(session: Session, state: SessionState, *, token: str, at: datetime) -> None:
    """Keep what changed in a session; one that was ended meanwhile stays ended.

    Source: T-54.
    """
    session.execute(
        update(WebSession)
        .where(WebSession.token_hash == token_hash(token), WebSession.revoked_at.is_(None))
        .values(data=state.data, organisation_id=state.organisation_id, fresh_at=state.fresh_at)
    )
    touch_session(session, token=token, at=at)


def touch_session(session: Session, *, token: str, at: datetime) -> None:
    """Note that a session is used; it lasts on while it is, up to its longest life.

    Source: T-54.
    """
    row = session.get(WebSession, token_hash(token))
    if row is not None and row.revoked_at is None:
        row.seen_at = at
        row.expires_at = min(at + IDLE[row.principal_kind], row.created_at + LONGEST[row.principal_kind])


def end_session(session: Session, *, token: str, at: datetime) -> None:
    """End the session with this token.

    Source: T-54.
    """
    session.execute(
        update(WebSession)
        .where(WebSession.token_hash == token_hash(token), WebSession.revoked_at.is_(None))
        .values(revoked_at=at, data={})
    )


def end_own_session(session: Session, *, actor: Actor, public_id: str, at: datetime) -> None:
    """End one of the actor's own sessions, seen in the list of devices.

    Raises:
        SessionNotFound: the actor has no such session.

    Source: T-54.
    """
    principal = Principal.of(actor)
    ended = session.execute(
        update(WebSession)
        .where(
            WebSession.public_id == public_id,
            WebSession.principal_kind == principal.kind.value,
            WebSession.principal_id == principal.id,
            WebSession.revoked_at.is_(None),
        )
        .values(revoked_at=at, data={})
        .returning(WebSession.public_id)
    ).first()
    if ended is None:
        raise SessionNotFound
    audit.record(session, actor=actor, event="identity.session.end", subject=("session", public_id), at=at)


def end_all_sessions(
    session: Session, *, principal: Principal, at: datetime, but_public_id: str | None = None
) -> int:
    """End every session of somebody, as after a change of credentials; return how many.

    Source: T-54.
    """
    ended = session.execute(
        update(WebSession)
        .where(
            WebSession.principal_kind == principal.kind.value,
            WebSession.principal_id == principal.id,
            WebSession.public_id != (but_public_id or ""),
            WebSession.revoked_at.is_(None),
        )
        .values(revoked_at=at, data={})
        .returning(WebSession.public_id)
    )
    return len(ended.all())


def forget_sessions(session: Session, *, at: datetime) -> int:
    """Delete visitors' sessions that are over, and others half a year after they were (Q-47).

    Source: CQ-35.2, Q-47.
    """
    gone = session.execute(
        delete(WebSession)
        .where(
            (WebSession.principal_id.is_(None) & (WebSession.expires_at < at))
            | (WebSession.expires_at < at - KEPT_AFTER_END)
        )
        .returning(WebSession.public_id)
    )
    return len(gone.all())
